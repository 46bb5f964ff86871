//! `backup`: database and configuration into one file.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Ending, Failure, print_json, say};
use crate::model::Clock;
use crate::pipeline::archive::{self, ArchiveError, BackupRequest};

/// Save database and configuration into one file.
///
/// Works beside a running tidings. Secrets are not in it: they stand in the environment or in files of their own.
/// `tidings restore FILE` brings it back.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The archive to make, for example tidings-2026-11-30.tar.gz.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Overwrite a file of this name.
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) async fn run(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        let request =
            BackupRequest { archive: &self.file, config: &common.config, data: &common.data_dir, force: self.force };
        let made = archive::backup(&request, clock.now()).await.map_err(|error| told(&error))?;
        if common.json {
            print_json(&made);
            return Ok(Ending::Done);
        }
        for member in &made.manifest.members {
            say(&format!("saved  {:>12} bytes  {}", member.size, member.path));
        }
        say(&format!("{}: {} bytes", made.archive.display(), made.bytes));
        if !common.quiet {
            for secret in &made.manifest.not_included {
                eprintln!("not in it: {secret}");
            }
        }
        Ok(Ending::Done)
    }
}

/// What went wrong with an archive, and what to do.
pub(super) fn told(error: &ArchiveError) -> Failure {
    let failed = || Failure::failed(error);
    match error {
        ArchiveError::Exists(_) => failed().hint("name another file, or overwrite it with --force"),
        ArchiveError::NoConfiguration(_) => Failure::misused(error).hint("--config DIR names the folder to save"),
        ArchiveError::Unreadable { .. } => {
            Failure::misused(error).hint("without it nobody knows which files hold secrets; `tidings check` tells more")
        }
        ArchiveError::NoDatabase(_) => {
            failed().hint("`tidings run --once` reads the feeds; --data-dir names another folder")
        }
        ArchiveError::OnServer => failed().hint(
            "save it with `pg_dump --format=custom --file=tidings.dump ADDRESS`, and the configuration folder by hand",
        ),
        ArchiveError::Foreign { .. } | ArchiveError::Damaged { .. } => {
            failed().hint("nothing was changed; take another backup, or fetch this one again")
        }
        ArchiveError::Newer { .. } => failed().hint("nothing was changed; install a tidings as new as the one named"),
        ArchiveError::Occupied(_) => {
            failed().hint("--config and --data-dir name other folders; --force replaces what is there")
        }
        ArchiveError::Folder(_) => failed().hint("stop that process, or name another folder with --data-dir"),
        ArchiveError::Io { .. } => failed().hint("look at owner, permissions and free space there"),
        ArchiveError::Store(_) => failed().hint("`tidings doctor` looks at the database"),
    }
}
