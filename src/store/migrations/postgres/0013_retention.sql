-- Articles that are let go whole: how many of a story went, and when they last named an account.
ALTER TABLE story ADD COLUMN gone BIGINT NOT NULL DEFAULT 0;

CREATE TABLE last_named (
    account  TEXT PRIMARY KEY,
    at       BIGINT NOT NULL
);

CREATE INDEX article_feed ON article (feed, published);
CREATE INDEX article_text ON article (published) WHERE text IS NOT NULL;
CREATE INDEX article_version_text ON article_version (at) WHERE text IS NOT NULL;
CREATE INDEX mention_suppressed ON mention (at) WHERE accepted = 0;
