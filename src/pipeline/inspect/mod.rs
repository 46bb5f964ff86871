//! Each stage on its own, over files and lines: for users, scripts and measuring. Shares all code with the loops.

pub mod batch;
pub mod feed;
mod lines;
mod load;
pub mod newsroom;
pub mod opml;
pub mod page;
pub mod robots;
pub mod sitemap;
pub mod stories;
pub mod text;
pub mod url;

pub use batch::{Problem, Tally};

/// How documents on disk were served.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// The address.
    pub url: Option<String>,
    /// The Content-Type field.
    pub content_type: Option<String>,
}

impl Served {
    /// Documents served at `url` with `content_type`, where known.
    #[must_use]
    pub fn new(url: Option<&str>, content_type: Option<&str>) -> Self {
        Self { url: url.map(str::to_owned), content_type: content_type.map(str::to_owned) }
    }
}

/// Why nothing at all could be looked at.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// A file that the whole call depends on cannot be used.
    #[error("cannot use {what} {path}: {why}")]
    Unusable {
        /// What it was to be ("the watchlist").
        what: &'static str,
        /// Where it is.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// Input or output failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl InspectError {
    fn unusable(what: &'static str, path: &std::path::Path, why: impl std::fmt::Display) -> Self {
        Self::Unusable { what, path: path.display().to_string(), why: why.to_string() }
    }
}
