-- The second factor of accounts whose owners turned it on: one-time codes (RFC 6238), and recovery codes for a lost phone.
create table second_factor (
    -- A number of its own: a log in that waits for a code must notice that it was turned off and on meanwhile.
    id bigint generated always as identity primary key,
    account_id bigint not null unique references account (id) on delete cascade,
    -- What the owner's app has, too: 160 bits in base32. It is kept as it is, since a key to encrypt it with would lie beside
    -- this database, and be taken with it.
    secret text not null,
    -- The newest 30 seconds since 1970 whose code was used: neither that code nor an older one works again.
    last_step bigint not null,
    turned_on_at bigint not null
);

create table recovery_code (
    second_factor_id bigint not null references second_factor (id) on delete cascade,
    -- SHA-256 of a code of 120 random bits: a copy of this table opens nothing.
    hash text not null,
    primary key (second_factor_id, hash)
);
