-- What the owner of an account chose about how the shop looks: system, light or dark; null where they never did.
alter table account add column theme text;
