//! By which names we are asked for, and from which pages.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Uri};

use crate::config::Serve;

/// The `Host` of a request, as it was written.
pub(super) fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> &'a str {
    let written = headers.get(HOST).and_then(|host| host.to_str().ok());
    written.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str)).unwrap_or_default()
}

/// Whether a host, with or without port, is this machine by name or address.
pub(super) fn names_this_machine(host: &str) -> bool {
    let name = name_of(host);
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether `host` is that of the public address; the port of the scheme may be left out.
pub(super) fn names_public(public: &str, host: &str) -> bool {
    let Ok(public) = url::Url::parse(public) else { return false };
    let named = url::Url::parse(&format!("{}://{host}/", public.scheme()));
    named.is_ok_and(|named| named.origin() == public.origin())
}

/// Whether `host` is one by which others reach us: that of the public address, one of those that are allowed, or the very
/// address that is listened on. A name of somebody else's, rebound to our address, is none of them.
pub(super) fn is_ours(serve: &Serve, host: &str) -> bool {
    let allowed = |allowed: &String| {
        allowed.eq_ignore_ascii_case(host)
            || (name_of(allowed) == allowed && allowed.eq_ignore_ascii_case(name_of(host)))
    };
    serve.public_url.as_deref().is_some_and(|public| names_public(public, host))
        || serve.allowed_hosts.iter().any(allowed)
        || name_of(host).parse() == Ok(serve.listen.ip())
}

/// Whether a request comes from a page of this very origin, as its browser says. `Origin` counts (RFC 6454); where there
/// is none, `Sec-Fetch-Site` (W3C Fetch Metadata), which no page can write itself.
pub(super) fn from_own_page(headers: &HeaderMap, host: &str, public: Option<&str>) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
        return matches!(site, Some("same-origin" | "none"));
    };
    let Ok(origin) = origin.to_str() else { return false };
    if let Some(public) = public.filter(|public| names_public(public, host) || !names_page(origin, host)) {
        // By its public name a page has the public scheme too. A proxy may have written its own name for us into `Host`.
        let parsed = |address: &str| url::Url::parse(address).map(|url| url.origin());
        return matches!((parsed(origin), parsed(public)), (Ok(page), Ok(ours)) if page == ours);
    }
    names_page(origin, host)
}

/// Whether an origin, of either scheme, is that of a host.
fn names_page(origin: &str, host: &str) -> bool {
    let named = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    named.is_some_and(|named| !host.is_empty() && named.eq_ignore_ascii_case(host))
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stated_names_are_ours() {
        let serve = Serve {
            listen: "192.0.2.7:8017".parse().unwrap(),
            public_url: Some("https://news.example/below".to_owned()),
            allowed_hosts: vec!["news.internal".to_owned(), "other.internal:8080".to_owned()],
            ..Serve::default()
        };
        for (host, ours) in [
            ("news.example", true),
            ("NEWS.example:443", true),
            ("news.example:80", false),
            ("news.internal", true),
            ("news.internal:8017", true),
            ("other.internal:8080", true),
            ("other.internal", false),
            ("192.0.2.7:8017", true),
            ("192.0.2.8:8017", false),
            ("evil.example", false),
            ("news.example.evil.example", false),
            ("", false),
        ] {
            assert_eq!(is_ours(&serve, host), ours, "{host}");
        }
    }

    #[test]
    fn r46_a_page_of_another_origin_is_told_from_ours() {
        let public = Some("https://news.example/");
        for (origin, site, ours) in [
            (Some("http://127.0.0.1:8017"), None, true),
            (Some("https://news.example"), None, true),
            (Some("http://news.example"), None, false),
            (Some("https://evil.example"), Some("same-origin"), false),
            (Some("http://127.0.0.1:8018"), None, false),
            (Some("null"), Some("same-origin"), false),
            (None, Some("same-origin"), true),
            (None, Some("none"), true),
            (None, Some("same-site"), false),
            (None, Some("cross-site"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            assert_eq!(from_own_page(&headers, "127.0.0.1:8017", public), ours, "{origin:?} {site:?}");
        }
        let mut headers = HeaderMap::new();
        for (origin, ours) in [("https://news.example", true), ("http://news.example", false)] {
            headers.insert(ORIGIN, origin.parse().unwrap());
            assert_eq!(from_own_page(&headers, "news.example", public), ours, "{origin}: by the public name");
        }
    }
}
