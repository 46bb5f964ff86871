//! The body of the article, by the library, rendered as text and Markdown.

use trafilatura::dom::{Document, NodeId};
use trafilatura::{HtmlDateMode, Options};

use super::Settings;
use super::render;
use super::sieve::Sieve;

/// An article's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// Paragraphs parted by an empty line.
    pub(super) text: String,
    /// The same in Markdown.
    pub(super) markdown: String,
}

/// The article of a page with this headline and summary; empty where there is none.
pub(super) fn article(
    mut document: Document,
    title: Option<&str>,
    description: Option<&str>,
    settings: &Settings,
) -> Body {
    let sieve = Sieve::of(&document);
    for node in unwanted(&document) {
        document.remove(node, true);
    }
    let options = Options::default()
        .with_fallback(settings.fallback)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    let Ok(found) = trafilatura::extract_document(document, &options) else { return Body::default() };
    let blocks = sieve.sift(render::blocks(&found.content_html), title, description);
    let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    let markdown: Vec<&str> = blocks.iter().map(|block| block.markdown.as_str()).collect();
    Body { text: text.join("\n\n"), markdown: markdown.join("\n\n") }
}

/// Parts that a page itself declares to be no text of it: choices of forms, dialogs, navigation, and what browsers show
/// without script, unless it is long enough to be the article.
fn unwanted(document: &Document) -> Vec<NodeId> {
    const LONG: usize = 2_000;
    const ROLES: [&str; 7] = ["navigation", "search", "complementary", "contentinfo", "dialog", "alertdialog", "menu"];
    let all = document.iter(document.root(), &[]);
    let unwanted = all.into_iter().filter(|&node| match document.tag_name(node) {
        "noscript" => document.text_content(node).len() < LONG,
        "select" | "dialog" | "nav" => true,
        "body" | "main" | "article" => false,
        _ => document.get_attribute(node, "role").is_some_and(|role| ROLES.contains(&role.trim())),
    });
    unwanted.collect()
}
