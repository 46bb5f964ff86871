//! Which language a text is written in.

use whatlang::{Lang, Script};

/// Letters that are looked at: more makes the answer no better, only slower.
const SAMPLE: usize = 2_000;

/// Below this many letters of a script that languages share, too many of them look alike.
const FEW: usize = 24;

/// From this many letters on the best guess is taken as it is.
const ENOUGH: usize = 48;

/// Confidence of the detector below which nothing is said about a text of fewer letters.
const CONFIDENT: f64 = 0.5;

/// Texts of fewer letters are headlines, of which detectors are often wrong.
const SHORT: usize = 160;

/// English words that no other language of news in Latin letters writes so.
const ENGLISH: &[&str] = &["the", "of", "and", "its", "with", "from", "after", "said", "says", "their", "this", "amid"];

/// English words that other languages have too, in other senses.
const ALSO_ENGLISH: &[&str] = &["at", "for", "to", "as", "by", "will", "on", "in", "over", "is", "are", "has", "new"];

/// The ISO 639-1 code of the language of `text`, where it is long enough and clear enough to tell.
#[must_use]
pub fn detect(text: &str) -> Option<String> {
    guess(text).map(|guess| guess.code.to_owned())
}

/// As [`detect`]; of a short text that leaves doubt, the word of its publisher (`stated`, ISO 639-1) counts.
#[must_use]
pub fn detect_as_stated(text: &str, stated: Option<&str>) -> Option<String> {
    let guess = guess(text);
    match (guess, stated) {
        (Some(guess), Some(stated)) if guess.doubtful => Some(stated.to_owned()),
        (Some(guess), _) => Some(guess.code.to_owned()),
        (None, stated) => stated.map(str::to_owned),
    }
}

/// The ISO 639-1 code of a language by its name, in English or in the language itself ("German", "deutsch").
#[must_use]
pub fn code_of_name(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    let named = |language: &&Lang| language.eng_name().to_lowercase() == name || language.name().to_lowercase() == name;
    let chinese = (name == "chinese").then_some(Lang::Cmn);
    chinese.or_else(|| Lang::all().iter().find(named).copied()).and_then(code)
}

struct Guess {
    code: &'static str,
    doubtful: bool,
}

fn guess(text: &str) -> Option<Guess> {
    let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(place, _)| place);
    let sample = &text[..end];
    let found = whatlang::detect(sample)?;
    let letters = sample.chars().filter(|letter| letter.is_alphabetic()).count();
    let shared_script =
        matches!(found.script(), Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari);
    let clear = letters >= ENOUGH || found.is_reliable() || found.confidence() >= CONFIDENT;
    let doubtful = shared_script && letters < SHORT && !found.is_reliable();
    if found.script() == Script::Latin && letters < SHORT && !found.is_reliable() && reads_as_english(sample) {
        return Some(Guess { code: "en", doubtful: false });
    }
    if shared_script && letters < FEW {
        return None;
    }
    let in_doubt = doubtful && found.script() == Script::Latin && found.lang() != Lang::Eng;
    let language = if in_doubt && let Some(language) = most_small_words(sample, found.lang()) {
        language
    } else if shared_script && !clear || in_doubt && !has_own_marks(sample, found.lang()) {
        // Without a letter or small word of its own, the guess at a headline is no better than chance.
        return None;
    } else {
        found.lang()
    };
    code(language).map(|code| Guess { code, doubtful })
}

/// Small words of languages that are often written without a letter beyond ASCII.
const SMALL_WORDS: &[(Lang, &[&str])] = &[
    (
        Lang::Deu,
        &["der", "die", "das", "und", "den", "von", "zu", "mit", "auf", "im", "bei", "nach", "ein", "eine", "in"],
    ),
    (Lang::Fra, &["le", "la", "les", "des", "de", "du", "et", "un", "une", "en", "pour", "dans", "sur", "au", "aux"]),
    (Lang::Spa, &["el", "la", "los", "las", "de", "del", "y", "un", "una", "en", "para", "por", "con", "su"]),
    (Lang::Ita, &["il", "lo", "la", "gli", "di", "del", "della", "un", "una", "per", "con", "da", "nel"]),
    (Lang::Por, &["o", "os", "de", "do", "da", "e", "um", "uma", "em", "para", "por", "com", "na", "no"]),
    (Lang::Nld, &["de", "het", "een", "en", "van", "op", "met", "voor", "bij", "naar"]),
];

/// The language of which more small words stand in a text than of any other and of the guess, two at least.
fn most_small_words(text: &str, guess: Lang) -> Option<Lang> {
    let mut votes: Vec<(usize, Lang)> =
        SMALL_WORDS.iter().map(|(language, own)| (count(text, own), *language)).collect();
    votes.sort_by_key(|(count, language)| std::cmp::Reverse((*count, *language == guess)));
    (votes[0].0 >= 2 && votes[0].0 > votes[1].0).then_some(votes[0].1)
}

/// True where a text has letters beyond ASCII, or a small word of this language.
fn has_own_marks(text: &str, language: Lang) -> bool {
    let own = SMALL_WORDS.iter().find(|(known, _)| *known == language);
    own.is_some_and(|(_, own)| count(text, own) > 0)
        || text.chars().any(|letter| letter.is_alphabetic() && !letter.is_ascii())
}

fn count(text: &str, list: &[&str]) -> usize {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| list.contains(&word.to_lowercase().as_str())).count()
}

/// True where small words of English hold a headline together.
fn reads_as_english(text: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let (mut sure, mut all, mut count) = (0, 0, 0);
    for word in words.map(str::to_ascii_lowercase) {
        count += 1;
        sure += usize::from(ENGLISH.contains(&word.as_str()));
        all += usize::from(ENGLISH.contains(&word.as_str()) || ALSO_ENGLISH.contains(&word.as_str()));
    }
    sure >= 1 && all >= 2 && all * 10 >= count
}

/// ISO 639-1 where there is a two-letter code, from the detector's ISO 639-3.
fn code(language: Lang) -> Option<&'static str> {
    Some(match language {
        Lang::Eng => "en",
        Lang::Rus => "ru",
        Lang::Cmn => "zh",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Ben => "bn",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Ukr => "uk",
        Lang::Kat => "ka",
        Lang::Ara => "ar",
        Lang::Hin => "hi",
        Lang::Jpn => "ja",
        Lang::Heb => "he",
        Lang::Pol => "pl",
        Lang::Kor => "ko",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ell => "el",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Srp => "sr",
        Lang::Mkd => "mk",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Vie => "vi",
        Lang::Urd => "ur",
        Lang::Tha => "th",
        Lang::Ind => "id",
        Lang::Pes => "fa",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Hye => "hy",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Mar => "mr",
        Lang::Guj => "gu",
        Lang::Kan => "kn",
        Lang::Mal => "ml",
        Lang::Pan => "pa",
        Lang::Nep => "ne",
        Lang::Sin => "si",
        Lang::Mya => "my",
        Lang::Khm => "km",
        Lang::Afr => "af",
        Lang::Aze => "az",
        Lang::Tgl => "tl",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_of_news() {
        for (text, language) in [
            ("The company said on Monday that it would cut 200 jobs at its plant in Ohio.", Some("en")),
            ("Das Unternehmen teilte am Montag mit, dass es 200 Stellen abbauen werde.", Some("de")),
            ("L'entreprise a annoncé lundi qu'elle supprimerait 200 emplois dans son usine.", Some("fr")),
            ("La empresa anunció el lunes que recortará 200 empleos en su planta.", Some("es")),
            ("トヨタ自動車は月曜日、工場の新設を発表した。", Some("ja")),
            ("公司周一宣布将裁员两百人。", Some("zh")),
            ("Компания объявила в понедельник о сокращении двухсот рабочих мест.", Some("ru")),
            ("บริษัทประกาศเมื่อวันจันทร์ว่าจะลดพนักงาน", Some("th")),
            ("Acme", None),
            ("", None),
            ("12345 %%%", None),
        ] {
            assert_eq!(detect(text).as_deref(), language, "{text}");
        }
    }

    #[test]
    fn short_headlines_are_read_by_their_small_words_or_as_stated() {
        for (text, stated, language) in [
            ("Acme Robotics cuts 40 jobs at its plant in Dayton", None, Some("en")),
            ("Globex names head of sales after merger", None, Some("en")),
            ("Harrow & Pike signs lease for the Leeds site", None, Some("en")),
            ("Velor schließt Werk in Kassel und streicht 300 Stellen", None, Some("de")),
            ("Velor supprime 300 postes dans son usine de Lyon", None, Some("fr")),
            ("Velor recorta 300 empleos en su planta de Burgos", None, Some("es")),
            ("Velor Robotics", Some("sv"), Some("sv")),
            ("Das Unternehmen teilte am Montag mit, dass es 200 Stellen abbauen werde.", Some("en"), Some("de")),
            ("トヨタ自動車は月曜日、工場の新設を発表した。", Some("en"), Some("ja")),
        ] {
            assert_eq!(detect_as_stated(text, stated).as_deref(), language, "{text}");
        }
    }
}
