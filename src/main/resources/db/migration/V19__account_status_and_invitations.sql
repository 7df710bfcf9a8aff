-- A disabled account signs in nowhere, and its tokens are refused; its data stay
alter table accounts add column disabled_at timestamptz;

-- Invitations of administrators. A registration deletes its row; only the hash of the code is stored
create table invitations (
    id uuid primary key,
    code_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);

create unique index invitations_code on invitations (code_hash);
create index invitations_expiry on invitations (expires_at);
