-- Webhooks that other programs asked for by HTTP (REST hooks): each a destination with a signing secret of its own.
CREATE TABLE hook (
    id       TEXT PRIMARY KEY,
    url      TEXT NOT NULL,
    events   TEXT NOT NULL,
    secret   TEXT NOT NULL,
    made_by  TEXT NOT NULL,
    made     BIGINT NOT NULL
);
CREATE UNIQUE INDEX hook_once ON hook (url, events);

-- Settled deliveries are let go after a time.
CREATE INDEX delivery_ended ON delivery (ended) WHERE ended IS NOT NULL;
