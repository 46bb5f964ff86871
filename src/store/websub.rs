//! Subscriptions at WebSub hubs: which feed is pushed to us by which hub, until when.

use super::{Session, StoreError, from_json, millis, time};
use crate::model::{FeedId, PollHints, Time};

/// A subscription as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// The last part of the callback's address, which nobody can guess.
    pub path: String,
    /// Whose news is pushed.
    pub feed: FeedId,
    /// The address that the hub knows the feed by.
    pub topic: String,
    /// The hub.
    pub hub: String,
    /// The whole address that the hub pushes to.
    pub callback: String,
    /// What the hub signs by. Never shown.
    pub secret: String,
    /// How it stands.
    pub state: Stage,
    /// The hub pushes until then.
    pub lease_until: Option<Time>,
    /// When the hub is asked next.
    pub next_try: Time,
    /// Times the hub was asked since it last confirmed.
    pub attempts: u32,
    /// What went wrong, while something does.
    pub error: Option<String>,
    /// Pushes that were taken.
    pub pushes: i64,
    /// Pushes whose signature was wrong or missing.
    pub forged: i64,
    /// When the last was taken.
    pub last_push: Option<Time>,
}

/// How a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Wanted; the hub has not confirmed.
    Asked,
    /// Confirmed, until its lease ends.
    Alive,
    /// The hub refused.
    Denied,
    /// No longer wanted; the hub has not confirmed that it ends.
    Ending,
}

impl Stage {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Alive => "alive",
            Self::Denied => "denied",
            Self::Ending => "ending",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "alive" => Self::Alive,
            "denied" => Self::Denied,
            "ending" => Self::Ending,
            _ => Self::Asked,
        }
    }
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { feed, hub, state, .. } = self;
        write!(out, "Subscription {{ feed: {feed}, hub: {hub}, state: {state:?} }}")
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    path: String,
    feed: String,
    topic: String,
    hub: String,
    callback: String,
    secret: String,
    state: String,
    lease_until: Option<i64>,
    next_try: i64,
    attempts: i64,
    error: Option<String>,
    pushes: i64,
    forged: i64,
    last_push: Option<i64>,
}

impl From<Row> for Subscription {
    fn from(row: Row) -> Self {
        Self {
            path: row.path,
            feed: FeedId(row.feed),
            topic: row.topic,
            hub: row.hub,
            callback: row.callback,
            secret: row.secret,
            state: Stage::from_word(&row.state),
            lease_until: row.lease_until.map(time),
            next_try: time(row.next_try),
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            error: row.error,
            pushes: row.pushes,
            forged: row.forged,
            last_push: row.last_push.map(time),
        }
    }
}

/// A feed whose document names a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Which feed.
    pub feed: FeedId,
    /// The address that the hub knows it by: the one it states, else the one that is polled.
    pub topic: String,
    /// The hub.
    pub hub: String,
}

/// Every polled feed whose last document named a hub, in order of id.
///
/// # Errors
/// Where the database refuses.
pub async fn offered(session: &mut Session) -> Result<Vec<Offered>, StoreError> {
    let rows = rows!(
        session,
        (String, String, String),
        "SELECT id, url, hints FROM feed WHERE state = 'active' AND hints LIKE '%\"hub\":\"http%' ORDER BY id"
    )?;
    let mut offered = Vec::new();
    for (id, url, hints) in rows {
        let hints: PollHints = from_json("the hints of a feed", &hints)?;
        if let Some(hub) = hints.hub {
            offered.push(Offered { feed: FeedId(id), topic: hints.own_url.unwrap_or(url), hub });
        }
    }
    Ok(offered)
}

/// Every subscription, in order of feed.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<Subscription>, StoreError> {
    Ok(rows!(session, Row, "SELECT * FROM websub ORDER BY feed, path")?.into_iter().map(Into::into).collect())
}

/// The subscription with this path.
///
/// # Errors
/// Where the database refuses.
pub async fn at_path(session: &mut Session, path: &str) -> Result<Option<Subscription>, StoreError> {
    Ok(row!(session, Row, "SELECT * FROM websub WHERE path = $1", path)?.map(Into::into))
}

/// Keeps a new subscription.
///
/// # Errors
/// Where the database refuses.
pub async fn add(session: &mut Session, new: &Subscription) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO websub (path, feed, topic, hub, callback, secret, state, next_try)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &new.path,
        new.feed.as_str(),
        &new.topic,
        &new.hub,
        &new.callback,
        &new.secret,
        new.state.as_str(),
        millis(new.next_try)
    )?;
    Ok(())
}

/// Writes how a subscription stands: stage, lease, next try, attempts and error.
///
/// # Errors
/// Where the database refuses.
pub async fn record(session: &mut Session, subscription: &Subscription) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE websub SET state = $2, lease_until = $3, next_try = $4, attempts = $5, error = $6 WHERE path = $1",
        &subscription.path,
        subscription.state.as_str(),
        subscription.lease_until.map(millis),
        millis(subscription.next_try),
        i64::from(subscription.attempts),
        &subscription.error
    )?;
    Ok(())
}

/// Notes that asking the hub failed, unless it has confirmed meanwhile. The next try is not before `not_before`.
///
/// # Errors
/// Where the database refuses.
pub async fn failed(session: &mut Session, path: &str, why: &str, not_before: Option<Time>) -> Result<(), StoreError> {
    let not_before = not_before.map_or(0, millis);
    run!(
        session,
        "UPDATE websub SET error = $2, next_try = CASE WHEN next_try < $3 THEN $3 ELSE next_try END
         WHERE path = $1 AND attempts > 0",
        path,
        why,
        not_before
    )?;
    Ok(())
}

/// Forgets a subscription.
///
/// # Errors
/// Where the database refuses.
pub async fn remove(session: &mut Session, path: &str) -> Result<(), StoreError> {
    run!(session, "DELETE FROM websub WHERE path = $1", path)?;
    Ok(())
}

/// Counts a push that was taken; the feed has something new where `new`.
///
/// # Errors
/// Where the database refuses.
pub async fn pushed(session: &mut Session, path: &str, feed: &FeedId, new: bool, at: Time) -> Result<(), StoreError> {
    run!(session, "UPDATE websub SET pushes = pushes + 1, last_push = $2 WHERE path = $1", path, millis(at))?;
    if new {
        run!(session, "UPDATE feed SET last_new = $2 WHERE id = $1", feed.as_str(), millis(at))?;
    }
    Ok(())
}

/// Counts a push that was not ours to believe.
///
/// # Errors
/// Where the database refuses.
pub async fn forged(session: &mut Session, path: &str) -> Result<(), StoreError> {
    run!(session, "UPDATE websub SET forged = forged + 1 WHERE path = $1", path)?;
    Ok(())
}

/// The instant until which a hub pushes a feed, where one does at `now`.
///
/// # Errors
/// Where the database refuses.
pub async fn pushed_until(session: &mut Session, feed: &FeedId, now: Time) -> Result<Option<Time>, StoreError> {
    let row = row!(
        session,
        (Option<i64>,),
        "SELECT MAX(lease_until) FROM websub WHERE feed = $1 AND state = 'alive' AND lease_until > $2",
        feed.as_str(),
        millis(now)
    )?;
    Ok(row.and_then(|(until,)| until).map(time))
}

/// Remembers when a feed that is pushed would be polled if it were not.
///
/// # Errors
/// Where the database refuses.
pub async fn poll_otherwise(session: &mut Session, feed: &FeedId, at: Time) -> Result<(), StoreError> {
    run!(session, "UPDATE websub SET poll_otherwise = $2 WHERE feed = $1", feed.as_str(), millis(at))?;
    Ok(())
}

/// Has the feed of a subscription polled when it would have been without pushes, where that is sooner.
///
/// # Errors
/// Where the database refuses.
pub async fn poll_as_usual(session: &mut Session, path: &str) -> Result<(), StoreError> {
    run!(
        session,
        "UPDATE feed SET next_why = 'its hub no longer pushes it',
                next_poll = (SELECT poll_otherwise FROM websub WHERE path = $1)
         WHERE failures = 0 AND next_poll > (SELECT poll_otherwise FROM websub WHERE path = $1)
               AND id = (SELECT feed FROM websub WHERE path = $1)",
        path
    )?;
    run!(session, "UPDATE websub SET poll_otherwise = NULL WHERE path = $1", path)?;
    Ok(())
}

/// The soonest instant at which a hub is to be asked or a lease ends.
///
/// # Errors
/// Where the database refuses.
pub async fn next_due(session: &mut Session) -> Result<Option<Time>, StoreError> {
    let row = row!(
        session,
        (Option<i64>,),
        "SELECT MIN(CASE WHEN lease_until < next_try THEN lease_until ELSE next_try END) FROM websub"
    )?;
    Ok(row.and_then(|(at,)| at).map(time))
}
