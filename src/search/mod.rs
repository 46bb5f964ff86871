//! Full-text search of what was read: an index derived from the database, and a query language.
//!
//! [`Index`] is the one writer of a folder, [`Reader`] reads beside it, [`Query`] is what is asked. The index can be thrown
//! away at any time: it is built anew from the database ([`Anew`]). What is put is analysed in `analysis.rs` and laid out in
//! `layout.rs`; what is asked is parsed in `query/` and turned into the engine's queries in `compile.rs`.

mod analysis;
mod anew;
mod best;
mod budget;
mod compile;
mod country;
mod cursor;
mod document;
mod error;
mod excerpt;
mod facets;
mod given;
mod histogram;
mod index;
mod layout;
mod line;
mod link;
mod names;
mod order;
pub mod query;
mod reader;
mod settings;
mod similar;
mod spelling;
mod stamp;
mod statistics;
mod stems;
mod stream;
#[cfg(test)]
mod survey_tests;
#[cfg(test)]
mod tests;
mod watch;

pub use anew::{Anew, is_being_built};
pub use document::Document;
pub use error::SearchError;
pub use excerpt::Excerpt;
pub use facets::{Facet, FacetField, FacetValue, Survey, SurveyRequest};
pub use histogram::{Bucket, Histogram, MOST_BUCKETS, Spacing};
pub use index::{Index, Opened, Standing, State};
pub use line::{LONGEST_LINE, LineError};
pub use link::{Link, LinkError};
pub use query::{Clause, Query, QueryError, Sort};
pub use reader::{Found, MOST, Match, MatchAccount, Reader, SearchRequest};
pub use settings::Settings;
pub use spelling::{FEW, Suggestion, names_of};
pub use stream::Documents;
pub use watch::{Seen, Watcher};
