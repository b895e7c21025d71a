-- What the shop signs its links with: 32 random bytes in hexadecimal, drawn by the first node that starts. It is in the
-- database, so that all nodes sign alike and a restart breaks no link.
alter table shop add column link_key text;
