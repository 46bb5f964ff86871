//! What forms ask of cards, as the commands that the pipeline knows; and what takes it back.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;

use super::{Fault, Fields, Frame};
use crate::model::{CheckState, DismissalCode, OutcomeCode, Time, TouchPoint};
use crate::pipeline::desk::Command;
use crate::pipeline::follow::Hand;
use crate::pipeline::inbox::InboxError;

/// The hand of whoever asks.
pub(super) fn hand(frame: &Frame) -> Hand<'_> {
    Hand { store: &frame.engine.store, config: &frame.config, who: &frame.viewer.actor, now: frame.now, dry_run: false }
}

/// The command of a form, with the code of what is said afterwards.
///
/// # Errors
/// Where the form lacks what the step needs.
pub(super) fn command(step: &str, fields: &Fields, frame: &Frame) -> Result<(&'static str, Command), Fault> {
    let (verb, named) = step.split_once(':').unwrap_or((step, ""));
    Ok(match step {
        "accept" => ("accepted", Command::Accept),
        "approve" => ("approved", Command::Approve),
        _ if verb == "dismiss" => {
            // The buttons for many cards carry the reason with them.
            let code = if named.is_empty() { fields.need("code", "why")? } else { named };
            let code = DismissalCode::ALL.iter().find(|(_, word)| *word == code);
            let (code, _) = code.ok_or_else(|| Fault::bad_form("There is no such reason to dismiss a card."))?;
            ("dismissed", Command::Dismiss { code: *code, note: fields.get("note").map(str::to_owned) })
        }
        "snooze" => {
            let day = fields.get("day").map_or_else(|| fields.need("until", "until"), Ok)?;
            let until = morning(day, frame).ok_or_else(|| Fault::bad_form(format!("“{day}” is no day.")))?;
            ("snoozed", Command::Snooze { until, reason: fields.get("reason").map(str::to_owned) })
        }
        "reword" => ("reworded", Command::Reword { opening: fields.need("opening", "what to say")?.to_owned() }),
        "check" => {
            let what = fields.need("what", "the check")?.to_owned();
            let said = || fields.need("answer", "the answer").map(str::to_owned);
            let state = match fields.get("state") {
                Some("waived") => CheckState::Waived(said()?),
                Some("open") => CheckState::Open,
                _ => CheckState::Passed(said()?),
            };
            ("settled", Command::Settle { what, state })
        }
        _ => return Err(Fault::bad_form("There is no such step.")),
    })
}

/// Midnight at which a day begins where the operator is; the first instant of the day where clocks skip midnight.
fn morning(day: &str, frame: &Frame) -> Option<Time> {
    let day: NaiveDate = day.parse().ok()?;
    let hours = (0..4).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let mut local = hours.filter_map(|at| at.and_local_timezone(frame.zone).earliest());
    local.next().map(|at| at.with_timezone(&Utc))
}

/// What the forms of a card let choose from.
#[derive(Debug, Serialize)]
pub(super) struct Choices {
    /// Why a card is dismissed.
    codes: Vec<(DismissalCode, &'static str)>,
    /// How a contact ended: value and words.
    outcomes: Vec<(&'static str, String)>,
    tomorrow: NaiveDate,
    next_week: NaiveDate,
}

impl Choices {
    pub(super) fn on(today: NaiveDate) -> Self {
        Self {
            codes: DismissalCode::ALL.to_vec(),
            outcomes: OutcomeCode::ALL.iter().map(|(_, word)| (*word, word.replace('-', " "))).collect(),
            tomorrow: today + Days::new(1),
            next_week: today + Days::new(7),
        }
    }
}

/// A card cannot take the step; nothing is wrong with the program.
pub(super) fn is_refusal(error: &InboxError) -> bool {
    !matches!(error, InboxError::Store(_))
}

/// Which steps an Undo button takes back, as a token in an address: the end of a card's id and the instant of its step, for
/// each card. Another step of the card makes it void.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Undo(Vec<(String, Time)>);

impl Undo {
    /// The step that `card` took at `at`.
    pub(super) fn add(&mut self, card: &TouchPoint, at: Time) {
        let id = card.id.to_string();
        self.0.push((id[id.len() - 12..].to_owned(), at));
    }

    pub(super) fn of_one(card: &TouchPoint, at: Time) -> Self {
        let mut undo = Self::default();
        undo.add(card, at);
        undo
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = (&str, &Time)> {
        self.0.iter().map(|(id, at)| (id.as_str(), at))
    }

    /// `ID.MILLISECONDS_ID.MILLISECONDS…`
    pub(super) fn token(&self) -> String {
        self.0.iter().map(|(id, at)| format!("{id}.{}", at.timestamp_millis())).collect::<Vec<_>>().join("_")
    }

    /// # Errors
    /// Where it is none of ours.
    pub(super) fn of(token: &str) -> Result<Self, Fault> {
        let one = |step: &str| {
            let (id, at) = step.split_once('.')?;
            Some((id.to_owned(), DateTime::from_timestamp_millis(at.parse().ok()?)?))
        };
        let steps: Option<Vec<_>> = token.split('_').map(one).collect();
        steps.map(Self).ok_or_else(|| Fault::bad_form("That names nothing to take back."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_steps() {
        let at = DateTime::from_timestamp_millis(1_790_000_000_123).unwrap();
        let undo = Undo(vec![("0123456789ab".into(), at), ("ba9876543210".into(), at)]);
        assert_eq!(undo.token(), "0123456789ab.1790000000123_ba9876543210.1790000000123");
        assert_eq!(Undo::of(&undo.token()).unwrap(), undo);
        for bad in ["", "x", "a.b", "a.1_"] {
            assert!(Undo::of(bad).is_err(), "{bad:?}");
        }
    }
}
