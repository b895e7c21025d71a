-- Passkeys (WebAuthn): a log in with a key that a device keeps, in place of a password.

-- The user handle of an account (WebAuthn): a random number by which devices know it, so that what they keep says nothing about it. One for each account that
-- ever began to add a passkey; it stays the same, so that a device replaces a passkey of the account instead of keeping two.
create table passkey_owner (
    account_id integer primary key references account (id) on delete cascade,
    user_handle blob not null unique
);

create table passkey (
    -- Never given twice: a page that is old must not remove another passkey than the one it shows.
    id integer primary key autoincrement,
    account_id integer not null references passkey_owner (account_id) on delete cascade,
    -- By which the device knows it: up to 1023 bytes.
    credential_id blob not null unique,
    name text not null,
    -- The public key and what the device said of it, as webauthn-rs writes it (JSON). Nothing here is secret.
    credential text not null,
    -- How often it was used, by the device's own count; 0 where it does not count. It must not go back.
    counter integer not null,
    -- Whether it is kept in more than one place.
    is_backed_up integer not null,
    added_at integer not null,
    last_used_at integer
);
create index passkey_account_id on passkey (account_id);
