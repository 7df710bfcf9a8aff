create table tasks (
    id          uuid        primary key,
    user_id     uuid        not null references accounts (id),
    title       text        not null,
    description text,
    status      text        not null check (status in ('pending', 'in_progress', 'completed')),
    priority    text        not null check (priority in ('low', 'normal', 'high', 'urgent')),
    due_on      date,
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);
create index tasks_of_user on tasks (user_id, id);
