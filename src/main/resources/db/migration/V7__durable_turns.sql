-- A process that runs turns. Seen by this database's clock only: nobody else's is compared with it.
create table runners (
    id         uuid        primary key,
    host       text        not null,
    started_at timestamptz not null default clock_timestamp(),
    seen_at    timestamptz not null default clock_timestamp()
);

alter table turns
    add column runner_id           uuid,
    add column attempt             integer not null default 1 check (attempt > 0),
    add column position            integer,
    add column cancel_requested_at timestamptz,
    add column trail               text,
    add column partial             text,
    drop constraint turns_check1,
    add constraint turns_reply check (
        (status <> 'succeeded' or reply_id is not null)
        and (reply_id is null or status in ('succeeded', 'cancelled', 'interrupted')));

comment on column turns.runner_id is 'who runs it, or accepted it while it is queued; what it has written counts only while it is named here';
comment on column turns.attempt is 'raised by each takeover; with runner_id the fence against a runner that was only asleep';
comment on column turns.position is 'of its message in the conversation: the order in which queued turns come';
comment on column turns.trail is 'how its events were numbered, so that a reader can go on at any number after its end';
comment on column turns.partial is 'what was said before an ending that has no reply';

-- The line before a conversation.
create index turns_queue on turns (conversation_id, position) where status = 'queued';

-- What a turn's tools have done, each written in the transaction that did it.
create table turn_steps (
    turn_id    uuid        not null references turns (id),
    attempt    integer     not null,
    number     integer     not null check (number > 0),
    tool       text        not null,
    arguments  text        not null,
    outcome    text        not null,
    created_at timestamptz not null,
    primary key (turn_id, attempt, number)
);

-- Which request a key of a client's stood for; forgotten after a while.
create table idempotency_keys (
    user_id      uuid        not null references accounts (id),
    key          text        not null,
    request_hash bytea       not null,
    turn_id      uuid        not null references turns (id) deferrable initially deferred,
    created_at   timestamptz not null,
    primary key (user_id, key)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
create index idempotency_keys_of_turn on idempotency_keys (turn_id);
