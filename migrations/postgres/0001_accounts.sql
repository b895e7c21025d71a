-- Who can log in.
-- The two keys are what is compared: lower case, so that capitals make no second account.
create table account (
    id bigint generated always as identity primary key,
    username text not null,
    username_key text not null unique,
    email text not null unique,
    -- argon2id in PHC string format: the parameters travel with each hash.
    password_hash text not null,
    -- The demonstration account is removed when the shop starts in production mode.
    is_demo boolean not null default false,
    created_at bigint not null
);
