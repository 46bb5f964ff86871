-- Accounts as CRMs have them, and which of ours each is.
CREATE TABLE crm_record (
    destination  TEXT NOT NULL,
    record       TEXT NOT NULL,
    name         TEXT NOT NULL,
    domain       TEXT,
    parent       TEXT,
    owner        TEXT,
    modified     BIGINT,
    account      TEXT,
    state        TEXT NOT NULL,
    how          TEXT,
    merged_into  TEXT,
    why          TEXT NOT NULL,
    candidates   TEXT NOT NULL,
    body         TEXT NOT NULL,
    seen         BIGINT NOT NULL,
    PRIMARY KEY (destination, record)
);
CREATE INDEX crm_record_account ON crm_record (account);

-- People of these accounts (`contact`), and of us who look after them (`owner`).
CREATE TABLE crm_person (
    destination  TEXT NOT NULL,
    record       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    person       TEXT NOT NULL,
    place        BIGINT NOT NULL,
    name         TEXT NOT NULL,
    role         TEXT,
    email        TEXT,
    phone        TEXT,
    PRIMARY KEY (destination, record, kind, person)
);

-- How far each CRM was read.
CREATE TABLE crm_cursor (
    destination  TEXT PRIMARY KEY,
    since        BIGINT,
    whole        BIGINT,
    tried        BIGINT NOT NULL,
    trouble      TEXT
);

-- Deliveries that wait until a person has chosen a record.
CREATE INDEX delivery_held ON delivery (destination, touch_point) WHERE state = 'held';
