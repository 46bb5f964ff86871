//! An article as one line of JSON, as `import` takes it: `{id, title, text, url?, published?}`.

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use super::Document;
use crate::model::Time;

/// Lines longer than this, in bytes, are refused unread.
pub const LONGEST_LINE: usize = 16 << 20;

/// Why a line was refused: a stable code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LineError {
    /// `too_long`, `invalid_json`, `missing_id`, `empty` or `invalid_date`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

/// Other keys are let pass: exports of other programs carry more.
#[derive(Deserialize)]
struct Line {
    id: String,
    title: Option<String>,
    text: Option<String>,
    url: Option<String>,
    published: Option<String>,
}

impl Document {
    /// Reads one line. `published` is an RFC 3339 instant or a day.
    ///
    /// # Errors
    /// Where it is no JSON object with an id and a title or text, or its date cannot be read.
    pub fn from_line(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > LONGEST_LINE {
            return Err(refused("too_long", format!("the line is longer than {} MiB", LONGEST_LINE >> 20)));
        }
        let line: Line = serde_json::from_slice(line)
            .map_err(|why| refused("invalid_json", why.to_string().replace(" at line 1 column", " at column")))?;
        if line.id.trim().is_empty() {
            return Err(refused("missing_id", "the id is empty"));
        }
        let title = line.title.unwrap_or_default();
        let text = line.text.unwrap_or_default();
        if title.trim().is_empty() && text.trim().is_empty() {
            return Err(refused("empty", format!("the article {:?} has neither title nor text", line.id)));
        }
        let published =
            line.published.map(|written| instant(&written).ok_or(written)).transpose().map_err(|written| {
                refused("invalid_date", format!("the date {written:?} is neither an RFC 3339 instant nor YYYY-MM-DD"))
            })?;
        Ok(Self { id: line.id, title, text, url: line.url, published, ..Self::default() })
    }
}

fn instant(written: &str) -> Option<Time> {
    let day = || NaiveDate::parse_from_str(written, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    written.parse::<Time>().ok().or_else(day)
}

fn refused(code: &'static str, message: impl Into<String>) -> LineError {
    LineError { code, message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_lines_are_read() {
        let line = br#"{"id":"1","title":"A \u00e9","text":"B","published":"2026-03-01T10:00:00+02:00","more":[1]}"#;
        let document = Document::from_line(line).unwrap();
        assert_eq!((document.id.as_str(), document.title.as_str(), document.text.as_str()), ("1", "A é", "B"));
        assert_eq!(document.published.unwrap().to_rfc3339(), "2026-03-01T08:00:00+00:00");
        let day = Document::from_line(br#"{"id":"1","text":"B","published":"2026-03-01","url":null}"#).unwrap();
        assert_eq!(day.published.unwrap().to_rfc3339(), "2026-03-01T00:00:00+00:00");
    }

    #[test]
    fn bad_lines_are_refused_with_a_code() {
        for (line, code) in [
            (&b"{"[..], "invalid_json"),
            (b"[]", "invalid_json"),
            (b"\xff\xfe", "invalid_json"),
            (br#"{"title":"A","text":"B"}"#, "invalid_json"),
            (br#"{"id":7,"title":"A","text":"B"}"#, "invalid_json"),
            (br#"{"id":" ","title":"A","text":"B"}"#, "missing_id"),
            (br#"{"id":"1","title":" ","text":""}"#, "empty"),
            (br#"{"id":"1","title":"A","text":"B","published":"yesterday"}"#, "invalid_date"),
        ] {
            assert_eq!(Document::from_line(line).unwrap_err().code, code, "{}", String::from_utf8_lossy(line));
        }
        let nested = format!(r#"{{"id":"1","title":"A","x":{}}}"#, "[".repeat(100_000));
        assert_eq!(Document::from_line(nested.as_bytes()).unwrap_err().code, "invalid_json");
        assert_eq!(Document::from_line(&vec![b' '; LONGEST_LINE + 1]).unwrap_err().code, "too_long");
    }
}
