//! What all destinations that are files promise, and how they keep it.
//!
//! * One entry a touch point, found again by its key. A delivery that is sent twice changes nothing; an older revision never
//!   takes the place of a newer one.
//! * The file is always whole: a new one is written beside it, flushed to the disk, and renamed over it.
//! * What stands in the file is remembered beside it, in `.NAME.ID.entries` (a line of JSON each), and written there first:
//!   whoever is killed between the two writes finds the delivery unsettled and makes the file good. Only that memory is read
//!   back, so that what a person changes in the file is lost with the next entry.
//! * A file that somebody else wrote is never overwritten: without the memory beside it, a file is not ours.
//! * A lock in `.NAME.ID.lock` lets one writer in at a time.
//! * No room on the disk, or a disk that fails: tried again by the usual schedule. A folder that may not be written to, a file
//!   of somebody else, a memory that cannot be read: nothing more is written until a person has looked.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use chrono::TimeDelta;

use super::{Answer, Attempt, Class, Destination, Fault, Listed, Refusal, Settings};
use crate::model::{DestinationId, Step, Time};

/// Folder in the data folder for files whose path begins at no root.
const FOLDER: &str = "delivered";

/// Most touch points that a file may hold: it is written anew with every entry.
const MOST: u32 = 20_000;

/// Told of every step that changes what a list shows.
pub(super) fn usual_steps() -> Vec<Step> {
    vec![Step::Ready, Step::Accepted, Step::Done, Step::Dismissed, Step::Expired, Step::Withdrawn]
}

pub(super) fn usual_keep() -> u32 {
    1000
}

pub(super) fn usual_days() -> u32 {
    365
}

/// A file of touch points.
#[derive(Clone, Debug)]
pub(super) struct Book<'a> {
    /// The destination.
    pub(super) id: &'a DestinationId,
    /// Steps that it is told of.
    pub(super) on: &'a [Step],
    /// The file as configured.
    pub(super) path: Option<&'a Path>,
    /// The ending of its name where none is configured.
    pub(super) ending: &'a str,
    /// Most touch points.
    pub(super) keep: u32,
    /// Days after its last change for which one is kept.
    pub(super) days: u32,
    /// The data folder, once it is known.
    pub(super) data: Option<&'a Path>,
}

impl Settings {
    /// Tells destinations that are files where the data folder is.
    pub fn place(&mut self, data: &Path) {
        for destination in &mut self.destinations {
            match destination {
                Destination::Atom(settings) => settings.data = Some(data.to_owned()),
                Destination::ICalendar(settings) => settings.data = Some(data.to_owned()),
                Destination::Csv(settings) => settings.data = Some(data.to_owned()),
                _ => {}
            }
        }
    }
}

impl Destination {
    /// The file that it writes, as configured, for those that are files.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Atom(settings) => Some(settings.book().name()),
            Self::ICalendar(settings) => Some(settings.book().name()),
            Self::Csv(settings) => Some(settings.book().name()),
            _ => None,
        }
    }
}

impl Book<'_> {
    /// The file as configured, written in one way: from the folder of delivered files, or from the root.
    fn name(&self) -> PathBuf {
        let named = self.path.map_or_else(|| PathBuf::from(format!("{}.{}", self.id, self.ending)), Path::to_owned);
        named.components().filter(|part| *part != Component::CurDir).collect()
    }

    /// What is wrong with path and limits.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let name = self.name();
        let is_folder = self.path.is_some_and(|path| path.as_os_str().as_encoded_bytes().ends_with(b"/"));
        if name.file_name().is_none() || is_folder {
            faults.push(Fault::of("path", "names no file", "write the name of a file, such as \"desk.ics\""));
        } else if name.components().any(|part| part == Component::ParentDir) {
            faults.push(Fault::of("path", "climbs by `..`", "write the path from the root"));
        }
        if !(1..=MOST).contains(&self.keep) {
            let message = format!("must lie between 1 and {MOST}");
            faults.push(Fault::of("keep", &message, "leave it out for the newest 1000"));
        }
        if self.days == 0 {
            faults.push(Fault::of("keep_days", "must be at least 1", "leave it out for a year"));
        }
        faults
    }

    /// Writes the touch point of an attempt into the file, which `render` makes of all that stand in it.
    pub(super) async fn send<E: Display>(
        &self,
        attempt: &Attempt<'_>,
        render: impl FnOnce(&[Listed]) -> Result<Vec<u8>, E> + Send + 'static,
    ) -> Answer {
        let Some(data) = self.data else {
            return Answer::Silent { why: "its data folder was not told".to_owned() };
        };
        let desk = Desk::of(self, data.join(FOLDER).join(self.name()));
        let now = attempt.wire.now;
        let is_test = attempt.delivery.touch_point.0.is_nil() && attempt.delivery.search.is_none();
        let listed = if is_test { Ok(None) } else { Listed::of(attempt.delivery, self.on).map(Some) };
        let listed = match listed {
            Ok(listed) => listed,
            Err(answer) => return answer,
        };
        let worked = tokio::task::spawn_blocking(move || match listed {
            Some(listed) => desk.enter(listed, now, render),
            None => desk.try_out(),
        });
        match worked.await {
            Ok(Ok(how)) => Answer::Taken { how },
            Ok(Err(trouble)) => trouble.into(),
            Err(why) => Answer::Silent { why: format!("the writer of the file broke down: {why}") },
        }
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// The system refuses.
    #[error("cannot write {}: {why}", path.display())]
    Write { path: PathBuf, why: io::Error },
    /// There is a file that is not ours.
    #[error("{} was not written by this destination", .0.display())]
    Foreign(PathBuf),
    /// The memory is broken.
    #[error("line {line} of {} cannot be read: {why}", path.display())]
    Memory { path: PathBuf, line: usize, why: serde_json::Error },
    /// The file cannot be made of its entries.
    #[error("the file cannot be made: {0}")]
    Render(String),
}

impl From<Trouble> for Answer {
    fn from(trouble: Trouble) -> Self {
        let then = "; then `tidings deliver retry`";
        let (class, advice) = match &trouble {
            Trouble::Write { why, .. } => match why.kind() {
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (Class::Retry, ": make room on that disk"),
                ErrorKind::PermissionDenied
                | ErrorKind::ReadOnlyFilesystem
                | ErrorKind::NotADirectory
                | ErrorKind::IsADirectory
                | ErrorKind::InvalidFilename
                | ErrorKind::AlreadyExists
                | ErrorKind::NotFound => (Class::Pause, ": let this user write there, or set another `path`"),
                _ => (Class::Retry, ""),
            },
            Trouble::Foreign(_) => (Class::Pause, ": move it away, or set another `path`"),
            Trouble::Memory { .. } => {
                (Class::Pause, ": mend or move away that file and the one that it belongs to; they begin anew")
            }
            Trouble::Render(_) => (Class::Retry, ""),
        };
        let then = if class == Class::Pause { then } else { "" };
        Self::Refused(Refusal::new(class, format!("{trouble}{advice}{then}")))
    }
}

/// A file with what stands beside it.
struct Desk {
    file: PathBuf,
    memory: PathBuf,
    lock: PathBuf,
    keep: usize,
    days: u32,
}

impl Desk {
    fn of(book: &Book<'_>, file: PathBuf) -> Self {
        let beside = |ending: &str| {
            let mut name = OsString::from(".");
            name.push(file.file_name().unwrap_or_default());
            name.push(format!(".{}.{ending}", book.id));
            file.with_file_name(name)
        };
        let keep = usize::try_from(book.keep).unwrap_or(usize::MAX);
        Self { memory: beside("entries"), lock: beside("lock"), keep, days: book.days, file }
    }

    /// Puts a touch point into the file; gives what was done.
    fn enter<E: Display>(
        &self,
        listed: Listed,
        now: Time,
        render: impl FnOnce(&[Listed]) -> Result<Vec<u8>, E>,
    ) -> Result<String, Trouble> {
        let _held = self.hold()?;
        let before = self.remembered()?;
        let entries = kept(with(before.clone(), listed), self.keep, now - TimeDelta::days(self.days.into()));
        if entries != before || !self.memory.exists() {
            self.replace(&self.memory, &lines(&entries))?;
        }
        let bytes = render(&entries).map_err(|error| Trouble::Render(error.to_string()))?;
        if fs::read(&self.file).is_ok_and(|there| there == bytes) {
            return Ok("it stands in the file already".to_owned());
        }
        self.replace(&self.file, &bytes)?;
        Ok(format!("written to {}", self.file.display()))
    }

    /// Finds out whether the file could be written.
    fn try_out(&self) -> Result<String, Trouble> {
        let _held = self.hold()?;
        self.remembered()?;
        self.scratch(&self.file)?;
        Ok(format!("{} can be written", self.file.display()))
    }

    /// Makes the folder and waits until nobody else writes.
    fn hold(&self) -> Result<File, Trouble> {
        let failed = |why| Trouble::Write { path: self.lock.clone(), why };
        if let Some(folder) = self.lock.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&self.lock).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(lock)
    }

    /// What stands in the file.
    fn remembered(&self) -> Result<Vec<Listed>, Trouble> {
        let text = match fs::read_to_string(&self.memory) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let foreign = self.file.symlink_metadata().is_ok_and(|there| !there.is_file() || there.len() > 0);
                return if foreign { Err(Trouble::Foreign(self.file.clone())) } else { Ok(Vec::new()) };
            }
            Err(why) => return Err(Trouble::Write { path: self.memory.clone(), why }),
        };
        let read = |(place, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|why| Trouble::Memory {
                path: self.memory.clone(),
                line: place + 1,
                why,
            })
        };
        text.lines().enumerate().map(read).collect()
    }

    /// Puts a whole file in the place of another, on the disk before this returns.
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
        let failed = |why| Trouble::Write { path: path.to_owned(), why };
        let mut scratch = self.scratch(path)?;
        scratch.write_all(bytes).map_err(failed)?;
        scratch.as_file().sync_all().map_err(failed)?;
        scratch.persist(path).map_err(|error| failed(error.error))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }

    /// A file beside `path` that goes away by itself. It may be read by whom the old one may be read by, or as the umask
    /// says.
    fn scratch(&self, path: &Path) -> Result<tempfile::NamedTempFile, Trouble> {
        let failed = |why| Trouble::Write { path: path.to_owned(), why };
        let old = fs::metadata(path).ok().map(|there| there.permissions());
        let mode = old.clone().unwrap_or_else(|| Permissions::from_mode(0o666));
        let mut maker = tempfile::Builder::new();
        maker.prefix(".tidings-").permissions(mode);
        let folder = self.file.parent().unwrap_or(Path::new("/"));
        let scratch = maker.tempfile_in(folder).map_err(failed)?;
        if let Some(old) = old {
            scratch.as_file().set_permissions(old).map_err(failed)?;
        }
        Ok(scratch)
    }
}

/// The entries with this one, in the place of an older revision of the same.
fn with(mut entries: Vec<Listed>, listed: Listed) -> Vec<Listed> {
    match entries.iter_mut().find(|known| known.key == listed.key) {
        Some(known) if known.revision <= listed.revision => *known = listed,
        Some(_) => {}
        None => entries.push(listed),
    }
    entries
}

/// Those that stay: changed after `since`; open ones before closed ones, then those that changed last.
fn kept(mut entries: Vec<Listed>, most: usize, since: Time) -> Vec<Listed> {
    entries.retain(|entry| entry.updated >= since);
    if entries.len() > most {
        entries.sort_by_key(|entry| (!entry.is_open(), std::cmp::Reverse(entry.updated)));
        entries.truncate(most);
        entries.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    }
    entries
}

fn lines(entries: &[Listed]) -> Vec<u8> {
    let mut text = Vec::new();
    for line in entries.iter().filter_map(|entry| serde_json::to_vec(entry).ok()) {
        text.extend(line);
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
