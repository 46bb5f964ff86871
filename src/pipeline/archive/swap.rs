//! Putting files in the place of others, all of them or none.

use std::io;
use std::path::{Path, PathBuf};

/// Renames that were made so far. Dropped without [`Swap::keep`] they are taken back, last first.
#[derive(Debug, Default)]
pub(super) struct Swap {
    made: Vec<(PathBuf, PathBuf)>,
}

impl Swap {
    /// Moves `from` to `to`, on the same disk. What is not there is passed over; gives whether it was.
    pub(super) fn take(&mut self, from: &Path, to: &Path) -> io::Result<bool> {
        match std::fs::rename(from, to) {
            Ok(()) => {
                self.made.push((from.to_owned(), to.to_owned()));
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && from.symlink_metadata().is_err() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets everything stand as it is now.
    pub(super) fn keep(mut self) {
        self.made.clear();
    }
}

impl Drop for Swap {
    fn drop(&mut self) {
        for (from, to) in self.made.drain(..).rev() {
            if let Err(error) = std::fs::rename(&to, &from) {
                tracing::error!(from = %to.display(), to = %from.display(), %error, "cannot move back");
            }
        }
    }
}
