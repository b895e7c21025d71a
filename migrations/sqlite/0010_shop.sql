-- What concerns the database as a whole.
create table shop (
    id integer primary key check (id = 1),
    -- Since when a production shop uses it: no demo is opened on it any more, since that would bring an account whose
    -- password everybody knows.
    production_since integer
);
insert into shop (id) values (1);
