-- The ledger behind the counters: one row for each query, which stays when its conversation goes.
create table charges (
    user_id    uuid        not null references accounts (id),
    month      date        not null,
    turn_id    uuid        not null,
    charged_at timestamptz not null,
    primary key (user_id, month, turn_id)
);
-- Months come in order, so the few old ones are found by a few words about each stretch of the table.
create index charges_by_month on charges using brin (month);

insert into charges (user_id, month, turn_id, charged_at)
select user_id, date_trunc('month', started_at at time zone 'UTC')::date, id, started_at from turns;
