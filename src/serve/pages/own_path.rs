//! Addresses within these pages: where a form leads back to, and what is added to it.

use url::form_urlencoded::{Serializer, parse};

use super::toast;

/// `given` where it is a path of this very address, else `otherwise`: nothing leads away from here.
pub(super) fn own_path<'a>(given: Option<&'a str>, otherwise: &'a str) -> &'a str {
    given.filter(|path| is_own(path)).unwrap_or(otherwise)
}

/// One slash first, then neither a slash nor a backslash (browsers read both as the start of a host), nothing that a
/// header cannot hold and no step upwards.
fn is_own(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && path.chars().all(|letter| letter.is_ascii_graphic() && letter != '\\')
        && !path.split(['?', '#']).next().unwrap_or(path).split('/').any(|part| part == ".." || part == ".")
        && path.len() <= 4096
}

/// `path` with these parameters, which take the place of those of the same name; what was said before is left out.
pub(super) fn with(path: &str, added: &[(&str, &str)]) -> String {
    let (path, fragment) = path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut out = Serializer::new(String::new());
    for (name, value) in parse(query.as_bytes()) {
        let replaced = added.iter().any(|(other, _)| *other == name) || toast::PARAMETERS.contains(&name.as_ref());
        if !replaced {
            out.append_pair(&name, &value);
        }
    }
    for (name, value) in added.iter().filter(|(_, value)| !value.is_empty()) {
        out.append_pair(name, value);
    }
    let query = out.finish();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{path}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r47_only_own_paths_are_followed() {
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "evil",
            "",
            "/\tx",
            "/a\r\nSet-Cookie: x=1",
            "\\\\evil",
            "/..//evil.example",
            "/a b",
            "javascript:alert(1)",
            "/a\\b",
            "/./x",
        ] {
            assert_eq!(own_path(Some(bad), "/"), "/", "{bad:?}");
        }
        for good in ["/", "/touchpoints/12ab?x=..%2F", "/?owner=mia&after=9.ab#c"] {
            assert_eq!(own_path(Some(good), "/feeds"), good);
        }
        assert_eq!(own_path(None, "/feeds"), "/feeds");
    }

    #[test]
    fn what_was_said_before_is_left_out() {
        let after = with("/?owner=mia&done=accepted&undo=1.2#card", &[("done", "snoozed"), ("n", "")]);
        assert_eq!(after, "/?owner=mia&done=snoozed#card");
        assert_eq!(with("/", &[]), "/");
    }
}
