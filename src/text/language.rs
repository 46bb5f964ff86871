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

/// The ISO 639-1 code of the language of `text`, where it is long enough and clear enough to tell.
#[must_use]
pub fn detect(text: &str) -> Option<String> {
    let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(place, _)| place);
    let sample = &text[..end];
    let found = whatlang::detect(sample)?;
    let letters = sample.chars().filter(|letter| letter.is_alphabetic()).count();
    let shared_script =
        matches!(found.script(), Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari);
    let clear = letters >= ENOUGH || found.is_reliable() || found.confidence() >= CONFIDENT;
    if shared_script && (letters < FEW || !clear) {
        return None;
    }
    code(found.lang()).map(str::to_owned)
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
}
