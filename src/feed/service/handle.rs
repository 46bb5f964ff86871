//! Where an account speaks itself: from what people write to a service and its name there.

use url::Url;

use crate::model::{Entry, Service};
use crate::text::sanitise::text_of_html;

/// The most characters of a headline that is made of a text.
const LONGEST: usize = 120;

/// A name on a social network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Which network.
    pub service: Service,
    /// What it is asked for there.
    pub query: String,
}

/// Reads "@acme@mastodon.example", "acme.bsky.social", "r/acme", "UC…", or the address of a profile.
///
/// # Errors
/// Why not, lower case, no full stop.
pub fn handle(text: &str) -> Result<Handle, String> {
    let text = text.trim();
    let found = |service, query: &str| Ok(Handle { service, query: query.to_owned() });
    if text.contains("://") {
        return of_url(text);
    }
    if text.starts_with("r/") {
        return found(Service::Reddit, text);
    }
    if text.trim_start_matches(['@', '#']).contains('@') {
        return found(Service::Mastodon, text);
    }
    if (text.starts_with("UC") && text.len() == 24) || (text.starts_with("PL") && !text.contains('.')) {
        return found(Service::Youtube, text);
    }
    if text.contains('.') && !text.contains(['/', ' ']) {
        return found(Service::Bluesky, text.trim_start_matches('@'));
    }
    Err(format!("`{text}` names no network: write \"@acme@mastodon.example\", \"acme.bsky.social\" or an address"))
}

fn of_url(text: &str) -> Result<Handle, String> {
    let unknown = || format!("`{text}` is no profile that can be followed; a feed of it belongs into sources.toml");
    let url = Url::parse(text).map_err(|_| unknown())?;
    let host = url.host_str().unwrap_or_default();
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let (service, query) = match (host.strip_prefix("www.").unwrap_or(host), parts.as_slice()) {
        ("bsky.app", ["profile", name, ..]) => (Service::Bluesky, (*name).to_owned()),
        ("youtube.com", ["channel", id, ..]) => (Service::Youtube, (*id).to_owned()),
        ("youtube.com", ["playlist"]) => {
            let list = url.query_pairs().find(|(key, _)| key == "list").ok_or_else(unknown)?;
            (Service::Youtube, list.1.into_owned())
        }
        ("youtube.com", _) => {
            return Err(format!("`{text}` does not tell the id of the channel (UC…), which its page source does"));
        }
        ("reddit.com" | "old.reddit.com", ["r", name, ..]) => (Service::Reddit, format!("r/{name}")),
        (_, [name]) if name.starts_with('@') => (Service::Mastodon, format!("{name}@{host}")),
        (_, ["tags", name]) => (Service::Mastodon, format!("#{name}@{host}")),
        _ => return Err(unknown()),
    };
    Ok(Handle { service, query })
}

/// Gives entries without a headline the beginning of their text as one.
pub(super) fn name_entries(entries: &mut [Entry]) {
    for entry in entries.iter_mut().filter(|entry| entry.title.as_deref().is_none_or(|title| title.trim().is_empty())) {
        let Some(markup) = entry.content.as_deref().or(entry.summary.as_deref()) else { continue };
        let text = text_of_html(markup);
        let Some(first) = text.lines().map(str::trim).find(|line| !line.is_empty()) else { continue };
        entry.title = Some(shortened(first));
    }
}

/// At most [`LONGEST`] characters, cut between words.
fn shortened(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole} …")
}
