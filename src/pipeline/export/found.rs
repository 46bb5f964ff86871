//! What a search found, for other programs, straight from the index: document by document, in the order of the search.

use std::collections::HashSet;
use std::io::Write;

use super::atom::{AtomFeed, Heading};
use super::sheet::Sheet;
use super::{ArticleRecord, ExportError, Format, article};
use crate::config::Config;
use crate::model::Time;
use crate::search::{Documents, Query};

/// The form of what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundFormat {
    /// One JSON object a line, as `export` writes it.
    Ndjson,
    /// A table with a line of names first.
    Csv,
    /// An Atom feed.
    Atom,
}

impl FoundFormat {
    /// All with the words used in requests.
    pub const ALL: &[(Self, &'static str)] = &[(Self::Csv, "csv"), (Self::Ndjson, "ndjson"), (Self::Atom, "atom")];

    /// The media type of the form.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Atom => "application/atom+xml; charset=utf-8",
        }
    }
}

/// How what was found is shown.
#[derive(Clone, Debug)]
pub struct Showing {
    /// Sources whose text may be shown whole (R26).
    pub open_sources: HashSet<String>,
    /// Letters of an excerpt of the others.
    pub letters: usize,
    /// Where the feed itself is had, if anywhere.
    pub address: Option<String>,
    /// When this is asked.
    pub now: Time,
}

/// The sources whose text may be shown whole.
#[must_use]
pub fn open_sources(config: &Config) -> HashSet<String> {
    config.sources.iter().filter(|source| source.show_full_text).map(|source| source.id.0.clone()).collect()
}

/// Writes what answers `query`. Gives how many articles. Of an article whose publisher forbids keeping its text the index
/// holds none, so that none goes out (R25).
///
/// # Errors
/// Where the index cannot be read or the output cannot be written.
pub fn found(
    documents: Documents<'_>,
    query: &Query,
    showing: &Showing,
    format: FoundFormat,
    output: &mut dyn Write,
) -> Result<u64, ExportError> {
    let updated = documents.newest.unwrap_or(showing.now);
    let records = documents.map(|document| {
        document.map(|document| {
            let open = document.source.as_ref().is_some_and(|source| showing.open_sources.contains(source));
            ArticleRecord::of(document, open, showing.letters)
        })
    });
    let mut count = 0;
    let format = match format {
        FoundFormat::Atom => {
            let heading = Heading { query: &query.to_string(), address: showing.address.as_deref(), updated };
            let mut feed = AtomFeed::new(&heading, output)?;
            for record in records {
                feed.put(&record?)?;
                count += 1;
            }
            feed.finish()?;
            return Ok(count);
        }
        FoundFormat::Ndjson => Format::Ndjson,
        FoundFormat::Csv => Format::Csv,
    };
    let mut sheet = Sheet::new(format, article::COLUMNS, output)?;
    for record in records {
        let record = record?;
        sheet.put(&record, || record.cells())?;
        count += 1;
    }
    sheet.finish()?;
    Ok(count)
}
