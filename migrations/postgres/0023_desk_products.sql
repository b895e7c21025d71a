-- What a shop keeper changes in products at the desk.

-- Whether it is not for sale. A variant is not for sale either when its main product is hidden.
alter table product add column is_hidden boolean not null default false;
create index product_position on product (position);
create index product_variant_of on product (variant_of) where variant_of <> '';

-- What changed, as `domain::audit` writes it; none where the act says it all.
alter table audit add column changes text;
create index audit_subject_account_id on audit (subject_account_id) where subject_account_id is not null;

-- Pictures that were sent in, as JPEG in two sizes: all nodes have them.
create table picture (
    -- Of the large one; part of their addresses.
    hash text primary key,
    -- Pixels from left to right, of the large one.
    width bigint not null,
    large bytea not null,
    small bytea not null,
    -- Seconds since 1970, when somebody sent it in last.
    added_at bigint not null
);
