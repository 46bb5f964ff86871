//! Polling of pages: newsrooms, whose new links become entries, and watched parts, whose changes do.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::kinds::Settled;
use super::{Polled, Visit};
use crate::address;
use crate::feed::news::{self, Look, Seen};
use crate::feed::watch::{self, Memory, Owner, Value};
use crate::feed::{Parsed, newsroom};
use crate::fetch::Fetched;
use crate::model::{Feed, FeedKind, HttpHints, NewsroomList, Validators, Warning};
use crate::store::{Session, StoreError, lists};

/// Under which name a newsroom's list is remembered.
const LIST: &str = "list";

/// What a page says.
#[derive(Debug)]
pub(in crate::pipeline) enum Said {
    /// A list of articles.
    List(Box<Parsed>),
    /// The watched parts, in the order of the feed's own list.
    Parts(Vec<Result<Value, Warning>>),
}

/// What is remembered of a newsroom's list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ListMemory {
    /// How many entries it had.
    length: usize,
    /// By which selectors it was read; others begin anew.
    list: NewsroomList,
}

pub(super) async fn fresh(mut visit: Visit<'_>, fetched: Fetched, owner: &str) -> Result<Polled, StoreError> {
    let said = read(visit.feed, &fetched).await;
    let Some(mut session) = visit.open().await? else { return Ok(Polled::default()) };
    let settled = settle(&mut visit, &mut session, fetched, said, owner).await?;
    visit.close(session, settled).await
}

/// Reads a page as its feed is configured. Parsing works for milliseconds on end, so it leaves the threads that serve
/// connections.
pub(in crate::pipeline) async fn read(feed: &Feed, fetched: &Fetched) -> Said {
    let (body, content_type, url) = (fetched.body.clone(), fetched.content_type.clone(), fetched.url.to_string());
    let (kind, list, parts) = (feed.kind, feed.newsroom.clone().unwrap_or_default(), feed.watch.clone());
    let restricted = fetched.restricted.is_some();
    let work = tokio::task::spawn_blocking(move || {
        if kind == FeedKind::Watch {
            return Said::Parts(watch::read(&body, content_type.as_deref(), Some(&url), &parts));
        }
        let mut parsed = newsroom::read(&body, content_type.as_deref(), Some(&url), &list);
        if restricted {
            for entry in &mut parsed.entries {
                entry.summary = None;
            }
        }
        Said::List(Box::new(parsed))
    });
    work.await.unwrap_or_else(|_| Said::List(Box::default()))
}

/// Writes what a page says and sets how the feed now stands. A list or part that is not where it was leaves everything
/// known as it is and is told as trouble: the page is read whole again next time.
pub(in crate::pipeline) async fn settle(
    visit: &mut Visit<'_>,
    session: &mut Session,
    mut fetched: Fetched,
    said: Said,
    owner: &str,
) -> Result<Settled, StoreError> {
    let (failures, success) = (visit.state.failures, visit.state.last_success);
    let http = fetched.http.clone();
    let mut troubles = Vec::new();
    let parsed = match said {
        Said::List(parsed) => list(visit, session, *parsed, &mut troubles).await?,
        Said::Parts(values) => {
            let url = fetched.url.to_string();
            parts(visit, session, values, Owner { name: owner, url: &url }, &mut troubles).await?
        }
    };
    if !troubles.is_empty() {
        fetched.validators = Validators::default();
    }
    let (new, changed) = visit.take_in(session, &fetched, &parsed).await?;
    let trouble = (!troubles.is_empty()).then(|| troubles.join("; "));
    if let Some(why) = &trouble {
        (visit.state.failures, visit.state.last_success) = (failures, success);
        visit.stumble(session, "layout", why, &http).await?;
    }
    Ok(Settled { new, changed, trouble })
}

async fn list(
    visit: &Visit<'_>,
    session: &mut Session,
    mut parsed: Parsed,
    troubles: &mut Vec<String>,
) -> Result<Parsed, StoreError> {
    let id = &visit.feed.id;
    let chosen = visit.feed.newsroom.clone().unwrap_or_default();
    let mut known = lists::parts::<ListMemory>(session, id).await?;
    let known = known.remove(LIST);
    if !parsed.understood {
        let why = parsed.warnings.first().map_or("the page could not be read", |reason| &reason.message);
        troubles.push(if known.is_some() { format!("layout changed? {why}") } else { why.to_owned() });
        return Ok(Parsed { understood: true, warnings: parsed.warnings, ..Parsed::default() });
    }
    let known = known.filter(|known| known.list == chosen);
    let mut distinct = HashSet::new();
    let number = |link: &str| lists::number(&address::canonical(link).unwrap_or_else(|| link.to_owned()));
    let numbered: Vec<_> = std::mem::take(&mut parsed.entries)
        .into_iter()
        .filter_map(|entry| Some((number(entry.link.as_deref()?), entry)))
        .filter(|(number, _)| distinct.insert(*number))
        .collect();
    let numbers: Vec<i64> = numbered.iter().map(|(number, _)| *number).collect();
    let new = lists::see(session, id, &numbers).await?;
    let mut seen: Vec<Seen> = numbered.into_iter().map(|(number, entry)| (entry, new.contains(&number))).collect();
    news::old_ones_moved_up(&mut seen, known.as_ref().map(|known| known.length));
    let now = ListMemory { length: seen.len(), list: chosen };
    let look = Look {
        first: known.is_none(),
        edits: false,
        recent: TimeDelta::days(i64::from(now.list.recent_days)),
        now: visit.at,
    };
    let (entries, warnings) = news::news(seen, look);
    parsed.entries = entries;
    parsed.warnings.extend(warnings);
    if known.as_ref() != Some(&now) {
        lists::keep_part(session, id, LIST, &now).await?;
    }
    Ok(parsed)
}

async fn parts(
    visit: &Visit<'_>,
    session: &mut Session,
    values: Vec<Result<Value, Warning>>,
    owner: Owner<'_>,
    troubles: &mut Vec<String>,
) -> Result<Parsed, StoreError> {
    let id = &visit.feed.id;
    let mut known: BTreeMap<String, Memory> = lists::parts(session, id).await?;
    let mut parsed = Parsed { understood: true, ..Parsed::default() };
    for (part, value) in visit.feed.watch.iter().zip(values) {
        let before = known.remove(&part.name);
        let value = match value {
            Ok(value) => value,
            Err(reason) => {
                let question = if before.is_some() { "layout changed? " } else { "" };
                troubles.push(format!("{question}{}", reason.message));
                continue;
            }
        };
        let (now, entry) = watch::compare(part, before.clone(), value, owner, visit.at);
        parsed.entries.extend(entry);
        if before.as_ref() != Some(&now) {
            lists::keep_part(session, id, &part.name, &now).await?;
        }
    }
    Ok(parsed)
}

impl Visit<'_> {
    /// Notes that what came could not be read as a whole.
    pub(super) async fn stumble(
        &mut self,
        session: &mut Session,
        outcome: &str,
        why: &str,
        http: &HttpHints,
    ) -> Result<(), StoreError> {
        self.fail(outcome, why);
        self.plan_next(session, http, None).await
    }
}
