-- Which sessions changed last, so that a process learns what another one did without asking for each session of its open
-- tabs. Triggers note it: then also a release that knows nothing of this table does, in the same transaction as the change.
create table session_change (
    -- Grows with every change. A file has one writer at a time, so it is the order of commits.
    revision integer primary key,
    -- As in `session`.
    key text not null
);
-- A reader that finds the last change it knew knows that it missed none.
insert into session_change (revision, key) values (0, '');
-- The last 10,000 are kept: whoever missed more than that looks at all sessions of its tabs.
create trigger session_is_made after insert on session begin
    insert into session_change (key) values (new.key);
    delete from session_change where revision <= (select max(revision) from session_change) - 10000;
end;
create trigger session_is_changed after update of entry on session begin
    insert into session_change (key) values (new.key);
    delete from session_change where revision <= (select max(revision) from session_change) - 10000;
end;
