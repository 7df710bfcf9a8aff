create table turns (
    id              uuid        primary key,
    user_id         uuid        not null references accounts (id),
    conversation_id uuid        not null references conversations (id),
    agent_type      text        not null,
    status          text        not null check (status in
        ('queued', 'running', 'waiting', 'succeeded', 'failed', 'timed_out', 'cancelled', 'interrupted')),
    started_at      timestamptz not null,
    ended_at        timestamptz,
    input_tokens    bigint      not null default 0,
    output_tokens   bigint      not null default 0,
    reply_id        uuid,
    version         bigint,
    error_code      text,
    error_detail    text,
    check ((ended_at is null) = (status in ('queued', 'running', 'waiting'))),
    check ((reply_id is not null) = (status = 'succeeded'))
);
-- The claim: at most one turn runs or waits in a conversation.
create unique index turns_claim on turns (conversation_id) where status in ('running', 'waiting');
create index turns_of_user on turns (user_id, started_at);

create table messages (
    id              uuid        primary key,
    conversation_id uuid        not null references conversations (id),
    turn_id         uuid        not null references turns (id),
    position        integer     not null,
    role            text        not null check (role in ('user', 'assistant')),
    content         text        not null,
    created_at      timestamptz not null
);
create unique index messages_in_order on messages (conversation_id, position);
-- One message and at most one reply to a turn.
create unique index messages_of_turn on messages (turn_id, role);
