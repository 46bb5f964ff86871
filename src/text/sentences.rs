//! Sentences of a text, as byte ranges into it.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// The sentences of `text` in order, without the white space around them; empty ones are left out. Paragraphs (an empty
/// line, or a line that does not look wrapped) always part sentences; "Inc.", "Mr.", "U.S." and initials do not.
#[must_use]
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let unwrapped = unwrap_lines(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, piece) in unwrapped.split_sentence_bound_indices() {
        let range = start..start + piece.len();
        match found.last_mut() {
            Some(last) if goes_on(&unwrapped[last.clone()], piece) => last.end = range.end,
            _ => found.push(range),
        }
    }
    found.into_iter().map(|range| trimmed(text, range)).filter(|range| !range.is_empty()).collect()
}

/// Lines at least this long that go on in the next were wrapped by a machine (mail and wire texts: 60 to 80).
const WRAPPED: usize = 45;

/// The same text, byte for byte as long, with blanks in place of line ends inside a wrapped paragraph.
fn unwrap_lines(text: &str) -> String {
    let mut unwrapped = String::with_capacity(text.len());
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        unwrapped.push_str(line);
        let Some(next) = lines.peek() else { break };
        let wrapped = line.trim_end().len() >= WRAPPED && !next.trim().is_empty() && !next.starts_with(['-', '*', '•']);
        unwrapped.push(if wrapped && !ends_paragraph(line) { ' ' } else { '\n' });
    }
    unwrapped
}

/// A full stop at the end of a line that is followed by a line break is taken for the end of a paragraph or sentence.
fn ends_paragraph(line: &str) -> bool {
    line.trim_end().ends_with(['.', '!', '?', ':', '"', '”', '。', '！', '？'])
}

/// True where the boundary after `before` is none: it only ended in an abbreviation or an initial.
fn goes_on(before: &str, after: &str) -> bool {
    if before.ends_with(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return false;
    }
    let Some(stem) = before.trim_end().strip_suffix('.') else { return false };
    let last =
        stem.rsplit(|letter: char| letter.is_whitespace() || matches!(letter, '(' | '"' | '“')).next().unwrap_or(stem);
    let next = after.split(|letter: char| !letter.is_alphanumeric() && letter != '\'').next().unwrap_or_default();
    let initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    if initial || TITLES.contains(&last) {
        return true;
    }
    let abbreviation = LEGAL.contains(&last) || last.contains('.') || OTHERS.contains(&last);
    abbreviation && !STARTERS.contains(&next)
}

/// Abbreviations that always stand before a name or number.
const TITLES: &[&str] = &[
    "Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Sen", "Rep", "Gov", "Gen", "Lt", "Col", "Capt", "Sgt", "Hon", "Rev",
    "Messrs", "No", "Nos", "Nr", "vs", "v", "Mt", "Ft", "Art", "Abs", "Mme", "Mlle", "Sr", "Sra", "Fig", "ca",
    "approx",
];

/// Legal forms, which may end a sentence or not.
const LEGAL: &[&str] =
    &["Inc", "Corp", "Co", "Ltd", "Cos", "Bros", "Plc", "plc", "LLC", "Pty", "Pvt", "Bhd", "Intl", "Mfg"];

/// Months, places and the like, which may end a sentence or not.
const OTHERS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "Jr", "Dept", "Univ", "Assn",
    "Ave", "Blvd", "Rd", "etc", "al", "est", "Calif", "Mass", "Conn", "Fla", "Ill", "Mich", "Minn", "Pa", "Tex", "Va",
    "Wash", "Bn", "bn", "mln", "bln", "dlrs", "cts", "pct", "mil", "Mio", "Mrd", "bzw", "usw",
];

/// Words that begin sentences and hardly ever the rest of a name.
const STARTERS: &[&str] = &[
    "The",
    "A",
    "An",
    "It",
    "Its",
    "He",
    "She",
    "They",
    "We",
    "I",
    "In",
    "On",
    "At",
    "But",
    "And",
    "This",
    "That",
    "These",
    "Those",
    "There",
    "As",
    "For",
    "If",
    "When",
    "While",
    "After",
    "Before",
    "With",
    "However",
    "His",
    "Her",
    "Their",
    "Our",
    "Under",
    "Since",
    "Also",
    "Analysts",
    "Shares",
    "According",
    "Last",
    "Some",
    "Both",
    "Earlier",
    "Meanwhile",
    "Der",
    "Die",
    "Das",
    "Le",
    "La",
    "Les",
    "El",
    "Los",
    "Il",
];

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let start = range.start + (piece.len() - piece.trim_start().len());
    let end = range.start + piece.trim_end().len();
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        assert_eq!(
            split(
                "Acme Inc. Chief Mr. Smith left. The U.S. Treasury said no. J. Doe follows at Beta Corp. He starts soon."
            ),
            [
                "Acme Inc. Chief Mr. Smith left.",
                "The U.S. Treasury said no.",
                "J. Doe follows at Beta Corp.",
                "He starts soon."
            ]
        );
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        let text = "Acme said its board approved the sale of the paper unit to\nBeta for 20 mln dlrs.\nIt closes in May.\n\nHeading\nNext paragraph";
        assert_eq!(
            split(text),
            [
                "Acme said its board approved the sale of the paper unit to\nBeta for 20 mln dlrs.",
                "It closes in May.",
                "Heading",
                "Next paragraph"
            ]
        );
    }

    #[test]
    fn other_scripts_have_sentences_too() {
        assert_eq!(split("公司宣布裁员。股价下跌！"), ["公司宣布裁员。", "股价下跌！"]);
        assert_eq!(split("Was? Ja! Gut."), ["Was?", "Ja!", "Gut."]);
        assert!(split("  \n\n ").is_empty());
    }

    proptest! {
        #[test]
        fn ranges_are_ordered_and_on_boundaries(text in "[\\PC\n .]{0,80}") {
            let mut last = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= last && text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
