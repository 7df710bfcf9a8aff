-- Messages that join the exchange of the turn that runs already.
alter table turns add column steers boolean not null default false;
alter table turns add column answered_by uuid;
alter table turns add column joined_round integer;
comment on column turns.steers is 'whether the queued turn joins the turn that runs in its conversation, before the next round';
comment on column turns.answered_by is 'the turn whose exchange the message has joined, and whose reply answers it';
comment on column turns.joined_round is 'how many rounds that exchange had when the message joined it';
-- Not validated: the new constraint allows more than the old one, so no row can break it, and the table is not read.
alter table turns drop constraint turns_status_check;
alter table turns add constraint turns_status_check check (status in
    ('queued', 'running', 'waiting', 'succeeded', 'failed', 'timed_out', 'cancelled', 'interrupted', 'steered')) not valid;
alter table turns add constraint turns_answered_by check ((status = 'steered') = (answered_by is not null)) not valid;
alter table messages add column answered_by uuid;
comment on column messages.answered_by is 'the turn that answers the message, if it is not the message''s own';
