//! Asks hubs: for what is wanted and not confirmed yet, again before a lease ends, and to end what is not wanted.

use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};
use tracing::{info, warn};

use super::CALLBACKS;
use crate::model::Time;
use crate::pipeline::Engine;
use crate::store::websub::{self, Offered, Stage, Subscription};
use crate::store::{StoreError, hosts};

/// How long a hub is asked to push, seconds: ten days, as long as the large hubs grant at most.
const LEASE_SECONDS: &str = "864000";

/// The wait before a hub that did not confirm is asked again; doubled each time, up to the longest.
const FIRST_RETRY: TimeDelta = TimeDelta::minutes(5);
const LONGEST_RETRY: TimeDelta = TimeDelta::days(1);

/// A hub that does not confirm the end of a subscription is left alone after so many tries: the lease ends by itself.
const MOST_FAREWELLS: u32 = 4;

/// Hubs asked in one round; the rest waits for the next.
const MOST_A_ROUND: usize = 100;

/// Held while it is decided who asks which hub.
const ASKING: i64 = 0x0077_6562_7375_6201;

/// One round: settles what is wanted, and asks the hubs that are to be asked now.
///
/// # Errors
/// Where the database refuses. A hub that fails is noted at its subscription.
pub async fn keep_up(engine: &Engine) -> Result<(), StoreError> {
    let Some(base) = &engine.settings().serve.public_url else { return forget_all(engine).await };
    let base = base.trim_end_matches('/');
    for due in to_ask(engine, base).await? {
        if engine.stopping() {
            break;
        }
        ask(engine, &due).await?;
    }
    Ok(())
}

/// Nobody can reach us any more: a hub that tries will find nothing and give up.
async fn forget_all(engine: &Engine) -> Result<(), StoreError> {
    let kept = websub::all(&mut engine.store.read().await?).await?;
    if kept.is_empty() {
        return Ok(());
    }
    let mut session = engine.store.write().await?;
    for subscription in &kept {
        websub::poll_as_usual(&mut session, &subscription.path).await?;
        websub::remove(&mut session, &subscription.path).await?;
    }
    session.commit().await?;
    info!(subscriptions = kept.len(), "no serve.public_url: subscriptions at hubs forgotten");
    Ok(())
}

/// Writes down what is wanted and gives whom to ask now. Their next try is put off before they are asked, so that a
/// process that is killed meanwhile does not ask in a circle.
async fn to_ask(engine: &Engine, base: &str) -> Result<Vec<Subscription>, StoreError> {
    let now = engine.now();
    let mut session = engine.store.read().await?;
    let (offered, kept) = (websub::offered(&mut session).await?, websub::all(&mut session).await?);
    drop(session);
    if steps(&offered, &kept, base, now).is_empty() {
        return Ok(Vec::new());
    }
    let mut session = engine.store.write().await?;
    session.lock(ASKING).await?;
    let (offered, kept) = (websub::offered(&mut session).await?, websub::all(&mut session).await?);
    let mut asking = Vec::new();
    for step in steps(&offered, &kept, base, now) {
        match step {
            Step::Begin(wanted) => {
                let Some(mut new) = begun(wanted, base, now) else { continue };
                websub::add(&mut session, &new).await?;
                if asking.len() < MOST_A_ROUND {
                    put_off(&mut new, now, fastrand::f64());
                    websub::record(&mut session, &new).await?;
                    asking.push(new);
                }
            }
            Step::End(kept) => {
                websub::poll_as_usual(&mut session, &kept.path).await?;
                let ending =
                    Subscription { state: Stage::Ending, next_try: now, attempts: 0, error: None, ..kept.clone() };
                websub::record(&mut session, &ending).await?;
                info!(feed.id = %kept.feed, hub = %kept.hub, "no longer wants to be pushed");
            }
            Step::Lapse(kept) => {
                warn!(feed.id = %kept.feed, hub = %kept.hub, "the hub's lease ended; the feed is polled as usual");
                websub::poll_as_usual(&mut session, &kept.path).await?;
                let asked = Subscription { state: Stage::Asked, lease_until: None, ..kept.clone() };
                websub::record(&mut session, &asked).await?;
            }
            Step::Forget(kept) => websub::remove(&mut session, &kept.path).await?,
            Step::Ask(kept) => {
                if asking.len() < MOST_A_ROUND {
                    let mut due = kept.clone();
                    put_off(&mut due, now, fastrand::f64());
                    websub::record(&mut session, &due).await?;
                    asking.push(due);
                }
            }
        }
    }
    session.commit().await?;
    Ok(asking)
}

/// What is to be done about a subscription.
#[derive(Debug, PartialEq)]
pub(super) enum Step<'a> {
    /// There is none yet.
    Begin(&'a Offered),
    /// It is no longer wanted, or no longer as it is.
    End(&'a Subscription),
    /// Its lease ended without being renewed.
    Lapse(&'a Subscription),
    /// It has ended.
    Forget(&'a Subscription),
    /// Its hub is to be asked now.
    Ask(&'a Subscription),
}

/// Compares what is wanted with what there is. Pure.
pub(super) fn steps<'a>(offered: &'a [Offered], kept: &'a [Subscription], base: &str, now: Time) -> Vec<Step<'a>> {
    let fits = |kept: &Subscription, wanted: &Offered| {
        kept.state != Stage::Ending
            && kept.feed == wanted.feed
            && kept.topic == wanted.topic
            && kept.hub == wanted.hub
            && kept.callback == callback(base, &kept.path)
    };
    let by_feed: std::collections::HashMap<_, _> = offered.iter().map(|offered| (&offered.feed, offered)).collect();
    let served: std::collections::HashSet<_> = kept
        .iter()
        .filter(|kept| by_feed.get(&kept.feed).is_some_and(|wanted| fits(kept, wanted)))
        .map(|kept| &kept.feed)
        .collect();
    let existing = kept.iter().filter_map(|kept| {
        let wanted = by_feed.get(&kept.feed).is_some_and(|wanted| fits(kept, wanted));
        let over = kept.lease_until.is_some_and(|until| until <= now);
        match kept.state {
            Stage::Ending if over || kept.attempts > MOST_FAREWELLS => Some(Step::Forget(kept)),
            Stage::Ending => (kept.next_try <= now).then_some(Step::Ask(kept)),
            // One that the hub never knew of needs no farewell.
            _ if !wanted && kept.lease_until.is_none() && kept.attempts == 0 => Some(Step::Forget(kept)),
            _ if !wanted => Some(Step::End(kept)),
            Stage::Alive if over => Some(Step::Lapse(kept)),
            _ => (kept.next_try <= now).then_some(Step::Ask(kept)),
        }
    });
    let missing = offered.iter().filter(|offered| !served.contains(&offered.feed)).map(Step::Begin);
    existing.chain(missing).collect()
}

fn callback(base: &str, path: &str) -> String {
    format!("{base}{CALLBACKS}{path}")
}

/// A new subscription; none where the system has no random numbers.
fn begun(wanted: &Offered, base: &str, now: Time) -> Option<Subscription> {
    let (path, secret) = (unguessable()?, unguessable()?);
    Some(Subscription {
        feed: wanted.feed.clone(),
        topic: wanted.topic.clone(),
        hub: wanted.hub.clone(),
        callback: callback(base, &path),
        path,
        secret,
        state: Stage::Asked,
        lease_until: None,
        next_try: now,
        attempts: 0,
        error: None,
        pushes: 0,
        forged: 0,
        last_push: None,
    })
}

/// 256 random bits in 64 letters; a secret must be shorter than 200 bytes (W3C WebSub, section 5.1).
fn unguessable() -> Option<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}

/// Counts a try and sets the time of the next, should the hub not confirm this one.
fn put_off(subscription: &mut Subscription, now: Time, random: f64) {
    let doubled = FIRST_RETRY.checked_mul(1 << subscription.attempts.min(20)).unwrap_or(LONGEST_RETRY);
    let wait = doubled.min(LONGEST_RETRY);
    #[expect(clippy::cast_possible_truncation, reason = "at most a tenth of a day")]
    let more = (wait.num_seconds() as f64 * 0.1 * random) as i64;
    subscription.attempts = subscription.attempts.saturating_add(1);
    subscription.next_try = now + wait + TimeDelta::seconds(more);
}

/// Asks one hub. It confirms by asking back at the callback.
async fn ask(engine: &Engine, subscription: &Subscription) -> Result<(), StoreError> {
    let Subscription { path, feed, topic, hub, callback, secret, state, .. } = subscription;
    let mut fields = vec![("hub.callback", callback.as_str()), ("hub.topic", topic.as_str())];
    if *state == Stage::Ending {
        fields.push(("hub.mode", "unsubscribe"));
    } else {
        fields.extend([("hub.mode", "subscribe"), ("hub.lease_seconds", LEASE_SECONDS), ("hub.secret", secret)]);
    }
    let Err(error) = engine.fetcher.form(hub, &fields).await else { return Ok(()) };
    info!(feed.id = %feed, %hub, why = %error, attempts = subscription.attempts, "the hub did not take the request");
    let mut session = engine.store.write().await?;
    if let Some(backoff) = &error.backoff {
        hosts::keep(&mut session, backoff).await?;
    }
    let why = crate::text::sanitise::plain_line(&error.why);
    websub::failed(&mut session, path, &why, error.until).await?;
    session.commit().await
}
