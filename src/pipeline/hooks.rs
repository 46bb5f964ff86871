//! Webhooks that other programs ask for (REST hooks: Zapier, n8n, Make): each is a destination beside the configured ones,
//! kept in the database, with a signing secret of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use url::Url;

use super::Engine;
use crate::config::Config;
use crate::deliver::outbox::{delivery_to, step_into};
use crate::deliver::{Around, Destination, Secret, Webhook, sample};
use crate::model::{Actor, DestinationId, Step, Time, TouchPoint, TouchPointState, id};
use crate::net;
use crate::store::hooks::{self, Hook};
use crate::store::{Session, StoreError, changes, deliveries, touchpoints};

/// Most webhooks that programs may ask for: more is a program run wild.
const MOST: usize = 100;

/// Bytes of a signing secret.
const KEY: usize = 32;

/// How far back a list of recent touch points looks.
const RECENT: TimeDelta = TimeDelta::days(30);

/// Entries of a list of recent touch points.
const LONGEST_LIST: usize = 100;

/// Why a webhook cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// It is no address that may be posted to.
    #[error("`target_url` cannot be posted to: {0}")]
    Address(String),
    /// There are too many.
    #[error("there are {MOST} webhooks already; take one out first")]
    TooMany,
    /// No secret can be made.
    #[error("the system gives no random numbers")]
    Random,
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Every destination: those of the configuration, then those that programs asked for.
///
/// # Errors
/// Where the database refuses.
pub async fn destinations(session: &mut Session, config: &Config) -> Result<Vec<Destination>, StoreError> {
    let mut all = config.settings.deliver.destinations.clone();
    all.extend(hooks::all(session).await?.into_iter().map(destination));
    Ok(all)
}

fn destination(hook: Hook) -> Destination {
    Destination::Webhook(Webhook::of_hook(hook.id, &hook.url, Secret::new(hook.secret), hook.events))
}

/// Writes a webhook. Asked again with the same address and steps, the same one is given.
///
/// # Errors
/// Where the address may not be dialled, there are too many, or the database refuses.
pub async fn subscribe(engine: &Engine, url: &str, events: &[Step], who: &Actor) -> Result<Hook, HookError> {
    let url = Url::parse(url).map_err(|error| HookError::Address(error.to_string()))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(HookError::Address("it holds a name or password".to_owned()));
    }
    // Checked again at each dialling; here so that who asks hears it at once.
    match engine.wire.resolve(&url).await {
        Err(error) if error.is_refusal() => return Err(HookError::Address(error.to_string())),
        Err(net::Error::Address(why)) => return Err(HookError::Address(why)),
        // A name that cannot be found now may be found later.
        Ok(_) | Err(_) => {}
    }
    let mut events = events.to_vec();
    events.sort_unstable_by_key(|step| step.as_str());
    events.dedup();
    let mut key = [0; KEY];
    SystemRandom::new().fill(&mut key).map_err(|_| HookError::Random)?;
    let now = engine.now();
    let secret = format!("whsec_{}", STANDARD.encode(key));
    let hook = Hook {
        id: DestinationId(format!("hook_{}", id::short_hash(&[url.as_str(), &secret, &now.to_rfc3339()]))),
        url: url.to_string(),
        events,
        secret,
        made_by: who.to_string(),
        made: now,
    };
    let mut session = engine.store.write().await?;
    let known = hooks::all(&mut session).await?;
    let is_new = !known.iter().any(|known| known.url == hook.url && known.events == hook.events);
    if is_new && known.len() >= MOST {
        return Err(HookError::TooMany);
    }
    let hook = hooks::put(&mut session, &hook).await?;
    if is_new {
        let to = url.host_str().unwrap_or_default();
        changes::note(&mut session, now, who, "webhook asked for", hook.id.as_str(), to).await?;
    }
    session.commit().await?;
    Ok(hook)
}

/// Takes a webhook out; false where there is none of this id.
///
/// # Errors
/// Where the database refuses.
pub async fn unsubscribe(engine: &Engine, id: &DestinationId, who: &Actor) -> Result<bool, HookError> {
    let mut session = engine.store.write().await?;
    let there = remove(&mut session, id, "its webhook was taken out", who, engine.now()).await?;
    session.commit().await?;
    Ok(there)
}

/// All webhooks, without their secrets.
///
/// # Errors
/// Where the database refuses.
pub async fn list(engine: &Engine) -> Result<Vec<Value>, HookError> {
    let all = hooks::all(&mut engine.store.read().await?).await?;
    Ok(all.iter().map(|hook| shown(hook, false)).collect())
}

/// A webhook as it is told over HTTP; its secret only to who asked for it.
#[must_use]
pub fn shown(hook: &Hook, with_secret: bool) -> Value {
    let events: Vec<_> = hook.events.iter().map(|step| event(*step)).collect();
    let mut shown = json!({
        "id": hook.id, "target_url": hook.url, "events": events, "made_by": hook.made_by, "made": hook.made,
    });
    if with_secret {
        shown["secret"] = json!(hook.secret);
    }
    shown
}

/// Takes a webhook out within a transaction, and settles what waits for it. False where the id is none of a webhook that was
/// asked for.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn remove(
    session: &mut Session,
    id: &DestinationId,
    why: &str,
    who: &Actor,
    now: Time,
) -> Result<bool, StoreError> {
    if hooks::remove(session, id).await?.is_none() {
        return Ok(false);
    }
    deliveries::drop_all(session, id, true, why, now).await?;
    deliveries::forget_destination(session, id).await?;
    changes::note(session, now, who, "webhook taken out", id.as_str(), why).await?;
    Ok(true)
}

/// A step by its name, with or without the kind before it: `touch_point.accepted`, `accepted`.
#[must_use]
pub fn step_called(name: &str) -> Option<Step> {
    let word = name.trim().strip_prefix("touch_point.").unwrap_or(name.trim());
    serde_json::from_value(json!(word)).ok()
}

/// The name of a step among events.
fn event(step: Step) -> String {
    format!("touch_point.{}", step.as_str())
}

/// A made-up touch point for each of these steps, as a webhook would bring it, with an `id` beside.
#[must_use]
pub fn samples(engine: &Engine, steps: &[Step]) -> Vec<Value> {
    let now = engine.now();
    let account = sample::account();
    let base = engine.settings().serve.base();
    let around = Around { account: Some(&account), base: &base, templates: None };
    steps.iter().map(|step| message(&sample::card(now), *step, &around, now)).collect()
}

/// The touch points that a webhook with these steps would have been told of, as they stand now, newest first; each with an
/// `id` by which a program that polls knows it again.
///
/// # Errors
/// Where the database refuses.
pub async fn recent(engine: &Engine, steps: &[Step], limit: usize) -> Result<Vec<Value>, HookError> {
    let now = engine.now();
    let mut session = engine.store.read().await?;
    let mut cards = touchpoints::changed_since(&mut session, now - RECENT).await?;
    drop(session);
    cards.retain(|card| !card.backfilled && steps.contains(&step_into(card.state)));
    cards.sort_by(|left, right| right.updated.cmp(&left.updated).then_with(|| right.id.cmp(&left.id)));
    let config = engine.config();
    let base = config.settings.serve.base();
    let around = |card: &TouchPoint| config.watchlist.get(&card.account);
    let told = cards.iter().take(limit.min(LONGEST_LIST)).map(|card| {
        let around = Around { account: around(card), base: &base, templates: None };
        message(card, step_into(card.state), &around, card.updated)
    });
    Ok(told.collect())
}

/// A message as a webhook brings it, with the touch point's id on top.
fn message(card: &TouchPoint, step: Step, around: &Around<'_>, now: Time) -> Value {
    let webhook = Webhook::of_hook("api".into(), "", Secret::new(""), Vec::new());
    let delivery = delivery_to(&Destination::Webhook(webhook), card, step, around, now);
    let mut message: Value = serde_json::from_str(&delivery.payload).unwrap_or_default();
    message["id"] = json!(card.id);
    message
}

/// The states in which a card is told of where nobody says which.
#[must_use]
pub fn usual_steps() -> Vec<Step> {
    [TouchPointState::Ready, TouchPointState::Accepted, TouchPointState::Done, TouchPointState::Withdrawn]
        .into_iter()
        .map(step_into)
        .collect()
}
