-- The language that the owner of an account chose, as a tag of BCP 47; null where they never did.
alter table account add column language text;
