//! `restore`: database and configuration from a backup.

use std::path::PathBuf;

use clap::Args;

use super::backup::told;
use super::{Common, Ending, Failure, print_json, say};
use crate::pipeline::archive::{self, RestoreRequest, Restored};

/// Bring database and configuration back from a backup.
///
/// The whole archive is checked before anything is written. The search index is removed; the next run builds it anew.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The archive.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace what is in the folders.
    #[arg(long)]
    force: bool,
    /// Check everything and say what would happen, change nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Restore {
    pub(super) async fn run(self, common: &Common) -> Result<Ending, Failure> {
        let request = RestoreRequest {
            archive: &self.file,
            config: &common.config,
            data: &common.data_dir,
            force: self.force,
            dry_run: self.dry_run,
        };
        let restored = archive::restore(&request).await.map_err(|error| told(&error))?;
        if common.json {
            print_json(&restored);
        } else {
            tell(&restored, common);
        }
        Ok(Ending::Done)
    }
}

fn tell(restored: &Restored, common: &Common) {
    let manifest = &restored.manifest;
    let made = manifest.made_at.format("%Y-%m-%d %H:%M UTC");
    say(&format!("a backup of {made} by tidings {}", manifest.program_version));
    let would = if restored.dry_run { "would be " } else { "" };
    for (what, paths) in
        [("written  ", &restored.written), ("replaced ", &restored.replaced), ("unchanged", &restored.unchanged)]
    {
        for path in paths {
            say(&format!("{would}{what}  {}", path.display()));
        }
    }
    if restored.index_removed {
        say(&format!("{would}removed    the search index; the next run builds it anew"));
    }
    if !common.quiet {
        for secret in &manifest.not_included {
            eprintln!("not in the backup: {secret}");
        }
        if !restored.dry_run {
            eprintln!("\nnext: tidings doctor · tidings run --once");
        }
    }
}
