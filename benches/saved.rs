//! Articles a second held up to saved searches, alone and with the thinking around: `cargo bench --bench saved`.
//!
//! Figures, no assertions: what is fast enough differs from machine to machine.

#![allow(missing_docs, clippy::unwrap_used, reason = "a program for developers that may fail where it stands")]
#![allow(dead_code, reason = "what is made up is shared with the other benchmark")]

mod made_up;

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tidings::mention::{self, Matcher};
use tidings::model::{AccountKind, Reading};
use tidings::search::{self, Document, Query, Watcher};
use tidings::signal::{self, Lexicon};
use tidings::story;

use made_up::Writer;

/// Articles of one round.
const ARTICLES: usize = 50;

/// Saved searches as people write them: names with a word, phrases, filters, alternatives, beginnings, exclusions.
fn searches(count: usize, firms: &[String]) -> Vec<Query> {
    let mut luck = fastrand::Rng::with_seed(11);
    let words =
        ["layoffs", "strike", "contract", "warehouse", "regulator", "profit", "investigation", "prices", "plant"];
    let phrases =
        ["five-year contract", "joint venture", "step down", "higher sales", "two companies", "early trading"];
    let text = |number: usize, luck: &mut fastrand::Rng| {
        let firm = &firms[luck.usize(..firms.len())];
        let word = words[luck.usize(..words.len())];
        let other = words[luck.usize(..words.len())];
        let phrase = phrases[luck.usize(..phrases.len())];
        match number % 8 {
            0 => format!("\"{firm}\" {word}"),
            1 => format!("client:account-{} (signal:layoffs OR {word})", luck.usize(..10_000)),
            2 => format!("\"{phrase}\" \"{firm}\" -{other}"),
            3 => format!("({word} OR {other}) \"{firm}\" last:7d"),
            4 => format!("title:{word} {firm} lang:en"),
            5 => format!("{}* {word}", firm.chars().take(6).collect::<String>()),
            6 => format!("competitor:* signal:layoffs \"{firm}\""),
            _ => format!("source:example-{}.com {word} -{other}", luck.usize(..500)),
        }
    };
    (0..count).map(|number| Query::parse(&text(number, &mut luck)).unwrap()).collect()
}

fn documents(writer: &mut Writer, now: DateTime<Utc>) -> Vec<Document> {
    let document = |(number, (title, text)): (usize, (String, String))| Document {
        id: number.to_string(),
        title,
        text,
        url: Some(format!("https://example-{}.com/{number}", number % 20)),
        language: Some("en".to_owned()),
        published: Some(now - TimeDelta::hours(1)),
        accounts: vec![(AccountKind::Client, format!("account-{number}").into(), "A firm".to_owned())],
        signals: vec!["layoffs".to_owned()],
        ..Document::default()
    };
    writer.articles(ARTICLES).into_iter().enumerate().map(document).collect()
}

fn watch(bench: &mut Criterion) {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let mut writer = Writer::new();
    let watchlist = writer.watchlist(2_000);
    let firms: Vec<String> = watchlist.accounts().iter().map(|account| account.aliases[0].text.clone()).collect();
    let documents = documents(&mut writer, now);
    let matcher = Matcher::build(&watchlist, &mention::Settings::default());
    let (lexicon, settings) = (Lexicon::shipped(), signal::Settings::default());
    let think = |document: &Document| {
        let Document { title, text, .. } = document;
        let reading = Reading { title, text, language: Some("en"), ..Reading::default() };
        let mentions = matcher.find(&reading);
        black_box(signal::claims(&reading, &mentions, &lexicon, &settings));
        black_box(story::keys(&reading, Vec::new(), &story::Settings::default()));
    };
    let mut group = bench.benchmark_group("saved");
    group.sample_size(10).throughput(Throughput::Elements(ARTICLES as u64));
    for count in [0, 1_000, 10_000] {
        let queries = searches(count, &firms);
        let named = queries.iter().enumerate().map(|(number, query)| (number.to_string(), query));
        let watcher = Watcher::build(named, &search::Settings::default());
        let matching = |document: &Document| {
            black_box(watcher.verdict(&watcher.look(document), document.published, None, now).len())
        };
        group.bench_function(BenchmarkId::new("match", format!("{count} searches")), |bench| {
            bench.iter(|| documents.iter().map(matching).sum::<usize>());
        });
        group.bench_function(BenchmarkId::new("think and match", format!("{count} searches")), |bench| {
            bench.iter(|| documents.iter().map(|document| (think(document), matching(document)).1).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(saved, watch);
criterion_main!(saved);
