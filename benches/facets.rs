//! What counting costs: `cargo bench --bench facets`. An invented index of `ARTICLES` articles (100,000), many queries with
//! all facets and a histogram, the time of the processor for each in percentiles. Names are as uneven as in real news: few
//! are in many articles (Zipf).

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on ends")]

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};
use tidings::model::{AccountId, AccountKind, Time};
use tidings::search::{Document, FacetField, Index, Query, Reader, SearchRequest, Settings, Spacing, SurveyRequest};

const WORDS: usize = 30_000;
const ACCOUNTS: usize = 2_000;
const PUBLISHERS: usize = 8_000;
const SIGNALS: &[&str] = &["layoffs", "funding", "acquisition", "product_launch", "earnings", "legal", "expansion"];
const LANGUAGES: &[&str] = &["en", "en", "en", "en", "de", "de", "fr", "es", "ja", "it"];

fn main() {
    let articles = std::env::var("ARTICLES").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000_usize);
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let mut random = fastrand::Rng::with_seed(7);
    let begun = Instant::now();
    let mut index = Index::create(folder.path(), &settings).unwrap();
    let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    for first in (0..articles).step_by(10_000) {
        let batch: Vec<Document> =
            (first..(first + 10_000).min(articles)).map(|id| article(id, now, &mut random)).collect();
        index.put(&batch).unwrap();
        index.commit(i64::try_from(first).unwrap() + 1).unwrap();
    }
    drop(index);
    let reader = Reader::open(folder.path(), &settings).unwrap();
    println!("{} articles put in {:.0?}", reader.len(), begun.elapsed());
    let wanted =
        SurveyRequest { facets: FacetField::ALL.to_vec(), histogram: Some(Spacing::Day), ..SurveyRequest::default() };
    let request = SearchRequest::at(now);
    let cold = processor();
    let survey = reader.survey(&Query::parse("sort:date").unwrap(), &request, &wanted).unwrap();
    println!(
        "first count, names read: {:.1?}; {} accounts",
        processor().saturating_sub(cold),
        survey.facets[0].more + 10
    );

    for (what, query) in [("every article", "sort:date"), ("a language", "lang:en"), ("the most frequent word", "w0")] {
        let query = Query::parse(query).unwrap();
        let costs: Vec<_> = (0..20).map(|_| measured(&reader, &query, &request, &wanted)).collect();
        say(what, &costs);
    }
    let mut costs = Vec::new();
    for _ in 0..500 {
        let word = |random: &mut fastrand::Rng| format!("w{}", zipf(WORDS, random));
        let text = match random.u8(0..6) {
            0 => word(&mut random),
            1 => format!("{} {}", word(&mut random), word(&mut random)),
            2 => format!("{} OR {}", word(&mut random), word(&mut random)),
            3 => format!("client:account-{}", zipf(ACCOUNTS, &mut random)),
            4 => format!("{} lang:de last:30d", word(&mut random)),
            _ => format!("signal:{} {}", SIGNALS[random.usize(0..SIGNALS.len())], word(&mut random)),
        };
        costs.push(measured(&reader, &Query::parse(&text).unwrap(), &request, &wanted));
    }
    say("a mix of 500", &costs);
}

/// The search and the counts, each.
fn measured(reader: &Reader, query: &Query, request: &SearchRequest, wanted: &SurveyRequest) -> (Duration, Duration) {
    let begun = processor();
    reader.search(query, request).unwrap();
    let searched = processor();
    reader.survey(query, request, wanted).unwrap();
    (searched.saturating_sub(begun), processor().saturating_sub(searched))
}

fn say(what: &str, costs: &[(Duration, Duration)]) {
    let at = |costs: &mut Vec<Duration>, percent: usize| {
        costs.sort_unstable();
        costs[(costs.len() - 1) * percent / 100]
    };
    let mut search: Vec<Duration> = costs.iter().map(|(search, _)| *search).collect();
    let mut counts: Vec<Duration> = costs.iter().map(|(_, counts)| *counts).collect();
    let mut both: Vec<Duration> = costs.iter().map(|(search, counts)| *search + *counts).collect();
    for (name, costs) in [("search", &mut search), ("counts", &mut counts), ("both", &mut both)] {
        println!("{what}: {name} p50 {:.2?} p99 {:.2?}", at(costs, 50), at(costs, 99));
    }
}

/// Time that this thread had the processor. The system brings it up to date when the thread steps aside.
fn processor() -> Duration {
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
}

fn article(id: usize, now: Time, random: &mut fastrand::Rng) -> Document {
    let words = |count: usize, random: &mut fastrand::Rng| {
        (0..count).map(|_| format!("w{}", zipf(WORDS, random))).collect::<Vec<_>>().join(" ")
    };
    let accounts = (0..random.usize(0..4)).map(|_| {
        let number = zipf(ACCOUNTS, random);
        let kind = [AccountKind::Client, AccountKind::Competitor, AccountKind::Prospect][number % 3];
        (kind, AccountId(format!("account-{number}")), format!("Account {number} Ltd"))
    });
    let accounts: Vec<_> = accounts.collect();
    let publisher = zipf(PUBLISHERS, random);
    Document {
        id: id.to_string(),
        story: Some(format!("s{}", id / 3)),
        title: words(8, random),
        text: words(60, random),
        publisher: Some(format!("Publisher {publisher}")),
        publisher_domain: Some(format!("publisher-{publisher}.{}", ["com", "de", "co.uk", "fr"][publisher % 4])),
        language: Some(LANGUAGES[random.usize(0..LANGUAGES.len())].to_owned()),
        published: Some(now - TimeDelta::minutes(random.i64(0..3 * 365 * 24 * 60))),
        countries: accounts.iter().map(|_| ["US", "DE", "GB", "FR", "JP"][random.usize(0..5)].to_owned()).collect(),
        accounts,
        signals: (0..random.usize(0..3)).map(|_| SIGNALS[random.usize(0..SIGNALS.len())].to_owned()).collect(),
        ..Document::default()
    }
}

/// A number below `most`, the small ones more often: about as 1 to the number.
fn zipf(most: usize, random: &mut fastrand::Rng) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and `most`")]
    let number = ((most as f64).powf(random.f64()) - 1.0) as usize;
    number.min(most - 1)
}
