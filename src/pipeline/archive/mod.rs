//! Backups: one archive (tar in gzip) of the database and the configuration, and the way back.
//!
//! The first member is the manifest; it names every other member in order with size and BLAKE3 hash, so that an archive
//! is believed as a whole or not at all. Secrets are not in it: they stand in the environment or in files of their own.

mod backup;
mod config_files;
mod reading;
mod restore;
mod swap;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use backup::{BackupRequest, Made, backup};
pub use restore::{RestoreRequest, Restored, restore};

use crate::model::Time;
use crate::store::{FolderError, StoreError};

/// What an archive says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// One more with each change of what an archive holds.
    pub format_version: u32,
    /// The program that made it.
    pub program_version: String,
    /// When it was made.
    pub made_at: Time,
    /// Number of the last migration of the database in it.
    pub database_version: i64,
    /// Everything in it but the manifest, in order.
    pub members: Vec<Member>,
    /// Secrets that the configuration needs and the archive does not hold: variables and files.
    pub not_included: Vec<String>,
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// `tidings.db`, or `config/` and the name of a configuration file.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// BLAKE3 hash of its content, in hexadecimal.
    pub blake3: String,
}

/// The word by which an archive is known.
pub const FORMAT: &str = "tidings-backup";

/// The format that this program writes; older ones it reads.
const FORMAT_VERSION: u32 = 1;

/// Path of the manifest in an archive.
const MANIFEST: &str = "manifest.json";

/// Path of the database in an archive.
const DATABASE: &str = "tidings.db";

/// Folder of the configuration in an archive.
const CONFIG: &str = "config/";

/// Why an archive could not be made or brought back.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// There is a file of this name.
    #[error("refusing to overwrite {}", .0.display())]
    Exists(PathBuf),
    /// There is no configuration in this folder.
    #[error("there is no configuration in {}", .0.display())]
    NoConfiguration(PathBuf),
    /// The settings cannot be read, so that nobody knows where the database is and which files hold secrets.
    #[error("cannot read {}: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// There is no database in this folder.
    #[error("nothing has been read yet into {}", .0.display())]
    NoDatabase(PathBuf),
    /// The database is on a server, which has tools of its own.
    #[error("the database is on a PostgreSQL server; this makes archives of the file in the data folder only")]
    OnServer,
    /// This is no archive of ours, or holds what does not belong there.
    #[error("{} is no backup of tidings: {why}", archive.display())]
    Foreign {
        /// Which file.
        archive: PathBuf,
        /// What gives it away.
        why: String,
    },
    /// It is not as it was made.
    #[error("{} is damaged at {place}: {why}", archive.display())]
    Damaged {
        /// Which file.
        archive: PathBuf,
        /// Which member, or which part of the file.
        place: String,
        /// What is wrong there.
        why: String,
    },
    /// A newer program made it.
    #[error("{} was made by a newer tidings ({program}): {why}", archive.display())]
    Newer {
        /// Which file.
        archive: PathBuf,
        /// Version of that program.
        program: String,
        /// What this program does not know.
        why: String,
    },
    /// Something is there that would be replaced.
    #[error("refusing to replace {}", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    Occupied(Vec<PathBuf>),
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}: {why}", path.display())]
    Io {
        /// "read" or "write".
        doing: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// The data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An error of writing at `path`.
fn unwritable(path: &Path) -> impl Fn(io::Error) -> ArchiveError + '_ {
    move |why| ArchiveError::Io { doing: "write", path: path.to_owned(), why }
}

/// An error of reading at `path`.
fn unreadable(path: &Path) -> impl Fn(io::Error) -> ArchiveError + '_ {
    move |why| ArchiveError::Io { doing: "read", path: path.to_owned(), why }
}

/// The folder that a file stands in; the present one for a bare name.
fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts on disk that files in `folder` were made, renamed or removed.
fn sync_folder(folder: &Path) -> Result<(), ArchiveError> {
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable(folder))
}
