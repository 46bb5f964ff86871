//! The words by which reports of one happening are alike.

use std::collections::HashMap;

use crate::text::fold::{fold, is_unspaced};

/// A word of a report with what speaks for its telling something.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Term {
    /// Times it occurs in the body.
    pub(super) in_text: u32,
    /// It stands in the headline.
    pub(super) in_title: bool,
    /// It is written as a name or is a number.
    pub(super) is_name: bool,
}

/// Body text beyond this many words tells of background more than of the happening.
const LEAD_WORDS: usize = 400;

/// The telling words of a report, folded and without endings of number; common words are left out.
pub(super) fn terms(title: &str, text: &str) -> HashMap<String, Term> {
    let mut terms: HashMap<String, Term> = HashMap::new();
    for word in words(title) {
        terms.entry(word.stem).or_default().in_title = true;
    }
    for word in words(text).take(LEAD_WORDS) {
        let term = terms.entry(word.stem).or_default();
        term.in_text += 1;
        term.is_name |= (word.capital && !word.first) || word.number;
    }
    terms.retain(|stem, term| !is_common(stem) && (stem.chars().count() > 1 || term.is_name));
    terms
}

/// The words of a text in order, folded: what shingles are made of.
pub(super) fn plain_words(text: &str) -> Vec<String> {
    words(text).map(|word| word.plain).collect()
}

struct Word {
    plain: String,
    stem: String,
    capital: bool,
    number: bool,
    /// It opens a sentence, where a capital tells nothing.
    first: bool,
}

fn words(text: &str) -> impl Iterator<Item = Word> {
    let mut first = true;
    pieces(text).flat_map(move |(piece, ends)| {
        let capital = piece.chars().next().is_some_and(char::is_uppercase);
        let number = piece.chars().next().is_some_and(|letter| letter.is_ascii_digit());
        let opened = std::mem::replace(&mut first, ends);
        fold(piece)
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(|part| Word { stem: stem(part), plain: part.to_owned(), capital, number, first: opened })
            .collect::<Vec<_>>()
    })
}

/// Runs of letters and digits, each with whether a sentence ends after it. Scripts without blanks come in pairs of
/// letters, as search engines take them.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.split_inclusive(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '\'' | '’' | '.' | ','))
        .flat_map(|piece| {
            let ends = piece.trim_end().ends_with(['.', '!', '?', ':', '"', '”', '。']);
            let word = piece.trim_matches(|letter: char| !letter.is_alphanumeric());
            let pairs: Vec<(&str, bool)> = if word.contains(is_unspaced) { pairs_of(word) } else { vec![(word, ends)] };
            pairs
        })
}

fn pairs_of(word: &str) -> Vec<(&str, bool)> {
    let places: Vec<usize> = word.char_indices().map(|(place, _)| place).chain([word.len()]).collect();
    places.windows(3).map(|window| (&word[window[0]..window[2]], false)).collect()
}

/// A word without its ending of number or possession; enough for English and harmless elsewhere.
fn stem(word: &str) -> String {
    let cut = match word {
        _ if word.len() > 4 && word.ends_with("ies") => return format!("{}y", &word[..word.len() - 3]),
        _ if word.len() > 6 && word.ends_with("ing") => &word[..word.len() - 3],
        _ if word.len() > 5 && word.ends_with("ed") => &word[..word.len() - 2],
        _ if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") => &word[..word.len() - 1],
        _ => word,
    };
    cut.strip_suffix('e').filter(|cut| cut.len() > 3).unwrap_or(cut).to_owned()
}

/// Words that stand in any report: grammar, the trade of reporting, days and quantities. Compared after stemming.
fn is_common(stem: &str) -> bool {
    COMMON.contains(stem)
}

static COMMON: std::sync::LazyLock<std::collections::HashSet<String>> = std::sync::LazyLock::new(|| {
    const WORDS: &str = "a about above according across after again against ago all almost along already also although \
        always am among an and another any are around as at away back be became because become been before behind being \
        below between both but by came can come could day days did do does done down during each early either else end \
        enough even ever every few first for former found from full further gave get give given go going gone good got had \
        half has have having he her here him himself his hour how however i if in including into is it its itself just keep \
        kept last late later latest least less let like likely little long look made make making man many may me mean men \
        might more most much must my near nearly need never new next night no nor not nothing now of off often old on once \
        one only or other others our out over own part past people percent place possible put quite rather really right said \
        same saw say saying says second see seen set several shall she should show showed since so some something soon still \
        such take taken tell than that the their them then there these they thing think this those though three through thus \
        time to today together told too took top toward two under until up upon us use used using very want was way we week \
        well went were what when where which while who whole whom why will with within without work would year yesterday yet \
        you young your monday tuesday wednesday thursday friday saturday sunday january february march april june july august \
        september october november december mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec \
        million billion thousand hundred mln bln dlrs dlr cts pct reuters ap afp reuter report reported news statement \
        spokesman spokeswoman company firm group inc corp co ltd plc official quot amp lt gt href http www com html fullquote \
        aspx der die das und in den von zu mit sich des auf fur ist im dem nicht ein eine als auch es an werden aus er hat \
        dass sie nach wird bei einer um am sind noch wie einem uber einen so zum haben nur oder aber vor zur bis mehr durch \
        le la les de des du et en un une que qui dans pour sur au aux par plus ce pas est sont avec ne se son sa ses il elle \
        el los las del y que en un una por con para su al lo como mas pero sus ha o este si porque esta entre cuando muy sin \
        sobre di e il che per non si da con gli nel della dei";
    WORDS.split_whitespace().map(stem).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_words_are_kept_with_what_speaks_for_them() {
        let terms = terms("Acme cuts jobs", "Acme said on Monday it will cut 200 jobs in Ohio. Workers were told.");
        assert!(terms["acme"].in_title && terms["acme"].in_text == 1);
        assert!(terms["200"].is_name && terms["ohio"].is_name && !terms["worker"].is_name);
        assert!(!terms.contains_key("said") && !terms.contains_key("monday"));
        assert_eq!(terms["job"].in_text, 1);
    }

    #[test]
    fn scripts_without_blanks_have_terms() {
        let terms = terms("トヨタが工場を新設", "");
        assert!(terms.contains_key("トヨ") && terms.contains_key("工場"));
    }

    #[test]
    fn plain_words_keep_every_word() {
        assert_eq!(plain_words("The U.S. isn’t 3.5%"), ["the", "u", "s", "isn", "t", "3", "5"]);
    }
}
