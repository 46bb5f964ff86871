//! `tidings.toml`: the settings of every room, and those of the program as a whole.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deliver::Secret;

/// Settings of Tidings. Everything may be left out.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Who runs this.
    pub operator: Operator,
    /// Where touch points go.
    pub deliver: crate::deliver::Settings,
    /// Which addresses may be dialled.
    pub net: crate::net::Settings,
    /// How politely feeds and pages are asked for.
    pub fetch: crate::fetch::Settings,
    /// How often feeds are polled.
    pub schedule: crate::schedule::Settings,
    /// Searches, filings and social feeds that are made from the watchlist: adding an account adds its searches. Off until
    /// you turn it on, since it tells these services whom you watch; mind their terms (docs/feeds.md).
    pub searches: crate::feed::service::Settings,
    /// How the text of a page is found.
    pub extract: crate::extract::Settings,
    /// How names are believed.
    pub mention: crate::mention::Settings,
    /// Which articles tell the same story.
    pub story: crate::story::Settings,
    /// How claims are believed and merged.
    pub signal: crate::signal::Settings,
    /// How many touch points, and how often.
    pub touchpoint: crate::touchpoint::Settings,
    /// Full-text search.
    pub search: crate::search::Settings,
    /// How long what was read is kept.
    pub retention: Retention,
    /// Where Tidings listens.
    pub serve: Serve,
    /// Where the database is.
    pub store: Database,
}

/// Who runs this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Operator {
    /// Name of your firm, as it may be shown to people.
    pub name: String,
    /// Time zone in which days begin and end (IANA name: "Europe/Berlin").
    pub time_zone: String,
}

impl Default for Operator {
    fn default() -> Self {
        Self { name: String::new(), time_zone: "UTC".to_owned() }
    }
}

impl Operator {
    /// The time zone; UTC where the name is none, which a checked configuration rules out.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }
}

/// How long what was read is kept. Quotes of evidence are kept for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days for which the text of an article is kept.
    pub text_days: u32,
    /// Days for which suppressed mentions are kept.
    pub suppressed_days: u32,
    /// Days for which articles are kept at all, with their versions and mentions, in the database and in the search index;
    /// 0 for good, else 100 or more, since statistics look back 90 days. `retention_days` of a source overrules it. The
    /// cards of an article stay with what they quote of it; the feed's entry stays known and is not read anew.
    pub articles_days: u32,
    /// Days for which deliveries that are settled (accepted, given up, or dropped) are kept; 0 for good. What still waits,
    /// or may have been taken, is kept whatever its age.
    pub deliveries_days: u32,
}

impl Retention {
    /// The least days of `articles_days` and `retention_days`, unless they are 0: statistics look back 90.
    pub const LEAST_DAYS: u32 = 100;
}

impl Default for Retention {
    fn default() -> Self {
        Self { text_days: 180, suppressed_days: 30, articles_days: 0, deliveries_days: 90 }
    }
}

/// Where Tidings listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Serve {
    /// Address and port. Only this machine unless users are set up.
    pub listen: SocketAddr,
    /// The address by which others reach `listen`, through a proxy of yours ("https://news.example.com"). With it, hubs
    /// push what is new (WebSub) to `/websub/…` there; only that path need be let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// How other systems may tell facts to `/api/v1/facts`. Without a token or secret they may not.
    pub facts: FactsDoor,
    /// How other programs may ask for webhooks at `/api/v1/hooks`, and poll `/api/v1/touchpoints/recent`. Without a token
    /// they may not.
    pub hooks: HooksDoor,
}

impl Serve {
    /// The address at which cards are shown, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}

/// How other programs may ask for webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HooksDoor {
    /// Environment variable that holds the bearer token, at least 24 characters; several, parted by blanks, while it
    /// rotates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_env: Option<String>,
    /// File that holds the bearer token, at least 24 characters; several, one a line, while it rotates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// The tokens, once fetched.
    #[serde(skip)]
    pub tokens: Vec<Secret>,
}

/// How other systems may tell facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FactsDoor {
    /// Environment variable that holds the bearer token, at least 24 characters; several, parted by blanks, while it
    /// rotates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_env: Option<String>,
    /// File that holds the bearer token, at least 24 characters; several, one a line, while it rotates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Environment variable that holds the secret (`whsec_…`) by which webhooks are signed; several while it rotates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_env: Option<String>,
    /// File that holds the secret (`whsec_…`) by which webhooks are signed; several while it rotates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// The tokens, once fetched.
    #[serde(skip)]
    pub tokens: Vec<Secret>,
    /// The secrets, once fetched.
    #[serde(skip)]
    pub secrets: Vec<Secret>,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8017)),
            public_url: None,
            facts: FactsDoor::default(),
            hooks: HooksDoor::default(),
        }
    }
}

/// Where the database is: a file in the data folder unless a server is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// Environment variable that holds the address of a PostgreSQL database ("postgres://user:password@host/name").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_env: Option<String>,
    /// File that holds the address of a PostgreSQL database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_file: Option<PathBuf>,
    /// The address, once fetched.
    #[serde(skip)]
    pub url: Option<Secret>,
}
