//! What a new article means for the saved searches: which match, who is told of it, and what is suggested.
//!
//! The article is taken apart while it is thought about, outside the transaction; which searches match is said inside, by
//! the time of publication that is kept. Of a story a search tells once: further reports, copies and later versions only
//! count.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use tracing::warn;

use super::gate;
use crate::config::Config;
use crate::deliver;
use crate::model::{
    Account, AccountKind, Actor, Article, Claim, Evidence, MatchNotice, Mention, SavedSearch, SignalType, Span,
    StoryId, Tier, Time,
};
use crate::search::{Document, Query, Seen, Watcher};
use crate::store::{Session, StoreError, deliveries, saved_searches, touchpoints};
use crate::touchpoint::search_share::{Finding, share};

/// Clients with whom one story is shared on the word of one search.
const MOST_SHARED: usize = 3;

/// The searches of a configuration, ready to be held up to articles. A paused one is left out, and so is one that cannot
/// be read.
pub(super) fn watcher(config: &Config) -> Watcher {
    let read = |search: &SavedSearch| match Query::parse(&search.query) {
        Ok(query) => Some((search.name.clone(), query)),
        Err(error) => {
            warn!(search = %search.name, %error, "a saved search cannot be read and is not watched");
            None
        }
    };
    let queries: Vec<_> = config.saved_searches.iter().filter(|search| !search.paused).filter_map(read).collect();
    let named = queries.iter().map(|(name, query)| (name.clone(), query));
    Watcher::build(named, &config.settings.search)
}

/// An article that was held up to the searches, but for its time.
pub(super) struct Look {
    watcher: Arc<Watcher>,
    seen: Seen,
    /// The article as the index will have it, without its text.
    document: Document,
    events: Vec<SignalType>,
}

/// Holds an article up to the searches; nothing where there are none.
pub(super) fn look(
    watcher: &Arc<Watcher>,
    config: &Config,
    article: &Article,
    mentions: &[Mention],
    claims: &[Claim],
) -> Option<Look> {
    if watcher.is_empty() {
        return None;
    }
    let named: BTreeSet<_> = mentions.iter().filter(|mention| mention.accepted).map(|one| &one.account).collect();
    let mut events: Vec<SignalType> = claims.iter().map(|claim| claim.kind).collect();
    events.sort_unstable_by_key(|kind| kind.as_str());
    events.dedup();
    let mut document = Document {
        id: article.id.0.clone(),
        title: article.title.clone(),
        text: article.text.clone(),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        source: article.source.as_ref().map(|source| source.0.clone()),
        language: article.language.clone(),
        publisher_domain: article.publisher_domain.clone(),
        publisher_country: super::index::source_country(config, article),
        countries: super::index::countries(config, named.iter().copied()),
        accounts: named.into_iter().map(|account| super::index::named(config, account.clone())).collect(),
        signals: events.iter().map(|kind| kind.as_str().to_owned()).collect(),
        ..Document::default()
    };
    let seen = watcher.look(&document);
    document.text = String::new();
    Some(Look { watcher: Arc::clone(watcher), seen, document, events })
}

/// Where a match is written.
pub(super) struct Place<'a> {
    /// The configuration as it is now.
    pub(super) config: &'a Config,
    /// The article as it was written.
    pub(super) article: &'a Article,
    /// Its story.
    pub(super) story: &'a StoryId,
    /// The present instant.
    pub(super) now: Time,
}

/// Writes which searches the article matches, and tells who is to hear of it; gives how many touch points were born.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn follow(session: &mut Session, look: &Look, place: &Place<'_>) -> Result<usize, StoreError> {
    let Place { config, article, story, now } = *place;
    let mut born = 0;
    for name in look.watcher.verdict(&look.seen, Some(article.published), Some(story.as_str()), now) {
        // Forgotten or paused since the article was looked at: it no longer speaks.
        let mut searches = config.saved_searches.iter();
        let Some(search) = searches.find(|search| search.name == name && !search.paused) else { continue };
        if !saved_searches::note_match(session, name, &article.id, story, now).await? {
            continue;
        }
        // What is dug out of a feed's archive is counted, and is no news.
        let patience = TimeDelta::days(config.settings.touchpoint.backfill_days.into());
        if article.published < now - patience {
            continue;
        }
        if let Some(destination) = &search.webhook {
            let notice = notice(search, look, place);
            deliveries::put(session, &deliver::outbox::delivery_of_match(&notice, destination, now)).await?;
        }
        if search.suggest {
            born += suggest(session, search, look, place).await?;
        }
    }
    Ok(born)
}

fn notice(search: &SavedSearch, look: &Look, place: &Place<'_>) -> MatchNotice {
    let article = place.article;
    MatchNotice {
        search: search.name.clone(),
        query: search.query.clone(),
        owner: search.owner.clone(),
        story: place.story.clone(),
        article: article.id.clone(),
        title: article.title.clone(),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        published: article.published,
        language: article.language.clone(),
        accounts: look.document.accounts.clone(),
        signals: look.document.signals.clone(),
    }
}

async fn suggest(
    session: &mut Session,
    search: &SavedSearch,
    look: &Look,
    place: &Place<'_>,
) -> Result<usize, StoreError> {
    let Place { config, article, story, now } = *place;
    let evidence = Evidence {
        article: article.id.clone(),
        version: article.version,
        content_hash: article.content_hash.clone(),
        span: Span::title(0, article.title.len()),
        quote: article.title.clone(),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        published: article.published,
        level: article.level,
    };
    let settings = &config.settings.touchpoint;
    let mut shared = Vec::new();
    for account in shared_with(search, look, config) {
        let cards = touchpoints::of_account(session, &account.id, now - settings.memory()).await?;
        let events = &look.events;
        let finding = Finding { search, account, story, evidence: &evidence, events, cards: &cards };
        shared.extend(share(&finding, &config.playbook, settings, &Actor::program("read"), now));
    }
    if shared.is_empty() {
        return Ok(0);
    }
    let mut recent = touchpoints::born_since(session, now - gate::ROOM_LOOKS_BACK).await?;
    for (card, steps) in &shared {
        recent.push(gate::bear_in_turn(session, config, card, steps, &recent, now).await?);
    }
    Ok(shared.len())
}

/// The account that the search names, else the clients that the article names, those of the first tier first.
fn shared_with<'c>(search: &SavedSearch, look: &Look, config: &'c Config) -> Vec<&'c Account> {
    if let Some(account) = &search.account {
        return config.watchlist.get(account).into_iter().collect();
    }
    let clients = look.document.accounts.iter().filter(|(kind, ..)| *kind == AccountKind::Client);
    let mut clients: Vec<_> = clients.filter_map(|(_, id, _)| config.watchlist.get(id)).collect();
    let place = |tier| match tier {
        Tier::A => 0,
        Tier::B => 1,
        Tier::C => 2,
    };
    clients.sort_by_key(|account| place(account.tier));
    clients.truncate(MOST_SHARED);
    clients
}
