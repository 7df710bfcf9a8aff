-- Tool calls that wait for a person, and what was decided. A turn that waits takes rows only.
create table turn_approvals (
    turn_id            uuid        not null references turns (id) on delete cascade,
    step               text        not null,
    user_id            uuid        not null,
    tool               text        not null,
    arguments          text        not null,
    arguments_hash     text        not null,
    schema_hash        text        not null,
    summary            text        not null,
    approver           text        not null check (approver in ('owner', 'admin')),
    status             text        not null check (status in ('open', 'approved', 'denied', 'expired', 'cancelled')),
    asked_at           timestamptz not null,
    expires_at         timestamptz not null,
    decided_at         timestamptz,
    decided_by         uuid,
    approved_arguments text,
    reason             text,
    primary key (turn_id, step),
    check ((decided_at is null) = (status = 'open'))
);
comment on column turn_approvals.step is 'the path of the step, as in turn_steps';
comment on column turn_approvals.user_id is 'the user of the turn, for the inbox';
comment on column turn_approvals.approved_arguments is 'what the person wrote instead of the arguments; null if nothing was changed';
-- The inbox of a user, newest turn first; that of the administrators; what expires.
create index turn_approvals_of_user on turn_approvals (user_id, turn_id);
create index turn_approvals_of_admins on turn_approvals (turn_id) where status = 'open' and approver = 'admin';
create index turn_approvals_open on turn_approvals (expires_at) where status = 'open';

alter table turns add column pauses integer not null default 0;
alter table turns add column ready_at timestamptz;
alter table turns add column traceparent text;
comment on column turns.pauses is 'how many of its attempts began after a pause, not after a crash';
comment on column turns.ready_at is 'set while the turn waits and nothing is left to decide: any replica may go on with it';
comment on column turns.traceparent is 'the trace of the attempt before a pause (W3C Trace Context)';
