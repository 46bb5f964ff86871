//! `demo`: eight weeks of an invented newswire in under a minute, offline, and what came of them.

mod fit;
mod progress;
mod removal;
mod screen;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use self::progress::Bar;
pub(super) use self::screen::next_after_init;
use super::{Common, Ending, Failure, load_config_in, say};
use crate::demo::{self, Played, free, settings};
use crate::model::Clock;
use crate::pipeline::engine::open_store;
use crate::store::{DataFolder, accounts, folder, sources};

/// Play the demo into a folder of its own, show what came of it, and take it away again.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder of the demo, for its configuration and its data [default: demo].
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Take the demo away: its folder, or, where --config and --data-dir name a place that `init --demo` made, what is the
    /// demo's there. Your own accounts, feeds and articles stay as they are.
    #[arg(long)]
    remove: bool,
    /// Say what would be written or taken away, change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Configuration and data of one place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) config: PathBuf,
    pub(super) data: PathBuf,
    /// The demo's own folder, where both stand in it.
    folder: Option<PathBuf>,
}

impl Demo {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        if self.remove {
            return removal::run(self.dir.as_deref(), self.dry_run, common, clock).await;
        }
        let dir = self.dir.unwrap_or_else(|| PathBuf::from(FOLDER));
        let place = Place::within(&dir);
        holds_nothing_else(&dir, &place).await?;
        if self.dry_run {
            say(&format!("would be written  {}", dir.display()));
            return Ok(Ending::Done);
        }
        clear(&place)?;
        let played = play_into(&place, common, clock.as_ref()).await?;
        screen::tell(&played, &place, common).await?;
        Ok(Ending::Done)
    }
}

/// The demo's own folder, where none is named.
const FOLDER: &str = "demo";

/// Plays the demo into a place that holds none, with progress on standard error.
pub(super) async fn play_into(place: &Place, common: &Common, clock: &dyn Clock) -> Result<Played, Failure> {
    let told = |error: String| Failure::failed(error).hint("another folder may do: `tidings demo --dir DIR`");
    let held = DataFolder::hold(&place.data).map_err(|error| told(error.to_string()))?;
    let bar = Bar::start(common);
    let played = demo::play(&place.config, held, clock.now(), &mut |day| bar.show(day)).await;
    bar.end();
    played.map_err(|error| told(error.to_string()))
}

impl Place {
    fn within(dir: &Path) -> Self {
        Self { config: dir.join("config"), data: dir.join("index"), folder: Some(dir.to_owned()) }
    }

    pub(super) fn of(common: &Common) -> Self {
        Self { config: common.config.clone(), data: common.data_dir.clone(), folder: None }
    }

    /// A command that works on this place, to be typed as it stands; broken before `verb` where it is wide.
    pub(super) fn command(&self, verb: &str) -> String {
        let mut line = "tidings".to_owned();
        for (flag, path, usual) in [("--config", &self.config, "config"), ("--data-dir", &self.data, "index")] {
            if path.as_os_str() != usual {
                let _ = write!(line, " {flag} {}", typed(path));
            }
        }
        let wide = line.chars().count() + verb.chars().count() + 5 > fit::WIDTH;
        if wide { format!("{line} \\\n      {verb}") } else { format!("{line} {verb}") }
    }

    /// The command that takes the demo away from here.
    pub(super) fn removal(&self) -> String {
        match &self.folder {
            Some(folder) if folder.as_os_str() == FOLDER => "tidings demo --remove".to_owned(),
            Some(folder) => format!("tidings demo --remove --dir {}", typed(folder)),
            None => self.command("demo --remove"),
        }
    }

    pub(super) fn database(&self) -> PathBuf {
        folder::database_in(&self.data)
    }

    /// True where a file of the configuration holds the demo.
    pub(super) fn is_marked(&self) -> bool {
        FILES
            .iter()
            .any(|name| std::fs::read_to_string(self.config.join(name)).is_ok_and(|text| free::is_marked(&text)))
    }
}

/// The files of the configuration in which the demo writes.
pub(super) const FILES: [&str; 2] = ["watchlist.toml", "sources.toml"];

/// A path as a shell takes it.
fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+=:,@".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Refuses a folder in which something stands that the demo did not write: it would be lost.
async fn holds_nothing_else(dir: &Path, place: &Place) -> Result<(), Failure> {
    if !dir.exists() || std::fs::read_dir(dir)?.next().is_none() {
        return Ok(());
    }
    if !place.is_marked() {
        return Err(Failure::misused(format!("{} holds something that is not the demo", dir.display()))
            .hint("--dir names another folder"));
    }
    let Some(own) = own_part(place).await? else { return Ok(()) };
    let parts = Place { folder: None, ..place.clone() }.removal();
    Err(Failure::misused(format!("{} holds something of yours beside the demo: {own}", dir.display()))
        .hint(format!("`{parts}` takes only the demo's part away; --dir names another folder")))
}

/// The first thing in the place that is not the demo's.
async fn own_part(place: &Place) -> Result<Option<String>, Failure> {
    let written = settings::without_demo();
    for entry in std::fs::read_dir(&place.config)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rest = written.iter().find(|(written, _)| *written == name).map(|(_, rest)| rest);
        let same =
            rest.is_some_and(|rest| std::fs::read_to_string(&path).is_ok_and(|text| free::freed(&text) == *rest));
        if !same && name != "schema" {
            return Ok(Some(path.display().to_string()));
        }
    }
    if !place.database().exists() {
        return Ok(None);
    }
    let quiet = Common { config: place.config.clone(), data_dir: place.data.clone(), ..Common::silent() };
    let store = open_store(&load_config_in(&place.config, &quiet)?, &place.database()).await?;
    let mut session = store.read().await?;
    let account = accounts::all(&mut session).await?.first().map(|account| format!("account {}", account.id));
    let feed = sources::feeds(&mut session).await?.first().map(|kept| format!("feed {}", kept.feed.id));
    drop(session);
    store.close().await;
    Ok(account.or(feed))
}

/// Takes configuration and data of the demo's own folder away.
fn clear(place: &Place) -> Result<(), Failure> {
    for part in [&place.config, &place.data].into_iter().filter(|part| part.exists()) {
        DataFolder::hold(part).map_err(|error| Failure::failed(error).hint("stop the tidings that works there"))?;
        std::fs::remove_dir_all(part)?;
    }
    Ok(())
}
