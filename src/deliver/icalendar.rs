//! A calendar in a file (RFC 5545), for calendar programs; the same calendar is served to be subscribed to.
//!
//! * A touch point that something caused is a VTODO with `DUE`; a planned one is a VEVENT of its whole day, which takes no
//!   time (`TRANSP:TRANSPARENT`), as calendar programs that know no tasks show at least those.
//! * `UID` is the key of touch point and list (3.8.4.7), `SEQUENCE` its revision (3.8.7.4), `DTSTAMP` when it last changed:
//!   without `METHOD` that is the last revision (3.8.7.2). The same touch points give the same bytes.
//! * `STATUS`: NEEDS-ACTION, COMPLETED, CANCELLED of a VTODO; CONFIRMED, CANCELLED of a VEVENT, TENTATIVE of one that is
//!   only planned so far. `PRIORITY` 1 for alarms, else 5.
//! * `ORGANIZER` is the owner where `mails` names an address. The client's contact stands in `CONTACT`, never in `ATTENDEE`:
//!   a calendar program might send them an invitation.
//! * Folding and escaping are those of the `icalendar` crate.
//! * What a file destination promises stands in `book.rs`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ::icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property, Todo, TodoStatus};
use chrono::{NaiveDate, TimeDelta};

use super::book::Book;
use super::rules::destination;
use super::{Attempt, Fault, Listed, SecretReader, Sent};
use crate::model::Time;

destination! {
    /// A calendar in a file, one task or event a touch point.
    pub struct ICalendar on "super::book::usual_steps" {
        /// The file; a path that begins at no root is taken from the folder `delivered` in the data folder. Without it,
        /// `ID.ics` there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path: Option<PathBuf>,
        /// Most touch points in the file; closed ones go first, then those that changed longest ago.
        #[serde(default = "super::book::usual_keep")]
        pub keep: u32,
        /// Days after its last change for which a touch point stays in the file.
        #[serde(default = "super::book::usual_days")]
        pub keep_days: u32,
        /// Mail addresses of owners, by their names: shown as organiser.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub mails: BTreeMap<String, String>,
        /// The data folder, once it is known.
        #[serde(skip)]
        pub(super) data: Option<PathBuf>,
    }
}

impl ICalendar {
    /// Where and how long touch points are kept.
    pub(super) fn book(&self) -> Book<'_> {
        Book {
            id: &self.id,
            on: &self.on,
            path: self.path.as_deref(),
            ending: "ics",
            keep: self.keep,
            days: self.keep_days,
            data: self.data.as_deref(),
        }
    }

    /// Writes the touch point into the file.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        let (name, mails) = (self.id.0.clone(), self.mails.clone());
        let render = move |listed: &[Listed]| calendar(&name, listed, &[], &mails).map(String::into_bytes);
        self.book().send(attempt, render).await.into()
    }

    /// Gives what is wrong with path, limits and addresses.
    pub(super) fn prepare(&mut self, _: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = self.book().faults();
        for (owner, mail) in self.mails.iter().filter(|(_, mail)| !is_mail(mail)) {
            let message = format!("`{mail}` of {owner} is no mail address");
            faults.push(Fault::of("mails", &message, "write NAME = \"name@firm.example\""));
        }
        faults
    }
}

/// A contact that is planned and no touch point yet.
#[derive(Clone, Debug)]
pub struct PlannedDay {
    /// The same for the same contact; unique in the calendar.
    pub key: String,
    /// The day.
    pub day: NaiveDate,
    /// What to do, in a line.
    pub subject: String,
    /// By which rule.
    pub why: String,
    /// With whom.
    pub account: String,
    /// When the plan was made.
    pub made: Time,
}

/// The calendar of these touch points and days. The same ones give the same text.
///
/// # Errors
/// Where a text cannot be written, which never happens in memory.
pub fn calendar(
    name: &str,
    listed: &[Listed],
    planned: &[PlannedDay],
    mails: &BTreeMap<String, String>,
) -> Result<String, std::fmt::Error> {
    let mut lines: Vec<&Listed> = listed.iter().collect();
    lines.sort_by(|one, other| (one.due, &one.key).cmp(&(other.due, &other.key)));
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", "-//Tidings//Touch points//EN"));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    calendar.append_property(Property::new("X-WR-CALNAME", format!("Tidings: {name}")));
    for line in lines {
        if line.is_planned() {
            calendar.push(event(line, mails));
        } else {
            calendar.push(task(line, mails));
        }
    }
    for day in planned {
        calendar.push(planned_event(day));
    }
    let mut text = String::new();
    std::fmt::Write::write_fmt(&mut text, format_args!("{calendar}"))?;
    Ok(text)
}

fn task(listed: &Listed, mails: &BTreeMap<String, String>) -> Todo {
    let mut todo = Todo::new();
    describe(&mut todo, listed, mails);
    todo.due(listed.due);
    if listed.is_done() {
        todo.status(TodoStatus::Completed).completed(listed.updated).percent_complete(100);
    } else if listed.cancelled {
        todo.status(TodoStatus::Cancelled);
    } else {
        todo.status(TodoStatus::NeedsAction);
    }
    todo.done()
}

fn event(listed: &Listed, mails: &BTreeMap<String, String>) -> Event {
    let mut event = Event::new();
    describe(&mut event, listed, mails);
    if listed.is_done() {
        event.summary(&format!("Done: {}", listed.subject));
    }
    event.status(if listed.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    whole_day(&mut event, listed.due);
    event.done()
}

fn planned_event(day: &PlannedDay) -> Event {
    let mut event = Event::new();
    event.uid(&day.key).timestamp(day.made).sequence(0).summary(&day.subject).description(&day.why);
    event.categories([day.account.as_str(), "planned"]).status(EventStatus::Tentative);
    whole_day(&mut event, day.day);
    event.done()
}

/// `DTEND` is the first day that no longer belongs to it (3.6.1).
fn whole_day(event: &mut Event, day: NaiveDate) {
    event.starts(day).ends(day + TimeDelta::days(1)).add_property("TRANSP", "TRANSPARENT");
}

fn describe(component: &mut impl EventLike, listed: &Listed, mails: &BTreeMap<String, String>) {
    component
        .uid(&listed.key)
        .sequence(listed.revision)
        .timestamp(listed.updated)
        .created(listed.created)
        .last_modified(listed.updated)
        .summary(&listed.subject)
        .description(&listed.body)
        .priority(if listed.high_priority { 1 } else { 5 });
    let mut words = vec![listed.account.clone(), listed.action_word()];
    words.extend(listed.signal_type.map(|kind| kind.as_str().to_owned()));
    component.categories(words);
    if let Some(url) = &listed.url {
        component.url(url);
    }
    if let Some(contact) = &listed.contact {
        component.add_property("CONTACT", contact);
    }
    let mail = listed.owner.as_ref().and_then(|owner| mails.get(owner).map(|mail| (owner, mail)));
    if let Some((owner, mail)) = mail {
        // A parameter can hold no quotation mark (3.2).
        let name = owner.replace('"', "'");
        let organiser = Property::new("ORGANIZER", format!("mailto:{mail}")).add_parameter("CN", &name).done();
        component.append_property(organiser);
    }
}

/// Enough to be written after `mailto:`: one `@`, no blanks, no marks that part addresses.
fn is_mail(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || ",;:\"<>?&%".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::listed_tests::{hostile, listed};
    use crate::model::TouchPointState;

    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn r52_a_title_makes_no_line_of_its_own() {
        let evil = Listed { subject: "a\r\nSTATUS:COMPLETED;,\\ b".to_owned(), ..hostile(2) };
        let text = calendar("desk", &[evil], &[], &BTreeMap::new()).unwrap();
        let lines = unfolded(&text);
        assert!(!lines.iter().any(|line| line.starts_with("STATUS:COMPLETED")), "{text}");
        assert!(lines.iter().any(|line| line == "STATUS:NEEDS-ACTION"), "{text}");
    }

    #[test]
    fn a_task_has_all_that_a_calendar_program_asks_for() {
        let mails = BTreeMap::from([("mia".to_owned(), "mia@firm.example".to_owned())]);
        let text = calendar("desk", &[listed(1)], &[], &mails).unwrap();
        let lines = unfolded(&text);
        for wanted in [
            "BEGIN:VTODO",
            "UID:00000000-0000-0000-0000-000000000001:desk",
            "SEQUENCE:1",
            "DTSTAMP:20260302T090001Z",
            "DUE;VALUE=DATE:20260305",
            "PRIORITY:5",
            "ORGANIZER;CN=mia:mailto:mia@firm.example",
            "CONTACT:Ruth Okafor",
            "URL:https://news.example/a?x=1&y=2",
        ] {
            assert!(lines.iter().any(|line| line == wanted), "{wanted} is not in {text}");
        }
        assert!(!text.contains("ATTENDEE"));
        let done = Listed { state: TouchPointState::Done, ..listed(1) };
        let text = calendar("desk", &[done], &[], &mails).unwrap();
        assert!(text.contains("STATUS:COMPLETED") && text.contains("COMPLETED:20260302T090001Z"), "{text}");
        let gone = Listed { cancelled: true, cause: "date:renewal".to_owned(), ..listed(1) };
        let text = calendar("desk", &[gone], &[], &mails).unwrap();
        assert!(text.contains("BEGIN:VEVENT") && text.contains("STATUS:CANCELLED"), "{text}");
        assert!(text.contains("DTSTART;VALUE=DATE:20260305\r\n") && text.contains("DTEND;VALUE=DATE:20260306\r\n"));
    }

    #[test]
    fn what_could_end_an_address_is_no_mail() {
        assert!(is_mail("mia@firm.example"));
        for wrong in ["mia", "@firm.example", "mia@firm", "a@b.c,d@e.f", "a@b.c?cc=d", "a b@c.d", "a@b@c.d"] {
            assert!(!is_mail(wrong), "{wrong}");
        }
    }
}
