//! The month, and what must be true at its end.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::TimeDelta;
use tidings::model::Time;

use crate::figures::quantile;
use crate::origin::{Fate, World};
use crate::program::Program;

/// Feeds of the world.
const FEEDS: usize = 10_000;
const DAYS: i64 = 30;
const SEED: u64 = 20_260_302;

/// What happens to the machine: on which day and hour, and what.
enum Mishap {
    /// The clock is set by so many hours.
    Clock(i64),
    /// The program is killed and starts again after so many minutes.
    Restart(i64),
}

const MISHAPS: [(i64, i64, Mishap); 10] = [
    // In the middle of the first round, and at once again.
    (0, 0, Mishap::Restart(1)),
    (1, 3, Mishap::Restart(2)),
    (4, 7, Mishap::Clock(24)),
    (6, 9, Mishap::Clock(-24)),
    (9, 1, Mishap::Clock(-24)),
    (9, 2, Mishap::Restart(1)),
    (12, 5, Mishap::Clock(24)),
    (15, 13, Mishap::Restart(60)),
    // A night without power.
    (20, 22, Mishap::Restart(9 * 60)),
    (27, 4, Mishap::Restart(1)),
];

/// No feed is asked later than this after its time, but for those whose host rests, cannot be reached or is slow.
const LATEST: TimeDelta = TimeDelta::hours(2);

#[test]
fn r5_r7_r8_r9_r10_r19_r62_r64_a_month_of_thousands_of_feeds() {
    let began = Instant::now();
    let start: Time = "2026-03-09T06:00:00Z".parse().unwrap();
    let mut program = Program::new(World::new(SEED, FEEDS, start), SEED, start);
    let mut day_starts = vec![0];
    let mut mishaps = MISHAPS.iter().peekable();
    for hour in 0..DAYS * 24 {
        while let Some((.., mishap)) = mishaps.next_if(|(day, at, _)| day * 24 + at == hour) {
            match mishap {
                Mishap::Clock(hours) => program.set_clock(TimeDelta::hours(*hours)),
                Mishap::Restart(minutes) => {
                    // Half-way into the hour's work.
                    program.run(start + TimeDelta::hours(hour) + TimeDelta::minutes(4));
                    program.restart(TimeDelta::minutes(*minutes));
                }
            }
        }
        program.run(start + TimeDelta::hours(hour + 1));
        if (hour + 1) % 24 == 0 {
            day_starts.push(program.watch.minutes.values().sum::<u32>());
        }
    }
    tell(&program, &day_starts, began);
    for (kind, (times, first)) in &program.watch.wrong {
        println!("WRONG {times} × {kind}, first: {first}");
    }
    assert!(program.watch.wrong.is_empty(), "promises were broken");
    nothing_starves(&program);
    failing_feeds_are_asked_ever_more_rarely_but_still(&program, start);
    no_flood(&program, &day_starts);
}

fn tell(program: &Program, day_starts: &[u32], began: Instant) {
    let figures = &program.figures;
    let polls: Vec<u32> = program.rows.iter().map(|row| row.polls).collect();
    let all: u32 = figures.polls.values().sum();
    println!(
        "{FEEDS} feeds on {} hosts, {DAYS} days in {:.1} s",
        program.world.hosts.len(),
        began.elapsed().as_secs_f64()
    );
    println!("polls        {all}: {:?}", figures.polls);
    println!("requests     {:?}", figures.requests);
    let answered = f64::from(figures.polls["fresh"] + figures.polls["unchanged"]);
    println!("304          {:.1} % of good answers", 100.0 * f64::from(figures.polls["unchanged"]) / answered);
    let a_day = |share| f64::from(quantile(&polls, share)) / DAYS as f64;
    println!("polls a day  of one feed: half {:.1}, 99 % {:.1}", a_day(0.5), a_day(0.99));
    println!("late         half {} s, 99 % {} s", quantile(&figures.lateness, 0.5), quantile(&figures.lateness, 0.99));
    println!("in line      {} at most; paused {}", figures.queue, figures.paused);
    let days: Vec<u32> = day_starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    println!("requests     a day: {days:?}");
    println!("requests     in the busiest minute: {}", program.watch.minutes.values().max().unwrap());
}

/// Every feed that lives was due not long ago, unless its host rests.
fn nothing_starves(program: &Program) {
    let shown = program.shown();
    let late: Vec<_> = program
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.active && shown - row.next_poll > LATEST)
        .map(|(feed, row)| (feed, row.next_poll))
        .collect();
    assert!(late.is_empty(), "{} feeds wait since long: {:?}", late.len(), &late[..late.len().min(5)]);
    let far: Vec<_> = program
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.active && row.failures == 0 && row.next_poll - shown > TimeDelta::days(9))
        .map(|(feed, row)| (feed, row.next_poll))
        .collect();
    assert!(far.is_empty(), "{} feeds are put off for long: {:?}", far.len(), &far[..far.len().min(5)]);
    let never: Vec<_> = program.rows.iter().filter(|row| row.active && row.last_attempt.is_none()).collect();
    assert!(never.is_empty(), "{} feeds were never asked", never.len());
    assert!(quantile(&program.figures.lateness, 0.99) < LATEST.num_seconds(), "99 % are asked in time");
}

/// Feeds that were missing all the time were asked some dozen times, at ever longer intervals of a week at most.
fn failing_feeds_are_asked_ever_more_rarely_but_still(program: &Program, start: Time) {
    assert!(program.watch.missing.len() >= FEEDS / 200);
    let active: BTreeSet<_> = (0..FEEDS).filter(|feed| program.rows[*feed].active).collect();
    for (feed, times) in program.watch.missing.iter().filter(|(feed, _)| active.contains(feed)) {
        assert!((6..=24).contains(&times.len()), "feed {feed} was asked {} times", times.len());
        let (early, late) = (times[0], times[times.len() - 1]);
        assert!(late - start > TimeDelta::days(DAYS - 11), "feed {feed} was given up {late}, first asked {early}");
        let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let rarer = gaps.windows(2).filter(|pair| pair[1] * 10 < pair[0] * 9).count();
        // A clock set forward by a day cuts one wait short.
        assert!(rarer <= 3, "feed {feed} was asked more often again: {gaps:?}");
    }
}

/// No minute brings more than the hands can do, and no day more than twice the usual.
fn no_flood(program: &Program, day_starts: &[u32]) {
    let busiest = *program.watch.minutes.values().max().unwrap();
    assert!(busiest < 12_000, "{busiest} requests in a minute");
    let mut days: Vec<u32> = day_starts.windows(2).skip(1).map(|pair| pair[1] - pair[0]).collect();
    days.sort_unstable();
    let (least, usual, most) = (days[0], days[days.len() / 2], days[days.len() - 1]);
    assert!(most < usual * 3 / 2, "a day with {most} requests where {usual} are usual");
    assert!(least > usual / 2, "a day with {least} requests where {usual} are usual");
    let dead = program.world.feeds.iter().filter(|feed| feed.fate != Fate::Lives).count();
    assert!(dead >= FEEDS / 100 && program.figures.polls.contains_key("told to slow down"), "the world is too kind");
}
