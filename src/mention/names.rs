//! The spellings under which an account is looked for.

use std::collections::HashSet;

use crate::mention::lexis::{self, kind};
use crate::mention::prose::{self, Case};
use crate::model::{Account, AccountKind};

/// One spelling of one account.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// Place of the account in the watchlist.
    pub account: usize,
    /// The name or alias as in the watchlist.
    pub alias: String,
    /// This spelling with its capitals.
    pub written: String,
    /// Its plain spelling, which is looked for.
    pub plain: String,
    /// What it is.
    pub sort: Sort,
    /// How far it can be trusted alone.
    pub trust: Trust,
    /// Place of the alias with rules of its own in the account.
    pub rules: Option<usize>,
    /// Made from a name, not given as one.
    pub derived: bool,
}

/// What a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A name or alias, or a spelling made from one.
    Name,
    /// A web domain.
    Domain,
    /// A stock symbol: only counts in the patterns that symbols are written in.
    Ticker,
    /// A phrase that is a topic.
    Phrase,
}

/// How far a form can be trusted alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Name with its legal form ("Acme Robotics Inc").
    Full,
    /// Several words of which one is no ordinary word ("Acme Robotics").
    Long,
    /// Several ordinary words ("Best Buy").
    Words,
    /// One word that no list holds ("Infosys").
    Distinct,
    /// Three letters or fewer.
    Short,
    /// One word that also names something else ("Target", "Ford", "Boston").
    Ambiguous,
}

impl Trust {
    /// True where a form needs support by default.
    pub(super) fn is_weak(self) -> bool {
        matches!(self, Self::Short | Self::Ambiguous)
    }

    /// True for forms of several words.
    pub(super) fn is_long(self) -> bool {
        matches!(self, Self::Full | Self::Long | Self::Words)
    }
}

/// All forms of an account, each plain spelling once.
pub(super) fn forms(account: &Account, number: usize, short_letters: usize) -> Vec<Form> {
    let names = std::iter::once(&account.name).chain(account.aliases.iter().map(|alias| &alias.text));
    let accented = names.filter(|name| !name.is_ascii()).map(|name| prose::plain(name)).collect();
    let mut maker = Maker { account: number, short_letters, accented, seen: HashSet::new(), forms: Vec::new() };
    if account.kind == AccountKind::Topic {
        let aliases = account.aliases.iter().enumerate().map(|(place, alias)| (alias.text.as_str(), Some(place)));
        for (text, rules) in std::iter::once((account.name.as_str(), None)).chain(aliases) {
            maker.add(text, text, Sort::Phrase, rules);
        }
        return maker.forms;
    }
    // Aliases first: where a name and an alias have one spelling, the rules of the alias hold.
    for (place, alias) in account.aliases.iter().enumerate() {
        maker.add(&alias.text, &alias.text, Sort::Name, Some(place));
    }
    let named = account.aliases.iter().position(|alias| alias.text == account.name);
    maker.derive(&account.name, named);
    for (place, alias) in account.aliases.iter().enumerate() {
        if !alias.exact_case {
            maker.derive(&alias.text, Some(place));
        }
    }
    for domain in &account.domains {
        let domain = domain.trim().trim_start_matches("www.");
        if domain.contains('.') {
            maker.add(domain, domain, Sort::Domain, None);
        }
    }
    for ticker in &account.tickers {
        maker.add(ticker.trim(), ticker.trim(), Sort::Ticker, None);
    }
    maker.forms
}

struct Maker {
    account: usize,
    short_letters: usize,
    /// Plain spellings of its names that are written with other letters than ASCII: "Nestlé" is no English word.
    accented: Vec<String>,
    seen: HashSet<String>,
    forms: Vec<Form>,
}

impl Maker {
    fn add(&mut self, written: &str, alias: &str, sort: Sort, rules: Option<usize>) {
        let written = written.trim();
        let plain = prose::plain(written);
        // A full stop or mark at the end ("Inc.", "Yahoo!") need not stand in the text.
        let plain = plain.trim_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
        if plain.is_empty() || plain.len() > LONGEST || !self.seen.insert(plain.clone()) {
            return;
        }
        let foreign = self.accented.contains(&plain);
        let trust = match trust(written, &plain, self.short_letters) {
            Trust::Ambiguous if foreign => Trust::Distinct,
            trust => trust,
        };
        let derived = sort == Sort::Name && written != alias;
        let (alias, written) = (alias.to_owned(), written.to_owned());
        self.forms.push(Form { account: self.account, alias, written, plain, sort, trust, rules, derived });
    }

    /// Adds a name and all its safe variants.
    fn derive(&mut self, name: &str, rules: Option<usize>) {
        if name.len() > LONGEST {
            return;
        }
        let (outer, inner) = without_brackets(name);
        for base in std::iter::once(outer.as_str()).chain(inner) {
            self.vary(base, name, rules);
            let bare = without_article(base);
            self.vary(bare, name, rules);
            let mut rest = bare;
            while let Some(shorter) = without_legal_form(rest) {
                rest = shorter;
                self.vary(rest, name, rules);
            }
            if let Some(shorter) = without_group(rest) {
                self.vary(shorter, name, rules);
            }
        }
    }

    /// Adds spellings with "and", "&" or "+" for each other, without dots, hyphens and apostrophes.
    fn vary(&mut self, written: &str, alias: &str, rules: Option<usize>) {
        self.add(written, alias, Sort::Name, rules);
        for joined in joined_otherwise(written) {
            self.add(&joined, alias, Sort::Name, rules);
        }
        let long = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).count() > self.short_letters + 1;
        if !long(written) {
            return;
        }
        if written.contains(['\'', '’']) {
            self.add(&written.replace(['\'', '’'], ""), alias, Sort::Name, rules);
        }
        if written.contains('-') {
            self.add(&written.replace('-', ""), alias, Sort::Name, rules);
        }
        if written.trim_end_matches('.').contains('.') && written.contains(' ') {
            self.add(&written.replace('.', ""), alias, Sort::Name, rules);
            self.add(&written.replace('.', ". "), alias, Sort::Name, rules);
        }
    }
}

/// "Harrow and Pike", "Harrow & Pike" and "Harrow + Pike" are one name. Signs within a word ("AT&T", "Disney+") join
/// nothing that "and" could, except where they stand between words.
fn joined_otherwise(written: &str) -> Vec<String> {
    let mut others = Vec::new();
    if written.contains('&') {
        others.push(written.replace('&', " and ").split_whitespace().collect::<Vec<_>>().join(" "));
    }
    for (own, other) in [
        (" and ", " & "),
        (" and ", " + "),
        (" & ", " + "),
        (" + ", " & "),
        (" + ", " and "),
        (" & ", "&"),
        (" + ", "+"),
    ] {
        if written.contains(own) {
            others.push(written.replace(own, other));
        }
    }
    others
}

/// Names of more bytes than this are none; they are not looked for.
const LONGEST: usize = 200;

fn trust(written: &str, plain: &str, short_letters: usize) -> Trust {
    let words: Vec<&str> =
        plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let letters = plain.chars().filter(|letter| letter.is_alphanumeric()).count();
    if words.len() > 1 && without_legal_form(written).is_some() {
        return Trust::Full;
    }
    let unspaced = plain.chars().any(crate::text::fold::is_unspaced);
    // "AT&T" and "P&G" are no words of any language.
    let signs = plain.contains('&');
    match words.as_slice() {
        _ if unspaced && letters >= 2 => Trust::Distinct,
        _ if signs && (2..=6).contains(&letters) => Trust::Distinct,
        [word]
            if letters <= short_letters
                && lexis::kinds(word) & kind::AMBIGUOUS != 0
                && Case::of(written) != Case::Upper =>
        {
            Trust::Ambiguous
        }
        [] | [_] if letters <= short_letters => Trust::Short,
        [] => Trust::Distinct,
        // "Lowe's" is as much a surname as "Lowe".
        [word] | [word, "s"] => {
            // The list of words also lists some initials; a name written in capitals is not meant as a word.
            let known = lexis::kinds(word) | plain.strip_suffix("'s").map_or(0, lexis::kinds);
            let odd =
                matches!(Case::of(written), Case::Mixed) || written.contains(|letter: char| letter.is_ascii_digit());
            if known & kind::AMBIGUOUS == 0 || odd { Trust::Distinct } else { Trust::Ambiguous }
        }
        words
            if words
                .iter()
                .all(|word| word.len() < 3 || lexis::kinds(word) & (kind::AMBIGUOUS | kind::FUNCTION) != 0) =>
        {
            Trust::Words
        }
        _ => Trust::Long,
    }
}

/// "HP Inc. (Hewlett-Packard)" → "HP Inc." and what the brackets hold.
fn without_brackets(name: &str) -> (String, Option<&str>) {
    match (name.find('('), name.find(')')) {
        (Some(open), Some(close)) if open < close && open > 0 => {
            let outer = format!("{} {}", name[..open].trim(), name[close + 1..].trim());
            let inner = name[open + 1..close].trim();
            (outer.trim().to_owned(), (inner.chars().count() >= 4).then_some(inner))
        }
        _ => (name.trim().to_owned(), None),
    }
}

fn without_article(name: &str) -> &str {
    name.strip_prefix("The ").or_else(|| name.strip_prefix("the ")).unwrap_or(name).trim()
}

/// The name without its last word where that is a legal form ("Inc.", "S.A.", "GmbH & Co. KG" step by step).
pub(super) fn without_legal_form(name: &str) -> Option<&str> {
    let name = name.trim_end_matches([',', ' ']);
    let (rest, last) = name.rsplit_once([' ', ','])?;
    let folded: String = crate::text::fold::fold(last).chars().filter(|letter| !matches!(letter, '.' | ',')).collect();
    let rest = rest.trim_end_matches([',', ' ']);
    if rest.is_empty() {
        return None;
    }
    if folded == "&" || folded == "and" {
        return Some(rest);
    }
    (lexis::kinds(&folded) & kind::LEGAL != 0).then_some(rest)
}

/// "Virgin Group" → "Virgin", where what is left is no ordinary word and long enough to be safe ("GEO Group" stays).
fn without_group(name: &str) -> Option<&str> {
    let (rest, last) = name.rsplit_once(' ')?;
    let last = crate::text::fold::fold(last);
    let group =
        matches!(last.as_str(), "group" | "groupe" | "groep" | "gruppe" | "holding" | "holdings" | "international");
    let folded = prose::plain(rest);
    (group && folded.chars().count() >= 5 && lexis::kinds(&folded) & kind::AMBIGUOUS == 0).then_some(rest)
}

/// True where a name is too short or too ordinary to tell a firm without words around it ("Target", "HP").
#[must_use]
pub fn needs_context(name: &str, short_letters: usize) -> bool {
    trust(name, &prose::plain(name), short_letters).is_weak()
}

/// A firm's name without article, legal form and what stands in brackets, as written ("The Acme Co., Inc." → "Acme").
#[must_use]
pub fn bare_name(name: &str) -> String {
    let (outer, _) = without_brackets(name);
    let mut rest = without_article(&outer);
    while let Some(shorter) = without_legal_form(rest) {
        rest = shorter;
    }
    rest.to_owned()
}

/// The words of the account's name without legal form, plain.
pub(super) fn core(account: &Account) -> Vec<String> {
    core_words(&account.name)
}

/// The words of a firm's name without article, legal form and what stands in brackets; folded, so that two spellings of
/// one name give the same words ("The Acme Robotics Co., Inc." → "acme", "robotics").
#[must_use]
pub fn core_words(name: &str) -> Vec<String> {
    prose::plain(&bare_name(name))
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
