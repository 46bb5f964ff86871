-- Searches that watch: those that were saved at run time (those of the file are not here), and what matched any of them.

CREATE TABLE saved_search (
    name     TEXT PRIMARY KEY,
    body     TEXT NOT NULL,
    who      TEXT NOT NULL,
    created  BIGINT NOT NULL,
    updated  BIGINT NOT NULL
);

-- An article of a story that matched. Of a story and a search one is the first: of it somebody was told.
CREATE TABLE saved_search_match (
    search   TEXT NOT NULL,
    article  TEXT NOT NULL,
    story    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    first    BIGINT NOT NULL,
    PRIMARY KEY (search, article)
);
CREATE INDEX saved_search_match_story ON saved_search_match (story, search);
CREATE INDEX saved_search_match_article ON saved_search_match (article);
CREATE INDEX saved_search_match_at ON saved_search_match (search, at);

-- The saved search that is told of, where a delivery is of no touch point.
ALTER TABLE delivery ADD COLUMN search TEXT;
