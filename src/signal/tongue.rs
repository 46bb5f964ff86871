//! In which language's cues an article is read.

/// Words that hold sentences together; those of wire tables count for English.
const ENGLISH: &[&str] = &[
    "the", "of", "to", "and", "for", "in", "on", "as", "at", "with", "its", "by", "from", "after", "vs", "net", "cts",
    "qtr", "shr", "dlrs", "mln", "said", "says", "will", "are", "has", "be", "it", "that", "over", "div", "prior",
];
const GERMAN: &[&str] = &[
    "in",
    "an",
    "am",
    "der",
    "die",
    "das",
    "und",
    "den",
    "von",
    "zu",
    "mit",
    "auf",
    "fur",
    "im",
    "ist",
    "des",
    "dem",
    "ein",
    "eine",
    "bei",
    "nach",
    "wird",
    "um",
    "sich",
    "zum",
    "zur",
    "aus",
    "gegen",
    "neue",
    "als",
    "nicht",
    "millionen",
];
const FRENCH: &[&str] = &[
    "le", "la", "les", "des", "de", "du", "et", "un", "une", "en", "pour", "dans", "sur", "au", "aux", "par", "est",
    "avec", "qui", "son", "sa", "ses", "plus", "apres", "va", "ses", "pdg", "contre", "postes",
];
const SPANISH: &[&str] = &[
    "el", "la", "los", "las", "de", "del", "y", "un", "una", "en", "para", "por", "con", "que", "su", "sus", "se",
    "al", "es", "mas", "tras", "ha", "contra", "empresa", "millones",
];

/// The languages whose cues are worth trying: the `given` one where its small words outnumber the English ones, English
/// where those outnumber its, both where neither do; where none is given, by small words alone; none for a text that is clearly in a language without cues.
///
/// Detectors are often wrong on headlines and tables of figures; the small words are not.
pub(super) fn choose(given: Option<&str>, title: &str, text: &str) -> &'static [&'static str] {
    if given == Some("en") {
        return &["en"];
    }
    let folded = crate::text::fold::fold(&format!("{title} {text}"));
    let words: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).take(200).collect();
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(word)).count();
    let english = count(ENGLISH);
    let Some(given) = given else { return unguessed(english, count(GERMAN), count(FRENCH), count(SPANISH)) };
    let (own, alone, both): (usize, &'static [&'static str], &'static [&'static str]) = match given {
        "de" => (count(GERMAN), &["de"], &["de", "en"]),
        "fr" => (count(FRENCH), &["fr"], &["fr", "en"]),
        "es" | "ca" | "gl" => (count(SPANISH), &["es"], &["es", "en"]),
        _ if english * 20 >= words.len() || words.len() < 12 => return &["en"],
        _ => return &[],
    };
    match own.cmp(&english) {
        std::cmp::Ordering::Greater => alone,
        std::cmp::Ordering::Equal => both,
        std::cmp::Ordering::Less => &["en"],
    }
}

/// Where no detector dared a guess: the languages of which most small words stand in the text; all, where none does.
fn unguessed(english: usize, german: usize, french: usize, spanish: usize) -> &'static [&'static str] {
    let most = english.max(german).max(french).max(spanish);
    match (english == most, german == most, french == most, spanish == most) {
        (true, false, false, false) => &["en"],
        (false, true, false, false) => &["de"],
        (false, false, true, false) => &["fr"],
        (false, false, false, true) => &["es"],
        (true, true, false, false) => &["de", "en"],
        (true, false, true, false) => &["fr", "en"],
        (true, false, false, true) => &["es", "en"],
        _ => &["en", "de", "fr", "es"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_overrule_a_wrong_guess() {
        for (given, title, text, expected) in [
            (Some("en"), "Acme buys Beta", "", &["en"][..]),
            (Some("nl"), "ACME CORP 4TH QTR NET", "Shr 57 cts vs 72 cts. Net 2,699,000 vs 3,250,000", &["en"][..]),
            (Some("fr"), "ACME SETS QUARTERLY", "Div ten cts vs nine cts prior", &["en"][..]),
            (Some("fr"), "Velor rachète Kranich", "Le groupe va payer 3 millions pour la société.", &["fr"][..]),
            (None, "Acme to buy Beta for cash", "", &["en"][..]),
            (None, "Velor streicht 300 Stellen", "", &["en", "de", "fr", "es"][..]),
            (None, "Velor rachète la société Kranich et son usine", "", &["fr"][..]),
            (None, "Velor kauft Kranich in Kassel", "", &["de", "en"][..]),
            (Some("de"), "Velor kauft Kranich", "Der Konzern und die Tochter", &["de"][..]),
            (
                Some("pl"),
                "Spółka przejmuje konkurenta",
                "Firma ogłosiła dziś, że zapłaci trzy miliony złotych za akcje",
                &[][..],
            ),
        ] {
            assert_eq!(choose(given, title, text), expected, "{title}");
        }
    }
}
