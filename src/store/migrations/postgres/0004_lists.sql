-- What is remembered of feeds that have no memory of their own: sitemaps, newsrooms, watched pages.

-- Every address that a list has shown, by 64 bits of a hash of it: only those never seen before are news.
CREATE TABLE known_link (
    feed  TEXT NOT NULL,
    link  BIGINT NOT NULL,
    PRIMARY KEY (feed, link)
);

-- What is remembered of each part of a feed (a sitemap of an index, a watched part of a page), as JSON.
CREATE TABLE feed_part (
    feed  TEXT NOT NULL,
    part  TEXT NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (feed, part)
);
