//! The part of a text that shows why it was found.

use serde::Serialize;

use super::analysis::{Shape, Stemming, Text, Token, asked};
use super::query::{Clause, Wanted};
use super::stems::Stems;

/// Letters before the first marked word that an excerpt may reach back, to begin with a sentence.
const RUN_UP: usize = 60;

/// Excerpts of one text, at most.
const MOST_EXCERPTS: usize = 10;

/// A stretch of text with the words that were looked for marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// Plain text, with "…" where it was cut.
    pub text: String,
    /// The marked words: first byte and one past the last, in order, apart from each other.
    pub marks: Vec<[usize; 2]>,
}

impl Excerpt {
    /// The text in pieces, in order, each with whether it is marked. Who makes HTML escapes each piece.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let mut from = 0;
        let mut pieces = Vec::with_capacity(2 * self.marks.len() + 1);
        for [start, end] in self.marks.iter().copied() {
            pieces.push((&self.text[from..start], false));
            pieces.push((&self.text[start..end], true));
            from = end;
        }
        pieces.push((&self.text[from..], false));
        pieces.into_iter().filter(|(text, _)| !text.is_empty())
    }

    /// The text with `before` and `after` around each marked word.
    #[must_use]
    pub fn marked(&self, before: &str, after: &str) -> String {
        let mut whole = String::with_capacity(self.text.len() + 16);
        for (piece, marked) in self.pieces() {
            if marked {
                whole.extend([before, piece, after]);
            } else {
                whole.push_str(piece);
            }
        }
        whole
    }
}

/// What to mark: the words of a query, without those that are unwanted.
pub(super) struct Marker {
    sought: Vec<Sought>,
}

struct Sought {
    title_only: bool,
    form: Form,
}

enum Form {
    /// A word as it was typed; its stem depends on the language of the article.
    Word(String),
    /// Folded words, each so many places after the first.
    Exactly(Vec<(usize, String)>),
    /// The beginning of a folded word.
    Prefix(String),
}

impl Marker {
    /// With `any` the words of a compound are sought one by one.
    pub(super) fn of(clause: &Clause, any: bool) -> Self {
        let mut marker = Self { sought: Vec::new() };
        marker.take(clause, any);
        marker
    }

    fn take(&mut self, clause: &Clause, any: bool) {
        match clause {
            Clause::All(parts) | Clause::Any(parts) => parts.iter().for_each(|part| self.take(part, any)),
            Clause::Text(wanted) => self.seek(wanted, false, any),
            Clause::Title(wanted) => self.seek(wanted, true, any),
            _ => {}
        }
    }

    fn seek(&mut self, wanted: &Wanted, title_only: bool, any: bool) {
        let mut add = |form| self.sought.push(Sought { title_only, form });
        let (written, exact) = match wanted {
            Wanted::Word(word) => (word, false),
            Wanted::Phrase(phrase) => (phrase, true),
            Wanted::Prefix(start) => {
                let start = Text::of(start);
                let last = start.tokens().last().map(|token| token.text.to_owned());
                return last.into_iter().for_each(|last| add(Form::Prefix(last)));
            }
            Wanted::Anything => return,
        };
        let text = Text::of(written);
        let tokens = asked(&text.tokens());
        match tokens.as_slice() {
            [token] if token.shape == Shape::Last => add(Form::Prefix(token.text.to_owned())),
            [token] if !exact && token.shape == Shape::Word => add(Form::Word(written.clone())),
            several if any && !exact => {
                for token in several {
                    add(Form::Exactly(vec![(0, token.text.to_owned())]));
                }
            }
            [] => {}
            [first, ..] => {
                let placed = |token: &Token<'_>| (token.position - first.position, token.text.to_owned());
                add(Form::Exactly(tokens.iter().map(placed).collect()));
            }
        }
    }

    /// The whole title with its marks.
    pub(super) fn title(&self, title: &str, stemming: Stemming, known: &mut Stems) -> Excerpt {
        let found = self.find(&Text::of(title), true, stemming, known);
        Excerpt { text: title.to_owned(), marks: joined(found.into_iter().map(|place| [place.start, place.end])) }
    }

    /// The stretch of at most `letters` letters that holds the most different words that are sought, earliest first;
    /// the beginning where there is none.
    /// After it up to `count` in all, the next best first, of what lies wholly outside of those before.
    pub(super) fn excerpts(
        &self,
        text: &str,
        letters: usize,
        stemming: Stemming,
        count: usize,
        known: &mut Stems,
    ) -> Vec<Excerpt> {
        let letters = letters.clamp(40, 2_000);
        let mut found = self.find(&Text::of(text), false, stemming, known);
        let mut taken: Vec<[usize; 2]> = Vec::new();
        let mut excerpts = Vec::new();
        while excerpts.len() < count.clamp(1, MOST_EXCERPTS) && (excerpts.is_empty() || !found.is_empty()) {
            let (mut start, places) = best_window(text, &found, letters);
            let mut end = cut_after(text, start, letters);
            // The run-up may reach back into what is shown already, and the rest forward.
            for [from, to] in &taken {
                if (*from..*to).contains(&start) {
                    start = *to + (text[*to..].len() - text[*to..].trim_start().len());
                }
                if start < *from && end > *from {
                    end = start + text[start..*from].trim_end().len();
                }
            }
            let marks = places.iter().filter(|place| place.start >= start && place.end <= end);
            excerpts.push(Self::stretch(text, start, end, marks));
            taken.push([start, end]);
            let first = places.first().map(|place| place.start);
            found.retain(|place| (place.end <= start || place.start >= end) && Some(place.start) != first);
        }
        excerpts
    }

    /// The text between two places with its marks.
    fn stretch<'p>(text: &str, start: usize, end: usize, marks: impl Iterator<Item = &'p Place>) -> Excerpt {
        let mut excerpt = String::with_capacity(end - start + 6);
        if start > 0 {
            excerpt.push_str("… ");
        }
        let shift = excerpt.len();
        // Line breaks would tear the excerpt apart; a blank for each keeps the places right.
        excerpt.extend(text[start..end].chars().map(|letter| match letter {
            '\n' | '\r' | '\t' => ' ',
            other => other,
        }));
        if end < text.len() {
            excerpt.push_str(" …");
        }
        let marks = joined(marks.map(|place| [place.start - start + shift, place.end - start + shift]));
        Excerpt { text: excerpt, marks }
    }

    /// Where what is sought stands, in order of place.
    fn find(&self, text: &Text<'_>, in_title: bool, stemming: Stemming, known: &mut Stems) -> Vec<Place> {
        if self.sought.iter().all(|sought| sought.title_only && !in_title) {
            return Vec::new();
        }
        let tokens = text.tokens();
        let mut found = Vec::new();
        let mut take = |number: usize, first: &Token<'_>, last: &Token<'_>| {
            let (start, end) = text.original(first.start, last.end);
            found.push(Place { start, end, number });
        };
        for (number, sought) in self.sought.iter().enumerate().filter(|(_, sought)| in_title || !sought.title_only) {
            match &sought.form {
                Form::Word(word) => {
                    let word = Text::of(word);
                    let own = word.tokens();
                    let Some(exact) = own.first() else { continue };
                    let stem = known.of_language(stemming).of(&word, exact);
                    let spelled = word.spelled_out(exact);
                    // Few words of a text begin so; no other needs to be stemmed.
                    let begins = |token: &Token<'_>| token.text.chars().next() == exact.text.chars().next();
                    let may_be = |token: &Token<'_>| !stemming.keeps_beginnings() || begins(token);
                    let known = known.of_language(stemming);
                    for token in &tokens {
                        let same = token.text == exact.text
                            || may_be(token) && known.of(text, token) == stem
                            || spelled.as_deref() == Some(token.text)
                            || text.spelled_out(token).as_deref() == Some(exact.text);
                        if same {
                            take(number, token, token);
                        }
                    }
                }
                Form::Prefix(start) => {
                    let found = tokens.iter().filter(|token| token.text.starts_with(start.as_str()));
                    found.for_each(|token| take(number, token, token));
                }
                Form::Exactly(words) => {
                    let same = |token: &Token<'_>, word: &String| {
                        token.text == word || text.spelled_out(token).as_ref() == Some(word)
                    };
                    for first in &tokens {
                        let at = |place: usize| {
                            let place = tokens.binary_search_by_key(&(first.position + place), |token| token.position);
                            place.ok().and_then(|place| tokens.get(place))
                        };
                        let there = |(place, word): &(usize, String)| at(*place).filter(|token| same(token, word));
                        if words.iter().all(|word| there(word).is_some()) {
                            words.iter().filter_map(there).for_each(|token| take(number, token, token));
                        }
                    }
                }
            }
        }
        found.sort_by_key(|place| (place.start, place.end));
        found
    }
}

/// A place in the original where the sought thing of this number stands.
struct Place {
    start: usize,
    end: usize,
    number: usize,
}

/// Where the best window begins, and the places from there on.
fn best_window<'p>(text: &str, found: &'p [Place], letters: usize) -> (usize, &'p [Place]) {
    let mut best: Option<((usize, usize), usize)> = None;
    for first in 0..found.len() {
        let end = nth_letter(text, found[first].start, letters.saturating_sub(RUN_UP));
        let inside = found[first..].iter().take_while(|place| place.end <= end).take(64);
        let numbers: Vec<usize> = inside.map(|place| place.number).collect();
        let mut different = numbers.clone();
        different.sort_unstable();
        different.dedup();
        let worth = (different.len(), numbers.len());
        if best.is_none_or(|(so_far, _)| worth > so_far) {
            best = Some((worth, first));
        }
    }
    let Some((_, first)) = best else { return (0, &[]) };
    (run_up(text, found[first].start), &found[first..])
}

/// A little before `place`: where the sentence begins if that is near, else a word.
fn run_up(text: &str, place: usize) -> usize {
    let earliest = text[..place].char_indices().rev().nth(RUN_UP - 1).map_or(0, |(start, _)| start);
    let before = &text[earliest..place];
    let ends = before.char_indices().zip(before.chars().skip(1));
    let sentence = ends.filter(|((_, end), next)| {
        matches!(end, '。' | '！' | '？' | '\n') || (matches!(end, '.' | '!' | '?') && next.is_whitespace())
    });
    let from = match sentence.last() {
        Some(((start, end), _)) => earliest + start + end.len_utf8(),
        None if earliest == 0 => 0,
        None => earliest + before.find(char::is_whitespace).unwrap_or(0),
    };
    from + (text[from..place].len() - text[from..place].trim_start().len())
}

/// The end of at most `letters` letters from `start`, at the end of a word where there are blanks.
fn cut_after(text: &str, start: usize, letters: usize) -> usize {
    let end = nth_letter(text, start, letters);
    if end == text.len() {
        return start + text[start..].trim_end().len();
    }
    let cut = &text[start..end];
    let nearest = cut.rfind(char::is_whitespace).filter(|blank| blank * 2 > cut.len());
    start + nearest.map_or(cut, |blank| &cut[..blank]).trim_end().len()
}

fn nth_letter(text: &str, start: usize, letters: usize) -> usize {
    text[start..].char_indices().nth(letters).map_or(text.len(), |(place, _)| start + place)
}

/// Ranges in order, those that touch or overlap made one.
fn joined(ranges: impl Iterator<Item = [usize; 2]>) -> Vec<[usize; 2]> {
    let mut whole: Vec<[usize; 2]> = Vec::new();
    for [start, end] in ranges {
        match whole.last_mut() {
            Some(last) if start <= last[1] => last[1] = last[1].max(end),
            _ => whole.push([start, end]),
        }
    }
    whole
}
