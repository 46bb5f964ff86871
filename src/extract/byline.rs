//! The names of the authors.

use super::json_ld::Linked;
use super::survey::{NameMark, Survey};

/// The names of the authors, as printed: from JSON-LD, meta elements, then elements that look like a byline.
pub(super) fn of(survey: &Survey, linked: &Linked, site: Option<&str>) -> Vec<String> {
    const NAMES: [&str; 9] = [
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "citation_author",
        "creator",
    ];
    let _ = site;
    let from_data = clean(linked.authors.iter().map(String::as_str));
    if !from_data.is_empty() {
        return from_data;
    }
    for name in NAMES {
        let names = clean(survey.meta(&[name]));
        if !names.is_empty() {
            return names;
        }
    }
    for mark in [NameMark::Rel, NameMark::ItemProperty, NameMark::Class] {
        for name in survey.names.iter().filter(|name| name.mark == mark && !survey.is_aside(name.place)) {
            let names = clean(std::iter::once(name.text.as_str()));
            if !names.is_empty() {
                return names;
            }
        }
    }
    Vec::new()
}

fn clean<'a>(told: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in told {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() && !name.contains("://") && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
