//! Names of the hosts that feeds come from.

use std::time::Duration;

use url::Url;

use super::Finding;
use crate::config::Config;
use crate::net;

/// Hosts looked up at most: one that is down says nothing about the others.
const HOSTS: usize = 3;

/// How long a look-up may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks up hosts of feeds until one has an address that may be reached.
pub(super) async fn names(config: &Config) -> Finding {
    const PROBE: &str = "network";
    let client = match net::Client::new(&config.settings.net) {
        Ok(client) => client,
        Err(error) => return Finding::failed(PROBE, error.to_string(), "look at [net] in tidings.toml"),
    };
    let mut first = None;
    for url in hosts(config) {
        let host = url.host_str().unwrap_or_default();
        let late = || Err(net::Error::TimedOut { host: host.to_owned(), seconds: PATIENCE.as_secs() });
        match tokio::time::timeout(PATIENCE, client.resolve(&url)).await.unwrap_or_else(|_| late()) {
            Ok(addresses) => {
                let address = addresses.first().map(ToString::to_string).unwrap_or_default();
                return Finding::ok(PROBE, format!("{host} is found at {address}"));
            }
            Err(error) => {
                first.get_or_insert(error);
            }
        }
    }
    match first {
        None => Finding::ok(PROBE, "there is no feed to look up"),
        Some(error) if error.is_refusal() => Finding::warning(
            PROBE,
            error.to_string(),
            "name servers give an address that may not be dialled; allow it only if it is yours",
        ),
        Some(error) => {
            let hint = "look at the network and the name servers of this machine; `--offline` leaves this out";
            Finding::warning(PROBE, error.to_string(), hint)
        }
    }
}

/// Addresses of feeds that are polled, each of another host.
fn hosts(config: &Config) -> Vec<Url> {
    let mut found: Vec<Url> = Vec::new();
    let polled = config.feeds().filter(|(_, feed)| !feed.paused).filter_map(|(_, feed)| Url::parse(&feed.url).ok());
    for url in polled {
        if found.len() < HOSTS && !found.iter().any(|other| other.host_str() == url.host_str()) {
            found.push(url);
        }
    }
    found
}
