//! The library's cleaned markup as plain text and as Markdown.

use scraper::node::Node;
use scraper::{ElementRef, Html};

use crate::text::sanitise::plain_line;

/// A paragraph, heading, list entry or quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Its words.
    pub(super) text: String,
    /// The same with marks of Markdown (CommonMark 0.31).
    pub(super) markdown: String,
}

impl Block {
    /// A plain paragraph of these words.
    pub(super) fn paragraph(words: &str) -> Self {
        let mut markdown = String::new();
        escape(words, &mut markdown);
        Self { text: lines(words), markdown: lines(&markdown) }
    }

    /// The same kind of block with other words.
    pub(super) fn with_words(&self, words: &str) -> Self {
        let Self { text, markdown } = Self::paragraph(words);
        let kind =
            ["> ", "- ", "# ", "## ", "### ", "#### ", "##### "].iter().find(|kind| self.markdown.starts_with(*kind));
        Self { text, markdown: format!("{}{markdown}", kind.copied().unwrap_or_default()) }
    }
}

/// Reads cleaned markup.
pub(super) fn blocks(markup: &str) -> Vec<Block> {
    let document = Html::parse_fragment(markup);
    let mut writer = Writer::default();
    writer.blocks(document.root_element(), 0);
    writer.end_block("");
    writer.done
}

const DEEPEST: usize = 480;

#[derive(Default)]
struct Writer {
    done: Vec<Block>,
    line: String,
    marked: String,
}

impl Writer {
    fn blocks(&mut self, element: ElementRef<'_>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for child in element.children() {
            match child.value() {
                Node::Text(words) => {
                    self.line.push_str(words);
                    escape(words, &mut self.marked);
                }
                Node::Element(inner) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.element(inner.name(), child, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn element(&mut self, name: &str, element: ElementRef<'_>, depth: usize) {
        let before = match name {
            "script" | "style" | "img" | "graphic" => return,
            "br" | "lb" | "hr" => "\n",
            "h1" => "# ",
            "h2" => "## ",
            "h3" => "### ",
            "h4" => "#### ",
            "h5" | "h6" => "##### ",
            "li" | "dt" | "dd" => "- ",
            "blockquote" => "> ",
            "p" | "div" | "ul" | "ol" | "dl" | "table" | "tr" | "pre" | "section" | "article" | "figure"
            | "figcaption" => "",
            "td" | "th" => {
                self.blocks(element, depth + 1);
                self.line.push(' ');
                self.marked.push_str(" | ");
                return;
            }
            "b" | "strong" => return self.inline("**", element, depth),
            "i" | "em" => return self.inline("*", element, depth),
            "a" => return self.link(element, depth),
            _ => return self.blocks(element, depth + 1),
        };
        if before == "\n" {
            self.line.push('\n');
            self.marked.push('\n');
            return;
        }
        self.end_block("");
        self.blocks(element, depth + 1);
        self.end_block(before);
    }

    fn inline(&mut self, mark: &str, element: ElementRef<'_>, depth: usize) {
        let start = self.marked.len();
        self.blocks(element, depth + 1);
        // A block within ended the line: there is nothing to mark.
        if start > self.marked.len() || self.marked[start..].trim().is_empty() {
            return;
        }
        let inner = self.marked.split_off(start);
        let words = inner.trim();
        let lead = &inner[..inner.len() - inner.trim_start().len()];
        let tail = &inner[inner.trim_end().len()..];
        self.marked.extend([lead, mark, words, mark, tail]);
    }

    fn link(&mut self, element: ElementRef<'_>, depth: usize) {
        let start = self.marked.len();
        self.blocks(element, depth + 1);
        let target = element.attr("href").and_then(|href| crate::address::join("", href));
        if let Some(target) = target.filter(|_| start < self.marked.len()) {
            let inner = self.marked.split_off(start);
            let target = target.replace('(', "%28").replace(')', "%29");
            self.marked.extend(["[", inner.trim(), "](", &target, ")"]);
        }
    }

    fn end_block(&mut self, before: &str) {
        let line = lines(&self.line);
        let marked = lines(&self.marked);
        self.line.clear();
        self.marked.clear();
        if !line.is_empty() {
            self.done.push(Block { text: line, markdown: format!("{before}{marked}") });
        }
    }
}

/// Each line squeezed; empty ones left out.
fn lines(text: &str) -> String {
    text.lines().map(plain_line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Characters that would begin markup are escaped, so that nothing foreign acts where Markdown is shown, nor where it is
/// put on a page as it is (R44).
fn escape(words: &str, marked: &mut String) {
    for letter in words.chars() {
        match letter {
            '<' => marked.push_str("&lt;"),
            '>' => marked.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' => marked.extend(['\\', letter]),
            _ => marked.push(letter),
        }
    }
}
