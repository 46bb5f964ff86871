-- The record of a touch point in a destination that keeps one (a task in a CRM).
CREATE TABLE remote (
    touch_point  TEXT NOT NULL,
    destination  TEXT NOT NULL,
    remote_id    TEXT NOT NULL,
    url          TEXT,
    written      TEXT,
    state        TEXT NOT NULL,
    seen         BIGINT NOT NULL,
    PRIMARY KEY (touch_point, destination)
);
CREATE INDEX remote_open ON remote (destination, state, seen);

-- Until when a destination rests, since when it fails, and whether that was told.
ALTER TABLE destination ADD COLUMN rest_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE destination ADD COLUMN failing_since BIGINT;
ALTER TABLE destination ADD COLUMN told BIGINT;
