//! `tidings.toml`: the settings of every room, and those of the program as a whole.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::TimeDelta;
use chrono_tz::Tz;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::deliver::Secret;
use crate::model::UserRole;

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
    /// push what is new (WebSub) to `/websub/…` there; until there are users only that path is answered to there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Further host names by which it is reached once there are users ("news.internal", "192.0.2.7:8017"); that of
    /// `public_url` is one by itself.
    pub allowed_hosts: Vec<String>,
    /// Networks of your own proxies, whose `X-Forwarded-For` is believed ("127.0.0.1/32"); else every client of a proxy
    /// counts as one address.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// Requests a minute that one session, token or address may make once there are users.
    #[schemars(range(min = 1))]
    pub requests_per_minute: u32,
    /// How other systems may tell facts to `/api/v1/facts`. Without a token or secret they may not.
    pub facts: FactsDoor,
    /// How other programs may ask for webhooks at `/api/v1/hooks`, and poll `/api/v1/touchpoints/recent`. Without a token
    /// they may not.
    pub hooks: HooksDoor,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// Signing in at your identity provider (OpenID Connect), beside passwords.
    pub oidc: Oidc,
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

/// How long people stay signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// Minutes after which a session that nobody uses ends.
    #[schemars(range(min = 1, max = 525_600))]
    pub idle_minutes: u32,
    /// Hours after which every session ends.
    #[schemars(range(min = 1, max = 8_760))]
    pub hours: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_minutes: 720, hours: 168 }
    }
}

impl Sessions {
    /// How long a session lasts that nobody uses.
    #[must_use]
    pub fn idle(&self) -> TimeDelta {
        TimeDelta::minutes(self.idle_minutes.into())
    }

    /// How long a session lasts at most.
    #[must_use]
    pub fn longest(&self) -> TimeDelta {
        TimeDelta::hours(self.hours.into())
    }
}

/// Signing in at an identity provider. On once `issuer` is set; it needs `serve.public_url`, and the provider must send
/// people back to `/sign-in/oidc/callback` there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Oidc {
    /// The provider's address, exactly as it names itself ("https://login.example.com/realms/firm").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the provider is called on the page ("Firm account").
    pub name: String,
    /// What the provider calls Tidings.
    pub client_id: String,
    /// Environment variable that holds the client's secret; none for a public client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_env: Option<String>,
    /// File that holds the client's secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked of the provider, beside `openid`.
    pub scopes: Vec<String>,
    /// Mail domains whose people may sign in ("firm.example"); empty: everyone who is a user already.
    pub allowed_domains: Vec<String>,
    /// Make whoever signs in a user, where the domain is allowed; else an admin adds them first, under their mail address:
    /// `tidings user add mia@firm.example --no-password`.
    pub auto_create: bool,
    /// What a user made this way may do, where `role_claim` says nothing.
    pub default_role: UserRole,
    /// The claim of the id token that names groups or roles ("groups"). What it says counts anew at each sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_claim: Option<String>,
    /// Values of `role_claim` that make an admin.
    pub admins: Vec<String>,
    /// Values of `role_claim` that make a manager.
    pub managers: Vec<String>,
    /// Values of `role_claim` that make a viewer.
    pub viewers: Vec<String>,
    /// The secret, once fetched.
    #[serde(skip)]
    pub client_secret: Option<Secret>,
}

impl Default for Oidc {
    fn default() -> Self {
        Self {
            issuer: None,
            name: "your firm's account".to_owned(),
            client_id: String::new(),
            client_secret_env: None,
            client_secret_file: None,
            scopes: vec!["email".to_owned(), "profile".to_owned()],
            allowed_domains: Vec::new(),
            auto_create: false,
            default_role: UserRole::Viewer,
            role_claim: None,
            admins: Vec::new(),
            managers: Vec::new(),
            viewers: Vec::new(),
            client_secret: None,
        }
    }
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
            allowed_hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            requests_per_minute: 600,
            facts: FactsDoor::default(),
            hooks: HooksDoor::default(),
            sessions: Sessions::default(),
            oidc: Oidc::default(),
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
