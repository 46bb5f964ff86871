//! The configuration that the demo runs under, written as an operator would write it.

use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use chrono::TimeDelta;

use super::newswire::{DAYS, Format, Newswire, Outlet};
use super::site;
use crate::config::shipped;

/// Ids of the demo's sources and feeds begin so: by it they are told from the operator's own.
pub const PREFIX: &str = "demo-";

/// First and last line of what the demo wrote into a file of the configuration.
pub const MARKS: (&str, &str) = ("# >>> demo: invented, goes away with `tidings demo --remove`", "# <<< demo");

pub(super) const WATCHLIST: &str = include_str!("newswire/watchlist.toml");

const WATCHLIST_HEAD: &str = "\
#:schema schema/watchlist.schema.json
#
# Whom we watch: one [[account]] for each client, competitor, prospect, partner or topic.
# What stands between the two marks is the demo's, all of it invented. Your own goes below.
";

const WATCHLIST_TAIL: &str = "
# Your own accounts. Only id and name are needed; `tidings check` looks whether all is right.
#
# [[account]]
# id = \"acme\"
# name = \"Acme Robotics, Inc.\"
# kind = \"client\"
# owner = \"mia\"
";

const SOURCES_HEAD: &str = "\
#:schema schema/sources.schema.json
#
# Where news comes from: one [[source]] for each publisher, one [[source.feed]] for each address of it.
# What stands between the two marks is the demo's, all of it invented. Your own goes below.
";

const SOURCES_TAIL: &str = "
# Your own sources, or let `tidings feed add ADDRESS` find the feeds of a site.
#
# [[source]]
# id = \"times\"
# name = \"The Times of Example\"
# [[source.feed]]
# id = \"times-business\"
# url = \"https://times.example/business.xml\"
";

/// The files that the demo writes, each with what is left of it when the demo has gone.
#[must_use]
pub fn without_demo() -> [(&'static str, String); 3] {
    [
        ("tidings.toml", shipped::settings_text()),
        ("watchlist.toml", format!("{WATCHLIST_HEAD}{WATCHLIST_TAIL}")),
        ("sources.toml", format!("{SOURCES_HEAD}{SOURCES_TAIL}")),
    ]
}

/// Writes `tidings.toml`, `watchlist.toml` and `sources.toml` into `folder`, ready to be gone on with, and the schemas that
/// they name; `address` is where the newswire is served.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(folder: &Path, newswire: &Newswire, address: SocketAddr) -> io::Result<()> {
    let watchlist = format!("{WATCHLIST_HEAD}{}{WATCHLIST_TAIL}", marked(&watchlist(newswire)));
    let sources = format!("{SOURCES_HEAD}{}{SOURCES_TAIL}", marked(&sources(newswire, address)));
    std::fs::create_dir_all(folder.join("schema"))?;
    std::fs::write(folder.join("tidings.toml"), shipped::settings_text())?;
    std::fs::write(folder.join("watchlist.toml"), watchlist)?;
    std::fs::write(folder.join("sources.toml"), sources)?;
    for schema in shipped::files(false).into_iter().filter(|file| file.generated) {
        std::fs::write(folder.join(schema.path), schema.text)?;
    }
    Ok(())
}

/// Pauses the demo's feeds in `sources.toml`: once its newswire is gone there is nothing to poll.
///
/// # Errors
/// Where the file cannot be read or written.
pub fn pause_feeds(folder: &Path) -> io::Result<()> {
    let file = folder.join("sources.toml");
    let text = std::fs::read_to_string(&file)?;
    let paused = text.lines().map(|line| match line.strip_prefix("url = ") {
        Some(_) => format!("{line}\npaused = true    # this newswire answered only while the demo played\n"),
        None => format!("{line}\n"),
    });
    std::fs::write(file, paused.collect::<String>())
}

fn marked(text: &str) -> String {
    format!("{}\n{}\n{}\n", MARKS.0, text.trim(), MARKS.1)
}

/// The watchlist with dates in place of `@day(N)`, N days before (−) or after (+) the last day of the newswire.
fn watchlist(newswire: &Newswire) -> String {
    let mut text = String::new();
    // Without the line that explains these marks to who writes the demo.
    let written: String = WATCHLIST.split_inclusive('\n').filter(|line| !line.starts_with("# `@day(N)`")).collect();
    let mut rest = written.as_str();
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
}
