-- What reports say of watched topics, so that a story worth passing on can be told again later.

CREATE TABLE topic_report (
    article  TEXT NOT NULL,
    topic    TEXT NOT NULL,
    at       BIGINT NOT NULL,
    body     TEXT NOT NULL,
    PRIMARY KEY (article, topic)
);
CREATE INDEX topic_report_at ON topic_report (at);

-- Every story about a topic asks for the cards that it made.
CREATE INDEX touch_point_cause ON touch_point (cause);
