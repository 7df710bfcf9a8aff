-- Lists and counts the pinned conversations of a user. Without a transaction, so that no insert waits for the index (docs/decisions/0042).
set lock_timeout = 0;
drop index concurrently if exists conversations_pinned;
create index concurrently conversations_pinned on conversations (user_id, id) where pinned_at is not null;
