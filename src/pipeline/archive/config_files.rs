//! Which files of the configuration go into an archive, and which secrets stay outside (R53).

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use url::Url;

use super::{ArchiveError, unreadable};

/// Files of a configuration. No other file of the folder goes into an archive, so that none is taken by mistake.
pub(super) const FILES: &[&str] =
    &["tidings.toml", "watchlist.toml", "sources.toml", "saved.toml", "playbook.toml", "signals.toml"];

/// The configuration as it goes into an archive.
#[derive(Debug, Default)]
pub(super) struct Configuration {
    /// Name and content of each file.
    pub(super) files: Vec<(&'static str, Vec<u8>)>,
    /// Secrets that it needs and does not hold.
    pub(super) not_included: Vec<String>,
    /// The database is on a server.
    pub(super) on_server: bool,
}

/// Reads what belongs into an archive from `folder`. Secrets are not looked at, so that a backup can be made where they
/// are not set; files that hold one are left out, and so is a password that stands in an address of the settings.
///
/// # Errors
/// Where there is no configuration, or the settings cannot be understood.
pub(super) fn collect(folder: &Path) -> Result<Configuration, ArchiveError> {
    let mut found = Configuration::default();
    let mut secret_files = BTreeSet::new();
    for name in FILES {
        let path = folder.join(name);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(unreadable(&path)(error)),
        };
        if *name != "tidings.toml" {
            found.files.push((name, bytes));
            continue;
        }
        let Settings { text, table, masked } =
            Settings::read(bytes).map_err(|why| ArchiveError::Unreadable { path: path.clone(), why })?;
        let store = table.get("store").and_then(Value::as_table);
        found.on_server = store.is_some_and(|store| store.contains_key("url_env") || store.contains_key("url_file"));
        each_text(&Value::Table(table), "", &mut |place, text| {
            if place.ends_with("_env") {
                found.not_included.push(format!("the environment variable {text} ({place})"));
            } else if place.ends_with("_file") {
                let file = folder.join(text);
                found.not_included.push(format!("the file {} ({place})", file.display()));
                secret_files.insert(real(&file));
            }
        });
        found.not_included.extend(masked.into_iter().map(|place| format!("the password in the address {place}")));
        found.files.push((name, text.into_bytes()));
    }
    found.files.retain(|(name, _)| !secret_files.contains(&real(&folder.join(name))));
    if found.files.is_empty() {
        return Err(ArchiveError::NoConfiguration(folder.to_owned()));
    }
    Ok(found)
}

/// `tidings.toml` without the passwords of addresses.
struct Settings {
    text: String,
    table: Table,
    /// Keys whose address lost its password.
    masked: Vec<String>,
}

impl Settings {
    fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let mut text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let parse = |text: &str| {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            toml::from_str::<Table>(text).map(Value::Table).map_err(|error| error.message().to_owned())
        };
        let mut masked = Vec::new();
        let mut table = parse(&text)?;
        each_text(&table, "", &mut |place, value| {
            if let Some(password) = password(value) {
                text = text.replace(value, &value.replacen(&format!(":{password}@"), "@", 1));
                masked.push(place.to_owned());
            }
        });
        if !masked.is_empty() {
            table = parse(&text)?;
            let mut left = false;
            each_text(&table, "", &mut |_, value| left |= password(value).is_some());
            if left {
                return Err(format!("the password in {} cannot be left out", masked.join(", ")));
            }
        }
        let Value::Table(table) = table else { return Err("it is no table".to_owned()) };
        Ok(Self { text, table, masked })
    }
}

/// The password in an address, as written.
fn password(address: &str) -> Option<&str> {
    Url::parse(address).ok()?.password()?;
    let authority = address.split_once("//")?.1.split(['/', '?', '#']).next()?;
    Some(authority.rsplit_once('@')?.0.split_once(':')?.1)
}

/// Shows every text of a TOML value with the dotted path of its key.
fn each_text(value: &Value, path: &str, show: &mut dyn FnMut(&str, &str)) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::String(text) => show(path, text),
        Value::Table(table) => table.iter().for_each(|(key, value)| each_text(value, &below(key), show)),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, path, show)),
        _ => {}
    }
}

/// One name for one file.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
