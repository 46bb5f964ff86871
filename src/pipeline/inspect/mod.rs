//! Each stage on its own, over files and lines: for users, scripts and measuring. Shares all code with the loops.

pub mod batch;
pub mod feed;
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
