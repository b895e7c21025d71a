-- Orders: what was bought, with names and prices as they were then.

create table shop_order (
    id bigint generated always as identity primary key,
    -- What people see. Random, so that nobody can count orders by it.
    number text not null unique,
    -- SHA-256 of the idempotency key: however often an order is sent, it is one.
    key_hash text not null unique,
    -- The number of what its page showed: the same key with another one is not the same order.
    seen bigint not null,
    -- None for a guest's, and once its account is deleted.
    account_id bigint references account (id) on delete set null,
    -- 'awaiting_payment', 'placed', 'sent', 'cancelled' or 'declined'.
    status text not null,
    placed_at bigint not null,
    -- In which language its buyer is told about it.
    language text not null,
    -- Whether its account was deleted: then email and address are emptied as soon as nothing is to be sent any more.
    is_forgotten boolean not null default false,
    email text not null,
    -- JSON.
    address text not null,
    -- JSON: the sums, the delivery, the tax and the currency. Computed once, and never again.
    sums text not null,
    payment text not null,
    -- When the provider is asked next to take the money, or to give it back. None where nothing is to be asked.
    ask_at bigint
);
create index shop_order_account_id on shop_order (account_id, id) where account_id is not null;
create index shop_order_is_forgotten on shop_order (id) where is_forgotten and email <> '';
create index shop_order_ask_at on shop_order (ask_at) where ask_at is not null;

create table order_line (
    order_id bigint not null references shop_order (id) on delete cascade,
    position bigint not null,
    -- The slug; it may be sold no more, or at another price.
    product text not null,
    name text not null,
    unit_price bigint not null,
    quantity bigint not null,
    primary key (order_id, position)
);

-- What became of an order, each status once.
create table order_event (
    order_id bigint not null references shop_order (id) on delete cascade,
    status text not null,
    at bigint not null,
    primary key (order_id, status)
);

-- The books of the pretend provider of a demo: the world outside of the shop. A production shop writes nothing here.
create table pretend_charge (
    order_number text primary key,
    amount bigint not null,
    taken_at bigint not null,
    returned_at bigint
);

-- Orders take from the stock. Each counts here, and notes it at its products, so that running shops read what changed and no more.
alter table catalogue add column stock_revision bigint not null default 0;
alter table product add column stock_revision bigint not null default 0;
create index product_stock_revision on product (stock_revision) where stock_revision > 0;
