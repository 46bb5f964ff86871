//! What a person asks of the outbox: how it stands, try again, send a test.

use serde::Serialize;

use crate::config::Settings;
use crate::deliver::{self, Attempt, Links, Tokens, Wire, retry};
use crate::model::{Actor, Clock, Delivery, DestinationId, Time};
use crate::net;
use crate::store::{Store, StoreError, changes, deliveries};

/// How the outbox stands.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Status {
    /// Each destination, configured or with deliveries left.
    pub destinations: Vec<DestinationStatus>,
    /// The latest deliveries, newest first.
    pub latest: Vec<Delivery>,
}

/// How a destination stands.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DestinationStatus {
    /// Its id.
    pub id: String,
    /// `open`, `paused`, `disabled`, or `not configured`.
    pub state: String,
    /// Why it is stopped.
    pub why: String,
    /// Deliveries that wait.
    pub due: i64,
    /// Deliveries accepted.
    pub delivered: i64,
    /// Deliveries given up.
    pub dead: i64,
    /// Deliveries that may have been taken; a person looks first.
    pub unknown: i64,
    /// Nothing went through since then.
    pub failing_since: Option<Time>,
    /// It is left alone until then.
    pub rest_until: Option<Time>,
}

/// What a test message came to.
#[derive(Clone, Debug, Serialize)]
pub struct Tested {
    /// Where it was sent.
    pub destination: String,
    /// It was accepted.
    pub accepted: bool,
    /// What came back, in words.
    pub answer: String,
}

/// How each destination stands, and the latest deliveries.
///
/// # Errors
/// Where the database refuses.
pub async fn status(store: &Store, settings: &deliver::Settings, limit: i64) -> Result<Status, StoreError> {
    let mut session = store.read().await?;
    let mut destinations: Vec<DestinationStatus> = settings
        .destinations
        .iter()
        .map(|destination| DestinationStatus {
            id: destination.id().0.clone(),
            state: "open".to_owned(),
            ..DestinationStatus::default()
        })
        .collect();
    for (id, state, count) in deliveries::counts(&mut session).await? {
        let place = destinations.iter().position(|known| known.id == id.0).unwrap_or_else(|| {
            let state = "not configured".to_owned();
            destinations.push(DestinationStatus { id: id.0.clone(), state, ..DestinationStatus::default() });
            destinations.len() - 1
        });
        match state.as_str() {
            "due" => destinations[place].due = count,
            "delivered" => destinations[place].delivered = count,
            "unknown" => destinations[place].unknown = count,
            _ => destinations[place].dead = count,
        }
    }
    for stored in deliveries::destinations(&mut session).await? {
        if let Some(known) = destinations.iter_mut().find(|known| known.id == stored.id.0 && known.state == "open") {
            (known.state, known.why) = (stored.state, stored.why);
            (known.failing_since, known.rest_until) = (stored.failing_since, stored.rest_until);
        }
    }
    Ok(Status { destinations, latest: deliveries::latest(&mut session, limit).await? })
}

/// Makes given-up deliveries due again under their ids and opens stopped destinations; gives how many.
/// `which` is a delivery's id, a destination's id, or nothing for all.
///
/// # Errors
/// Where the database refuses.
pub async fn retry(
    store: &Store,
    settings: &deliver::Settings,
    which: Option<&str>,
    who: &Actor,
    now: Time,
    dry_run: bool,
) -> Result<u64, StoreError> {
    let mut session = store.write().await?;
    let count = match which {
        Some(id) if deliveries::retry_one(&mut session, id, now).await? => 1,
        which => deliveries::retry_dead(&mut session, which, now).await?,
    };
    for destination in &settings.destinations {
        if which.is_none_or(|which| which == destination.id().as_str()) {
            deliveries::set_destination(&mut session, destination.id(), "open", "", now).await?;
        }
    }
    let subject = which.unwrap_or("all");
    changes::note(&mut session, now, who, "deliveries due again", subject, &count.to_string()).await?;
    if !dry_run {
        session.commit().await?;
    }
    Ok(count)
}

/// Sends a test message to one destination or all, and tells what came back. Nothing is written.
///
/// # Errors
/// Where the network client cannot be made.
pub async fn test(
    settings: &Settings,
    destination: Option<&str>,
    clock: &dyn Clock,
) -> Result<Vec<Tested>, net::Error> {
    let client = net::Client::new(&settings.net)?;
    let tokens = Tokens::default();
    let mut results = Vec::new();
    let asked = |id: &DestinationId| destination.is_none_or(|wanted| wanted == id.as_str());
    for known in settings.deliver.destinations.iter().filter(|known| asked(known.id())) {
        let message = deliver::test_message(known, clock.now());
        let now = clock.now();
        let links = Links::default();
        let wire = Wire { client: &client, tokens: &tokens, now };
        let sent = known.send(&Attempt { delivery: &message, remote: None, links: &links, wire }).await;
        let answer = sent.answer;
        let verdict = retry::after(1, &answer, clock.now(), 0.0);
        results.push(Tested {
            destination: known.id().0.clone(),
            accepted: matches!(verdict, retry::Verdict::Delivered),
            answer: answer.describe(),
        });
    }
    Ok(results)
}
