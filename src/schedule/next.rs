//! When to come back to a feed.

use chrono::TimeDelta;

use super::settings::Settings;
use super::skip::past_skipped;
use crate::model::{FeedKind, HttpHints, PollHints, Time};

/// The least that may be configured between polls of other people's servers.
const LEAST: TimeDelta = TimeDelta::minutes(15);

/// The least that may be configured between polls of pages, which are made for people.
const LEAST_PAGE: TimeDelta = TimeDelta::minutes(60);
/// The least between polls of a search or the like, which a service works out anew each time.
const LEAST_SERVICE: TimeDelta = TimeDelta::minutes(60);

/// The least between polls of our own servers, so that a pass over what is due comes to an end.
const LEAST_OWN: TimeDelta = TimeDelta::seconds(1);

/// A feed is polled this many times as often as it publishes.
const OVERSAMPLING: i32 = 2;

/// A silence counts as a slower rhythm once it is this many times the usual gap.
const SILENCE: i32 = 4;

/// What is known of a feed's past.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// When its latest entries were published, newest first.
    pub entry_times: Vec<Time>,
    /// Failures in a row, the last poll included.
    pub failures: u32,
    /// Its server wants to be left alone until then.
    pub not_before: Option<Time>,
}

/// What bounds the choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// What is found at the address.
    pub kind: FeedKind,
    /// It is our own server.
    pub own: bool,
    /// Time between polls that the operator wishes for.
    pub wished: Option<TimeDelta>,
    /// It supports conditional requests.
    pub validators: bool,
}

/// When to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// Not before this, and as soon after it as may be.
    pub at: Time,
    /// Why then, in a few words for people.
    pub why: String,
    /// The server wants to be left alone for so long that the feed is to be paused and its owner told.
    pub pause: bool,
}

/// When to poll a feed next. `random` is 0 to 1 and spreads the polls; the same input gives the same answer.
///
/// A feed that publishes often is polled often, down to a floor (R7); what it asks for by max-age, Expires, ttl or
/// `sy:update…` is kept, up to a cap (R8), skipped hours and days are skipped (R9), what its server asks for by
/// Retry-After is never shortened (R10). A feed that fails is asked ever more rarely, but never given up (R62).
#[must_use]
pub fn next_poll(
    history: &History,
    http: &HttpHints,
    hints: &PollHints,
    limits: &Limits,
    settings: &Settings,
    random: f64,
    now: Time,
) -> Next {
    let (wait, mut why) = if history.failures > 0 {
        after_failures(history.failures, limits, settings)
    } else if limits.own {
        as_own(history, limits, settings, now)
    } else {
        as_polite(history, http, hints, limits, settings, now)
    };
    let mut at = now + lengthened(wait, if limits.own { 0.0 } else { settings.jitter * random });
    let mut pause = false;
    if let Some(not_before) = history.not_before.filter(|not_before| *not_before > now) {
        pause = not_before - now > days(settings.pause_after_days);
        if not_before >= at {
            at = not_before;
            "its server asks to be left alone until then".clone_into(&mut why);
        }
        if pause {
            why = format!("its server asks to be left alone for more than {} days", settings.pause_after_days);
        }
    }
    if !limits.own {
        match past_skipped(at, hints, random) {
            Some(free) if free != at => {
                at = free;
                why.push_str(", past the hours and days it asks to skip");
            }
            _ => {}
        }
    }
    Next { at, why, pause }
}

/// Twice as long after each failure in a row, up to the ceiling.
fn after_failures(failures: u32, limits: &Limits, settings: &Settings) -> (TimeDelta, String) {
    let base = match (limits.own, limits.wished) {
        (true, wished) => wished.unwrap_or(LEAST).max(TimeDelta::minutes(1)),
        (false, wished) => {
            let usual = minutes(settings.usual_minutes).max(LEAST).max(wished.unwrap_or_default());
            // What fails is never asked more often than what does not.
            if limits.kind == FeedKind::Rss { usual } else { usual.max(floor(limits, settings).0) }
        }
    };
    let ceiling = TimeDelta::hours(i64::from(settings.failing_hours.max(1))).max(base);
    let wait = base.checked_mul(1 << failures.saturating_sub(1).min(20)).unwrap_or(ceiling).min(ceiling);
    let times = if failures == 1 { "failed once".to_owned() } else { format!("failed {failures} times in a row") };
    (wait, format!("every {} since it {times}", spoken(wait)))
}

/// Our own servers: as wished, else by rhythm without any floor but the least that can be configured.
fn as_own(history: &History, limits: &Limits, settings: &Settings, now: Time) -> (TimeDelta, String) {
    if let Some(wished) = limits.wished {
        let wait = wished.max(LEAST_OWN);
        return (wait, format!("every {} as configured for our own server", spoken(wait)));
    }
    let quiet = minutes(settings.quiet_minutes).max(LEAST);
    let wait = rhythm(&history.entry_times, now).unwrap_or(LEAST).clamp(LEAST, quiet);
    (wait, format!("every {} by its rhythm", spoken(wait)))
}

/// Other people's servers: the longest of what its rhythm, the operator, the feed and politeness ask for.
fn as_polite(
    history: &History,
    http: &HttpHints,
    hints: &PollHints,
    limits: &Limits,
    settings: &Settings,
    now: Time,
) -> (TimeDelta, String) {
    let usual = minutes(settings.usual_minutes).max(LEAST);
    let ceiling = minutes(settings.quiet_minutes).max(usual);
    let chosen = match limits.wished {
        Some(wished) => (wished, "as configured"),
        None => match rhythm(&history.entry_times, now) {
            Some(wait) => (wait.clamp(usual, ceiling), "by its rhythm"),
            None => (usual, "as usual"),
        },
    };
    let cap = minutes(settings.longest_hint_minutes).max(LEAST);
    let fresh = http.fresh_seconds.map(|seconds| TimeDelta::seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 2000)));
    let asked = [
        (fresh, "its server calls the answer fresh that long"),
        (hints.ttl_minutes.map(minutes), "it asks for that (ttl)"),
        (hints.update_minutes.map(minutes), "it says it changes that often (sy:updatePeriod)"),
    ];
    let mut reasons = vec![chosen, floor(limits, settings)];
    reasons.extend(asked.into_iter().filter_map(|(wait, why)| Some((wait?.min(cap), why))));
    // The first of several as long: what was chosen counts before what merely agrees.
    let longest = reasons.into_iter().reduce(|longest, next| if next.0 > longest.0 { next } else { longest });
    let (wait, why) = longest.unwrap_or(chosen);
    (wait, format!("every {}: {why}", spoken(wait)))
}

/// The least time between polls that politeness allows, with the reason.
fn floor(limits: &Limits, settings: &Settings) -> (TimeDelta, &'static str) {
    let shortest = minutes(settings.shortest_minutes).max(LEAST);
    match limits.kind {
        FeedKind::Sitemap => (minutes(settings.sitemap_minutes).max(shortest), "the least for a sitemap"),
        FeedKind::Newsroom => (minutes(settings.newsroom_minutes).max(LEAST_PAGE), "the least for a newsroom"),
        FeedKind::Watch => (minutes(settings.watch_minutes).max(LEAST_PAGE), "the least for a watched page"),
        FeedKind::Search | FeedKind::Filing | FeedKind::Social => {
            (LEAST_SERVICE.max(shortest), "the least for a service")
        }
        FeedKind::Rss if limits.validators => (shortest, "the least that may be configured"),
        FeedKind::Rss => (
            minutes(settings.unconditional_minutes).max(shortest),
            "the least for a feed without ETag and Last-Modified, which must be sent whole each time",
        ),
    }
}

/// How often to look at a feed that publishes at these times: half the median gap, or less often once it has been
/// silent for much longer than that. Nothing where there are too few times to tell.
fn rhythm(entry_times: &[Time], now: Time) -> Option<TimeDelta> {
    let past: Vec<Time> = entry_times.iter().copied().filter(|time| *time <= now).collect();
    let mut gaps: Vec<TimeDelta> = past.windows(2).map(|pair| (pair[0] - pair[1]).abs()).collect();
    gaps.sort_unstable();
    let median = *gaps.get(gaps.len() / 2)?;
    let silence = past.iter().max().map_or(TimeDelta::zero(), |newest| now - *newest);
    Some(median.max(silence / SILENCE) / OVERSAMPLING)
}

/// `wait` and `share` of it more.
fn lengthened(wait: TimeDelta, share: f64) -> TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "waits are far below the 2^53 seconds that are exact")]
    let more = (wait.num_seconds() as f64 * share.clamp(0.0, 1.0)) as i64;
    wait + TimeDelta::seconds(more)
}

/// A wait in the largest unit that divides it.
fn spoken(wait: TimeDelta) -> String {
    let seconds = wait.num_seconds();
    match seconds {
        _ if seconds % 86_400 == 0 => counted(seconds / 86_400, "day"),
        _ if seconds % 3600 == 0 => counted(seconds / 3600, "hour"),
        _ if seconds % 60 == 0 || seconds > 600 => counted(seconds / 60, "minute"),
        _ => counted(seconds, "second"),
    }
}

fn counted(number: i64, unit: &str) -> String {
    if number == 1 { unit.to_owned() } else { format!("{number} {unit}s") }
}

fn minutes(number: u32) -> TimeDelta {
    TimeDelta::minutes(i64::from(number))
}

fn days(number: u32) -> TimeDelta {
    TimeDelta::days(i64::from(number))
}
