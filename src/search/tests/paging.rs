//! Pages while articles come, and stories however many reports they have.

use super::*;

/// Forty articles of six stories and some of none, in several segments; words come in varying numbers.
fn archive() -> Vec<Document> {
    let day = |number: usize| at(&format!("2026-02-{:02}T08:00:00Z", 1 + number % 20));
    let one = |number: usize| Document {
        story: (!number.is_multiple_of(4)).then(|| format!("s{}", number % 6)),
        publisher: Some(format!("Paper {}", number % 5)),
        published: (!number.is_multiple_of(9)).then(|| day(number)),
        ..article(
            &format!("a{number:02}"),
            if number.is_multiple_of(3) { "Acme fire" } else { "News of the day" },
            &format!("{} {}", "Acme burns. ".repeat(1 + number % 7), "Nothing else is known yet. ".repeat(number % 11)),
        )
    };
    (0..40).map(one).collect()
}

/// The ids of a page, and where to go on.
fn page(
    folder: &Path,
    query: &str,
    collapse: bool,
    limit: usize,
    cursor: Option<String>,
) -> (Vec<String>, Option<String>) {
    let found = ask(folder, query, |request| {
        (request.collapse, request.limit, request.cursor) = (collapse, limit, cursor);
    });
    (found.results.into_iter().map(|found| found.id).collect(), found.next)
}

#[test]
fn a_walk_shows_all_once_while_articles_come() {
    let settings = Settings::default();
    for query in [
        "acme fire",
        "acme OR fire*",
        "acme sort:date",
        "acme sort:recent",
        "has:country OR -zebra",
        "\"acme burns\" fire",
    ] {
        for collapse in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let mut index = Index::create(folder.path(), &settings).unwrap();
            for (seq, some) in (1..).zip(archive().chunks(15)) {
                index.put(some).unwrap();
                index.commit(seq).unwrap();
            }
            let (whole, none) = page(folder.path(), query, collapse, 1_000, None);
            assert_eq!(none, None);
            assert!(whole.len() > 5, "{query}");

            let mut walked = Vec::new();
            let mut cursor = None;
            for round in 0..100 {
                let (ids, next) = page(folder.path(), query, collapse, 3, cursor);
                assert!(next.is_none() || ids.len() == 3, "{query}: only the last page is short");
                walked.extend(ids);
                cursor = next;
                if cursor.is_none() {
                    break;
                }
                // Better, newer and rarer ones, more of known stories, and some old ones with a new event.
                let fresh = |number: usize| Document {
                    story: Some(format!("s{}", number % 7)),
                    publisher: Some(format!("Late {number}")),
                    published: Some(at("2026-03-10T11:00:00Z")),
                    ..article(&format!("n{round}-{number}"), "Acme fire: acme burns", &"Acme fire. ".repeat(number))
                };
                index.put(&(1..6).map(fresh).collect::<Vec<_>>()).unwrap();
                let again = archive().into_iter().skip(round % 40).step_by(7);
                let again = again.map(|old| Document { signals: vec![format!("kind_{round}")], ..old });
                index.put(&again.collect::<Vec<_>>()).unwrap();
                index.commit(10 + i64::try_from(round).unwrap()).unwrap();
            }
            assert_eq!(walked, whole, "{query}, joined: {collapse}");
            let (now, _) = page(folder.path(), query, collapse, 1_000, None);
            assert!(now != whole, "{query}: what came is found by who begins anew");
        }
    }
}

#[test]
fn a_story_of_any_size_is_one_result() {
    let report = |number: usize| Document {
        story: Some("large".to_owned()),
        publisher: Some(format!("Paper {}", number % 50)),
        ..article(&format!("l{number:04}"), "Acme acme acme", "Acme acme")
    };
    let single = |number: usize| article(&format!("single{number:02}"), "", "Acme is one of many words in here");
    let folder = filled(&(0..1_500).map(report).chain((0..30).map(single)).collect::<Vec<_>>());
    let found = ask(folder.path(), "acme", |request| request.limit = 100);
    assert_eq!((found.total, found.results.len(), found.next), (1_530, 31, None));
    assert_eq!((found.results[0].story.as_deref(), found.results[0].more_sources), (Some("large"), 49));
    let last = ask(folder.path(), "acme", |request| (request.limit, request.offset) = (5, 28));
    assert_eq!(last.results.len(), 3);
    assert_eq!(ids(&folder, "story:large single").len(), 0);
    let each = ask(folder.path(), "story:large", |request| (request.collapse, request.limit) = (false, 2_000));
    assert_eq!(each.results.len(), 1_500);
}

#[test]
fn a_cursor_of_something_else_is_refused() {
    let folder = filled(&archive());
    let refused = |query: &str, cursor: &str| {
        let reader = Reader::open(folder.path(), &Settings::default()).unwrap();
        let request =
            SearchRequest { cursor: Some(cursor.to_owned()), ..SearchRequest::at(at("2026-03-10T12:00:00Z")) };
        reader.search(&Query::parse(query).unwrap(), &request).unwrap_err().to_string()
    };
    let (_, next) = page(folder.path(), "acme", true, 3, None);
    let next = next.unwrap();
    assert!(next.len() < 600, "{}", next.len());
    assert!(refused("acme fire", &next).contains("is of another query"));
    assert!(refused("acme sort:date", &next).contains("is of another query"));
    for junk in ["", "x", "é", "AAAA", &next[1..], &"A".repeat(100_000)] {
        assert!(refused("acme", junk).starts_with("the cursor "), "{junk:.20}");
    }
    let mut index = Index::create(folder.path(), &Settings::default()).unwrap();
    index.put(&archive()).unwrap();
    index.commit(1).unwrap();
    assert!(refused("acme", &next).contains("built anew"));
}

#[test]
fn age_counts_where_it_is_asked_for_or_set() {
    let dated = |id: &str, day: &str, text: &str| Document {
        published: Some(at(&format!("{day}T00:00:00Z"))),
        language: Some("en".to_owned()),
        ..article(id, "", text)
    };
    let documents = [
        dated("best", "2025-03-01", "Acme. Acme fire, and acme."),
        dated("newest", "2026-03-09", "Acme made some news today in the county."),
        article("undated", "", "Acme. Acme fire, and acme burns on."),
    ];
    let folder = filled(&documents);
    assert_eq!(ranked(&folder, "acme"), ["best", "undated", "newest"]);
    assert_eq!(ranked(&folder, "acme sort:recent"), ["newest", "undated", "best"]);
    let with = |days: u32, query: &str| {
        let settings = Settings { recency_half_life_days: days, ..Settings::default() };
        let reader = Reader::open(folder.path(), &settings).unwrap();
        let request = SearchRequest::at(at("2026-03-10T12:00:00Z"));
        let found = reader.search(&Query::parse(query).unwrap(), &request).unwrap();
        found.results.into_iter().map(|found| found.id).collect::<Vec<_>>()
    };
    assert_eq!(with(7, "acme")[2], "best");
    assert_eq!(with(7, "acme sort:relevance")[0], "best");
    assert_eq!(with(3_650, "acme")[0], "best");
}
