-- Which plan a user is on; whoever has no row is on the default plan.
create table subscriptions (
    user_id uuid primary key references accounts (id),
    plan    text not null
);

-- Queries used in a calendar month (UTC), the month told by its first day.
create table quotas (
    user_id uuid    not null references accounts (id),
    month   date    not null check (extract(day from month) = 1),
    used    integer not null check (used >= 0),
    primary key (user_id, month)
);
