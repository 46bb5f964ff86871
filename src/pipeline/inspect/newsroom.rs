//! `inspect newsroom`: the list of articles that a page shows.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Served;
use super::batch::{self, Problem, Tally};
use super::feed::utc;
use crate::feed::newsroom;
use crate::model::{Entry, NewsroomList};

/// Reads pages by these selectors and writes `file, entries, warnings` of each.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(files: &[PathBuf], served: &Served, list: &NewsroomList, output: &mut dyn Write) -> io::Result<Tally> {
    batch::each_file(files, output, &|file, bytes| {
        let parsed = newsroom::read(bytes, served.content_type.as_deref(), served.url.as_deref(), list);
        if !parsed.understood {
            let why = parsed.warnings.first().map_or("the page could not be read", |reason| &reason.message);
            return Err(Problem::new("no_list", why.to_owned()));
        }
        let entries: Vec<Value> = parsed.entries.iter().map(entry_json).collect();
        Ok(json!({ "file": file, "entries": entries, "warnings": parsed.warnings }))
    })
}

fn entry_json(entry: &Entry) -> Value {
    json!({
        "link": entry.link, "title": entry.title, "published": entry.published.map(utc), "summary": entry.summary,
    })
}
