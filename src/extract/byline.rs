//! The names of the authors.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::json_ld::Linked;
use super::publisher;
use super::survey::{NameMark, Survey};
use crate::text::sanitise;

/// The names of the authors, as printed: from JSON-LD, meta elements, then elements that look like a byline. A source that
/// tells only the publisher's own name counts last.
pub(super) fn of(survey: &Survey, linked: &Linked, site: &[String]) -> Vec<String> {
    const METAS: [&str; 11] = [
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "citation_author",
        "creator",
        "article:author_name",
        "authors",
    ];
    let mut sources = vec![names(linked.authors.iter().map(String::as_str))];
    sources.extend(METAS.iter().map(|name| names(survey.meta(&[name]))));
    for mark in [NameMark::Rel, NameMark::ItemProperty, NameMark::Class] {
        let shown = survey.names.iter().filter(|name| name.mark == mark && !survey.is_aside(name.place));
        sources.extend(shown.map(|name| names(std::iter::once(name.text.as_str()))));
    }
    sources.retain(|names| !names.is_empty());
    let own = |names: &Vec<String>| names.iter().all(|name| publisher::is_name(name, site));
    sources.iter().find(|names| !own(names)).or_else(|| sources.first()).cloned().unwrap_or_default()
}

/// The names in what is told, each once, in order.
fn names<'a>(told: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for told in told {
        for name in split(told) {
            let name = clean(&name);
            if is_likely(&name) && !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                names.push(name);
            }
        }
    }
    names
}

/// Parts lists of names: at lines where each holds a whole name, at words for "and", at commas unless the comma turns a
/// name around ("Jong, Michiel de").
fn split(told: &str) -> Vec<String> {
    static AND: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)\s+(?:and|und|et|og|och|y|e|en|i|with|mit)\s+|\s*[;|•·/、]\s*").ok());
    let lines: Vec<String> = told.lines().map(sanitise::plain_line).filter(|line| !line.is_empty()).collect();
    let whole = lines.iter().all(|line| line.contains(' ') && line.split(' ').count() <= 5);
    let lines = if whole { lines } else { vec![lines.join(" ")] };
    let mut parts = Vec::new();
    for line in lines {
        let line = without_marks(&line);
        let pieces: Vec<&str> = match AND.as_ref() {
            Some(and) => and.split(&line).collect(),
            None => vec![&line],
        };
        for piece in pieces {
            let commas: Vec<&str> = piece.split([',', '，']).map(str::trim).filter(|part| !part.is_empty()).collect();
            let turned = commas.len() == 2 && commas.iter().any(|part| !part.contains(' ')) && !commas[0].contains(' ');
            if turned {
                parts.push(piece.trim().to_owned());
            } else {
                parts.extend(commas.into_iter().map(str::to_owned));
            }
        }
    }
    parts
}

/// Takes off what stands around names: words for "by", mail addresses, handles.
fn without_marks(line: &str) -> String {
    static BY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^\W*(?:(?:written|posted|published|reviewed|story|words|text|geschrieben|verfasst|ein (?:artikel|beitrag)|eine analyse|escrito|publicado|publié|rédigé|scritto) (?:by|von|por|par|da)",
            r"|by|von|par|por|di|door|av|af|autor(?:in|en)?|author|auteur|texte?|foto|reporter|redaktion)\s*(?::\s*|\s+)",
        ))
        .ok()
    });
    static AROUND: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\S+@\S+|(?:^|\s)@\w+|https?://\S+").ok());
    let mut line = line.to_owned();
    for _ in 0..2 {
        if let Some(by) = BY.as_ref() {
            line = by.replace(&line, "").into_owned();
        }
    }
    if let Some(around) = AROUND.as_ref() {
        line = around.replace_all(&line, " ").into_owned();
    }
    line
}

fn clean(name: &str) -> String {
    static BRACKETS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\([^)]*\)\s*$|^\s*\([^)]*\)|\[[^\]]*\]|<[^>]*>").ok());
    let name = BRACKETS.as_ref().map_or(Cow::Borrowed(name), |brackets| brackets.replace_all(name, " "));
    let name = sanitise::plain_line(&name);
    let name =
        name.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '.' && letter != '"' && letter != '\'');
    name.strip_suffix(" 기자").unwrap_or(name).trim().to_owned()
}

/// Whether words can be a name: few, no sentence, no number, no address of a site, not only a role.
fn is_likely(name: &str) -> bool {
    let words = name.split(' ').count();
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let address = name.contains("://") || name.starts_with("www.") || name.contains("facebook.com");
    let sentence = words > 1
        && name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && !PARTICLES.iter().any(|part| name.starts_with(part));
    letters >= 2 && !sentence && words <= 6 && name.len() <= 80 && digits == 0 && !address && !is_role(name)
}

/// Small words that names may begin with.
const PARTICLES: [&str; 12] =
    ["de ", "del ", "della ", "di ", "da ", "van ", "von ", "zu ", "el ", "al-", "al ", "le "];

fn is_role(name: &str) -> bool {
    const ROLES: [&str; 28] = [
        "author",
        "authors",
        "admin",
        "administrator",
        "editor",
        "reporter",
        "staff",
        "staff writer",
        "staff reporter",
        "correspondent",
        "contributor",
        "journalist",
        "journalistin",
        "redakteur",
        "redakteurin",
        "autor",
        "autorin",
        "korrespondent",
        "korrespondentin",
        "volontär",
        "journaliste",
        "writer",
        "senior writer",
        "senior editor",
        "follow",
        "guest",
        "about the author",
        "senior reporter",
    ];
    let name = name.to_lowercase();
    ROLES.contains(&name.as_str())
}
