//! Folding: one spelling for all ways to write a word, with a way back to the places in the original text.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A folded copy of a text: lower case, without accents, typographic quotes and dashes made plain, white space made
/// single-character blanks. Matching works on it; [`Folded::original`] leads back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each byte of `text` the byte of the original where the character it came from begins.
    starts: Vec<u32>,
    original_len: usize,
}

impl Folded {
    /// Folds `original`. Only its first 4 GiB count.
    #[must_use]
    pub fn of(original: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            starts: Vec::with_capacity(original.len() + 1),
            original_len: original.len(),
        };
        for (place, letter) in original.char_indices() {
            fold_char(letter, &mut |plain| folded.text.push(plain));
            folded.starts.resize(folded.text.len(), u32::try_from(place).unwrap_or(u32::MAX));
        }
        folded
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that the folded bytes `start..end` came from, on character boundaries; marks that
    /// belong to the last character are part of it.
    #[must_use]
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let from = self.start_of(start);
        if end <= start {
            return (from, from);
        }
        // An end inside the expansion of one character ("ß" → "ss") takes the whole character.
        let last = self.start_of(end - 1);
        let mut next = end;
        while next < self.starts.len() && self.start_of(next) == last {
            next += 1;
        }
        (from, self.start_of(next))
    }

    fn start_of(&self, place: usize) -> usize {
        self.starts.get(place).map_or(self.original_len, |start| *start as usize)
    }
}

/// Folds `text` where the way back is not needed.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        fold_char(letter, &mut |plain| folded.push(plain));
    }
    folded
}

/// The plain form of one character, nothing for marks and invisible characters.
fn fold_char(letter: char, put: &mut impl FnMut(char)) {
    match letter {
        // The marks of kana tell one sound from another ("ド" is not "ト"): they are no accents.
        'a'..='z' | ' '..='@' | '\u{3041}'..='\u{30ff}' => put(letter),
        'A'..='Z' => put(letter.to_ascii_lowercase()),
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{02bc}' | '`' | '\u{b4}' => put('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => put('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => put('-'),
        'ß' | 'ẞ' => "ss".chars().for_each(put),
        'æ' | 'Æ' => "ae".chars().for_each(put),
        'œ' | 'Œ' => "oe".chars().for_each(put),
        'ø' | 'Ø' => put('o'),
        'ł' | 'Ł' => put('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => put('d'),
        'þ' | 'Þ' => "th".chars().for_each(put),
        'ı' => put('i'),
        // Soft hyphen, zero-width characters, marks of direction, byte order mark.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
        _ if letter.is_whitespace() || letter.is_control() => put(' '),
        _ if letter.is_ascii() => put(letter),
        _ => decompose_compatible(letter, |part| {
            if !is_combining_mark(part) {
                part.to_lowercase().filter(|part| !is_combining_mark(*part)).for_each(&mut *put);
            }
        }),
    }
}

/// True where `text[start..end]` (on character boundaries) is not a part of a longer word. Scripts that write no blanks
/// between words (Han, kana, Thai, Lao, Khmer, Burmese) have no such boundaries: there every place counts.
#[must_use]
pub fn is_bounded(text: &str, start: usize, end: usize) -> bool {
    let inside_first = text[start..end].chars().next();
    let inside_last = text[start..end].chars().next_back();
    !joined(text[..start].chars().next_back(), inside_first) && !joined(inside_last, text[end..].chars().next())
}

fn joined(left: Option<char>, right: Option<char>) -> bool {
    let in_word = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() && !is_unspaced(letter));
    in_word(left) && in_word(right)
}

/// True for letters of scripts that write no blanks between words.
#[must_use]
pub fn is_unspaced(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_a_word_fold_together() {
        for (written, folded) in [
            ("Nestlé", "nestle"),
            ("Nestle\u{301}", "nestle"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("McDonald’s", "mcdonald's"),
            ("Ørsted", "orsted"),
            ("ＡＣＭＥ", "acme"),
            ("co\u{ad}operate", "cooperate"),
            ("a\u{a0}b\nc", "a b c"),
            ("İstanbul", "istanbul"),
            ("ドコモ", "ドコモ"),
            ("Škoda–VW", "skoda-vw"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
            assert_eq!(Folded::of(written).as_str(), folded, "{written}");
        }
    }

    #[test]
    fn places_lead_back_to_the_original() {
        let original = "Die Straße, Nestle\u{301} und ﬁnal";
        let folded = Folded::of(original);
        for (word, written) in
            [("strasse", "Straße"), ("nestle", "Nestle\u{301}"), ("final", "ﬁnal"), ("stras", "Straß")]
        {
            let start = folded.as_str().find(word).unwrap();
            let (from, to) = folded.original(start, start + word.len());
            assert_eq!(&original[from..to], written);
        }
    }

    #[test]
    fn whole_words_only() {
        let bounded = |text: &str, word: &str| {
            let start = text.find(word).unwrap();
            is_bounded(text, start, start + word.len())
        };
        assert!(!bounded("director of", "tor"));
        assert!(bounded("the tor project", "tor"));
        assert!(bounded("tor's", "tor"));
        assert!(!bounded("tors", "tor"));
        assert!(bounded("（トヨタ自動車）は", "トヨタ"));
        assert!(!bounded("b2b", "b2"));
    }

    proptest! {
        #[test]
        fn every_place_is_a_boundary_of_the_original(text in "\\PC{0,40}") {
            let folded = Folded::of(&text);
            for (start, letter) in folded.as_str().char_indices() {
                let (from, to) = folded.original(start, start + letter.len_utf8());
                prop_assert!(text.get(from..to).is_some_and(|part| !part.is_empty()));
            }
            prop_assert_eq!(folded.as_str(), fold(&text));
        }
    }
}
