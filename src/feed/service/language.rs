//! Where a search looks: a language and a country.

use std::fmt;

/// A language and a country ("de-DE").
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Market {
    /// ISO 639-1, small letters.
    pub language: String,
    /// ISO 3166-1 alpha-2, capital letters.
    pub country: String,
}

impl Market {
    /// Reads "de-DE"; nothing where it is not of that form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (language, country) = text.split_once('-')?;
        let small = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let capital = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        (small && capital).then(|| Self { language: language.to_owned(), country: country.to_owned() })
    }
}

impl fmt::Display for Market {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.language, self.country)
    }
}

/// Languages by the English names that GDELT gives them.
const NAMES: &[(&str, &str)] = &[
    ("ar", "arabic"),
    ("bg", "bulgarian"),
    ("cs", "czech"),
    ("da", "danish"),
    ("de", "german"),
    ("el", "greek"),
    ("en", "english"),
    ("es", "spanish"),
    ("et", "estonian"),
    ("fi", "finnish"),
    ("fr", "french"),
    ("he", "hebrew"),
    ("hi", "hindi"),
    ("hr", "croatian"),
    ("hu", "hungarian"),
    ("id", "indonesian"),
    ("it", "italian"),
    ("ja", "japanese"),
    ("ko", "korean"),
    ("lt", "lithuanian"),
    ("lv", "latvian"),
    ("nl", "dutch"),
    ("no", "norwegian"),
    ("pl", "polish"),
    ("pt", "portuguese"),
    ("ro", "romanian"),
    ("ru", "russian"),
    ("sk", "slovak"),
    ("sl", "slovenian"),
    ("sr", "serbian"),
    ("sv", "swedish"),
    ("th", "thai"),
    ("tr", "turkish"),
    ("uk", "ukrainian"),
    ("vi", "vietnamese"),
    ("zh", "chinese"),
];

/// English name of a language, small letters.
pub(super) fn name_of(code: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// ISO 639-1 of an English name of a language.
pub(super) fn code_of(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(_, known)| known.eq_ignore_ascii_case(name.trim())).map(|(code, _)| *code)
}
