//! From the words of the TOML reader to words for a person: which key is wrong, where, and what to write instead.

use toml::de::DeValue;

use super::document::{Step, at, children, text_of};
use super::problem::did_you_mean;

/// A mistake in words.
pub(super) struct Mistake {
    /// What to point at, and to take out.
    pub(super) path: Vec<Step>,
    /// Point at the key, not at its value.
    pub(super) at_key: bool,
    /// What is wrong.
    pub(super) message: String,
    /// What to write instead.
    pub(super) hint: Option<String>,
    /// The key that is missing in the table at `path`.
    pub(super) missing: Option<String>,
}

/// Words for what the reader said about the thing at `path`. Where it only knows the table (kinds of destinations are
/// told apart after reading), the entry that it speaks of is searched there.
pub(super) fn of(said: &str, root: &DeValue<'_>, path: &[Step]) -> Mistake {
    if let Some(rest) = said.strip_prefix("unknown field `") {
        let (key, known) = rest.split_once('`').unwrap_or((rest, ""));
        let path = with_key(root, path, |name, _| name == key);
        let known = quoted(known);
        let hint = did_you_mean(key, known.iter().copied()).or_else(|| listed("known keys", &known));
        let message = format!("unknown key `{key}`{}", whereabouts(root, &path));
        return Mistake { path, at_key: true, message, hint, missing: None };
    }
    if let Some(key) = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        let whole = [path, &[Step::Key(key.to_owned())]].concat();
        let message = format!("missing key `{key}`{}", whereabouts(root, &whole));
        return Mistake { path: path.to_vec(), at_key: false, message, hint: None, missing: Some(key.to_owned()) };
    }
    if let Some(rest) = said.strip_prefix("unknown variant `") {
        let (word, known) = rest.split_once('`').unwrap_or((rest, ""));
        let path = with_key(root, path, |_, value| matches!(value, DeValue::String(text) if text == word));
        let known = quoted(known);
        let hint = did_you_mean(word, known.iter().copied()).or_else(|| listed("one of", &known));
        let message = format!("{} cannot be `{word}`", subject(root, &path));
        return Mistake { path, at_key: false, message, hint, missing: None };
    }
    let found = said.strip_prefix("invalid type: ").or_else(|| said.strip_prefix("invalid value: "));
    if let Some((found, expected)) = found.and_then(|rest| rest.rsplit_once(", expected ")) {
        let path = with_key(root, path, |_, value| shown(value) == found);
        let message = format!("{} must be {}, not {}", subject(root, &path), plain_kind(expected), plain_value(found));
        return Mistake { path, at_key: false, message, hint: None, missing: None };
    }
    let (message, hint) = match said {
        "input contains invalid characters" | "premature end of input" | "input is out of range" | "trailing input" => {
            ("is no day".to_owned(), Some("write a day as 2026-12-01".to_owned()))
        }
        "invalid socket address syntax" => {
            ("is no address to listen on".to_owned(), Some("write it as 127.0.0.1:8017".to_owned()))
        }
        other => (format!("cannot be read: {other}"), None),
    };
    let message = format!("{} {message}", subject(root, path));
    Mistake { path: path.to_vec(), at_key: false, message, hint, missing: None }
}

/// `path`, or where a table stands there, the path of the entry in it that fits.
fn with_key(root: &DeValue<'_>, path: &[Step], fits: impl Fn(&str, &DeValue<'_>) -> bool) -> Vec<Step> {
    let found = match at(root, path) {
        Some(table @ DeValue::Table(_)) => search(table, "", &fits),
        _ => None,
    };
    [path, &found.unwrap_or_default()].concat()
}

/// The path from `value`, which stands under `key`, to the first entry that fits.
fn search(value: &DeValue<'_>, key: &str, fits: &impl Fn(&str, &DeValue<'_>) -> bool) -> Option<Vec<Step>> {
    children(value).into_iter().find_map(|child| {
        let key = match &child.step {
            Step::Key(key) => key,
            Step::Index(_) => key,
        };
        let value = child.value.get_ref();
        let below = if fits(key, value) { Some(Vec::new()) } else { search(value, key, fits) };
        below.map(|below| [vec![child.step.clone()], below].concat())
    })
}

/// "`tier` in account `acme`"
fn subject(root: &DeValue<'_>, path: &[Step]) -> String {
    let key = path.iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::Index(_) => None,
    });
    key.map_or_else(|| "the file".to_owned(), |key| format!("`{key}`{}", whereabouts(root, path)))
}

/// " in account `acme`", " in the 3rd account", " in [net]": the innermost named thing around the end of `path`.
fn whereabouts(root: &DeValue<'_>, path: &[Step]) -> String {
    let mut place = String::new();
    let mut keys: Vec<&str> = Vec::new();
    for (length, step) in path.iter().enumerate().take(path.len().saturating_sub(1)) {
        let value = at(root, &path[..=length]);
        let id = match value {
            Some(DeValue::Table(table)) => text_of(table, "id"),
            _ => None,
        };
        match (step, id) {
            (Step::Key(key), _) => {
                keys.push(key);
                if matches!(value, Some(DeValue::Table(_))) && !path[..=length].iter().any(is_index) {
                    place = format!(" in [{}]", keys.join("."));
                }
            }
            (Step::Index(_), Some(id)) => place = format!(" in {} `{id}`", singular(keys.last())),
            (Step::Index(number), None) if !path[..length].iter().any(is_index) => {
                place = format!(" in {} {}", singular(keys.last()), number + 1);
            }
            (Step::Index(_), None) => {}
        }
    }
    place
}

fn is_index(step: &Step) -> bool {
    matches!(step, Step::Index(_))
}

fn singular<'k>(key: Option<&&'k str>) -> &'k str {
    key.map_or("entry", |key| key.strip_suffix('s').unwrap_or(key))
}

/// The words between grave accents.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn listed(heading: &str, names: &[&str]) -> Option<String> {
    (!names.is_empty()).then(|| format!("{heading}: {}", names.join(", ")))
}

/// A value as the reader shows it.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("string {text:?}"),
        DeValue::Integer(number) => format!("integer `{number}`"),
        DeValue::Float(number) => format!("floating point `{number}`"),
        DeValue::Boolean(yes) => format!("boolean `{yes}`"),
        DeValue::Datetime(date) => format!("string {date}"),
        DeValue::Array(_) => "sequence".to_owned(),
        DeValue::Table(_) => "map".to_owned(),
    }
}

fn plain_value(shown: &str) -> String {
    match shown.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "floating", number)) => {
            format!("the number {}", number.trim_start_matches("point ").trim_matches('`'))
        }
        Some(("boolean", yes)) => yes.trim_matches('`').to_owned(),
        _ if shown == "sequence" => "a list".to_owned(),
        _ if shown == "map" => "a table".to_owned(),
        _ => shown.to_owned(),
    }
}

fn plain_kind(expected: &str) -> &str {
    match expected {
        "a string" | "string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a table",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 up",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "a formatted date string" => "a day such as 2026-12-01",
        "path string" => "a path",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}
