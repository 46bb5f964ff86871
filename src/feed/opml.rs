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
}

/// What an OPML document lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Its feeds, in order.
    pub outlines: Vec<Outline>,
    /// What was odd.
    pub warnings: Vec<Warning>,
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
    for element in tree.elements().filter(|element| element.name() == "outline") {
        let Some(stated) = attribute(element, &["xmlUrl", "rssUrl"]) else { continue };
        match absolute(stated, None).filter(|url| url.contains("://")) {
            Some(xml_url) => outlines.push(Outline {
                title: name_of(element),
                xml_url,
                html_url: attribute(element, &["htmlUrl"]).and_then(|url| absolute(url, None)),
                path: path_of(element),
            }),
            None => bad.push(stated.chars().take(100).collect::<String>()),
        }
    }
    if let Some(first) = bad.first() {
        let message = format!("{} addresses are no web addresses and were left out, the first is {first:?}", bad.len());
        warnings.push(Warning::new("bad_address", message));
    }
    Ok(List { outlines, warnings })
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
