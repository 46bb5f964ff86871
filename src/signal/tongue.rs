//! In which language's cues an article is read.

/// Words that hold sentences together; those of wire tables count for English.
const ENGLISH: &[&str] = &[
    "the", "of", "to", "and", "in", "for", "on", "with", "is", "its", "by", "at", "as", "from", "after", "vs", "net",
    "cts", "qtr", "shr", "dlrs", "mln", "said", "says", "will", "are", "has", "be", "it", "that", "over", "div",
    "prior",
];
const GERMAN: &[&str] = &[
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

/// The language whose cues fit: the `given` one where its small words outnumber the English ones, else English where
/// those do or where a text is too short to tell; none for a text that is clearly in a language without cues.
///
/// Detectors are often wrong on headlines and tables of figures; the small words are not.
pub(super) fn choose(given: Option<&str>, title: &str, text: &str) -> Option<&'static str> {
    let given = given?;
    if given == "en" {
        return Some("en");
    }
    let folded = crate::text::fold::fold(&format!("{title} {text}"));
    let words: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).take(200).collect();
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(word)).count();
    let english = count(ENGLISH);
    let (code, own) = match given {
        "de" => ("de", count(GERMAN)),
        "fr" => ("fr", count(FRENCH)),
        "es" | "ca" | "gl" => ("es", count(SPANISH)),
        _ => ("", 0),
    };
    if own > english || (own == english && english == 0 && !code.is_empty()) {
        return Some(code);
    }
    (english * 12 >= words.len() || words.len() < 8).then_some("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_overrule_a_wrong_guess() {
        for (given, title, text, expected) in [
            (Some("en"), "Acme buys Beta", "", Some("en")),
            (Some("nl"), "ACME CORP 4TH QTR NET", "Shr 57 cts vs 72 cts. Net 2,699,000 vs 3,250,000", Some("en")),
            (Some("fr"), "ACME SETS QUARTERLY", "Div ten cts vs nine cts prior", Some("en")),
            (Some("fr"), "Velor rachète Kranich", "Le groupe va payer 3 millions pour la société.", Some("fr")),
            (Some("de"), "Velor kauft Kranich", "Der Konzern und die Tochter", Some("de")),
            (
                Some("pl"),
                "Spółka przejmuje konkurenta",
                "Firma ogłosiła dziś, że zapłaci trzy miliony złotych za akcje",
                None,
            ),
        ] {
            assert_eq!(choose(given, title, text), expected, "{title}");
        }
    }
}
