-- Subscriptions at WebSub hubs. The last part of the callback and the secret are known to us and the hub only.

CREATE TABLE websub (
    path            TEXT PRIMARY KEY,
    feed            TEXT NOT NULL,
    topic           TEXT NOT NULL,
    hub             TEXT NOT NULL,
    callback        TEXT NOT NULL,
    secret          TEXT NOT NULL,
    state           TEXT NOT NULL,
    lease_until     BIGINT,
    next_try        BIGINT NOT NULL,
    attempts        BIGINT NOT NULL DEFAULT 0,
    error           TEXT,
    pushes          BIGINT NOT NULL DEFAULT 0,
    forged          BIGINT NOT NULL DEFAULT 0,
    last_push       BIGINT,
    poll_otherwise  BIGINT
);
CREATE INDEX websub_feed ON websub (feed);
CREATE INDEX websub_due ON websub (next_try);
