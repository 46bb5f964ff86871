//! What a site forbids in header fields: X-Robots-Tag, and the reservation against text and data mining.

use http::HeaderMap;

/// Directives of X-Robots-Tag after which only title and link may be kept.
const FORBIDDING: [&str; 3] = ["noindex", "noarchive", "none"];

/// Directives of X-Robots-Tag that have a value after a colon, which is therefore no crawler's name.
const WITH_VALUE: [&str; 4] = ["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

/// Why only title and link may be kept; nothing where more may. `agent` is our name in robots.txt.
///
/// X-Robots-Tag: <https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag>; TDM reservation:
/// W3C TDM Reservation Protocol, section 6.
pub(super) fn restriction(headers: &HeaderMap, agent: &str) -> Option<String> {
    let mut tags = headers.get_all("x-robots-tag").into_iter().filter_map(|field| field.to_str().ok());
    if let Some(directive) = tags.find_map(|field| forbidding(field, agent)) {
        return Some(format!("X-Robots-Tag says {directive}"));
    }
    let reserved = headers.get("tdm-reservation").is_some_and(|field| field.as_bytes().trim_ascii() == b"1");
    reserved.then(|| "the publisher reserves text and data mining (tdm-reservation: 1)".to_owned())
}

/// The first forbidding directive of one field that is for everyone or for `agent`. A name holds for the directives
/// that follow it.
fn forbidding(field: &str, agent: &str) -> Option<&'static str> {
    let mut meant = true;
    for part in field.split(',') {
        let mut directive = part.trim();
        if let Some((name, rest)) = directive.split_once(':') {
            let name = name.trim();
            if WITH_VALUE.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            meant = name == "*" || name.eq_ignore_ascii_case(agent);
            directive = rest.trim();
        }
        if let (true, Some(known)) = (meant, FORBIDDING.iter().find(|known| known.eq_ignore_ascii_case(directive))) {
            return Some(known);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn r25_forbidding_fields() {
        let cases = [
            ("noindex", Some("noindex")),
            ("NOARCHIVE", Some("noarchive")),
            ("nofollow, none", Some("none")),
            ("index, follow", None),
            ("googlebot: noindex", None),
            ("googlebot: nofollow, noindex", None),
            ("tidings: noindex", Some("noindex")),
            ("unavailable_after: 25 Jun 2010 15:00:00 PST, noarchive", Some("noarchive")),
            ("max-snippet: 50", None),
            ("", None),
        ];
        for (field, expected) in cases {
            assert_eq!(forbidding(field, "Tidings"), expected, "{field}");
        }
        let mut headers = HeaderMap::new();
        assert_eq!(restriction(&headers, "Tidings"), None);
        headers.insert("tdm-reservation", HeaderValue::from_static("0"));
        assert_eq!(restriction(&headers, "Tidings"), None);
        headers.insert("tdm-reservation", HeaderValue::from_static("1"));
        assert!(restriction(&headers, "Tidings").unwrap().contains("tdm-reservation"));
    }
}
