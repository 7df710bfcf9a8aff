-- The rounds of an agent's exchange: what it wrote and called. With the steps' results an agent goes on from them after a crash or a pause.
create table turn_rounds (
    turn_id    uuid        not null references turns (id) on delete cascade,
    path       text        not null,
    number     integer     not null check (number > 0),
    message    text        not null,
    created_at timestamptz not null,
    primary key (turn_id, path, number)
);
comment on column turn_rounds.path is 'of the agent: empty for the turn''s own, the path of the delegating step for a worker';
comment on column turn_rounds.message is 'JSON: the text that the agent wrote, and its calls';

alter table turn_steps add column path text;
alter table turn_steps add column ok boolean not null default true;
comment on column turn_steps.path is 'the position of the call in its turn: 2, or 2.1 for the first call of the worker that call 2 delegated to; null before this version';
comment on column turn_steps.ok is 'false where the tool refused the call or failed';
