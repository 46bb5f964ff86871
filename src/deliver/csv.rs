//! A table in a file (RFC 4180): one row a touch point, for a spreadsheet or another program.
//!
//! * The first row has the names of the columns; rows end with CR LF; UTF-8; days and instants by ISO 8601.
//! * Rows stand in the order in which the cards were born, so that a row keeps its place while older ones stay.
//! * A cell that a spreadsheet might take for a formula gets an apostrophe before it (R51).
//! * What a file destination promises stands in `book.rs`.

use std::path::PathBuf;

use ::csv::{Terminator, WriterBuilder};
use chrono::SecondsFormat;

use super::book::Book;
use super::rules::destination;
use super::{Attempt, Fault, Listed, SecretReader, Sent};
use crate::model::Time;
use crate::text::cell::defuse;

/// The columns.
const COLUMNS: [&str; 17] = [
    "key", "id", "revision", "account", "title", "state", "due", "owner", "contact", "action", "signal", "priority",
    "why", "url", "outcome", "created", "updated",
];

destination! {
    /// A table in a file, one row a touch point.
    pub struct Csv on "super::book::usual_steps" {
        /// The file; a path that begins at no root is taken from the folder `delivered` in the data folder. Without it,
        /// `ID.csv` there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path: Option<PathBuf>,
        /// Most touch points in the file; closed ones go first, then those that changed longest ago.
        #[serde(default = "super::book::usual_keep")]
        pub keep: u32,
        /// Days after its last change for which a touch point stays in the file.
        #[serde(default = "super::book::usual_days")]
        pub keep_days: u32,
        /// The data folder, once it is known.
        #[serde(skip)]
        pub(super) data: Option<PathBuf>,
    }
}

impl Csv {
    /// Where and how long touch points are kept.
    pub(super) fn book(&self) -> Book<'_> {
        Book {
            id: &self.id,
            on: &self.on,
            path: self.path.as_deref(),
            ending: "csv",
            keep: self.keep,
            days: self.keep_days,
            data: self.data.as_deref(),
        }
    }

    /// Writes the touch point into the file.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        self.book().send(attempt, table).await.into()
    }

    /// Gives what is wrong with path and limits.
    pub(super) fn prepare(&mut self, _: SecretReader<'_>) -> Vec<Fault> {
        self.book().faults()
    }
}

/// The table of these touch points. The same touch points give the same bytes.
///
/// # Errors
/// Where the writer refuses, which it never does in memory.
fn table(listed: &[Listed]) -> Result<Vec<u8>, ::csv::Error> {
    let mut rows: Vec<&Listed> = listed.iter().collect();
    rows.sort_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)));
    let mut bytes = Vec::new();
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut bytes);
    table.write_record(COLUMNS)?;
    for row in rows {
        table.write_record(cells(row).iter().map(|cell| defuse(cell).into_owned()))?;
    }
    table.flush()?;
    drop(table);
    Ok(bytes)
}

/// In the order of [`COLUMNS`].
fn cells(listed: &Listed) -> [String; COLUMNS.len()] {
    let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
    let state = if listed.cancelled && !listed.state.is_closed() { "undone" } else { listed.state.as_str() };
    [
        listed.key.clone(),
        listed.id.clone(),
        listed.revision.to_string(),
        listed.account.clone(),
        listed.subject.clone(),
        state.to_owned(),
        listed.due.to_string(),
        or_blank(&listed.owner),
        or_blank(&listed.contact),
        listed.action_word(),
        listed.signal_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        if listed.high_priority { "high" } else { "normal" }.to_owned(),
        listed.why.clone(),
        or_blank(&listed.url),
        or_blank(&listed.outcome),
        instant(listed.created),
        instant(listed.updated),
    ]
}

fn instant(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::listed_tests::{hostile, listed};

    #[test]
    fn r51_rows_are_whole_and_defused() {
        let evil =
            Listed { subject: "=HYPERLINK(\"x\")\r\n,;".to_owned(), owner: Some("@mia".to_owned()), ..hostile(2) };
        let bytes = table(&[evil.clone(), listed(1)]).unwrap();
        let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS);
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(&rows[0][1], listed(1).id.as_str(), "the older one first");
        assert_eq!((&rows[1][4], &rows[1][7]), ("'=HYPERLINK(\"x\")\r\n,;", "'@mia"));
        assert_eq!((&rows[0][6], &rows[0][15]), ("2026-03-05", "2026-03-02T09:00:00Z"));
        assert_eq!(bytes, table(&[listed(1), evil]).unwrap());
    }
}
