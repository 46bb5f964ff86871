//! What an error of Salesforce means for the next attempt, and what to do about it.

use chrono::TimeDelta;

use super::super::{Answer, Class, Refusal, Told};
use crate::model::Time;
use crate::text::sanitise::plain_line;

/// How long to rest at the limit of requests, in minutes: it counts the last 24 hours, so a little comes free every hour.
const REST: i64 = 60;

/// Longest text of an error that is passed on.
const LONGEST: usize = 300;

/// The code of the first error of an answer; empty where it has none.
pub(super) fn code(told: &Told) -> &str {
    told.body[0]["errorCode"].as_str().unwrap_or_default()
}

/// What an answer that is no success means. An answer without errors in it is judged by its status.
pub(super) fn judge(told: &Told, now: Time) -> Answer {
    // A success of a collection or an upsert tells its errors inside, with other names.
    let inside = &told.body["errors"][0];
    let (error, code) = match code(told) {
        "" => (inside, inside["statusCode"].as_str().unwrap_or_default()),
        code => (&told.body[0], code),
    };
    if code.is_empty() {
        return told.plain.clone();
    }
    let fields: Vec<_> = error["fields"].as_array().into_iter().flatten().filter_map(|field| field.as_str()).collect();
    let of = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
    let message = plain_line(error["message"].as_str().unwrap_or_default());
    let message: String = message.chars().take(LONGEST).collect();
    let (class, advice) = meaning(code, &message);
    let refusal = Refusal::new(class, format!("{code}{of}: {message}; {advice}")).with_status(told.status);
    let rests = class == Class::Rest;
    Answer::Refused(if rests { refusal.with_rest(now + TimeDelta::minutes(REST)) } else { refusal })
}

/// At the part of the limit that is ours, nothing more is asked.
pub(super) fn spent(told: &Told, share: f64, now: Time) -> Option<Answer> {
    let field = told.headers.get("sforce-limit-info")?.to_str().ok()?;
    let usage = field.split([',', ';']).find_map(|part| part.trim().strip_prefix("api-usage="))?;
    let (used, most) = usage.split_once('/')?;
    let (used, most): (f64, f64) = (used.trim().parse().ok()?, most.trim().parse().ok()?);
    if most <= 0.0 || used < most * share {
        return None;
    }
    let why = format!("the org has used {used} of its {most} requests of 24 hours; the rest is left to other programs");
    Some(Answer::Refused(Refusal::new(Class::Rest, why).with_rest(now + TimeDelta::minutes(REST))))
}

fn meaning(code: &str, message: &str) -> (Class, &'static str) {
    match code {
        "REQUEST_LIMIT_EXCEEDED" => (Class::Rest, "the org's requests of 24 hours are used up; tried again in an hour"),
        "UNABLE_TO_LOCK_ROW" | "SERVER_UNAVAILABLE" | "QUERY_TIMEOUT" | "UNKNOWN_EXCEPTION" | "EXCEEDED_ID_LIMIT" => {
            (Class::Retry, "tried again later")
        }
        "DUPLICATE_VALUE" => (Class::Retry, "its key is looked up before it is tried again"),
        "API_DISABLED_FOR_ORG" | "API_CURRENTLY_DISABLED" | "CLIENT_NOT_ACCESSIBLE_FOR_USER" => {
            (Class::Pause, "allow the API for the user that the connected app runs as")
        }
        "INVALID_FIELD" | "INVALID_TYPE" | "MALFORMED_QUERY" => {
            (Class::Pause, "check the field names and conditions of this destination, and that its user may see them")
        }
        "UNSUPPORTED_API_VERSION" | "URL_NOT_RESET" => (Class::Pause, "check `version`"),
        "INSUFFICIENT_ACCESS" => (Class::Pause, "give the user of the connected app the right to write tasks"),
        "STORAGE_LIMIT_EXCEEDED" => (Class::Pause, "the org has no room left"),
        "NOT_FOUND" if message.contains("ternal ID field") => {
            (Class::Pause, "create that field on Task as a unique external id, or leave `external_id_field` out")
        }
        "NOT_FOUND" => (Class::Dead, "check `url` and `version`, or that the record still stands there"),
        "INSUFFICIENT_ACCESS_OR_READONLY" | "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" => {
            (Class::Dead, "let its user see and edit that record, then send it again")
        }
        "INVALID_CROSS_REFERENCE_KEY" | "MALFORMED_ID" => {
            (Class::Dead, "check the external id of the client and the ids in `import.owners`")
        }
        "DUPLICATES_DETECTED" => (Class::Dead, "a duplicate rule forbids it: let the rule pass tasks of its user"),
        "REQUIRED_FIELD_MISSING" | "FIELD_CUSTOM_VALIDATION_EXCEPTION" | "FIELD_INTEGRITY_EXCEPTION" => {
            (Class::Dead, "a rule of the org wants more than a task has: let it pass tasks of its user")
        }
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" => (Class::Dead, "check the words of `status_…` and `priority_…`"),
        "INACTIVE_OWNER_OR_USER" => (Class::Dead, "its owner is no longer active there: check `import.owners`"),
        _ => (Class::Dead, "set it right there, then send it again"),
    }
}
