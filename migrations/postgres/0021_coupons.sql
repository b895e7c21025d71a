-- Coupons: a code that a buyer enters takes something off an order.

create table coupon (
    -- Never given again: an order names by it the coupon of which it has a use, also where the code is another coupon's by now.
    id bigint generated always as identity primary key,
    -- Capital letters, digits, and hyphens between them.
    code text not null unique,
    -- What it takes off: hundredths of a percent of the products, or an amount.
    percent bigint check (percent between 1 and 10000),
    amount bigint check (amount > 0),
    -- Of the amount and of the minimum.
    currency text not null,
    -- What the products have to cost at least.
    minimum bigint not null default 0,
    -- From when on, and until before when, in seconds since 1970. None where there is no such limit.
    valid_from bigint,
    valid_until bigint,
    -- How many orders may have it; none where any number may.
    most_uses bigint,
    -- How many have it: all but those that were cancelled or declined.
    used bigint not null default 0,
    -- That of a demo, whose code everybody knows: no production shop keeps it.
    is_demo boolean not null default false,
    check ((percent is null) <> (amount is null)),
    check (used >= 0),
    check (used <= most_uses)
);

-- The code that an order was placed with, and the coupon of which it has a use. No reference: a coupon that is removed leaves orders
-- as they are.
alter table shop_order add column coupon text;
alter table shop_order add column coupon_id bigint;
