//! WebSub (<https://www.w3.org/TR/websub/>): where a feed names a hub and we can be reached from outside, the hub pushes
//! what is new (R17).
//!
//! * `keep_up` asks hubs for what is wanted, in time before a lease ends, and takes leave of what is no longer wanted.
//! * `confirm` answers a hub that asks whether a request was ours.
//! * `receive` takes a push, where its signature is right (R18).
//!
//! Polling goes on, more slowly: pushes get lost. What a person sees of it is [`Pushed`].

mod confirm;
mod keep_up;
mod receive;
mod signature;
#[cfg(test)]
mod tests;

pub use confirm::{Answer, Intent, confirm};
pub use keep_up::keep_up;
pub use receive::{Received, is_known, receive};

use serde::Serialize;

use crate::fetch::PushLinks;
use crate::model::{FeedId, PollHints, Time};
use crate::schedule::{self, History, Next};
use crate::store::websub::{self, Stage, Subscription};
use crate::store::{Session, StoreError};

/// Where hubs push to, below the public address: `/websub/` and a path that nobody can guess.
pub const CALLBACKS: &str = "/websub/";

/// What a hub does for a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pushed {
    /// The hub.
    pub hub: String,
    /// asked, alive, denied, ending.
    pub state: &'static str,
    /// It pushes until then.
    pub until: Option<Time>,
    /// Pushes that were taken.
    pub pushes: i64,
    /// Pushes with a wrong signature or none, which were ignored.
    pub forged: i64,
    /// When the last was taken.
    pub last_push: Option<Time>,
    /// What went wrong, while something does.
    pub error: Option<String>,
}

impl Pushed {
    /// What is told of a subscription: all but its secrets.
    #[must_use]
    pub fn of(subscription: &Subscription) -> Self {
        Self {
            hub: subscription.hub.clone(),
            state: subscription.state.as_str(),
            until: subscription.lease_until.filter(|_| subscription.state == Stage::Alive),
            pushes: subscription.pushes,
            forged: subscription.forged,
            last_push: subscription.last_push,
            error: subscription.error.clone(),
        }
    }
}

/// The hints of a document with hub and topic of the Link field, which come first (W3C WebSub, section 4).
#[must_use]
pub fn with_links(mut hints: PollHints, links: PushLinks) -> PollHints {
    if links.hub.is_some() {
        hints.hub = links.hub;
    }
    if links.own_url.is_some() {
        hints.own_url = links.own_url;
    }
    hints
}

/// When to poll a feed, given when its rhythm would have it: later while a hub pushes it. A feed that fails, or whose
/// server asks for rest, keeps its time.
///
/// # Errors
/// Where the database refuses.
pub async fn slowed(
    session: &mut Session,
    feed: &FeedId,
    next: Next,
    history: &History,
    settings: &schedule::Settings,
    now: Time,
) -> Result<Next, StoreError> {
    if history.failures > 0 || history.not_before.is_some() {
        return Ok(next);
    }
    let Some(until) = websub::pushed_until(session, feed, now).await? else { return Ok(next) };
    websub::poll_otherwise(session, feed, next.at).await?;
    Ok(schedule::while_pushed(next, until, settings, now))
}
