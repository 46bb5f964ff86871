//! OPML 1.0 and 2.0 lists of feeds, as other readers export them (R50).

use super::links::absolute;
use super::tree::{self, Element};
use super::{looks, text_of};
use crate::model::Warning;
use crate::text::sanitise::line_of_html;

/// One feed of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its name, plain text.
    pub title: Option<String>,
    /// Address of the feed.
    pub xml_url: String,
    /// Address of its page.
    pub html_url: Option<String>,
    /// Names of the folders that it stands in, outermost first.
    pub path: Vec<String>,
    /// Line of the file, from 1, where it can be told.
    pub line: Option<usize>,
    /// What Tidings itself wrote beside it (`tidings:id`, …): name without prefix, and value.
    pub own: Vec<(String, String)>,
}

/// An outline that is meant to be a feed and is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadOutline {
    /// What stands for its address, cut.
    pub address: String,
    /// It names no feed, only this page, whose feeds can be looked for.
    pub page: bool,
    /// Line of the file, from 1, where it can be told.
    pub line: Option<usize>,
}

/// What an OPML document lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Its feeds, in order.
    pub outlines: Vec<Outline>,
    /// What is meant to be a feed and is none; a warning tells of it as well.
    pub bad: Vec<BadOutline>,
    /// What was odd.
    pub warnings: Vec<Warning>,
}

/// The prefix of the attributes that Tidings writes beside the standard ones (OPML 2.0, "Extending OPML").
const OWN_PREFIX: &str = "tidings:";

/// The attributes behind the prefix that are read.
const OWN: &[&str] = &["tidings:id", "tidings:source", "tidings:account", "tidings:kind", "tidings:options"];

impl Outline {
    /// What Tidings wrote beside it under this name.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<&str> {
        self.own.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a list of feeds. Broken XML is read as far as it goes.
///
/// # Errors
/// The reason, where the document is no OPML.
pub fn read(bytes: &[u8], content_type: Option<&str>) -> Result<List, Warning> {
    let (text, mut warnings) = text_of(bytes, content_type);
    let tree = tree::read(&text, &mut warnings);
    let is_list = tree.elements().any(|element| matches!(element.name(), "opml" | "outline"));
    if !is_list {
        let mut reason = looks::not_a_feed(bytes, &text, &tree, &warnings);
        reason.message = reason.message.replace("not a feed", "not an OPML list");
        return Err(reason);
    }
    let mut outlines = Vec::new();
    let mut bad = Vec::new();
    let mut lines = Lines { text: &text, at: 0, line: 1 };
    for element in tree.elements().filter(|element| element.name() == "outline") {
        let Some(stated) = attribute(element, &["xmlUrl", "rssUrl"]) else {
            let page =
                attribute(element, &["htmlUrl"]).filter(|_| !element.children().any(|child| child.name() == "outline"));
            if let Some(page) = page {
                bad.push(BadOutline { address: page.chars().take(200).collect(), page: true, line: lines.of(page) });
            }
            continue;
        };
        let line = lines.of(stated);
        match absolute(stated, None).filter(|url| url.contains("://")) {
            Some(xml_url) => outlines.push(Outline {
                title: name_of(element),
                xml_url,
                html_url: attribute(element, &["htmlUrl"]).and_then(|url| absolute(url, None)),
                path: path_of(element),
                line,
                own: own_of(element),
            }),
            None => bad.push(BadOutline { address: stated.chars().take(100).collect(), page: false, line }),
        }
    }
    if let Some(first) = bad.iter().find(|bad| !bad.page) {
        let (count, first) = (bad.iter().filter(|bad| !bad.page).count(), &first.address);
        let message = format!("{count} addresses are no web addresses and were left out, the first is {first:?}");
        warnings.push(Warning::new("bad_address", message));
    }
    Ok(List { outlines, bad, warnings })
}

/// Finds the lines of addresses that come in the order of the text.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

/// Bytes in which the next address is looked for; without a bound a hostile list would be searched through for each.
const NEAR: usize = 64 * 1024;

impl Lines<'_> {
    /// The line of the next attribute that is `address`, as it is or with its ampersands escaped. One that is not found
    /// is passed over with its tag.
    fn of(&mut self, address: &str) -> Option<usize> {
        let rest = &self.text[self.at..];
        let near = &rest[..rest.floor_char_boundary(NEAR)];
        let escaped = address.replace('&', "&amp;");
        let quoted = ['"', '\'']
            .into_iter()
            .flat_map(|mark| [address, &escaped].map(|address| format!("{mark}{address}{mark}")));
        let found = quoted.filter_map(|quoted| Some((near.find(&quoted)?, quoted.len()))).min();
        let tag = || near.find("<outline").map(|place| (place, "<outline".len()));
        let (place, length) = found.or_else(tag)?;
        self.line += memchr::memchr_iter(b'\n', &near.as_bytes()[..place]).count();
        self.at += place + length;
        found.map(|_| self.line)
    }
}

fn own_of(outline: Element<'_>) -> Vec<(String, String)> {
    let value = |name: &&str| {
        let value = outline.attribute(name).map(line_of_html).filter(|value| !value.is_empty())?;
        Some((name.trim_start_matches(OWN_PREFIX).to_owned(), value))
    };
    OWN.iter().filter_map(value).collect()
}

fn name_of(outline: Element<'_>) -> Option<String> {
    attribute(outline, &["title", "text"]).map(line_of_html).filter(|name| !name.is_empty())
}

/// The folders around an outline. Parsers of lists with missing end tags nest what stood side by side: an outline that is
/// a feed is no folder.
fn path_of(outline: Element<'_>) -> Vec<String> {
    let mut path = Vec::new();
    let mut folder = outline.parent();
    while !folder.is_root() {
        if folder.name() == "outline" && attribute(folder, &["xmlUrl"]).is_none() {
            path.extend(name_of(folder));
        }
        folder = folder.parent();
    }
    path.reverse();
    path
}

fn attribute<'a>(outline: Element<'a>, names: &[&str]) -> Option<&'a str> {
    let mut values = names.iter().filter_map(|name| outline.attribute(name));
    values.find(|value| !value.trim().is_empty()).map(str::trim)
}
