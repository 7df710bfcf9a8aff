create table notifications (
    id         uuid        primary key,
    user_id    uuid        not null references accounts (id),
    kind       text        not null,
    title      text        not null,
    body       text,
    turn_id    uuid        references turns (id),
    created_at timestamptz not null,
    read_at    timestamptz
);
create index notifications_unread on notifications (user_id, id) where read_at is null;
