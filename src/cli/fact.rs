//! `fact`: what other systems tell.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, content_of, in_effect, sit_down};
use super::inbox::open_existing;
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::{AccountId, Clock};
use crate::pipeline::facts::{TakenIn, draft, take};
use crate::pipeline::roster::table::Format;
use crate::store::facts::{self, KeptFact};

/// Facts from other systems.
#[derive(Debug, Subcommand)]
pub(super) enum Fact {
    /// Take facts from a file; again, it changes nothing. The next pass, or what runs, answers them.
    Import {
        /// One JSON object a line (`.ndjson`, `.jsonl`), or a table (`.csv`); `-` is standard input, as JSON lines.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        change: Change,
    },
    /// What was told, newest first, and what came of it.
    List {
        /// Only of this account.
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
    },
}

impl Fact {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        match self {
            Self::Import { file, change } => import(&file, &change, common, clock.as_ref()).await,
            Self::List { account, limit } => list(account.map(AccountId), limit, common).await,
        }
    }
}

async fn import(
    file: &std::path::Path,
    change: &Change,
    common: &Common,
    clock: &dyn Clock,
) -> Result<Ending, Failure> {
    let bytes = content_of(file)?;
    let is_table = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let (drafts, refused) = draft::read(&bytes, if is_table { Format::Csv } else { Format::Json });
    let desk = sit_down(common, change, clock).await?;
    let config = in_effect((*desk.files).clone(), &desk.store).await?;
    let taken = take(&desk.store, &drafts, &config.watchlist, &desk.who, desk.now, desk.dry_run).await;
    desk.store.close().await;
    let mut taken = taken?;
    taken.refused.extend(refused);
    taken.refused.sort_by_key(|refused| refused.line);
    tell(&taken, change, common);
    Ok(if taken.refused.is_empty() { Ending::Done } else { Ending::Partly })
}

fn tell(taken: &TakenIn, change: &Change, common: &Common) {
    if common.json {
        print_json(&json!({
            "added": taken.added, "changed": taken.changed, "unchanged": taken.unchanged, "refused": taken.refused,
            "dry_run": change.dry_run,
        }));
        return;
    }
    for refused in &taken.refused {
        let line = refused.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        eprintln!("{line}{}", refused.reason);
    }
    let would = if change.dry_run { " (dry run: nothing is changed)" } else { "" };
    say(&format!(
        "facts: {} added, {} changed, {} told already, {} refused{would}",
        taken.added.len(),
        taken.changed.len(),
        taken.unchanged,
        taken.refused.len()
    ));
    let news = taken.added.len() + taken.changed.len();
    if news > 0 && !common.quiet && !change.dry_run {
        eprintln!("next: tidings run --once (what runs already takes them up within minutes) · tidings fact list");
    }
}

async fn list(account: Option<AccountId>, limit: u32, common: &Common) -> Result<Ending, Failure> {
    let config = load_config(common)?;
    let store = open_existing(&config, common).await?;
    let listed = async { facts::list(&mut store.read().await?, account.as_ref(), limit.into()).await }.await;
    store.close().await;
    let listed = listed?;
    if common.json {
        for KeptFact { fact, received, who, answer } in &listed {
            let mut line = serde_json::to_value(fact).unwrap_or_default();
            line["received"] = json!(received);
            line["who"] = json!(who);
            line["answer"] = json!(answer);
            print_json(&line);
        }
        return Ok(Ending::Done);
    }
    if listed.is_empty() {
        say("no system has told anything");
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["day", "account", "kind", "system", "what", "what came of it"]);
    for KeptFact { fact, answer, .. } in &listed {
        let what = [Some(fact.called()), fact.contact.clone(), fact.priority.clone()];
        table.add_row([
            fact.at.date_naive().to_string(),
            fact.account.0.clone(),
            fact.kind.as_str().to_owned(),
            fact.system.clone(),
            what.into_iter().flatten().collect::<Vec<_>>().join(", "),
            answer.clone().unwrap_or_else(|| "not looked at yet".to_owned()),
        ]);
    }
    say(&table.to_string());
    Ok(Ending::Done)
}
