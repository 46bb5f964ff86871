//! Tables of accounts, as CSV or as one JSON object a line: good lines are kept, bad ones told with line and reason (R50).

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

use super::columns::{Row, column};
use crate::text::decode::{Declared, decode};

/// How accounts stand in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header that names the columns, then an account a line; commas, semicolons or tabs between the cells.
    Csv,
    /// One JSON object a line.
    Json,
}

/// Torn quotes that are mended before the rest of a file is given up: each makes the rest be read again.
const MOST_TORN: usize = 100;

/// Something that was not taken from a file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Refused {
    /// Line of the file, from 1; nothing where it is not known.
    pub line: Option<usize>,
    /// Why, lower case, no full stop.
    pub reason: String,
}

impl Refused {
    pub(in crate::pipeline) fn at(line: usize, reason: impl Into<String>) -> Self {
        Self { line: Some(line), reason: reason.into() }
    }
}

/// The rows of a table, each with its line; with what was not taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Line and row.
    pub rows: Vec<(usize, Row)>,
    /// What was not taken.
    pub refused: Vec<Refused>,
}

/// Reads a table. Columns that are not known are left out and told.
#[must_use]
pub fn read(bytes: &[u8], format: Format) -> Table {
    let text = decode(bytes, None, Declared::Nowhere).text;
    match format {
        Format::Csv => read_csv(&text),
        Format::Json => read_json(&text),
    }
}

fn read_csv(text: &str) -> Table {
    let mut table = Table::default();
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: char| header.matches(mark).count();
    let delimiter = [',', ';', '\t'].into_iter().rev().max_by_key(|mark| count(*mark)).unwrap_or(',');
    let mut columns: Option<Vec<Option<&'static str>>> = None;
    let (mut from, mut line, mut torn) = (0, 1, 0);
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        match read_records(rest, line, delimiter, &mut columns, &mut table) {
            None => break,
            Some((at, place)) => {
                torn += 1;
                let reason = "a quote that begins in this line is not closed in it";
                table.refused.push(Refused::at(place, reason));
                if torn > MOST_TORN {
                    let reason = format!("more than {MOST_TORN} open quotes: what follows was not read");
                    table.refused.push(Refused::at(place + 1, reason));
                    break;
                }
                let Some(end) = text[from + at..].find('\n') else { break };
                from += at + end + 1;
                line = place + 1;
            }
        }
    }
    table.refused.sort_by_key(|refused| refused.line);
    table
}

/// Reads records until the end, or up to one that a torn quote spread over lines: its offset in `text` and its line.
fn read_records(
    text: &str,
    first_line: usize,
    delimiter: char,
    columns: &mut Option<Vec<Option<&'static str>>>,
    table: &mut Table,
) -> Option<(usize, usize)> {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    while let Ok(true) = reader.read_record(&mut record) {
        let (at, line) = record.position().map_or((0, first_line), |position| {
            let (at, line) = (position.byte(), position.line());
            (usize::try_from(at).unwrap_or(0), usize::try_from(line).unwrap_or(1) + first_line - 1)
        });
        let (at, line) = past_blanks(text, at, line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let Some(columns) = columns else {
            *columns = Some(headings(&record, line, table));
            continue;
        };
        let extra = record.iter().skip(columns.len()).filter(|cell| !cell.trim().is_empty()).count();
        let mut row = Row::default();
        for (column, cell) in columns.iter().zip(&record) {
            if let Some(column) = column {
                row.put(column, cell);
            }
        }
        if row.is_torn() {
            return Some((at, line));
        }
        if extra > 0 {
            let reason = format!("has {} cells, the header {}", record.len(), columns.len());
            table.refused.push(Refused::at(line, reason));
        } else {
            table.rows.push((line, row));
        }
    }
    None
}

/// Empty lines before a record count as part of it: where it really begins.
fn past_blanks(text: &str, mut at: usize, mut line: usize) -> (usize, usize) {
    while let Some(blank) = text.as_bytes().get(at).filter(|byte| matches!(byte, b'\n' | b'\r')) {
        line += usize::from(*blank == b'\n');
        at += 1;
    }
    (at, line)
}

fn headings(record: &StringRecord, line: usize, table: &mut Table) -> Vec<Option<&'static str>> {
    let known = |heading: &str| {
        let found = column(heading);
        found.map_err(|reason| table.refused.push(Refused::at(line, format!("{reason}; the column is left out")))).ok()
    };
    record.iter().map(known).collect()
}

fn read_json(text: &str) -> Table {
    let mut table = Table::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row = serde_json::from_str::<Map<String, Value>>(line)
            .map_err(|error| format!("this is no JSON object: {error}"))
            .and_then(row_of);
        match row {
            Ok(row) => table.rows.push((number + 1, row)),
            Err(reason) => table.refused.push(Refused::at(number + 1, reason)),
        }
    }
    table
}

fn row_of(object: Map<String, Value>) -> Result<Row, String> {
    let mut row = Row::default();
    for (key, value) in object {
        // The watchlist's own names of lists are taken as well.
        row.put_json(column(&key)?, value)?;
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(table: &Table) -> Vec<(usize, &str)> {
        table.rows.iter().map(|(line, row)| (*line, row.text("name").unwrap_or_default())).collect()
    }

    fn refused(table: &Table) -> Vec<Option<usize>> {
        table.refused.iter().map(|refused| refused.line).collect()
    }

    #[test]
    fn r50_good_lines_are_kept_and_bad_ones_told() {
        let csv = "name,tier,Shoe size\nAcme,A,44\n\nGlobex,B\n\"Initech, Inc.\",C,1\nToo,many,cells,here\n";
        let table = read(csv.as_bytes(), Format::Csv);
        assert_eq!(names(&table), [(2, "Acme"), (4, "Globex"), (5, "Initech, Inc.")]);
        assert_eq!(refused(&table), [Some(1), Some(6)]);
        assert!(table.refused[0].reason.contains("`Shoe size`"), "{:?}", table.refused);
    }

    #[test]
    fn r50_a_torn_quote_costs_its_own_line_only() {
        let csv = "name,owner\nAcme,mia\n\"Globex,mia\nInitech,tom\nHooli,\"eve\"\n";
        let table = read(csv.as_bytes(), Format::Csv);
        assert_eq!(names(&table), [(2, "Acme"), (4, "Initech"), (5, "Hooli")]);
        assert_eq!(refused(&table), [Some(3)]);
        let hostile = format!("name\n{}", "\"a\nb\n".repeat(5_000));
        assert!(read(hostile.as_bytes(), Format::Csv).refused.len() > MOST_TORN, "and comes to an end");
    }

    #[test]
    fn other_programs_write_other_csv() {
        for csv in ["name;owner\r\nAcme;mia\r\n", "name\towner\nAcme\tmia", "\u{feff}name,owner\nAcme,mia\n"] {
            let table = read(csv.as_bytes(), Format::Csv);
            assert_eq!(names(&table), [(2, "Acme")], "{csv:?}");
            assert_eq!(table.rows[0].1.text("owner"), Some("mia"), "{csv:?}");
        }
        let latin = read(b"name\nM\xfcller\n", Format::Csv);
        assert_eq!(names(&latin), [(2, "Müller")]);
    }

    #[test]
    fn json_lines() {
        let lines =
            "{\"name\":\"Acme\",\"aliases\":[\"A\",\"B\"]}\n\nnot json\n{\"name\":\"X\",\"onwer\":\"mia\"}\n[1]\n";
        let table = read(lines.as_bytes(), Format::Json);
        assert_eq!(names(&table), [(1, "Acme")]);
        assert_eq!(refused(&table), [Some(3), Some(4), Some(5)]);
        assert!(table.refused[1].reason.contains("`owner`"), "{:?}", table.refused);
    }

    #[test]
    fn nothing_panics() {
        for bytes in [&b""[..], b"\n\n", b"\xff\xfe\x00", b"\0\0\0", b"\"", b"name", b"{", "é\"\n\"".as_bytes()] {
            for format in [Format::Csv, Format::Json] {
                let _ = read(bytes, format);
            }
        }
    }
}
