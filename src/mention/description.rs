//! What an article says a named firm is: its legal form, where it is at home, what it does. Only words that describe the
//! name count ("Perth toy importer Acme", "Acme Pty Ltd, a toy importer of Perth", "Acme is based in Perth"); what else happens in
//! the article says little of the firm.

use crate::mention::countries::{self, Country, LONGEST_PLACE};
use crate::mention::lexis::{Kinds, kind};
use crate::mention::prose::{Case, Prose, Style, Word, Words};
use crate::mention::surroundings::Around;

/// What is said at one place of a name.
#[derive(Debug, Default)]
pub(super) struct Description {
    /// Its legal form, plain, in order.
    pub legal: Vec<String>,
    /// Countries it is said to be of, with the words that say so.
    pub places: Vec<(Country, String)>,
    /// Industries it is said to be in.
    pub industry: Kinds,
    /// The words that say so.
    pub trade: String,
    /// It is a part of another firm: its law and country are no sign of another one.
    pub unit: bool,
}

/// Words of a description after the name.
const REACH: usize = 9;

/// Describes the name in these surroundings.
pub(super) fn of(around: &Around<'_>, prose: &Prose<'_>, words: &Words) -> Description {
    let line = Line { prose, words };
    let mut description = Description::default();
    let mut after = around.after;
    if !around.possessive {
        while let Some(word) =
            line.word(after, around.first).filter(|word| word.kinds & kind::LEGAL != 0 && word.case.is_capital())
        {
            let gap = line.gap(after);
            if gap.trim_matches([' ', ',', '.', '\u{a0}', '(']).is_empty() && gap.len() <= 3 {
                description.legal.push(line.plain(word).to_owned());
                after += 1;
            } else {
                break;
            }
        }
    }
    let mut ranges = vec![line.before(around)];
    if !around.possessive {
        ranges.push(line.behind(after, around.first));
    }
    for range in ranges {
        if range.clone().any(|place| UNITS.contains(&line.text(place))) {
            description.unit = true;
            continue;
        }
        line.take(range, &mut description);
    }
    description
}

/// Words that make a firm a part of another.
const UNITS: [&str; 14] = [
    "unit",
    "subsidiary",
    "arm",
    "division",
    "branch",
    "affiliate",
    "parent",
    "offshoot",
    "tochter",
    "filiale",
    "owned",
    "venture",
    "business",
    "operation",
];

/// Heads of the phrases that say where a firm is at home.
const SEATED: [&str; 7] = ["based", "headquartered", "registered", "incorporated", "located", "domiciled", "founded"];

/// Words at which the description of a firm is over: what follows is about others.
const ENDS: [&str; 18] = [
    "which", "that", "who", "whose", "with", "and", "to", "said", "says", "has", "had", "will", "but", "where", "as",
    "for", "by", "on",
];

/// Words by which a place tells where a firm leads, not where it is from.
const LEADS: [&str; 8] = ["biggest", "largest", "leading", "top", "first", "oldest", "only", "main"];

struct Line<'a> {
    prose: &'a Prose<'a>,
    words: &'a Words,
}

impl<'a> Line<'a> {
    /// A word of the same line as `beside`.
    fn word(&self, place: usize, beside: usize) -> Option<&'a Word> {
        let line = self.words.words.get(beside)?.line;
        self.words.words.get(place).filter(|word| word.line == line)
    }

    fn plain(&self, word: &Word) -> &'a str {
        &self.prose.plain[word.start..word.end]
    }

    fn text(&self, place: usize) -> &'a str {
        self.words.words.get(place).map_or("", |word| self.plain(word))
    }

    /// What parts a word from the one before.
    fn gap(&self, place: usize) -> &'a str {
        let to = self.words.words.get(place).map_or(0, |word| word.from);
        let from = place.checked_sub(1).and_then(|before| self.words.words.get(before)).map_or(0, |word| word.to);
        self.prose.original.get(from..to.max(from)).unwrap_or_default()
    }

    /// "Perth-based toy importer Acme", "Australian retailer Acme", "Perth's Acme": the words that lead to the name.
    fn before(&self, around: &Around<'_>) -> std::ops::Range<usize> {
        let nothing = around.first..around.first;
        if around.style != Style::Sentence {
            return nothing;
        }
        let mut first = around.first;
        while let Some(word) = first.checked_sub(1).and_then(|before| self.word(before, around.first)) {
            let (text, gap) = (self.plain(word), self.gap(first));
            let joined = gap.chars().all(char::is_whitespace) || matches!(gap, "-" | "‐" | "‑" | "'" | "’");
            let homely = word.kinds & (kind::NATION | kind::PLACE) != 0 || self.country(first - 1).is_some();
            let plain = word.case == Case::Lower && word.kinds & (kind::FUNCTION | kind::SAYS) == 0;
            let verb = text.len() > 1
                && (text.ends_with('s') && !text.ends_with("ss") || text.ends_with("ed") && text != "based");
            if !joined || around.first - first >= 6 || !(homely && word.case.is_capital() || plain && (!verb || homely))
            {
                break;
            }
            first -= 1;
        }
        let last = around.first.saturating_sub(1);
        let described = first < around.first
            && (self.words.words[last].kinds & kind::BEFORE != 0
                || self.text(last).ends_with("er")
                || self.text(last).ends_with("or")
                || matches!(self.text(last), "based" | "s"));
        if described { first..around.first } else { nothing }
    }

    /// ", a toy importer in Western Australia", "of Perth", "is based in Perth": the words that go on from it.
    fn behind(&self, after: usize, beside: usize) -> std::ops::Range<usize> {
        let nothing = after..after;
        let gap = self.gap(after).trim().trim_start_matches('.').trim_start();
        let word = self.text(after);
        let begins = match gap {
            "," | "(" | "–" | "—" => {
                matches!(word, "a" | "an" | "the" | "one" | "of")
                    || SEATED.contains(&word)
                    || self.country(after).is_some()
            }
            "" => {
                word == "of"
                    || matches!(word, "is" | "was")
                        && (matches!(self.text(after + 1), "a" | "an" | "the")
                            || SEATED.contains(&self.text(after + 1)))
            }
            _ => false,
        };
        if !begins || self.word(after, beside).is_none() {
            return nothing;
        }
        let mut end = after + 1;
        while end < after + REACH && self.word(end, beside).is_some() {
            let parted = self.gap(end).contains([',', ';', ':', '(', ')', '–', '—', '"', '“']);
            if parted || ENDS.contains(&self.text(end)) {
                break;
            }
            end += 1;
        }
        after..end
    }

    /// The country of the place whose name begins here, with the number of its words.
    fn country(&self, place: usize) -> Option<(Country, usize)> {
        let word = self.words.words.get(place).filter(|word| word.case.is_capital())?;
        let most =
            self.words.words[place..].iter().take(LONGEST_PLACE).take_while(|next| next.line == word.line).count();
        (1..=most).rev().find_map(|count| {
            let name: Vec<&str> = (place..place + count).map(|place| self.text(place)).collect();
            countries::of_place(&name.join("_")).map(|country| (country, count))
        })
    }

    /// Adds what the words of this range say.
    fn take(&self, range: std::ops::Range<usize>, description: &mut Description) {
        let mut place = range.start;
        let said = || {
            let (from, to) = (self.words.words[range.start].from, self.words.words[range.end - 1].to);
            self.prose.original.get(from..to).unwrap_or_default().to_owned()
        };
        let mut homely = !range.clone().any(|place| LEADS.contains(&self.text(place)));
        while place < range.end {
            // "A maker of Swiss watches" and "a seller of toys in Japan" need not be at home there.
            homely &= self.text(place) != "of" || self.country(place + 1).is_some();
            let step = match self.country(place) {
                // "New England" is not England.
                Some((country, count)) if homely && (place == 0 || self.text(place - 1) != "new") => {
                    description.places.push((country, said()));
                    count
                }
                _ => 1,
            };
            let kinds = self.words.words[place].kinds & kind::INDUSTRY;
            if kinds != 0 && self.words.words[place].case == Case::Lower {
                description.industry |= kinds;
                description.trade = said();
            }
            place += step;
        }
    }
}
