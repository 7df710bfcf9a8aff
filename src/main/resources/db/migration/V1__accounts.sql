create table accounts (
    id               uuid        primary key,
    username         text        not null,
    email            text,
    password_hash    text,
    password_version integer     not null default 0,
    roles            text[]      not null default '{user}',
    issuer           text,
    subject          text,
    created_at       timestamptz not null,
    -- Whoever has no password comes from an issuer of the operator's
    check (password_hash is not null or (issuer is not null and subject is not null))
);
create unique index accounts_username on accounts (lower(username));
create unique index accounts_email on accounts (lower(email));
create unique index accounts_subject on accounts (issuer, subject);

comment on column accounts.password_version is 'raised with each change of the password; tokens bear it, so older ones end';

-- One key for all replicas, made by whichever starts first.
create table signing_keys (
    id          integer     primary key check (id = 1),
    private_key text        not null,
    created_at  timestamptz not null
);
