-- Digests: which day was decided for which reader, with the delivery where there was something to say.
CREATE TABLE digest (
    destination  TEXT NOT NULL,
    reader       TEXT NOT NULL,
    day          TEXT NOT NULL,
    at           BIGINT NOT NULL,
    delivery     TEXT,
    PRIMARY KEY (destination, reader, day)
);

-- Readers: the token by which each stops the digest, and when they did.
CREATE TABLE digest_reader (
    destination  TEXT NOT NULL,
    reader       TEXT NOT NULL,
    token        TEXT NOT NULL UNIQUE,
    stopped      BIGINT,
    PRIMARY KEY (destination, reader)
);
