//! Whom nobody wrote about, and where nobody could look (R68).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::{Blind, Material, MentionOnly, Quiet, QuietAccount, Request, Unseen};
use crate::model::{Account, AccountId, Feed, FeedId, Time};
use crate::pipeline::roster::ledger::Health;
use crate::store::feeds::{BLIND_AFTER, FeedLife, FeedState};

/// Silence is told only where somebody could look: not of an account of which a feed that tells of it is blind, and of
/// nobody where half of the feeds that are nobody's own are.
pub(super) fn quiet(material: &Material, request: &Request) -> Quiet {
    let look = Look::of(material, request);
    let named: HashMap<&AccountId, u64> =
        material.volumes.iter().map(|volume| (&volume.account, volume.articles)).collect();
    let general: Vec<&&Feed> = look.read.iter().filter(|feed| feed.account.is_none()).collect();
    let blind_general = general.iter().filter(|feed| look.blind.contains_key(&feed.id)).count();
    let all_blind = blind_general * 2 >= general.len() && blind_general > 0;
    let mut quiet = Quiet { feeds: look.read.len(), blind: all_blind, ..Quiet::default() };
    let mut silent: Vec<&Account> = Vec::new();
    for client in request.clients() {
        let unseen = look.unseen(client, all_blind);
        match (unseen, named.contains_key(&client.id)) {
            (None, named) => {
                quiet.clients += 1;
                silent.extend((!named).then_some(client));
            }
            (Some(unseen), false) => quiet.unseen.push(unseen),
            (Some(_), true) => {}
        }
        quiet.mention_only.extend(mention_only(client, material, &named));
    }
    silent.sort_by_key(|client| (client.tier, material.last_named.get(&client.id), &client.id));
    quiet.accounts = silent
        .into_iter()
        .map(|client| QuietAccount {
            account: client.id.clone(),
            name: client.name.clone(),
            last_named: material.last_named.get(&client.id).map(|at| request.window.day(*at)),
            last_contact: client.last_contact,
        })
        .collect();
    let tier = |account: &AccountId| request.watchlist.get(account).map(|account| account.tier);
    quiet.unseen.sort_by(|one, other| {
        (tier(&one.account), one.since, &one.account).cmp(&(tier(&other.account), other.since, &other.account))
    });
    quiet.could_not_look = look.blind.into_values().collect();
    quiet.could_not_look.sort_by(|one, other| (one.since, &one.feed).cmp(&(other.since, &other.feed)));
    quiet
}

/// Where somebody could look.
struct Look<'a> {
    material: &'a Material,
    /// Feeds that should be read.
    read: Vec<&'a Feed>,
    /// Those of them that could not be.
    blind: HashMap<FeedId, Blind>,
}

impl<'a> Look<'a> {
    fn of(material: &'a Material, request: &Request<'a>) -> Self {
        let states: HashMap<&FeedId, &FeedState> = material.feeds.iter().map(|feed| (&feed.id, feed)).collect();
        let merged = |feed: &Feed| states.get(&feed.id).is_some_and(|state| state.is_merged());
        let feeds = request.sources.iter().flat_map(|source| &source.feeds);
        let read: Vec<&Feed> = feeds.filter(|feed| !feed.paused && !merged(feed)).collect();
        let blind = read.iter().filter_map(|feed| {
            let state = states.get(&feed.id).copied();
            let blind = at_present(feed, state, material, request).or_else(|| formerly(feed, material, request))?;
            Some((feed.id.clone(), blind))
        });
        Self { material, blind: blind.collect(), read }
    }

    /// Since when an account could not be looked after, where it could not. Its own feeds tell of it, and those that
    /// named it lately; where there are none, all that are nobody's own.
    fn unseen(&self, client: &Account, all_blind: bool) -> Option<Unseen> {
        let nobody = HashSet::new();
        let named_by = self.material.named_by.get(&client.id).unwrap_or(&nobody);
        let close = |feed: &&&Feed| {
            feed.account.as_ref() == Some(&client.id)
                || feed.looks_for.contains(&client.id)
                || named_by.contains(&feed.id)
        };
        let close: Vec<&Feed> = self.read.iter().filter(close).copied().collect();
        let general: Vec<&Feed> = self.read.iter().filter(|feed| feed.account.is_none()).copied().collect();
        let blind_of =
            |feeds: &[&Feed]| -> Vec<&Blind> { feeds.iter().filter_map(|feed| self.blind.get(&feed.id)).collect() };
        let mut blind = blind_of(&close);
        if blind.is_empty() && all_blind {
            blind = blind_of(&general);
        }
        let covered = !close.is_empty() || !general.is_empty();
        if covered && blind.is_empty() {
            return None;
        }
        // Over only where every one of them is read again.
        let until: Option<Vec<NaiveDate>> = blind.iter().map(|feed| feed.until).collect();
        let mut feeds: Vec<String> = blind.iter().map(|feed| feed.feed.clone()).collect();
        feeds.sort();
        Some(Unseen {
            account: client.id.clone(),
            name: client.name.clone(),
            since: blind.iter().map(|feed| feed.since).min().flatten(),
            until: until.filter(|_| covered).and_then(|days| days.into_iter().max()),
            feeds,
            last_contact: client.last_contact,
        })
    }
}

/// Why nobody can look into this feed, where nobody can.
fn at_present(feed: &Feed, state: Option<&FeedState>, material: &Material, request: &Request) -> Option<Blind> {
    let end = request.now.min(request.window.end());
    let broken_since = state.and_then(|state| state.told_broken).map(|at| request.window.day(at));
    let blind = |since: Option<Time>, why: String| {
        let since = since.map(|since| request.window.day(since));
        Some(Blind { feed: feed.id.0.clone(), account: feed.account.clone(), since, until: None, why, broken_since })
    };
    if let Some(silence) = material.silent.get(&feed.id).filter(|silence| silence.since < end) {
        return blind(Some(silence.since), silence.told());
    }
    let since = state.and_then(|state| state.last_success);
    let lately = since.is_some_and(|since| end - since <= BLIND_AFTER);
    if broken_since.is_none() && (lately || Health::of(state, request.now) == Health::Well) {
        return None;
    }
    let why = match state {
        None => "never asked yet".to_owned(),
        Some(state) => match (&state.error, state.state) {
            (Some(error), _) => error.clone(),
            (None, FeedLife::Gone) => "its server says it is gone".to_owned(),
            (None, FeedLife::Paused) => "paused".to_owned(),
            (None, _) if state.last_attempt.is_none() => "never asked yet".to_owned(),
            (None, _) => "not asked since".to_owned(),
        },
    };
    blind(since, why)
}

/// Why nobody could look into this feed for a good part of these days, though now it is read again.
fn formerly(feed: &Feed, material: &Material, request: &Request) -> Option<Blind> {
    let (start, end) = (request.window.start(), request.window.end());
    let within = |gap: &&crate::store::coverage::Gap| gap.until.min(end) - gap.since.max(start) > BLIND_AFTER;
    let gap = material.gaps.iter().filter(|gap| gap.feed == feed.id).find(within)?;
    Some(Blind {
        feed: feed.id.0.clone(),
        account: feed.account.clone(),
        since: Some(request.window.day(gap.since)),
        until: Some(request.window.day(gap.until)),
        why: gap.why.clone(),
        broken_since: None,
    })
}

/// The languages in which a client was named, where all that named it are languages without cues.
fn mention_only(client: &Account, material: &Material, named: &HashMap<&AccountId, u64>) -> Vec<MentionOnly> {
    let only: Vec<MentionOnly> =
        material.mention_only.iter().filter(|only| only.account == client.id).cloned().collect();
    let articles: u64 = only.iter().map(|only| only.articles).sum();
    if named.get(&client.id).is_some_and(|all| *all <= articles) { only } else { Vec::new() }
}
