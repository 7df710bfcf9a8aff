-- Token buckets of the rate limits, where all replicas share them (parley.ratelimit.store=database). The columns are
-- those that Bucket4j asks for; the id tells whose it is as a hash only
create unlogged table buckets (
    id text primary key,
    state bytea,
    -- Bucket4j tells it in a second statement, which may never come
    expires_at bigint default (extract(epoch from now()) * 1000 + 86400000)::bigint
);

create index buckets_by_expiry on buckets (expires_at);
