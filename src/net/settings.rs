//! What the operator may set about outgoing connections.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Outgoing connections.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Networks, addresses and host names that may be reached although they are not public, for example
    /// `["127.0.0.1/32", "10.0.0.0/8", "crm.internal"]`. A host name allows whatever addresses it resolves to.
    pub allow: Vec<String>,
    /// Proxy that all requests go through, for example `http://proxy.internal:3128`. Targets are checked all the same;
    /// the proxy's own address need not be allowed. The proxy variables of the environment are not read.
    pub proxy: Option<String>,
    /// Seconds that opening a connection may take.
    #[schemars(range(min = 1))]
    pub connect_timeout_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { allow: Vec::new(), proxy: None, connect_timeout_seconds: 10 }
    }
}
