//! Who publishes the page, under which address and in which language, and how it presents itself.

use super::json_ld::Linked;
use super::survey::Survey;
use crate::address;
use crate::text::{language, sanitise};

/// The address that the page calls its own, absolute; what points to no web address is not believed.
pub(super) fn canonical(survey: &Survey, base: Option<&str>) -> Option<String> {
    let mut own = survey.canonical.as_deref().into_iter().chain(survey.meta(&["og:url"]));
    own.find_map(|own| address::join(base.unwrap_or_default(), own))
}

/// The name of the publisher.
pub(super) fn site(survey: &Survey, linked: &Linked, address: Option<&str>) -> Option<String> {
    let meta = survey.meta(&["og:site_name", "application-name", "dc.publisher", "citation_journal_title"]);
    let mut names = meta.map(line).chain(linked.publisher.clone()).chain(linked.site.clone());
    names.find(|name| !name.is_empty() && !name.contains("://")).or_else(|| address.and_then(address::domain))
}

/// All that the publisher calls itself, in comparable form.
pub(super) fn names(survey: &Survey, linked: &Linked, site: Option<&str>, own: Option<&str>) -> Vec<String> {
    const NAMES: [&str; 4] = ["og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site"];
    let mut names: Vec<String> = survey.meta(&NAMES).map(comparable).collect();
    names.extend([site, linked.publisher.as_deref(), linked.site.as_deref()].into_iter().flatten().map(comparable));
    if let Some(domain) = own.and_then(address::domain) {
        names.extend(domain.split('.').next().map(comparable));
        names.push(comparable(&domain));
        names.extend(own.and_then(address::host).map(|host| comparable(&host)));
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Whether these words are one of the names of the publisher, as [`names`] gives them.
pub(super) fn is_name(words: &str, names: &[String]) -> bool {
    names.contains(&comparable(words))
}

fn comparable(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The page's own summary.
pub(super) fn description(survey: &Survey, linked: &Linked) -> Option<String> {
    const NAMES: [&str; 5] =
        ["og:description", "description", "twitter:description", "dc.description", "sailthru.description"];
    let mut told = survey.meta(&NAMES).map(line).chain(linked.description.clone());
    told.find(|told| !told.is_empty())
}

/// The address of its picture, as written.
pub(super) fn image(survey: &Survey, linked: &Linked) -> Option<String> {
    const NAMES: [&str; 5] = ["og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"];
    survey.meta(&NAMES).next().map(str::to_owned).or_else(|| linked.image.clone())
}

/// ISO 639-1 as the page declares it.
pub(super) fn declared_language(survey: &Survey, linked: &Linked) -> Option<String> {
    const NAMES: [&str; 4] = ["content-language", "og:locale", "dc.language", "language"];
    let mut told = survey.lang.as_deref().into_iter().chain(linked.language.as_deref()).chain(survey.meta(&NAMES));
    told.find_map(primary)
}

/// A longer text tells its language better than templates do, which often declare one language for all pages.
pub(super) fn language(declared: Option<String>, title: Option<&str>, text: &str) -> Option<String> {
    const LONG: usize = 400;
    if text.len() >= LONG || declared.is_none() {
        let detected =
            language::detect(text).or_else(|| language::detect(&format!("{} {text}", title.unwrap_or_default())));
        return detected.or(declared);
    }
    declared
}

fn primary(tag: &str) -> Option<String> {
    let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    (primary.len() == 2 && primary.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(primary)
}

fn line(text: &str) -> String {
    sanitise::line_of_html(text)
}
