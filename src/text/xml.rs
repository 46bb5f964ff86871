//! Text as XML can hold it.

/// The text without the characters that XML 1.0 cannot hold, escaped or not (section 2.2 of the recommendation).
#[must_use]
pub fn legal(text: &str) -> String {
    let allowed = |letter: &char| matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(allowed).collect()
}
