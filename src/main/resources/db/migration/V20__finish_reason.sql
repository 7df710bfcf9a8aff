-- Why the reply of a turn that succeeded ends where it ends; null for turns before this version, and for turns without a whole reply.
alter table turns add column finish_reason text;
-- Not validated: the column is new, so no row can break the constraint, and the table is not read.
alter table turns add constraint turns_finish_reason
    check (finish_reason in ('stop', 'length', 'content_filter')) not valid;
