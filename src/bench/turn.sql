-- One turn as src/main sends it, in the same two transactions: for pgbench -M prepared. The account of each client and its
-- conversation are made by ./measure.
\set turn random(1, 9000000000000000000)
begin;
update conversations set message_count = message_count + 1, updated_at = now()
    where id = md5('conversation' || :client_id)::uuid and user_id = md5('user' || :client_id)::uuid
    returning agent_type, message_count as place, version \gset
insert into turns (id, user_id, conversation_id, agent_type, status, started_at)
    values (md5('turn' || :turn)::uuid, md5('user' || :client_id)::uuid, md5('conversation' || :client_id)::uuid, 'offline', 'running', now())
    on conflict (conversation_id) where status in ('running', 'waiting') do nothing;
insert into quotas as quota (user_id, month, used)
    select md5('user' || :client_id)::uuid, date_trunc('month', now())::date, 1 where 1000000000 > 0
    on conflict (user_id, month) do update set used = quota.used + 1 where quota.used < 1000000000;
insert into messages (content, conversation_id, created_at, position, role, turn_id, id)
    values ('hello', md5('conversation' || :client_id)::uuid, now(), :place, 'user', md5('turn' || :turn)::uuid, md5('message' || :turn)::uuid);
select id, content, conversation_id, created_at, position, role, turn_id from messages
    where conversation_id = md5('conversation' || :client_id)::uuid order by position desc fetch first 50 rows only;
commit;
begin;
update conversations set version = version + 1, message_count = message_count + 1, updated_at = now()
    where id = md5('conversation' || :client_id)::uuid and user_id = md5('user' || :client_id)::uuid
    returning agent_type, message_count as place, version \gset
update turns set status = 'succeeded', ended_at = now(), version = :version, reply_id = md5('reply' || :turn)::uuid,
    input_tokens = 0, output_tokens = 0, error_code = null, error_detail = null
    where id = md5('turn' || :turn)::uuid and status = 'running';
insert into messages (content, conversation_id, created_at, position, role, turn_id, id)
    values ('Hello! I work on your tasks.', md5('conversation' || :client_id)::uuid, now(), :place, 'assistant', md5('turn' || :turn)::uuid, md5('reply' || :turn)::uuid);
commit;
