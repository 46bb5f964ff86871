//! What the crate `feed-rs` reads, we read too, with no entry less. It is the measure of formats; our own reader exists
//! because `feed-rs` alone refuses or cuts much of what real feeds hold (see ARCHITECTURE.md).

use std::panic::{AssertUnwindSafe, catch_unwind};

use tidings::feed;

use crate::origin::corpus;

/// One small document of every format that `feed-rs` documents.
const FORMATS: &[(&str, &str)] = &[
    (
        "rss 0.91",
        "<rss version='0.91'><channel><title>t</title><link>http://a.example/</link><description>d</description>\
        <item><title>one</title><link>http://a.example/1</link></item></channel></rss>",
    ),
    (
        "rss 0.92",
        "<rss version='0.92'><channel><title>t</title><link>http://a.example/</link><description>d</description>\
        <item><title>one</title><link>http://a.example/1</link></item></channel></rss>",
    ),
    (
        "rss 1.0",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
        <channel rdf:about='http://a.example/'><title>t</title><link>http://a.example/</link><description>d</description>\
        </channel><item rdf:about='http://a.example/1'><title>one</title><link>http://a.example/1</link></item></rdf:RDF>",
    ),
    (
        "rss 2.0",
        "<rss version='2.0'><channel><title>t</title><link>http://a.example/</link><description>d</description>\
        <item><guid>1</guid><title>one</title></item></channel></rss>",
    ),
    (
        "atom",
        "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:f</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>\
        <entry><id>urn:1</id><title>one</title><updated>2026-01-01T00:00:00Z</updated></entry></feed>",
    ),
    ("json feed 1.0", r#"{"version":"https://jsonfeed.org/version/1","title":"t","items":[{"id":"1","title":"one"}]}"#),
    (
        "json feed 1.1",
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[{"id":"1","title":"one"}]}"#,
    ),
];

/// Entries that `feed-rs` finds; none where it refuses the document or gives up.
fn by_feed_rs(document: &[u8]) -> Option<usize> {
    let read = catch_unwind(AssertUnwindSafe(|| feed_rs::parser::parse(document)));
    Some(read.ok()?.ok()?.entries.len())
}

#[test]
fn every_format_of_feed_rs_is_read() {
    for (name, document) in FORMATS {
        let wanted = by_feed_rs(document.as_bytes());
        let parsed = feed::parse(document.as_bytes(), None, None);
        assert!(parsed.understood, "{name}: {:?}", parsed.warnings);
        assert_eq!(Some(parsed.entries.len()), wanted, "{name}");
        assert_eq!(parsed.entries[0].title.as_deref(), Some("one"), "{name}");
    }
}

#[test]
fn no_entry_that_feed_rs_finds_in_real_feeds_is_missed() {
    let Some(corpora) = corpus::corpora() else {
        eprintln!("left out: no corpora beside the project (TIDINGS_CORPORA)");
        return;
    };
    let (mut both, mut only_ours) = (0, 0);
    for file in corpus::feed_files(&corpora) {
        let document = std::fs::read(&file).unwrap();
        let parsed = feed::parse(&document, Some(corpus::content_type(&file)), None);
        match by_feed_rs(&document) {
            Some(wanted) => {
                both += 1;
                let ours = parsed.entries.len();
                assert!(parsed.understood && ours >= wanted, "{}: {ours} of {wanted}", file.display());
            }
            None => only_ours += usize::from(parsed.understood),
        }
    }
    eprintln!("{both} real feeds read by both, {only_ours} more by us alone");
    assert!(both > 0);
}
