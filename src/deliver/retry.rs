//! When to try again, and when to give up (R56): the schedule of the Standard Webhooks specification
//! ("Deliverability and reliability", standardwebhooks/spec), with jitter.

use chrono::{DateTime, TimeDelta};

use super::{Answer, Class, Refusal};
use crate::model::Time;

/// Seconds to wait before the first, second … attempt.
const SCHEDULE: [i64; 10] = [0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];

/// A wait is lengthened by up to this part of it, so that what failed together does not come back together.
const JITTER: f64 = 0.2;

/// A destination that asks for a longer rest than this (days) is taken to mean this.
const LONGEST_REST: i64 = 365;

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The destination has it.
    Delivered,
    /// Try again, not before this.
    Retry(Time),
    /// Nothing is sent to this destination before this, with the reason; the attempt does not count.
    Rest(Time, String),
    /// Give up, with the reason; kept whole, can be sent again by a person.
    Dead(String),
    /// Send nothing more to this destination until a person has looked, with the reason.
    PauseDestination(String),
    /// The destination is gone for good, with the reason.
    DisableDestination(String),
    /// It may have been taken and nobody can tell, with what is known; a person looks before it is sent again.
    Unknown(String),
}

/// What `answer` means for a delivery that was attempted `attempts` times, this attempt included. `random` is drawn
/// evenly from 0 to 1 and sets the jitter.
#[must_use]
pub fn after(attempts: u32, answer: &Answer, now: Time, random: f64) -> Verdict {
    let why = || answer.describe();
    match answer {
        Answer::Taken { .. } => return Verdict::Delivered,
        Answer::Refused(refusal) => match refusal.class {
            Class::Retry => return again(attempts, answer, now, random),
            Class::Rest => {
                let until = asked_rest(answer, now).unwrap_or(now).max(now + TimeDelta::minutes(1));
                return Verdict::Rest(until, why());
            }
            Class::Pause => return Verdict::PauseDestination(why()),
            Class::Disable => return Verdict::DisableDestination(why()),
            Class::Dead => return Verdict::Dead(why()),
            Class::Unknown => return Verdict::Unknown(why()),
        },
        Answer::Answered { .. } | Answer::Silent { .. } => {}
    }
    match answer.status() {
        Some(200..=299) => Verdict::Delivered,
        Some(410) => Verdict::DisableDestination(why()),
        Some(401 | 403) => Verdict::PauseDestination(why()),
        Some(400 | 404 | 422) => Verdict::Dead(why()),
        // Redirects too: a signed message is not sent to an address that nobody configured.
        _ => again(attempts, answer, now, random),
    }
}

/// The next attempt by the schedule, not before the destination wishes; the end where it was the last.
fn again(attempts: u32, answer: &Answer, now: Time, random: f64) -> Verdict {
    match wait(attempts, random) {
        Some(wait) => Verdict::Retry((now + wait).max(asked_rest(answer, now).unwrap_or(now))),
        None => Verdict::Dead(format!("given up after {attempts} attempts; the last: {}", answer.describe())),
    }
}

/// The time between this attempt and the next; nothing where it was the last.
fn wait(attempts: u32, random: f64) -> Option<TimeDelta> {
    let seconds = *SCHEDULE.get(usize::try_from(attempts).ok()?)?;
    let factor = 1.0 + JITTER * random.clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most a day and a fifth in milliseconds")]
    let milliseconds = (seconds as f64 * 1000.0 * factor) as i64;
    Some(TimeDelta::milliseconds(milliseconds))
}

/// Until when the destination asks to be left alone (RFC 9110, section 10.2.3): seconds, or a date.
fn asked_rest(answer: &Answer, now: Time) -> Option<Time> {
    if let Answer::Refused(Refusal { until, .. }) = answer {
        return until.map(|until| until.min(now + TimeDelta::days(LONGEST_REST)));
    }
    let Answer::Answered { retry_after: Some(field), .. } = answer else { return None };
    let field = field.trim();
    let longest = now + TimeDelta::days(LONGEST_REST);
    if !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = field.parse::<i64>().ok().and_then(TimeDelta::try_seconds);
        return Some(seconds.and_then(|rest| now.checked_add_signed(rest)).map_or(longest, |at| at.min(longest)));
    }
    httpdate::parse_http_date(field).ok().map(|date| DateTime::from(date).min(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn answer(status: u16, retry_after: Option<&str>) -> Answer {
        Answer::Answered { status, retry_after: retry_after.map(str::to_owned), excerpt: String::new() }
    }

    fn seconds_until_retry(attempts: u32, answer: &Answer, random: f64) -> i64 {
        match after(attempts, answer, now(), random) {
            Verdict::Retry(at) => (at - now()).num_seconds(),
            other => panic!("no retry but {other:?}"),
        }
    }

    #[test]
    fn r56_waits_follow_the_schedule_and_end() {
        let busy = answer(503, None);
        let waits: Vec<_> = (1..=9).map(|attempts| seconds_until_retry(attempts, &busy, 0.0)).collect();
        assert_eq!(waits, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        let Verdict::Dead(why) = after(10, &busy, now(), 0.0) else { panic!("ten attempts are enough") };
        assert_eq!(why, "given up after 10 attempts; the last: refused with 503 Service Unavailable");
        assert!(matches!(after(u32::MAX, &busy, now(), 0.5), Verdict::Dead(_)));
    }

    #[test]
    fn r56_jitter_only_lengthens() {
        let busy = answer(500, None);
        assert_eq!(seconds_until_retry(2, &busy, 0.0), 300);
        assert_eq!(seconds_until_retry(2, &busy, 0.5), 330);
        assert_eq!(seconds_until_retry(2, &busy, 1.0), 360);
        assert_eq!(seconds_until_retry(2, &busy, f64::MAX), 360);
    }

    #[test]
    fn r56_each_status_gets_its_class() {
        let class = |status| match after(1, &answer(status, None), now(), 0.0) {
            Verdict::Delivered => "delivered",
            Verdict::Retry(_) => "retry",
            Verdict::Rest(..) => "rest",
            Verdict::Unknown(_) => "unknown",
            Verdict::Dead(_) => "dead",
            Verdict::PauseDestination(_) => "pause",
            Verdict::DisableDestination(_) => "disable",
        };
        for (status, expected) in [
            (200, "delivered"),
            (202, "delivered"),
            (204, "delivered"),
            (301, "retry"),
            (302, "retry"),
            (307, "retry"),
            (308, "retry"),
            (400, "dead"),
            (401, "pause"),
            (403, "pause"),
            (404, "dead"),
            (408, "retry"),
            (410, "disable"),
            (422, "dead"),
            (429, "retry"),
            (500, "retry"),
            (502, "retry"),
            (503, "retry"),
            (504, "retry"),
        ] {
            assert_eq!(class(status), expected, "status {status}");
        }
        let silent = Answer::Silent { why: "timed out".to_owned() };
        assert_eq!(seconds_until_retry(1, &silent, 0.0), 5);
    }

    #[test]
    fn r56_a_refusal_means_what_its_destination_says() {
        let refused = |class| Answer::Refused(Refusal::new(class, "why"));
        let midnight: Time = "2026-03-03T00:00:00Z".parse().unwrap();
        let later = Answer::Refused(Refusal::new(Class::Retry, "busy").with_status(429).with_rest(midnight));
        assert_eq!(after(1, &later, now(), 0.0), Verdict::Retry(midnight));
        assert!(matches!(after(10, &later, now(), 0.0), Verdict::Dead(_)), "the last attempt");
        let daily = Answer::Refused(Refusal::new(Class::Rest, "daily limit").with_rest(midnight));
        assert_eq!(after(10, &daily, now(), 0.0), Verdict::Rest(midnight, "daily limit".to_owned()));
        assert_eq!(after(1, &refused(Class::Pause), now(), 0.0), Verdict::PauseDestination("why".to_owned()));
        assert_eq!(after(1, &refused(Class::Disable), now(), 0.0), Verdict::DisableDestination("why".to_owned()));
        assert_eq!(after(1, &refused(Class::Dead), now(), 0.0), Verdict::Dead("why".to_owned()));
        assert_eq!(after(1, &refused(Class::Unknown), now(), 0.0), Verdict::Unknown("why".to_owned()));
        let taken = Answer::Taken { how: "nothing to close".to_owned() };
        assert_eq!((after(1, &taken, now(), 0.0), taken.error()), (Verdict::Delivered, None));
    }

    #[test]
    fn r56_retry_after_is_a_floor() {
        assert_eq!(seconds_until_retry(1, &answer(429, Some("120")), 0.0), 120);
        assert_eq!(seconds_until_retry(1, &answer(503, Some("Mon, 02 Mar 2026 10:00:00 GMT")), 0.0), 3600);
        // Shorter than the schedule, in the past, or unreadable: the schedule holds.
        assert_eq!(seconds_until_retry(2, &answer(429, Some("1")), 0.0), 300);
        assert_eq!(seconds_until_retry(2, &answer(429, Some("Mon, 02 Mar 2020 10:00:00 GMT")), 0.0), 300);
        for odd in ["", "soon", "-5", "1.5", "Mon, 99 Mar 2026"] {
            assert_eq!(seconds_until_retry(2, &answer(429, Some(odd)), 0.0), 300, "{odd:?}");
        }
        // Absurd: a year at most, and no overflow.
        for huge in ["99999999999", "99999999999999999999999999"] {
            assert_eq!(seconds_until_retry(1, &answer(429, Some(huge)), 0.0), 365 * 86_400, "{huge}");
        }
    }
}
