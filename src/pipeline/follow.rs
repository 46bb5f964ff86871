//! What follows a contact: the outcome, what was learned, what was promised; and reminding of what was promised.

use chrono::NaiveDate;

use super::inbox::{InboxError, find};
use super::{Engine, cards, gate, lessons};
use crate::config::Config;
use crate::model::{
    Actor, Answer, AnswerField, AnswerState, OutcomeCode, Promise, PromiseState, StepRecord, Time, TouchPoint,
    TouchPointState, Trend, Verdict,
};
use crate::store::{Session, Store, StoreError, changes, follow, touchpoints};
use crate::touchpoint::life::{self, Command};
use crate::touchpoint::{self, promises};

/// How a contact ended, with all that came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closing {
    /// How it ended.
    pub code: Option<OutcomeCode>,
    /// What came of it, in words.
    pub words: Option<String>,
    /// What was learned.
    pub answers: Vec<Said>,
    /// What was promised: what, until when, and who keeps it.
    pub promises: Vec<(String, NaiveDate, String)>,
}

/// Something that was learned in a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub field: AnswerField,
    /// Which way it went, where the field is told so.
    pub trend: Option<Trend>,
    /// The name, day or words, where the field is told so.
    pub value: Option<String>,
    /// In words; of a person the role.
    pub note: Option<String>,
}

/// The desk of whoever works with cards.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    /// The truth.
    pub store: &'a Store,
    /// The configuration in effect.
    pub config: &'a Config,
    /// Who acts.
    pub who: &'a Actor,
    /// The present instant.
    pub now: Time,
    /// Say what would happen, change nothing.
    pub dry_run: bool,
}

impl Hand<'_> {
    /// Closes a card: how it ended, what was learned and promised, in one transaction.
    ///
    /// # Errors
    /// Where the card cannot be closed, none or several fit, or the database refuses.
    pub async fn close(&self, part: &str, closing: &Closing) -> Result<TouchPoint, InboxError> {
        let mut session = self.store.write().await?;
        let before = find(&mut session, part).await?;
        let command = match closing.code {
            Some(code) => Command::Close { code, words: closing.words.clone() },
            None => Command::Done { outcome: closing.words.clone() },
        };
        let change = life::step(&before, &command, self.who, self.now)?;
        cards::step(&mut session, &before, &change, self.config, self.now).await?;
        for said in &closing.answers {
            let answer = Answer {
                id: Answer::id_of(before.id, said.field, said.value.as_deref()),
                account: before.account.clone(),
                touch_point: before.id,
                field: said.field,
                trend: said.trend,
                value: said.value.clone(),
                note: said.note.clone(),
                at: self.now,
                who: self.who.clone(),
                state: AnswerState::Proposed,
                judged: None,
            };
            follow::put_answer(&mut session, &answer).await?;
            changes::note(&mut session, self.now, self.who, "answer told", &answer.id, &answer.what()).await?;
        }
        for (what, by, owner) in &closing.promises {
            let promise = Promise {
                id: Promise::id_of(before.id, what),
                account: before.account.clone(),
                touch_point: before.id,
                what: what.clone(),
                by: *by,
                owner: owner.clone(),
                at: self.now,
                who: self.who.clone(),
                state: PromiseState::Open,
            };
            follow::put_promise(&mut session, &promise).await?;
            let detail = format!("{}, by {}", promise.what, promise.by);
            changes::note(&mut session, self.now, self.who, "promise made", &promise.id, &detail).await?;
            settle_cards(&mut session, &promise, self).await?;
        }
        if closing.code != Some(OutcomeCode::NoAnswer) && touchpoint::asks_four(&before, &self.config.playbook) {
            follow::note_asked(&mut session, before.id, &before.account, self.now).await?;
        }
        self.keep_what_it_kept(&mut session, &before, closing.code).await?;
        self.look_and_finish(session, &before.account).await?;
        Ok(change.card)
    }

    /// The card that reminds of a promise, once done, has kept it; unless nobody was reached or wanted it.
    async fn keep_what_it_kept(
        &self,
        session: &mut Session,
        card: &TouchPoint,
        code: Option<OutcomeCode>,
    ) -> Result<(), StoreError> {
        let Some(id) = card.cause.strip_prefix("promise:") else { return Ok(()) };
        if matches!(code, Some(OutcomeCode::NoAnswer | OutcomeCode::Declined)) {
            return Ok(());
        }
        for promise in follow::promises_called(session, id).await? {
            self.turn(session, &promise, PromiseState::Kept, "its card was done").await?;
        }
        Ok(())
    }

    /// Turns a promise to another state: kept, broken, or open again. Its open card falls with it.
    ///
    /// # Errors
    /// Where none or several fit, it stands so already, or the database refuses.
    pub async fn promise(&self, part: &str, state: PromiseState, why: &str) -> Result<Promise, InboxError> {
        let mut session = self.store.write().await?;
        let fits = follow::promises_called(&mut session, &typed(part)).await?;
        let promise = one(fits, part, "promise", |promise| promise.id.clone())?;
        if promise.state == state || promise.state == PromiseState::Withdrawn {
            return Err(InboxError::StandsSo(promise.id, promise.state.as_str()));
        }
        let turned = self.turn(&mut session, &promise, state, why).await?;
        settle_cards(&mut session, &turned, self).await?;
        self.look_and_finish(session, &promise.account).await?;
        Ok(turned)
    }

    async fn turn(
        &self,
        session: &mut Session,
        promise: &Promise,
        state: PromiseState,
        why: &str,
    ) -> Result<Promise, StoreError> {
        let turned = Promise { state, ..promise.clone() };
        follow::put_promise(session, &turned).await?;
        let detail = format!("{} → {}: {why}", promise.state.as_str(), state.as_str());
        changes::note(session, self.now, self.who, "promise", &promise.id, &detail).await?;
        Ok(turned)
    }

    /// Confirms or rejects an answer, or makes it a proposal again.
    ///
    /// # Errors
    /// Where none or several fit, it stands so already, or the database refuses.
    pub async fn answer(&self, part: &str, state: AnswerState) -> Result<Answer, InboxError> {
        let mut session = self.store.write().await?;
        let fits = follow::answers_called(&mut session, &typed(part)).await?;
        let answer = one(fits, part, "answer", |answer| answer.id.clone())?;
        if answer.state == state || answer.state == AnswerState::Withdrawn {
            return Err(InboxError::StandsSo(answer.id, answer.state.as_str()));
        }
        let judged = (state != AnswerState::Proposed).then(|| Verdict { who: self.who.clone(), at: self.now });
        let turned = Answer { state, judged, ..answer.clone() };
        follow::put_answer(&mut session, &turned).await?;
        let detail = format!("{}: {} → {}", answer.what(), answer.state.as_str(), state.as_str());
        changes::note(&mut session, self.now, self.who, "answer", &answer.id, &detail).await?;
        self.finish(session).await?;
        Ok(turned)
    }

    /// Has a card take a step, then looks at the gate of the account's cards: contacts and cards that were open count.
    ///
    /// # Errors
    /// Where the card cannot take the step, none or several fit, or the database refuses.
    pub async fn step(&self, part: &str, command: &Command) -> Result<TouchPoint, InboxError> {
        let mut session = self.store.write().await?;
        let before = find(&mut session, part).await?;
        if let Command::Reword { opening } = command
            && let Some(phrase) = touchpoint::banned_phrase(opening, &before, &self.config.playbook)
        {
            return Err(InboxError::Banned(phrase.to_owned()));
        }
        let change = life::step(&before, command, self.who, self.now)?;
        cards::step(&mut session, &before, &change, self.config, self.now).await?;
        if let Command::Dismiss { code, .. } = command {
            lessons::learn(&mut session, &change.card, *code, self.who, self.now).await?;
        }
        self.look_and_finish(session, &before.account).await?;
        Ok(change.card)
    }

    /// Takes back the last step that a person took with a card, with all that came of it; or what was done with a
    /// promise (`p…`), an answer (`n…`) or a lesson (`t…`) is for their own verbs.
    ///
    /// # Errors
    /// Where there is none, none or several cards fit, or the database refuses.
    pub async fn undo(&self, part: &str) -> Result<(StepRecord, TouchPoint), InboxError> {
        let mut session = self.store.write().await?;
        let card = find(&mut session, part).await?;
        let undone = undo_in(&mut session, &card, self).await?;
        self.look_and_finish(session, &card.account).await?;
        Ok(undone)
    }

    async fn look_and_finish(&self, mut session: Session, account: &crate::model::AccountId) -> Result<(), StoreError> {
        gate::look_again(&mut session, self.config, Some(account), &Actor::program("gate"), self.now).await?;
        self.finish(session).await
    }

    async fn finish(&self, session: Session) -> Result<(), StoreError> {
        if self.dry_run { Ok(()) } else { session.commit().await }
    }
}

async fn undo_in(
    session: &mut Session,
    card: &TouchPoint,
    hand: &Hand<'_>,
) -> Result<(StepRecord, TouchPoint), InboxError> {
    let last = touchpoints::last_undoable(session, card.id).await?;
    let (seq, step, previous) = last.ok_or(InboxError::NothingToUndo(card.id))?;
    let change = life::undo(card, &previous, &step, hand.who, hand.now);
    touchpoints::mark_undone(session, seq).await?;
    cards::step(session, card, &change, hand.config, hand.now).await?;
    match card.state {
        TouchPointState::Done => {
            for promise in follow::take_back(session, card.id).await? {
                settle_cards(session, &promise, hand).await?;
            }
            if let Some(id) = card.cause.strip_prefix("promise:") {
                for promise in follow::promises_called(session, id).await? {
                    if promise.state == PromiseState::Kept {
                        hand.turn(session, &promise, PromiseState::Open, "its card was taken back").await?;
                    }
                }
            }
        }
        TouchPointState::Dismissed => lessons::unlearn(session, card, hand.who, hand.now).await?,
        _ => {}
    }
    Ok((step, change.card))
}

/// The card of a promise falls with it, and stands up with it.
async fn settle_cards(session: &mut Session, promise: &Promise, hand: &Hand<'_>) -> Result<(), StoreError> {
    let config = hand.config;
    for card in touchpoints::of_cause(session, &touchpoint::promise_cause(&promise.id)).await? {
        if let Some(change) = promises::settled(&card, promise, hand.who, hand.now) {
            cards::step(session, &card, &change, config, hand.now).await?;
        } else if promise.state == PromiseState::Open
            && card.state == TouchPointState::Withdrawn
            && let Some((seq, step, previous)) = touchpoints::last_undoable(session, card.id).await?
        {
            let change = life::undo(&card, &previous, &step, hand.who, hand.now);
            touchpoints::mark_undone(session, seq).await?;
            cards::step(session, &card, &change, config, hand.now).await?;
        }
    }
    Ok(())
}

/// Cards for promises whose day is past; gives how many were born.
///
/// # Errors
/// Where the database refuses.
pub async fn remind(engine: &Engine) -> Result<usize, StoreError> {
    let now = engine.now();
    let config = engine.config();
    let mut session = engine.store.write().await?;
    let open = follow::promises(&mut session, false).await?;
    let mut known = Vec::new();
    for promise in open.iter().filter(|promise| promise.is_overdue(now.date_naive())) {
        known.extend(touchpoints::of_cause(&mut session, &touchpoint::promise_cause(&promise.id)).await?);
    }
    let settings = &config.settings.touchpoint;
    let born = promises::overdue(&open, &known, &config.watchlist, &config.playbook, settings, now);
    for (card, steps) in &born {
        gate::bear(&mut session, &config, card, steps, now).await?;
    }
    session.commit().await?;
    Ok(born.len())
}

/// Promises, the overdue first; with `all` those of any state.
///
/// # Errors
/// Where the database refuses.
pub async fn promises(store: &Store, owner: Option<&str>, all: bool) -> Result<Vec<Promise>, StoreError> {
    let mut promises = follow::promises(&mut store.read().await?, all).await?;
    promises.retain(|promise| owner.is_none_or(|owner| promise.owner == owner));
    promises.sort_by_key(|promise| (promise.state != PromiseState::Open, promise.by));
    Ok(promises)
}

/// What clients told, oldest first; with `all` what was confirmed, rejected and taken back too.
///
/// # Errors
/// Where the database refuses.
pub async fn answers(store: &Store, all: bool) -> Result<Vec<Answer>, StoreError> {
    follow::answers(&mut store.read().await?, all).await
}

fn typed(part: &str) -> String {
    part.trim().to_ascii_lowercase()
}

pub(super) fn one<T>(
    mut fits: Vec<T>,
    part: &str,
    what: &'static str,
    id: impl Fn(&T) -> String,
) -> Result<T, InboxError> {
    match fits.len() {
        0 => Err(InboxError::NoSuch { what, part: part.to_owned() }),
        1 => Ok(fits.remove(0)),
        _ => Err(InboxError::Ambiguous { part: part.to_owned(), fits: fits.iter().map(id).collect() }),
    }
}
