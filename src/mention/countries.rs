//! Where places and legal forms belong: ISO 3166-1 alpha-2 codes.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A code of a country ("DE").
pub(super) type Country = &'static str;

/// The country of a place or people, plain, with its words joined by "_"; none for a name that several share.
pub(super) fn of_place(plain: &str) -> Option<Country> {
    PLACES.get(plain).copied()
}

/// The code itself, in capitals, where places of the country are known.
pub(super) fn known(code: &str) -> Option<Country> {
    PLACES.values().find(|known| known.eq_ignore_ascii_case(code)).copied()
}

/// Most words of a place in the list.
pub(super) const LONGEST_PLACE: usize = 3;

static PLACES: LazyLock<HashMap<&'static str, Country>> = LazyLock::new(|| {
    let lines = include_str!("lexis/countries.txt").lines().filter(|line| !line.starts_with('#'));
    let named = lines.filter_map(|line| line.split_once(' '));
    named.flat_map(|(code, places)| places.split(' ').map(move |place| (place, code))).collect()
});

/// The countries whose law knows this form, plain and without dots, where they are few; empty for what says little ("Co",
/// "Group", and "SA", which half the world has). After the list of ISO 20275 (entity legal forms).
pub(super) fn of_legal_form(form: &str) -> &'static [Country] {
    match form {
        "inc" | "incorporated" | "corp" | "corporation" => &["US", "CA", "PH", "JP", "KR", "TW"],
        "llc" => &["US", "AE", "RU", "UA", "EG"],
        "plc" => &["GB", "IE", "NG", "KE", "LK", "TH"],
        "ltd" | "limited" => &[
            "GB", "IE", "IN", "PK", "BD", "LK", "AU", "NZ", "ZA", "CA", "HK", "SG", "MY", "CN", "JP", "KR", "TW", "TH",
            "IL", "NG", "KE",
        ],
        "pty" => &["AU", "ZA"],
        "pvt" => &["IN", "PK", "BD", "LK"],
        "pte" => &["SG"],
        "bhd" | "sdn" => &["MY"],
        "tbk" => &["ID"],
        "kk" => &["JP"],
        "gmbh" => &["DE", "AT", "CH"],
        "ag" => &["DE", "AT", "CH", "LU"],
        "kgaa" | "ohg" => &["DE", "AT"],
        "sarl" => &["FR", "CH", "LU", "BE"],
        "sas" => &["FR", "CO", "AR"],
        "srl" => &["IT", "RO", "AR", "BE", "PE"],
        "spa" => &["IT", "CL"],
        "bv" | "nv" => &["NL", "BE"],
        "ab" => &["SE", "FI"],
        "asa" => &["NO"],
        "aps" | "a/s" => &["DK"],
        "oy" | "oyj" => &["FI"],
        "zrt" | "kft" => &["HU"],
        "pao" | "oao" | "ooo" | "pjsc" | "ojsc" => &["RU", "UA"],
        "ltda" => &["BR", "CL", "CO", "PT"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_forms_have_their_countries() {
        for (place, country) in [("perth", Some("AU")), ("new_south_wales", Some("AU")), ("dayton", Some("US"))] {
            assert_eq!(of_place(place), country, "{place}");
        }
        assert_eq!(of_place("birmingham"), None);
        assert!(PLACES.values().all(|code| code.len() == 2 && code.chars().all(|letter| letter.is_ascii_uppercase())));
        assert!(PLACES.keys().all(|place| place.split('_').count() <= LONGEST_PLACE));
        assert!(of_legal_form("pty").contains(&"AU") && of_legal_form("group").is_empty());
    }
}
