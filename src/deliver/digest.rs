//! Digests: who is due one, and the delivery that carries it.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;
use serde_json::json;

use super::page::Page;
use super::{Mail, Rhythm};
use crate::model::{Delivery, DeliveryState, DestinationId, Step, Time, TouchPointId, id};

/// Whose digest: one of `owners`, or all the rest, who are told by `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The owner; none for the rest.
    pub owner: Option<String>,
    /// Their time zone.
    pub zone: Tz,
    /// Owners who have a digest of their own, where this is that of the rest.
    pub others: Vec<String>,
}

impl Reader {
    /// The name in tables; empty for the rest.
    #[must_use]
    pub fn key(&self) -> &str {
        self.owner.as_deref().unwrap_or_default()
    }

    /// Whether something of this owner is for the reader.
    #[must_use]
    pub fn concerns(&self, owner: Option<&str>) -> bool {
        match &self.owner {
            Some(name) => owner == Some(name),
            None => owner.is_none_or(|owner| !self.others.iter().any(|other| other == owner)),
        }
    }
}

impl Mail {
    /// Everybody to whom a digest is sent, the rest last. `usual` is the time zone of those who have none of their own.
    #[must_use]
    pub fn readers(&self, usual: Tz) -> Vec<Reader> {
        let zone = |owner: &str| self.zones.get(owner).and_then(|zone| zone.parse().ok()).unwrap_or(usual);
        let mut readers: Vec<_> = self
            .owners
            .keys()
            .map(|owner| Reader { owner: Some(owner.clone()), zone: zone(owner), others: Vec::new() })
            .collect();
        if !self.to.is_empty() {
            readers.push(Reader { owner: None, zone: usual, others: self.owners.keys().cloned().collect() });
        }
        readers
    }

    /// The day whose digest is due at `now`: today, once its time has come, where the reader works today. Weekly ones have
    /// the day on which the week's first working day comes. Days that went by are not made up for.
    #[must_use]
    pub fn due(&self, reader: &Reader, works: impl Fn(NaiveDate) -> bool, now: Time) -> Option<NaiveDate> {
        let today = now.with_timezone(&reader.zone).date_naive();
        if now < self.instant(reader, today) || !works(today) {
            return None;
        }
        (self.digest != Rhythm::Off).then(|| self.period(today))
    }

    /// The day under which the digest of `day` is known: of a week, its Monday. A week that began while nothing ran still
    /// gets its brief, on the first day on which somebody looks.
    #[must_use]
    pub fn period(&self, day: NaiveDate) -> NaiveDate {
        match self.digest {
            Rhythm::Weekly => day.week(Weekday::Mon).first_day(),
            Rhythm::Daily | Rhythm::Off => day,
        }
    }

    /// When the digest of a day goes out.
    #[must_use]
    pub fn instant(&self, reader: &Reader, day: NaiveDate) -> Time {
        at(reader, day, self.digest_time())
    }
}

/// The usual time of a digest.
#[must_use]
pub fn morning(reader: &Reader, day: NaiveDate) -> Time {
    at(reader, day, NaiveTime::from_hms_opt(7, 30, 0).unwrap_or_default())
}

/// A time of day where a reader is; where the clocks skip it, right after.
fn at(reader: &Reader, day: NaiveDate, time: NaiveTime) -> Time {
    let at = day.and_time(time);
    let mut quarters = (0..=8).map(|quarter| at + TimeDelta::minutes(15 * quarter));
    let local = quarters.find_map(|at| reader.zone.from_local_datetime(&at).earliest());
    local.map_or_else(|| at.and_utc(), |at| at.to_utc())
}

/// The delivery of a digest. Its id is a hash of destination, reader and day: however often it is written, it is one.
#[must_use]
pub fn delivery(
    page: &Page,
    text: &str,
    destination: &DestinationId,
    reader: &Reader,
    day: NaiveDate,
    unsubscribe: Option<&str>,
    now: Time,
) -> Delivery {
    let parts = ["digest", destination.as_str(), reader.key(), &day.to_string()];
    // `type` stands first: by it a digest is known.
    let data = json!({
        "subject": page.title, "body": text, "owner": reader.owner, "day": day, "unsubscribe": unsubscribe, "page": page,
    });
    Delivery {
        id: format!("msg_{}", id::short_hash(&parts)),
        touch_point: TouchPointId(uuid::Uuid::nil()),
        search: None,
        revision: 0,
        destination: destination.clone(),
        step: Step::Suggested,
        payload: format!(r#"{{"type":"digest","timestamp":{},"data":{data}}}"#, json!(now)),
        state: DeliveryState::Due,
        attempts: 0,
        next_at: now,
        last_error: None,
        last_status: None,
        created: now,
    }
}

#[cfg(test)]
#[path = "digest_tests.rs"]
mod tests;
