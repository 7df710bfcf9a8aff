-- What turns use besides queries: tokens, and their cost in millionths of the currency.
alter table quotas add column tokens bigint not null default 0;
alter table quotas add column cost bigint not null default 0;
comment on column quotas.tokens is 'input and output tokens of the turns that were opened in the month, once they have ended';
comment on column quotas.cost is 'in millionths of the currency of parley.quota.currency';

-- The ledger behind these counters: one row for each agent and model of a turn, which stays when its conversation goes. It goes with the
-- account, also where a replica of the version before erases it, which does not know the table.
create table token_charges (
    user_id       uuid        not null references accounts (id) on delete cascade,
    month         date        not null,
    turn_id       uuid        not null,
    path          text        not null,
    agent_type    text        not null,
    model         text        not null,
    input_tokens  bigint      not null check (input_tokens >= 0),
    cached_tokens bigint      not null check (cached_tokens >= 0),
    output_tokens bigint      not null check (output_tokens >= 0),
    cost          bigint      not null check (cost >= 0),
    is_estimated  boolean     not null,
    charged_at    timestamptz not null,
    primary key (user_id, month, turn_id, path, model)
);
comment on column token_charges.path is 'of the agent: empty for the turn''s own, the path of the delegating step for a worker';
comment on column token_charges.cached_tokens is 'the part of the input tokens that the endpoint had in its cache';
comment on column token_charges.is_estimated is 'whether Parley has estimated some of the tokens, because the endpoint reported none';
-- Months come in order, so the few of one month are found by a few words about each stretch of the table.
create index token_charges_by_month on token_charges using brin (month);

alter table turns add column cached_tokens bigint not null default 0;
alter table turns add column is_estimated boolean not null default false;
comment on column turns.cached_tokens is 'the part of the input tokens that the endpoint had in its cache';
comment on column turns.is_estimated is 'whether Parley has estimated some of the tokens, because an endpoint reported none';

-- A turn that its user's budget has ended keeps what it has written. Not validated: the new constraint allows more than the old one.
alter table turns drop constraint turns_reply;
alter table turns add constraint turns_reply check (
    (status <> 'succeeded' or reply_id is not null)
    and (reply_id is null or status in ('succeeded', 'cancelled', 'interrupted') or error_code = 'quota_exhausted')) not valid;

-- What turns that have not ended may use of their user's plan. A row goes with its turn's ending.
create table reservations (
    turn_id uuid   primary key references turns (id) on delete cascade,
    user_id uuid   not null,
    tokens  bigint,
    cost    bigint
);
comment on column reservations.tokens is 'null if the plan did not limit tokens';
comment on column reservations.cost is 'null if the plan did not limit cost';
create index reservations_of_user on reservations (user_id);

-- What the agents of turns that have not ended have used so far, so that a crash or a pause forgets nothing.
create table turn_usage (
    turn_id       uuid    not null references turns (id) on delete cascade,
    path          text    not null,
    agent_type    text    not null,
    model         text    not null,
    input_tokens  bigint  not null,
    cached_tokens bigint  not null,
    output_tokens bigint  not null,
    is_estimated  boolean not null,
    primary key (turn_id, path, model)
);
comment on table turn_usage is 'written in the statement that stores a round or a step; deleted with the ending';
