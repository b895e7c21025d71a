-- How often something was tried, so that all nodes know when it was too often.
create table attempt (
    -- SHA-256 of what is counted, and of whom: an address, the name somebody typed, both. Passwords are typed into the
    -- wrong field now and then, and must not be found here.
    key blob primary key,
    tries integer not null,
    -- Seconds since 1970; then the count begins anew, and this row may go.
    ends_at integer not null
);
create index attempt_ends_at on attempt (ends_at);

-- Browsers that logged in before. Each may try its own number of passwords, so that nobody can keep it from logging in
-- by trying wrong ones elsewhere.
create table known_device (
    -- SHA-256 of the cookie's number: a copy of this table makes no device a known one.
    key blob not null,
    account_id integer not null references account (id) on delete cascade,
    expires_at integer not null,
    primary key (key, account_id)
);
create index known_device_account_id on known_device (account_id, expires_at);
create index known_device_expires_at on known_device (expires_at);
