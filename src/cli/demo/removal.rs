//! Taking the demo away: its own folder, or what is the demo's in a place that holds more.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::{FILES, FOLDER, Place, clear, holds_nothing_else};
use crate::cli::{Common, Ending, Failure, load_config_in, print_json, say};
use crate::demo::free::{self, Ids};
use crate::model::Clock;
use crate::pipeline::engine::open_store;
use crate::pipeline::{Engine, index};
use crate::store::removal::{self, Counts, Removal};
use crate::store::{DataFolder, Session, Store, accounts, feeds, sources};

/// Takes away the folder `dir`, where it is named, else what is the demo's in the place of the options. Where these name
/// nothing special and the demo's usual folder is there, that is meant.
pub(super) async fn run(
    dir: Option<&Path>,
    dry_run: bool,
    common: &Common,
    clock: Arc<dyn Clock>,
) -> Result<Ending, Failure> {
    let place = Place::of(common);
    let usual = common.config.as_os_str() == "config" && common.data_dir.as_os_str() == "index";
    let folder = dir.map(Path::to_owned).or_else(|| {
        let folder = PathBuf::from(FOLDER);
        (usual && folder.exists()).then_some(folder)
    });
    match folder {
        Some(folder) => whole_folder(&folder, dry_run, common).await,
        None => shared(&place, dry_run, common, clock).await,
    }
}

/// The demo's own folder, in which nothing else stands.
async fn whole_folder(dir: &Path, dry_run: bool, common: &Common) -> Result<Ending, Failure> {
    if !dir.exists() {
        return Err(Failure::failed(format!("there is no demo in {}", dir.display())));
    }
    let place = Place::within(dir);
    holds_nothing_else(dir, &place).await?;
    if dry_run {
        let counts = Part::of(&place, common).await?.count().await?;
        tell(&counts, &[dir.to_owned()], true, common);
        return Ok(Ending::Done);
    }
    clear(&place)?;
    // What somebody put beside configuration and data is not ours.
    let is_gone = std::fs::remove_dir(dir).is_ok();
    if common.json {
        print_json(&json!({ "removed": [dir], "dry_run": false }));
    } else if !common.quiet {
        let left = if is_gone { "is gone" } else { "holds other files, which stay; the demo in it is gone" };
        eprintln!("{} {left}", dir.display());
    }
    Ok(Ending::Done)
}

/// A place that `init --demo` made and its owner goes on with.
async fn shared(place: &Place, dry_run: bool, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
    let part = Part::of(place, common).await?;
    if part.files.is_empty() && !part.is_known().await? {
        return Err(Failure::failed(format!(
            "there is no demo in {} and {}",
            place.config.display(),
            place.data.display()
        ))
        .hint("--dir names the demo's own folder; --config and --data-dir name a place that `init --demo` made"));
    }
    let names: Vec<PathBuf> = part.files.iter().map(|(path, _)| path.clone()).collect();
    if dry_run {
        let counts = part.count().await?;
        tell(&counts, &names, true, common);
        return Ok(Ending::Done);
    }
    part.still_right(place, common)?;
    let held = DataFolder::hold(&place.data)
        .map_err(|error| Failure::failed(error).hint("stop the tidings that works there"))?;
    let mut session = part.store.write().await?;
    let counts = removal::remove(&mut session, &part.removal).await?;
    session.commit().await?;
    part.store.close().await;
    for (path, text) in &part.files {
        std::fs::write(path, text)?;
    }
    let config = Arc::new(load_config_in(&place.config, common)?);
    let engine = Engine::start(config, held, clock).await?;
    index::rebuild(&engine).await?;
    engine.store.close().await;
    tell(&counts, &names, false, common);
    Ok(Ending::Done)
}

/// What is the demo's in a place.
struct Part {
    store: Store,
    removal: Removal,
    /// Files of the configuration that hold some of it, as they are without.
    files: Vec<(PathBuf, String)>,
}

impl Part {
    async fn of(place: &Place, common: &Common) -> Result<Self, Failure> {
        let config = load_config_in(&place.config, common)?;
        if config.settings.store.url.is_none() && !place.database().exists() {
            return Err(Failure::failed(format!("nothing has been read yet into {}", place.data.display()))
                .hint("--data-dir names the folder that the demo was played into"));
        }
        let store = open_store(&config, &place.database()).await?;
        let mut files = Vec::new();
        let mut own = own_in(&mut store.read().await?).await?;
        for name in FILES {
            let path = place.config.join(name);
            let text = std::fs::read_to_string(&path)?;
            let rest = free::freed(&text);
            let left = Ids::in_text(&rest);
            own.accounts.extend(left.accounts);
            own.sources.extend(left.sources);
            own.feeds.extend(left.feeds);
            if rest != text {
                files.push((path, rest));
            }
        }
        let ids = Ids::of_demo().without(&own);
        let removal = Removal {
            feeds: ids.feeds.into_iter().collect(),
            sources: ids.sources.into_iter().collect(),
            accounts: ids.accounts.into_iter().collect(),
        };
        Ok(Self { store, removal, files })
    }

    /// True where the database knows a feed of the demo.
    async fn is_known(&self) -> Result<bool, Failure> {
        let known = feeds::all(&mut self.store.read().await?).await?;
        Ok(known.iter().any(|feed| self.removal.feeds.contains(&feed.id)))
    }

    async fn count(&self) -> Result<Counts, Failure> {
        // Never committed.
        let mut session = self.store.write().await?;
        let counts = removal::remove(&mut session, &self.removal).await?;
        drop(session);
        self.store.close().await;
        Ok(counts)
    }

    /// Looks whether the configuration is right without the demo, before anything is changed: an account of the operator
    /// may be related to one of the demo.
    fn still_right(&self, place: &Place, common: &Common) -> Result<(), Failure> {
        let trial = tempfile::tempdir()?;
        for entry in std::fs::read_dir(&place.config)? {
            let path = entry?.path();
            if path.is_file() {
                std::fs::copy(&path, trial.path().join(path.file_name().unwrap_or_default()))?;
            }
        }
        for (path, text) in &self.files {
            std::fs::write(trial.path().join(path.file_name().unwrap_or_default()), text)?;
        }
        load_config_in(trial.path(), common).map(|_| ()).map_err(|_| {
            Failure::misused(format!("without the demo the configuration in {} is wrong", place.config.display()))
                .hint("something of yours names an account or a source of the demo: take that out first")
        })
    }
}

/// Ids that the operator uses in the database, what was archived included.
async fn own_in(session: &mut Session) -> Result<Ids, Failure> {
    let mut own = Ids::default();
    for id in Ids::of_demo().accounts {
        if accounts::get(session, &id).await?.is_some() {
            own.accounts.insert(id);
        }
    }
    own.sources.extend(sources::all(session).await?.into_iter().map(|source| source.id));
    own.feeds.extend(sources::feeds(session).await?.into_iter().map(|kept| kept.feed.id));
    Ok(own)
}

fn tell(counts: &Counts, files: &[PathBuf], dry_run: bool, common: &Common) {
    if common.json {
        print_json(&json!({ "rows": counts, "files": files, "dry_run": dry_run }));
        return;
    }
    let would = if dry_run { "would be " } else { "" };
    for (table, rows) in counts {
        say(&format!("{would}removed  {rows:>6}  {table}"));
    }
    for file in files {
        say(&format!("{would}freed of the demo  {}", file.display()));
    }
    if !dry_run && !common.quiet {
        eprintln!(
            "\nwhat is left is yours; next: put accounts into watchlist.toml · tidings check · tidings run --once"
        );
    }
}
