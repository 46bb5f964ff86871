//! The headline, without the name of the site.

use super::json_ld::Linked;
use super::survey::Survey;
use crate::address;
use crate::text::sanitise::line_of_html;

/// The headline: what the page tells other sites about itself, less the name of the site that many append.
pub(super) fn of(survey: &Survey, linked: &Linked, site: Option<&str>, address: Option<&str>) -> Option<String> {
    let names = site_names(survey, linked, site, address);
    let clean = |title: &str| without_site(&line_of_html(title), &names);
    let headings: Vec<String> = survey.headings.iter().map(|heading| clean(&heading.text)).collect();
    let mut candidates: Vec<String> = Vec::new();
    candidates.extend(survey.meta(&["og:title"]).next().map(clean));
    candidates.extend(linked.headline.as_deref().map(clean));
    candidates.extend(
        survey.meta(&["twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title"]).map(clean),
    );
    candidates.extend(survey.properties.iter().filter(|(name, _)| name == "headline").map(|(_, value)| clean(value)));
    candidates.extend(survey.title.as_deref().map(clean));
    candidates.retain(|candidate| !candidate.is_empty() && !is_name(candidate, &names));
    candidates.into_iter().next().or_else(|| headings.into_iter().next()).or_else(|| survey.title.clone())
}

/// All that the site calls itself, in comparable form.
fn site_names(survey: &Survey, linked: &Linked, site: Option<&str>, address: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    names.extend(site.map(comparable));
    names.extend(
        survey
            .meta(&["og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site"])
            .map(comparable),
    );
    names.extend(linked.publisher.as_deref().map(comparable));
    names.extend(linked.site.as_deref().map(comparable));
    if let Some(domain) = address.and_then(address::domain) {
        names.extend(domain.split('.').next().map(comparable));
        names.push(comparable(&domain));
    }
    names.retain(|name| !name.is_empty());
    names
}

fn comparable(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_name(text: &str, names: &[String]) -> bool {
    let text = comparable(text);
    names.contains(&text)
}

const SEPARATORS: [&str; 12] = [" | ", " - ", " – ", " — ", " • ", " · ", " :: ", " » ", " « ", " / ", " ‹ ", ": "];

/// Cuts the name of the site off either end.
fn without_site(title: &str, names: &[String]) -> String {
    let mut title = title.trim();
    loop {
        let cut = SEPARATORS.iter().find_map(|separator| {
            let (head, tail) = title.rsplit_once(separator)?;
            if *separator != ": " && is_name(tail, names) && !head.trim().is_empty() {
                return Some(head.trim());
            }
            let (head, tail) = title.split_once(separator)?;
            (is_name(head, names) && !tail.trim().is_empty()).then(|| tail.trim())
        });
        match cut {
            Some(shorter) => title = shorter,
            None => return title.to_owned(),
        }
    }
}
