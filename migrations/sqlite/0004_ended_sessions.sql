-- Ids that died a moment ago. A request that was under way with one of them is refused, instead of
-- being taken for a stranger's and given a new session.
create table ended_session (
    -- As in `session`.
    id text primary key,
    -- 1 where the session goes on under another id, 0 where it ended.
    is_rotated integer not null,
    ended_at integer not null
);
create index ended_session_ended_at on ended_session (ended_at);

-- Since when an account may not log in.
alter table account add column disabled_at integer;
