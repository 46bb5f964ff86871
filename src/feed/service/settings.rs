//! What the operator may set about searches that are made from the watchlist.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{AccountKind, Service, Tier};

/// Searches, filings and social feeds that are made from the watchlist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Ask the services below for the accounts of the watchlist.
    pub on: bool,
    /// Which search services are asked: google_news, bing_news, gdelt, hacker_news, reddit.
    pub services: Vec<Service>,
    /// Languages and countries that are searched in ("en-US", "de-DE").
    pub markets: Vec<String>,
    /// Which kinds of accounts are searched for.
    pub kinds: Vec<AccountKind>,
    /// Which tiers are searched for.
    pub tiers: Vec<Tier>,
    /// The most requests that each search service gets in an hour. Where it is not enough for all accounts, several
    /// share a query, and then the intervals grow.
    #[schemars(range(min = 1, max = 600))]
    pub requests_per_hour: u32,
    /// Follow the filings of accounts with a `cik`, or with a ticker and country US, at the SEC. It answers only where
    /// `contact` in [fetch] is set.
    pub filings: bool,
    /// The most requests for filings in an hour.
    #[schemars(range(min = 1, max = 3600))]
    pub filings_per_hour: u32,
    /// Follow the profiles and channels that stand in `social` of an account.
    pub social: bool,
    /// Minutes between two searches for an account, by tier.
    pub every_minutes: Tiers,
    /// Other addresses for the services, by their names ({ google_news = "https://proxy.example" }).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub base: BTreeMap<String, String>,
}

/// Minutes by tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Tiers {
    /// Top accounts.
    #[schemars(range(min = 60))]
    pub a: u32,
    /// The middle.
    #[schemars(range(min = 60))]
    pub b: u32,
    /// The long tail.
    #[schemars(range(min = 60))]
    pub c: u32,
}

impl Default for Tiers {
    fn default() -> Self {
        Self { a: 60, b: 3 * 60, c: 12 * 60 }
    }
}

impl Tiers {
    /// Those of one tier.
    #[must_use]
    pub fn of(&self, tier: Tier) -> u32 {
        match tier {
            Tier::A => self.a,
            Tier::B => self.b,
            Tier::C => self.c,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            on: false,
            services: vec![Service::GoogleNews, Service::Gdelt],
            markets: vec!["en-US".to_owned()],
            kinds: vec![AccountKind::Client, AccountKind::Competitor, AccountKind::Prospect, AccountKind::Partner],
            tiers: vec![Tier::A, Tier::B, Tier::C],
            requests_per_hour: 30,
            filings: true,
            filings_per_hour: 300,
            social: true,
            every_minutes: Tiers::default(),
            base: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// The most requests that a service gets in an hour; none where nothing is set for it.
    #[must_use]
    pub fn budget(&self, service: Service) -> Option<u32> {
        match service {
            Service::Edgar => Some(self.filings_per_hour),
            Service::Mastodon | Service::Bluesky | Service::Youtube => None,
            _ => Some(self.requests_per_hour),
        }
    }

    /// Where a service is asked, unless at its own address.
    #[must_use]
    pub fn base_of(&self, service: Service) -> Option<String> {
        self.base.get(service.as_str()).cloned()
    }
}
