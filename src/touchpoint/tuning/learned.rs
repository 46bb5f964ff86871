//! What dismissals moved, part by part, for people: what, since when, by how many dismissals, and how to take it back.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Tuning, told};
use crate::model::{DismissalCode, Lesson, Time};

/// One part that dismissals moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Learned {
    /// Why the cards were dismissed.
    pub code: DismissalCode,
    /// What it moves, and how far.
    pub moves: String,
    /// When the first of the dismissals was.
    pub since: Time,
    /// How many dismissals taught it.
    pub dismissals: usize,
    /// The lessons, the oldest first: `tidings inbox unlearn` takes them back, one or all.
    pub lessons: Vec<String>,
}

/// The lessons that count, by the part that they move; what most dismissals taught comes first.
#[must_use]
pub fn learned(lessons: &[Lesson]) -> Vec<Learned> {
    let mut parts: BTreeMap<(usize, String), Vec<Lesson>> = BTreeMap::new();
    for lesson in lessons.iter().filter(|lesson| lesson.active) {
        let code = DismissalCode::ALL.iter().position(|(code, _)| *code == lesson.code).unwrap_or_default();
        parts.entry((code, told(lesson))).or_default().push(lesson.clone());
    }
    let mut learned: Vec<Learned> = parts.into_values().filter_map(|part| of_part(&part)).collect();
    learned.sort_by(|one, other| (other.dismissals, one.since).cmp(&(one.dismissals, other.since)));
    learned
}

fn of_part(lessons: &[Lesson]) -> Option<Learned> {
    let mut lessons: Vec<&Lesson> = lessons.iter().collect();
    lessons.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    let first = *lessons.first()?;
    let owned: Vec<Lesson> = lessons.iter().map(|lesson| (*lesson).clone()).collect();
    let far = how_far(first, &Tuning::of(&owned)).map(|far| format!(": {far}")).unwrap_or_default();
    Some(Learned {
        code: first.code,
        moves: format!("{}{far}", told(first)),
        since: first.at,
        dismissals: lessons.len(),
        lessons: lessons.iter().map(|lesson| lesson.id.clone()).collect(),
    })
}

/// By how much a part was moved; a name either needs support or does not.
fn how_far(lesson: &Lesson, tuning: &Tuning) -> Option<String> {
    /// Any age from which the lower bound is far enough.
    const LONG: u32 = 365;
    let (account, play) = (&lesson.account, &lesson.play);
    match lesson.code {
        DismissalCode::WrongCompany => None,
        DismissalCode::PassingMention | DismissalCode::Trivial => {
            Some(format!("{:.2} more", tuning.belief(0.0, account, play)))
        }
        DismissalCode::Known => Some(format!("× {:.2}", tuning.weight(account, play))),
        DismissalCode::TooLate => {
            let days = LONG - tuning.stale_days(LONG, play);
            Some(format!("by {}, down to 3 days at most", crate::text::count::counted(days, "day")))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::{Actor, TouchPointId};

    #[test]
    fn every_code_names_its_part_since_when_and_by_how_many() {
        let lesson = |code, days: i64, active| {
            let at = Time::default() + TimeDelta::days(days);
            let card = TouchPointId::born_at(at);
            Lesson {
                id: Lesson::id_of(card),
                touch_point: card,
                code,
                account: "acme".into(),
                play: "client-good-news".into(),
                alias: Some("Acme".into()),
                at,
                who: Actor::person("mia"),
                active,
            }
        };
        for (code, expected) in [
            (DismissalCode::WrongCompany, "“Acme” counts for acme only with support from its context"),
            (DismissalCode::PassingMention, "cards of acme need more belief: 0.10 more"),
            (DismissalCode::Known, "play client-good-news weighs less for acme: × 0.81"),
            (
                DismissalCode::TooLate,
                "news for play client-good-news is stale sooner: by 4 days, down to 3 days at most",
            ),
            (DismissalCode::Trivial, "play client-good-news needs more belief: 0.10 more"),
        ] {
            let lessons = [lesson(code, 3, true), lesson(code, 1, true), lesson(code, 0, false)];
            let told = learned(&lessons);
            assert_eq!(told.len(), 1, "{code:?}: one part");
            assert_eq!((told[0].moves.as_str(), told[0].dismissals), (expected, 2));
            assert_eq!(told[0].since, lessons[1].at);
            assert_eq!(told[0].lessons, [lessons[1].id.clone(), lessons[0].id.clone()]);
        }
        let mixed: Vec<Lesson> = DismissalCode::ALL.iter().map(|(code, _)| lesson(*code, 0, true)).collect();
        assert_eq!(learned(&mixed).len(), DismissalCode::ALL.len(), "no two codes move the same part");
        assert!(learned(&[lesson(DismissalCode::Known, 0, false)]).is_empty());
    }
}
