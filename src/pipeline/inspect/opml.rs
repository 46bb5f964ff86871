//! `inspect opml`: the feeds that an OPML list names.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::batch::{self, Problem, Tally};
use crate::feed::opml::{self, List, Outline};

/// Reads OPML lists and writes `file, outlines, warnings` of each.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(files: &[PathBuf], output: &mut dyn Write) -> io::Result<Tally> {
    batch::each_file(files, output, &|file, bytes| match opml::read(bytes, None) {
        Err(reason) => Err(Problem::new("not_opml", reason.message)),
        Ok(List { outlines, warnings, .. }) => {
            let outlines: Vec<Value> = outlines.iter().map(outline_json).collect();
            Ok(json!({ "file": file, "outlines": outlines, "warnings": warnings }))
        }
    })
}

fn outline_json(outline: &Outline) -> Value {
    json!({
        "title": outline.title, "xml_url": outline.xml_url, "html_url": outline.html_url, "path": outline.path,
    })
}
