//! `check`: the configuration, and nothing else.

use clap::Args;
use serde_json::json;

use super::{Common, Ending, Failure, print_json, say};
use crate::config;

/// Check the configuration, and nothing else.
#[derive(Debug, Args)]
pub(super) struct Check {}

impl Check {
    /// Tells every problem, or in one line what is configured.
    pub(super) fn run(self, common: &Common) -> Result<Ending, Failure> {
        let Self {} = self;
        match config::load(&common.config) {
            Ok(config) => {
                report(&config, common);
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

fn report(config: &config::Config, common: &Common) {
    let accounts = config.watchlist.accounts().len();
    let (sources, feeds) = (config.sources.len(), config.feeds().count());
    let plays = config.playbook.plays.len();
    let destinations = config.settings.deliver.destinations.len();
    if common.json {
        print_json(&json!({
            "ok": true,
            "accounts": accounts,
            "sources": sources,
            "feeds": feeds,
            "plays": plays,
            "destinations": destinations,
            "problems": [],
        }));
        return;
    }
    say(&format!(
        "{}: no problems; {}, {} of {}, {}, {}",
        common.config.display(),
        counted(accounts, "account"),
        counted(feeds, "feed"),
        counted(sources, "source"),
        counted(plays, "play"),
        counted(destinations, "destination"),
    ));
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
