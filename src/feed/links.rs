//! Links: which of several is the address of the page, and what relative ones mean.

use url::Url;

use super::tree::Element;

/// The best value offered so far; a lower rank is better.
pub(super) struct Ranked<T>(pub(super) Option<(u8, T)>);

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Ranked<T> {
    /// Of equal rank, the first stays.
    pub(super) fn offer(&mut self, rank: u8, value: Option<T>) {
        if let Some(value) = value.filter(|_| self.0.as_ref().is_none_or(|(held, _)| rank < *held)) {
            self.0 = Some((rank, value));
        }
    }

    /// Of equal rank, the last stays.
    pub(super) fn replace(&mut self, rank: u8, value: Option<T>) {
        if let Some(value) = value.filter(|_| self.0.as_ref().is_none_or(|(held, _)| rank <= *held)) {
            self.0 = Some((rank, value));
        }
    }

    pub(super) fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

/// How fit a link is to be the address of the page: the plain link of RSS (text, or `href` and nothing else), an alternate
/// in HTML, any other alternate; [`NO_PAGE`] is none.
fn link_rank(link: Element<'_>) -> u8 {
    let stated = |name: &str| link.attribute(name).is_some_and(|value| !value.trim().is_empty());
    if !stated("rel") && !stated("type") {
        return PLAIN_LINK;
    }
    let media_type = link.attribute("type").unwrap_or("").trim().to_ascii_lowercase();
    let page = media_type.is_empty() || media_type.contains("html");
    match (relation(link).as_str(), page) {
        ("alternate", true) => 1,
        ("alternate", false) => 2,
        ("related" | "via", _) => 30,
        _ => NO_PAGE,
    }
}

const PLAIN_LINK: u8 = 0;
const NO_PAGE: u8 = 100;

/// Of several links in the manner of RSS the last counts, as in other readers; of those with a relation, as in Atom, the first.
pub(super) fn offer_link(best: &mut Ranked<String>, link: Element<'_>, base: Option<&Url>) {
    match link_rank(link) {
        PLAIN_LINK => best.replace(PLAIN_LINK, link_of(link, base)),
        rank => best.offer(rank, link_of(link, base)),
    }
}

/// The address of a link; none where it is no link to a page.
fn link_of(link: Element<'_>, base: Option<&Url>) -> Option<String> {
    if link_rank(link) == NO_PAGE {
        return None;
    }
    let base = link.base(base);
    match link.attribute("href") {
        Some(href) => absolute(href, base.as_ref()),
        None => link.text().and_then(|text| absolute(&text, base.as_ref())),
    }
}

/// The relation of a link, short and in lower case; without any it is an alternate (RFC 4287, section 4.2.7.2).
pub(super) fn relation(link: Element<'_>) -> String {
    let stated = link.attribute("rel").unwrap_or("").trim().to_ascii_lowercase();
    let short = stated.rsplit('/').next().unwrap_or("");
    if short.is_empty() { "alternate".to_owned() } else { short.to_owned() }
}

/// An address as written where it is absolute, else joined to the base; where none is known it stays relative. Only web
/// addresses come out (R44).
pub(super) fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let address = address.trim();
    if address.is_empty() {
        return None;
    }
    match (Url::parse(address), base) {
        (Ok(url), _) => matches!(url.scheme(), "http" | "https").then(|| address.to_owned()),
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(address).ok().map(String::from),
        (Err(url::ParseError::RelativeUrlWithoutBase), None) => Some(address.to_owned()),
        (Err(_), _) => None,
    }
}

pub(super) fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
