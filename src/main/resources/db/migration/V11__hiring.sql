-- Which agents of the catalogue a user has taken on.
create table hirings (
    user_id    uuid        not null references accounts (id),
    agent_type text        not null,
    hired_at   timestamptz not null,
    primary key (user_id, agent_type)
);
