//! The one line of a card: `Call {contact}, {account}: {event}, {date}`, at most 80 characters.

use chrono::NaiveDate;

use super::wording::shorten;
use crate::model::Action;

/// The longest title, in characters: what fits the subject of a task in every CRM that we know.
pub(super) const LONGEST: usize = 80;

/// The longest account name shown in a title.
const LONGEST_ACCOUNT: usize = 30;

/// An event shorter than this says nothing; the contact gives way first.
const SHORTEST_EVENT: usize = 24;

/// The title. Where it is too long, the contact falls off first, then the end of the event.
pub(super) fn title(action: Action, contact: Option<&str>, account: &str, event: &str, date: NaiveDate) -> String {
    let date = date.format("%-d %b").to_string();
    let account = shorten(account, LONGEST_ACCOUNT);
    let outward = !matches!(action, Action::Battlecard | Action::InternalCheck | Action::Review);
    let contact = contact.filter(|_| outward);
    let start = |contact: Option<&str>| match contact {
        Some(contact) => format!("{} {contact}, {account}: ", action.verb()),
        None => format!("{} {account}: ", action.verb()),
    };
    let room = |start: &str| LONGEST.saturating_sub(start.chars().count() + date.chars().count() + 2);
    let mut head = start(contact);
    if room(&head) < event.chars().count().min(SHORTEST_EVENT) {
        head = start(None);
    }
    let event = shorten(event, room(&head));
    format!("{head}{event}, {date}")
}

/// A line cut to the longest title, at the end of a word.
pub(super) fn shortened(line: &str) -> String {
    shorten(line, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_keep_to_eighty_characters_and_end_at_words() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        for (action, contact, account, event, expected) in [
            (
                Action::Call,
                Some("Jane Roe"),
                "Acme",
                "acquired by Beta",
                "Call Jane Roe, Acme: acquired by Beta, 24 Nov",
            ),
            (Action::Call, None, "Acme", "job cuts", "Call Acme: job cuts, 24 Nov"),
            (
                Action::Battlecard,
                Some("Jane Roe"),
                "Beta",
                "raises its prices",
                "Battlecard Beta: raises its prices, 24 Nov",
            ),
            (
                Action::Call,
                Some("Maximiliane von Hohenstein-Wittelsbach"),
                "Allgemeine Versicherungs-Gesellschaft Nordwest",
                "to be acquired by Consolidated Holdings International",
                "Call Allgemeine…: to be acquired by Consolidated Holdings International, 24 Nov",
            ),
            (
                Action::Note,
                Some("Jane Roe"),
                "Acme",
                "partnership with an association whose name goes on and on and on",
                "Note to Jane Roe, Acme: partnership with an association whose name goes…, 24 Nov",
            ),
        ] {
            let title = title(action, contact, account, event, date);
            assert_eq!(title, expected);
            assert!(title.chars().count() <= LONGEST);
        }
    }

    #[test]
    fn a_hostile_name_does_not_break_the_bound() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let long = "é".repeat(5_000);
        let title = title(Action::Share, Some(&long), &long, &long, date);
        assert!(title.chars().count() <= LONGEST, "{title}");
    }
}
