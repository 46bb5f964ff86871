//! Answers the facts that wait: leased, then each with all that follows from it in one transaction.

use chrono::TimeDelta;

use crate::model::{Actor, Fact, Time, TouchPoint};
use crate::pipeline::{Engine, cards, gate};
use crate::store::{Session, StoreError, facts, touchpoints};
use crate::touchpoint::Decision;
use crate::touchpoint::facts::{FactOccasion, answer};

/// Facts leased at once.
const BATCH: i64 = 200;

/// How long a worker may hold a fact.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// Facts of an account that are looked at.
const MOST_FACTS: i64 = 2_000;

/// What answering came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Facts looked at.
    pub facts: usize,
    /// Touch points born.
    pub born: usize,
}

/// Answers every fact that waits, in the order in which they happened.
///
/// # Errors
/// Where the database refuses.
pub async fn all_waiting(engine: &Engine) -> Result<Answered, StoreError> {
    let mut answered = Answered::default();
    loop {
        let now = engine.now();
        let mut session = engine.store.write().await?;
        let waiting = facts::lease_unread(&mut session, now, now + LEASE, BATCH).await?;
        session.commit().await?;
        if waiting.is_empty() || engine.stopping() {
            return Ok(answered);
        }
        engine.follow_roster().await?;
        // Only counted, so what is born on the way is added and nothing is read again.
        let week = now - TimeDelta::days(7);
        let mut burden = touchpoints::born_since(&mut engine.store.read().await?, week).await?;
        for fact in waiting {
            let mut session = engine.store.write().await?;
            if facts::still_waits(&mut session, &fact).await? {
                let born = one(engine, &mut session, &fact, &burden, now).await?;
                answered.born += born.len();
                burden.extend(born);
                answered.facts += 1;
            }
            session.commit().await?;
        }
    }
}

/// Answers one fact; gives the cards that were born.
async fn one(
    engine: &Engine,
    session: &mut Session,
    fact: &Fact,
    burden: &[TouchPoint],
    now: Time,
) -> Result<Vec<TouchPoint>, StoreError> {
    let config = engine.config();
    let who = Actor::program("plan");
    let Some(account) = config.watchlist.get(&fact.account) else {
        facts::mark_answered(session, &fact.id, "its account is no longer watched").await?;
        return Ok(Vec::new());
    };
    let settings = &config.settings.touchpoint;
    let told = facts::of_account(session, &fact.account, MOST_FACTS).await?;
    let mut own = touchpoints::of_account(session, &fact.account, now - settings.memory()).await?;
    own.reverse();
    let occasion =
        FactOccasion { fact, account, told: &told, cards: &own, burden, playbook: &config.playbook, settings, now };
    let answer = answer(&occasion, &who);
    let mut born = Vec::new();
    for decision in answer.decisions {
        match decision {
            Decision::New { card, steps } => {
                gate::bear(session, &config, &card, &steps, now).await?;
                born.push(*card);
            }
            Decision::Change { before, change } => {
                cards::step(session, &before, &change, &engine.config(), now).await?;
            }
            Decision::NotSuggested(_) => {}
        }
    }
    facts::mark_answered(session, &fact.id, &answer.note).await?;
    gate::look_again(session, &config, Some(&fact.account), &who, now).await?;
    Ok(born)
}
