//! The data folder: made when missing, and held by one process at a time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It cannot be made or written to.
    #[error("cannot write to the data folder {folder}: {why}")]
    Unwritable {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// Another process works in it.
    #[error("the data folder {folder} is in use by process {holder}")]
    InUse {
        /// Which folder.
        folder: PathBuf,
        /// Its number, as it wrote it down.
        holder: String,
    },
}

/// A data folder, held until dropped. The lock is the operating system's: a killed process leaves none behind.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder where it is missing and takes it for this process.
    ///
    /// # Errors
    /// Where it cannot be written to, or another process holds it.
    pub fn hold(path: &Path) -> Result<Self, FolderError> {
        let unwritable = |why| FolderError::Unwritable { folder: path.to_owned(), why };
        fs::create_dir_all(path).map_err(unwritable)?;
        let lock = path.join(LOCK);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(lock).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                return Err(FolderError::InUse { folder: path.to_owned(), holder: holder.trim().to_owned() });
            }
            Err(fs::TryLockError::Error(why)) => return Err(unwritable(why)),
        }
        sign(&mut file).map_err(unwritable)?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        database_in(&self.path)
    }

    /// The folder of the search index.
    #[must_use]
    pub fn articles(&self) -> PathBuf {
        articles_in(&self.path)
    }
}

/// Who holds a data folder: the number that the process wrote down. Changes nothing; a folder that is not there is free.
///
/// # Errors
/// Where the system does not tell.
pub fn holder(folder: &Path) -> io::Result<Option<String>> {
    let mut file = match File::open(folder.join(LOCK)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder)?;
            Ok(Some(holder.trim().to_owned()))
        }
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Name of the file that a process locks to hold the folder.
pub const LOCK: &str = "tidings.lock";

/// The database file of a data folder.
#[must_use]
pub fn database_in(folder: &Path) -> PathBuf {
    folder.join("tidings.db")
}

/// The folder of the search index of a data folder.
#[must_use]
pub fn articles_in(folder: &Path) -> PathBuf {
    folder.join("articles")
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}", std::process::id())
}
