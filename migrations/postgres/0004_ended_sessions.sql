-- Ids that died a moment ago. A request that was under way with one of them is refused, instead of
-- being taken for a stranger's and given a new session.
create table ended_session (
    -- As in `session`.
    id text primary key,
    -- True where the session goes on under another id, false where it ended.
    is_rotated boolean not null,
    ended_at bigint not null
);
create index ended_session_ended_at on ended_session (ended_at);

-- Since when an account may not log in.
alter table account add column disabled_at bigint;
