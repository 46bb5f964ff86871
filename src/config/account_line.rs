//! Where in watchlist.toml something of an account is stated.

use std::path::{Path, PathBuf};

use super::document::Document;
use crate::model::AccountId;

/// The file and the line, from 1, in which `key` of the account stands; of a list of contacts the one called `name`.
/// Nothing where the folder has no such file, or the file no such account or key.
#[must_use]
pub fn account_line(folder: &Path, account: &AccountId, key: &str, name: Option<&str>) -> Option<(PathBuf, usize)> {
    let file = folder.join("watchlist.toml");
    let text = std::fs::read_to_string(&file).ok()?;
    let document = Document::parse(&file, &text).ok()?;
    let place = document.place_of("account", "id", account.as_str())?;
    let path = format!("account.{place}.{key}");
    if !document.has(&path) {
        return None;
    }
    let contact = name.filter(|_| key == "contacts").and_then(|name| document.place_of(&path, "name", name));
    let path = contact.map_or(path.clone(), |contact| format!("{path}.{contact}"));
    let line = document.line(&path);
    Some((file, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_line_of_the_field_and_of_the_contact() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[[account]]\nid = \"globex\"\nname = \"Globex\"\n\n[[account]]\nid = \"acme\"\nname = \"Acme\"\n\
            renewal = 2026-11-30\ncontacts = [\n  { name = \"Ruth Okafor\" },\n  { name = \"Sam Ito\" },\n]\n";
        std::fs::write(folder.path().join("watchlist.toml"), text).unwrap();
        let line = |account: &str, key: &str, name: Option<&str>| {
            account_line(folder.path(), &account.into(), key, name).map(|(_, line)| line)
        };
        assert_eq!(line("acme", "renewal", Some("2026-11-30")), Some(8));
        assert_eq!(line("acme", "contacts", Some("Sam Ito")), Some(11));
        assert_eq!(line("acme", "goal", None), None);
        assert_eq!(line("globex", "renewal", None), None);
        assert_eq!(line("initech", "renewal", None), None);
        assert_eq!(account_line(&folder.path().join("none"), &"acme".into(), "renewal", None), None);
    }
}
