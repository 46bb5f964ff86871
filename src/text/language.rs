//! Which language a text is written in.

/// The ISO 639-1 code of the language of `text`, where it is long enough and clear enough to tell.
#[must_use]
pub fn detect(_text: &str) -> Option<String> {
    None
}
