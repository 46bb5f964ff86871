//! The body of the article, by the library, rendered as text and Markdown.

use trafilatura::dom::Document;
use trafilatura::{HtmlDateMode, Options};

use super::Settings;
use super::render::{self, Rendered};

/// The article of a page; empty where there is none.
pub(super) fn article(document: Document, settings: &Settings) -> Rendered {
    let options = Options::default()
        .with_fallback(settings.fallback)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    match trafilatura::extract_document(document, &options) {
        Ok(found) => render::render(&found.content_html),
        Err(_) => Rendered::default(),
    }
}
