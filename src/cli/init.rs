//! `init`: a starting configuration.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::demo::{Place, next_after_init, play_into};
use super::{Common, Ending, Failure, print_json, say};
use crate::config::shipped;
use crate::model::Clock;
use crate::store::folder::{articles_in, database_in};

/// Write a starting configuration.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// Also write the playbook that is shipped, to change it; without a file the shipped one is in force.
    #[arg(long)]
    playbook: bool,
    /// Start from the demo: its accounts and feeds in --config, eight weeks of its articles and cards in --data-dir.
    /// `demo --remove` takes all of it out again.
    #[arg(long)]
    demo: bool,
    /// Say what would be written, write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Init {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        if self.demo { Box::pin(self.with_demo(common, clock.as_ref())).await } else { self.files(common) }
    }

    /// Plays the demo into folders that hold neither a configuration nor data yet.
    async fn with_demo(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        let place = Place::of(common);
        let own = shipped::files(self.playbook).into_iter().filter(|file| !file.generated);
        let mut paths: Vec<PathBuf> = own.map(|file| common.config.join(file.path)).collect();
        paths.extend([database_in(&common.data_dir), articles_in(&common.data_dir)]);
        let there: Vec<_> = paths.iter().filter(|path| path.exists()).map(|path| path.display().to_string()).collect();
        if !there.is_empty() {
            let remove = place.removal();
            let hint = if place.is_marked() {
                format!("the demo is there already: go on with it, or take it away by `{remove}`")
            } else {
                "name folders that are empty with --config DIR --data-dir DIR; `tidings demo` plays it in one of its own"
                    .to_owned()
            };
            return Err(Failure::misused(format!("refusing to overwrite {}", there.join(", "))).hint(hint));
        }
        if !self.dry_run {
            play_into(&place, common, clock).await?;
            for file in shipped::files(self.playbook).iter().filter(|file| file.path == "playbook.toml") {
                write(&common.config.join(&file.path), &file.text, false)?;
            }
        }
        if common.json {
            print_json(&json!({ "written": paths, "kept": [], "dry_run": self.dry_run }));
            return Ok(Ending::Done);
        }
        let would = if self.dry_run { "would be " } else { "" };
        for path in &paths {
            say(&format!("{would}written  {}", path.display()));
        }
        if !common.quiet && !self.dry_run {
            next_after_init(&place);
        }
        Ok(Ending::Done)
    }

    /// Writes what is missing. Files that exist stay as they are and are named; where none is missing that is a misuse.
    fn files(self, common: &Common) -> Result<Ending, Failure> {
        let mut written: Vec<PathBuf> = Vec::new();
        let mut kept: Vec<PathBuf> = Vec::new();
        let (generated, own): (Vec<_>, Vec<_>) =
            shipped::files(self.playbook).into_iter().partition(|file| file.generated);
        let (there, missing): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|file| common.config.join(&file.path).exists());
        kept.extend(there.iter().map(|file| common.config.join(&file.path)));
        if missing.is_empty() {
            let names: Vec<_> = kept.iter().map(|path| path.display().to_string()).collect();
            return Err(Failure::misused(format!("refusing to overwrite {}", names.join(", ")))
                .hint("name another folder with --config DIR, or move these files away"));
        }
        for file in missing.iter().chain(&generated) {
            let path = common.config.join(&file.path);
            if !self.dry_run {
                write(&path, &file.text, file.generated)?;
            }
            written.push(path);
        }
        self.tell(&written, &kept, common);
        Ok(if kept.is_empty() { Ending::Done } else { Ending::Partly })
    }

    fn tell(&self, written: &[PathBuf], kept: &[PathBuf], common: &Common) {
        if common.json {
            print_json(&json!({ "written": written, "kept": kept, "dry_run": self.dry_run }));
            return;
        }
        let would = if self.dry_run { "would be " } else { "" };
        for path in written {
            say(&format!("{would}written  {}", path.display()));
        }
        for path in kept {
            say(&format!("kept as it is  {}", path.display()));
        }
        if !common.quiet && !self.dry_run {
            eprintln!("\nnext: put your own accounts into watchlist.toml · tidings check · tidings run --once");
        }
    }
}

/// Writes a file with its folder. A file that appeared in the meantime is not overwritten, unless it is a generated one.
fn write(path: &std::path::Path, text: &str, overwrite: bool) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| {
        Failure::failed(format!("cannot write {}: {error}", path.display()))
            .hint("name a folder that this user may write to with --config DIR")
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(overwrite).truncate(overwrite).create_new(!overwrite);
    let mut file = options.open(path).map_err(unwritable)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(folder: &std::path::Path) -> Common {
        Common {
            config: folder.join("config"),
            data_dir: folder.join("index"),
            json: false,
            quiet: true,
            verbose: 0,
            no_input: true,
        }
    }

    #[test]
    fn init_writes_a_right_configuration_and_overwrites_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let common = common(folder.path());
        let init = |playbook, dry_run| Init { playbook, demo: false, dry_run }.files(&common);
        assert_eq!(init(false, true).unwrap(), Ending::Done);
        assert!(!common.config.exists(), "a dry run writes nothing");
        assert_eq!(init(false, false).unwrap(), Ending::Done);
        crate::config::load(&common.config).unwrap();
        assert!(common.config.join("schema/watchlist.schema.json").exists());

        let watchlist = common.config.join("watchlist.toml");
        std::fs::write(&watchlist, "# mine\n").unwrap();
        let refused = init(false, false).unwrap_err();
        assert_eq!(refused.ending, Ending::Misused);
        for name in ["tidings.toml", "watchlist.toml", "sources.toml"] {
            assert!(refused.message.contains(name), "{}", refused.message);
        }
        std::fs::remove_file(common.config.join("sources.toml")).unwrap();
        assert_eq!(init(true, false).unwrap(), Ending::Partly);
        assert!(common.config.join("sources.toml").exists() && common.config.join("playbook.toml").exists());
        assert_eq!(std::fs::read_to_string(watchlist).unwrap(), "# mine\n");
    }
}
