//! Where somebody goes after signing in: nowhere but to a page of ours (R47).

use url::Url;

/// The path and query of `next` where it leads to a page of ours, else `/`. What browsers take for another host (`//x`,
/// `/\x`, tabs and line breaks between the slashes) is none.
pub(super) fn own_path(next: &str) -> String {
    own(next).unwrap_or_else(|| "/".to_owned())
}

fn own(next: &str) -> Option<String> {
    let fine = next.starts_with('/') && !next.contains('\\') && !next.chars().any(char::is_control);
    if !fine {
        return None;
    }
    let here = Url::parse("http://here.invalid/").ok()?;
    let there = here.join(next).ok()?;
    let mut place = there.path().to_owned();
    if let Some(query) = there.query() {
        place = format!("{place}?{query}");
    }
    // Dots may have been taken out: `/.//x` has become `//x`.
    let own = there.origin() == here.origin() && !place.starts_with("//") && !place.starts_with("/sign-");
    own.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r47_only_paths_of_our_own_are_gone_to() {
        for (next, place) in [
            ("/inbox?owner=mia&page=2", "/inbox?owner=mia&page=2"),
            ("/accounts/a%20b", "/accounts/a%20b"),
            ("/search?q=ünder", "/search?q=%C3%BCnder"),
            ("", "/"),
            ("inbox", "/"),
            ("//evil.example", "/"),
            ("///evil.example", "/"),
            ("/\\evil.example", "/"),
            ("\\\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/\n/evil.example", "/"),
            ("/.//evil.example", "/"),
            ("/x/..//evil.example", "/"),
            ("/%2e//evil.example", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("http:evil.example", "/"),
            ("/sign-out", "/"),
            ("/x\r\nset-cookie: a=b", "/"),
        ] {
            assert_eq!(own_path(next), place, "{next:?}");
        }
    }
}
