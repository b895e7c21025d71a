-- During a rolling deploy a page of one build may ask a node of another build for its stylesheet and its scripts.
-- So each build leaves its files here, and a node serves what it does not have itself.
create table asset (
    -- Hash of all files of the build; part of their addresses.
    build text not null,
    name text not null,
    -- Content-Type.
    kind text not null,
    content blob not null,
    -- Seconds since 1970, when a node of this build started last.
    started_at integer not null,
    primary key (build, name)
);
