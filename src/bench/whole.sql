-- A user with 1,000 conversations and 100,000 messages, as Parley would have written them: for ./measure whole
insert into conversations (id, user_id, title, agent_type, version, message_count, created_at, updated_at)
select gen_random_uuid(), :user, 'conversation ' || n, 'offline', 50, 100, now(), now() from generate_series(1, 1000) n;
with numbered as (
    select id, row_number() over (order by id) - 1 as n from conversations where user_id = :user),
turn as (
    select gen_random_uuid() as turn_id, gen_random_uuid() as reply_id, numbered.id as conversation_id, k / 1000 as nth
    from generate_series(0, 49999) k join numbered on numbered.n = k % 1000),
turned as (
    insert into turns (id, user_id, conversation_id, agent_type, status, started_at, ended_at, reply_id, version)
    select turn_id, :user, conversation_id, 'offline', 'succeeded', now(), now(), reply_id, nth from turn),
charged as (
    insert into charges (user_id, month, turn_id, charged_at)
    select :user, date_trunc('month', now())::date, turn_id, now() from turn)
insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
select case role when 'user' then gen_random_uuid() else reply_id end, :user, conversation_id, turn_id,
    2 * nth + case role when 'user' then 1 else 2 end, role, 'the words of the ' || role || ', number ' || nth || ', and some more of them', now()
from turn cross join (values ('user'), ('assistant')) as roles (role);
analyze conversations, turns, messages, charges;
