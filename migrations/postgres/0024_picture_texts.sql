-- What the pictures of a product show, for whoever cannot see them: for each that has such a text a line with its path, a space and
-- the text.
alter table product add column picture_texts text not null default '';
