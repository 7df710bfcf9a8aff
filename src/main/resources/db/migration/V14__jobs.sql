-- When a job that only one replica at a time may do was last begun, by the database's clock.
create table jobs (
    name     text        primary key,
    began_at timestamptz not null
);

-- Which tasks' users have yet to be told that they are due: told once for each date.
alter table tasks add column told_due_on date;
-- What was overdue before anybody was told of such things is no news.
update tasks set told_due_on = due_on where due_on < (now() at time zone 'UTC')::date;
create index tasks_to_tell on tasks (due_on)
    where status <> 'completed' and due_on is not null and told_due_on is distinct from due_on;
