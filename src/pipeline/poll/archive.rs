//! The older pages of a feed (RFC 5005): read once, page by page, at most as many as are set, each in the host's turn. How
//! far it came is written down with the entries of each page, so that a restart goes on from there.

use std::collections::HashSet;

use tracing::info;

use super::{Polled, entry_hash};
use crate::feed;
use crate::fetch::{FeedRequest, Outcome};
use crate::model::{Feed, HostBackoff, Source, Validators};
use crate::pipeline::Engine;
use crate::store::entries::Offered;
use crate::store::feed_archive::{self, Progress};
use crate::store::{StoreError, entries, feeds, hosts};

/// Reads on in the archive of a feed, where it has one and more pages may be read. Entries that are known already keep
/// what the feed itself says of them, which is newer (RFC 5005, section 4). A page that cannot be had now is asked for
/// again after the next poll; one that cannot be had at all ends the archive.
pub(super) async fn read_on(engine: &Engine, source: &Source, feed: &Feed) -> Result<Polled, StoreError> {
    let most = engine.settings().fetch.archive_pages;
    let mut polled = Polled::default();
    let Some(mut progress) = begin(engine, feed, most).await? else { return Ok(polled) };
    while let Some(url) = progress.next_page.clone().filter(|_| progress.pages < most && !engine.stopping()) {
        let validators = Validators::default();
        let request = FeedRequest { url: url.clone(), validators, own: source.own, rest_scope: source.rest_scope };
        progress.next_page = None;
        match engine.fetcher.feed(&request).await {
            Outcome::Fresh(fetched) => {
                let base = fetched.url.as_str();
                let page = feed::parse_as(feed.kind, &fetched.body, fetched.content_type.as_deref(), Some(base));
                progress.next_page = page.hints.prev_archive.clone().filter(|older| *older != url);
                progress.pages += 1;
                polled.new_entries += keep(engine, feed, &page.entries, &progress).await?;
            }
            Outcome::Limited { backoff, .. } | Outcome::Failed { transient: true, backoff, .. } => {
                rest(engine, backoff).await?;
                break;
            }
            Outcome::Gone | Outcome::Unchanged { .. } | Outcome::Refused(_) | Outcome::Failed { .. } => {
                info!(feed.id = %feed.id, page = %url, "the archive of the feed ends here: the page cannot be had");
                keep(engine, feed, &[], &progress).await?;
            }
        }
    }
    Ok(polled)
}

/// Where to go on; nothing where there is nothing more to read.
async fn begin(engine: &Engine, feed: &Feed, most: u32) -> Result<Option<Progress>, StoreError> {
    if most == 0 {
        return Ok(None);
    }
    let mut session = engine.store.read().await?;
    if let Some(progress) = feed_archive::progress(&mut session, &feed.id).await? {
        return Ok(Some(progress));
    }
    let state = feeds::get(&mut session, &feed.id).await?;
    let first = state.and_then(|state| state.hints.prev_archive.filter(|older| *older != state.url));
    Ok(first.map(|first| Progress { next_page: Some(first), pages: 0 }))
}

/// Writes the entries of a page that are not known yet, and how far the archive was read, together.
async fn keep(
    engine: &Engine,
    feed: &Feed,
    found: &[crate::model::Entry],
    progress: &Progress,
) -> Result<usize, StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    let mut unknown = Vec::new();
    let mut told = HashSet::new();
    for (key, entry) in feed::entry_keys(&feed.id, found).into_iter().zip(found) {
        if told.insert(key.clone()) && !entries::is_known(&mut session, &feed.id, &key).await? {
            unknown.push((key, entry_hash(entry), entry));
        }
    }
    let offered: Vec<_> =
        unknown.iter().map(|(key, content_hash, entry)| Offered { key, content_hash, entry }).collect();
    entries::keep_all(&mut session, &feed.id, &offered, now).await?;
    let new = offered.len();
    feed_archive::keep(&mut session, &feed.id, progress, now).await?;
    session.commit().await?;
    info!(feed.id = %feed.id, pages = progress.pages, new, "archive of the feed read on");
    Ok(new)
}

async fn rest(engine: &Engine, backoff: Option<HostBackoff>) -> Result<(), StoreError> {
    let Some(backoff) = backoff else { return Ok(()) };
    let mut session = engine.store.write().await?;
    hosts::keep(&mut session, &backoff).await?;
    session.commit().await
}
