-- The dashboard counts a user's tasks from the index alone.
drop index tasks_of_user;
create index tasks_of_user on tasks (user_id, id) include (status, due_on);

-- Rows that every turn changes, in columns that no index has: with room on their page the new version stays there and touches no
-- index. A turn's own row is not among them: its status is what two indexes are about.
alter table conversations set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
alter table quotas set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
alter table turns set (autovacuum_vacuum_scale_factor = 0.05);
