//! What a person asks of the outbox: how it stands, try again, send a test.

use serde::Serialize;

use crate::config::Settings;
use crate::deliver::{self, Attempt, Links, Tokens, Wire, retry};
use crate::model::{Actor, Clock, Delivery, DestinationId, Time};
use crate::net;
use crate::store::{Store, StoreError, changes, deliveries, hooks};

use super::absent;

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
    /// Deliveries that wait until a person has chosen a record.
    pub held: i64,
    /// Deliveries that a person settled as not to be sent, or that a later one has overtaken.
    pub dropped: i64,
    /// A program asked for it by HTTP; it is not configured.
    pub hook: bool,
    /// Nothing went through since then.
    pub failing_since: Option<Time>,
    /// It is left alone until then.
    pub rest_until: Option<Time>,
    /// What to do about it; empty where nothing is to be done.
    pub advice: Vec<String>,
}

impl DestinationStatus {
    fn of(id: &DestinationId, state: &str, hook: bool) -> Self {
        Self { id: id.0.clone(), state: state.to_owned(), hook, ..Self::default() }
    }

    /// What a person is to do, a line for each thing that waits for one.
    fn advise(&mut self) {
        let Self { id, state, why, due, dead, unknown, .. } = self;
        let mut advice = Vec::new();
        let waiting = counted(*due, "delivery", "deliveries");
        match state.as_str() {
            "paused" => advice.push(format!(
                "{waiting} for you to settle why it is paused ({why}); look with `tidings deliver test {id}`, then \
                 `tidings deliver retry {id}`"
            )),
            "disabled" => advice.push(format!(
                "it said that it is gone for good; give it a new address, then `tidings deliver retry {id}`, or take it out"
            )),
            "not configured" if *due > 0 => advice.push(format!(
                "{waiting}: configure it again, or `tidings deliver drop {id}` settles them as not to be sent"
            )),
            "open" => {
                if let Some(since) = self.failing_since {
                    let since = since.format("%Y-%m-%d %H:%M UTC");
                    let rest = self.rest_until.map(|until| format!(", not before {}", until.format("%H:%M UTC")));
                    let rest = rest.unwrap_or_default();
                    advice.push(format!(
                        "fails since {since}; it is tried again by itself{rest}; `tidings deliver test {id}` tries at once"
                    ));
                }
            }
            _ => {}
        }
        if *dead > 0 {
            advice.push(format!(
                "{dead} given up: settle the reason told below, then `tidings deliver retry {id}`, or \
                 `tidings deliver drop {id}`"
            ));
        }
        if *unknown > 0 {
            advice.push(format!(
                "{unknown} may have arrived or not: look there for the card, then `tidings deliver retry DELIVERY` where it \
                 is missing, `tidings deliver drop DELIVERY` where it is there; later news of the card waits for that"
            ));
        }
        self.advice = advice;
    }
}

fn counted(count: i64, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one} waits") } else { format!("{count} {several} wait") }
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
    let configured = settings.destinations.iter().map(|known| DestinationStatus::of(known.id(), "open", false));
    let mut destinations: Vec<DestinationStatus> = configured.collect();
    for hook in hooks::all(&mut session).await? {
        destinations.push(DestinationStatus::of(&hook.id, "open", true));
    }
    for (id, state, count) in deliveries::counts(&mut session).await? {
        let place = destinations.iter().position(|known| known.id == id.0).unwrap_or_else(|| {
            destinations.push(DestinationStatus::of(&id, "not configured", false));
            destinations.len() - 1
        });
        match state.as_str() {
            "due" => destinations[place].due = count,
            "delivered" => destinations[place].delivered = count,
            "unknown" => destinations[place].unknown = count,
            "dropped" => destinations[place].dropped = count,
            "held" => destinations[place].held = count,
            _ => destinations[place].dead = count,
        }
    }
    for stored in deliveries::destinations(&mut session).await? {
        if let Some(known) = destinations.iter_mut().find(|known| known.id == stored.id.0) {
            if known.state == "open" && stored.state != absent::ABSENT {
                (known.state, known.why) = (stored.state, stored.why);
            }
            (known.failing_since, known.rest_until) = (stored.failing_since, stored.rest_until);
        }
    }
    destinations.iter_mut().for_each(DestinationStatus::advise);
    Ok(Status { destinations, latest: deliveries::latest(&mut session, limit).await? })
}

/// What a retry came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Retried {
    /// Deliveries that are due again.
    pub due_again: u64,
    /// Deliveries that a later one had overtaken, and that are settled by that.
    pub overtaken: u64,
}

/// Makes given-up deliveries due again under their ids and opens stopped destinations. `which` is a delivery's id, a
/// destination's id, or nothing for all. One that may have been taken is only sent again where its own id is given.
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
) -> Result<Retried, StoreError> {
    let mut session = store.write().await?;
    let mut retried = Retried::default();
    let one = match which {
        Some(id) => deliveries::retry_one(&mut session, id, now).await?,
        None => false,
    };
    if one {
        retried.due_again = 1;
    } else {
        retried.overtaken = deliveries::drop_overtaken(&mut session, which, now).await?;
        retried.due_again = deliveries::retry_dead(&mut session, which, now).await?;
        let hooks = hooks::all(&mut session).await?;
        let configured = settings.destinations.iter().map(deliver::Destination::id);
        for id in configured.chain(hooks.iter().map(|hook| &hook.id)) {
            if which.is_none_or(|which| which == id.as_str()) {
                deliveries::set_destination(&mut session, id, "open", "", now).await?;
            }
        }
    }
    let subject = which.unwrap_or("all");
    changes::note(&mut session, now, who, "deliveries due again", subject, &retried.due_again.to_string()).await?;
    if !dry_run {
        session.commit().await?;
    }
    Ok(retried)
}

/// Settles deliveries as not to be sent: one by its id, where it was given up or nobody knows; else those of a destination,
/// with all that waits where that is no longer configured. Gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn drop_deliveries(
    store: &Store,
    settings: &deliver::Settings,
    which: &str,
    who: &Actor,
    now: Time,
    dry_run: bool,
) -> Result<u64, StoreError> {
    let mut session = store.write().await?;
    let why = format!("settled by {who} as not to be sent");
    let count = if deliveries::drop_one(&mut session, which, &why, now).await? {
        1
    } else {
        let id = DestinationId(which.to_owned());
        let hooks = hooks::all(&mut session).await?;
        let known = settings.destinations.iter().any(|known| *known.id() == id) || hooks.iter().any(|one| one.id == id);
        deliveries::drop_all(&mut session, &id, !known, &why, now).await?
    };
    if count > 0 {
        changes::note(&mut session, now, who, "deliveries dropped", which, &count.to_string()).await?;
    }
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
