//! What the operator may set about asking other people's servers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::RestScope;

/// Asking other people's servers for feeds and pages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Name and version that servers are told, `name/version`. The name is also the one looked for in robots.txt.
    pub user_agent: String,
    /// Address of a page or a mailbox where the people who run those servers can reach you. They block who has none.
    pub contact: Option<String>,
    /// The largest body that is read, bytes after decompression.
    #[schemars(range(min = 1))]
    pub max_body_bytes: usize,
    /// One deadline for a whole exchange with its redirects, seconds. Waiting for one's turn does not count.
    #[schemars(range(min = 1))]
    pub timeout_seconds: u64,
    /// Seconds between two requests to one host; at least 1. Sources marked `own` have none.
    #[schemars(range(min = 1))]
    pub gap_seconds: u64,
    /// Hours that a robots.txt is believed; at most 24.
    #[schemars(range(min = 1, max = 24))]
    pub robots_cache_hours: u64,
    /// Who rests together after a fault or a request to slow down; a source may state its own.
    pub rest_scope: RestScope,
    /// Seconds of rest after a first fault; doubled for each further one in a row.
    #[schemars(range(min = 1))]
    pub rest_seconds: u64,
    /// The longest rest after faults, hours. What a server itself asks for is never shortened.
    #[schemars(range(min = 1))]
    pub longest_rest_hours: u64,
    /// Older pages of a feed that are read once, where it has an archive (RFC 5005); 0 reads none.
    pub archive_pages: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("Tidings/", env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"))
                .to_owned(),
            contact: None,
            max_body_bytes: 15 * 1024 * 1024,
            timeout_seconds: 60,
            gap_seconds: 1,
            robots_cache_hours: 24,
            rest_scope: RestScope::Host,
            rest_seconds: 60,
            longest_rest_hours: 24,
            archive_pages: 0,
        }
    }
}

impl Settings {
    /// The User-Agent field: `name/version (+contact)`. What may not stand in a field is left out.
    #[must_use]
    pub fn user_agent_field(&self) -> String {
        let field = match self.contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty()) {
            Some(contact) => format!("{} (+{contact})", self.user_agent.trim()),
            None => self.user_agent.trim().to_owned(),
        };
        field.chars().filter(|letter| matches!(letter, ' '..='~')).collect()
    }

    /// The name looked for in robots.txt: the User-Agent up to the version (RFC 9309, section 2.2.1).
    #[must_use]
    pub fn robots_name(&self) -> &str {
        let name = self.user_agent.trim();
        name.split(|letter: char| !(letter.is_ascii_alphabetic() || letter == '-' || letter == '_'))
            .next()
            .unwrap_or(name)
    }
}
