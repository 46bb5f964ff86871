//! Why a request came to nothing.

use std::error::Error as StdError;
use std::net::IpAddr;

use super::guard::NetworkKind;

/// Why a request came to nothing. Messages name the host only: the rest of an address may hold a secret.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// A setting cannot be used.
    #[error("{setting} = \"{value}\" under [net] cannot be used: {why}")]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// What it says.
        value: String,
        /// What is wrong with it.
        why: String,
    },
    /// The client could not be made.
    #[error("no network client: {0}")]
    Client(String),
    /// The address is none.
    #[error("not an address: {0}")]
    Address(String),
    /// Only http and https are spoken.
    #[error("refusing the scheme `{scheme}` of {host}: only http and https are spoken")]
    Scheme {
        /// The host asked for, empty where the address has none.
        host: String,
        /// The scheme.
        scheme: String,
    },
    /// The host lies in a network that is not public.
    #[error(
        "refusing to connect to {}: {kind}; to allow it, add \"{address}\" to `allow` under [net]",
        named(host, address)
    )]
    Refused {
        /// The host asked for.
        host: String,
        /// The address it stands for.
        address: IpAddr,
        /// What kind of address that is.
        kind: NetworkKind,
    },
    /// The name cannot be resolved now.
    #[error("cannot resolve {host}: {why}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver said.
        why: String,
    },
    /// No complete answer in time.
    #[error("no complete answer from {host} within {seconds} s")]
    TimedOut {
        /// The host asked.
        host: String,
        /// The limit, seconds.
        seconds: u64,
    },
    /// The body is larger than the cap, counted after decompression.
    #[error("the answer of {host} is larger than the cap of {cap} bytes (after decompression)")]
    TooLarge {
        /// The host asked.
        host: String,
        /// The cap, bytes.
        cap: usize,
    },
    /// No connection could be made: nothing was sent.
    #[error("cannot talk to {host}: {why}")]
    Unreachable {
        /// The host asked.
        host: String,
        /// What happened.
        why: String,
    },
    /// The connection broke.
    #[error("cannot talk to {host}: {why}")]
    Broken {
        /// The host asked.
        host: String,
        /// What happened.
        why: String,
    },
}

impl Error {
    /// True where our own rules forbid the request: asking again changes nothing until the settings change.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Scheme { .. })
    }

    /// True where asking again later may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Resolve { .. } | Self::TimedOut { .. } | Self::Unreachable { .. } | Self::Broken { .. })
    }

    /// True where what was sent may have arrived, although no whole answer came.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        matches!(self, Self::TimedOut { .. } | Self::Broken { .. } | Self::TooLarge { .. })
    }

    /// Reads an error of the client library: our own refusal where that is what lies beneath, else what broke.
    pub(super) fn of_request(host: &str, error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut causes = std::iter::successors(Some(&error as &(dyn StdError + 'static)), |&cause| cause.source());
        if let Some(own) = causes.find_map(|cause| cause.downcast_ref::<Self>()) {
            return own.clone();
        }
        // The innermost cause is the one that tells ("connection refused").
        let innermost =
            std::iter::successors(Some(&error as &(dyn StdError + 'static)), |&cause| cause.source()).last();
        let why = match innermost.map(ToString::to_string) {
            Some(cause) if error.is_timeout() => format!("opening the connection took too long ({cause})"),
            Some(cause) => cause,
            None => error.to_string(),
        };
        let host = host.to_owned();
        if error.is_connect() { Self::Unreachable { host, why } } else { Self::Broken { host, why } }
    }
}

/// The host, with its address where it is not written as one.
fn named(host: &str, address: &IpAddr) -> String {
    let address = address.to_string();
    if host.trim_matches(['[', ']']) == address { address } else { format!("{host} ({address})") }
}
