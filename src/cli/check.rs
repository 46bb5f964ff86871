//! `check`: the configuration, with what was added to it at run time, and nothing else.

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::desk::tell_notes;
use super::{Common, Ending, Failure, print_json, say};
use crate::config;
use crate::pipeline::roster::{self, Roster};
use crate::text::count::counted;

/// Check the configuration, and nothing else.
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Check {
    /// Tells every problem, or in one line what is configured.
    pub(super) async fn run(self, common: &Common) -> Result<Ending, Failure> {
        let Self {} = self;
        match config::load(&common.config) {
            Ok(files) => {
                let files = Arc::new(files);
                report(&files, &in_effect(&files, common).await, common);
                Ok(Ending::Done)
            }
            Err(problems) if common.json => {
                print_json(&json!({ "ok": false, "problems": problems }));
                Ok(Ending::Misused)
            }
            Err(problems) => {
                for problem in problems.iter() {
                    say(&format!("{problem}\n"));
                }
                let count = problems.iter().count();
                let folder = common.config.display();
                Err(Failure::misused(format!("{} in the configuration in {folder}", counted(count, "problem"))))
            }
        }
    }
}

/// What is in effect: the files with what was added at run time. A database that cannot be read is no problem of the
/// configuration, and told.
async fn in_effect(files: &Arc<config::Config>, common: &Common) -> Roster {
    let alone = |notes| Roster { config: Arc::clone(files), notes, version: 0 };
    match roster::beside(files, &common.data_dir).await {
        Ok(Some(roster)) => roster,
        Ok(None) => alone(Vec::new()),
        Err(error) => alone(vec![format!("cannot look what was added at run time: {error}")]),
    }
}

fn report(files: &config::Config, in_effect: &Roster, common: &Common) {
    let Roster { config, notes, .. } = in_effect;
    let accounts = config.watchlist.accounts().len();
    let (sources, feeds) = (config.sources.len(), config.feeds().count());
    let added_accounts = accounts - files.watchlist.accounts().len();
    let added_feeds = feeds - files.feeds().count();
    let plays = config.playbook.plays.len();
    let destinations = config.settings.deliver.destinations.len();
    if common.json {
        print_json(&json!({
            "ok": true,
            "accounts": accounts,
            "added_accounts": added_accounts,
            "sources": sources,
            "feeds": feeds,
            "added_feeds": added_feeds,
            "plays": plays,
            "destinations": destinations,
            "notes": notes,
            "problems": [],
        }));
        return;
    }
    tell_notes(notes, common);
    let added = |count: usize| if count == 0 { String::new() } else { format!(" ({count} added at run time)") };
    say(&format!(
        "{}: no problems; {}{}, {}{} of {}, {}, {}",
        common.config.display(),
        counted(accounts, "account"),
        added(added_accounts),
        counted(feeds, "feed"),
        added(added_feeds),
        counted(sources, "source"),
        counted(plays, "play"),
        counted(destinations, "destination"),
    ));
}
