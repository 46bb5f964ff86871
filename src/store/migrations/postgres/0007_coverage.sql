-- Times in which a feed could not be read, once they are over; one that still lasts shows in the feed itself.
CREATE TABLE coverage_gap (
    feed      TEXT NOT NULL,
    since     BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    why       TEXT NOT NULL,
    PRIMARY KEY (feed, since)
);
CREATE INDEX coverage_gap_time ON coverage_gap (until_at);

-- Articles in a language without cues: who is named in them is known, what they say is not.
CREATE TABLE mention_only (
    article   TEXT PRIMARY KEY,
    language  TEXT NOT NULL
);
