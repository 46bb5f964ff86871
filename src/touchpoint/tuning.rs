//! What dismissals teach: each code moves one dial, within bounds, and every lesson can be taken back.
//!
//! | code | what it moves | each | at most |
//! |---|---|---|---|
//! | wrong company | that name of the account needs support from its context | the first | – |
//! | passing mention | belief needed for cards of that account | 0.05 | 0.2 |
//! | known | weight of the play for that account | × 0.9 | × 0.6 |
//! | too late | age at which news is stale for that play | 2 days | down to 3 days |
//! | trivial | belief needed for cards of that play | 0.05 | 0.25 |

mod learned;

use std::collections::BTreeMap;

pub use learned::{Learned, learned};

use crate::model::{AccountId, Alias, DismissalCode, Lesson, PlayId, Watchlist};

/// A belief needed can be raised to this and no further: sure news always passes.
const HIGHEST_BELIEF: f64 = 0.9;

/// What was learned, as far as it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tuning {
    names: Vec<(AccountId, String)>,
    passing: BTreeMap<AccountId, u32>,
    known: BTreeMap<(AccountId, PlayId), u32>,
    late: BTreeMap<PlayId, u32>,
    trivial: BTreeMap<PlayId, u32>,
}

impl Tuning {
    /// What these lessons come to.
    #[must_use]
    pub fn of(lessons: &[Lesson]) -> Self {
        let mut tuning = Self::default();
        for lesson in lessons.iter().filter(|lesson| lesson.active) {
            let (account, play) = (lesson.account.clone(), lesson.play.clone());
            match lesson.code {
                DismissalCode::WrongCompany => {
                    let name = lesson.alias.clone().map(|alias| (account, alias));
                    tuning.names.extend(name.filter(|name| !tuning.names.contains(name)));
                }
                DismissalCode::PassingMention => *tuning.passing.entry(account).or_default() += 1,
                DismissalCode::Known => *tuning.known.entry((account, play)).or_default() += 1,
                DismissalCode::TooLate => *tuning.late.entry(play).or_default() += 1,
                DismissalCode::Trivial => *tuning.trivial.entry(play).or_default() += 1,
            }
        }
        tuning
    }

    /// Belief needed, where the play asks for `least`.
    #[must_use]
    pub fn belief(&self, least: f64, account: &AccountId, play: &PlayId) -> f64 {
        let passing = step(self.passing.get(account), 0.05, 0.2);
        let trivial = step(self.trivial.get(play), 0.05, 0.25);
        (least + passing + trivial).min(HIGHEST_BELIEF.max(least))
    }

    /// Days after which news is stale, where the rules say `days`.
    #[must_use]
    pub fn stale_days(&self, days: u32, play: &PlayId) -> u32 {
        let less = self.late.get(play).copied().unwrap_or(0).saturating_mul(2);
        days.saturating_sub(less).max(days.min(3))
    }

    /// What the weight of the play is multiplied by.
    #[must_use]
    pub fn weight(&self, account: &AccountId, play: &PlayId) -> f64 {
        let times = self.known.get(&(account.clone(), play.clone())).copied().unwrap_or(0);
        0.9_f64.powi(i32::try_from(times).unwrap_or(i32::MAX)).max(0.6)
    }

    /// The watchlist as names are to be looked for: those that another firm has too need support. Nothing where no name
    /// was learned.
    #[must_use]
    pub fn watchlist(&self, watchlist: &Watchlist) -> Option<Watchlist> {
        if self.names.is_empty() {
            return None;
        }
        let mut accounts = watchlist.accounts().to_vec();
        for account in &mut accounts {
            for (_, name) in self.names.iter().filter(|(id, _)| *id == account.id) {
                match account.aliases.iter_mut().find(|alias| alias.text == *name) {
                    Some(alias) => alias.needs_context = Some(true),
                    None => account.aliases.push(Alias {
                        text: name.clone(),
                        needs_context: Some(true),
                        ..Alias::default()
                    }),
                }
            }
        }
        Some(Watchlist::new(accounts))
    }
}

/// What a lesson moves, for a person.
#[must_use]
pub fn told(lesson: &Lesson) -> String {
    let Lesson { account, play, .. } = lesson;
    match (lesson.code, &lesson.alias) {
        (DismissalCode::WrongCompany, Some(alias)) => {
            format!("“{alias}” counts for {account} only with support from its context")
        }
        (DismissalCode::WrongCompany, None) => format!("nothing: no name of {account} was found in the report"),
        (DismissalCode::PassingMention, _) => format!("cards of {account} need more belief"),
        (DismissalCode::Known, _) => format!("play {play} weighs less for {account}"),
        (DismissalCode::TooLate, _) => format!("news for play {play} is stale sooner"),
        (DismissalCode::Trivial, _) => format!("play {play} needs more belief"),
    }
}

fn step(times: Option<&u32>, each: f64, most: f64) -> f64 {
    (f64::from(times.copied().unwrap_or(0)) * each).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, Actor, Time, TouchPointId};

    fn lesson(code: DismissalCode, active: bool) -> Lesson {
        let card = TouchPointId::born_at(Time::default());
        Lesson {
            id: Lesson::id_of(card),
            touch_point: card,
            code,
            account: "acme".into(),
            play: "p".into(),
            alias: Some("Acme".into()),
            at: Time::default(),
            who: Actor::person("mia"),
            active,
        }
    }

    #[test]
    fn every_dial_is_bounded_and_moves_back() {
        let (acme, play) = ("acme".into(), "p".into());
        for code in DismissalCode::ALL.iter().map(|(code, _)| *code) {
            for (count, active) in [(1, true), (50, true), (50, false)] {
                let tuning = Tuning::of(&vec![lesson(code, active); count]);
                let (belief, stale) = (tuning.belief(0.5, &acme, &play), tuning.stale_days(14, &play));
                let weight = tuning.weight(&acme, &play);
                assert!((0.5..=0.75 + f64::EPSILON).contains(&belief), "{code:?}: {belief}");
                assert!((3..=14).contains(&stale) && (0.6..=1.0).contains(&weight), "{code:?}: {stale} {weight}");
                let moved = belief > 0.5 || stale < 14 || weight < 1.0 || tuning != Tuning::default();
                assert_eq!(moved, active, "{code:?}");
            }
        }
        assert!((Tuning::default().belief(0.95, &acme, &play) - 0.95).abs() < f64::EPSILON);
        assert_eq!(Tuning::of(&[lesson(DismissalCode::TooLate, true)]).stale_days(2, &play), 2);
    }

    #[test]
    fn a_name_of_another_firm_needs_support() {
        let list = Watchlist::new(vec![Account { id: "acme".into(), name: "Acme Inc".into(), ..Account::default() }]);
        assert_eq!(Tuning::default().watchlist(&list).map(|list| list.accounts().len()), None);
        let tuned = Tuning::of(&[lesson(DismissalCode::WrongCompany, true)]).watchlist(&list).unwrap();
        assert_eq!(tuned.accounts()[0].aliases[0].needs_context, Some(true));
        assert!(list.accounts()[0].aliases.is_empty(), "the watchlist itself stays");
    }
}
