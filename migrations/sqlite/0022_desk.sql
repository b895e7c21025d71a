-- The desk of a shop keeper: who may sit there, what was done, and indexes for what it lists and counts.

-- 'keeper', or none.
alter table account add column role text;
create index account_created_at on account (created_at);

-- What operators and keepers did. Nothing but time removes an entry.
create table audit (
    id integer primary key autoincrement,
    at integer not null,
    -- Who: an account, or none of an operator. The number stays when the account is deleted, and then names nobody: it is never given
    -- to another one.
    account_id integer,
    -- Where from; none of an operator, and once the account is deleted.
    address text,
    -- As `domain::audit` calls it.
    act text not null,
    -- What it was done to: the number of an order, or an account.
    subject text,
    subject_account_id integer
);
create index audit_at on audit (at);
create index audit_account_id on audit (account_id) where account_id is not null;

create index shop_order_status on shop_order (status, id);
create index shop_order_placed_at on shop_order (placed_at);
create index shop_order_email on shop_order (email, id);
create index order_line_product on order_line (product, order_id);
