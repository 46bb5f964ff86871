//! A field of a reading made ready for matching: one plain spelling, its words, and how its capitals are used.

use crate::mention::lexis::{self, Kinds};
use crate::model::Field;
use crate::text::fold::Folded;
use crate::text::sentences::sentences;

/// A title or text in its plain spelling (folded; white space, hyphens and slashes made one blank; "&" without blanks),
/// with the way back to the original.
#[derive(Debug)]
pub(super) struct Prose<'a> {
    /// Which field it is.
    pub field: Field,
    /// As it was read.
    pub original: &'a str,
    /// The plain spelling.
    pub plain: String,
    folded: Folded,
    /// For each byte of `plain` the byte of the folded text it came from.
    places: Vec<u32>,
}

/// Words of a prose and the style of each line.
#[derive(Debug)]
pub(super) struct Words {
    /// In order of place.
    pub words: Vec<Word>,
    /// How capitals are used in each line (sentence; the headline is one).
    pub styles: Vec<Style>,
}

/// A word: a run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// Bytes in the plain spelling.
    pub start: usize,
    /// One past the last byte in the plain spelling.
    pub end: usize,
    /// First byte in the original.
    pub from: usize,
    /// One past the last byte in the original.
    pub to: usize,
    /// How it is written.
    pub case: Case,
    /// What lists say of it.
    pub kinds: Kinds,
    /// The first of its line, or after a colon, dash, bullet or opening quote: its capital says nothing.
    pub opens: bool,
    /// Its line.
    pub line: usize,
}

/// How the letters of a word or name are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// No letter that has a case.
    None,
    /// All lower.
    Lower,
    /// First upper, then lower.
    Capital,
    /// All upper, at least two.
    Upper,
    /// Anything else.
    Mixed,
}

/// How capitals are used in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Names have capitals, other words have not.
    Sentence,
    /// Nearly all words have capitals.
    Title,
    /// All letters are capitals.
    Upper,
    /// No letter is a capital.
    Lower,
}

impl<'a> Prose<'a> {
    /// Makes `original` plain.
    pub(super) fn of(field: Field, original: &'a str) -> Self {
        let folded = Folded::of(original);
        let (plain, places) = plain_of(folded.as_str());
        Self { field, original, plain, folded, places }
    }

    /// The bytes of the original that the plain bytes `start..end` came from.
    pub(super) fn place(&self, start: usize, end: usize) -> (usize, usize) {
        if start >= end || end > self.plain.len() {
            return (0, 0);
        }
        let last = self.places[end - 1] as usize;
        let width = self.folded.as_str()[last..].chars().next().map_or(1, char::len_utf8);
        self.folded.original(self.places[start] as usize, last + width)
    }

    /// Parts the prose into words.
    pub(super) fn words(&self) -> Words {
        let lines = match self.field {
            Field::Title => std::iter::once(0..self.original.len()).collect(),
            Field::Text => sentences(self.original),
        };
        let mut words: Vec<Word> = Vec::new();
        let mut line = 0;
        for (start, end) in runs(&self.plain) {
            let (from, to) = self.place(start, end);
            while line + 1 < lines.len() && from >= lines[line].end {
                line += 1;
            }
            let opens = match words.last() {
                Some(last) if last.line == line => opens_anew(&self.original[last.to.min(from)..from]),
                _ => true,
            };
            let case = Case::of(&self.original[from..to]);
            words.push(Word { start, end, from, to, case, kinds: lexis::kinds(&self.plain[start..end]), opens, line });
        }
        let styles = (0..lines.len().max(1)).map(|line| Style::of(&words, line, self.field)).collect();
        Words { words, styles }
    }
}

impl Words {
    /// The number of the word that begins at or after this byte of the plain spelling.
    pub(super) fn at(&self, start: usize) -> usize {
        self.words.partition_point(|word| word.start < start)
    }

    /// The style of the line of a word.
    pub(super) fn style(&self, word: usize) -> Style {
        self.words.get(word).and_then(|word| self.styles.get(word.line)).copied().unwrap_or(Style::Sentence)
    }
}

impl Case {
    /// How this text is written.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = text.chars().filter(|letter| letter.is_uppercase() || letter.is_lowercase()).peekable();
        let Some(first) = letters.next() else { return Self::None };
        let rest_upper = letters.clone().filter(|letter| letter.is_uppercase()).count();
        let rest = letters.count();
        match (first.is_uppercase(), rest_upper) {
            (false, 0) => Self::Lower,
            (true, 0) => Self::Capital,
            (true, upper) if upper == rest => Self::Upper,
            _ => Self::Mixed,
        }
    }

    /// True where the first letter is a capital.
    pub(super) fn is_capital(self) -> bool {
        matches!(self, Self::Capital | Self::Upper | Self::Mixed)
    }
}

impl Style {
    /// The share of capitals decides. Short words ("of", "the") stay small in headlines, so only longer ones count.
    fn of(words: &[Word], line: usize, field: Field) -> Self {
        let first = words.partition_point(|word| word.line < line);
        let last = words.partition_point(|word| word.line <= line);
        let line = &words[first..last];
        let lettered = line.iter().filter(|word| word.case != Case::None && word.to - word.from > 1).count();
        let share = |count: usize, of: usize| count as f64 / of.max(1) as f64;
        let upper = line.iter().filter(|word| word.case == Case::Upper && word.to - word.from > 1).count();
        if lettered >= 3 && share(upper, lettered) > 0.8 {
            return Self::Upper;
        }
        if lettered >= 4 && line.iter().all(|word| matches!(word.case, Case::Lower | Case::None)) {
            return Self::Lower;
        }
        let long: Vec<&Word> =
            line.iter().skip(1).filter(|word| word.end - word.start >= 4 && word.case != Case::None).collect();
        let capital = long.iter().filter(|word| word.case.is_capital()).count();
        let (fewest, enough) = if field == Field::Title { (2, 0.7) } else { (5, 0.85) };
        if long.len() >= fewest && share(capital, long.len()) >= enough { Self::Title } else { Self::Sentence }
    }
}

/// The plain spelling of a folded text, and for each of its bytes the byte it came from.
fn plain_of(folded: &str) -> (String, Vec<u32>) {
    let mut plain = String::with_capacity(folded.len());
    let mut places: Vec<u32> = Vec::with_capacity(folded.len());
    let mut skip_to = 0;
    for (place, letter) in folded.char_indices() {
        if place < skip_to {
            continue;
        }
        let rest = &folded[place..];
        let letter = match letter {
            // "&amp;" read twice, and what some feeds make of it: "AT amp;T".
            '&' if rest.starts_with("&amp;") => {
                skip_to = place + 5;
                '&'
            }
            'a' if rest.starts_with("amp;") && plain.ends_with(' ') => {
                skip_to = place + 4;
                '&'
            }
            '-' | '/' | '\\' => ' ',
            other => other,
        };
        if letter == '&' && plain.ends_with(' ') {
            plain.pop();
            places.pop();
        }
        if letter == ' ' && (plain.is_empty() || plain.ends_with([' ', '&'])) {
            continue;
        }
        plain.push(letter);
        places.resize(plain.len(), u32::try_from(place).unwrap_or(u32::MAX));
    }
    (plain, places)
}

/// The plain spelling of a name.
pub(super) fn plain(name: &str) -> String {
    let (mut plain, _) = plain_of(&crate::text::fold::fold(name));
    plain.truncate(plain.trim_end().len());
    plain
}

/// Runs of letters and digits, as byte ranges.
fn runs(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = letters.find(|(_, letter)| letter.is_alphanumeric())?;
        let mut end = start + first.len_utf8();
        while let Some((_, letter)) = letters.next_if(|(_, letter)| letter.is_alphanumeric()) {
            end += letter.len_utf8();
        }
        Some((start, end))
    })
}

/// True where what stands between two words makes the second one begin anew.
fn opens_anew(gap: &str) -> bool {
    let gap = gap.trim_matches(|letter: char| letter.is_whitespace() && letter != '\n');
    gap.contains([':', '"', '“', '„', '«', '»', '•', '|', '>', '?', '!', '(', '—'])
        || gap.contains("--")
        || matches!(gap, "-" | "–" | "'" | "‘")
        || gap.contains(". ")
        || gap.contains(" - ")
        || gap.ends_with(" -")
        || gap.contains("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_spelling_and_the_way_back() {
        for (written, expected) in [
            ("Wal-Mart  Stores", "wal mart stores"),
            ("AT & T", "at&t"),
            ("AT&amp;T", "at&t"),
            ("Marsh  amp; McLennan", "marsh&mclennan"),
            ("General\n  Motors", "general motors"),
            ("Royal Dutch/Shell", "royal dutch shell"),
            ("Nestle\u{301}’s", "nestle's"),
        ] {
            let prose = Prose::of(Field::Text, written);
            assert_eq!(prose.plain, expected);
            assert_eq!(prose.place(0, prose.plain.len()), (0, written.len()), "{written}");
        }
    }

    #[test]
    fn styles_of_lines() {
        for (title, style) in [
            ("Acme to close two plants in Ohio", Style::Sentence),
            ("Acme to Close Two Plants in Ohio", Style::Title),
            ("ACME TO CLOSE TWO PLANTS", Style::Upper),
            ("acme to close two plants", Style::Lower),
        ] {
            assert_eq!(Prose::of(Field::Title, title).words().styles, [style], "{title}");
        }
    }

    #[test]
    fn words_open_lines_and_quotes() {
        let prose = Prose::of(Field::Text, "Acme fell. “Target rose,” he said of Shell: Total lost.");
        let words = prose.words();
        let opening: Vec<&str> =
            words.words.iter().filter(|word| word.opens).map(|word| &prose.original[word.from..word.to]).collect();
        assert_eq!(opening, ["Acme", "Target", "Total"]);
    }
}
