//! What dismissals teach: written with the dismissal, listed, taken back.

use super::follow::{Hand, one};
use super::inbox::InboxError;
use crate::model::{Actor, DismissalCode, Lesson, Time, TouchPoint};
use crate::store::{Session, Store, StoreError, changes, lessons};

/// Writes down what a dismissal teaches.
pub(super) async fn learn(
    session: &mut Session,
    card: &TouchPoint,
    code: DismissalCode,
    who: &Actor,
    now: Time,
) -> Result<(), StoreError> {
    // A card of the calendar or of a fact was matched by no name and weighs nothing that news could change.
    if card.signals.is_empty() {
        return Ok(());
    }
    let mut alias = None;
    if code == DismissalCode::WrongCompany {
        for quote in &card.evidence {
            if alias.is_none() {
                alias = lessons::alias_in(session, &quote.article, &card.account).await?;
            }
        }
    }
    let lesson = Lesson {
        id: Lesson::id_of(card.id),
        touch_point: card.id,
        code,
        account: card.account.clone(),
        play: card.play.clone(),
        alias,
        at: now,
        who: who.clone(),
        active: true,
    };
    lessons::put(session, &lesson).await?;
    changes::note(session, now, who, "lesson", &lesson.id, &crate::touchpoint::tuning::told(&lesson)).await
}

/// A dismissal that was taken back teaches nothing.
pub(super) async fn unlearn(
    session: &mut Session,
    card: &TouchPoint,
    who: &Actor,
    now: Time,
) -> Result<(), StoreError> {
    for lesson in lessons::called(session, &Lesson::id_of(card.id)).await? {
        turn(session, lesson, false, who, now).await?;
    }
    Ok(())
}

async fn turn(
    session: &mut Session,
    lesson: Lesson,
    active: bool,
    who: &Actor,
    now: Time,
) -> Result<Lesson, StoreError> {
    let lesson = Lesson { active, ..lesson };
    lessons::put(session, &lesson).await?;
    let word = if active { "counts again" } else { "taken back" };
    changes::note(session, now, who, "lesson", &lesson.id, word).await?;
    Ok(lesson)
}

impl Hand<'_> {
    /// Takes a lesson back, or has it count again; the card stays dismissed.
    ///
    /// # Errors
    /// Where none or several fit, it stands so already, or the database refuses.
    pub async fn lesson(&self, part: &str, active: bool) -> Result<Lesson, InboxError> {
        let mut session = self.store.write().await?;
        let fits = lessons::called(&mut session, &part.trim().to_ascii_lowercase()).await?;
        let lesson = one(fits, part, "lesson", |lesson| lesson.id.clone())?;
        if lesson.active == active {
            return Err(InboxError::StandsSo(lesson.id, if active { "counting" } else { "taken back" }));
        }
        let lesson = turn(&mut session, lesson, active, self.who, self.now).await?;
        if !self.dry_run {
            session.commit().await?;
        }
        Ok(lesson)
    }
}

/// What was learned and counts, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn active(store: &Store) -> Result<Vec<Lesson>, StoreError> {
    lessons::active(&mut store.read().await?).await
}

#[cfg(test)]
mod tests {
    use crate::mention::{Matcher, Settings};
    use crate::model::{Account, Actor, DismissalCode, Lesson, Reading, Time, TouchPointId, Watchlist};
    use crate::touchpoint::tuning::Tuning;

    #[test]
    fn a_name_that_another_firm_has_too_is_believed_only_with_support() {
        let account = Account { id: "zantrix".into(), name: "Zantrix Robotics, Inc.".into(), ..Account::default() };
        let list = Watchlist::new(vec![Account { domains: vec!["zantrix.example".into()], ..account }]);
        let card = TouchPointId::born_at(Time::default());
        let lesson = Lesson {
            id: Lesson::id_of(card),
            touch_point: card,
            code: DismissalCode::WrongCompany,
            account: "zantrix".into(),
            play: "p".into(),
            alias: Some("Zantrix Robotics, Inc.".into()),
            at: Time::default(),
            who: Actor::person("mia"),
            active: true,
        };
        let tuned = Tuning::of(std::slice::from_ref(&lesson)).watchlist(&list).unwrap();
        let believed = |list: &Watchlist, text: &str| {
            let reading = Reading { title: "", text, language: None, url: None, publisher: None, feed_account: None };
            Matcher::build(list, &Settings::default()).find(&reading).iter().any(|mention| mention.accepted)
        };
        let alone = "We met Zantrix Robotics at the lake.";
        assert!(believed(&list, alone) && !believed(&tuned, alone));
        assert!(believed(&tuned, "We met Zantrix Robotics (zantrix.example) at the lake."), "support still counts");
    }
}
