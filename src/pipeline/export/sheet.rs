//! How records are written.

use std::io::{self, Write};

use serde::Serialize;

use crate::text::cell::defuse;

/// The form of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    #[default]
    Ndjson,
    /// A table with a line of names first (RFC 4180); cells that a spreadsheet might take for formulas are defused.
    Csv,
}

/// Writes record after record.
pub(super) enum Sheet<'a> {
    Ndjson(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
}

impl<'a> Sheet<'a> {
    pub(super) fn new(format: Format, columns: &[&str], output: &'a mut dyn Write) -> io::Result<Self> {
        Ok(match format {
            Format::Ndjson => Self::Ndjson(output),
            Format::Csv => {
                let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(output);
                table.write_record(columns).map_err(plain)?;
                Self::Csv(Box::new(table))
            }
        })
    }

    /// Writes a record, as JSON or as its cells.
    pub(super) fn put(&mut self, record: &impl Serialize, cells: impl FnOnce() -> Vec<String>) -> io::Result<()> {
        match self {
            Self::Ndjson(output) => {
                serde_json::to_writer(&mut **output, record)?;
                output.write_all(b"\n")
            }
            Self::Csv(table) => {
                let cells = cells();
                table.write_record(cells.iter().map(|cell| defuse(cell).into_owned())).map_err(plain)
            }
        }
    }

    /// Hands on what is still held back.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Ndjson(output) => output.flush(),
            Self::Csv(table) => table.flush(),
        }
    }
}

/// The error of the output itself, so that a reader that went away is known as such.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, rows: &[&str]) -> String {
        let mut output = Vec::new();
        let mut sheet = Sheet::new(format, &["a", "b"], &mut output).unwrap();
        for row in rows {
            sheet.put(&serde_json::json!({ "a": row }), || vec![(*row).to_owned(), "x".to_owned()]).unwrap();
        }
        sheet.finish().unwrap();
        drop(sheet);
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn r51_cells_are_quoted_and_defused() {
        let text = written(Format::Csv, &["plain", "=1+1", "two\nlines, \"quoted\"", "\u{a0}@x"]);
        assert_eq!(text, "a,b\r\nplain,x\r\n'=1+1,x\r\n\"two\nlines, \"\"quoted\"\"\",x\r\n'\u{a0}@x,x\r\n");
        assert_eq!(written(Format::Csv, &[]), "a,b\r\n", "an empty table has its names");
    }

    #[test]
    fn r52_a_record_is_one_line_of_json() {
        assert_eq!(written(Format::Ndjson, &["two\r\nlines"]), "{\"a\":\"two\\r\\nlines\"}\n");
        assert_eq!(written(Format::Ndjson, &[]), "");
    }
}
