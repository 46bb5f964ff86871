//! Documents a second of each pure stage and of search, on text that is made up here: `cargo bench`.
//!
//! Figures, no assertions: what is fast enough differs from machine to machine.

#![allow(missing_docs, clippy::unwrap_used, reason = "a program for developers that may fail where it stands")]

mod made_up;

use std::hint::black_box;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tidings::mention::{self, Matcher};
use tidings::model::{ArticleId, Reading, StoryId};
use tidings::search::{Document, Index, Query, Reader, SearchRequest};
use tidings::signal::{self, Lexicon};
use tidings::story::{self, Candidate, NewArticle};
use tidings::{extract, feed, search};

use made_up::Writer;

/// Documents of one round; enough that no single one matters.
const DOCUMENTS: usize = 50;

fn feeds(bench: &mut Criterion) {
    let mut writer = Writer::new();
    let feeds: Vec<String> = (0..DOCUMENTS).map(|_| writer.feed(30)).collect();
    let mut group = bench.benchmark_group("feed");
    group.throughput(Throughput::Elements(DOCUMENTS as u64));
    group.bench_function("parse, 30 entries each", |bench| {
        bench.iter(|| {
            for document in &feeds {
                black_box(feed::parse(document.as_bytes(), Some("application/rss+xml"), None));
            }
        });
    });
    group.finish();
}

fn pages(bench: &mut Criterion) {
    let mut writer = Writer::new();
    let pages: Vec<String> = (0..DOCUMENTS).map(|_| writer.page()).collect();
    let settings = extract::Settings::default();
    let mut group = bench.benchmark_group("page");
    group.sample_size(10).throughput(Throughput::Elements(DOCUMENTS as u64));
    group.bench_function("extract", |bench| {
        bench.iter(|| {
            for page in &pages {
                black_box(extract::extract(page.as_bytes(), Some("text/html; charset=utf-8"), None, &settings));
            }
        });
    });
    group.finish();
}

fn mentions(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("mention");
    group.sample_size(20).throughput(Throughput::Elements(DOCUMENTS as u64));
    for accounts in [200, 10_000] {
        let mut writer = Writer::new();
        let matcher = Matcher::build(&writer.watchlist(accounts), &mention::Settings::default());
        let articles = writer.articles(DOCUMENTS);
        group.bench_function(BenchmarkId::new("find", format!("{accounts} accounts")), |bench| {
            bench.iter(|| {
                for (title, text) in &articles {
                    black_box(matcher.find(&reading(title, text)));
                }
            });
        });
    }
    group.finish();
}

fn claims(bench: &mut Criterion) {
    let mut writer = Writer::new();
    let matcher = Matcher::build(&writer.watchlist(200), &mention::Settings::default());
    let (lexicon, settings) = (Lexicon::shipped(), signal::Settings::default());
    let articles = writer.articles(DOCUMENTS);
    let mentioned: Vec<_> = articles.iter().map(|(title, text)| matcher.find(&reading(title, text))).collect();
    let mut group = bench.benchmark_group("signal");
    group.sample_size(20).throughput(Throughput::Elements(DOCUMENTS as u64));
    group.bench_function("claims", |bench| {
        bench.iter(|| {
            for ((title, text), mentions) in articles.iter().zip(&mentioned) {
                black_box(signal::claims(&reading(title, text), mentions, &lexicon, &settings));
            }
        });
    });
    group.finish();
}

fn stories(bench: &mut Criterion) {
    let settings = story::Settings::default();
    let articles = Writer::new().articles(DOCUMENTS + 60);
    let now: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let candidates: Vec<Candidate> = articles[DOCUMENTS..]
        .iter()
        .enumerate()
        .map(|(number, (title, text))| Candidate {
            article: ArticleId(format!("a{number}")),
            story: StoryId(format!("s{number}")),
            published: Some(now - TimeDelta::hours(1)),
            publisher_domain: Some(format!("publisher-{number}.example")),
            sketch: story::keys(&reading(title, text), Vec::new(), &settings).sketch,
        })
        .collect();
    let mut group = bench.benchmark_group("story");
    group.throughput(Throughput::Elements(DOCUMENTS as u64));
    group.bench_function("keys and assign, 60 candidates", |bench| {
        bench.iter(|| {
            for (title, text) in &articles[..DOCUMENTS] {
                let keys = story::keys(&reading(title, text), Vec::new(), &settings);
                let new = NewArticle {
                    id: ArticleId::from("new"),
                    published: Some(now),
                    publisher_domain: None,
                    sketch: &keys.sketch,
                };
                black_box(story::assign(&new, &candidates, &settings, now));
            }
        });
    });
    group.finish();
}

fn queries(bench: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let settings = search::Settings::default();
    let mut writer = Writer::new();
    let documents: Vec<Document> = writer
        .articles(20_000)
        .into_iter()
        .enumerate()
        .map(|(number, (title, text))| Document { id: number.to_string(), title, text, ..Document::default() })
        .collect();
    let mut index = Index::create(folder.path(), &settings).unwrap();
    for batch in documents.chunks(1_000) {
        index.put(batch).unwrap();
    }
    index.commit(1).unwrap();
    let reader = Reader::open(folder.path(), &settings).unwrap();
    let request = SearchRequest::at(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
    let mut group = bench.benchmark_group("search");
    group.throughput(Throughput::Elements(1));
    for text in ["warehouse contract", "\"quarterly profit\"", "title:plant -strike", "(layoffs OR closes) plant*"] {
        let query = Query::parse(text).unwrap();
        group.bench_function(BenchmarkId::new("20,000 articles", text), |bench| {
            bench.iter(|| black_box(reader.search(&query, &request).unwrap()));
        });
    }
    group.finish();
}

fn reading<'a>(title: &'a str, text: &'a str) -> Reading<'a> {
    Reading { title, text, language: Some("en"), ..Reading::default() }
}

criterion_group!(stages, feeds, pages, mentions, claims, stories, queries);
criterion_main!(stages);
