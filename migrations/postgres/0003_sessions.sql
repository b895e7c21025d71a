-- One row per session. The first three columns belong to tower-sessions-sqlx-store, which reads and
-- deletes by them; the others let the database find rows without opening the blob.
create table session (
    -- SHA-256 of the cookie's id, cut to 128 bits: a copy of this table logs nobody in.
    id text primary key,
    data bytea not null,
    expiry_date timestamptz not null,
    -- The same moment in seconds, for the clean-up's index.
    expires_at bigint not null,
    -- Whose login this is; the session dies with the account.
    account_id bigint references account (id) on delete cascade
);
create index session_expires_at on session (expires_at);
create index session_account_id on session (account_id) where account_id is not null;
