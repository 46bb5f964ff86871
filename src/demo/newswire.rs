//! What the invented outlets print, and when.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use crate::model::Time;

/// Days that the newswire covers; the last is today.
pub const DAYS: i64 = 56;

/// The whole newswire.
#[derive(Clone, Debug)]
pub struct Newswire {
    /// Who prints.
    pub outlets: Vec<Outlet>,
    /// What is printed, oldest first.
    pub reports: Vec<Report>,
    /// What our own people do meanwhile.
    pub deeds: Vec<Deed>,
    first_day: NaiveDate,
}

/// An invented publisher.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// Short name, part of its addresses.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// The domain it would have.
    pub domain: String,
    /// How it serves its feed.
    pub format: Format,
    /// Language it writes in, where not English.
    #[serde(default)]
    pub language: Option<String>,
    /// A press wire that others copy.
    #[serde(default)]
    pub wire: bool,
    /// The account whose newsroom it is.
    #[serde(default)]
    pub account: Option<String>,
    /// From this day it says nothing more.
    #[serde(default)]
    pub silent_from: Option<i64>,
    /// From this day its feed's address answers with a web page.
    #[serde(default)]
    pub broken_from: Option<i64>,
}

/// How an outlet serves its feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// RSS 2.0.
    Rss2,
    /// RSS 0.91.
    Rss091,
    /// RSS 1.0 (RDF).
    Rdf,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
    /// A news sitemap; the texts stand in pages.
    Sitemap,
}

/// A report with who prints it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Short name, part of its address.
    pub id: String,
    /// Day of the newswire, 0–55.
    pub day: i64,
    /// Hour of that day, UTC.
    pub hour: i64,
    /// Who prints it: the first at that hour, each other a copy an hour later.
    pub outlets: Vec<String>,
    /// Headline.
    pub title: String,
    /// Text; paragraphs parted by an empty line.
    pub text: String,
    /// A later version in the same place.
    #[serde(default)]
    pub edit: Option<Edit>,
}

/// A later version of a report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Day of the newswire.
    pub day: i64,
    /// Headline.
    pub title: String,
    /// Text.
    pub text: String,
}

/// Something that one of our own people does with a card.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deed {
    /// Day of the newswire.
    pub day: i64,
    /// Who does it.
    pub who: String,
    /// The card's account.
    pub account: String,
    /// The kind of event that caused the card, where it matters.
    #[serde(default)]
    pub signal: Option<String>,
    /// What is done: `accept`, `approve`, `done`, `dismiss`, `snooze`.
    pub deed: String,
    /// Outcome, code of a dismissal, or days of a snooze.
    #[serde(default)]
    pub with: Option<String>,
}

/// One report at one outlet, as it stands at some instant.
#[derive(Clone, Debug)]
pub struct Printed<'a> {
    /// Its short name.
    pub id: &'a str,
    /// Headline.
    pub title: &'a str,
    /// Text.
    pub text: String,
    /// When it was printed.
    pub at: Time,
    /// When it was changed, where it was.
    pub changed: Option<Time>,
}

/// Why the newswire cannot be read: a fault of the program, found by its tests.
#[derive(Debug, thiserror::Error)]
#[error("the newswire of the demo cannot be read: {0}")]
pub struct NewswireError(#[from] toml::de::Error);

pub(super) const OUTLETS: &str = include_str!("newswire/outlets.toml");
const DEEDS: &str = include_str!("newswire/deeds.toml");
const REPORTS: &[&str] = &[
    include_str!("newswire/reports/clients.toml"),
    include_str!("newswire/reports/rivals.toml"),
    include_str!("newswire/reports/continent.toml"),
    include_str!("newswire/reports/background.toml"),
];

impl Newswire {
    /// The newswire whose last day is the day of `now`.
    ///
    /// # Errors
    /// Where the embedded files are wrong.
    pub fn ending(now: Time) -> Result<Self, NewswireError> {
        #[derive(Deserialize)]
        struct Outlets {
            outlet: Vec<Outlet>,
        }
        #[derive(Deserialize)]
        struct Reports {
            report: Vec<Report>,
        }
        #[derive(Deserialize)]
        struct Deeds {
            deed: Vec<Deed>,
        }
        let mut reports = Vec::new();
        for file in REPORTS {
            reports.extend(toml::from_str::<Reports>(file)?.report);
        }
        reports.sort_by_key(|report| (report.day, report.hour));
        Ok(Self {
            outlets: toml::from_str::<Outlets>(OUTLETS)?.outlet,
            reports,
            deeds: toml::from_str::<Deeds>(DEEDS)?.deed,
            first_day: now.date_naive() - TimeDelta::days(DAYS - 1),
        })
    }

    /// A day of the newswire as a date; may lie before its first or after its last.
    #[must_use]
    pub fn date(&self, day: i64) -> NaiveDate {
        self.first_day + TimeDelta::days(day)
    }

    /// An hour of a day of the newswire.
    #[must_use]
    pub fn instant(&self, day: i64, hour: i64) -> Time {
        DateTime::<Utc>::from_naive_utc_and_offset(self.first_day.into(), Utc)
            + TimeDelta::days(day)
            + TimeDelta::hours(hour)
    }

    /// The outlet with this id.
    #[must_use]
    pub fn outlet(&self, id: &str) -> Option<&Outlet> {
        self.outlets.iter().find(|outlet| outlet.id == id)
    }

    /// What an outlet has printed by `now`, newest first.
    #[must_use]
    pub fn printed(&self, outlet: &Outlet, now: Time) -> Vec<Printed<'_>> {
        let mut printed: Vec<_> = self.reports.iter().filter_map(|report| self.print(report, outlet, now)).collect();
        printed.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.id.cmp(other.id)));
        printed
    }

    fn print<'a>(&self, report: &'a Report, outlet: &Outlet, now: Time) -> Option<Printed<'a>> {
        let place = report.outlets.iter().position(|id| *id == outlet.id)?;
        let at = self.instant(report.day, report.hour + i64::try_from(place).unwrap_or_default());
        if at > now || outlet.silent_from.is_some_and(|silent| report.day >= silent) {
            return None;
        }
        let edit = report.edit.as_ref().map(|edit| (edit, self.instant(edit.day, 9))).filter(|(_, at)| *at <= now);
        let (title, text) = edit.map_or((&report.title, &report.text), |(edit, _)| (&edit.title, &edit.text));
        // Who copies a wire says so, and changes nothing else.
        let text = if place == 0 { text.clone() } else { format!("({}) - {text}", self.name_of(&report.outlets[0])) };
        Some(Printed { id: &report.id, title, text, at, changed: edit.map(|(_, at)| at) })
    }

    fn name_of(&self, outlet: &str) -> &str {
        self.outlet(outlet).map_or("Wire", |outlet| outlet.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn newswire() -> Newswire {
        Newswire::ending(Time::from_timestamp(1_790_000_000, 0).unwrap()).unwrap()
    }

    #[test]
    fn every_report_is_whole_and_printed_by_a_known_outlet() {
        let newswire = newswire();
        let mut ids = HashSet::new();
        for report in &newswire.reports {
            assert!(ids.insert(&report.id), "{} stands twice", report.id);
            assert!((0..DAYS).contains(&report.day) && (0..24).contains(&report.hour), "{}", report.id);
            assert!(
                report.text.split_whitespace().count() >= 15 || !report.text.is_ascii(),
                "{} is too short",
                report.id
            );
            for outlet in &report.outlets {
                assert!(newswire.outlet(outlet).is_some(), "{}: no outlet {outlet}", report.id);
            }
        }
    }

    #[test]
    fn it_is_as_large_and_as_many_tongued_as_promised() {
        let newswire = newswire();
        let printed: usize = newswire.reports.iter().map(|report| report.outlets.len()).sum();
        assert!((180..=260).contains(&printed), "{printed} articles");
        assert!(newswire.outlets.len() >= 12);
    }

    #[test]
    fn copies_come_later_and_edits_in_their_time() {
        let newswire = newswire();
        let report = newswire.reports.iter().find(|report| report.edit.is_some()).expect("an edited report");
        let outlet = newswire.outlet(&report.outlets[0]).unwrap();
        let before = newswire.printed(outlet, newswire.instant(report.day, report.hour));
        assert_eq!(before.iter().find(|printed| printed.id == report.id).unwrap().title, report.title);
        let after = newswire.printed(outlet, newswire.instant(DAYS, 0));
        let edited = after.iter().find(|printed| printed.id == report.id).unwrap();
        assert_eq!(edited.title, report.edit.as_ref().unwrap().title);
        assert!(edited.changed.is_some());
    }
}
