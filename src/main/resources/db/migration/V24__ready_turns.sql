-- Without a transaction, so that no insert waits for the index (docs/decisions/0042).
set lock_timeout = 0;
drop index concurrently if exists turns_ready;
create index concurrently turns_ready on turns (ready_at) where ready_at is not null;
