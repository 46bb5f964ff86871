-- The truth. Instants are epoch milliseconds in UTC, flags 0 or 1, JSON stands in TEXT.

CREATE TABLE feed (
    id              TEXT PRIMARY KEY,
    configured_url  TEXT NOT NULL,
    url             TEXT NOT NULL,
    state           TEXT NOT NULL,
    title           TEXT,
    etag            TEXT,
    last_modified   TEXT,
    hints           TEXT NOT NULL,
    next_poll       BIGINT NOT NULL,
    next_why        TEXT NOT NULL,
    last_attempt    BIGINT,
    last_success    BIGINT,
    last_new        BIGINT,
    outcome         TEXT,
    error           TEXT,
    failures        BIGINT NOT NULL,
    warnings        TEXT NOT NULL,
    told_broken     BIGINT,
    lease_until     BIGINT NOT NULL DEFAULT 0,
    fence           BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX feed_due ON feed (state, next_poll);

CREATE TABLE host_backoff (
    host      TEXT PRIMARY KEY,
    until_at  BIGINT NOT NULL,
    failures  BIGINT NOT NULL,
    why       TEXT NOT NULL
);

CREATE TABLE entry (
    feed          TEXT NOT NULL,
    entry_key     TEXT NOT NULL,
    content_hash  TEXT NOT NULL,
    body          TEXT NOT NULL,
    first_seen    BIGINT NOT NULL,
    published     BIGINT,
    state         TEXT NOT NULL,
    article       TEXT,
    attempts      BIGINT NOT NULL DEFAULT 0,
    next_try      BIGINT NOT NULL DEFAULT 0,
    lease_until   BIGINT NOT NULL DEFAULT 0,
    error         TEXT,
    PRIMARY KEY (feed, entry_key)
);
CREATE INDEX entry_unread ON entry (state, next_try);
CREATE INDEX entry_rhythm ON entry (feed, first_seen);
CREATE INDEX entry_article ON entry (article);

CREATE TABLE article (
    id            TEXT PRIMARY KEY,
    version       BIGINT NOT NULL,
    content_hash  TEXT NOT NULL,
    feed          TEXT,
    published     BIGINT NOT NULL,
    first_seen    BIGINT NOT NULL,
    story         TEXT NOT NULL,
    duplicate_of  TEXT,
    independent   BIGINT NOT NULL,
    origin        TEXT NOT NULL,
    sketch        TEXT NOT NULL,
    body          TEXT NOT NULL,
    text          TEXT
);
CREATE INDEX article_story ON article (story);
CREATE INDEX article_published ON article (published);

CREATE TABLE article_version (
    article       TEXT NOT NULL,
    version       BIGINT NOT NULL,
    content_hash  TEXT NOT NULL,
    title         TEXT NOT NULL,
    text          TEXT,
    at            BIGINT NOT NULL,
    PRIMARY KEY (article, version)
);

CREATE TABLE mention (
    article   TEXT NOT NULL,
    place     BIGINT NOT NULL,
    account   TEXT NOT NULL,
    accepted  BIGINT NOT NULL,
    about     BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    body      TEXT NOT NULL,
    PRIMARY KEY (article, place)
);
CREATE INDEX mention_account ON mention (account, accepted, at);

CREATE TABLE story (
    id        TEXT PRIMARY KEY,
    title     TEXT NOT NULL,
    first_at  BIGINT NOT NULL,
    last_at   BIGINT NOT NULL,
    reports   BIGINT NOT NULL,
    origins   BIGINT NOT NULL,
    follows   TEXT
);

CREATE TABLE story_key (
    story_key  BIGINT NOT NULL,
    article    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (story_key, article)
);
CREATE INDEX story_key_article ON story_key (article);

CREATE TABLE claim (
    article  TEXT NOT NULL,
    place    BIGINT NOT NULL,
    account  TEXT,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (article, place)
);

CREATE TABLE signal (
    id          TEXT PRIMARY KEY,
    story       TEXT NOT NULL,
    account     TEXT NOT NULL,
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    confidence  DOUBLE PRECISION NOT NULL,
    withdrawn   BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    body        TEXT NOT NULL
);
CREATE INDEX signal_story ON signal (story);
CREATE INDEX signal_account ON signal (account, last_at);

CREATE TABLE not_suggested (
    story    TEXT NOT NULL,
    account  TEXT NOT NULL,
    play     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (story, account, play)
);

CREATE TABLE article_change (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    article  TEXT NOT NULL,
    at       BIGINT NOT NULL
);

CREATE TABLE touch_point (
    id             TEXT PRIMARY KEY,
    account        TEXT NOT NULL,
    cause          TEXT NOT NULL,
    play           TEXT NOT NULL,
    state          TEXT NOT NULL,
    owner          TEXT,
    alarm          BIGINT NOT NULL,
    priority       DOUBLE PRECISION NOT NULL,
    due            TEXT NOT NULL,
    snoozed_until  BIGINT,
    revision       BIGINT NOT NULL,
    created        BIGINT NOT NULL,
    updated        BIGINT NOT NULL,
    body           TEXT NOT NULL,
    UNIQUE (account, cause)
);
CREATE INDEX touch_point_inbox ON touch_point (state, owner);

CREATE TABLE touch_point_step (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    touch_point  TEXT NOT NULL,
    step         TEXT NOT NULL,
    at           BIGINT NOT NULL,
    who          TEXT NOT NULL,
    note         TEXT,
    before_step  TEXT,
    undone       BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX touch_point_step_of ON touch_point_step (touch_point, seq);

CREATE TABLE delivery (
    id           TEXT PRIMARY KEY,
    touch_point  TEXT NOT NULL,
    revision     BIGINT NOT NULL,
    destination  TEXT NOT NULL,
    step         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    next_at      BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL DEFAULT 0,
    last_error   TEXT,
    last_status  BIGINT,
    created      BIGINT NOT NULL,
    ended        BIGINT
);
CREATE INDEX delivery_due ON delivery (state, next_at);
CREATE INDEX delivery_order ON delivery (touch_point, destination, revision);

CREATE TABLE destination (
    id     TEXT PRIMARY KEY,
    state  TEXT NOT NULL,
    why    TEXT NOT NULL,
    since  BIGINT NOT NULL
);

CREATE TABLE change (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       BIGINT NOT NULL,
    who      TEXT NOT NULL,
    what     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    detail   TEXT NOT NULL
);
