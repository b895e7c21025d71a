-- A session is one entry with one end: what it holds, or the tombstone of an id that died a moment ago.
-- Whose login it is stands in a list of its own, since sessions may be kept in another store than accounts.
create table account_session (
    -- As in `session`.
    key text primary key,
    account_id integer not null,
    noted_at integer not null,
    -- When the login ends at the latest; then this row may go.
    expires_at integer not null
);
insert into account_session (key, account_id, noted_at, expires_at)
    -- A login began 30 days before it would end unused, and goes on for 90 at most.
    select id, account_id, expires_at - 30 * 86400, expires_at + 90 * 86400 from session where account_id is not null;
create index account_session_account_id on account_session (account_id, noted_at);
create index account_session_expires_at on account_session (expires_at);

create table entry (
    -- SHA-256 of the cookie's id, cut to 128 bits: a copy of this table logs nobody in.
    key text primary key,
    -- tower-sessions' record.
    entry blob not null,
    -- Seconds since 1970; for the clean-up's index.
    expires_at integer not null
);
insert into entry (key, entry, expires_at) select id, data, expires_at from session;
drop table session;
drop table ended_session;
alter table entry rename to session;
create index session_expires_at on session (expires_at);
