-- Mails, the links in them, and what happened to an account.

-- An e-mail address counts once its owner followed a link that was mailed to it; until then an account has none, so that
-- nobody can keep an address from its owner, or learn by registering whether it has an account.
alter table account alter column email drop not null;

-- Mails on their way. Written in the transaction of what they tell, so that there is never one without the other.
create table mail (
    id bigint generated always as identity primary key,
    -- Goes with the account. None for the mail that says that the account is gone.
    account_id bigint references account (id) on delete cascade,
    -- These four are emptied once it was sent or given up: they hold addresses and links that open accounts.
    recipient text not null,
    subject text not null,
    plain text not null,
    html text not null,
    made_at bigint not null,
    tries bigint not null default 0,
    -- None where it will not be tried: it was sent or given up, or this shop sends none.
    next_try_at bigint,
    give_up_at bigint not null,
    sent_at bigint
);
create index mail_next_try_at on mail (next_try_at) where next_try_at is not null;
create index mail_made_at on mail (made_at);
create index mail_account_id on mail (account_id) where account_id is not null;

-- What a mailed link proves. One for each account and purpose: a newer link kills the older.
create table account_token (
    account_id bigint not null references account (id) on delete cascade,
    -- 'password' or 'email'.
    purpose text not null,
    -- SHA-256 of the token in the link: a copy of this table opens nothing.
    hash text not null unique,
    -- The address that is to be confirmed.
    email text,
    expires_at bigint not null,
    primary key (account_id, purpose)
);
create index account_token_expires_at on account_token (expires_at);

-- What happened to an account, for its owner to read.
create table security_event (
    id bigint generated always as identity primary key,
    account_id bigint not null references account (id) on delete cascade,
    kind text not null,
    at bigint not null,
    user_agent text not null,
    -- Where it came from, if that is known.
    address text
);
create index security_event_account_id on security_event (account_id, at);
create index security_event_at on security_event (at);
