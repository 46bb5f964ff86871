//! `doctor`: is everything around the program as it should be? Each probe tells what it found and, where that is not
//! well, what to do. Nothing is changed.

mod database;
mod exposure;
mod feeds;
mod folder;
mod network;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::roster::Roster;
use crate::config::{self, Config, Problems, Settings};
use crate::model::Clock;

/// What one probe found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub probe: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub what: String,
    /// What to do about it; always there where it is not well.
    pub hint: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// The program works, but not as well as it could.
    Warning,
    /// The program does not work.
    Failed,
}

impl State {
    /// The word that people and programs read.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

impl Finding {
    /// All is well.
    pub fn ok(probe: &'static str, what: impl Into<String>) -> Self {
        Self { probe, state: State::Ok, what: what.into(), hint: None }
    }

    /// It works, but not as well as it could.
    pub fn warning(probe: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { probe, state: State::Warning, what: what.into(), hint: Some(hint.into()) }
    }

    /// It does not work.
    pub fn failed(probe: &'static str, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { probe, state: State::Failed, what: what.into(), hint: Some(hint.into()) }
    }
}

/// What was found, and what the caller needs to look further.
#[derive(Debug)]
pub struct Examination {
    /// What each probe found.
    pub findings: Vec<Finding>,
    /// The settings in force; the defaults where the configuration cannot be loaded.
    pub settings: Settings,
    /// Who holds the data folder.
    pub holder: Option<String>,
    /// How many may sign in.
    pub users: usize,
}

/// Looks at configuration, data folder, database, index, disk, clock, names, contact and destinations. `offline` leaves
/// out what asks the network.
pub async fn examine(config: &Path, data: &Path, clock: &dyn Clock, offline: bool) -> Examination {
    let loaded = config::load(config).map(Arc::new);
    let mut findings = Vec::new();
    let holder = folder::examine(data, &mut findings);
    let found = database::examine(loaded.as_ref().ok(), data, holder.is_some(), &mut findings).await;
    findings.insert(0, configuration(config, loaded.as_ref(), found.roster.as_ref()));
    findings.extend(found.roster.iter().flat_map(|roster| &roster.notes).map(|note| overruled(note)));
    findings.push(clock_runs(clock, found.last_attempt));
    if let Ok(config) = &loaded {
        findings.push(contact(&config.settings));
        findings.push(exposure::examine(&config.settings.serve, found.users));
        findings.extend(found.destinations);
        if !offline {
            findings.push(network::names(found.roster.as_ref().map_or(config, |roster| &roster.config)).await);
        }
    }
    let settings = loaded.map(|config| config.settings.clone()).unwrap_or_default();
    Examination { findings, settings, holder, users: found.users }
}

/// How the configuration is; what was added at run time counts with it.
fn configuration(folder: &Path, loaded: Result<&Arc<Config>, &Problems>, roster: Option<&Roster>) -> Finding {
    const PROBE: &str = "configuration";
    match loaded {
        Ok(files) => {
            let counted = |config: &Config| (config.watchlist.accounts().len(), config.feeds().count());
            let (in_files, feeds_in_files) = counted(files);
            let (accounts, feeds) = roster.map_or((in_files, feeds_in_files), |roster| counted(&roster.config));
            let added = |all: usize, in_files: usize| match all - in_files {
                0 => String::new(),
                added => format!(" ({added} added at run time)"),
            };
            let what = format!(
                "{accounts} accounts{}, {feeds} feeds{} in {}",
                added(accounts, in_files),
                added(feeds, feeds_in_files),
                folder.display()
            );
            if accounts == 0 || feeds == 0 {
                let hint = "put your accounts into watchlist.toml and their feeds into sources.toml, or add them with \
                            `tidings watch add` and `tidings feed add`";
                Finding::warning(PROBE, what, hint)
            } else {
                Finding::ok(PROBE, what)
            }
        }
        Err(problems) => {
            let mut all = problems.iter();
            let first = all.next().map(|problem| {
                let place = problem.place.map(|place| format!(":{}", place.line)).unwrap_or_default();
                format!("{}{place}: {}", problem.file.display(), problem.message)
            });
            let more = match all.count() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let what = format!("{}{more}", first.unwrap_or_default());
            Finding::failed(PROBE, what, "`tidings check` tells every problem with its place")
        }
    }
}

/// Something that was added at run time and is not in effect.
fn overruled(note: &str) -> Finding {
    let hint = "give it another id in the file, or remove it with `tidings watch remove` or `tidings feed remove`";
    Finding::warning("roster", note, hint)
}

/// Clocks before this year were never set.
const FIRST_YEAR: i32 = 2026;

/// How far back a clock may have been set, in minutes, before polls and cards are put off by it.
const SLACK_MINUTES: i64 = 5;

fn clock_runs(clock: &dyn Clock, last_attempt: Option<crate::model::Time>) -> Finding {
    use chrono::Datelike;
    const PROBE: &str = "clock";
    const HINT: &str = "set the clock of this machine, best by NTP: `timedatectl set-ntp true`";
    let now = clock.now();
    let shown = now.format("%Y-%m-%d %H:%M:%S UTC");
    if now.year() < FIRST_YEAR {
        return Finding::failed(PROBE, format!("it says {shown}, which is before this program was made"), HINT);
    }
    match last_attempt {
        Some(last) if last - now > chrono::TimeDelta::minutes(SLACK_MINUTES) => {
            let last = last.format("%Y-%m-%d %H:%M:%S UTC");
            Finding::warning(PROBE, format!("it says {shown}, but a feed was asked at {last} already"), HINT)
        }
        _ => Finding::ok(PROBE, shown.to_string()),
    }
}

/// R20: those who run the servers must be able to reach who asks them.
fn contact(settings: &Settings) -> Finding {
    const PROBE: &str = "contact";
    match settings.fetch.contact.as_deref().map(str::trim) {
        Some(contact) if !contact.is_empty() => {
            Finding::ok(PROBE, format!("servers are told {}", settings.fetch.user_agent_field()))
        }
        _ => Finding::warning(
            PROBE,
            format!("servers are told {:?} and no address to reach you", settings.fetch.user_agent_field()),
            "set `contact` under [fetch] in tidings.toml to a page or mail address; many block who has none",
        ),
    }
}
