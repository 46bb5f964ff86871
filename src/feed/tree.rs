//! A document as a tree, however broken its XML: what cannot be read is left out and told.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use url::Url;

use super::repair;
use super::space::{Scopes, Space};
use crate::model::Warning;

/// Elements nested deeper than this are an attack or a fault, never a feed; the document is read up to there (R37).
const DEEPEST: usize = 512;

/// Elements beyond this are not read: a document within the byte cap that has so many is no feed for people.
const MOST_ELEMENTS: usize = 2_000_000;

/// Attributes of one element beyond this are not read.
const MOST_ATTRIBUTES: usize = 256;

/// Relative `xml:base` attributes within each other beyond this are not followed.
const MOST_BASES: usize = 8;

/// A document's elements in the order of their start tags; the first is a root that stands for the document itself.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    space: Space,
    /// Local name in lower case: feeds in the wild write `pubdate` and `PubDate`.
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
    parent: usize,
}

#[derive(Debug)]
enum Child {
    Text(String),
    Element(usize),
}

/// Reads `text` leniently: undeclared references and prefixes, stray `<` and `&`, wrong and missing end tags, control
/// characters and cut ends are repaired, with a warning for each kind of fault. Declared entities are not expanded.
pub(super) fn read(text: &str, warnings: &mut Vec<Warning>) -> Tree {
    let repaired = repair::repair(text, warnings);
    let mut reader = Reader::from_str(&repaired);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    config.check_comments = false;
    let mut builder = Builder::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                builder.open(&tag);
                if builder.open.len() > DEEPEST {
                    let message = format!("elements are nested deeper than {DEEPEST}; nothing after that was read");
                    warnings.push(Warning::new("too_deep", message));
                    break;
                }
            }
            Ok(Event::Empty(tag)) => {
                builder.open(&tag);
                builder.close_last();
            }
            Ok(Event::End(tag)) => builder.close(tag.name().as_ref()),
            Ok(Event::Text(words)) => builder.text(&words),
            Ok(Event::CData(words)) => builder.text(&words),
            Ok(Event::GeneralRef(reference)) => builder.text(&repair::references(&format!("&{};", &*reference))),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let at = reader.error_position();
                warnings.push(Warning::new("broken_xml", format!("the document breaks off at byte {at}: {error}")));
                break;
            }
        }
        if builder.tree.nodes.len() > MOST_ELEMENTS {
            warnings
                .push(Warning::new("too_many_elements", format!("only the first {MOST_ELEMENTS} elements were read")));
            break;
        }
    }
    builder.finish(warnings)
}

struct Builder {
    tree: Tree,
    /// The open elements, innermost last, with their names as written.
    open: Vec<(usize, String)>,
    scopes: Scopes,
    unclosed: usize,
}

impl Builder {
    fn new() -> Self {
        let root =
            Node { space: Space::Other, name: String::new(), attributes: Vec::new(), children: Vec::new(), parent: 0 };
        Self { tree: Tree { nodes: vec![root] }, open: Vec::new(), scopes: Scopes::default(), unclosed: 0 }
    }

    fn innermost(&self) -> usize {
        self.open.last().map_or(0, |(index, _)| *index)
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        let full_name = tag.name().as_ref().to_owned();
        let attributes: Vec<(String, String)> = tag
            .html_attributes()
            .with_checks(false)
            .flatten()
            .take(MOST_ATTRIBUTES)
            .map(|attribute| (attribute.key.as_ref().to_owned(), repair::references(&attribute.value).into_owned()))
            .collect();
        self.close_leaf_before(&full_name);
        let depth = self.open.len();
        self.scopes.declare(depth, &attributes);
        let (prefix, local) = full_name.split_once(':').unwrap_or(("", &full_name));
        let (space, name) = (self.scopes.resolve(prefix), local.to_ascii_lowercase());
        let parent = self.innermost();
        let index = self.tree.nodes.len();
        self.tree.nodes.push(Node { space, name, attributes, children: Vec::new(), parent });
        self.tree.nodes[parent].children.push(Child::Element(index));
        self.open.push((index, full_name));
    }

    /// An element of a feed that holds words only ends where the next one of the feed begins, end tag or not.
    fn close_leaf_before(&mut self, next: &str) {
        let holds_words = |name: &str| {
            matches!(
                name,
                "title" | "link" | "guid" | "id" | "pubdate" | "updated" | "published" | "lastbuilddate" | "ttl"
            )
        };
        let next = next.to_ascii_lowercase();
        let begins_next = holds_words(&next)
            || matches!(
                next.as_str(),
                "item" | "entry" | "description" | "summary" | "author" | "category" | "enclosure"
            );
        let innermost = &self.tree.nodes[self.innermost()];
        if begins_next && innermost.space == Space::Core && holds_words(&innermost.name) {
            self.unclosed += 1;
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        self.open.pop();
        self.scopes.leave(self.open.len());
    }

    /// Closes the innermost open element of that name and what was left open in it; a stray end tag closes nothing.
    fn close(&mut self, full_name: &str) {
        let same = |(_, open): &(usize, String)| open == full_name;
        let found = self
            .open
            .iter()
            .rposition(same)
            .or_else(|| self.open.iter().rposition(|(_, open)| open.eq_ignore_ascii_case(full_name)));
        match found {
            Some(position) => {
                self.unclosed += self.open.len() - position - 1;
                self.open.truncate(position);
                self.scopes.leave(position);
            }
            None => self.unclosed += 1,
        }
    }

    fn text(&mut self, words: &str) {
        let innermost = self.innermost();
        let children = &mut self.tree.nodes[innermost].children;
        match children.last_mut() {
            Some(Child::Text(text)) => text.push_str(words),
            _ => children.push(Child::Text(words.to_owned())),
        }
    }

    fn finish(self, warnings: &mut Vec<Warning>) -> Tree {
        let told = |code: &str| warnings.iter().any(|warning| warning.code == code);
        if !self.open.is_empty() && !told("too_deep") {
            let message = format!("the document ends within {} open elements", self.open.len());
            warnings.push(Warning::new("truncated", message));
        }
        if self.unclosed > 0 {
            warnings.push(Warning::new("wrong_end_tags", format!("{} end tags are missing or astray", self.unclosed)));
        }
        self.tree
    }
}

/// An element of a [`Tree`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    tree: &'a Tree,
    index: usize,
}

impl Tree {
    /// The document itself, whose children are the outermost elements.
    pub(super) fn root(&self) -> Element<'_> {
        Element { tree: self, index: 0 }
    }

    /// All elements in the order of their start tags.
    pub(super) fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (1..self.nodes.len()).map(|index| Element { tree: self, index })
    }
}

impl<'a> Element<'a> {
    fn node(self) -> &'a Node {
        &self.tree.nodes[self.index]
    }

    /// Local name, lower case.
    pub(super) fn name(self) -> &'a str {
        &self.node().name
    }

    /// The vocabulary that its name belongs to.
    pub(super) fn space(self) -> Space {
        self.node().space
    }

    /// The element that holds it; the document holds itself.
    pub(super) fn parent(self) -> Element<'a> {
        Element { tree: self.tree, index: self.node().parent }
    }

    /// True where both are the same element of the same document.
    pub(super) fn is(self, other: Element<'_>) -> bool {
        self.index == other.index
    }

    /// True for the document itself.
    pub(super) fn is_root(self) -> bool {
        self.index == 0
    }

    /// The elements directly within it.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'a>> {
        self.node().children.iter().filter_map(move |child| match child {
            Child::Element(index) => Some(Element { tree: self.tree, index: *index }),
            Child::Text(_) => None,
        })
    }

    /// The first element of that name directly within it.
    pub(super) fn child(self, space: Space, name: &str) -> Option<Element<'a>> {
        self.children().find(|child| child.space() == space && child.name() == name)
    }

    /// An attribute by its name as written, lower and upper case alike.
    pub(super) fn attribute(self, name: &str) -> Option<&'a str> {
        let attributes = &self.node().attributes;
        attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// An attribute by its name without prefix (`rdf:about`, `about`).
    pub(super) fn local_attribute(self, name: &str) -> Option<&'a str> {
        let local = |key: &str| key.rsplit(':').next().is_some_and(|key| key.eq_ignore_ascii_case(name));
        self.node().attributes.iter().find(|(key, _)| local(key)).map(|(_, value)| value.as_str())
    }

    /// The characters directly within it, without those of inner elements.
    pub(super) fn own_text(self) -> Cow<'a, str> {
        let mut texts = self.node().children.iter().filter_map(|child| match child {
            Child::Text(text) => Some(text.as_str()),
            Child::Element(_) => None,
        });
        let first = texts.next().unwrap_or("");
        match texts.next() {
            None => Cow::Borrowed(first),
            Some(second) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
        }
    }

    /// All characters within it, trimmed; none when there are none.
    pub(super) fn text(self) -> Option<String> {
        let mut text = String::new();
        self.write(&mut text, Markup::None);
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| if trimmed.len() == text.len() { text.clone() } else { trimmed.to_owned() })
    }

    /// What is within it as HTML: the characters of the document are markup already (`escaped`, as in RSS descriptions)
    /// or plain characters (as in Atom's XHTML).
    pub(super) fn inner_html(self, escaped: bool) -> String {
        let mut html = String::new();
        self.write(&mut html, if escaped { Markup::Escaped } else { Markup::Inline });
        html
    }

    /// True where other elements stand in it.
    pub(super) fn has_elements(self) -> bool {
        self.children().next().is_some()
    }

    fn write(self, out: &mut String, markup: Markup) {
        for child in &self.node().children {
            match (child, markup) {
                (Child::Text(text), Markup::Inline) => out.push_str(&quick_xml::escape::partial_escape(text.as_str())),
                (Child::Text(text), _) => out.push_str(text),
                (Child::Element(index), Markup::None) => {
                    Element { tree: self.tree, index: *index }.write(out, markup);
                }
                (Child::Element(index), _) => Element { tree: self.tree, index: *index }.write_element(out, markup),
            }
        }
    }

    fn write_element(self, out: &mut String, markup: Markup) {
        let name = self.name();
        out.push('<');
        out.push_str(name);
        for (key, value) in &self.node().attributes {
            out.push(' ');
            out.push_str(key);
            out.push_str("=\"");
            out.push_str(&quick_xml::escape::escape(value.as_str()));
            out.push('"');
        }
        out.push('>');
        if matches!(name, "br" | "hr" | "img" | "input" | "wbr" | "col" | "area" | "embed" | "source" | "track") {
            return;
        }
        self.write(out, markup);
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }

    /// The base address of relative ones within it: `xml:base` of it and its ancestors over `outer` (XML Base, section 4).
    pub(super) fn base(self, outer: Option<&Url>) -> Option<Url> {
        let mut relative = Vec::new();
        let mut base = outer.cloned();
        let mut element = self;
        while !element.is_root() {
            if let Some(stated) = element.attribute("xml:base").map(str::trim) {
                if let Ok(absolute) = Url::parse(stated) {
                    base = Some(absolute);
                    break;
                }
                relative.push(stated);
                if relative.len() == MOST_BASES {
                    break;
                }
            }
            element = element.parent();
        }
        relative.iter().rev().fold(base, |base, stated| base.map(|base| base.join(stated).unwrap_or(base)))
    }

    /// The language stated on it.
    pub(super) fn own_language(self) -> Option<&'a str> {
        self.attribute("xml:lang").map(str::trim).filter(|tag| !tag.is_empty())
    }
}

#[derive(Clone, Copy)]
enum Markup {
    /// Characters only.
    None,
    /// Characters are markup.
    Escaped,
    /// Characters are plain.
    Inline,
}
