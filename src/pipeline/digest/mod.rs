//! Digests: what a reader should know this morning, in one mail. Written by the plan loop once a reader's time has come;
//! at most one a reader and day, none where there is nothing to say, and no backlog after a stop.

mod daily;
mod unsubscribe;
mod weekly;

#[cfg(test)]
mod tests;

use chrono::{NaiveDate, TimeDelta};
use ring::rand::{SecureRandom, SystemRandom};
use tracing::info;

pub use unsubscribe::{Subscription, stop, subscription};

pub use crate::deliver::digest::{Reader, morning};
pub use crate::deliver::page::Page;
pub use crate::deliver::{Mail, Rhythm, html_page, text_page};

use super::Engine;
use crate::config::Config;
use crate::deliver::Destination;
use crate::deliver::digest;
use crate::model::{Actor, Delivery, Time};
use crate::store::{Session, Store, StoreError, changes, deliveries, digests};

/// "Since the last digest" looks back no further.
const LOOKS_BACK: TimeDelta = TimeDelta::days(7);

/// The path below which readers stop their digest.
pub const UNSUBSCRIBE: &str = "/unsubscribe/";

/// What is to be told, to whom and of when.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Whose digest.
    pub reader: &'a Reader,
    /// How often they get it.
    pub rhythm: Rhythm,
    /// What happened since then is news.
    pub since: Time,
    /// The present instant.
    pub now: Time,
    /// Address of a card for people.
    pub card_url: Option<&'a str>,
}

/// What became of one reader's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// It is in the outbox.
    Written,
    /// There is nothing to say.
    Nothing,
    /// This day was decided before.
    Before,
    /// The reader wants none.
    Stopped,
}

impl Written {
    /// For a person.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Written => "in the outbox",
            Self::Nothing => "nothing to say",
            Self::Before => "decided before: one digest a day",
            Self::Stopped => "wants no digest; --resume lets them have it again",
        }
    }
}

/// Writes every digest whose time has come; gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn write_due(engine: &Engine) -> Result<usize, StoreError> {
    let config = engine.config();
    let mut count = 0;
    for mail in mails(&config).filter(|mail| mail.digest != Rhythm::Off) {
        for reader in mail.readers(config.settings.operator.zone()) {
            let days = config.settings.touchpoint.workdays(reader.owner.as_deref());
            let now = engine.now();
            let Some(day) = mail.due(&reader, |day| days.works(day), now) else { continue };
            if write(&engine.store, &config, mail, &reader, day, now).await? == Written::Written {
                count += 1;
            }
        }
    }
    Ok(count)
}

/// Mailboxes among the destinations.
pub fn mails(config: &Config) -> impl Iterator<Item = &Mail> {
    config.settings.deliver.destinations.iter().filter_map(|destination| match destination {
        Destination::Mail(mail) => Some(mail),
        _ => None,
    })
}

/// Writes the digest of one reader and day to the outbox, unless that was decided before.
///
/// # Errors
/// Where the database refuses.
pub async fn write(
    store: &Store,
    config: &Config,
    mail: &Mail,
    reader: &Reader,
    day: NaiveDate,
    now: Time,
) -> Result<Written, StoreError> {
    let whose = (&mail.id, reader.key());
    let mut session = store.read().await?;
    if digests::is_decided(&mut session, whose, day).await? {
        return Ok(Written::Before);
    }
    if digests::is_stopped(&mut session, whose).await? {
        return Ok(Written::Stopped);
    }
    let since = since(&mut session, mail, reader, now).await?;
    drop(session);
    let request = Request { reader, rhythm: mail.digest, since, now, card_url: mail.card_url.as_deref() };
    let page = page(store, config, &request).await?;
    let mut session = store.write().await?;
    let delivery = match &page {
        Some(page) => Some(delivery(&mut session, config, mail, reader, page, day, now).await?),
        None => None,
    };
    let id = delivery.as_ref().map(|delivery| delivery.id.as_str());
    if !digests::decide(&mut session, whose, day, id, now).await? {
        return Ok(Written::Before);
    }
    if let Some(delivery) = &delivery {
        deliveries::put(&mut session, delivery).await?;
    }
    session.commit().await?;
    info!(destination = %mail.id, reader = reader.key(), %day, said = page.is_some(), "digest decided");
    Ok(if page.is_some() { Written::Written } else { Written::Nothing })
}

/// The same without a session; without a mailbox, since a day ago.
///
/// # Errors
/// Where the database refuses.
pub async fn since_of(store: &Store, mail: Option<&Mail>, reader: &Reader, now: Time) -> Result<Time, StoreError> {
    match mail {
        Some(mail) => since(&mut store.read().await?, mail, reader, now).await,
        None => Ok(now - TimeDelta::days(1)),
    }
}

/// Since when things are news to a reader: their last digest, a day where there was none, a week at most.
///
/// # Errors
/// Where the database refuses.
async fn since(session: &mut Session, mail: &Mail, reader: &Reader, now: Time) -> Result<Time, StoreError> {
    let last = digests::last(session, (&mail.id, reader.key()), now).await?;
    let usual = if mail.digest == Rhythm::Weekly { LOOKS_BACK } else { TimeDelta::days(1) };
    Ok(last.unwrap_or(now - usual).max(now - LOOKS_BACK))
}

/// What there is to say; nothing where there is nothing.
///
/// # Errors
/// Where the database refuses.
pub async fn page(store: &Store, config: &Config, request: &Request<'_>) -> Result<Option<Page>, StoreError> {
    let daily = daily::gather(store, config, request).await?;
    let weekly = match request.rhythm {
        Rhythm::Weekly => weekly::blocks(store, config, request).await?,
        Rhythm::Daily | Rhythm::Off => Vec::new(),
    };
    Ok(daily::compose(&daily, config, request, weekly))
}

/// Lets a reader have the digest again; false where they had not stopped it.
///
/// # Errors
/// Where the database refuses.
pub async fn resume(store: &Store, mail: &Mail, reader: &Reader, who: &Actor, now: Time) -> Result<bool, StoreError> {
    let mut session = store.write().await?;
    let resumed = digests::resume(&mut session, (&mail.id, reader.key())).await?;
    if resumed {
        changes::note(&mut session, now, who, "digest resumed", reader.key(), mail.id.as_str()).await?;
    }
    session.commit().await?;
    Ok(resumed)
}

async fn delivery(
    session: &mut Session,
    config: &Config,
    mail: &Mail,
    reader: &Reader,
    page: &Page,
    day: NaiveDate,
    now: Time,
) -> Result<Delivery, StoreError> {
    let unsubscribe = match (&config.settings.serve.public_url, unguessable()) {
        (Some(base), Some(fresh)) => {
            let token = digests::token(session, (&mail.id, reader.key()), &fresh).await?;
            Some(format!("{}{UNSUBSCRIBE}{token}", base.trim_end_matches('/')))
        }
        _ => None,
    };
    let text = text_page(page, None);
    Ok(digest::delivery(page, &text, &mail.id, reader, day, unsubscribe.as_deref(), now))
}

/// 256 random bits in 64 letters; none where the system has no random numbers.
fn unguessable() -> Option<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(hex::encode(bytes))
}
