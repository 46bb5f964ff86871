//! One form for all addresses that name the same article.

use std::fmt::Write;

use url::Url;

/// Parameters that say where a reader came from or who they are, never what is read. Names as documented by the
/// services that add them (Google Analytics `utm_`, Matomo `mtm_` and `pk_`, ad click ids, mail campaign ids), and the
/// session ids of common servers.
const TRACKING: &[&str] = &[
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "twclid",
    "ttclid",
    "yclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "mkt_tok",
    "_ga",
    "_gl",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "rb_clickid",
    "s_cid",
    "wickedid",
    "ncid",
    "ocid",
    "cmpid",
    "at_medium",
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "ito",
    "smid",
    "xtor",
    "cmp",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "phpsessid",
    "jsessionid",
    "aspsessionid",
    "sessionid",
    "session_id",
    "sid",
    "cfid",
    "cftoken",
];

/// Beginnings of such names.
const TRACKING_PREFIXES: &[&str] = &["utm_", "mtm_", "pk_", "piwik_", "hsa_", "aspsessionid"];

/// The canonical form of a web address, or nothing where it is none: parsed as browsers do, without fragment, user,
/// tracking parameters and session ids, with parameters in order and escapes in one spelling (RFC 3986, section 6.2.2).
#[must_use]
pub fn canonical(address: &str) -> Option<String> {
    let mut url = super::parse(address)?;
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    drop_root_dot(&mut url);
    let path = one_spelling(&without_session(url.path()));
    url.set_path(&path);
    let query = url.query().map(ordered);
    url.set_query(query.as_deref().filter(|query| !query.is_empty()));
    Some(url.to_string())
}

/// `example.com.` and `example.com` are one host (RFC 1034, section 3.1).
fn drop_root_dot(url: &mut Url) {
    let plain =
        url.host_str().and_then(|host| host.strip_suffix('.')).filter(|host| !host.is_empty()).map(str::to_owned);
    if let Some(plain) = plain {
        let _ = url.set_host(Some(&plain));
    }
}

/// The path without a session id that a Java or ASP.NET server put into it.
fn without_session(path: &str) -> String {
    let lower = path.to_ascii_lowercase();
    let Some(start) = lower.find(";jsessionid=").or_else(|| lower.find(";sid=")) else { return path.to_owned() };
    let end = path[start + 1..].find([';', '/']).map_or(path.len(), |length| start + 1 + length);
    format!("{}{}", &path[..start], &path[end..])
}

/// The parameters that say what is read, in the order of their bytes.
fn ordered(query: &str) -> String {
    let mut parameters: Vec<String> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty() && !is_tracking(parameter))
        .map(one_spelling)
        .collect();
    parameters.sort();
    parameters.join("&")
}

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or(parameter).to_ascii_lowercase();
    TRACKING.contains(&name.as_str()) || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Escapes of unreserved characters are undone, the others written in capitals (RFC 3986, sections 6.2.2.1 and 6.2.2.2).
fn one_spelling(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('%') {
        spelled.push_str(&rest[..place]);
        let escape = rest.get(place + 1..place + 3);
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => spelled.push(char::from(byte)),
            Some(byte) => {
                let _ = write!(spelled, "%{byte:02X}");
            }
            None => {
                spelled.push('%');
                rest = &rest[place + 1..];
                continue;
            }
        }
        rest = &rest[place + 3..];
    }
    spelled.push_str(rest);
    spelled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_article_has_one_address() {
        for (one, other) in [
            ("HTTP://Example.COM:80/a/../b#top", "http://example.com/b"),
            ("https://example.com/a?utm_source=x&id=7&fbclid=abc", "https://example.com/a?id=7"),
            ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
            ("https://example.com/%7euser/%c3%a9", "https://example.com/~user/é"),
            ("https://example.com./", "https://example.com"),
            ("https://example.com/a?", "https://example.com/a"),
            ("http://example.com/x;jsessionid=1A2B?id=1", "http://example.com/x?id=1"),
            ("http://user:pass@example.com/", "http://example.com/"),
        ] {
            assert_eq!(canonical(one), canonical(other), "{one}");
            assert!(canonical(one).is_some());
        }
    }

    #[test]
    fn different_articles_stay_apart() {
        for (one, other) in [
            ("http://example.com/a", "https://example.com/a"),
            ("http://example.com/a", "http://example.com/A"),
            ("http://example.com/a", "http://example.com/a/"),
            ("http://example.com/a?id=1", "http://example.com/a?id=2"),
            ("http://example.com/a%2Fb", "http://example.com/a/b"),
        ] {
            assert_ne!(canonical(one), canonical(other), "{one}");
        }
    }

    #[test]
    fn what_is_no_web_address_has_none() {
        for address in ["", "mailto:a@example.com", "javascript:alert(1)", "http://", "http://a b/", "/relative"] {
            assert_eq!(canonical(address), None, "{address}");
        }
    }

    proptest! {
        #[test]
        fn canonical_is_its_own_canonical(path in "[a-zA-Z0-9%/?&=.;~ -]{0,40}") {
            if let Some(once) = canonical(&format!("https://example.com/{path}")) {
                prop_assert_eq!(canonical(&once), Some(once));
            }
        }
    }
}
