//! Bringing an archive back.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use super::backup::hash;
use super::reading::walk;
use super::swap::Swap;
use super::{ArchiveError, CONFIG, DATABASE, Manifest, Member, folder_of, sync_folder, unreadable, unwritable};
use crate::store::folder::{self, articles_in, database_in};
use crate::store::{DataFolder, FolderError, health};

/// What is to be brought back, and where to.
#[derive(Clone, Copy, Debug)]
pub struct RestoreRequest<'a> {
    /// The archive.
    pub archive: &'a Path,
    /// Folder of the configuration.
    pub config: &'a Path,
    /// Data folder.
    pub data: &'a Path,
    /// Replace what is there.
    pub force: bool,
    /// Check everything and say what would happen, change nothing.
    pub dry_run: bool,
}

/// What was brought back, or would be.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// Files that were written where there was none.
    pub written: Vec<PathBuf>,
    /// Files that were replaced.
    pub replaced: Vec<PathBuf>,
    /// Files that were just as in the archive, and left alone.
    pub unchanged: Vec<PathBuf>,
    /// A search index was removed: the next run builds it anew from the database.
    pub index_removed: bool,
    /// Nothing was changed.
    pub dry_run: bool,
}

/// Checks the whole archive, then puts its files in place, all of them or none. Of the data folder only the database and
/// the search index are touched, of the configuration only files that are in the archive.
///
/// # Errors
/// Where the archive is foreign, damaged or newer, the data folder is in use, or something would be replaced and `force`
/// is not given. Nothing is changed then.
pub async fn restore(request: &RestoreRequest<'_>) -> Result<Restored, ArchiveError> {
    let RestoreRequest { archive, data, force, dry_run, .. } = *request;
    let mut file = File::open(archive).map_err(unreadable(archive))?;
    let manifest = walk(&mut file, archive, |_| Ok(None))?;
    if manifest.database_version > health::newest_version() {
        return Err(newer(archive, &manifest));
    }
    let targets: Vec<Target> =
        manifest.members.iter().map(|member| Target::of(member, request)).collect::<Result<_, _>>()?;
    let in_the_way = in_the_way(&targets, data)?;
    if !force && !in_the_way.is_empty() {
        return Err(ArchiveError::Occupied(in_the_way));
    }
    if let Some(holder) = folder::holder(data).map_err(unreadable(data))? {
        return Err(FolderError::InUse { folder: data.to_owned(), holder }.into());
    }
    let of = |state| targets.iter().filter(|target| target.state == state).map(|target| target.path.clone()).collect();
    let new_database = targets.iter().any(|target| target.path == database_in(data) && target.state != State::Same);
    let restored = Restored {
        written: of(State::Missing),
        replaced: of(State::Different),
        unchanged: of(State::Same),
        index_removed: new_database && articles_in(data).symlink_metadata().is_ok(),
        dry_run,
        manifest,
    };
    if !dry_run {
        let new_folder = !data.exists();
        let done = put(request, &mut file, &targets).await;
        if done.is_err() && new_folder {
            let _ = fs::remove_file(data.join(folder::LOCK));
            let _ = fs::remove_dir(data);
        }
        done?;
    }
    Ok(restored)
}

/// A member and the file that it becomes.
struct Target {
    member: Member,
    path: PathBuf,
    state: State,
}

/// What stands where a member is to go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Missing,
    Same,
    Different,
}

impl Target {
    fn of(member: &Member, request: &RestoreRequest<'_>) -> Result<Self, ArchiveError> {
        let path = match member.path.strip_prefix(CONFIG) {
            Some(name) => request.config.join(name),
            None => database_in(request.data),
        };
        let state = match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => State::Missing,
            Err(error) => return Err(unreadable(&path)(error)),
            Ok(found) if found.is_file() && found.len() == member.size && !has_log(&path) => {
                let (_, blake3) = File::open(&path).and_then(hash).map_err(unreadable(&path))?;
                if blake3 == member.blake3 { State::Same } else { State::Different }
            }
            Ok(_) => State::Different,
        };
        Ok(Self { member: member.clone(), path, state })
    }
}

/// What a restoration would replace, and what else makes the data folder look like another's. A folder that holds
/// exactly what the archive holds is free: restoring twice is as good as once.
fn in_the_way(targets: &[Target], data: &Path) -> Result<Vec<PathBuf>, ArchiveError> {
    let mut found: Vec<PathBuf> =
        targets.iter().filter(|target| target.state == State::Different).map(|target| target.path.clone()).collect();
    let database_is_there =
        targets.iter().any(|target| target.path == database_in(data) && target.state == State::Same);
    if database_is_there {
        return Ok(found);
    }
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(unreadable(data)(error)),
    };
    for entry in entries {
        let name = entry.map_err(unreadable(data))?.file_name();
        let path = data.join(&name);
        if name != "README.md" && name != folder::LOCK && !found.contains(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

async fn put(request: &RestoreRequest<'_>, file: &mut File, targets: &[Target]) -> Result<(), ArchiveError> {
    let RestoreRequest { archive, config, data, .. } = *request;
    let _held = DataFolder::hold(data)?;
    fs::create_dir_all(config).map_err(unwritable(config))?;
    let (new, old) = (Rooms::beside(data, config)?, Rooms::beside(data, config)?);
    let manifest = walk(file, archive, |member| {
        let path = new.place(member);
        File::create_new(&path).map(Some).map_err(unwritable(&path))
    })?;
    let staged = new.data.path().join(DATABASE);
    let damaged = |why: String| ArchiveError::Damaged { archive: archive.to_owned(), place: DATABASE.to_owned(), why };
    let found = health::of_file(&staged).await.map_err(|error| damaged(error.to_string()))?;
    if found.unknown > 0 {
        return Err(newer(archive, &manifest));
    }
    if let Some(why) = found.damage.into_iter().next() {
        return Err(damaged(why));
    }

    let mut swap = Swap::default();
    for Target { member, path, .. } in targets.iter().filter(|target| target.state != State::Same) {
        let mut aside = vec![(path.clone(), old.place(member))];
        if member.path == DATABASE {
            // A log of the old database must never meet the new one.
            aside.extend(LOGS.iter().map(|ending| (beside(path, ending), beside(&old.place(member), ending))));
            aside.push((articles_in(data), articles_in(old.data.path())));
        }
        for (from, to) in aside {
            swap.take(&from, &to).map_err(unwritable(&from))?;
        }
        swap.take(&new.place(member), path).map_err(unwritable(path))?;
        sync_folder(folder_of(path))?;
    }
    swap.keep();
    Ok(())
}

/// Folders of one's own in data folder and configuration, on the same disks; they go away with what is in them.
struct Rooms {
    data: TempDir,
    config: TempDir,
}

impl Rooms {
    fn beside(data: &Path, config: &Path) -> Result<Self, ArchiveError> {
        let make = |folder: &Path| {
            tempfile::Builder::new().prefix(".tidings-restore-").tempdir_in(folder).map_err(unwritable(folder))
        };
        Ok(Self { data: make(data)?, config: make(config)? })
    }

    fn place(&self, member: &Member) -> PathBuf {
        match member.path.strip_prefix(CONFIG) {
            Some(name) => self.config.path().join(name),
            None => self.data.path().join(DATABASE),
        }
    }
}

/// Files that SQLite keeps beside a database (<https://www.sqlite.org/tempfiles.html>).
const LOGS: &[&str] = &["-wal", "-shm", "-journal"];

/// True where SQLite keeps changes beside this file that are not in it yet.
fn has_log(path: &Path) -> bool {
    ["-wal", "-journal"].iter().any(|ending| beside(path, ending).metadata().is_ok_and(|log| log.len() > 0))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn newer(archive: &Path, manifest: &Manifest) -> ArchiveError {
    ArchiveError::Newer {
        archive: archive.to_owned(),
        program: manifest.program_version.clone(),
        why: format!(
            "its database is of step {}, this program knows up to {}",
            manifest.database_version,
            health::newest_version()
        ),
    }
}
