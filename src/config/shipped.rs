//! The files that come with the program: a starting configuration.

use serde_json::Value;

use super::{Settings, schema};
use crate::touchpoint::Playbook;

/// The shipped watchlist: well-known firms in the roles of clients, competitors and so on.
const WATCHLIST: &str = include_str!("../../config/watchlist.toml");

/// The shipped sources: public feeds of news.
const SOURCES: &str = include_str!("../../config/sources.toml");

/// The shipped saved searches: none, but how they are written.
const SAVED: &str = include_str!("../../config/saved.toml");

/// How comments are broken.
const LINE: usize = 116;

const HEAD: &str = "\
#:schema schema/tidings.schema.json
#
# Settings of Tidings. Every setting stands here with its default, commented out: take away the `#` to change one.
# `tidings check` looks whether all is right; `tidings config show` prints what is in force.
";

const WEBHOOK: &str = "\
# A webhook is told of touch points by a signed POST (standardwebhooks.com): Zapier, n8n, Make, or your own program.
# Make its secret with: printf 'whsec_%s' \"$(openssl rand -base64 32)\"
# [[deliver.destinations]]
# kind = \"webhook\"
# id = \"crm\"
# url = \"https://hooks.example.com/tidings\"      # or url_env, url_file, where the address itself is secret
# secret_env = \"TIDINGS_WEBHOOK_SECRET\"          # or secret_file; several secrets while they rotate
# on = [\"ready\", \"accepted\", \"done\", \"withdrawn\"]
# alarms_only = false
# timeout_seconds = 15
";

/// A file of the starting configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedFile {
    /// Its path in the folder of the configuration.
    pub path: String,
    /// Its content.
    pub text: String,
    /// It is made from the program and holds nothing of the operator's: always written anew.
    pub generated: bool,
}

/// The files of a starting configuration; with the playbook, where it is to be changed.
#[must_use]
pub fn files(with_playbook: bool) -> Vec<ShippedFile> {
    let own = |path: &str, text: String| ShippedFile { path: path.to_owned(), text, generated: false };
    let mut files = vec![
        own("tidings.toml", settings_text()),
        own("watchlist.toml", WATCHLIST.to_owned()),
        own("sources.toml", SOURCES.to_owned()),
        own("saved.toml", SAVED.to_owned()),
    ];
    if with_playbook {
        files.push(own("playbook.toml", Playbook::shipped_text().to_owned()));
    }
    files.extend(schema::FILES.iter().map(|file| ShippedFile {
        path: format!("schema/{}", file.file_name()),
        text: file.text(),
        generated: true,
    }));
    files
}

/// `tidings.toml` with every setting commented out: its meaning from the schema, its value from the defaults.
#[must_use]
pub fn settings_text() -> String {
    let schema = schema::FILES[0].value();
    let defaults = toml::to_string(&Settings::default()).unwrap_or_default();
    let mut text = HEAD.to_owned();
    let mut section = Section::default();
    for line in defaults.lines().filter(|line| !line.is_empty()) {
        if let Some(path) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section.finish(&schema, &mut text);
            section = Section::begin(path, &schema, &mut text);
        } else {
            section.entry(line, &schema, &mut text);
        }
    }
    section.finish(&schema, &mut text);
    text
}

/// A table of the settings while it is written.
#[derive(Default)]
struct Section {
    path: Vec<String>,
    written: Vec<String>,
}

impl Section {
    fn begin(header: &str, schema: &Value, text: &mut String) -> Self {
        let path: Vec<_> = header.split('.').map(str::to_owned).collect();
        text.push('\n');
        comment(meaning(schema, &path), text);
        text.extend(["[", header, "]\n"]);
        Self { path, written: Vec::new() }
    }

    fn entry(&mut self, line: &str, schema: &Value, text: &mut String) {
        let key = line.split(" = ").next().unwrap_or(line);
        self.written.push(key.to_owned());
        let path = [self.path.as_slice(), &[key.to_owned()]].concat();
        if path == ["deliver", "destinations"] {
            text.push_str(WEBHOOK);
            return;
        }
        let words = table(schema, &path).map(values).unwrap_or_default();
        let meaning = meaning(schema, &path).unwrap_or_default();
        comment(Some(&format!("{meaning}{words}")), text);
        text.extend(["# ", line, "\n"]);
    }

    /// Settings without a default value.
    fn finish(&self, schema: &Value, text: &mut String) {
        let Some(table) = table(schema, &self.path).filter(|_| !self.path.is_empty()) else { return };
        let properties = table.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (key, property) in properties.filter(|(key, _)| !self.written.contains(key)) {
            if schema::entry(schema, table, key).is_some_and(|entry| entry.get("properties").is_some()) {
                continue;
            }
            comment(property.get("description").and_then(Value::as_str), text);
            let quotes = if is_text(property) { "\"" } else { "" };
            text.extend(["# ", key, " = ", quotes, "…", quotes, "\n"]);
        }
    }
}

/// What the schema says of the setting at `path`.
fn meaning<'s>(schema: &'s Value, path: &[String]) -> Option<&'s str> {
    let (key, parent) = path.split_last()?;
    table(schema, parent)?.get("properties")?.get(key)?.get("description")?.as_str()
}

/// The schema of the table at `path`.
fn table<'s>(schema: &'s Value, path: &[String]) -> Option<&'s Value> {
    path.iter().try_fold(schema, |table, key| schema::entry(schema, table, key))
}

/// ` One of: host, domain, feed.` where the schema lists the values.
fn values(schema: &Value) -> String {
    let listed = |key: &str| schema.get(key).and_then(Value::as_array).into_iter().flatten();
    let mut words = listed("enum").chain(listed("oneOf").filter_map(|one| one.get("const"))).filter_map(Value::as_str);
    match words.next() {
        Some(first) => words.fold(format!(" One of: {first}"), |all, word| format!("{all}, {word}")) + ".",
        None => String::new(),
    }
}

fn is_text(schema: &Value) -> bool {
    let kind = &schema["type"];
    kind == "string" || kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"))
}

/// Writes a comment, broken at blanks.
fn comment(words: Option<&str>, text: &mut String) {
    let mut line = String::new();
    for word in words.unwrap_or_default().split_whitespace() {
        if line.chars().count() + word.chars().count() > LINE {
            text.extend(["#", &line, "\n"]);
            line.clear();
        }
        line.push(' ');
        line.push_str(word);
    }
    if !line.is_empty() {
        text.extend(["#", &line, "\n"]);
    }
}
