-- Prices are numbers without a currency. A server that is set to another one than they were imported in would show
-- ten pounds as ten dollars, and 1,000 yen as 10.00: so the catalogue knows its own.
alter table catalogue add column currency text;
