//! A page as plain text, for mailboxes and terminals.

use crate::deliver::page::{Block, Page};

/// The text below the subject; `unsubscribe` is where its reader stops it.
#[must_use]
pub fn page(page: &Page, unsubscribe: Option<&str>) -> String {
    let mut text = String::new();
    for block in &page.blocks {
        if !text.is_empty() && !matches!(block, Block::Link { .. }) {
            text.push('\n');
        }
        match block {
            Block::Heading(heading) => {
                text.extend([heading.to_uppercase().as_str(), "\n"]);
            }
            Block::Text(line) | Block::Small(line) => text.extend([line, "\n"]),
            Block::Quote { text: quote, source, url } => {
                text.extend(["> “", quote, "”\n> ", source, "\n"]);
                if let Some(url) = url {
                    text.extend(["> ", url, "\n"]);
                }
            }
            Block::Facts(facts) => {
                for (name, value) in facts {
                    text.extend([name, ": ", value, "\n"]);
                }
            }
            Block::List { heading, entries } => {
                if !heading.is_empty() {
                    text.extend([heading, ":\n"]);
                }
                for entry in entries {
                    text.extend(["- ", entry, "\n"]);
                }
            }
            Block::Link { label, url } => text.extend([label, ": ", url, "\n"]),
        }
    }
    if let Some(address) = unsubscribe {
        text.extend(["\nNo more of these: ", address, "\n"]);
    }
    text
}
