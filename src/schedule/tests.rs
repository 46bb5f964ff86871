use chrono::TimeDelta;

use super::*;
use crate::model::{FeedKind, HttpHints, PollHints};

/// A Monday.
fn now() -> Time {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn limits() -> Limits {
    Limits { validators: true, ..Limits::default() }
}

/// A feed that has published every `minutes`, the last time that long ago.
fn every(minutes: i64) -> History {
    let entry_times = (1..20).map(|number| now() - TimeDelta::minutes(minutes * number)).collect();
    History { entry_times, ..History::default() }
}

fn failing(failures: u32) -> History {
    History { failures, ..History::default() }
}

fn plan(history: &History, http: &HttpHints, hints: &PollHints, limits: &Limits) -> Next {
    next_poll(history, http, hints, limits, &Settings::default(), 0.0, now())
}

/// Minutes to wait, without jitter.
fn wait(history: &History, limits: &Limits) -> i64 {
    (plan(history, &HttpHints::default(), &PollHints::default(), limits).at - now()).num_minutes()
}

#[test]
fn r7_floors() {
    let wished = |minutes| Limits { wished: Some(TimeDelta::minutes(minutes)), ..limits() };
    let plain = Limits::default();
    let sitemap = Limits { kind: FeedKind::Sitemap, ..Limits::default() };
    let cases = [
        ("nothing known", limits(), 60),
        ("wished below the minimum", wished(1), 15),
        ("wished", wished(20), 20),
        ("wished rarely", wished(3000), 3000),
        ("wished absurdly", Limits { wished: Some(TimeDelta::minutes(-5)), ..limits() }, 15),
        ("no validators", plain.clone(), 24 * 60),
        ("no validators, wished", Limits { wished: Some(TimeDelta::minutes(20)), ..plain.clone() }, 24 * 60),
        ("sitemap", sitemap.clone(), 60),
        ("sitemap, wished", Limits { wished: Some(TimeDelta::minutes(20)), ..sitemap }, 60),
        ("own, wished", Limits { own: true, wished: Some(TimeDelta::minutes(2)), ..plain.clone() }, 2),
        ("own", Limits { own: true, ..plain }, 15),
    ];
    for (name, limits, expected) in cases {
        assert_eq!(wait(&History::default(), &limits), expected, "{name}");
    }
    for (kind, least) in [(FeedKind::Newsroom, 60), (FeedKind::Watch, 12 * 60)] {
        let page = Limits { kind, wished: Some(TimeDelta::minutes(20)), validators: true, ..Limits::default() };
        assert_eq!(wait(&History::default(), &page), least, "{kind:?}");
        let failing = History { failures: 1, ..History::default() };
        assert_eq!(wait(&failing, &page), least, "{kind:?} that fails is asked no more often");
    }
    let own = Limits { own: true, wished: Some(TimeDelta::zero()), ..Limits::default() };
    let next = plan(&History::default(), &HttpHints::default(), &PollHints::default(), &own);
    assert_eq!(next.at - now(), TimeDelta::seconds(1), "later than now, so that a pass ends");
}

#[test]
fn r7_settings_cannot_go_below_the_minimum() {
    let settings = Settings { shortest_minutes: 0, usual_minutes: 0, quiet_minutes: 0, ..Settings::default() };
    let next = next_poll(&every(1), &HttpHints::default(), &PollHints::default(), &limits(), &settings, 0.0, now());
    assert_eq!((next.at - now()).num_minutes(), 15);
}

#[test]
fn adapts_to_the_rhythm_of_the_feed() {
    let minutes = [(1, 60), (120, 60), (240, 120), (600, 300), (24 * 60, 360), (100_000, 360)];
    for (gap, expected) in minutes {
        assert_eq!(wait(&every(gap), &limits()), expected, "an entry every {gap} minutes");
    }
    let mut silent = every(240);
    silent.entry_times.iter_mut().for_each(|time| *time -= TimeDelta::hours(30));
    assert!(wait(&silent, &limits()) > 120, "a silence slows it");
    let future = History { entry_times: vec![now() + TimeDelta::days(400); 5], ..History::default() };
    assert_eq!(wait(&future, &limits()), 60, "dates to come tell nothing");
    let at_once = History { entry_times: vec![now(); 30], ..History::default() };
    assert_eq!(wait(&at_once, &limits()), 60);
}

#[test]
fn r8_the_largest_wish_of_the_server_counts_up_to_the_cap() {
    let wait = |fresh_seconds, ttl_minutes, update_minutes| {
        let http = HttpHints { fresh_seconds, validators: true };
        let hints = PollHints { ttl_minutes, update_minutes, ..PollHints::default() };
        (plan(&History::default(), &http, &hints, &limits()).at - now()).num_minutes()
    };
    assert_eq!(wait(Some(600), None, None), 60, "shorter wishes do not quicken");
    assert_eq!(wait(Some(7200), None, None), 120);
    assert_eq!(wait(Some(7200), Some(180), Some(30)), 180);
    assert_eq!(wait(Some(7200), Some(180), Some(240)), 240);
    assert_eq!(wait(Some(u64::MAX), None, None), 24 * 60);
    assert_eq!(wait(None, Some(u32::MAX), Some(u32::MAX)), 24 * 60);
}

#[test]
fn r9_skipped_hours_and_days() {
    let at = |skip_hours: &[u8], skip_days: &[u8]| {
        let hints =
            PollHints { skip_hours: skip_hours.to_vec(), skip_days: skip_days.to_vec(), ..PollHints::default() };
        plan(&History::default(), &HttpHints::default(), &hints, &limits()).at.to_rfc3339()
    };
    assert_eq!(at(&[], &[]), "2026-03-02T13:00:00+00:00");
    assert_eq!(at(&[13, 14], &[]), "2026-03-02T15:00:00+00:00");
    assert_eq!(at(&[], &[0]), "2026-03-03T00:00:00+00:00");
    assert_eq!(at(&[0, 1], &[0, 1]), "2026-03-04T02:00:00+00:00");
    let all: Vec<u8> = (0..24).collect();
    assert_eq!(at(&all, &[]), "2026-03-02T13:00:00+00:00", "a feed that forbids everything is not understood");
    assert_eq!(at(&[], &[0, 1, 2, 3, 4, 5, 6]), "2026-03-02T13:00:00+00:00");
    assert_eq!(at(&[99], &[99]), "2026-03-02T13:00:00+00:00");
}

#[test]
fn r9_polls_after_a_skipped_hour_are_spread_over_the_next() {
    let hints = PollHints { skip_hours: vec![13], ..PollHints::default() };
    let next =
        next_poll(&History::default(), &HttpHints::default(), &hints, &limits(), &Settings::default(), 1.0, now());
    assert_eq!(next.at.to_rfc3339(), "2026-03-02T14:59:59+00:00");
}

#[test]
fn r10_retry_after_is_never_shortened_and_pauses_beyond_a_week() {
    let after = |wait: TimeDelta| {
        let history = History { failures: 1, not_before: Some(now() + wait), ..History::default() };
        let hints = PollHints { skip_hours: vec![3], ..PollHints::default() };
        let next = plan(&history, &HttpHints::default(), &hints, &limits());
        assert!(next.at >= now() + wait, "{wait}");
        (next.at - now(), next.pause)
    };
    assert_eq!(after(TimeDelta::seconds(5)), (TimeDelta::hours(1), false));
    assert_eq!(after(TimeDelta::hours(5)), (TimeDelta::hours(5), false));
    assert_eq!(
        after(TimeDelta::hours(15)),
        (TimeDelta::hours(16), false),
        "and what falls into a skipped hour is later"
    );
    assert_eq!(after(TimeDelta::days(7)), (TimeDelta::days(7), false));
    assert_eq!(after(TimeDelta::days(8)), (TimeDelta::days(8), true));
    let own = Limits { own: true, wished: Some(TimeDelta::zero()), ..Limits::default() };
    let history = History { not_before: Some(now() + TimeDelta::hours(2)), ..History::default() };
    let next = plan(&history, &HttpHints::default(), &PollHints::default(), &own);
    assert_eq!(next.at, now() + TimeDelta::hours(2), "own servers too");
}

#[test]
fn r62_failures_make_polls_rarer_but_never_end_them() {
    let hours: Vec<_> = (1..=10).map(|failures| wait(&failing(failures), &limits()) / 60).collect();
    assert_eq!(hours, [1, 2, 4, 8, 16, 32, 64, 128, 168, 168]);
    assert_eq!(wait(&failing(1000), &limits()), 7 * 24 * 60);
    assert_eq!(wait(&failing(u32::MAX), &limits()), 7 * 24 * 60);
    assert_eq!(
        wait(&failing(1), &Limits::default()),
        60,
        "nothing was sent whole, so the floor for that does not hold"
    );
    let own = Limits { own: true, wished: Some(TimeDelta::zero()), ..Limits::default() };
    assert_eq!(wait(&failing(3), &own), 4);
    let rare = Limits { wished: Some(TimeDelta::days(30)), ..limits() };
    assert_eq!(wait(&failing(4), &rare), 30 * 24 * 60);
}

#[test]
fn r19_jitter_only_lengthens() {
    let wait = |random| {
        let (http, hints) = (HttpHints::default(), PollHints::default());
        (next_poll(&History::default(), &http, &hints, &limits(), &Settings::default(), random, now()).at - now())
            .num_minutes()
    };
    assert_eq!((wait(0.0), wait(0.5), wait(1.0)), (60, 63, 66));
    assert_eq!(wait(f64::NAN), 60);
}

#[test]
fn says_why() {
    let why =
        |history: &History, limits: &Limits| plan(history, &HttpHints::default(), &PollHints::default(), limits).why;
    assert_eq!(why(&History::default(), &limits()), "every hour: as usual");
    assert_eq!(why(&every(240), &limits()), "every 2 hours: by its rhythm");
    assert_eq!(why(&failing(1), &limits()), "every hour since it failed once");
    assert_eq!(why(&failing(3), &limits()), "every 4 hours since it failed 3 times in a row");
    assert!(why(&History::default(), &Limits::default()).starts_with("every day: the least for a feed without ETag"));
}

#[test]
fn r19_first_polls_are_at_once_or_spread() {
    assert_eq!(first_poll("a", false, &Settings::default(), now()), now());
    let settings = Settings { start_spread_seconds: 600, ..Settings::default() };
    let firsts: Vec<_> =
        (0..1000).map(|id| (first_poll(&id.to_string(), false, &settings, now()) - now()).num_seconds()).collect();
    assert!(firsts.iter().all(|seconds| (0..600).contains(seconds)));
    for quarter in 0..4 {
        let share = firsts.iter().filter(|seconds| **seconds / 150 == quarter).count();
        assert!((200..300).contains(&share), "{share} of 1000 in quarter {quarter}");
    }
    assert_eq!(first_poll("a", false, &settings, now()), first_poll("a", false, &settings, now()));
    assert_eq!(first_poll("a", true, &settings, now()), now());
}
