//! A page and the parts of it that CSS selectors name (<https://www.w3.org/TR/selectors-4/>).

use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};
use url::Url;

use crate::model::Warning;
use crate::text::decode::{Declared, decode};
use crate::text::nesting;

/// More of a page is not read, bytes.
const LONGEST_PAGE: usize = 4 << 20;

/// Longer selectors are refused, characters.
const LONGEST: usize = 500;

/// Elements that say nothing, and words that were struck out (an old price beside the new one).
const SILENT: &[&str] = &["script", "style", "noscript", "template", "svg", "del", "s", "strike", "head"];

/// Elements that do not begin a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "font", "i", "ins", "kbd", "label", "mark", "q",
    "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// Marks in `id` and `class` of what is laid over a page and is not of it.
const OVERLAID: &[&str] = &["cookie", "consent", "gdpr"];

/// Tells where a CSS selector cannot be read, in words; nothing where it can.
#[must_use]
pub fn selector_fault(selector: &str) -> Option<String> {
    parse(selector).err()
}

/// A selector made ready.
pub(super) fn parse(selector: &str) -> Result<Selector, String> {
    if selector.trim().is_empty() {
        return Err("the selector is empty".to_owned());
    }
    if selector.chars().count() > LONGEST {
        return Err(format!("the selector is longer than {LONGEST} characters"));
    }
    Selector::parse(selector).map_err(|_| {
        // The library does not tell where: behind the longest beginning that is a selector.
        let ends = selector.char_indices().map(|(at, _)| at).enumerate().skip(1);
        let good = ends.filter(|(_, at)| Selector::parse(&selector[..*at]).is_ok()).last();
        let column = good.map_or(1, |(characters, _)| characters + 1);
        format!("selector `{selector}` cannot be read from its character {column} on")
    })
}

/// A page as it is read here.
pub(super) struct Page {
    pub(super) html: Html,
    /// What its links are relative to.
    pub(super) base: Option<Url>,
    /// Language that it states, in small letters ("en-us").
    pub(super) language: Option<String>,
}

impl Page {
    /// Reads a page that was served at `address`.
    pub(super) fn read(bytes: &[u8], content_type: Option<&str>, address: Option<&str>) -> Self {
        let decoded = decode(bytes, content_type, Declared::Html);
        let html = Html::parse_document(&nesting::tame(&decoded.text, LONGEST_PAGE));
        let address = address.and_then(|address| Url::parse(address).ok());
        let stated = first_attribute(&html, "base[href]", "href");
        let base = match (stated, address) {
            (Some(stated), Some(address)) => Some(address.join(stated.trim()).unwrap_or(address)),
            (_, address) => address,
        };
        let language = first_attribute(&html, "html[lang]", "lang").map(|tag| tag.trim().to_ascii_lowercase());
        Self { html, base, language: language.filter(|tag| !tag.is_empty()) }
    }

    /// Everything a selector names, in the order of the page.
    pub(super) fn all(&self, selector: &Selector) -> Vec<ElementRef<'_>> {
        self.html.select(selector).collect()
    }

    /// The words of its title.
    pub(super) fn title(&self) -> Option<String> {
        let title = Selector::parse("title").ok()?;
        let words = self.html.select(&title).next()?.text().collect::<String>();
        Some(collapsed(&words)).filter(|words| !words.is_empty())
    }

    /// The address of a link, absolute and without fragment; none where it leads to no page of the web.
    pub(super) fn address(&self, href: &str) -> Option<String> {
        let href = href.trim();
        let mut url = match &self.base {
            Some(base) => base.join(href).ok()?,
            None => Url::parse(href).ok()?,
        };
        url.set_fragment(None);
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
    }
}

fn first_attribute(html: &Html, selector: &str, name: &str) -> Option<String> {
    let selector = Selector::parse(selector).ok()?;
    html.select(&selector).next()?.attr(name).map(str::to_owned)
}

/// The lines of an element as people see them, without blank ones.
pub(super) fn lines(element: ElementRef<'_>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut block = None;
    for node in element.descendants() {
        let text = match node.value() {
            Node::Text(text) => text,
            Node::Element(inner) if inner.name() == "br" => {
                lines.push(std::mem::take(&mut line));
                continue;
            }
            _ => continue,
        };
        let mut around = None;
        let mut silent = false;
        for ancestor in node.ancestors().filter_map(ElementRef::wrap) {
            let name = ancestor.value().name();
            silent = silent || SILENT.contains(&name) || (ancestor.id() != element.id() && is_overlaid(ancestor));
            if around.is_none() && !INLINE.contains(&name) {
                around = Some(ancestor.id());
            }
            if ancestor.id() == element.id() {
                break;
            }
        }
        if silent {
            continue;
        }
        if around != block {
            lines.push(std::mem::take(&mut line));
            block = around;
        }
        line.push_str(text);
    }
    lines.push(line);
    lines.iter().map(|line| collapsed(line)).filter(|line| !line.is_empty()).collect()
}

/// The words of an element in one line.
pub(super) fn words(element: ElementRef<'_>) -> String {
    lines(element).join(" ")
}

fn is_overlaid(element: ElementRef<'_>) -> bool {
    let marks = [element.attr("id"), element.attr("class")];
    let said = |mark: &str| OVERLAID.iter().any(|word| mark.to_ascii_lowercase().contains(word));
    marks.into_iter().flatten().any(said)
}

pub(super) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is told where a selector finds nothing.
pub(super) fn nothing_found(what: &str, selector: &str) -> Warning {
    Warning::new("layout", format!("{what} `{selector}` matches nothing on the page"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_selectors_are_placed() {
        assert_eq!(selector_fault("main li.release > a[href]"), None);
        for (selector, column) in [("li..press", 3), ("li >", 4), ("##", 1), ("h3[", 3), ("li:nope", 3)] {
            let fault = selector_fault(selector).unwrap();
            assert!(fault.contains(selector) && fault.contains(&format!("character {column} on")), "{fault}");
        }
        assert!(selector_fault(" ").is_some() && selector_fault(&"a ".repeat(1000)).is_some());
    }

    #[test]
    fn lines_are_those_that_people_see() {
        let html = "<div id=x><p>Pro <b>plan</b></p><script>no()</script><p><s>59</s> <span>$</span><span>49</span>\
                    <br>a month</p><div class='Cookie-Bar'>We use cookies</div></div>";
        let page = Page::read(html.as_bytes(), None, None);
        let found = page.all(&parse("#x").unwrap());
        assert_eq!(lines(found[0]), ["Pro plan", "$49", "a month"]);
    }

    #[test]
    fn r37_hostile_pages_cost_little() {
        let page = Page::read("<div>".repeat(300_000).as_bytes(), None, None);
        assert!(lines(page.html.root_element()).is_empty());
    }
}
