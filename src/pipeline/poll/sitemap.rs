//! Polling of sitemaps: an index is followed to those of its sitemaps that changed; of each only addresses never seen
//! before are entries.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;

use super::kinds::Settled;
use super::{Polled, Visit};
use crate::address;
use crate::feed::news::{self, Look, Seen};
use crate::feed::sitemap::{self, Sitemap};
use crate::feed::sitemap_paths::Paths;
use crate::feed::sitemap_tree::{self, Child, DEEPEST};
use crate::feed::{Parsed, unpack};
use crate::fetch::{FeedRequest, Fetched, Outcome};
use crate::model::{Entry, Feed, FeedInfo, HostBackoff, HttpHints, PollHints, SitemapChoice, Warning};
use crate::pipeline::Engine;
use crate::store::{Session, Store, StoreError, hosts, lists};

/// Sitemaps of an index that are asked for at one poll; the others wait for the next.
const MOST_ASKED: usize = 10;

/// Under which name the polled address itself is remembered.
const ROOT: &str = "";

/// What sitemaps list, with the numbers of all addresses.
struct Document {
    /// Nothing was known of it before.
    first: bool,
    /// The wanted addresses.
    entries: Vec<(Entry, i64)>,
    /// All of them.
    numbers: Vec<i64>,
}

/// What was found at the polled address and below it.
pub(in crate::pipeline) struct Gathered {
    choice: SitemapChoice,
    before: BTreeMap<String, Child>,
    children: Vec<Child>,
    documents: Vec<Document>,
    language: Option<String>,
    warnings: Vec<Warning>,
    backoffs: Vec<HostBackoff>,
    asked: Vec<String>,
    failed: Vec<String>,
}

pub(super) async fn fresh(engine: &Engine, mut visit: Visit<'_>, fetched: Fetched) -> Result<Polled, StoreError> {
    let cap = engine.settings().fetch.max_body_bytes;
    let mut gathered = Gathered::remembered(visit.store, visit.feed).await?;
    if let Err(reason) = gathered.take_root(&fetched, cap).await {
        let Some(mut session) = visit.open().await? else { return Ok(Polled::default()) };
        let polled = visit.failed(&mut session, "not a feed", &reason.message, None).await?;
        session.commit().await?;
        return Ok(polled);
    }
    gathered.follow(engine, &visit).await;
    let Some(mut session) = visit.open().await? else { return Ok(Polled::default()) };
    let http = fetched.http.clone();
    let settled = gathered.settle(&mut visit, &mut session, Some(fetched), &http).await?;
    visit.close(session, settled).await
}

/// The index itself has not changed; those of its sitemaps that tell of no date, and those left over, are asked for.
pub(super) async fn unchanged(engine: &Engine, mut visit: Visit<'_>, http: HttpHints) -> Result<Polled, StoreError> {
    let mut gathered = Gathered::remembered(visit.store, visit.feed).await?;
    gathered.follow(engine, &visit).await;
    let Some(mut session) = visit.open().await? else { return Ok(Polled::default()) };
    if gathered.asked.is_empty() {
        let polled = visit.unchanged(&mut session, &http).await?;
        session.commit().await?;
        return Ok(polled);
    }
    let settled = gathered.settle(&mut visit, &mut session, None, &http).await?;
    let unchanged = settled.trouble.is_none() && settled.new + settled.changed == 0;
    let polled = visit.close(session, settled).await?;
    Ok(if unchanged { Polled { fresh: 0, unchanged: 1, ..polled } } else { polled })
}

impl Gathered {
    /// What is remembered of a sitemap.
    pub(in crate::pipeline) async fn remembered(store: &Store, feed: &Feed) -> Result<Self, StoreError> {
        let before: BTreeMap<String, Child> = lists::parts(&mut store.read().await?, &feed.id).await?;
        Ok(Self {
            choice: feed.sitemap.clone().unwrap_or_default(),
            children: before.iter().filter(|(url, _)| *url != ROOT).map(|(_, child)| child.clone()).collect(),
            before,
            documents: Vec::new(),
            language: None,
            warnings: Vec::new(),
            backoffs: Vec::new(),
            asked: Vec::new(),
            failed: Vec::new(),
        })
    }

    /// Takes what the polled address gave; true where it is an index. `cap` is in bytes once unpacked.
    ///
    /// # Errors
    /// The reason, where it is no sitemap.
    pub(in crate::pipeline) async fn take_root(&mut self, fetched: &Fetched, cap: usize) -> Result<bool, Warning> {
        let first = !self.before.contains_key(ROOT);
        let (sitemap, document) = read(fetched, cap, &self.choice, first).await?;
        self.warnings.extend(sitemap.warnings);
        self.language = sitemap.language;
        match document {
            Some(document) => self.documents.push(document),
            None => self.take_index(ROOT, 1, sitemap.places),
        }
        Ok(self.documents.is_empty())
    }

    fn take_index(&mut self, parent: &str, depth: u8, places: Vec<sitemap::Place>) {
        let too_many = sitemap_tree::take_up(&mut self.children, parent, depth, places);
        if too_many > 0 {
            let message = format!("the index lists too many sitemaps: {too_many} of them are not followed");
            self.warnings.push(Warning::new("sitemap_index", message));
        }
    }

    /// Asks for the sitemaps below that changed, one after another through the politeness of their hosts.
    async fn follow(&mut self, engine: &Engine, visit: &Visit<'_>) {
        let recent = days(self.choice.recent_days);
        let cap = engine.settings().fetch.max_body_bytes;
        let host = address::host(&visit.state.url);
        while self.asked.len() < MOST_ASKED && !engine.stopping() {
            let Some(at) = sitemap_tree::next(&self.children, &self.asked, recent, visit.at) else { return };
            let Some(child) = self.children.get(at).cloned() else { return };
            self.asked.push(child.url.clone());
            let own = visit.source.own && address::host(&child.url) == host;
            let (url, validators) = (child.url.clone(), child.validators.clone());
            let request = FeedRequest { url, validators, own, rest_scope: visit.source.rest_scope };
            let outcome = engine.fetcher.feed(&request).await;
            if !self.take_child(at, child, outcome, visit, cap).await {
                return;
            }
        }
        if sitemap_tree::next(&self.children, &self.asked, recent, visit.at).is_some() {
            let message = format!("{MOST_ASKED} sitemaps of the index were read; others wait for the next poll");
            self.warnings.push(Warning::new("sitemap_index", message));
        }
    }

    /// Takes what a sitemap below gave; false where its host wants to be left alone.
    async fn take_child(
        &mut self,
        at: usize,
        mut child: Child,
        outcome: Outcome,
        visit: &Visit<'_>,
        cap: usize,
    ) -> bool {
        let first = child.read_at.is_none();
        let (failure, backoff, go_on) = match outcome {
            Outcome::Fresh(fetched) => match read(&fetched, cap, &self.choice, first).await {
                Ok((sitemap, document)) => {
                    self.language = self.language.take().or(sitemap.language);
                    let (url, depth) = (child.url.clone(), child.depth);
                    child.validators = fetched.validators;
                    self.mark_read(at, child, visit);
                    match document {
                        Some(document) => self.documents.push(document),
                        None if depth < DEEPEST => self.take_index(&url, depth + 1, sitemap.places),
                        None => {
                            let message = format!("{url} is an index too deep within indexes and is not followed");
                            self.warnings.push(Warning::new("sitemap_index", message));
                        }
                    }
                    return true;
                }
                Err(reason) => (reason.message, None, true),
            },
            Outcome::Unchanged { .. } => {
                self.mark_read(at, child, visit);
                return true;
            }
            Outcome::Gone => ("it is gone for good (410)".to_owned(), None, true),
            Outcome::Refused(why) => (why, None, true),
            Outcome::Failed { why, backoff, .. } => (why, backoff, true),
            Outcome::Limited { why, backoff, .. } => (why, backoff, false),
        };
        self.backoffs.extend(backoff);
        let failure = format!("{}: {failure}", child.url);
        if go_on {
            child.failures = child.failures.saturating_add(1);
            if let Some(place) = self.children.get_mut(at) {
                *place = child;
            }
        }
        self.warnings.push(Warning::new("sitemap_index", failure.clone()));
        self.failed.push(failure);
        go_on
    }

    fn mark_read(&mut self, at: usize, child: Child, visit: &Visit<'_>) {
        let read = Child { read: child.listed, read_at: Some(visit.at), failures: 0, ..child };
        if let Some(place) = self.children.get_mut(at) {
            *place = read;
        }
    }

    /// Writes what was found and sets how the feed now stands. `fetched` is the answer of the polled address, where that
    /// changed. It is trouble where not one of the sitemaps that were asked for could be read.
    pub(in crate::pipeline) async fn settle(
        self,
        visit: &mut Visit<'_>,
        session: &mut Session,
        fetched: Option<Fetched>,
        http: &HttpHints,
    ) -> Result<Settled, StoreError> {
        let (failures, success) = (visit.state.failures, visit.state.last_success);
        for backoff in &self.backoffs {
            hosts::keep(session, backoff).await?;
        }
        self.remember(visit, session).await?;
        let trouble = (!self.asked.is_empty() && self.failed.len() == self.asked.len() && self.documents.is_empty())
            .then(|| format!("none of its sitemaps could be read: {}", self.failed.join("; ")));
        let (recent, now) = (days(self.choice.recent_days), visit.at);
        let (mut entries, mut warnings) = (Vec::new(), self.warnings);
        let mut taken = HashSet::new();
        for Document { first, entries: listed, numbers } in self.documents {
            let new = lists::see(session, &visit.feed.id, &numbers).await?;
            let distinct = listed.into_iter().filter(|(_, number)| taken.insert(*number));
            let seen: Vec<Seen> = distinct.map(|(entry, number)| (entry, new.contains(&number))).collect();
            let (fresh, told) = news::news(seen, Look { first, edits: true, recent, now });
            entries.extend(fresh);
            warnings.extend(told);
        }
        let (new, changed) = if let Some(fetched) = fetched {
            let feed = FeedInfo { language: self.language, ..FeedInfo::default() };
            let parsed = Parsed { feed, entries, hints: PollHints::default(), warnings, understood: true };
            visit.take_in(session, &fetched, &parsed).await?
        } else {
            let counts = visit.keep_entries(session, &entries).await?;
            visit.state.warnings = warnings;
            visit.succeed(if counts == (0, 0) { "unchanged" } else { "fresh" });
            visit.plan_next(session, http, None).await?;
            counts
        };
        if let Some(why) = &trouble {
            (visit.state.failures, visit.state.last_success) = (failures, success);
            visit.stumble(session, "failed", why, http).await?;
        }
        Ok(Settled { new, changed, trouble })
    }

    async fn remember(&self, visit: &Visit<'_>, session: &mut Session) -> Result<(), StoreError> {
        let id = &visit.feed.id;
        for child in self.children.iter().filter(|child| self.before.get(&child.url) != Some(child)) {
            lists::keep_part(session, id, &child.url, child).await?;
        }
        for url in self.before.keys().filter(|url| *url != ROOT) {
            if !self.children.iter().any(|child| child.url == *url) {
                lists::forget_part(session, id, url).await?;
            }
        }
        if !self.before.contains_key(ROOT) {
            lists::keep_part(session, id, ROOT, &Child { read_at: Some(visit.at), ..Child::default() }).await?;
        }
        Ok(())
    }
}

/// A sitemap that was read, without its places where they went into a document.
struct Head {
    places: Vec<sitemap::Place>,
    warnings: Vec<Warning>,
    language: Option<String>,
}

/// Reads a sitemap off the threads that serve connections; no document where it is an index.
async fn read(
    fetched: &Fetched,
    cap: usize,
    choice: &SitemapChoice,
    first: bool,
) -> Result<(Head, Option<Document>), Warning> {
    let (body, content_type, url) = (fetched.body.clone(), fetched.content_type.clone(), fetched.url.to_string());
    let choice = choice.clone();
    let work = tokio::task::spawn_blocking(move || {
        let bytes = unpack::unpack(&body, cap)?;
        let Sitemap { places, index, warnings } = sitemap::read(&bytes, content_type.as_deref(), Some(&url))?;
        let language = places.iter().find_map(|place| place.language.clone());
        if index {
            return Ok((Head { places, warnings, language }, None));
        }
        let (paths, _) = Paths::of(&choice);
        let number = |loc: &str| lists::number(&address::canonical(loc).unwrap_or_else(|| loc.to_owned()));
        let numbers: Vec<i64> = places.iter().map(|place| number(&place.loc)).collect();
        let listed = places.into_iter().zip(&numbers).filter(|(place, _)| paths.take(&place.loc));
        let entries = listed.map(|(place, number)| (sitemap::entry_of(place), *number)).collect();
        let document = Document { first, entries, numbers };
        Ok((Head { places: Vec::new(), warnings, language }, Some(document)))
    });
    work.await.unwrap_or_else(|_| Err(Warning::new("internal", "the parser gave up on this sitemap")))
}

fn days(number: u32) -> TimeDelta {
    TimeDelta::days(i64::from(number))
}
