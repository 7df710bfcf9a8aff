-- Finds the running turns of a runner, and the runners that have running turns, without reading those of all runners (docs/decisions/0059).
-- Without a transaction, so that no insert waits for the index (docs/decisions/0042).
set lock_timeout = 0;
drop index concurrently if exists turns_of_runner;
create index concurrently turns_of_runner on turns (runner_id, id) where status = 'running';
