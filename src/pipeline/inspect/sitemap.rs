//! `inspect sitemap`: the addresses that a sitemap lists.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::batch::{self, Problem, Tally};
use super::feed::utc;
use crate::feed::sitemap::{self, Place};

/// Reads sitemaps and writes `file, entries, warnings` of each.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(files: &[PathBuf], output: &mut dyn Write) -> io::Result<Tally> {
    batch::each_file(files, output, &|file, bytes| match sitemap::read(bytes, None, None) {
        Err(reason) => Err(Problem::new("not_a_sitemap", reason.message)),
        Ok(sitemap) => {
            let entries: Vec<Value> = sitemap.places.iter().map(place_json).collect();
            Ok(json!({ "file": file, "entries": entries, "warnings": sitemap.warnings }))
        }
    })
}

fn place_json(place: &Place) -> Value {
    json!({
        "loc": place.loc, "lastmod": place.lastmod.map(utc),
        "title": place.title, "published": place.published.map(utc),
    })
}
