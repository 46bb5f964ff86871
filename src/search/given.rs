//! Words that are already told apart, as the engine takes them fastest: one plain text, and the splitter that takes it apart
//! again. (The engine's own form for such words goes through JSON and back for each article.)

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name under which an index must know [`Splitter`].
pub(super) const SPLITTER: &str = "given";

/// Before a word one place after the last one; before one in the same place; before a place in digits, where the next
/// stands that far after the last one. No folded word holds any of them.
const NEXT: char = '\u{1f}';
const SAME: char = '\u{1e}';
const FURTHER: char = '\u{1d}';

/// Words one after another, each with its place.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    /// The place of the last word.
    place: usize,
}

impl Line {
    /// Room for so many bytes of words.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), place: 0 }
    }

    /// A word of two parts at this place, which is not before that of the last one.
    pub(super) fn add(&mut self, prefix: &str, word: &str, place: usize) {
        match place.saturating_sub(self.place) {
            0 => self.text.push(SAME),
            1 => self.text.push(NEXT),
            more => {
                self.text.push(FURTHER);
                self.text.push_str(&more.to_string());
                self.text.push(SAME);
            }
        }
        self.place = self.place.max(place);
        self.text.push_str(prefix);
        self.text.push_str(word);
    }

    /// A word after the last one.
    pub(super) fn follow(&mut self, word: &str) {
        self.add("", word, self.place + 1);
    }

    /// What the splitter takes apart.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Takes a [`Line`] apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Splitter {
    token: Token,
}

/// The words of one line.
pub(super) struct Words<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for Splitter {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        self.token.reset();
        self.token.position = 0;
        Words { rest: text, token: &mut self.token }
    }
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        let mut rest = self.rest;
        if let Some(further) = rest.strip_prefix(FURTHER)
            && let Some((distance, after)) = further.split_once(SAME)
        {
            self.token.position += distance.parse::<usize>().unwrap_or(0);
            rest = after;
        } else if let Some(after) = rest.strip_prefix(NEXT) {
            self.token.position += 1;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(SAME) {
            rest = after;
        } else {
            return false;
        }
        let marks = [NEXT as u8, SAME as u8, FURTHER as u8];
        let end = memchr::memchr3(marks[0], marks[1], marks[2], rest.as_bytes()).unwrap_or(rest.len());
        self.token.text.clear();
        self.token.text.push_str(&rest[..end]);
        self.rest = &rest[end..];
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_apart_as_it_was_put_together() {
        let words = [("", "zurich", 0), ("", "zuerich", 0), ("client:", "acme", 1), ("", "ö", 2), ("", "far", 1_002)];
        let mut line = Line::default();
        for (prefix, word, place) in &words {
            line.add(prefix, word, *place);
        }
        line.follow("last");
        let (text, mut splitter) = (line.into_text(), Splitter::default());
        for _ in 0..2 {
            let mut stream = splitter.token_stream(&text);
            let mut found = Vec::new();
            while stream.advance() {
                found.push((stream.token().text.clone(), stream.token().position));
            }
            let mut given: Vec<_> =
                words.iter().map(|(prefix, word, place)| (format!("{prefix}{word}"), *place)).collect();
            given.push(("last".to_owned(), 1_003));
            assert_eq!(found, given);
        }
        assert!(!splitter.token_stream("").advance());
    }
}
