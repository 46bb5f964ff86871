//! The Link field of an answer (RFC 8288): who pushes a feed, and what it is called there (W3C WebSub, section 4).

use http::{HeaderMap, header};
use url::Url;

/// The targets of the relations `hub` and `self`: full web addresses, the first of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushLinks {
    /// A WebSub hub.
    pub hub: Option<String>,
    /// The address that the hub knows the document by.
    pub own_url: Option<String>,
}

/// Reads the Link fields of an answer that came from `base`. What cannot be read is passed over (RFC 8288, appendix B.2).
pub(super) fn push_links(headers: &HeaderMap, base: &Url) -> PushLinks {
    let mut found = PushLinks::default();
    for field in
        headers.get_all(header::LINK).into_iter().filter_map(|field| std::str::from_utf8(field.as_bytes()).ok())
    {
        let mut rest = field;
        while let Some((target, parameters, after)) = next_link(rest) {
            rest = after;
            let relations = relations(parameters);
            let Ok(address) = base.join(target.trim()) else { continue };
            if !matches!(address.scheme(), "http" | "https") {
                continue;
            }
            for relation in relations.split_ascii_whitespace() {
                let place = match relation.to_ascii_lowercase().as_str() {
                    "hub" => &mut found.hub,
                    "self" => &mut found.own_url,
                    _ => continue,
                };
                place.get_or_insert_with(|| address.to_string());
            }
        }
    }
    found
}

/// The next `<target>; parameters` of a field, and what follows its comma.
fn next_link(field: &str) -> Option<(&str, &str, &str)> {
    let (_, opened) = field.split_once('<')?;
    let (target, rest) = opened.split_once('>')?;
    let end = unquoted(rest, ',');
    let (parameters, after) = rest.split_at(end.unwrap_or(rest.len()));
    Some((target, parameters, after.strip_prefix(',').unwrap_or(after)))
}

/// The value of the first `rel` parameter.
fn relations(mut parameters: &str) -> &str {
    while !parameters.is_empty() {
        let (part, rest) = parameters.split_at(unquoted(parameters, ';').unwrap_or(parameters.len()));
        parameters = rest.strip_prefix(';').unwrap_or(rest);
        match part.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("rel") => return value.trim().trim_matches('"'),
            _ => {}
        }
    }
    ""
}

/// Where `mark` first stands outside a quoted string.
fn unquoted(text: &str, mark: char) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.find(|letter: char| {
        let found = letter == mark && !quoted;
        quoted ^= letter == '"' && !escaped;
        escaped = letter == '\\' && quoted && !escaped;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[&str]) -> (Option<String>, Option<String>) {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::LINK, field.parse().unwrap());
        }
        let links = push_links(&headers, &Url::parse("https://site.example/feed/").unwrap());
        (links.hub, links.own_url)
    }

    #[test]
    fn r17_hub_and_topic_stand_in_the_link_field() {
        let both = (Some("https://hub.example/".to_owned()), Some("https://site.example/feed/".to_owned()));
        for fields in [
            &["<https://hub.example/>; rel=\"hub\"", "<https://site.example/feed/>; rel=\"self\""][..],
            &["<https://hub.example/>; rel=hub, <./>; rel=self"],
            &[
                "<https://x.example/>; title=\"a, <b>; rel=hub\"; rel=next, <https://hub.example/>;REL=\"x hub\" , </feed/>;rel=self",
            ],
            &["<https://hub.example/>; rel=hub, <https://other.example/>; rel=hub, <>; rel=self"],
        ] {
            assert_eq!(read(fields), both, "{fields:?}");
        }
    }

    #[test]
    fn fields_that_are_none_give_nothing() {
        for field in
            ["", "rel=hub", "<", "<>", "<javascript:alert(1)>; rel=hub", "<https://[>; rel=hub", "<a;rel=\"hub"]
        {
            assert_eq!(read(&[field]), (None, None), "{field}");
        }
    }
}
