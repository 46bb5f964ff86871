//! A year of fifteen owners with five hundred clients, in a minute: the program's own decisions about cards (playbook, gate,
//! capacity, life), on news that was really read.
//!
//! `archive` reads: the demo's newswire, and real pages where the folder `fundus-news` of `TIDINGS_CORPORA` is. `world` has
//! the year go by, with owners who accept, do, dismiss and snooze by a plan drawn from one seed. `figures` counts what came
//! of it. Promises are asserted here; the figures are printed (`--nocapture`).
//!
//! Ten cards in full, for a person to judge: `cargo test --test year ten_cards -- --ignored --nocapture`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "it prints figures, and ends where it cannot go on")]

mod archive;
mod figures;
mod world;

use std::sync::LazyLock;
use std::time::Instant;

use archive::Archive;
use figures::{Figures, is_planned};
use tidings::model::*;
use world::{ASKED_A_YEAR, World};

static ARCHIVE: LazyLock<Archive> = LazyLock::new(archive::read);

fn year() -> World {
    let mut world = World::new(&ARCHIVE);
    world.live(&ARCHIVE);
    world
}

#[test]
fn a_year_of_touch_points() {
    let began = Instant::now();
    // The same year twice, at the same time.
    let (world, again) = std::thread::scope(|scope| {
        let again = scope.spawn(|| Figures::of(&year()));
        (year(), again.join().unwrap())
    });
    let figures = Figures::of(&world);
    figures.tell(&world, &ARCHIVE, began.elapsed().as_secs_f64());
    assert_eq!(figures, again, "two years from one seed are alike");

    keeps_to_capacity(&world, &figures);
    one_contact_at_a_time(&world, &figures);
    every_card_says_why(&world);
    renewals_come_prepared(&figures);
    nothing_waits_for_ever(&world);
    assert!(figures.rival_cards <= 3, "a rival's move makes at most three client cards of an owner");
    assert!(figures.asked <= ASKED_A_YEAR, "the four questions go out {} times", figures.asked);
}

fn keeps_to_capacity(world: &World, figures: &Figures) {
    let most = *figures.weekly.iter().max().unwrap();
    assert!(most <= 10, "{most} new cards of an owner in a week");
    let mut weekly = figures.weekly.clone();
    weekly.sort_unstable();
    let half = weekly[weekly.len() / 2];
    assert!((5..=8).contains(&half), "half of the weeks have {half} new cards or fewer");
    assert!(figures.most_a_day <= 2, "{} new cards of an owner on a day", figures.most_a_day);
    assert!(figures.least_lower_share >= 0.2, "a fifth of the places is for lower tiers");
    assert!(world.cards.iter().any(|card| card.offered.is_some()), "something had to wait, and came");
    for (day, one) in &world.seen.shortfall {
        assert!(!one.what.is_empty() && !one.reason.is_empty(), "{day}: {one:?}");
    }
    for card in world.cards.iter().filter(|card| card.alarm) {
        assert!(
            card.offered.is_none() && card.state != TouchPointState::Suggested,
            "alarms never wait: {}",
            card.title
        );
    }
}

fn one_contact_at_a_time(world: &World, figures: &Figures) {
    assert_eq!(figures.twice, 0, "account and cause are unique");
    assert!(world.seen.doubles.is_empty(), "two contacts with one person: {:?}", world.seen.doubles);
    assert!(world.seen.off_days.is_empty(), "due when nobody is there: {:?}", world.seen.off_days);
}

fn every_card_says_why(world: &World) {
    for card in &world.cards {
        assert!(!card.title.is_empty() && card.title.chars().count() <= 80, "{}", card.title);
        if is_planned(card) {
            assert!(!card.why.is_empty() && card.why.contains(|letter: char| letter.is_ascii_digit()), "{card:?}");
        } else {
            assert!(!card.evidence.is_empty(), "news has evidence: {card:?}");
            for quote in &card.evidence {
                assert!(!quote.quote.is_empty() && quote.url.is_some(), "{card:?}");
            }
        }
    }
}

fn renewals_come_prepared(figures: &Figures) {
    let (judged, kept, exceptions, missed) = &figures.renewals;
    assert!(*judged > 150 && kept + exceptions.len() + missed.len() == *judged);
    assert!(missed.is_empty(), "renewals without two contacts before them: {missed:#?}");
}

fn nothing_waits_for_ever(world: &World) {
    assert!(world.seen.refused_for_ever.is_empty(), "{:?}", world.seen.refused_for_ever);
    let stuck = world.seen.gate_since.values().filter(|since| (world.now - **since).num_days() > 30).count();
    assert_eq!(stuck, 0, "cards at the gate for more than a month");
}

/// One card of each of ten plays, as a person reads it.
#[test]
#[ignore = "prints cards for a person to judge"]
fn ten_cards() {
    let world = year();
    let mut plays = std::collections::BTreeSet::new();
    let of_client = |card: &&TouchPoint| {
        world.watchlist.get(&card.account).is_some_and(|account| account.kind == AccountKind::Client)
    };
    let shown: usize = std::env::var("CARDS").ok().and_then(|count| count.parse().ok()).unwrap_or(10);
    // From the middle of the year on, when there is a past.
    let half = world.cards.len() / 2;
    for card in world.cards[half..].iter().filter(of_client).filter(|card| plays.insert(card.play.clone())).take(shown)
    {
        println!("{}\n", text_of(card));
    }
}

fn text_of(card: &TouchPoint) -> String {
    let mut lines = vec![
        format!("## {}", card.title),
        format!(
            "{} · {} · due {} · {} · play {}",
            card.owner.as_deref().unwrap_or("nobody"),
            card.account,
            card.due,
            card.state.as_str(),
            card.play
        ),
        format!("why: {}", card.why),
    ];
    for quote in &card.evidence {
        let publisher = quote.publisher.as_deref().unwrap_or("?");
        lines.push(format!(
            "  “{}” {publisher}, {}, {}",
            quote.quote,
            quote.published.date_naive(),
            quote.url.as_deref().unwrap_or("?")
        ));
    }
    for check in &card.checks {
        lines.push(format!("check: {} ({:?}) {}", check.what, check.state, check.found.join("; ")));
    }
    let opening = card.opening.as_ref().or(card.gate.held.as_ref().and_then(|held| held.opening.as_ref()));
    lines.extend(opening.map(|opening| format!("say: {opening}")));
    lines.extend(card.questions.iter().map(|question| format!("ask: {question}")));
    lines.extend(card.talking_points.iter().map(|point| format!("point: {point}")));
    lines.extend(card.avoid.iter().map(|never| format!("never: {never}")));
    lines.join("\n")
}
