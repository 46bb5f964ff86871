//! What the verbs about accounts and feeds share: the desk, its options, and words for what went wrong.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::inbox::person;
use super::{Common, Failure, load_config, print_json, say};
use crate::config::Config;
use crate::model::{Clock, Time};
use crate::pipeline::engine::open_store;
use crate::pipeline::roster::import::Imported;
use crate::pipeline::roster::{Desk, RosterError, effective};
use crate::store::{Store, folder};

/// Files larger than this are no lists that people keep.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// Who changes something, and whether it is meant.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Change {
    /// Who does this; the name in the log.
    #[arg(long, value_name = "NAME", env = "TIDINGS_WHO")]
    pub(super) who: Option<String>,
    /// Say what would happen, change nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// The desk on the configuration and database of these options; a database that is not there yet is made.
pub(super) async fn sit_down(common: &Common, change: &Change, clock: &dyn Clock) -> Result<Desk, Failure> {
    let files = Arc::new(load_config(common)?);
    if files.settings.store.url.is_none() {
        std::fs::create_dir_all(&common.data_dir).map_err(|why| {
            Failure::failed(format!("cannot write to the data folder {}: {why}", common.data_dir.display()))
                .hint("give it a folder that this user may write to with --data-dir")
        })?;
    }
    let store = open_store(&files, &folder::database_in(&common.data_dir)).await?;
    Ok(Desk { files, store, who: person(change.who.as_deref()), now: clock.now(), dry_run: change.dry_run })
}

/// A configuration with the accounts and feeds of the database.
pub(super) async fn in_effect(files: Config, store: &Store) -> Result<Arc<Config>, Failure> {
    Ok(effective(&Arc::new(files), &mut store.read().await?).await?.config)
}

/// The content of a file, `-` for standard input.
pub(super) fn content_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(LARGEST_FILE + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
    };
    read.map_err(|why| Failure::misused(format!("cannot read {}: {why}", file.display())))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Failure::misused(format!("{} is larger than {} MiB", file.display(), LARGEST_FILE >> 20)));
    }
    Ok(bytes)
}

/// Tells what an import came to, bad lines first.
pub(super) fn tell_import<Id: Serialize + std::fmt::Display>(
    imported: &Imported<Id>,
    what: &str,
    change: &Change,
    common: &Common,
) {
    if common.json {
        print_json(&json!({
            "added": imported.added, "changed": imported.changed, "unchanged": imported.unchanged,
            "refused": imported.refused, "dry_run": change.dry_run,
        }));
        return;
    }
    for refused in &imported.refused {
        let line = refused.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        eprintln!("{line}{}", refused.reason);
    }
    let would = if change.dry_run { " (dry run: nothing is changed)" } else { "" };
    say(&format!(
        "{what}: {} added, {} changed, {} there already, {} refused{would}",
        imported.added.len(),
        imported.changed.len(),
        imported.unchanged,
        imported.refused.len()
    ));
}

/// What of the database is not in effect.
pub(super) fn tell_notes(notes: &[String], common: &Common) {
    if !common.quiet {
        for note in notes {
            eprintln!("note: {note}");
        }
    }
}

/// A day and time for people.
pub(super) fn when(at: Option<Time>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

pub(super) fn told(error: RosterError) -> Failure {
    let message = error.to_string();
    match error {
        RosterError::UnknownAccount { .. } => {
            Failure::failed(message).hint("`tidings watch list` shows every account with its id")
        }
        RosterError::UnknownFeed { .. } => {
            Failure::failed(message).hint("`tidings feed list` shows every feed with its id")
        }
        RosterError::UnknownSearch { .. } => {
            Failure::failed(message).hint("`tidings saved list` shows every saved search")
        }
        RosterError::InFile { what, file, .. } => {
            Failure::misused(message).hint(format!("change or take out the {what} in {file}, then `tidings check`"))
        }
        RosterError::Generated(id) => Failure::misused(message).hint(format!("`tidings feed pause {id}`")),
        RosterError::PausedInFile(_) => Failure::misused(message).hint("set `paused = false` there"),
        RosterError::Taken { .. } => {
            Failure::misused(message).hint("--id OTHER adds another one beside it; `tidings watch import` changes it")
        }
        RosterError::NoFeed { .. } => Failure::failed(message)
            .hint("give the address of the feed itself, or of the page where its site announces it"),
        RosterError::Wrong(_) | RosterError::Unreadable(_) => Failure::misused(message),
        RosterError::Store(error) => Failure::from(error),
    }
}
