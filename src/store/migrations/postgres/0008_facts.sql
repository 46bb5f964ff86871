-- What other systems tell, what was promised and learned in contacts, and what dismissals taught.

CREATE TABLE fact (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    account      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    received     BIGINT NOT NULL,
    who          TEXT NOT NULL,
    state        TEXT NOT NULL,
    lease_until  BIGINT NOT NULL DEFAULT 0,
    answer       TEXT,
    body         TEXT NOT NULL
);
CREATE INDEX fact_unread ON fact (state, at);
CREATE INDEX fact_account ON fact (account, at);
CREATE INDEX fact_heard ON fact (kind, received);

CREATE TABLE promise (
    id           TEXT PRIMARY KEY,
    account      TEXT NOT NULL,
    touch_point  TEXT NOT NULL,
    owner        TEXT NOT NULL,
    due          TEXT NOT NULL,
    state        TEXT NOT NULL,
    body         TEXT NOT NULL
);
CREATE INDEX promise_state ON promise (state, due);
CREATE INDEX promise_touch_point ON promise (touch_point);

CREATE TABLE answer (
    id           TEXT PRIMARY KEY,
    account      TEXT NOT NULL,
    touch_point  TEXT NOT NULL,
    at           BIGINT NOT NULL,
    state        TEXT NOT NULL,
    body         TEXT NOT NULL
);
CREATE INDEX answer_account ON answer (account, at);
CREATE INDEX answer_touch_point ON answer (touch_point);

-- A client was asked the four questions in this contact.
CREATE TABLE asked (
    touch_point  TEXT PRIMARY KEY,
    account      TEXT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX asked_account ON asked (account, at);

CREATE TABLE lesson (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    active  BIGINT NOT NULL,
    body    TEXT NOT NULL
);
CREATE INDEX lesson_active ON lesson (active, at);
