//! A hub asks whether a request was ours (W3C WebSub, section 5.3), or says that it will not push (section 5.2).

use chrono::TimeDelta;
use tracing::{info, warn};

use crate::model::Time;
use crate::pipeline::Engine;
use crate::store::StoreError;
use crate::store::websub::{self, Stage, Subscription};
use crate::text::sanitise::plain_line;

/// The lease where the hub names none that can be believed, and the longest that is.
const USUAL_LEASE: TimeDelta = TimeDelta::days(10);
const LONGEST_LEASE: TimeDelta = TimeDelta::days(90);

/// A hub that refused is asked again no sooner than this.
const AFTER_DENIAL: TimeDelta = TimeDelta::days(7);

/// What a hub says in the query of its request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// `hub.mode`: subscribe, unsubscribe or denied.
    pub mode: String,
    /// `hub.topic`.
    pub topic: String,
    /// `hub.challenge`, to be given back.
    pub challenge: Option<String>,
    /// `hub.lease_seconds`.
    pub lease_seconds: Option<i64>,
    /// `hub.reason` of a denial.
    pub reason: Option<String>,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was ours: this text, word for word.
    Yes(String),
    /// It was not ours.
    No,
    /// The news was taken.
    Noted,
}

/// Answers the hub at the callback `path`: only what we asked for is confirmed.
///
/// # Errors
/// Where the database refuses; then the hub will ask again.
pub async fn confirm(engine: &Engine, path: &str, intent: &Intent) -> Result<Answer, StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let Some(subscription) = websub::at_path(&mut session, path).await? else { return Ok(Answer::No) };
    let (answer, after) = judge(subscription.clone(), intent, now);
    let feed = &subscription.feed;
    match &after {
        None => websub::remove(&mut session, path).await?,
        Some(after) if *after != subscription => websub::record(&mut session, after).await?,
        Some(_) => {}
    }
    match (&answer, &after) {
        (Answer::Noted, Some(denied)) => {
            websub::poll_as_usual(&mut session, path).await?;
            let why = denied.error.as_deref().unwrap_or_default();
            warn!(feed.id = %feed, hub = %denied.hub, why, "the feed is polled as usual");
        }
        (Answer::Yes(_), Some(alive)) => info!(feed.id = %feed, until = ?alive.lease_until, "pushed by its hub"),
        (Answer::Yes(_), None) => info!(feed.id = %feed, "no longer pushed by its hub"),
        _ => info!(feed.id = %feed, mode = ?intent.mode, "a hub asked for what we did not"),
    }
    session.commit().await?;
    Ok(answer)
}

/// The answer, and how the subscription stands after it; nothing where it is over. Pure.
pub(super) fn judge(mut kept: Subscription, intent: &Intent, now: Time) -> (Answer, Option<Subscription>) {
    if intent.topic != kept.topic {
        return (Answer::No, Some(kept));
    }
    match (intent.mode.as_str(), &intent.challenge, kept.state) {
        // An answer may have been lost: as long as it is wanted, a hub that asks again is told so again.
        ("subscribe", Some(challenge), Stage::Asked | Stage::Alive) => {
            let lease = intent.lease_seconds.filter(|seconds| *seconds > 0).and_then(TimeDelta::try_seconds);
            let lease = lease.unwrap_or(USUAL_LEASE).min(LONGEST_LEASE);
            kept.state = Stage::Alive;
            kept.lease_until = Some(now + lease);
            // Early enough for several tries.
            kept.next_try = now + lease * 4 / 5;
            kept.attempts = 0;
            kept.error = None;
            (Answer::Yes(challenge.clone()), Some(kept))
        }
        ("unsubscribe", Some(challenge), Stage::Ending) => (Answer::Yes(challenge.clone()), None),
        ("denied", _, Stage::Ending) => (Answer::Noted, None),
        ("denied", _, _) => {
            let reason: String = plain_line(intent.reason.as_deref().unwrap_or_default()).chars().take(200).collect();
            let told = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            kept.state = Stage::Denied;
            kept.lease_until = None;
            kept.error = Some(format!("its hub refused to push it{told}"));
            kept.next_try = now + AFTER_DENIAL;
            (Answer::Noted, Some(kept))
        }
        _ => (Answer::No, Some(kept)),
    }
}
