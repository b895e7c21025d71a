-- How many sessions like each product. What a session likes is kept in the session itself, wherever sessions are stored; this is the count of it, written
-- beside. A session is known here by a random number that is kept in it, and not by its id or anything made of that.

create table liker (
    id bigint primary key,
    -- Which state of its likes was counted last: an older one that arrives late is not.
    changes bigint not null,
    -- When its session was known to be there. Long after, its likes count no more.
    noted_at bigint not null
);
create index liker_noted_at on liker (noted_at);

create table product_like (
    liker_id bigint not null references liker (id) on delete cascade,
    -- The slug; the product may be sold no more, or again.
    product text not null,
    primary key (liker_id, product)
);

-- The sums, so that nobody has to count. A product without a row is liked by none.
create table like_count (
    product text primary key,
    likes bigint not null,
    -- The one in which it changed last.
    revision bigint not null
);
create index like_count_revision on like_count (revision);

-- One row. Whoever writes counts takes the next number first and holds it to the end, so that revisions become visible in their order.
create table like_revision (
    id bigint primary key check (id = 1),
    revision bigint not null
);
insert into like_revision (id, revision) values (1, 0);
