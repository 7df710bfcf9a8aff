-- Null for conversations that are not pinned, which is also what a replica of the version before writes.
alter table conversations add column pinned_at timestamptz;
comment on column conversations.pinned_at is 'when the user pinned the conversation; neither version nor updated_at changes with it';
