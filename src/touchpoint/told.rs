//! What a client told in earlier contacts, as the cards of later ones say it.

use chrono::TimeDelta;

use super::gate;
use crate::model::{Account, Action, AnswerField, Approach, Effect, Time, Told, TouchPoint, Trend};

/// So long an answer is worth coming back to.
const REMEMBERED: TimeDelta = TimeDelta::days(365);

/// Answers named on one card.
const MOST: usize = 2;

/// Adds what `account` told to the points of its card.
pub(super) fn remember(card: &mut TouchPoint, account: &Account, now: Time) {
    card.talking_points.extend(points(account, card.action, card.approach, card.tact, now));
}

/// Points for a card of `account`, the newest answers first: to be said, or with `tact` only to be known.
fn points(account: &Account, action: Action, approach: Approach, tact: bool, now: Time) -> Vec<String> {
    if !gate::is_outward(action) || approach == Approach::Internal {
        return Vec::new();
    }
    let mut told: Vec<&Told> = account.told.iter().filter(|told| told.effect == Effect::Known).collect();
    told.retain(|told| told.answer.at > now - REMEMBERED);
    told.sort_by(|one, other| (other.answer.at, &other.answer.id).cmp(&(one.answer.at, &one.answer.id)));
    told.into_iter().filter_map(|told| point(told, tact)).take(MOST).collect()
}

/// "You said in March 2026 that budgets shrank."
fn point(told: &Told, tact: bool) -> Option<String> {
    let answer = &told.answer;
    let what = happened(answer.field, answer.trend?)?;
    let month = answer.at.format("%B %Y");
    Some(if tact {
        format!("Inside: they said in {month} that {what}.")
    } else {
        format!("You said in {month} that {what}.")
    })
}

/// What a trend of a field is in words, true of whoever speaks.
fn happened(field: AnswerField, trend: Trend) -> Option<&'static str> {
    let [grown, same, shrunk, changed] = match field {
        AnswerField::Headcount => {
            ["headcount grew", "headcount stays as it is", "headcount shrank", "headcount changes"]
        }
        AnswerField::Budget => {
            ["budgets grew", "budgets stay as they are", "budgets shrank", "budgets are set otherwise"]
        }
        AnswerField::Buying => ["buying grew", "buying stays as it is", "buying shrank", "the way of buying changes"],
        AnswerField::Size => ["the firm grew", "the firm keeps its size", "the firm got smaller", "the firm changes"],
        AnswerField::Market => {
            ["the market got better", "the market stays as it is", "the market got worse", "the market changes"]
        }
        _ => return None,
    };
    Some(match trend {
        Trend::Grown => grown,
        Trend::Same => same,
        Trend::Shrunk => shrunk,
        Trend::Changed => changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Actor, Answer, AnswerState, TouchPointId};

    fn told(field: AnswerField, trend: Trend, day: &str, effect: Effect) -> Told {
        let at = format!("{day}T10:00:00Z").parse().unwrap();
        let card = TouchPointId::born_at(at);
        let answer = Answer {
            id: Answer::id_of(card, field, None),
            account: "acme".into(),
            touch_point: card,
            field,
            trend: Some(trend),
            value: None,
            note: Some("frozen until May".into()),
            at,
            who: Actor::person("mia"),
            state: AnswerState::Confirmed,
            judged: None,
        };
        Told { answer, effect }
    }

    #[test]
    fn what_was_said_is_come_back_to_for_a_year_and_with_tact_only_known() {
        let account = Account {
            told: vec![
                told(AnswerField::Budget, Trend::Shrunk, "2026-03-04", Effect::Known),
                told(AnswerField::Budget, Trend::Grown, "2026-01-04", Effect::Outdated),
                told(AnswerField::Size, Trend::Grown, "2024-03-04", Effect::Known),
            ],
            ..Account::default()
        };
        let now = "2026-09-01T10:00:00Z".parse().unwrap();
        let said = |action, approach, tact| points(&account, action, approach, tact, now);
        assert_eq!(said(Action::Call, Approach::Pull, false), ["You said in March 2026 that budgets shrank."]);
        assert_eq!(said(Action::Call, Approach::Pull, true), ["Inside: they said in March 2026 that budgets shrank."]);
        assert!(said(Action::Battlecard, Approach::Internal, false).is_empty());
        assert!(said(Action::InternalCheck, Approach::Internal, false).is_empty());
    }
}
