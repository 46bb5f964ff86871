//! What the newswire was to hold, and that it does.

use std::collections::BTreeSet;

use super::newswire::{Format, Newswire, Report};
use super::settings;
use crate::model::Time;

fn newswire() -> Newswire {
    Newswire::ending(Time::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
}

fn report<'n>(newswire: &'n Newswire, id: &str) -> &'n Report {
    newswire.reports.iter().find(|report| report.id == id).unwrap_or_else(|| panic!("no report {id}"))
}

/// The cases of practice that can happen with news alone: which reports tell each. What needs tickets, bounced mails or a
/// second CRM (the rest of 2, 9 and 12) cannot happen here.
const CASES: &[(u8, &str, &[&str])] = &[
    (1, "a client is bought by a firm that uses a rival", &["ardenvale-grantleigh-wire", "ardenvale-grantleigh-own"]),
    (2, "a client cuts jobs before its renewal", &["dunmore-layoffs", "dunmore-severance"]),
    (3, "a chief dies, an interim one is named", &["iverna-death-wire", "iverna-death-ledger", "iverna-interim-pages"]),
    (4, "fraud at a firm of nearly the same name", &["eastmoor-capital-fraud"]),
    (5, "wire copies and reports of their own", &["brightwater-tolliver-wire", "brightwater-tolliver-review"]),
    (6, "a rumour, denied on the next day", &["ardenvale-rumour", "ardenvale-denial"]),
    (7, "a rival praises our client as its own", &["stockwise-case-study"]),
    (8, "a rival raises its price", &["stockwise-price-blog", "stockwise-price-news"]),
    (9, "a contact leaves for another firm", &["brightwater-ito-leaves"]),
    (10, "a feed breaks, another falls silent", &[]),
    (11, "jobs cut on the eve of a holiday", &["hollis-layoffs-holiday"]),
];

#[test]
fn every_case_of_practice_that_news_can_bring_is_told() {
    let newswire = newswire();
    for (number, case, reports) in CASES {
        for id in *reports {
            assert!(!report(&newswire, id).text.is_empty(), "{number}, {case}");
        }
    }
    let day = |id: &str| report(&newswire, id).day;
    assert_eq!(day("ardenvale-denial") - day("ardenvale-rumour"), 1, "6");
    let death = newswire.reports.iter().filter(|report| report.title.contains("Moriarty"));
    assert!(death.map(|report| report.outlets.len()).sum::<usize>() >= 8, "3: many outlets");
    assert!(report(&newswire, "brightwater-tolliver-wire").outlets.len() >= 5, "5: copies");
    assert!(newswire.outlets.iter().any(|outlet| outlet.broken_from.is_some_and(|day| day <= 35)), "10: for 20 days");
    assert!(newswire.outlets.iter().any(|outlet| outlet.silent_from.is_some()), "10");
    let watchlist: toml::Table = settings::WATCHLIST.parse().unwrap();
    let account = |id: &str| {
        let accounts = watchlist["account"].as_array().unwrap();
        accounts.iter().find(|account| account["id"].as_str() == Some(id)).unwrap().clone()
    };
    assert!(account("grantleigh")["relations"].to_string().contains("palletron"), "1: the buyer uses a rival");
    assert_eq!(account("dunmore")["renewal"].as_str(), Some("@day(+45)"), "2");
    assert!(account("brightwater")["contacts"].to_string().contains("Ken Ito"), "9");
}

#[test]
fn it_also_has_a_retraction_an_ambiguous_name_and_edits() {
    let newswire = newswire();
    assert!(report(&newswire, "calder-closure-correction").day > report(&newswire, "calder-closure-wrong").day);
    for namesake in ["lighthouse-lamp", "beacon-hill-parking", "storm-iverna-warning", "dunmore-village"] {
        report(&newswire, namesake);
    }
    assert!(newswire.reports.iter().filter(|report| report.edit.is_some()).count() >= 3);
}

#[test]
fn its_feeds_have_every_format_and_at_most_ten_languages() {
    let newswire = newswire();
    assert_eq!(newswire.outlets.len(), 12);
    for format in [Format::Rss2, Format::Rss091, Format::Rdf, Format::Atom, Format::Json, Format::Sitemap] {
        assert!(newswire.outlets.iter().any(|outlet| outlet.format == format), "{format:?}");
    }
    // Reports of outlets that write in several languages begin with the language in their id, as the others do.
    let of_id = |report: &Report| report.id.split_once('-').map(|(first, _)| first.to_owned());
    let tongues = ["de", "fr", "es", "it", "nl", "pt", "sv", "pl", "ja"];
    let spoken: BTreeSet<String> =
        newswire.reports.iter().filter_map(of_id).filter(|first| tongues.contains(&first.as_str())).collect();
    assert_eq!(spoken.len() + 1, 10, "English and {spoken:?}");
    let printed: usize = newswire.reports.iter().map(|report| report.outlets.len()).sum();
    assert!((180..=260).contains(&printed), "about 200 articles, not {printed}");
    let last = newswire.reports.iter().map(|report| report.day).max();
    assert!(last == Some(55), "eight weeks, the last day is today: {last:?}");
}
