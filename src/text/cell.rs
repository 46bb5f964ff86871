//! Cells of a table that a spreadsheet opens (R51).

use std::borrow::Cow;

/// Letters by which a spreadsheet knows a formula, their full-width forms, which some take for the same, included
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The text as it may stand in a cell: one that a spreadsheet might take for a formula, also after blanks, gets an
/// apostrophe before it, which spreadsheets do not show.
#[must_use]
pub fn defuse(text: &str) -> Cow<'_, str> {
    let blank = |letter: char| letter.is_whitespace() || letter.is_control() || ZERO_WIDTH.contains(&letter);
    let starts_with_control = text.starts_with(['\t', '\r', '\n']);
    if starts_with_control || text.trim_start_matches(blank).starts_with(FORMULA) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// Letters that are not seen and not counted as white space.
const ZERO_WIDTH: &[char] = &['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r51_what_looks_like_a_formula_is_defused() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            " =1",
            "\u{a0}\u{3000}=1",
            "\u{feff}=1",
            "\u{200b} @x",
            "\0=1",
            "＝1",
            "=cmd|' /C calc'!A0",
        ] {
            assert_eq!(defuse(text), format!("'{text}"), "{text:?}");
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["", " ", "Acme", "a=b", "1-2", " a", "'quoted", "“Quoted”", "3 + 4", "https://a.example/?x=1"]
        {
            assert_eq!(defuse(text), text);
        }
    }
}
