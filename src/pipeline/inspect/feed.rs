//! `inspect feed`: what a feed document says.

use std::io::{self, Write};
use std::path::PathBuf;

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::Served;
use super::batch::{self, Problem, Tally};
use crate::feed;
use crate::model::{Entry, Time};

/// Reads feed documents and writes `file, feed, entries, warnings` of each.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(files: &[PathBuf], served: &Served, output: &mut dyn Write) -> io::Result<Tally> {
    batch::each_file(files, output, &|file, bytes| {
        let mut parsed = feed::parse(bytes, served.content_type.as_deref(), served.url.as_deref());
        if !parsed.understood {
            let reason = if parsed.warnings.is_empty() { None } else { Some(parsed.warnings.swap_remove(0)) };
            return Err(Problem::new("not_a_feed", reason.map_or_else(String::new, |warning| warning.message)));
        }
        let about = &parsed.feed;
        Ok(json!({
            "file": file,
            "feed": {
                "title": about.title, "link": about.link, "description": about.description,
                "language": about.language, "updated": about.updated.map(utc), "ttl_minutes": about.ttl_minutes,
            },
            "entries": parsed.entries.iter().map(entry_json).collect::<Vec<_>>(),
            "warnings": parsed.warnings,
        }))
    })
}

fn entry_json(entry: &Entry) -> Value {
    json!({
        "id": entry.id, "title": entry.title, "link": entry.link,
        "published": entry.published.map(utc), "updated": entry.updated.map(utc),
        "summary": entry.summary, "content": entry.content,
        "authors": entry.authors, "categories": entry.categories, "enclosures": entry.enclosures,
    })
}

/// RFC 3339 in UTC.
pub(super) fn utc(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
