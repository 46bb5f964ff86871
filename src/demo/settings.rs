//! The configuration that the demo runs under, written as an operator would write it.

use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use chrono::TimeDelta;

use super::newswire::{DAYS, Format, Newswire, Outlet};
use super::site;

/// Ids of the demo's sources and feeds begin so: by it they are told from the operator's own.
pub const PREFIX: &str = "demo-";

/// First and last line of what the demo wrote into a file of the configuration.
pub const MARKS: (&str, &str) = ("# >>> demo: invented, goes away with `tidings demo --remove`", "# <<< demo");

const WATCHLIST: &str = include_str!("newswire/watchlist.toml");

/// Writes `tidings.toml`, `watchlist.toml` and `sources.toml` into `folder`; `address` is where the newswire is served.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(folder: &Path, newswire: &Newswire, address: SocketAddr) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("tidings.toml"), marked("[net]\nallow = [\"127.0.0.0/8\"]\n"))?;
    std::fs::write(folder.join("watchlist.toml"), marked(&watchlist(newswire)))?;
    std::fs::write(folder.join("sources.toml"), marked(&sources(newswire, address)))
}

/// Pauses the demo's feeds in `sources.toml`: once its newswire is gone there is nothing to poll.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn pause_feeds(folder: &Path) -> io::Result<()> {
    let file = folder.join("sources.toml");
    let text = std::fs::read_to_string(&file)?;
    let paused = text.lines().map(|line| match line.strip_prefix("url = ") {
        Some(_) => format!("{line}\npaused = true\n"),
        None => format!("{line}\n"),
    });
    std::fs::write(file, paused.collect::<String>())
}

/// Takes what the demo wrote out of a file's text.
#[must_use]
pub fn without_demo(text: &str) -> String {
    let mut inside = false;
    let mut rest = String::new();
    for line in text.lines() {
        inside |= line == MARKS.0;
        if !inside {
            rest.push_str(line);
            rest.push('\n');
        }
        inside &= line != MARKS.1;
    }
    rest
}

fn marked(text: &str) -> String {
    format!("{}\n{}\n{}\n", MARKS.0, text.trim(), MARKS.1)
}

/// The watchlist with dates in place of `@day(N)`, N days before (−) or after (+) the last day of the newswire.
fn watchlist(newswire: &Newswire) -> String {
    let mut text = String::new();
    let mut rest = WATCHLIST;
    while let Some((before, after)) = rest.split_once("@day(") {
        let (number, after) = after.split_once(')').unwrap_or((after, ""));
        let days: i64 = number.parse().unwrap_or_default();
        text.push_str(before);
        let _ = write!(text, "{}", newswire.date(DAYS - 1) + TimeDelta::days(days));
        rest = after;
    }
    text + rest
}

fn sources(newswire: &Newswire, address: SocketAddr) -> String {
    newswire.outlets.iter().map(|outlet| source(outlet, address)).collect::<Vec<_>>().join("\n")
}

fn source(outlet: &Outlet, address: SocketAddr) -> String {
    let mut text = format!("[[source]]\nid = \"{PREFIX}{}\"\nname = \"{}\"\nown = true\n", outlet.id, outlet.name);
    if outlet.wire {
        text.push_str("wire = true\n");
    }
    if let Some(language) = &outlet.language {
        let _ = writeln!(text, "language = \"{language}\"");
    }
    let is_sitemap = outlet.format == Format::Sitemap;
    if is_sitemap {
        text.push_str("fetch = \"page\"\n");
    }
    let _ = write!(
        text,
        "\n[[source.feed]]\nid = \"{PREFIX}{}\"\nurl = \"{}/feed\"\n",
        outlet.id,
        site::base(address, outlet)
    );
    if is_sitemap {
        text.push_str("kind = \"sitemap\"\n");
    }
    if let Some(account) = &outlet.account {
        let _ = writeln!(text, "account = \"{account}\"");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Time;

    #[test]
    fn what_it_writes_is_a_configuration_in_which_nothing_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let newswire = Newswire::ending(Time::from_timestamp(1_790_000_000, 0).unwrap()).unwrap();
        write(folder.path(), &newswire, "127.0.0.1:8099".parse().unwrap()).unwrap();
        let config = crate::config::load(folder.path()).unwrap();
        assert_eq!(config.feeds().count(), newswire.outlets.len());
        assert!(config.watchlist.accounts().len() >= 15);
        pause_feeds(folder.path()).unwrap();
        assert!(crate::config::load(folder.path()).unwrap().feeds().all(|(_, feed)| feed.paused));
    }

    #[test]
    fn what_it_wrote_can_be_taken_out_and_nothing_else() {
        let own = "# mine\n[[account]]\nid = \"own\"\n";
        assert_eq!(without_demo(&format!("{}{own}", marked("[[account]]\nid = \"x\""))), own);
        assert_eq!(without_demo(own), own);
    }
}
