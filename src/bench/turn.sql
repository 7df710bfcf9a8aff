-- One turn as src/main sends it, in the same two transactions: for pgbench -M prepared. Parley says each of these for many turns at
-- once, with arrays where a value stands here. The accounts and conversations are made by ./measure, which begins n. Ids grow, as
-- Parley's do: random ones are dearer to an index.
\set n :n + 1
begin;
select agent_type, message_count, version from conversations
    where id = md5('conversation' || :client_id)::uuid and user_id = md5('user' || :client_id)::uuid for no key update \gset
insert into turns (id, user_id, conversation_id, agent_type, status, started_at, runner_id, position)
    select (lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 0)::bigint), 16, '0'))::uuid, md5('user' || :client_id)::uuid, md5('conversation' || :client_id)::uuid, 'offline', 'running', now(),
        md5('runner')::uuid, :message_count + 1
    where not exists (select from turns ahead where ahead.conversation_id = md5('conversation' || :client_id)::uuid and ahead.status = 'queued')
    on conflict (conversation_id) where status in ('running', 'waiting') do nothing;
with counted as (
    insert into quotas as quota (user_id, month, used)
    select md5('user' || :client_id)::uuid, date_trunc('month', now())::date, 1 where 1000000000 > 0
    on conflict (user_id, month) do update set used = quota.used + 1 where quota.used < 1000000000
    returning user_id, month, used),
written as (
    insert into charges (user_id, month, turn_id, charged_at)
    select user_id, month, (lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 0)::bigint), 16, '0'))::uuid, now() from counted)
select user_id, used from counted;
with counted as (
    update conversations set message_count = :message_count + 1, updated_at = now() where id = md5('conversation' || :client_id)::uuid
    returning conversations.user_id),
written as (
    insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
    values ((lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 1000)::bigint), 16, '0'))::uuid, md5('user' || :client_id)::uuid, md5('conversation' || :client_id)::uuid, (lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 0)::bigint), 16, '0'))::uuid, :message_count + 1, 'user', 'hello', now()))
select turn_id, role, content, position from (
    select turn_id, role, content, position, sum(octet_length(content)) over (order by position desc rows unbounded preceding) as bytes
    from messages where conversation_id = md5('conversation' || :client_id)::uuid order by position desc limit 49) latest
    where bytes + 5 <= 262144;
select user_id, temperature, array_agg(key) filter (where key is not null), array_agg(value) filter (where key is not null)
    from profiles left join preferences using (user_id) where user_id = md5('user' || :client_id)::uuid group by user_id;
commit;
begin;
select message_count, version from conversations
    where id = md5('conversation' || :client_id)::uuid and user_id = md5('user' || :client_id)::uuid for no key update \gset
update turns set status = 'succeeded', ended_at = now(), version = :version + 1, reply_id = (lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 2000)::bigint), 16, '0'))::uuid, trail = '[5,9,3]', partial = null,
    input_tokens = 0, output_tokens = 0, error_code = null, error_detail = null
    where id = (lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 0)::bigint), 16, '0'))::uuid and runner_id = md5('runner')::uuid and attempt = 1 and status = 'running'
    returning exists (select from turns behind where behind.conversation_id = turns.conversation_id and behind.status = 'queued');
with raised as (
    update conversations set version = :version + 1, message_count = :message_count + 1, updated_at = now()
    where id = md5('conversation' || :client_id)::uuid)
insert into messages (id, user_id, conversation_id, turn_id, position, role, content, created_at)
    values ((lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 2000)::bigint), 16, '0'))::uuid, md5('user' || :client_id)::uuid, md5('conversation' || :client_id)::uuid, (lpad(to_hex((:n)::bigint), 16, '0') || lpad(to_hex((:client_id + 0)::bigint), 16, '0'))::uuid, :message_count + 1, 'assistant',
        'Hello! I work on your tasks.', now());
commit;
