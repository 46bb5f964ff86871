-- Who may sign in, who is signed in, and keys for programs. Of passwords and keys only hashes are kept.

CREATE TABLE app_user (
    name          TEXT PRIMARY KEY,
    role          TEXT NOT NULL,
    owners        TEXT NOT NULL,
    password      TEXT,
    issuer        TEXT,
    subject       TEXT,
    created       BIGINT NOT NULL,
    last_sign_in  BIGINT
);
CREATE UNIQUE INDEX app_user_identity ON app_user (issuer, subject);

-- A browser that is signed in, by the hash of what its cookie holds.
CREATE TABLE app_session (
    hash     TEXT PRIMARY KEY,
    who      TEXT NOT NULL,
    created  BIGINT NOT NULL,
    seen     BIGINT NOT NULL,
    ends     BIGINT NOT NULL,
    address  TEXT NOT NULL
);
CREATE INDEX app_session_who ON app_session (who);
CREATE INDEX app_session_ends ON app_session (ends);

CREATE TABLE api_token (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL,
    who        TEXT NOT NULL,
    label      TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT,
    last_used  BIGINT
);
CREATE INDEX api_token_who ON api_token (who);
