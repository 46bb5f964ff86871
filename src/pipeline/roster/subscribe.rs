//! A feed by its address: one GET, whose body is used (R12). The address of a site offers the feeds that it announces.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::TimeDelta;

use super::accounts::Taken;
use super::naming::{free_id, id_of_name, same_name_key};
use super::{Desk, Roster, RosterError, source_called};
use crate::address;
use crate::config::source_problems;
use crate::feed::{self, Alternate, Parsed, service, unpack};
use crate::fetch::{FeedRequest, Fetched, Fetcher, Outcome};
use crate::model::{
    AccountId, Clock, Feed, FeedId, FeedKind, NewsroomList, Service, Source, SourceId, Time, Validators, Warning,
    WatchedPart,
};
use crate::net;
use crate::pipeline::host_turns::HostTurns;
use crate::pipeline::poll::{self, Visit, kinds};
use crate::store::sources::KeptFeed;
use crate::store::{Session, StoreError, changes, feeds, hosts, sources};
use crate::text::count::counted;
use crate::text::sanitise::plain_line;

/// The most characters of a name that is taken from a feed.
const LONGEST_NAME: usize = 80;

/// A feed that a person wishes for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Its address, or that of a site.
    pub url: String,
    /// Id or name of its source; none takes what the feed calls itself.
    pub source: Option<String>,
    /// The account whose own news it is.
    pub account: Option<AccountId>,
    /// Which of the feeds that a site offers, from 1.
    pub pick: Option<usize>,
    /// What is found at the address; none finds out whether it is a feed, a sitemap or a site.
    pub kind: Option<FeedKind>,
    /// How the list of a newsroom is read.
    pub newsroom: Option<NewsroomList>,
    /// What of a page is watched.
    pub watch: Vec<WatchedPart>,
}

/// What came of a wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Subscribed {
    /// A feed.
    Feed(Box<AddedFeed>),
    /// The address is a page that announces these feeds: pick one.
    Offer(Vec<Alternate>),
    /// A dry run asks no server: this address would be asked for.
    WouldAsk(String),
}

/// A feed that was added.
#[derive(Clone, Debug, PartialEq)]
pub struct AddedFeed {
    /// The feed.
    pub feed: Feed,
    /// Its source.
    pub source: Source,
    /// What became of it.
    pub taken: Taken,
    /// Entries that came with it.
    pub entries: usize,
}

impl Desk {
    /// Adds the feed at an address, with its first entries. One that is known is not asked for again.
    ///
    /// # Errors
    /// Where the address is none, cannot be read or leads to no feed; where source or account make no sense; where the
    /// database refuses.
    pub async fn subscribe(&self, wish: &Wish, clock: Arc<dyn Clock>) -> Result<Subscribed, RosterError> {
        let url = full_address(&wish.url)?;
        let shelf = Shelf::read(self, &mut self.store.read().await?).await?;
        if let Some(account) = wish.account.as_ref().filter(|id| shelf.roster.config.watchlist.get(id).is_none()) {
            return Err(RosterError::unknown_account(account, &shelf.roster));
        }
        if let Some(known) = self.known_feed(&url).await? {
            return Ok(known);
        }
        if self.dry_run {
            return Ok(Subscribed::WouldAsk(url));
        }
        let own = wish.source.as_ref().and_then(|name| shelf.source(name)).is_some_and(|source| source.own);
        let asking = self.asking(clock).await?;
        if let Some(kind @ (FeedKind::Newsroom | FeedKind::Watch)) = wish.kind {
            return self.subscribe_page(wish, &url, own, kind, &asking).await;
        }
        let (fetched, parsed) = asking.get(&url, own, wish.kind).await?;
        if parsed.understood {
            return self.keep_answer(wish, &url, fetched, parsed).await;
        }
        let reason = parsed.warnings.first();
        let offered = if reason.is_some_and(|reason| reason.code == "html") {
            feed::alternates(&fetched.body, fetched.content_type.as_deref(), fetched.url.as_str())
        } else {
            let why = reason.map_or_else(|| "not a feed".to_owned(), |reason| reason.message.clone());
            return Err(RosterError::NoFeed { url, why });
        };
        if offered.is_empty() {
            let why = "it is a page that announces no feed".to_owned();
            return Err(RosterError::NoFeed { url, why });
        }
        let Some(number) = wish.pick else { return Ok(Subscribed::Offer(offered)) };
        let Some(picked) = number.checked_sub(1).and_then(|place| offered.get(place)) else {
            let why = format!("there is no number {number}: the page announces {}", counted(offered.len(), "feed"));
            return Err(RosterError::NoFeed { url, why });
        };
        if let Some(known) = self.known_feed(&picked.url).await? {
            return Ok(known);
        }
        let (fetched, parsed) = asking.get(&picked.url, own, wish.kind).await?;
        if !parsed.understood {
            let why = parsed.warnings.first().map_or_else(|| "not a feed".to_owned(), |reason| reason.message.clone());
            return Err(RosterError::NoFeed { url: picked.url.clone(), why });
        }
        self.keep_answer(wish, &picked.url, fetched, parsed).await
    }

    /// A feed that has this address already; one that was removed is back, with what was known of it.
    async fn known_feed(&self, url: &str) -> Result<Option<Subscribed>, RosterError> {
        let mut session = self.store.write().await?;
        let shelf = Shelf::read(self, &mut session).await?;
        let known = self.restore(&mut session, &shelf, url).await?;
        self.finish(session).await?;
        Ok(known.map(|feed| Subscribed::Feed(Box::new(feed))))
    }

    /// The same within a session.
    pub(super) async fn restore(
        &self,
        session: &mut Session,
        shelf: &Shelf,
        url: &str,
    ) -> Result<Option<AddedFeed>, RosterError> {
        if let Some((source, feed)) = shelf.feed_at(url) {
            let (feed, source) = (feed.clone(), source.clone());
            return Ok(Some(AddedFeed { feed, source, taken: Taken::Unchanged, entries: 0 }));
        }
        let removed = shelf.kept.iter().find(|kept| kept.archived && kept.feed.url == url);
        let Some(KeptFeed { source, feed, .. }) = removed.cloned() else { return Ok(None) };
        let source = shelf.source(source.as_str()).cloned().unwrap_or_else(|| source_called(source.clone(), &source.0));
        self.keep_feed(session, &source, &feed, "added again").await?;
        Ok(Some(AddedFeed { feed, source, taken: Taken::Restored, entries: 0 }))
    }

    /// Keeps a feed with the entries of its first answer, all in one transaction.
    pub(super) async fn keep_answer(
        &self,
        wish: &Wish,
        asked: &str,
        mut fetched: Fetched,
        parsed: Parsed,
    ) -> Result<Subscribed, RosterError> {
        let url = fetched.moved_to.take().unwrap_or_else(|| asked.to_owned());
        let mut session = self.store.write().await?;
        // Looked at anew: while the server was asked, someone else may have added it.
        let shelf = Shelf::read(self, &mut session).await?;
        if let Some(known) = self.restore(&mut session, &shelf, &url).await? {
            self.finish(session).await?;
            return Ok(Subscribed::Feed(Box::new(known)));
        }
        let service = service::of_address(&url);
        let title = parsed.feed.title.as_deref().map(name_of).filter(|title| !title.is_empty());
        let kind = if parsed.warnings.iter().any(|warning| warning.code == SITEMAP) {
            FeedKind::Sitemap
        } else {
            service.map_or(FeedKind::Rss, Service::kind)
        };
        let draft = Draft { url: &url, title: title.as_deref(), source: wish.source.as_deref(), id: None };
        let (source, id) = shelf.place(&draft);
        let feed = Feed { id, url, kind, account: wish.account.clone(), service, ..Feed::default() };
        self.keep_feed(&mut session, &source, &feed, "added").await?;
        let Some(state) = feeds::get(&mut session, &feed.id).await? else {
            return Err(RosterError::Unreadable("the feed that was just kept is not there".to_owned()));
        };
        let schedule = &self.files.settings.schedule;
        let mut visit = Visit { store: &self.store, schedule, source: &source, feed: &feed, state, at: self.now };
        let entries = if kind == FeedKind::Sitemap {
            self.take_sitemap(&mut visit, &mut session, fetched).await?
        } else {
            visit.take_in(&mut session, &fetched, &parsed).await?.0
        };
        feeds::record(&mut session, &visit.state).await?;
        self.finish(session).await?;
        Ok(Subscribed::Feed(Box::new(AddedFeed { feed, source, taken: Taken::Added, entries })))
    }

    /// Keeps a feed, its source where no file has that, and makes it known to the loops.
    pub(super) async fn keep_feed(
        &self,
        session: &mut Session,
        source: &Source,
        feed: &Feed,
        how: &str,
    ) -> Result<(), RosterError> {
        let alone = Source { feeds: vec![feed.clone()], ..source.clone() };
        let known = feed.account.iter().map(|account| account.0.clone()).collect();
        let problems = source_problems(&alone, &known);
        if !problems.is_empty() {
            return Err(RosterError::Wrong(problems));
        }
        if !self.files.sources.iter().any(|known| known.id == source.id) {
            sources::put(session, source, self.now).await?;
        }
        sources::put_feed(session, &source.id, feed, self.now).await?;
        self.declare_feed(session, source, feed).await?;
        let detail = format!("{how}: {}", feed.url);
        changes::note(session, self.now, &self.who, "feed added", feed.id.as_str(), &detail).await?;
        Ok(())
    }

    /// A fetcher that knows which hosts rest, and when each was last asked by whatever process.
    pub(super) async fn asking(&self, clock: Arc<dyn Clock>) -> Result<Asking<'_>, RosterError> {
        let settings = &self.files.settings;
        let wire = net::Client::new(&settings.net).map_err(|error| RosterError::Unreadable(error.to_string()))?;
        let mut fetcher = Fetcher::new(wire, settings.fetch.clone(), Arc::clone(&clock));
        if poll::is_shared(&self.store) {
            fetcher = fetcher.sharing(Arc::new(HostTurns(self.store.clone())));
        }
        let mut session = self.store.read().await?;
        fetcher.restore(hosts::resting(&mut session, self.now).await?);
        Ok(Asking { desk: self, fetcher, clock })
    }

    /// When a host may be asked again, as far as the database knows: the gap after its last feed was asked.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn host_free_at(&self, url: &str) -> Result<Option<Time>, StoreError> {
        let host = address::host(url);
        let states = feeds::all(&mut self.store.read().await?).await?;
        let asked =
            states.iter().filter(|state| address::host(&state.url) == host).filter_map(|state| state.last_attempt);
        let gap = i64::try_from(self.files.settings.fetch.gap_seconds.max(1)).unwrap_or(i64::MAX);
        Ok(asked.max().and_then(|at| at.checked_add_signed(TimeDelta::try_seconds(gap)?)))
    }
}

/// The code of the warning by which a sitemap is told from a feed.
pub(super) const SITEMAP: &str = "sitemap";

pub(super) struct Asking<'d> {
    pub(super) desk: &'d Desk,
    pub(super) fetcher: Fetcher,
    clock: Arc<dyn Clock>,
}

impl Asking<'_> {
    /// Asks for an address once and reads what comes; a rest that this brings upon its host is kept.
    pub(super) async fn get(
        &self,
        url: &str,
        own: bool,
        kind: Option<FeedKind>,
    ) -> Result<(Fetched, Parsed), RosterError> {
        let fetched = self.fetch(url, own, kind.unwrap_or_default()).await?;
        let parsed = read(&fetched, kind, self.desk.files.settings.fetch.max_body_bytes);
        Ok((fetched, parsed))
    }

    /// Asks for an address of this kind once.
    pub(super) async fn fetch(&self, url: &str, own: bool, kind: FeedKind) -> Result<Fetched, RosterError> {
        if let Some(free) = self.desk.host_free_at(url).await?.filter(|_| !own) {
            self.clock.sleep_until(free).await;
        }
        let request = FeedRequest { url: url.to_owned(), validators: Validators::default(), own, rest_scope: None };
        let (why, backoff) = match kinds::ask(&self.fetcher, kind, &request).await {
            Outcome::Fresh(fetched) => return Ok(fetched),
            Outcome::Limited { why, backoff, .. } | Outcome::Failed { why, backoff, .. } => (why, backoff),
            Outcome::Refused(why) => (why, None),
            Outcome::Gone => ("it is gone for good (410)".to_owned(), None),
            Outcome::Unchanged { .. } => ("it answered 304 to an unconditional request".to_owned(), None),
        };
        if let Some(backoff) = &backoff {
            let mut session = self.desk.store.write().await?;
            hosts::keep(&mut session, backoff).await?;
            session.commit().await?;
        }
        Err(RosterError::NoFeed { url: url.to_owned(), why })
    }
}

/// Reads a body as a feed, else as a sitemap.
pub(super) fn read(fetched: &Fetched, kind: Option<FeedKind>, cap: usize) -> Parsed {
    let body = match unpack::unpack(&fetched.body, cap) {
        Ok(body) => body,
        Err(reason) => return Parsed { warnings: vec![reason], ..Parsed::default() },
    };
    let url = fetched.url.as_str();
    let parse = |kind| feed::parse_as(kind, &body, fetched.content_type.as_deref(), Some(url));
    let alike = Feed { url: url.to_owned(), ..Feed::default() };
    let mut parsed = feed::parse_of(&alike, &body, fetched.content_type.as_deref(), Some(url));
    if parsed.understood || parsed.warnings.first().is_none_or(|reason| reason.code != SITEMAP) {
        if kind == Some(FeedKind::Sitemap) {
            parsed = parse(FeedKind::Sitemap);
            parsed.warnings.push(Warning::new(SITEMAP, "asked for as a sitemap"));
        }
        return parsed;
    }
    let mut sitemap = parse(FeedKind::Sitemap);
    if sitemap.understood {
        sitemap.warnings.extend(parsed.warnings);
        return sitemap;
    }
    parsed
}

/// What is known of a feed before it has its place.
pub(super) struct Draft<'a> {
    pub(super) url: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    pub(super) id: Option<&'a str>,
}

/// All feeds and sources that there are, for finding the place of a new one.
pub(super) struct Shelf {
    pub(super) roster: Roster,
    kept: Vec<KeptFeed>,
    sources: Vec<Source>,
    /// Addresses that are polled, also those that a configured one moved to.
    addresses: HashMap<String, FeedId>,
    ids: HashSet<String>,
}

impl Shelf {
    pub(super) async fn read(desk: &Desk, session: &mut Session) -> Result<Self, StoreError> {
        let roster = super::effective(&desk.files, session).await?;
        let kept = sources::feeds(session).await?;
        let mut known = roster.config.sources.clone();
        let more = sources::all(session).await?;
        known.extend(more.into_iter().filter(|more| !roster.config.sources.iter().any(|source| source.id == more.id)));
        let states = feeds::all(session).await?;
        let in_effect: HashSet<_> = roster.config.feeds().map(|(_, feed)| &feed.id).collect();
        let moved = states.iter().filter(|state| in_effect.contains(&state.id));
        let addresses = moved.map(|state| (state.url.clone(), state.id.clone()));
        let configured = roster.config.feeds().map(|(_, feed)| (feed.url.clone(), feed.id.clone()));
        let addresses = addresses.chain(configured).collect();
        let ids = states.iter().map(|state| state.id.0.clone());
        let ids = ids.chain(kept.iter().map(|kept| kept.feed.id.0.clone()));
        let ids = ids.chain(roster.config.feeds().map(|(_, feed)| feed.id.0.clone())).collect();
        Ok(Self { kept, sources: known, addresses, ids, roster })
    }

    /// The feed that is polled at this address.
    pub(super) fn feed_at(&self, url: &str) -> Option<(&Source, &Feed)> {
        self.roster.config.feed(self.addresses.get(url)?)
    }

    /// The source with this id or name.
    fn source(&self, name: &str) -> Option<&Source> {
        let by_id = self.sources.iter().find(|source| source.id.as_str() == name);
        let key = same_name_key(name);
        by_id.or_else(|| self.sources.iter().find(|source| !key.is_empty() && same_name_key(&source.name) == key))
    }

    /// The source of a new feed and an id for it. Without a stated source it joins one that has its name and site.
    pub(super) fn place(&self, draft: &Draft<'_>) -> (Source, FeedId) {
        let site = address::domain(draft.url);
        let host = address::host(draft.url).unwrap_or_default();
        let name = draft.source.or(draft.title).map(name_of).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| host.clone());
        let of_site = |source: &&Source| source.feeds.iter().any(|feed| address::domain(&feed.url) == site);
        let known = match draft.source {
            Some(stated) => self.source(stated),
            None => self.source(&name).filter(of_site),
        };
        let source = known.cloned().unwrap_or_else(|| {
            let taken = |id: &str| self.sources.iter().any(|source| source.id.as_str() == id);
            source_called(SourceId(free_id(&made_id(&name, &host), taken)), &name)
        });
        let wished = draft.id.filter(|id| is_id(id)).map(str::to_owned);
        let id = wished.unwrap_or_else(|| made_id(draft.title.unwrap_or(&name), &host));
        (source, FeedId(free_id(&id, |id| self.ids.contains(id))))
    }

    /// Remembers a feed that was just kept.
    pub(super) fn note(&mut self, source: &Source, feed: &Feed) {
        self.ids.insert(feed.id.0.clone());
        match self.sources.iter_mut().find(|known| known.id == source.id) {
            Some(known) => known.feeds.push(feed.clone()),
            None => self.sources.push(Source { feeds: vec![feed.clone()], ..source.clone() }),
        }
    }
}

fn made_id(name: &str, host: &str) -> String {
    [id_of_name(name), id_of_name(&host.replace('.', " "))]
        .into_iter()
        .find(|id| !id.is_empty())
        .unwrap_or_else(|| "feed".to_owned())
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "-_.".contains(letter))
}

pub(super) fn name_of(text: &str) -> String {
    plain_line(text).chars().take(LONGEST_NAME).collect::<String>().trim().to_owned()
}

/// The address as it is polled: whoever types `example.com` means the site.
pub(super) fn full_address(text: &str) -> Result<String, RosterError> {
    let text = text.trim();
    let text = text.strip_prefix("feed://").map_or_else(|| text.to_owned(), |rest| format!("https://{rest}"));
    let full = if text.contains("://") { text } else { format!("https://{text}") };
    match url::Url::parse(&full) {
        Ok(mut url) if address::host(&full).is_some() => {
            url.set_fragment(None);
            if !url.username().is_empty() || url.password().is_some() {
                let why = "the address holds a name or password, which would be shown in logs".to_owned();
                return Err(RosterError::Wrong(vec![why]));
            }
            Ok(url.to_string())
        }
        _ => Err(RosterError::Wrong(vec![format!("`{full}` is no web address")])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_type_them() {
        for (typed, full) in [
            ("example.com", Some("https://example.com/")),
            (" https://example.com/feed#top ", Some("https://example.com/feed")),
            ("http://127.0.0.1:8080/x", Some("http://127.0.0.1:8080/x")),
            ("feed://example.com/rss", Some("https://example.com/rss")),
            ("ftp://example.com/", None),
            ("javascript:alert(1)", None),
            ("https://user:secret@example.com/", None),
            ("", None),
            ("two words", None),
        ] {
            assert_eq!(full_address(typed).ok().as_deref(), full, "{typed}");
        }
        let told = full_address("https://user:secret@example.com/").unwrap_err().to_string();
        assert!(!told.contains("secret"), "{told}");
    }
}
