-- The catalogue as the last import left it.
create table product (
    slug text primary key,
    -- Place in the shop keeper's file: the order called "featured".
    position integer not null,
    name text not null,
    category text not null,
    -- Minor units of the shop's currency.
    price integer not null,
    stock integer not null,
    summary text not null,
    description text not null,
    picture text not null
);

-- Grows by one with every import that changed something, so that running servers notice.
create table catalogue (
    id integer primary key check (id = 1),
    revision integer not null
);
insert into catalogue (id, revision) values (1, 0);
