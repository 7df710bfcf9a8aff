-- Whatever hangs on a conversation goes with it; whatever hangs on a turn only speaks of it, and stays.
alter table turns
    drop constraint turns_conversation_id_fkey,
    add constraint turns_conversation_id_fkey
        foreign key (conversation_id) references conversations (id) on delete cascade;
alter table messages
    drop constraint messages_conversation_id_fkey,
    add constraint messages_conversation_id_fkey
        foreign key (conversation_id) references conversations (id) on delete cascade,
    drop constraint messages_turn_id_fkey,
    add constraint messages_turn_id_fkey foreign key (turn_id) references turns (id) on delete cascade;
alter table idempotency_keys
    drop constraint idempotency_keys_turn_id_fkey,
    add constraint idempotency_keys_turn_id_fkey
        foreign key (turn_id) references turns (id) on delete cascade deferrable initially deferred;
alter table turn_steps
    drop constraint turn_steps_turn_id_fkey,
    add constraint turn_steps_turn_id_fkey foreign key (turn_id) references turns (id) on delete cascade;
alter table notifications
    drop constraint notifications_turn_id_fkey,
    add constraint notifications_turn_id_fkey foreign key (turn_id) references turns (id) on delete set null;

-- Deleting a row looks for whatever refers to it.
create index turns_of_conversation on turns (conversation_id);
create index notifications_of_turn on notifications (turn_id) where turn_id is not null;

-- Users are listed by the time they came, by id: the primary key.
-- Their notifications, all of them or by kind, newest first; and by age for whoever forgets them.
create index notifications_of_user on notifications (user_id, id);
create index notifications_of_kind on notifications (user_id, kind, id);
create index notifications_read on notifications (user_id, id) where read_at is not null;
create index notifications_by_age on notifications (created_at);
-- Tasks of one status, newest first.
create index tasks_of_status on tasks (user_id, status, id);
