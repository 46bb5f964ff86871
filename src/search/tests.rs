mod keeping;
mod languages;
mod paging;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::model::{AccountId, AccountKind, Time};

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn article(id: &str, title: &str, text: &str) -> Document {
    Document { id: id.to_owned(), title: title.to_owned(), text: text.to_owned(), ..Document::default() }
}

fn filled(documents: &[Document]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut index = Index::create(folder.path(), &Settings::default()).unwrap();
    index.put(documents).unwrap();
    index.commit(1).unwrap();
    folder
}

fn ask(folder: &Path, query: &str, change: impl FnOnce(&mut SearchRequest)) -> Found {
    let reader = Reader::open(folder, &Settings::default()).unwrap();
    let mut request = SearchRequest::at(at("2026-03-10T12:00:00Z"));
    change(&mut request);
    reader.search(&Query::parse(query).unwrap(), &request).unwrap()
}

/// The ids found, in order of id.
fn ids(folder: &TempDir, query: &str) -> Vec<String> {
    let mut ids: Vec<String> = ask(folder.path(), query, |_| {}).results.into_iter().map(|found| found.id).collect();
    ids.sort();
    ids
}

fn ranked(folder: &TempDir, query: &str) -> Vec<String> {
    ask(folder.path(), query, |_| {}).results.into_iter().map(|found| found.id).collect()
}

fn news() -> Vec<Document> {
    let account = |kind, id: &str, name: &str| (kind, AccountId::from(id), name.to_owned());
    vec![
        Document {
            url: Some("https://news.example.com/1".to_owned()),
            publisher: Some("Example News".to_owned()),
            source: Some("example".to_owned()),
            language: Some("en".to_owned()),
            published: Some(at("2026-03-09T08:00:00Z")),
            accounts: vec![account(AccountKind::Client, "acme", "Acme Robotics, Inc.")],
            signals: vec!["layoffs".to_owned()],
            ..article("a", "Acme Robotics announces layoffs", "The robot maker will cut 200 jobs after a data breach.")
        },
        Document {
            publisher: Some("Trade Post".to_owned()),
            language: Some("en".to_owned()),
            published: Some(at("2026-02-01T08:00:00Z")),
            accounts: vec![
                account(AccountKind::Competitor, "initech", "Initech Corp"),
                account(AccountKind::Client, "globex", "Globex"),
            ],
            signals: vec!["product_launch".to_owned()],
            ..article("b", "Initech launches a robot", "Globex is the first to buy it. No breach of data is known.")
        },
        Document {
            language: Some("en".to_owned()),
            ..article("c", "Football: robots win", "A breach in the defence. Acme sponsored the team's shirts.")
        },
    ]
}

#[test]
fn words_phrases_and_signs() {
    let folder = filled(&news());
    for (query, expected) in [
        ("robot", &["a", "b", "c"][..]),
        ("robots breach", &["a", "b", "c"]),
        ("acme robot", &["a", "c"]),
        ("acme robot -football", &["a"]),
        ("-football", &["a", "b"]),
        ("\"data breach\"", &["a"]),
        ("\"breaches\"", &[]),
        ("layoff", &["a"]),
        ("layoffs OR launched", &["a", "b"]),
        ("acme layoffs OR football", &["a", "c"]),
        ("foot*", &["c"]),
        ("rob* -title:launches", &["a", "c"]),
        ("title:robots", &["a", "b", "c"]),
        ("title:\"robots\"", &["c"]),
        ("title:\"a robot\"", &["b"]),
        ("\"layoffs the robot\"", &[]),
        ("ACMÉ’S", &["a", "c"]),
        ("nowhere", &[]),
        ("robot -(layoffs OR football)", &["b"]),
    ] {
        assert_eq!(ids(&folder, query), expected, "{query}");
    }
}

#[test]
fn fields_and_dates() {
    let folder = filled(&news());
    for (query, expected) in [
        ("client:acme", &["a"][..]),
        ("client:\"Acme Robotics\"", &["a"]),
        ("client:acm*", &["a"]),
        ("client:robotics", &["a"]),
        ("client:*", &["a", "b"]),
        ("competitor:acme", &[]),
        ("competitor:initech client:globex", &["b"]),
        ("client:\"corp globex\"", &[]),
        ("signal:layoffs", &["a"]),
        ("signal:*", &["a", "b"]),
        ("source:example", &["a"]),
        ("source:example.com", &["a"]),
        ("source:\"Trade Post\"", &["b"]),
        ("lang:en", &["a", "b", "c"]),
        ("lang:de", &[]),
        ("last:7d", &["a"]),
        ("last:2m", &["a", "b"]),
        ("after:2026-03-09", &["a"]),
        ("after:2026-03-10", &[]),
        ("before:2026-03", &["b"]),
        ("after:2026-02 before:2026-03", &["b"]),
        ("robot last:7d", &["a"]),
        ("last:9999y robot", &["a", "b"]),
    ] {
        assert_eq!(ids(&folder, query), expected, "{query}");
    }
}

#[test]
fn order_is_by_date_where_asked_or_where_nothing_is_scored() {
    let folder = filled(&news());
    assert_eq!(ranked(&folder, "robot sort:date"), ["a", "b", "c"]);
    assert_eq!(ranked(&folder, "lang:en"), ["a", "b", "c"]);
    assert_eq!(ranked(&folder, "sort:date"), ["a", "b", "c"]);
    let found = ask(folder.path(), "robot", |request| request.sort = Some(Sort::Date));
    assert_eq!(found.results[0].id, "a");
    assert!(found.results[0].score > 0.0);
    let second = ask(folder.path(), "robot sort:date", |request| (request.limit, request.offset) = (1, 1));
    assert_eq!((second.total, second.results.len(), second.results[0].id.as_str()), (3, 1, "b"));
    assert_eq!(ask(folder.path(), "robot", |request| request.limit = 0).results, []);
    assert_eq!(ask(folder.path(), "robot", |request| request.offset = usize::MAX).total, 3);
}

#[test]
fn the_exact_form_and_the_title_count_more() {
    let folder = filled(&[
        article("form", "", "They announced a strike at the plant."),
        article("exact", "", "They announce a strike at the plant."),
        article("title", "They announce a strike", "At the plant."),
    ]);
    assert_eq!(ranked(&folder, "announce"), ["title", "exact", "form"]);
}

#[test]
fn neighbours_in_the_query_come_first_where_they_are_neighbours_in_the_text() {
    let folder = filled(&[
        article("apart", "", "The turbine stood still while the wind blew over the plains."),
        article("together", "", "The wind turbine stood still while it blew over the plains."),
    ]);
    assert_eq!(ranked(&folder, "wind turbine"), ["together", "apart"]);
}

#[test]
fn any_asks_for_one_word_and_leaves_out_those_that_say_nothing() {
    let folder = filled(&news());
    let any = |query: &str| {
        let found = ask(folder.path(), query, |request| (request.any, request.collapse) = (true, false));
        let mut ids: Vec<String> = found.results.into_iter().map(|found| found.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(any("layoffs launches"), ["a", "b"]);
    assert_eq!(any("what is the layoffs"), ["a"]);
    assert_eq!(any("the"), ["a", "b", "c"]);
    assert_eq!(any("layoffs launches client:globex"), ["b"]);
    assert_eq!(any("layoffs launches -initech"), ["a"]);
    assert_eq!(any("nowhere"), Vec::<String>::new());
}

#[test]
fn every_language_is_found_in_its_own_forms() {
    let folder = filled(&[
        article(
            "de",
            "Werk geschlossen",
            "Der Hersteller schließt seine Häuser und entlässt am Montag viele Mitarbeiter.",
        ),
        article("fr", "Usine", "L'entreprise a annoncé lundi qu'elle supprimerait des emplois dans son usine de Lyon."),
        article("ru", "Завод", "Российская компания объявила в понедельник о сокращении рабочих мест на заводе."),
        article("ja", "トヨタ自動車が新工場", "トヨタ自動車は月曜日、新しい工場の建設を発表した。"),
        article("zh", "裁员", "公司周一宣布将裁员两百人，并关闭工厂。"),
        article("th", "ลดพนักงาน", "บริษัทประกาศเมื่อวันจันทร์ว่าจะลดพนักงานสองร้อยคน"),
        article("en", "New plant", "The maker said on Monday that it would open a new plant in Ohio next year."),
    ]);
    for (query, expected) in [
        ("Haus", &["de"][..]),
        ("haeuser", &["de"]),
        ("Mitarbeitern", &["de"]),
        ("annoncer", &["fr"]),
        ("annonce", &["fr"]),
        ("entreprise", &["fr"]),
        ("российский", &["ru"]),
        ("завода", &["ru"]),
        ("自動車", &["ja"]),
        ("トヨタ 工場", &["ja"]),
        ("裁员", &["zh"]),
        ("厂", &["zh"]),
        ("员裁", &[]),
        ("พนักงาน", &["th"]),
        ("makers", &["en"]),
        ("news", &[]),
        ("lang:ja", &["ja"]),
        ("lang:ru", &["ru"]),
        ("lang:th", &["th"]),
    ] {
        assert_eq!(ids(&folder, query), expected, "{query}");
    }
    let marked = |query: &str| ask(folder.path(), query, |_| {}).results[0].excerpt.marked("[", "]");
    assert!(marked("Haus").contains("seine [Häuser] und"), "{}", marked("Haus"));
    assert!(marked("自動車").contains("トヨタ[自動車]は"), "{}", marked("自動車"));
    assert!(marked("российский").starts_with("[Российская] компания"));
}

#[test]
fn a_name_is_no_rarer_in_a_rare_language() {
    let mut articles: Vec<Document> = (0..50)
        .map(|number| Document {
            language: Some("en".to_owned()),
            ..article(&format!("en{number}"), "", "Siemens opens a plant")
        })
        .collect();
    articles.push(Document { language: Some("de".to_owned()), ..article("de", "", "Siemens baut ein Werk") });
    let folder = filled(&articles);
    let found = ask(folder.path(), "siemens", |request| request.limit = 60).results;
    let score = |id: &str| found.iter().find(|found| found.id == id).unwrap().score;
    assert!((score("de") - score("en0")).abs() < 0.01 * score("en0"), "{} {}", score("de"), score("en0"));
}

#[test]
fn stories_are_joined_under_their_best_report() {
    let report = |id: &str, story: Option<&str>, publisher: &str, title: &str| Document {
        story: story.map(str::to_owned),
        publisher: Some(publisher.to_owned()),
        ..article(id, title, "Acme burns.")
    };
    let folder = filled(&[
        report("1", Some("s1"), "One", "Fire"),
        report("2", Some("s1"), "Two", "Acme acme fire"),
        report("3", Some("s1"), "Two", "Blaze"),
        report("4", Some("s1"), "Three", "Smoke"),
        report("5", None, "Four", "Acme"),
        report("6", Some("s2"), "One", "Acme"),
    ]);
    let found = ask(folder.path(), "acme", |_| {});
    assert_eq!((found.total, found.results.len()), (6, 3));
    let of_story = found.results.iter().find(|found| found.story.as_deref() == Some("s1")).unwrap();
    assert_eq!((of_story.id.as_str(), of_story.more_sources), ("2", 2));
    assert!(
        found.results.iter().filter(|found| found.story.as_deref() != Some("s1")).all(|found| found.more_sources == 0)
    );
    let each = ask(folder.path(), "acme", |request| request.collapse = false);
    assert_eq!(each.results.len(), 6);
}

#[test]
fn excerpts_show_the_best_place_with_its_words_marked() {
    let filler = "Nothing of interest happened in this long stretch of text. ".repeat(30);
    let text = format!("{filler}\n\nÄpfel first. The “strike” at Müller’s plant ended the layoffs. {filler}");
    let folder = filled(&[article("1", "Strike's end", &text)]);
    let result = ask(folder.path(), "strike layoff", |_| {});
    let excerpt = &result.results.first().unwrap().excerpt;
    let marked = excerpt.marked("[", "]");
    assert!(marked.contains("The “[strike]” at Müller’s plant ended the [layoffs]."), "{marked}");
    assert!(marked.starts_with("… ") && marked.ends_with(" …"), "{marked}");
    assert!(excerpt.text.chars().count() < 320);
    assert!(excerpt.pieces().any(|(piece, marked)| marked && piece == "strike"));
    assert_eq!(result.results[0].title_marks, [[0, 6]]);
    let phrase = ask(folder.path(), "\"the layoffs\" -football", |_| {});
    assert!(phrase.results[0].excerpt.marked("[", "]").contains("ended [the] [layoffs]."));
    let only_title = ask(folder.path(), "title:strike", |_| {});
    assert_eq!(only_title.results[0].excerpt.marks, Vec::<[usize; 2]>::new());
}

#[test]
fn the_same_id_replaces_and_the_same_article_changes_nothing() {
    let folder = filled(&[article("1", "Old headline", "Text"), article("2", "Other", "Text")]);
    let mut index = Index::open(folder.path(), &Settings::default()).unwrap().index;
    let before = ask(folder.path(), "text", |_| {});
    index.put(&[article("1", "Old headline", "Text"), article("2", "Other", "Text")]).unwrap();
    index.commit(2).unwrap();
    assert_eq!(ask(folder.path(), "text", |_| {}), before);
    index.put(&[article("1", "New headline", "Text"), article("1", "Newest headline", "Text")]).unwrap();
    assert_eq!(ids(&folder, "old"), ["1"], "nothing is seen before the commit");
    index.commit(3).unwrap();
    assert_eq!(ids(&folder, "old"), Vec::<String>::new());
    assert_eq!(ids(&folder, "new"), Vec::<String>::new());
    assert_eq!(ids(&folder, "newest"), ["1"]);
    index.put(&[article("1", "Old headline", "Text")]).unwrap();
    index.commit(4).unwrap();
    assert_eq!(ids(&folder, "old"), ["1"]);
    assert_eq!(index.len(), 2);
}

#[test]
fn r58_the_number_of_the_last_change_outlives_a_restart() {
    let folder = filled(&news());
    let opened = Index::open(folder.path(), &Settings::default()).unwrap();
    assert_eq!(opened.state, State::Ready { last_seq: 1 });
    let mut index = opened.index;
    index.put(&[article("z", "Uncommitted", "Text")]).unwrap();
    drop(index);
    let opened = Index::open(folder.path(), &Settings::default()).unwrap();
    assert_eq!((opened.state, opened.index.len()), (State::Ready { last_seq: 1 }, 3));
    drop(opened.index);
    let mut fresh = Index::create(folder.path(), &Settings::default()).unwrap();
    assert!(fresh.is_empty());
    fresh.commit(7).unwrap();
    drop(fresh);
    let opened = Index::open(folder.path(), &Settings::default()).unwrap();
    assert_eq!((opened.state, opened.index.len()), (State::Ready { last_seq: 7 }, 0));
}

/// Opens and tells why it was built anew; it must be empty and usable then.
fn rebuilt(folder: &Path, settings: &Settings) -> String {
    let Opened { mut index, state } = Index::open(folder, settings).unwrap();
    let State::Rebuild(why) = state else { panic!("{state:?}") };
    assert!(index.is_empty());
    index.put(&news()).unwrap();
    index.commit(5).unwrap();
    assert_eq!(index.len(), 3);
    why
}

#[test]
fn r58_a_missing_or_damaged_index_is_built_anew() {
    let settings = Settings::default();
    let parent = tempfile::tempdir().unwrap();
    assert_eq!(rebuilt(&parent.path().join("deep/articles"), &settings), "there was none");

    for damage in ["", "{", "not json", "{\"segments\":[]}"] {
        let folder = filled(&news());
        fs::write(folder.path().join("meta.json"), damage).unwrap();
        rebuilt(folder.path(), &settings);
    }

    let segments = |folder: &TempDir| {
        let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<_> =
            files.filter(|file| file.extension().is_some_and(|kind| kind != "json" && kind != "lock")).collect();
        files.sort();
        files
    };
    let count = segments(&filled(&news())).len();
    assert!(count > 3);
    for number in 0..count {
        for damage in 0..3 {
            let folder = filled(&news());
            let file = &segments(&folder)[number];
            let mut bytes = fs::read(file).unwrap();
            match damage {
                0 => fs::remove_file(file).unwrap(),
                1 => fs::write(file, &bytes[..bytes.len() / 2]).unwrap(),
                _ => {
                    bytes[0] ^= 0xff;
                    fs::write(file, &bytes).unwrap();
                }
            }
            rebuilt(folder.path(), &settings);
        }
    }
}

#[test]
fn r58_an_index_of_another_make_is_built_anew() {
    let folder = filled(&news());
    let other = Settings { title_weight: 5, ..Settings::default() };
    assert_eq!(rebuilt(folder.path(), &other), "it was of another make");
    // One of other fields or another analysis does not answer.
    let meta = folder.path().join("meta.json");
    let written = fs::read_to_string(&meta).unwrap();
    let older = written.replacen(" title_weight=5", "0000 title_weight=5", 1);
    assert_ne!(older, written);
    fs::write(&meta, older).unwrap();
    assert!(matches!(Reader::open(folder.path(), &other), Err(SearchError::OtherMake { .. })));
    assert_eq!(rebuilt(folder.path(), &other), "it was of another make");
}

#[test]
fn r60_a_stale_lock_file_blocks_nobody_and_a_held_one_is_told() {
    let folder = filled(&news());
    assert!(folder.path().join(".tantivy-writer.lock").exists());
    fs::write(folder.path().join(".tantivy-writer.lock"), "1").unwrap();
    let held = Index::open(folder.path(), &Settings::default()).unwrap();
    assert_eq!(held.state, State::Ready { last_seq: 1 });
    assert!(matches!(Index::open(folder.path(), &Settings::default()), Err(SearchError::Busy { .. })));
    assert!(matches!(Index::create(folder.path(), &Settings::default()), Err(SearchError::Busy { .. })));
    assert_eq!(ids(&folder, "acme"), ["a", "c"], "reading beside a writer, after a refused creation");
}

#[test]
fn a_reader_sees_what_a_writer_commits_and_survives_a_new_index() {
    let folder = filled(&news());
    let reader = Reader::open(folder.path(), &Settings::default()).unwrap();
    let mut index = Index::open(folder.path(), &Settings::default()).unwrap().index;
    index.put(&[article("d", "Fourth", "Text")]).unwrap();
    index.commit(2).unwrap();
    reader.reload().unwrap();
    assert_eq!(reader.len(), 4);
    drop(index);
    let fresh = Index::create(folder.path(), &Settings::default()).unwrap();
    reader.reload().unwrap();
    assert!(reader.is_empty());
    drop(fresh);
    assert!(matches!(
        Reader::open(&folder.path().join("none"), &Settings::default()),
        Err(SearchError::Missing { .. })
    ));
}

#[test]
fn hostile_articles_are_taken_as_they_are() {
    let folder = filled(&[
        article("", "", ""),
        article("zero", "\0\u{feff}\u{200b}", "\u{10ffff}\u{301}\u{301}"),
        article("long", &"x".repeat(100_000), &"word ".repeat(200_000)),
        article("marks", "İ ß ŉ ﬃ ǅ", &"İß".repeat(1_000)),
        Document {
            url: Some("http://[::1".to_owned()),
            language: Some("xx-yy".to_owned()),
            signals: vec![String::new()],
            published: Some(Time::MAX_UTC),
            accounts: vec![(AccountKind::Topic, AccountId::default(), String::new())],
            ..article("odd", "Odd", "Text")
        },
    ]);
    assert_eq!(ids(&folder, "word"), ["long"]);
    assert_eq!(ids(&folder, "odd after:2026"), ["odd"]);
    assert_eq!(ask(folder.path(), "ffi OR iss*", |_| {}).total, 1);
    assert_eq!(ask(folder.path(), "sort:date", |_| {}).total, 5);
}
