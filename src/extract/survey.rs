//! One walk over a page that gathers everything it states about itself.

use trafilatura::dom::{Document, NodeId};

use crate::address;
use crate::text::sanitise::plain_line;

/// What one walk over a page found, in document order.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// `lang` of the root element.
    pub(super) lang: Option<String>,
    /// The title element.
    pub(super) title: Option<String>,
    /// First-level headings with words in them.
    pub(super) headings: Vec<Heading>,
    /// Meta elements: name, property, http-equiv or itemprop in lower case, and content.
    pub(super) metas: Vec<(String, String)>,
    /// `link rel=canonical`.
    pub(super) canonical: Option<String>,
    /// `base href`.
    pub(super) base: Option<String>,
    /// Contents of JSON-LD scripts.
    pub(super) scripts: Vec<String>,
    /// Time elements.
    pub(super) times: Vec<Stamp>,
    /// Microdata and RDFa properties in the body: name in lower case, value.
    pub(super) properties: Vec<(String, String)>,
    /// Words of elements that look like a byline, with what they looked like.
    pub(super) names: Vec<Name>,
    /// Words of elements whose class or id speaks of a date.
    pub(super) dated: Vec<Snippet>,
    /// Parts that look like something else than the article (navigation, footer, other articles, comments): the number
    /// of elements before their start and end.
    pub(super) asides: Vec<(usize, usize)>,
    /// Short pieces of visible text that hold digits.
    pub(super) snippets: Vec<Snippet>,
}

/// A first-level heading.
#[derive(Debug)]
pub(super) struct Heading {
    /// Its words.
    pub(super) text: String,
    /// How many elements came before it.
    pub(super) place: usize,
}

/// A time element.
#[derive(Debug)]
pub(super) struct Stamp {
    /// The machine-readable value.
    pub(super) datetime: Option<String>,
    /// The visible words.
    pub(super) text: String,
    /// Class, id, itemprop of it and its parent, in lower case.
    pub(super) looks: String,
    /// How many elements came before it.
    pub(super) place: usize,
}

/// A piece of visible text.
#[derive(Debug)]
pub(super) struct Snippet {
    /// Its words.
    pub(super) text: String,
    /// Class, id, itemprop of its element, in lower case.
    pub(super) looks: String,
    /// How many elements came before it.
    pub(super) place: usize,
}

/// Words that may be a byline.
#[derive(Debug)]
pub(super) struct Name {
    /// The words.
    pub(super) text: String,
    /// What made it look like one.
    pub(super) mark: NameMark,
    /// How many elements came before it.
    pub(super) place: usize,
}

/// What made words look like a byline, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameMark {
    /// `rel=author`.
    Rel,
    /// `itemprop=author`.
    ItemProperty,
    /// A class or id that speaks of an author or byline.
    Class,
}

/// The walk goes no deeper; deeper documents were flattened before.
const DEEPEST: usize = 480;

/// Letters of a byline or date that are looked at.
const SHORT: usize = 240;

/// How many bylines, dates and snippets are kept of one kind: the first ones matter.
const MOST: usize = 400;

/// Letters of a JSON-LD script that are looked at.
const LONGEST_SCRIPT: usize = 1 << 20;

impl Survey {
    /// Walks over the page once.
    pub(super) fn of(document: &Document) -> Self {
        let mut survey = Self::default();
        let mut walk = Walk { document, survey: &mut survey, place: 0 };
        walk.children(document.root(), 0, "");
        let headings = &survey.headings;
        survey.asides.retain(|(start, end)| !headings.iter().any(|heading| (start..=end).contains(&&heading.place)));
        survey
    }

    /// Contents of all meta elements of these names, in the order of the names.
    pub(super) fn meta<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        names.iter().flat_map(move |name| {
            self.metas.iter().filter(move |(key, _)| key == name).map(|(_, content)| content.as_str())
        })
    }

    /// Whether this place is in a part that is not the article.
    pub(super) fn is_aside(&self, place: usize) -> bool {
        self.asides.iter().any(|(start, end)| (start..=end).contains(&&place))
    }

    /// The address that references of the page are relative to.
    pub(super) fn base_address(&self, url: Option<&str>) -> Option<String> {
        match (self.base.as_deref(), url) {
            (Some(base), url) => address::join(url.unwrap_or_default(), base).or_else(|| url.map(str::to_owned)),
            (None, Some(url)) => Some(url.to_owned()),
            (None, None) => {
                let mut own = self.canonical.iter().map(String::as_str).chain(self.meta(&["og:url"]));
                own.find_map(|own| address::join("", own))
            }
        }
    }
}

struct Walk<'a> {
    document: &'a Document,
    survey: &'a mut Survey,
    place: usize,
}

impl Walk<'_> {
    fn children(&mut self, parent: NodeId, depth: usize, around: &str) {
        if depth > DEEPEST {
            return;
        }
        let nodes = self.document.child_nodes(parent);
        for node in nodes {
            if self.document.is_element(node) {
                self.element(node, depth, around);
            } else if self.document.is_text(node) {
                self.words(node);
            }
        }
    }

    fn element(&mut self, node: NodeId, depth: usize, around: &str) {
        self.place += 1;
        let document = self.document;
        let attribute = |name: &str| document.get_attribute(node, name).filter(|value| !value.trim().is_empty());
        match document.tag_name(node) {
            "html" => self.survey.lang = attribute("lang").or_else(|| attribute("xml:lang")),
            "meta" => return self.meta(node),
            "link" => return self.link(node),
            "base" => {
                self.survey.base = self.survey.base.take().or_else(|| attribute("href"));
                return;
            }
            "title" => {
                if self.survey.title.is_none() {
                    self.survey.title = Some(self.line(node, SHORT * 2)).filter(|title| !title.is_empty());
                }
                return;
            }
            "script" => {
                if attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json")) {
                    let script = document.text_content(node);
                    if script.len() <= LONGEST_SCRIPT {
                        self.survey.scripts.push(script);
                    }
                }
                return;
            }
            "style" | "noscript" | "template" | "svg" | "math" | "iframe" | "object" | "select" | "textarea" => return,
            "h1" => {
                let text = self.line(node, SHORT * 2);
                if !text.is_empty() {
                    self.survey.headings.push(Heading { text, place: self.place });
                }
            }
            _ => {}
        }
        let looks = looks_of(document, node);
        let start = self.place;
        if document.tag_name(node) == "time" {
            let text = self.line(node, SHORT);
            let looks = format!("{looks} {around}");
            let stamp = Stamp { datetime: attribute("datetime"), text, looks, place: self.place };
            push(&mut self.survey.times, stamp);
        }
        if let Some(name) = attribute("itemprop").or_else(|| attribute("property")) {
            self.property(node, &name.to_lowercase());
        }
        self.byline(node, &looks);
        if speaks_of_date(&looks) {
            let text = self.line(node, SHORT);
            if text.len() < SHORT && text.bytes().any(|byte| byte.is_ascii_digit()) {
                push(&mut self.survey.dated, Snippet { text, looks: looks.clone(), place: self.place });
            }
            if let Some(text) = attribute("title").or_else(|| attribute("content")).or_else(|| attribute("datetime")) {
                push(&mut self.survey.dated, Snippet { text, looks: looks.clone(), place: self.place });
            }
        }
        self.children(node, depth + 1, &looks);
        if is_aside(document.tag_name(node), &looks) {
            push(&mut self.survey.asides, (start, self.place));
        }
    }

    fn meta(&mut self, node: NodeId) {
        let attribute = |name: &str| self.document.get_attribute(node, name);
        let Some(content) = attribute("content").filter(|content| !content.trim().is_empty()) else { return };
        for key in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = attribute(key) {
                for name in name.split_whitespace() {
                    self.survey.metas.push((name.to_lowercase(), content.trim().to_owned()));
                }
            }
        }
    }

    fn link(&mut self, node: NodeId) {
        let attribute = |name: &str| self.document.get_attribute(node, name);
        let rel = attribute("rel").unwrap_or_default().to_lowercase();
        if self.survey.canonical.is_none() && rel.split_whitespace().any(|word| word == "canonical") {
            self.survey.canonical = attribute("href").filter(|href| !href.trim().is_empty());
        }
    }

    fn property(&mut self, node: NodeId, name: &str) {
        let attribute = |name: &str| self.document.get_attribute(node, name).filter(|value| !value.trim().is_empty());
        let wanted =
            ["datepublished", "datecreated", "datemodified", "dateupdated", "headline", "publisher", "pubdate"];
        for name in name.split_whitespace().map(|name| name.rsplit(':').next().unwrap_or(name)) {
            if wanted.contains(&name) {
                let value =
                    attribute("content").or_else(|| attribute("datetime")).unwrap_or_else(|| self.line(node, SHORT));
                push(&mut self.survey.properties, (name.to_owned(), value));
            }
        }
    }

    fn byline(&mut self, node: NodeId, looks: &str) {
        let attribute = |name: &str| self.document.get_attribute(node, name).unwrap_or_default().to_lowercase();
        let has = |value: &str, word: &str| value.split_whitespace().any(|part| part == word);
        let mark = if has(&attribute("rel"), "author") {
            NameMark::Rel
        } else if has(&attribute("itemprop"), "author") || has(&attribute("itemprop"), "creator") {
            NameMark::ItemProperty
        } else if speaks_of_author(looks) {
            NameMark::Class
        } else {
            return;
        };
        let text = self.lines(node, SHORT);
        if !text.trim().is_empty() {
            push(&mut self.survey.names, Name { text, mark, place: self.place });
        }
    }

    fn words(&mut self, node: NodeId) {
        if self.survey.snippets.len() >= MOST {
            return;
        }
        let text = self.document.text_content(node);
        if text.len() < 6 || text.len() > 2 * SHORT || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        self.survey.snippets.push(Snippet { text: plain_line(&text), looks: String::new(), place: self.place });
    }

    /// The words of an element on one line, up to a number of bytes.
    fn line(&self, node: NodeId, longest: usize) -> String {
        plain_line(&self.lines(node, longest))
    }

    /// The words of an element, a line for each element with words, up to a number of bytes.
    fn lines(&self, node: NodeId, longest: usize) -> String {
        let mut text = String::new();
        gather(self.document, node, longest, 0, &mut text);
        text
    }
}

fn gather(document: &Document, node: NodeId, longest: usize, depth: usize, text: &mut String) {
    for child in document.child_nodes(node) {
        if text.len() > longest || depth > DEEPEST {
            return;
        }
        if document.is_text(child) {
            text.push_str(&document.text_content(child));
        } else if document.is_element(child) {
            let tag = document.tag_name(child);
            if matches!(tag, "script" | "style" | "noscript" | "template" | "svg") {
                continue;
            }
            let inline = matches!(tag, "b" | "i" | "em" | "strong" | "font" | "wbr" | "sup" | "sub" | "u" | "mark");
            if !inline {
                text.push('\n');
            }
            gather(document, child, longest, depth + 1, text);
            if !inline {
                text.push('\n');
            }
        }
    }
}

fn push<T>(list: &mut Vec<T>, value: T) {
    if list.len() < MOST {
        list.push(value);
    }
}

/// Class, id and itemprop in lower case.
fn looks_of(document: &Document, node: NodeId) -> String {
    let mut looks = String::new();
    for name in ["class", "id", "itemprop", "data-testid"] {
        if let Some(value) = document.get_attribute(node, name) {
            looks.push_str(&value.to_lowercase());
            looks.push(' ');
        }
    }
    looks
}

fn is_aside(tag: &str, looks: &str) -> bool {
    const WORDS: [&str; 16] = [
        "related",
        "sidebar",
        "comment",
        "comments",
        "kommentare",
        "footer",
        "recommended",
        "recommendations",
        "teaser",
        "teasers",
        "mostread",
        "popular",
        "trending",
        "newsletter",
        "widget",
        "disqus",
    ];
    let mut words = looks.split(|letter: char| !letter.is_alphanumeric());
    matches!(tag, "nav" | "footer" | "aside") || words.any(|word| WORDS.contains(&word))
}

fn speaks_of_date(looks: &str) -> bool {
    const PARTS: [&str; 10] =
        ["date", "datum", "time", "publish", "fecha", "posted", "byline", "submitted", "parution", "meta"];
    PARTS.iter().any(|part| looks.contains(part))
}

fn speaks_of_author(looks: &str) -> bool {
    const PARTS: [&str; 5] = ["author", "byline", "autor", "auteur", "writer"];
    PARTS.iter().any(|part| looks.contains(part))
}
