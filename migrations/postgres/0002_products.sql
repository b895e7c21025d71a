-- The catalogue as the last import left it.
create table product (
    slug text primary key,
    -- Place in the shop keeper's file: the order called "featured".
    position bigint not null,
    name text not null,
    category text not null,
    -- Minor units of the shop's currency.
    price bigint not null,
    stock bigint not null,
    summary text not null,
    description text not null,
    picture text not null
);

-- Grows by one with every import that changed something, so that running servers notice.
create table catalogue (
    id bigint primary key check (id = 1),
    revision bigint not null
);
insert into catalogue (id, revision) values (1, 0);
