//! `inspect page`: text and metadata of single pages.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Served;
use super::batch::{self, Problem, Tally};
use crate::extract::{self, Page, Settings};
use crate::text::binary;

/// Reads pages from files (`-` is standard input, `.gz` is unpacked) and writes what each says, a JSON object a line.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(files: &[PathBuf], served: &Served, output: &mut dyn Write) -> io::Result<Tally> {
    let settings = Settings::default();
    batch::each_file(files, output, &|file, bytes| {
        if bytes.trim_ascii().is_empty() {
            return Err(Problem::new("empty", "the file is empty"));
        }
        if let Some(what) = binary::describe(bytes) {
            return Err(Problem::new("not_a_page", format!("this is {what}, not a page")));
        }
        let page = extract::extract(bytes, served.content_type.as_deref(), served.url.as_deref(), &settings);
        Ok(page_json(file, served.url.as_deref(), &page))
    })
}

fn page_json(file: &str, url: Option<&str>, page: &Page) -> Value {
    json!({
        "file": file, "url": url, "canonical_url": page.canonical_url, "title": page.title, "byline": page.byline,
        "published": page.published, "published_from": page.published_from, "modified": page.modified,
        "site": page.site, "language": page.language, "description": page.description, "image": page.image,
        "paywalled": page.paywalled, "text": page.text, "markdown": page.markdown,
    })
}
