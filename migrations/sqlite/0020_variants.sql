-- A product may come in several variants, each of which is a product with a price and a stock of its own.
-- The slug of the product that stands for all of them in lists; empty for that one itself, and where there are none.
alter table product add column variant_of text not null default '';
-- Which variant it is, such as "Colour: blue; Size: large"; empty where there is only one.
alter table product add column options text not null default '';
-- Paths of more pictures, with spaces between them.
alter table product add column pictures text not null default '';
