//! Which queries a service is asked for a watchlist, and how often: within a budget of requests an hour.
//!
//! As long as the budget allows it, every account is looked for alone, with all its names and exclusions. Where it does
//! not, accounts of a tier share queries, the long tail first; where even that is too much, all intervals grow by the
//! same factor. Accounts that need context words are never in a shared query.

use std::collections::BTreeSet;

use super::query::{query_of, together};
use super::settings::Settings;
use super::{Market, language, limits};
use crate::model::{AccountId, Service, Tier};

/// Whom to look for, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Which account.
    pub account: AccountId,
    /// How much it matters.
    pub tier: Tier,
    /// Names that it is written about by, the best first.
    pub names: Vec<String>,
    /// Words of which one must stand beside them; none where the names are enough.
    pub context: Vec<String>,
    /// Phrases that must not occur.
    pub exclude: Vec<String>,
    /// Its own domains, which speak for themselves elsewhere.
    pub domains: Vec<String>,
}

/// A query to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// A lasting name for it ("search-google-news-acme").
    pub id: String,
    /// What to ask for, in the syntax of the service.
    pub query: String,
    /// Language and country to look in.
    pub market: Option<Market>,
    /// Whom it looks for; more than one where they share it.
    pub accounts: Vec<AccountId>,
    /// Time between two polls, minutes.
    pub every_minutes: u32,
    /// How many days back are of interest.
    pub days: u32,
}

/// The tiers in the order in which they begin to share queries.
const SHARING_ORDER: [Tier; 3] = [Tier::C, Tier::B, Tier::A];

/// The queries for a service, by market and tier, in the order of the watchlist; and who could not be asked for, with the
/// reason.
#[must_use]
pub fn plan(service: Service, wanted: &[Wanted], settings: &Settings) -> (Vec<Planned>, Vec<(AccountId, String)>) {
    let mut left_out = Vec::new();
    let mut alone: Vec<(&Wanted, String)> = Vec::new();
    for account in wanted {
        match query_of(service, account) {
            Ok(query) => alone.push((account, query)),
            Err(why) => left_out.push((account.account.clone(), why)),
        }
    }
    let markets = markets(service, settings);
    let budget = f64::from(settings.requests_per_hour.max(1));
    let mut sharing = BTreeSet::new();
    let mut queries = queries(service, &alone, &sharing);
    for tier in SHARING_ORDER {
        if !limits(service).together || needed(&queries, &markets, settings) <= budget {
            break;
        }
        sharing.insert(tier);
        queries = self::queries(service, &alone, &sharing);
    }
    let stretch = (needed(&queries, &markets, settings) / budget).max(1.0);
    let mut planned = Vec::new();
    for (place, market) in markets.iter().enumerate() {
        let suffix = match market {
            Some(market) if place > 0 => format!("-{}", market.to_string().to_lowercase()),
            _ => String::new(),
        };
        for query in &queries {
            let minutes = f64::from(settings.every_minutes.of(query.tier).max(limits(service).least_minutes)) * stretch;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, far below 2^32")]
            let every_minutes = minutes.ceil() as u32;
            planned.push(Planned {
                id: format!("search-{}-{}{suffix}", service.as_str().replace('_', "-"), query.name),
                query: query.words.clone(),
                market: market.clone(),
                accounts: query.accounts.clone(),
                every_minutes,
                days: days(every_minutes),
            });
        }
    }
    (planned, left_out)
}

/// A query before it has its interval.
struct Query {
    tier: Tier,
    name: String,
    words: String,
    accounts: Vec<AccountId>,
}

/// One query for each account, but for those of tiers that share.
fn queries(service: Service, alone: &[(&Wanted, String)], sharing: &BTreeSet<Tier>) -> Vec<Query> {
    let shares = |account: &Wanted| sharing.contains(&account.tier) && account.context.is_empty();
    let mut queries: Vec<Query> = alone
        .iter()
        .filter(|(account, _)| !shares(account))
        .map(|(account, words)| Query {
            tier: account.tier,
            name: account.account.0.clone(),
            words: words.clone(),
            accounts: vec![account.account.clone()],
        })
        .collect();
    for tier in sharing {
        let members: Vec<&Wanted> = alone
            .iter()
            .map(|(account, _)| *account)
            .filter(|account| account.tier == *tier && shares(account))
            .collect();
        for (number, (words, places)) in (1..).zip(together(service, &members)) {
            let accounts = places.into_iter().map(|place| members[place].account.clone()).collect();
            let letter = format!("{tier:?}").to_lowercase();
            queries.push(Query { tier: *tier, name: format!("tier-{letter}-{number}"), words, accounts });
        }
    }
    queries
}

/// Requests an hour for these queries in all markets at the intervals of the settings.
fn needed(queries: &[Query], markets: &[Option<Market>], settings: &Settings) -> f64 {
    let hourly =
        queries.iter().map(|query| 60.0 / f64::from(settings.every_minutes.of(query.tier).max(1))).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "a handful of markets")]
    let markets = markets.len() as f64;
    hourly * markets
}

/// Where a service looks: by country, by language, or everywhere.
fn markets(service: Service, settings: &Settings) -> Vec<Option<Market>> {
    let all = settings.markets.iter().filter_map(|market| Market::parse(market));
    let mut markets: Vec<Option<Market>> = match service {
        Service::GoogleNews | Service::BingNews => all.map(Some).collect(),
        Service::Gdelt => {
            let mut seen = BTreeSet::new();
            all.filter(|market| language::name_of(&market.language).is_some())
                .filter(|market| seen.insert(market.language.clone()))
                .map(Some)
                .collect()
        }
        _ => Vec::new(),
    };
    if markets.is_empty() {
        markets.push(None);
    }
    markets
}

/// How far to look back: twice the interval; in few steps, so that the address seldom changes.
fn days(every_minutes: u32) -> u32 {
    match every_minutes / (24 * 60) {
        0 => 2,
        1..=3 => 7,
        _ => 30,
    }
}
