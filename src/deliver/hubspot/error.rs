//! What an error of HubSpot means for the next attempt, and what to do about it.

use chrono::{Days, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde_json::Value;

use super::super::{Answer, Class, Refusal, Told};
use crate::model::Time;
use crate::text::sanitise::plain_line;

/// Longest text of an error that is passed on.
const LONGEST: usize = 300;

/// The daily limit is used up: nothing goes through before midnight of the account.
pub(super) fn is_daily(told: &Told) -> bool {
    told.status == 429 && told.body["policyName"].as_str().is_some_and(|name| name.eq_ignore_ascii_case("DAILY"))
}

/// The rest until the next midnight in this zone; an hour where it is not known.
pub(super) fn rest(zone: Option<Tz>, now: Time) -> Answer {
    let midnight = |zone: Tz| {
        let day = now.with_timezone(&zone).date_naive().checked_add_days(Days::new(1))?;
        // Where the clock skips midnight, the day begins later.
        (0..3).find_map(|hour| zone.from_local_datetime(&day.and_hms_opt(hour, 0, 0)?).earliest())
    };
    let until = zone.and_then(midnight).map_or(now + TimeDelta::hours(1), |at| at.to_utc());
    let why = "the account's requests of the day are used up; tried again after midnight of its time zone";
    Answer::Refused(Refusal::new(Class::Rest, why).with_status(429).with_rest(until))
}

/// What an answer that is no success means.
pub(super) fn judge(told: &Told) -> Answer {
    if matches!(told.status, 408 | 423 | 429 | 477) || told.status >= 500 {
        return told.plain.clone();
    }
    of_error(&told.body, told.status)
}

/// What an error means, of a whole answer or of one row of it.
pub(super) fn of_error(error: &Value, status: u16) -> Answer {
    let category = error["category"].as_str().unwrap_or_default();
    let message: String = plain_line(error["message"].as_str().unwrap_or_default()).chars().take(LONGEST).collect();
    let (class, advice) = match category {
        "MISSING_SCOPES" => (Class::Pause, "give the private app the scopes that docs/deliver/hubspot.md names"),
        "INVALID_AUTHENTICATION" | "EXPIRED_AUTHENTICATION" | "REVOKED_AUTHENTICATION" => {
            (Class::Pause, "put the private app's present token in place")
        }
        "RATE_LIMITS" | "RATE_LIMIT" => (Class::Retry, "tried again later"),
        "CONFLICT" => (Class::Retry, "its key is looked up before it is tried again"),
        "VALIDATION_ERROR" if message.contains("PROPERTY_DOESNT_EXIST") || message.contains("does not exist") => {
            (Class::Pause, "create that property, or set the one that there is")
        }
        "VALIDATION_ERROR" => (Class::Dead, "check the statuses and ids of this destination, then send it again"),
        "OBJECT_NOT_FOUND" => (Class::Dead, "check the external id of the client and the ids in `import.owners`"),
        "" => match status {
            401 | 403 => (Class::Pause, "check the token and the scopes of the private app"),
            _ => (Class::Dead, "check `url` and `objects`"),
        },
        _ => (Class::Dead, "set it right there, then send it again"),
    };
    let named = if category.is_empty() { status.to_string() } else { category.to_owned() };
    Answer::Refused(Refusal::new(class, format!("{named}: {message}; {advice}")).with_status(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_limit_rests_until_midnight_of_the_account() {
        let now: Time = "2026-03-02T20:30:00Z".parse().unwrap();
        let until = |zone: Option<Tz>| match rest(zone, now) {
            Answer::Refused(refusal) => refusal.until.unwrap().to_rfc3339(),
            other => panic!("{other:?}"),
        };
        assert_eq!(until(Some(Tz::America__New_York)), "2026-03-03T05:00:00+00:00");
        assert_eq!(until(Some(Tz::Asia__Tokyo)), "2026-03-03T15:00:00+00:00");
        assert_eq!(until(None), "2026-03-02T21:30:00+00:00");
    }
}
