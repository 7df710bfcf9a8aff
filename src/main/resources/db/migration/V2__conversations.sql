create table conversations (
    id            uuid        primary key,
    user_id       uuid        not null references accounts (id),
    title         text        not null,
    agent_type    text        not null,
    version       bigint      not null default 0,
    message_count integer     not null default 0,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index conversations_of_user on conversations (user_id, id);
