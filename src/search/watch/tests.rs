use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use tantivy::collector::Count;

use super::super::compile::compile;
use super::super::layout::{Layout, as_given};
use super::super::query::{Clause, Unit, Wanted};
use super::super::stems::Stems;
use super::*;
use crate::model::{AccountKind, SignalType};

fn now() -> Time {
    "2026-03-10T12:00:00.500Z".parse().unwrap()
}

/// What the index says of these queries where it holds this one article. Nothing where the engine breaks off: built for
/// tests, it asserts of a phrase that is excluded and does not occur what need not be so (`seek_danger` of its
/// `PhraseScorer`, called by `Exclude`); built for use it answers.
fn indexed(article: &Document, queries: &[Query]) -> Vec<Option<bool>> {
    let (layout, settings) = (Layout::new(), Settings::default());
    let engine = tantivy::Index::create_in_ram(layout.schema.clone());
    Layout::prepare(&engine);
    let mut writer = engine.writer_with_num_threads::<tantivy::TantivyDocument>(1, 15_000_000).unwrap();
    writer
        .add_document(layout.write(article, as_given(article).unwrap(), 1, &settings, &mut Stems::default()).unwrap())
        .unwrap();
    writer.commit().unwrap();
    let searcher = engine.reader().unwrap().searcher();
    let found = |query: &Query| {
        let compiled = compile(query, false, now(), &searcher, &layout, &settings).unwrap();
        let search = || searcher.search(&*compiled.query, &Count).unwrap() == 1;
        catch_unwind(AssertUnwindSafe(search)).ok()
    };
    queries.iter().map(found).collect()
}

fn watched(article: &Document, queries: &[Query]) -> Vec<bool> {
    let named = queries.iter().enumerate().map(|(number, query)| (number.to_string(), query));
    let watcher = Watcher::build(named, &Settings::default());
    let seen = watcher.look(article);
    let matching = watcher.verdict(&seen, article.published, article.story.as_deref(), now());
    (0..queries.len()).map(|number| matching.contains(&number.to_string().as_str())).collect()
}

const WORDS: &[&str] = &[
    "acme",
    "Acme's",
    "the",
    "data",
    "breach",
    "breaches",
    "robot",
    "robots",
    "Häuser",
    "Haus",
    "die",
    "annoncé",
    "annonçait",
    "e-mail",
    "AT&T",
    "3.5",
    "トヨタ",
    "車",
    "公司裁员",
    "layoffs",
    "ROBOTICS",
    "x",
    "Nestlé’s",
    "российский",
];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(WORDS).prop_map(str::to_owned)
}

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..=most).prop_map(|words| words.join(" "))
}

fn beginning() -> impl Strategy<Value = String> {
    (word(), prop::option::of(word()), 1..4_usize).prop_map(|(word, before, length)| {
        let start: String = word.chars().take(length).collect();
        before.map_or(start.clone(), |before| format!("{before} {start}"))
    })
}

fn wanted() -> impl Strategy<Value = Wanted> {
    prop_oneof![
        3 => word().prop_map(Wanted::Word),
        3 => words(3).prop_map(Wanted::Phrase),
        2 => beginning().prop_map(Wanted::Prefix),
    ]
}

fn name() -> impl Strategy<Value = Wanted> {
    let id =
        prop::sample::select(&["acme", "acme-robotics", "example", "example.com", "com", "news.example.com", "ac"][..]);
    prop_oneof![
        id.clone().prop_map(|id| Wanted::Word(id.to_owned())),
        id.prop_map(|id| Wanted::Prefix(id.to_owned())),
        wanted(),
        Just(Wanted::Anything),
    ]
}

fn kind() -> impl Strategy<Value = AccountKind> {
    prop::sample::select(&[AccountKind::Client, AccountKind::Competitor][..])
}

fn signal() -> impl Strategy<Value = SignalType> {
    prop::sample::select(&[SignalType::Layoffs, SignalType::Breach][..])
}

fn language() -> impl Strategy<Value = String> {
    prop::sample::select(&["en", "de", "fr", "ru", "ja", "pl"][..]).prop_map(str::to_owned)
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (1..20_u32).prop_map(|day| NaiveDate::from_ymd_opt(2026, 3, day).unwrap())
}

fn clause() -> impl Strategy<Value = Clause> {
    let unit = prop::sample::select(&[Unit::Hours, Unit::Days, Unit::Weeks, Unit::Months, Unit::Years][..]);
    let leaf = prop_oneof![
        8 => wanted().prop_map(Clause::Text),
        3 => wanted().prop_map(Clause::Title),
        2 => (kind(), name()).prop_map(|(kind, name)| Clause::Account(kind, name)),
        2 => name().prop_map(Clause::Source),
        1 => prop::option::of(signal()).prop_map(Clause::Signal),
        1 => language().prop_map(Clause::Language),
        1 => day().prop_map(Clause::After),
        1 => day().prop_map(Clause::Before),
        1 => (1..400_u32, unit).prop_map(|(count, unit)| Clause::Last(count, unit)),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Clause::All),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Clause::Any),
            2 => inner.prop_map(|inner| Clause::Not(Box::new(inner))),
        ]
    })
}

fn article() -> impl Strategy<Value = Document> {
    let url = prop::sample::select(&["https://news.example.com/1", "https://acme.com/x", "no address"][..]);
    let about = (
        prop::collection::vec((kind(), prop::sample::select(&["acme", "acme-robotics", "globex"][..]), words(2)), 0..3),
        prop::collection::vec(signal().prop_map(|kind| kind.as_str().to_owned()), 0..2),
        prop::option::of(language()),
        // Around the edges of seconds and days, and long ago.
        prop::option::of(prop_oneof![-2_000..2_000_i64, -900_000_000..900_000_000_i64, Just(-3_600_000_i64)]),
    );
    let by = (prop::option::of(url), prop::option::of(words(2)), prop::option::of(word()));
    (words(5), words(14), about, by).prop_map(
        |(title, text, (accounts, signals, language, ago), (url, publisher, source))| Document {
            id: "a".to_owned(),
            title,
            text,
            url: url.map(str::to_owned),
            publisher,
            source,
            language,
            published: ago.map(|ago| now() + TimeDelta::milliseconds(ago)),
            accounts: accounts.into_iter().map(|(kind, id, name)| (kind, id.into(), name)).collect(),
            signals,
            ..Document::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_watcher_says_what_the_index_says(
        article in article(),
        clauses in prop::collection::vec(clause(), 1..40),
    ) {
        let queries: Vec<Query> = clauses.into_iter().map(|clause| Query { clause, sort: None }).collect();
        let (indexed, watched) = (indexed(&article, &queries), watched(&article, &queries));
        for (number, query) in queries.iter().enumerate() {
            if let Some(indexed) = indexed[number] {
                prop_assert_eq!(watched[number], indexed, "{} ({:?})", query, query);
            }
        }
    }
}

fn matching(article: &Document, queries: &[&str]) -> Vec<String> {
    let queries: Vec<_> = queries.iter().map(|text| (text.to_owned(), Query::parse(text).unwrap())).collect();
    let watcher = Watcher::build(queries.iter().map(|(text, query)| ((*text).to_owned(), query)), &Settings::default());
    let seen = watcher.look(article);
    watcher.verdict(&seen, article.published, article.story.as_deref(), now()).into_iter().map(str::to_owned).collect()
}

#[test]
fn only_what_matches_is_named_and_in_order() {
    let article = Document {
        title: "Acme Robotics announces layoffs".to_owned(),
        text: "The robot maker will cut 200 jobs after a data breach.".to_owned(),
        language: Some("en".to_owned()),
        published: Some(now() - TimeDelta::days(1)),
        accounts: vec![(AccountKind::Client, "acme".into(), "Acme Robotics, Inc.".to_owned())],
        signals: vec!["layoffs".to_owned()],
        ..Document::default()
    };
    let queries = [
        "client:acme layoff",
        "\"data breach\"",
        "\"breach data\"",
        "robots -football",
        "robots -breach",
        "-football",
        "title:announce*",
        "last:2d",
        "last:2h",
        "client:* signal:breach",
        "(football OR layoffs) lang:en",
        "sort:date",
    ];
    let expected = [
        "client:acme layoff",
        "\"data breach\"",
        "robots -football",
        "-football",
        "title:announce*",
        "last:2d",
        "(football OR layoffs) lang:en",
        "sort:date",
    ];
    assert_eq!(matching(&article, &queries), expected);
    assert_eq!(matching(&Document::default(), &queries), ["-football", "sort:date"]);
    assert!(matching(&article, &[]).is_empty());
}

#[test]
fn a_search_is_judged_only_where_its_key_holds() {
    let queries: Vec<_> = (0..1_000).map(|number| Query::parse(&format!("acme warehouse{number}")).unwrap()).collect();
    let named = queries.iter().enumerate().map(|(number, query)| (number.to_string(), query));
    let watcher = Watcher::build(named, &Settings::default());
    let article = Document { text: "Acme opens warehouse7".to_owned(), ..Document::default() };
    assert_eq!(watcher.look(&article).candidates, [7]);
}
