//! What stands around a name.

use crate::mention::candidates::Candidate;
use crate::mention::lexis::{self, Kinds, kind};
use crate::mention::prose::{Case, Prose, Style, Word, Words};

/// A candidate with its neighbours in the same line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    prose: &'a Prose<'a>,
    words: &'a Words,
    /// Number of the first word of the name.
    pub first: usize,
    /// Number of the first word after the name and its possessive.
    pub after: usize,
    /// The name has a possessive ending.
    pub possessive: bool,
    /// How the line uses capitals.
    pub style: Style,
}

/// A neighbour: the word, its plain spelling, and what parts it from the name's side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbour<'a> {
    /// The word.
    pub word: &'a Word,
    /// Its plain spelling.
    pub text: &'a str,
    /// What stands in the original between it and the word nearer to the name.
    pub gap: &'a str,
}

impl Neighbour<'_> {
    /// True where the word is of one of these kinds.
    pub(super) fn is(&self, kinds: Kinds) -> bool {
        self.word.kinds & kinds != 0
    }

    /// True where only white space parts it from the name.
    pub(super) fn is_adjacent(&self) -> bool {
        self.gap.chars().all(|letter| letter.is_whitespace() || letter == '\\')
    }

    /// Only white space, or a full stop and white space ("Mr. ", "J."), parts it from the name.
    pub(super) fn is_adjacent_or_dot(&self) -> bool {
        self.gap.trim_start_matches('.').chars().all(char::is_whitespace)
    }

    /// True where white space or a hyphen parts it from the name.
    pub(super) fn is_joined(&self) -> bool {
        self.is_adjacent() || matches!(self.gap, "-" | "‐" | "‑" | "–" | "&")
    }

    /// Written with a capital that means something in this style.
    pub(super) fn is_capital(&self, style: Style) -> bool {
        self.word.case.is_capital() && style == Style::Sentence
    }
}

impl<'a> Around<'a> {
    /// The surroundings of a candidate.
    pub(super) fn of(candidate: &Candidate, prose: &'a Prose<'a>, words: &'a Words) -> Self {
        let first = words.at(candidate.start).min(words.words.len().saturating_sub(1));
        let mut after = words.at(candidate.end);
        // The name may end inside a word that carries an ending of inflection.
        if after > 0 && words.words[after - 1].end > candidate.end {
            after = after.max(first + 1);
        }
        let mut around = Self { prose, words, first, after, possessive: false, style: words.style(first) };
        let endings: Vec<&str> = around.following(2).map(|next| next.text).collect();
        let gap = around.following(1).next().map_or("", |next| next.gap);
        if endings.first() == Some(&"s") && matches!(gap, "'" | "’" | "‘" | "`") {
            around.after += 1;
            around.possessive = true;
        } else if endings == ["39", "s"] && gap.contains('#') {
            // What feeds that escape twice make of an apostrophe.
            around.after += 2;
            around.possessive = true;
        } else if endings.first() == Some(&"39") && gap.contains('#') {
            around.after += 1;
            around.possessive = true;
        }
        around
    }

    /// The words after the name, nearest first, in its line.
    pub(super) fn following(&self, most: usize) -> impl Iterator<Item = Neighbour<'a>> {
        let (prose, words, line) = (self.prose, self.words, self.line());
        let end = (self.after + most).min(words.words.len());
        (self.after.min(end)..end)
            .map(move |number| {
                let word = &words.words[number];
                let left = if number == 0 { 0 } else { words.words[number - 1].to };
                Neighbour {
                    word,
                    text: &prose.plain[word.start..word.end],
                    gap: between(prose.original, left, word.from),
                }
            })
            .take_while(move |next| next.word.line == line)
    }

    /// The words before the name, nearest first, in its line.
    pub(super) fn preceding(&self, most: usize) -> impl Iterator<Item = Neighbour<'a>> {
        let (prose, words, line) = (self.prose, self.words, self.line());
        (self.first.saturating_sub(most)..self.first)
            .rev()
            .map(move |number| {
                let word = &words.words[number];
                let right = words.words[number + 1].from;
                Neighbour {
                    word,
                    text: &prose.plain[word.start..word.end],
                    gap: between(prose.original, word.to, right),
                }
            })
            .take_while(move |previous| previous.word.line == line)
    }

    /// The next word.
    pub(super) fn next(&self) -> Option<Neighbour<'a>> {
        self.following(1).next()
    }

    /// The word before.
    pub(super) fn previous(&self) -> Option<Neighbour<'a>> {
        self.preceding(1).next()
    }

    /// The words that go on the name: capitalised, only white space or a hyphen between them.
    pub(super) fn going_on(&self, most: usize) -> Vec<Neighbour<'a>> {
        if self.possessive {
            return Vec::new();
        }
        let style = self.style;
        self.following(most)
            .take_while(|next| {
                next.is_joined()
                    && (next.word.case.is_capital() || next.word.case == Case::None)
                    && style != Style::Lower
            })
            .collect()
    }

    /// The same over "and", "of" and the like, up to `most` words: the whole of a long name.
    pub(super) fn whole_name(&self, most: usize) -> Vec<Neighbour<'a>> {
        let mut whole = self.going_on(most);
        if whole.is_empty() {
            return whole;
        }
        let linked: Vec<Neighbour<'a>> = self
            .following(most)
            .take_while(|next| {
                next.is_joined() && (next.word.case.is_capital() || matches!(next.text, "and" | "of" | "for"))
            })
            .collect();
        if linked.len() > whole.len() {
            whole = linked;
        }
        whole
    }

    /// The first word of the name.
    pub(super) fn word(&self) -> Option<&'a Word> {
        self.words.words.get(self.first)
    }

    /// The name opens its line, or what stands after a colon, dash or quote.
    pub(super) fn opens(&self) -> bool {
        self.word().is_some_and(|word| word.opens)
    }

    /// The unbroken run of the original around the name, without white space; no more than is needed to know an address.
    pub(super) fn chunk(&self, from: usize, to: usize) -> &'a str {
        let original = self.prose.original;
        let low = original.floor_char_boundary(from.saturating_sub(ADDRESS));
        let high = original.ceil_char_boundary((to + ADDRESS).min(original.len()));
        let breaks = |letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"' | '(' | ')' | ',' | ';');
        let before = original[low..from]
            .rfind(breaks)
            .map_or(low, |place| low + place + original[low + place..].chars().next().map_or(1, char::len_utf8));
        let after = original[to..high].find(breaks).map_or(high, |place| to + place);
        &original[before..after]
    }

    /// The commonest auxiliary verbs and the possessive, which a bare noun at the start of a sentence rarely takes.
    pub(super) fn acts(&self) -> bool {
        let verb = self.next().is_some_and(|next| {
            next.is_adjacent() && next.word.case == Case::Lower && AUXILIARIES.contains(&next.text)
        });
        verb || self.possessive
    }

    fn line(&self) -> usize {
        self.word().map_or(0, |word| word.line)
    }
}

/// So many bytes to either side tell whether a name stands in an address.
const ADDRESS: usize = 120;

fn between(original: &str, left: usize, right: usize) -> &str {
    original.get(left..right.max(left)).unwrap_or_default()
}

/// True where `original[from..to]` is written as stock symbols are: `<ACME>`, `$ACME`, `(NYSE: ACME)`, `ACME.N`.
pub(super) fn is_ticker_pattern(original: &str, from: usize, to: usize) -> bool {
    let symbol = &original[from..to];
    if symbol.chars().any(char::is_lowercase) {
        return false;
    }
    let (before, after) = (&original[..from], &original[to..]);
    if before.ends_with('$') || before.ends_with('<') && (after.starts_with('>') || after.starts_with('.')) {
        return true;
    }
    if let Some(label) = before.trim_end().strip_suffix(':') {
        let exchange = label.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        if !exchange.is_empty() && lexis::kinds(&crate::text::fold::fold(exchange)) & kind::EXCHANGE != 0 {
            return true;
        }
    }
    symbol.len() >= 2 && is_market_code(after) || before.ends_with('(') && after.starts_with(')') && symbol.len() >= 3
}

/// The label of a stock symbol, where `original[from..to]` is the exchange in one: "(NYSE: ACME)", "(TSX: A; Nasdaq: B)".
/// It says where the stock of another firm is traded, nothing about the exchange.
pub(super) fn exchange_label(original: &str, from: usize, to: usize) -> Option<&str> {
    let low = original.floor_char_boundary(from.saturating_sub(LABEL));
    let open = low + original[low..from].rfind(['(', '['])?;
    let high = original.ceil_char_boundary((to + LABEL).min(original.len()));
    let close = to + original[to..high].find([')', ']'])?;
    let closed_before = original[open + 1..from].contains([')', ']']);
    let symbol = original[to..close].trim_start().strip_prefix(':')?.trim_start();
    let end = symbol
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')))
        .unwrap_or(symbol.len());
    let (symbol, rest) = symbol.split_at(end);
    let fits = (1..=8).contains(&symbol.len()) && !symbol.chars().any(|letter| letter.is_ascii_lowercase());
    let ends = rest.trim_start().is_empty() || rest.trim_start().starts_with([',', ';', '/', '|', '&']);
    (!closed_before && fits && ends).then(|| &original[open..=close])
}

/// So many bytes to either side belong to the label of a symbol.
const LABEL: usize = 60;

/// ".N", ".O", ".DE": the market after a Reuters symbol.
fn is_market_code(after: &str) -> bool {
    let Some(rest) = after.strip_prefix('.') else { return false };
    let code: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let ends = !rest[code.len()..].starts_with(|letter: char| letter == '.' || letter.is_alphanumeric());
    ends && MARKETS.contains(&code.as_str())
}

const AUXILIARIES: [&str; 22] = [
    "has", "had", "have", "is", "was", "will", "would", "may", "can", "could", "should", "expected", "received",
    "gets", "got", "begins", "began", "does", "did", "says", "said", "also",
];

const MARKETS: [&str; 22] = [
    "N", "O", "OQ", "A", "L", "PK", "OB", "DE", "F", "PA", "AS", "MI", "MC", "SW", "VX", "TO", "T", "HK", "AX", "NS",
    "BO", "ST",
];

/// The symbol in `<…>` or `(…)` that follows a name, in capitals and no longer than symbols are.
pub(super) fn symbol_after(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(|letter: char| letter.is_whitespace());
    let rest = rest.strip_prefix("'s").or_else(|| rest.strip_prefix("'S")).unwrap_or(rest).trim_start();
    let close = match rest.chars().next()? {
        '<' => '>',
        '(' => ')',
        _ => return None,
    };
    let symbol = rest[1..].split_once(close)?.0;
    let symbol = symbol.rsplit(':').next().unwrap_or(symbol).trim();
    let fits = (1..=8).contains(&symbol.len())
        && symbol.chars().all(|letter| letter.is_ascii_uppercase() || letter == '.' || letter.is_ascii_digit())
        && symbol.starts_with(|letter: char| letter.is_ascii_uppercase());
    fits.then_some(symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_symbols_are_told_from_text_in_brackets() {
        for (text, name, label) in [
            ("Slack (NASDAQ: WORK) rose", "NASDAQ", Some("(NASDAQ: WORK)")),
            ("Acme (NYSE:ACM.A)", "NYSE", Some("(NYSE:ACM.A)")),
            ("Beta [TSX: B; Nasdaq : BETA] fell", "Nasdaq", Some("[TSX: B; Nasdaq : BETA]")),
            ("Beta (TSX: B; Nasdaq: BETA) fell", "TSX", Some("(TSX: B; Nasdaq: BETA)")),
            ("Tencent (HKEX: 0700) fell", "HKEX", Some("(HKEX: 0700)")),
            ("its rival (Nasdaq: a market for all) said", "Nasdaq", None),
            ("the exchange (Nasdaq) said", "Nasdaq", None),
            ("(see below) Nasdaq: WORK", "Nasdaq", None),
            ("shares on the Nasdaq: WORK fell (a lot)", "Nasdaq", None),
            ("(Nasdaq: WORK", "Nasdaq", None),
        ] {
            let from = text.find(name).unwrap();
            assert_eq!(exchange_label(text, from, from + name.len()), label, "{text}");
        }
    }
}
