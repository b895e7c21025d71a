-- Which sessions changed last, so that a node learns what another one did without asking for each session of its open
-- tabs. A trigger notes it: then also a release that knows nothing of this table does, in the same transaction as the change.
-- (`notify` would take a lock of the whole server at each commit, and tell nothing to a node that is cut off.)
create table session_change (
    -- Transactions end in another order than they begin. With this, a reader asks for those it could not see the last time.
    xact xid8 not null default pg_current_xact_id(),
    -- As in `session`.
    key text not null,
    -- For the clean-up.
    noted_at timestamptz not null default now()
);
create index session_change_xact on session_change (xact);

create function note_session_change() returns trigger language plpgsql as $$
begin
    insert into session_change (key) values (new.key);
    return null;
end
$$;
create trigger session_is_changed after insert or update of entry on session
    for each row execute function note_session_change();
