//! What the page around the article says about its blocks: which are only links, which are captions, what stands between
//! headline and body. With that, the library's choice is corrected block by block.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;
use trafilatura::dom::{Document, NodeId};

use super::render::Block;

/// Marks of the blocks of a page, taken before the library changes it.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// Blocks whose words are all links.
    links: HashSet<String>,
    /// Captions and credits of pictures.
    captions: HashSet<String>,
    /// Blocks in document order, with their keys.
    blocks: Vec<(String, String)>,
    /// Where a block of this key stands among them.
    places: HashMap<String, usize>,
}

const DEEPEST: usize = 480;

/// Blocks longer than this are never dropped.
const LONG: usize = 400;

impl Sieve {
    /// Walks over the page once.
    pub(super) fn of(document: &Document) -> Self {
        let mut sieve = Self::default();
        if let Some(body) = document.body() {
            sieve.walk(document, body, 0, false);
        }
        sieve
    }

    /// Keeps what belongs to the article, and puts a lead before it that the library left out.
    pub(super) fn sift(&self, blocks: Vec<Block>, title: Option<&str>, description: Option<&str>) -> Vec<Block> {
        let title = title.map(key).unwrap_or_default();
        let links = blocks.iter().filter(|block| self.links.contains(&key(&block.text))).count();
        let index = links * 2 > blocks.len();
        let mut kept: Vec<Block> = Vec::with_capacity(blocks.len() + 1);
        for block in blocks {
            let key = key(&block.text);
            let headline = kept.is_empty() && !title.is_empty() && key == title;
            let aside = block.text.len() < LONG
                && ((!index && self.links.contains(&key)) || self.captions.contains(&key) || is_prompt(&block.text));
            if !headline && !aside {
                kept.push(block);
            }
        }
        let mut kept = self.restore(kept);
        if let Some(lead) = self.lead(&kept, description) {
            kept.insert(0, lead);
        }
        kept
    }

    /// Gives blocks back what the library lost of them: blanks between words, and the rest of a paragraph that it broke
    /// off at a link. A block that repeats a part of the one restored before it goes.
    fn restore(&self, blocks: Vec<Block>) -> Vec<Block> {
        const SHORTEST: usize = 30;
        let mut restored: Vec<Block> = Vec::with_capacity(blocks.len());
        let mut last: Option<usize> = None;
        for block in blocks {
            let wanted = key(&block.text);
            if let Some(&place) = self.places.get(&wanted) {
                let original = &self.blocks[place].0;
                restored.push(if same_words(original, &block.text) { block } else { block.with_words(original) });
                last = None;
                continue;
            }
            if last.is_some_and(|place| self.blocks[place].1.contains(&wanted)) {
                continue;
            }
            let fits = |(_, key): &&(String, String)| key.len() <= 3 * wanted.len() && key.starts_with(&wanted);
            let whole = if wanted.len() < SHORTEST { None } else { self.blocks.iter().position(|block| fits(&block)) };
            match whole {
                Some(place) => restored.push(block.with_words(&self.blocks[place].0)),
                None => restored.push(block),
            }
            last = whole;
        }
        restored
    }

    /// The page's summary, where it stands as a block of the page and the article does not hold it.
    fn lead(&self, kept: &[Block], description: Option<&str>) -> Option<Block> {
        const SHORTEST: usize = 40;
        let wanted = key(description?.trim_end_matches(['…', '.']));
        if wanted.len() < SHORTEST || kept.is_empty() {
            return None;
        }
        let start: String = wanted.chars().take(60).collect();
        if kept.iter().any(|block| key(&block.text).contains(&start)) {
            return None;
        }
        let (block, _) = self.blocks.iter().find(|(_, key)| key.starts_with(&wanted))?;
        (block.len() < 2_000).then(|| Block::paragraph(block))
    }

    /// The words of an element and how many letters of them are links; blocks within are told apart.
    fn walk(&mut self, document: &Document, node: NodeId, depth: usize, caption: bool) {
        if depth > DEEPEST {
            return;
        }
        let mut line = Line::default();
        self.inline(document, node, depth, caption, false, &mut line);
        self.end(&mut line, caption);
    }

    fn inline(&mut self, document: &Document, node: NodeId, depth: usize, caption: bool, link: bool, told: &mut Line) {
        if depth > DEEPEST {
            return;
        }
        for child in document.child_nodes(node) {
            if document.is_text(child) {
                told.add(&document.text_content(child), link);
                continue;
            }
            if !document.is_element(child) {
                continue;
            }
            match document.tag_name(child) {
                "script" | "style" | "noscript" | "template" | "svg" | "iframe" => {}
                "a" => self.inline(document, child, depth + 1, caption, true, told),
                "br" => told.text.push('\n'),
                "b" | "i" | "em" | "strong" | "span" | "font" | "u" | "sup" | "sub" | "time" | "mark" | "small"
                | "abbr" | "cite" | "q" | "code" | "s" | "strike" | "del" | "ins" | "button" => {
                    let caption_within = !caption && is_caption(document, child);
                    if caption_within {
                        self.end(told, caption);
                    }
                    self.inline(document, child, depth + 1, caption || caption_within, link, told);
                    if caption_within {
                        self.end(told, true);
                    }
                }
                _ => {
                    self.end(told, caption);
                    let mut inner = Line::default();
                    let caption = caption || is_caption(document, child);
                    self.inline(document, child, depth + 1, caption, link, &mut inner);
                    self.end(&mut inner, caption);
                }
            }
        }
    }

    fn end(&mut self, line: &mut Line, caption: bool) {
        let text = std::mem::take(&mut line.text);
        let (letters, linked) = (std::mem::take(&mut line.letters), std::mem::take(&mut line.linked));
        if letters == 0 {
            return;
        }
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        let key = key(&text);
        if caption {
            self.captions.insert(key.clone());
        } else if linked * 10 >= letters * 9 {
            self.links.insert(key.clone());
        }
        self.places.entry(key.clone()).or_insert(self.blocks.len());
        self.blocks.push((text, key));
    }
}

#[derive(Default)]
struct Line {
    text: String,
    letters: usize,
    linked: usize,
}

impl Line {
    fn add(&mut self, words: &str, link: bool) {
        let letters = words.chars().filter(|letter| letter.is_alphanumeric()).count();
        self.letters += letters;
        if link {
            self.linked += letters;
        }
        // A line ends in markup for nobody but its author; only `br` ends one for the reader.
        self.text.extend(words.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }));
    }
}

fn is_caption(document: &Document, node: NodeId) -> bool {
    if document.tag_name(node) == "figcaption" {
        return true;
    }
    let class = document.class_name(node).to_lowercase();
    ["caption", "credit", "copyright", "bildunterschrift", "photographer", "image-source"]
        .iter()
        .any(|part| class.contains(part))
}

fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// Letters and digits alone, in lower case: markup and marks aside, words stay comparable.
pub(super) fn key(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a block asks the reader for something or points elsewhere, in words that publishers use for nothing else.
fn is_prompt(text: &str) -> bool {
    static PROMPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^\W*(?:",
            // Other articles.
            r"(?:read|see|lea|lee|leia|lesen|lire) (?:also|more|next|tambi[eé]n|m[aá]s|mais|tamb[eé]m|aussi|sie auch)\b",
            r"|(?:also read|lea|leia|related|read this|mehr dazu|mehr zum thema|zum thema|lire aussi|à lire|leggi anche|lees ook)\s*:",
            r"|(?:te|le|les) (?:puede|podr[ií]a) interesar\b",
            r"|(?:related|recommended|more|weitere|[äa]hnliche|verwandte|neueste|aktuelle) (?:articles?|stories|news|links|posts?|topics|artikel|beitr[äa]ge|themen|meldungen|videos)\b.{0,40}$",
            r"|(?:auch interessant|das k[öo]nnte (?:sie|dich|euch) (?:auch )?interessieren|schon gelesen|you may also like|you might also like)\b.{0,40}$",
            // Asking for something.
            r"|(?:subscribe|sign up|abonnieren|jetzt abonnieren)\b.{0,160}$",
            r"|follow (?:us|\S+|the \S+|\S+ \S+) on (?:twitter|facebook|instagram|x\b|linkedin|google)",
            r"|(?:get|have) (?:a tip|the latest \S+ (?:right )?in your inbox)",
            r"|thanks for signing up\b|we use cookies\b|by (?:choosing|clicking) .{0,60}(?:accept|agree|consent)",
            r"|(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|copyright ©|©|\(c\) \d{4})",
            // Names of pictures and sources.
            r"|(?:photo|foto|fotos|image|bild|picture|credit|photos?|crédits? photos?|bildquelle)\s?(?:by|:|/|credit|©)[^.!?]{0,80}$",
            r"|(?:share|teilen|advertisement|anzeige|werbung|publicidad|publicité|comments?|kommentare|print|drucken)$",
            r")",
        ))
        .ok()
    });
    PROMPT.as_ref().is_some_and(|prompt| prompt.is_match(text))
}
