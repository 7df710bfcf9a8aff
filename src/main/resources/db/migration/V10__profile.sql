-- How the agent is to speak to a user. A row is there from the first wish on; it is also what a user's wishes wait for each other at.
create table profiles (
    user_id     uuid             primary key references accounts (id),
    temperature double precision check (temperature between 0 and 2)
);

-- What the agent remembers of a user.
create table preferences (
    user_id    uuid        not null references accounts (id),
    key        text        not null,
    value      text        not null,
    updated_at timestamptz not null,
    primary key (user_id, key)
);

-- One catalogue for everybody, in which nobody's name stands.
create table skills (
    id   uuid primary key,
    name text not null
);
create unique index skills_name on skills (lower(name));

create table user_skills (
    user_id    uuid        not null references accounts (id),
    skill_id   uuid        not null references skills (id),
    level      integer     not null check (level between 1 and 5),
    updated_at timestamptz not null,
    primary key (user_id, skill_id)
);
create index user_skills_of_skill on user_skills (skill_id);

create table trainings (
    id         uuid        primary key,
    user_id    uuid        not null references accounts (id),
    skill_id   uuid        not null references skills (id),
    title      text        not null,
    status     text        not null check (status in ('planned', 'in_progress', 'completed')),
    next_step  text,
    due_on     date,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index trainings_of_user on trainings (user_id, id);
create index trainings_of_status on trainings (user_id, status, id);
create index trainings_of_user_and_skill on trainings (user_id, skill_id, id);
create index trainings_of_skill on trainings (skill_id);
