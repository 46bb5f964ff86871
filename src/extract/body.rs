//! The body of the article, by the library, rendered as text and Markdown.

use std::collections::HashSet;

use trafilatura::dom::{Document, NodeId};
use trafilatura::{HtmlDateMode, Options};

use super::Settings;
use super::render::{self, Block};
use super::sieve::{Sieve, key};

/// An article's body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// Paragraphs parted by an empty line.
    pub(super) text: String,
    /// The same in Markdown.
    pub(super) markdown: String,
}

/// What the page states about its article that helps to find it.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    /// The headline.
    pub(super) title: Option<String>,
    /// The summary.
    pub(super) description: Option<String>,
    /// The text as told to search engines.
    pub(super) body: Option<String>,
}

/// The article of a page; empty where there is none.
pub(super) fn article(mut document: Document, stated: &Stated, settings: &Settings) -> Body {
    let sieve = Sieve::of(&document);
    for node in unwanted(&document) {
        document.remove(node, true);
    }
    let options = Options::default()
        .with_fallback(settings.fallback)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    let found = trafilatura::extract_document(document, &options).map(|found| found.content_html).unwrap_or_default();
    let blocks = sieve.sift(render::blocks(&found), stated.title.as_deref(), stated.description.as_deref());
    let blocks = match stated.body.as_deref() {
        Some(told) => reconcile(blocks, told),
        None => blocks,
    };
    let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
    let markdown: Vec<&str> = blocks.iter().map(|block| block.markdown.as_str()).collect();
    Body { text: text.join("\n\n"), markdown: markdown.join("\n\n") }
}

/// Compares what was found with the text that the page tells search engines. Where most of that is missing, it stands
/// for the article itself; where nearly all is there, what follows its last words is no part of the article.
fn reconcile(mut blocks: Vec<Block>, told: &str) -> Vec<Block> {
    const SHORTEST: usize = 400;
    let told_key = key(told);
    if told_key.len() < SHORTEST {
        return blocks;
    }
    let keys: Vec<String> = blocks.iter().map(|block| key(&block.text)).collect();
    let held = |key: &str| told_key.contains(key);
    let found: usize = keys.iter().map(String::len).sum();
    let shared: usize = keys.iter().filter(|key| held(key)).map(String::len).sum();
    if shared * 2 < told_key.len() && told_key.len() * 5 > found * 4 && words_shared(&blocks, told) < 0.6 {
        return told.lines().filter(|line| !line.trim().is_empty()).map(Block::paragraph).collect();
    }
    if shared * 10 > told_key.len() * 9
        && let Some(last) = keys.iter().rposition(|key| key.len() > 40 && held(key))
    {
        blocks.truncate(last + 1);
    }
    blocks
}

/// The share of the words of `told` that the blocks hold.
fn words_shared(blocks: &[Block], told: &str) -> f64 {
    let found: HashSet<&str> = blocks.iter().flat_map(|block| block.text.split_whitespace()).collect();
    let words: HashSet<&str> = told.split_whitespace().collect();
    words.intersection(&found).count() as f64 / words.len().max(1) as f64
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
