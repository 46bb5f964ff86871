//! JSON-LD: what the page tells search engines about itself (schema.org).

use serde_json::{Map, Value};

use super::survey::Survey;
use crate::text::sanitise::{line_of_html, text_of_html};

/// What the JSON-LD of a page says about its article.
#[derive(Debug, Default)]
pub(super) struct Linked {
    /// `headline`, else `name` of an article.
    pub(super) headline: Option<String>,
    /// Names of the authors.
    pub(super) authors: Vec<String>,
    /// `datePublished`, else `dateCreated` or `uploadDate`.
    pub(super) published: Option<String>,
    /// `dateModified`.
    pub(super) modified: Option<String>,
    /// Name of the publisher.
    pub(super) publisher: Option<String>,
    /// `inLanguage`.
    pub(super) language: Option<String>,
    /// `description`.
    pub(super) description: Option<String>,
    /// Address of the picture.
    pub(super) image: Option<String>,
    /// `isAccessibleForFree`.
    pub(super) free: Option<bool>,
    /// `articleBody`, paragraphs on lines of their own where it has any.
    pub(super) body: Option<String>,
    /// Name of the web site.
    pub(super) site: Option<String>,
}

impl Linked {
    /// Reads all JSON-LD of a page and keeps what the best article of it says.
    pub(super) fn of(survey: &Survey) -> Self {
        let mut things = Vec::new();
        let documents: Vec<Value> = survey.scripts.iter().flat_map(|script| parse(script)).collect();
        for document in &documents {
            collect(document, &mut things, 0);
        }
        let mut linked = Self::default();
        let mut ranked: Vec<(u8, &Map<String, Value>)> =
            things.iter().filter_map(|thing| Some((rank(thing)?, *thing))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        for (rank, thing) in ranked {
            linked.add(thing, rank, &things);
        }
        linked
    }

    /// Fills what is still missing.
    fn add(&mut self, thing: &Map<String, Value>, rank: u8, things: &[&Map<String, Value>]) {
        let text = |key: &str| thing.get(key).and_then(text_of);
        if rank == SITE {
            self.site = self.site.take().or_else(|| text("name"));
            return;
        }
        let published = text("datePublished").or_else(|| text("dateCreated")).or_else(|| text("uploadDate"));
        if rank < WEB_PAGE {
            self.headline = self.headline.take().or_else(|| text("headline")).or_else(|| text("name"));
        }
        if self.published.is_none() {
            self.published = published;
            self.modified = self.modified.take().or_else(|| text("dateModified"));
        }
        if self.authors.is_empty() {
            for key in ["author", "creator"] {
                if let Some(authors) = thing.get(key).filter(|_| self.authors.is_empty()) {
                    names(authors, things, 0, &mut self.authors);
                }
            }
        }
        if self.publisher.is_none() {
            let mut publishers = Vec::new();
            for key in ["publisher", "sourceOrganization"] {
                if let Some(publisher) = thing.get(key) {
                    names(publisher, things, 0, &mut publishers);
                }
            }
            self.publisher = publishers.into_iter().next();
        }
        self.language = self.language.take().or_else(|| text("inLanguage"));
        self.description = self.description.take().or_else(|| text("description"));
        self.image = self.image.take().or_else(|| thing.get("image").and_then(|image| image_of(image, things)));
        let body = thing.get("articleBody").and_then(Value::as_str).map(text_of_html);
        self.body = self.body.take().or(body.filter(|body| !body.trim().is_empty()));
        self.free = self.free.or_else(|| thing.get("isAccessibleForFree").and_then(truth));
    }
}

const WEB_PAGE: u8 = 2;
const SITE: u8 = 9;

/// How well a thing stands for the article of the page; lower is better.
fn rank(thing: &Map<String, Value>) -> Option<u8> {
    types(thing)
        .filter_map(|kind| match kind.rsplit(['/', ':']).next().unwrap_or(kind) {
            "WebPage" | "ItemPage" | "AboutPage" | "MedicalWebPage" => Some(WEB_PAGE),
            "WebSite" => Some(SITE),
            "VideoObject" | "AudioObject" | "PodcastEpisode" | "Recipe" | "Product" | "Event" | "CreativeWork"
            | "Book" => Some(3),
            "Review" | "Report" | "Blog" => Some(1),
            kind if kind.ends_with("Article") => Some(0),
            kind if kind.ends_with("Posting") => Some(0),
            _ => None,
        })
        .min()
}

fn types(thing: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let kinds = match thing.get("@type") {
        Some(Value::Array(kinds)) => kinds.as_slice(),
        Some(kind) => std::slice::from_ref(kind),
        None => &[],
    };
    kinds.iter().filter_map(Value::as_str)
}

/// Every document of a script. Publishers break JSON: raw line ends in strings, comments of HTML, commas too many.
fn parse(script: &str) -> Vec<Value> {
    let script = script.trim().trim_start_matches('\u{feff}');
    if let Ok(value) = serde_json::from_str(script) {
        return vec![value];
    }
    let Some(start) = script.find(['{', '[']) else { return Vec::new() };
    let end = script.rfind(['}', ']']).map_or(script.len(), |at| at + 1);
    let Some(script) = script.get(start..end) else { return Vec::new() };
    let mended = mend(script);
    serde_json::Deserializer::from_str(&mended).into_iter::<Value>().map_while(Result::ok).collect()
}

/// Control characters within strings become blanks, unknown escapes are doubled, commas before a closing bracket go.
fn mend(script: &str) -> String {
    let mut mended = String::with_capacity(script.len());
    let mut quoted = false;
    let mut letters = script.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                quoted = !quoted;
                mended.push('"');
            }
            '\\' if quoted => match letters.next() {
                Some(next @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => mended.extend(['\\', next]),
                Some(next) => mended.push(next),
                None => {}
            },
            '}' | ']' if !quoted => {
                let kept = mended.trim_end().trim_end_matches(',').len();
                mended.truncate(kept);
                mended.push(letter);
            }
            letter if letter.is_control() => mended.push(' '),
            letter => mended.push(letter),
        }
    }
    mended
}

/// All objects, outermost first, through arrays, graphs and main entities.
fn collect<'a>(value: &'a Value, things: &mut Vec<&'a Map<String, Value>>, depth: usize) {
    if depth > 16 || things.len() > 500 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, things, depth + 1)),
        Value::Object(thing) => {
            things.push(thing);
            for key in ["@graph", "mainEntity", "mainEntityOfPage", "author", "publisher", "isPartOf", "image"] {
                if let Some(value) = thing.get(key) {
                    collect(value, things, depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// The plain words of a value: a string, or the value of an object or first of an array.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(line_of_html(text)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().find_map(text_of),
        Value::Object(thing) => ["@value", "name", "alternateName"].iter().find_map(|key| text_of(thing.get(*key)?)),
        _ => None,
    }
}

/// Names of people or organisations, also where only an `@id` points to them.
fn names(value: &Value, things: &[&Map<String, Value>], depth: usize, found: &mut Vec<String>) {
    if depth > 8 || found.len() > 50 {
        return;
    }
    match value {
        Value::String(text) => found.extend(Some(line_of_html(text)).filter(|text| !text.is_empty())),
        Value::Array(values) => values.iter().for_each(|value| names(value, things, depth + 1, found)),
        Value::Object(thing) => match thing.get("name") {
            Some(name) => names(name, things, depth + 1, found),
            None => {
                if let Some(other) = pointed_to(thing, things) {
                    names(&Value::Object(other.clone()), things, depth + 4, found);
                }
            }
        },
        _ => {}
    }
}

fn pointed_to<'a>(thing: &Map<String, Value>, things: &[&'a Map<String, Value>]) -> Option<&'a Map<String, Value>> {
    let id = thing.get("@id")?.as_str()?;
    things.iter().find(|other| other.len() > 1 && other.get("@id").and_then(Value::as_str) == Some(id)).copied()
}

fn image_of(value: &Value, things: &[&Map<String, Value>]) -> Option<String> {
    match value {
        Value::String(address) => Some(address.clone()),
        Value::Array(values) => values.iter().find_map(|value| image_of(value, things)),
        Value::Object(thing) => {
            let thing = if thing.len() == 1 { pointed_to(thing, things).unwrap_or(thing) } else { thing };
            ["url", "contentUrl"].iter().find_map(|key| thing.get(*key)?.as_str()).map(str::to_owned)
        }
        _ => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.rsplit('/').next().unwrap_or(text).to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
