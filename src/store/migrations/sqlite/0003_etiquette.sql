-- Since when a feed cannot be read; when somebody was told that it is broken stands in told_broken.
ALTER TABLE feed ADD COLUMN failing_since BIGINT;
UPDATE feed SET failing_since = COALESCE(last_success, last_attempt) WHERE error IS NOT NULL;

-- The host that is asked, so that one host's many feeds do not keep all others waiting. Filled at the next start.
ALTER TABLE feed ADD COLUMN host TEXT NOT NULL DEFAULT '';
CREATE INDEX feed_leased ON feed (lease_until);
CREATE INDEX feed_address ON feed (url);

-- How far the archive of a feed was read (RFC 5005): its next older page, and how many pages were read.
CREATE TABLE feed_archive (
    feed       TEXT PRIMARY KEY,
    next_page  TEXT,
    pages      BIGINT NOT NULL,
    at         BIGINT NOT NULL
);

-- Whose turn it is to ask a host, where several processes share this database.
CREATE TABLE host_turn (
    host      TEXT PRIMARY KEY,
    since     BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    number    BIGINT NOT NULL
);
