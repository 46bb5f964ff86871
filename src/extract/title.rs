//! The headline, without the name of the site.

use super::json_ld::Linked;
use super::publisher;
use super::survey::Survey;
use crate::text::sanitise::line_of_html;

/// Names of meta elements that tell a headline.
const METAS: [&str; 7] =
    ["twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title", "title"];

/// The headline: that of JSON-LD, else what the page tells other sites, less the names that many append. `site` is all the
/// publisher calls itself.
pub(super) fn of(survey: &Survey, linked: &Linked, site: &[String]) -> Option<String> {
    let clean = |title: &str| without_site(&line_of_html(title), site);
    let headings: Vec<String> = survey.headings.iter().map(|heading| clean(&heading.text)).collect();
    let mut stated: Vec<String> = Vec::new();
    stated.extend(linked.headline.as_deref().map(clean));
    stated.extend(survey.meta(&["og:title"]).next().map(clean));
    stated.extend(survey.meta(&METAS).map(clean));
    stated.extend(survey.properties.iter().filter(|(name, _)| name == "headline").map(|(_, value)| clean(value)));
    stated.extend(survey.title.as_deref().map(clean));
    let usable = |title: &String| !title.is_empty() && !publisher::is_name(title, site);
    let best = stated.iter().chain(&headings).find(|title| usable(title))?;
    let others: Vec<&str> = headings.iter().chain(&stated).map(String::as_str).collect();
    Some(without_appendix(best, &others).to_owned())
}

/// Cuts off what follows after another form of the same headline ("Headline – Desk – 1 May" where the heading reads
/// "Headline").
fn without_appendix<'a>(title: &'a str, others: &[&str]) -> &'a str {
    const SHORTEST: usize = 12;
    for other in others.iter().filter(|other| other.len() >= SHORTEST && other.len() < title.len()) {
        let appendix = title.strip_prefix(*other).map(str::trim_start);
        if appendix.is_some_and(|rest| {
            rest.starts_with(['|', '-', '–', '—', '*', '·', '•', '：', '｜', 'ㅣ', '«', '»', ':', '/'])
        }) {
            return title[..other.len()].trim();
        }
    }
    title
}

const SEPARATORS: [&str; 14] =
    [" | ", " - ", " – ", " — ", " • ", " · ", " :: ", " » ", " « ", " / ", " ‹ ", "｜", "：", ": "];

/// Cuts the name of the site off either end.
fn without_site(title: &str, names: &[String]) -> String {
    let mut title = title.trim();
    loop {
        let cut = SEPARATORS.iter().find_map(|separator| {
            let (head, tail) = title.rsplit_once(separator)?;
            if *separator != ": " && publisher::is_name(tail, names) && !head.trim().is_empty() {
                return Some(head.trim());
            }
            let (head, tail) = title.split_once(separator)?;
            (publisher::is_name(head, names) && !tail.trim().is_empty()).then(|| tail.trim())
        });
        match cut {
            Some(shorter) => title = shorter,
            None => return title.to_owned(),
        }
    }
}
