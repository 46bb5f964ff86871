//! A sentence made ready for matching, and who stands where in it.

use super::amount::Sum;
use super::cue::{Need, Place, Who, group};
use super::lexicon::Rule;
use super::names::{self, Kind, Name, Style};
use super::wordlists;
use crate::model::{AccountId, Amount, Field, SignalType};
use crate::text::fold::Folded;

/// A sentence and where it stands.
pub(super) struct Sentence<'a> {
    pub field: Field,
    pub start: usize,
    pub text: &'a str,
    /// 0 for the headline, then 1, 2, … in the body.
    pub number: usize,
}

/// A firm in a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Party {
    pub name: String,
    pub account: Option<AccountId>,
}

/// A sentence made ready for matching.
pub(super) struct View<'a> {
    pub sentence: &'a Sentence<'a>,
    pub folded: Folded,
    /// Folded, one `_` for each byte that is not ASCII.
    pub plain: Vec<u8>,
    pub names: Vec<Placed>,
    pub sums: Vec<Sum>,
}

/// A name with its place in the folded sentence.
pub(super) struct Placed {
    pub start: usize,
    pub end: usize,
    pub name: Name,
}

/// What parts clauses, as far as the search for a subject goes.
const BOUNDS: &[&str] = &[
    ";",
    ": ",
    " - ",
    " -- ",
    " | ",
    ". ",
    " as ",
    " after ",
    " amid ",
    " while ",
    " following ",
    " because ",
    " but ",
    " when ",
    " if ",
    " before ",
    " despite ",
    " although ",
    " since ",
    " wahrend ",
    " nachdem ",
    " apres ",
    " tras ",
];

impl View<'_> {
    /// The clause around `start..end`.
    pub(super) fn clause(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let text = &self.plain;
        let from = BOUNDS
            .iter()
            .filter_map(|bound| {
                memchr::memmem::rfind(&text[..start], bound.as_bytes()).map(|place| place + bound.len())
            })
            .max()
            .unwrap_or(0);
        let to = BOUNDS
            .iter()
            .filter_map(|bound| memchr::memmem::find(&text[end..], bound.as_bytes()).map(|place| end + place))
            .min()
            .unwrap_or(text.len());
        from..to
    }

    pub(super) fn party_at(&self, place: usize) -> Party {
        party(&self.names[place].name, self.sentence.text)
    }

    /// True for a name that is a ticker or publisher in brackets.
    pub(super) fn bracketed(&self, placed: &Placed) -> bool {
        let before = self.plain[..placed.start].last();
        let inner = &self.plain[placed.start..placed.end];
        matches!(before, Some(b'(' | b'<' | b'[')) && !inner.contains(&b' ')
            || self.plain[..placed.start].ends_with(b": ")
                && self.plain[..placed.start].contains(&b'(')
                && inner.len() < 6
    }

    pub(super) fn is_firm(&self, placed: &Placed) -> bool {
        placed.name.kind == Kind::Firm && (placed.name.account.is_some() || !self.bracketed(placed))
    }

    /// The firm that a verb at `until` is said of.
    pub(super) fn subject_before(&self, from: usize, until: usize, need: Need, kind: SignalType) -> Option<usize> {
        let inside = |placed: &Placed| placed.start >= from && placed.end <= until;
        let firms: Vec<usize> = (0..self.names.len())
            .filter(|place| inside(&self.names[*place]) && self.is_firm(&self.names[*place]))
            .collect();
        if need == Need::Adjacent {
            let last = *firms.last()?;
            let between = &self.plain[self.names[last].end..until];
            let words = between.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).count();
            let near = words <= 3 && !between.contains(&b',') && !self.after_preposition(last);
            return near.then_some(last);
        }
        let free: Vec<usize> = firms
            .iter()
            .copied()
            .filter(|place| !self.after_preposition(*place) && !self.in_apposition(*place, until))
            .collect();
        let chosen = free.last().or(firms.first()).copied()?;
        // "Acme's Robo is launching": the maker is the owner.
        let owner = chosen.checked_sub(1).filter(|owner| {
            self.names[*owner].name.owner
                && firms.contains(owner)
                && self.names[chosen].start - self.names[*owner].end < 24
        });
        // What a watched firm owns speaks for it, where the owned has no account of its own.
        let watched = owner.is_some_and(|owner| self.names[owner].name.account.is_some())
            && self.names[chosen].name.account.is_none();
        let made = matches!(
            kind,
            SignalType::ProductLaunch | SignalType::ProductEnd | SignalType::Recall | SignalType::PricingChange
        );
        Some(owner.filter(|_| made || watched).unwrap_or(chosen))
    }

    /// The words before the cue in a wire headline in capitals, or before a ticker, where every word of a name can be an
    /// ordinary one ("FIRST FINANCIAL <FFMC> BUYS …").
    pub(super) fn headline_name(&self, from: usize, until: usize) -> Option<String> {
        if self.sentence.number > 0 || from > 0 {
            return None;
        }
        let region = &self.plain[..until];
        let bracket = region.iter().position(|byte| matches!(byte, b'<' | b'(')).filter(|place| *place > 2);
        if bracket.is_none() && names::style(self.sentence.text) != Style::Capitals {
            return None;
        }
        let stop = [
            " to ", " will ", " says ", " said ", " may ", " in ", " on ", " of ", " at ", " for ", " sees ", " has ",
            " is ",
        ]
        .iter()
        .filter_map(|word| memchr::memmem::find(region, word.as_bytes()))
        .chain(bracket)
        .min()
        .unwrap_or(until);
        let (start, end) = self.folded.original(0, stop);
        let name = self.sentence.text.get(start..end)?.trim_matches(|letter: char| !letter.is_alphanumeric());
        let words: Vec<String> = name.split_whitespace().map(crate::text::fold::fold).collect();
        let place = words.iter().all(|word| wordlists::is_in(&wordlists::PLACES, word));
        ((1..=5).contains(&words.len()) && !place).then(|| name.to_owned())
    }

    /// "The company", as written, where nothing in the article tells which.
    pub(super) fn stand_in(&self, from: usize, until: usize) -> Option<Party> {
        let region = &self.plain[from..until];
        let found = STAND_INS
            .iter()
            .filter_map(|words| {
                let place = memchr::memmem::find(region, words.as_bytes())?;
                let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
                let whole = (place == 0 || apart(region.get(place - 1))) && apart(region.get(place + words.len()));
                whole.then_some((place, words.len()))
            })
            .min()?;
        let (start, end) = self.folded.original(from + found.0, from + found.0 + found.1);
        Some(Party { name: self.sentence.text.get(start..end)?.to_owned(), account: None })
    }

    /// Firms listed together with the one at `place` ("Acme, Beta and Gamma").
    pub(super) fn joined_before(&self, place: usize) -> Vec<usize> {
        let mut joined = Vec::new();
        let mut current = place;
        while let Some(previous) = current.checked_sub(1) {
            let between = &self.plain[self.names[previous].end..self.names[current].start];
            if !matches!(between, b", " | b" and " | b" & " | b", and " | b" und " | b" et " | b" y ")
                || !self.is_firm(&self.names[previous])
            {
                break;
            }
            // "Acme, Beta said" names a place or parent more often than a second firm; the last two need an "and".
            if current == place && between == b", " && self.sentence.number > 0 {
                break;
            }
            joined.push(previous);
            current = previous;
        }
        joined
    }

    pub(super) fn first_firm_before(&self, until: usize) -> Option<usize> {
        (0..self.names.len()).find(|place| {
            self.names[*place].end <= until && self.is_firm(&self.names[*place]) && !self.after_preposition(*place)
        })
    }

    /// True where the name belongs to a preposition ("at Acme", "of carmaker Acme").
    pub(super) fn after_preposition(&self, place: usize) -> bool {
        let from = place.checked_sub(1).map_or(0, |previous| self.names[previous].end);
        let before = &self.plain[from..self.names[place].start];
        let after_comma =
            before.iter().rposition(|byte| matches!(byte, b',' | b':' | b';' | b'(')).map_or(0, |comma| comma + 1);
        let words: Vec<&[u8]> =
            before[after_comma..].split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
        let near = &words[words.len().saturating_sub(4)..];
        near.iter().any(|word| {
            matches!(
                *word,
                b"of"
                    | b"in"
                    | b"at"
                    | b"by"
                    | b"with"
                    | b"from"
                    | b"for"
                    | b"to"
                    | b"on"
                    | b"against"
                    | b"over"
                    | b"near"
                    | b"via"
                    | b"under"
                    | b"between"
                    | b"than"
                    | b"like"
                    | b"including"
                    | b"into"
                    | b"about"
                    | b"behind"
                    | b"bei"
                    | b"von"
                    | b"mit"
                    | b"de"
                    | b"chez"
                    | b"avec"
                    | b"en"
                    | b"con"
            )
        })
    }

    /// True for a name between commas, after a noun phrase has begun ("Acme, parent of Beta, said").
    pub(super) fn in_apposition(&self, place: usize, until: usize) -> bool {
        let Some(previous) = place.checked_sub(1) else { return false };
        let between = &self.plain[self.names[previous].end..self.names[place].start];
        let after = &self.plain[self.names[place].end..until];
        let opens = between.starts_with(b", ") && between.len() > 6 && !between.windows(5).any(|part| part == b" and ");
        opens && after.contains(&b',')
    }

    /// The name that fills a slot which is not in front.
    pub(super) fn slot_name(
        &self,
        rule: &Rule,
        who: Who,
        captures: &regex::bytes::Captures<'_>,
        taken: &[usize],
    ) -> Option<usize> {
        let slot = rule.cue.slots.iter().find(|slot| slot.who == who)?;
        let whole = captures.get(0)?;
        let clause = self.clause(whole.start(), whole.end());
        let (range, most_words) = match slot.place {
            Place::Inside => (captures.name(group(who))?.range(), 9),
            Place::After => (whole.end()..clause.end, if slot.need == Need::Adjacent { 3 } else { 9 }),
            Place::Before => {
                return self
                    .subject_before(clause.start, whole.start(), slot.need, rule.kind)
                    .filter(|place| !taken.contains(place));
            }
        };
        let mut candidates = (0..self.names.len()).filter(|place| {
            let placed = &self.names[*place];
            placed.start >= range.start && placed.start < range.end && self.is_firm(placed) && !taken.contains(place)
        });
        candidates.next().filter(|place| {
            let between = &self.plain[range.start..self.names[*place].start];
            between.split(|byte| *byte == b' ').filter(|word| !word.is_empty()).count() <= most_words
        })
    }

    pub(super) fn party(
        &self,
        rule: &Rule,
        who: Who,
        captures: &regex::bytes::Captures<'_>,
        taken: &[usize],
    ) -> Option<Party> {
        self.slot_name(rule, who, captures, taken).map(|place| self.party_at(place))
    }

    /// The person nearest to the words of the cue; for somebody who `comes`, never the one who made room.
    pub(super) fn person(&self, start: usize, end: usize, subjects: &[Party], comes: bool) -> Option<String> {
        let away = |placed: &Placed| {
            if placed.start >= end { placed.start - end } else { start.saturating_sub(placed.end) }
        };
        let text = |placed: &Placed| self.sentence.text[placed.name.start..placed.name.end].to_owned();
        self.names
            .iter()
            .filter(|placed| placed.name.kind == Kind::Person && away(placed) < 80)
            .filter(|placed| !(comes && self.made_room(placed)))
            .min_by_key(|placed| away(placed))
            .or_else(|| {
                // An unknown given name: two or three words right after the cue.
                self.names.iter().find(|placed| {
                    placed.start >= end
                        && placed.start < end + 3
                        && (1..=2).contains(&text(placed).matches(' ').count())
                        && placed.name.account.is_none()
                        && !subjects.iter().any(|subject| subject.name == text(placed))
                })
            })
            .map(text)
    }

    /// True for a name told to be gone: "to replace Jane Roe", "after the death of Jane Roe", "takes over from Jane Roe".
    fn made_room(&self, placed: &Placed) -> bool {
        let before = &self.plain[..placed.start];
        let words = before.rsplit(|byte| *byte == b' ').filter(|word| !word.is_empty()).take(4);
        let words: Vec<&[u8]> = words.collect();
        let gone = |word: &&[u8]| {
            ["succe", "replac"].iter().any(|stem| word.starts_with(stem.as_bytes()))
                || matches!(
                    *word,
                    b"death"
                        | b"passing"
                        | b"departure"
                        | b"exit"
                        | b"resignation"
                        | b"retirement"
                        | b"ouster"
                        | b"firing"
                )
        };
        match words.as_slice() {
            [b"of" | b"to", rest @ ..] => rest.iter().any(gone),
            [b"from", b"over", ..] | [b"late", ..] => true,
            [word, ..] => gone(word),
            [] => false,
        }
    }

    /// The sum nearest to the words of the cue, at most one short clause away.
    pub(super) fn amount(&self, start: usize, end: usize) -> Option<Amount> {
        let away = |sum: &Sum| {
            if sum.range.start >= end { sum.range.start - end } else { start.saturating_sub(sum.range.end) }
        };
        let sum = self.sums.iter().filter(|sum| away(sum) < 100).min_by_key(|sum| away(sum))?;
        let (from, to) = self.folded.original(sum.range.start, sum.range.end);
        Some(sum.amount(self.sentence.text.get(from..to)?))
    }
}

pub(super) fn party(name: &Name, sentence: &str) -> Party {
    Party { name: sentence[name.start..name.end].to_owned(), account: name.account.clone() }
}

/// The folded place of an original one.
pub(super) fn at(folded: &Folded, original: usize) -> usize {
    let (mut low, mut high) = (0, folded.as_str().len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if folded.original(middle, middle).0 < original { low = middle + 1 } else { high = middle }
    }
    low
}

/// Words that mean the firm spoken of.
pub(super) fn stands_for_firm(region: &[u8]) -> bool {
    region.split(|byte| !byte.is_ascii_alphanumeric()).any(|word| {
        matches!(
            word,
            b"it"
                | b"its"
                | b"company"
                | b"firm"
                | b"group"
                | b"bank"
                | b"airline"
                | b"retailer"
                | b"carmaker"
                | b"automaker"
                | b"lender"
                | b"maker"
                | b"giant"
                | b"he"
                | b"she"
                | b"they"
                | b"startup"
                | b"insurer"
                | b"carrier"
                | b"chipmaker"
                | b"drugmaker"
                | b"stock"
                | b"shares"
                | b"stk"
                | b"unternehmen"
                | b"konzern"
                | b"entreprise"
                | b"groupe"
                | b"empresa"
                | b"compania"
                | b"board"
                | b"management"
        )
    })
}

/// Words that stand for a firm, from which its name cannot be told.
const STAND_INS: &[&str] = &[
    "the company",
    "the firm",
    "the group",
    "the bank",
    "the airline",
    "the retailer",
    "the automaker",
    "the stock",
    "the shares",
    "shares",
    "stock",
    "management",
    "it",
    "its",
    "they",
];
