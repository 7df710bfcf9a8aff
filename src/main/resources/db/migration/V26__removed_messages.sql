-- Messages of queued turns that their users removed. Positions are given once, so message_count stays the position of the last message
-- that was ever added, also for a replica of the version before; what a caller is told is the difference.
alter table conversations add column removed_messages integer not null default 0;
comment on column conversations.removed_messages is 'how many of the first message_count positions have no message any more';
