//! The country of a publisher, by the end of its domain.

/// Codes of countries that are sold to everyone and say nothing of where somebody is: those that Google Search treats as
/// generic (developers.google.com/search/docs/specialty/international/managing-multi-regional-sites), `fm`, `gg`, `im`,
/// `sh`, `to`, `vc` of the same use, and `eu`, which is no country.
const GENERIC: &[&str] = &[
    "ac", "ad", "ag", "ai", "as", "bz", "cc", "cd", "cf", "co", "dj", "eu", "fm", "ga", "gg", "gl", "gq", "im", "io",
    "la", "ly", "me", "ml", "ms", "mu", "nu", "pw", "sc", "sh", "sr", "st", "su", "tk", "to", "tv", "vc", "vu", "ws",
];

/// ISO 3166-1 alpha-2 in capitals for "spiegel.de" ("DE") and "bbc.co.uk" ("GB"); nothing for generic ends. A heuristic:
/// who is at `.com` may be anywhere, and is not guessed.
pub(super) fn country_of_domain(domain: &str) -> Option<String> {
    let end = domain.trim_end_matches('.').rsplit_once('.')?.1.to_ascii_lowercase();
    let code = end.len() == 2 && end.bytes().all(|letter| letter.is_ascii_lowercase());
    if !code || GENERIC.contains(&end.as_str()) {
        return None;
    }
    // The one code that differs from ISO 3166-1 and is in wide use.
    Some(if end == "uk" { "GB".to_owned() } else { end.to_uppercase() })
}

#[cfg(test)]
mod tests {
    use super::country_of_domain;

    #[test]
    fn the_end_of_a_domain_names_its_country_where_it_is_not_for_everyone() {
        for (domain, country) in [
            ("spiegel.de", Some("DE")),
            ("bbc.co.uk", Some("GB")),
            ("Example.COM.AU.", Some("AU")),
            ("example.com", None),
            ("start.io", None),
            ("example.eu", None),
            ("192.0.2.10", None),
            ("localhost", None),
            ("", None),
        ] {
            assert_eq!(country_of_domain(domain).as_deref(), country, "{domain}");
        }
    }
}
