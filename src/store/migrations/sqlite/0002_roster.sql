-- Accounts, sources and feeds that were added at run time; those of the files are not here.

CREATE TABLE account (
    id        TEXT PRIMARY KEY,
    body      TEXT NOT NULL,
    archived  BIGINT NOT NULL DEFAULT 0,
    updated   BIGINT NOT NULL
);

CREATE TABLE source (
    id        TEXT PRIMARY KEY,
    body      TEXT NOT NULL,
    updated   BIGINT NOT NULL
);

CREATE TABLE source_feed (
    id        TEXT PRIMARY KEY,
    source    TEXT NOT NULL,
    body      TEXT NOT NULL,
    archived  BIGINT NOT NULL DEFAULT 0,
    updated   BIGINT NOT NULL
);

-- One row: raised with every change of the tables above, so that a running process sees that something changed.
CREATE TABLE roster (
    id       BIGINT PRIMARY KEY,
    version  BIGINT NOT NULL
);
INSERT INTO roster (id, version) VALUES (1, 0);

-- Who paused a feed: only the same may let it go on.
ALTER TABLE feed ADD COLUMN paused_by TEXT;
UPDATE feed SET paused_by = CASE WHEN next_why LIKE 'its server asks%' THEN 'program' ELSE 'file' END
WHERE state = 'paused';

CREATE INDEX change_subject ON change (subject, seq);
