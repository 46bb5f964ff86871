//! Names of firms in a sentence, as far as capitals, legal forms and neighbours tell.

use std::collections::HashSet;

use super::wordlists::{COMMON, GIVEN_NAMES, LEGAL, OFFICES, PLACES, TIMES, TRADES, is_in};
use crate::model::AccountId;
use crate::text::fold::fold;

/// What a name most likely names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Firm,
    Person,
    Place,
}

/// A name: bytes of the original sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// The watched account that was recognised there.
    pub account: Option<AccountId>,
    /// Written as owner ("Acme's").
    pub owner: bool,
}

/// How a sentence uses capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// "Acme buys Beta unit".
    Sentence,
    /// "Acme Buys Beta Unit".
    Title,
    /// "ACME BUYS BETA UNIT".
    Capitals,
}

struct Token<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    folded: String,
    capital: bool,
    owner: bool,
}

/// The style of a sentence: what most of its longer words look like.
pub(super) fn style(sentence: &str) -> Style {
    let (mut words, mut capital, mut upper) = (0, 0, 0);
    for word in sentence.split_whitespace() {
        let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
        if letters < 4 {
            continue;
        }
        words += 1;
        capital += usize::from(word.chars().find(|letter| letter.is_alphabetic()).is_some_and(char::is_uppercase));
        upper += usize::from(!word.chars().any(char::is_lowercase));
    }
    if words >= 2 && upper * 10 >= words * 8 {
        Style::Capitals
    } else if words >= 3 && capital * 10 >= words * 8 {
        Style::Title
    } else {
        Style::Sentence
    }
}

/// The names in `sentence`, in order. `plain` are folded words that this article also writes without a capital, or that
/// cues are made of; `marked` are places (bytes) where watched accounts were recognised.
pub(super) fn names(
    sentence: &str,
    style: Style,
    plain: &dyn Fn(&str) -> bool,
    marked: &[(usize, usize, AccountId)],
) -> Vec<Name> {
    let tokens = tokens(sentence);
    let mut names = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        if !begins_name(&tokens, place, style, plain) {
            place += 1;
            continue;
        }
        let first = place;
        let mut last = place;
        while !tokens[last].owner {
            let Some(next) = continues(sentence, &tokens, last, style, plain) else { break };
            last = next;
        }
        place = last + 1;
        let adjective = tokens.get(place).is_some_and(|next| {
            next.capital && is_adjective(&next.folded) && gap(sentence, &tokens[last], next) == " "
        });
        if adjective && !tokens[last].owner {
            place += 1;
            continue;
        }
        if let Some(kind) = kind(sentence, &tokens, first, last) {
            names.push(Name {
                start: tokens[first].start,
                end: tokens[last].end,
                kind,
                account: None,
                owner: tokens[last].owner,
            });
        }
    }
    mark(sentence, names, marked)
}

/// What "of" joins to the rest of a name ("Bank of America", "University of Texas").
const INSTITUTIONS: &[&str] = &[
    "bank",
    "university",
    "board",
    "bureau",
    "institute",
    "department",
    "ministry",
    "association",
    "house",
    "council",
    "federation",
    "authority",
    "service",
    "church",
    "museum",
];

/// Puts recognised accounts among the names: a name that covers one is that account's.
fn mark(sentence: &str, mut names: Vec<Name>, marked: &[(usize, usize, AccountId)]) -> Vec<Name> {
    for (start, end, account) in marked {
        let covering = names.iter_mut().find(|name| name.start < *end && *start < name.end);
        if let Some(name) = covering {
            if name.account.is_none() {
                name.account = Some(account.clone());
                name.kind = Kind::Firm;
                if name.start > *start || name.end < *end {
                    (name.start, name.end) = (name.start.min(*start), name.end.max(*end));
                }
            }
        } else {
            let owner = sentence[*end..].starts_with("'s") || sentence[*end..].starts_with("’s");
            names.push(Name { start: *start, end: *end, kind: Kind::Firm, account: Some(account.clone()), owner });
        }
    }
    apart(names)
}

/// The names in order, none within another: an account's name that covers several ("Harrow and Pike") leaves nothing of
/// them; of the overlapping names of two accounts the longer stays.
fn apart(mut names: Vec<Name>) -> Vec<Name> {
    names.sort_by_key(|name| (name.start, std::cmp::Reverse(name.end)));
    let mut apart: Vec<Name> = Vec::with_capacity(names.len());
    for name in names {
        match apart.last_mut().filter(|last| name.start < last.end) {
            Some(last) => {
                let weight = |name: &Name| (name.account.is_some(), name.end - name.start);
                if weight(&name) > weight(last) {
                    *last = name;
                }
            }
            None => apart.push(name),
        }
    }
    apart
}

fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut start = None;
    let mut letters = sentence.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        let joins = matches!(letter, '.' | '-' | '‑' | '&' | '\'' | '’' | '+')
            && start.is_some()
            && letters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if letter.is_alphanumeric() || joins || (letter == '&' && letters.peek().is_some_and(|(_, next)| *next == ' '))
        {
            start.get_or_insert(place);
        } else if let Some(from) = start.take() {
            tokens.push(token(sentence, from, place));
        }
    }
    if let Some(from) = start {
        tokens.push(token(sentence, from, sentence.len()));
    }
    tokens
}

fn token(sentence: &str, start: usize, end: usize) -> Token<'_> {
    let written = &sentence[start..end];
    let stem = ["'s", "’s", "'S", "’S"].iter().find_map(|mark| written.strip_suffix(mark));
    let text = stem.unwrap_or(written);
    let lower = text.chars().any(char::is_lowercase);
    let first_upper = text.chars().next().is_some_and(char::is_uppercase);
    let inner_upper = text.chars().skip(1).any(char::is_uppercase);
    let digit_first = text.chars().next().is_some_and(|letter| letter.is_ascii_digit());
    let digits = text.chars().any(|letter| letter.is_ascii_digit());
    // "iPhone", "a16z", "4chan", "3M", but not "20pc" or "3rd".
    let odd = (inner_upper && !digit_first)
        || (digits && !digit_first && lower && text.len() >= 4)
        || (digit_first && text.chars().last().is_some_and(char::is_alphabetic) && text.len() >= 5 && lower)
        || text == "3M";
    Token {
        start,
        end: start + text.len(),
        text,
        folded: fold(text),
        capital: first_upper || odd || text == "&",
        owner: stem.is_some(),
    }
}

/// What stands between two tokens.
fn gap<'a>(sentence: &'a str, left: &Token<'_>, right: &Token<'_>) -> &'a str {
    sentence.get(left.end..right.start).unwrap_or("")
}

fn is_adjective(folded: &str) -> bool {
    ["-backed", "-owned", "-based", "-led", "-listed", "-funded", "-born", "-run", "-made", "-style", "-founded"]
        .iter()
        .any(|end| folded.ends_with(end))
}

fn is_number(folded: &str) -> bool {
    folded.starts_with(|letter: char| letter.is_ascii_digit()) && folded.len() < 5 && folded != "3m"
}

/// True where a capital says nothing: the word is an ordinary one at the beginning, or in a headline in capitals.
fn is_plain(token: &Token<'_>, at_start: bool, style: Style, plain: &dyn Fn(&str) -> bool) -> bool {
    if is_in(&OFFICES, &token.folded) {
        return true;
    }
    // "AT", "IT": short words in capitals inside normal writing are abbreviations, not ordinary words.
    let abbreviation = token.text.len() <= 4 && style == Style::Sentence && !token.text.chars().any(char::is_lowercase);
    match style {
        Style::Sentence if at_start => is_in(&COMMON, &token.folded) || (plain(&token.folded) && !abbreviation),
        Style::Sentence => !abbreviation && is_function_word(&token.folded),
        Style::Title | Style::Capitals => is_in(&COMMON, &token.folded) || plain(&token.folded),
    }
}

fn is_function_word(folded: &str) -> bool {
    matches!(
        folded,
        "the"
            | "a"
            | "an"
            | "in"
            | "on"
            | "at"
            | "of"
            | "and"
            | "i"
            | "it"
            | "he"
            | "she"
            | "they"
            | "we"
            | "but"
            | "to"
    )
}

fn begins_name(tokens: &[Token<'_>], place: usize, style: Style, plain: &dyn Fn(&str) -> bool) -> bool {
    let token = &tokens[place];
    let institution = INSTITUTIONS.contains(&token.folded.as_str())
        && tokens.get(place + 1).is_some_and(|next| next.folded == "of")
        && tokens.get(place + 2).is_some_and(|after| after.capital);
    if institution && token.capital && style != Style::Capitals {
        return true;
    }
    token.capital
        && token.text != "&"
        && !is_number(&token.folded)
        && !is_adjective(&token.folded)
        && !is_in(&TIMES, &token.folded)
        && !is_plain(token, place == 0, style, plain)
}

/// The token up to which the name goes on after `last`, if it does.
fn continues(
    sentence: &str,
    tokens: &[Token<'_>],
    last: usize,
    style: Style,
    plain: &dyn Fn(&str) -> bool,
) -> Option<usize> {
    let next = tokens.get(last + 1)?;
    let between = gap(sentence, &tokens[last], next);
    let legal = is_in(&LEGAL, &next.folded) && next.capital;
    if legal && matches!(between, " " | ", " | ". ") {
        return Some(last + 1);
    }
    if !matches!(between, " " | "! " | ". ")
        || (between == ". " && tokens[last].text.len() > 2 && !is_in(&LEGAL, &tokens[last].folded))
    {
        return None;
    }
    if next.text == "&" {
        let after = tokens.get(last + 2)?;
        return (after.capital && gap(sentence, next, after) == " ").then_some(last + 2);
    }
    if next.capital && !is_adjective(&next.folded) && !is_in(&TIMES, &next.folded) {
        // A number that belongs to a product ("Model 3") is no part of a firm's name.
        let trade = style != Style::Sentence && is_in(&TRADES, &next.folded);
        return (trade || !is_plain(next, false, style, plain)).then_some(last + 1);
    }
    // "Bank of America", "University of Texas"; not "Jones of Acme".
    if next.folded == "of" && INSTITUTIONS.contains(&tokens[last].folded.as_str()) {
        let after = tokens.get(last + 2)?;
        return (after.capital && gap(sentence, next, after) == " ").then_some(last + 2);
    }
    None
}

fn kind(sentence: &str, tokens: &[Token<'_>], first: usize, last: usize) -> Option<Kind> {
    let run = &tokens[first..=last];
    if run.iter().all(|token| is_in(&PLACES, &token.folded)) {
        return Some(Kind::Place);
    }
    if run.iter().all(|token| is_in(&TRADES, &token.folded)) {
        return None;
    }
    if run.iter().any(|token| is_in(&LEGAL, &token.folded)) && run.len() > 1 {
        return Some(Kind::Firm);
    }
    if run.len() == 1 && run[0].text.chars().count() < 2 && run[0].text != "X" {
        return None;
    }
    let before = first.checked_sub(1).map(|place| &tokens[place]);
    let office_before = before.is_some_and(|before| {
        is_in(&OFFICES, &before.folded)
            && matches!(gap(sentence, before, &tokens[first]).trim(), "" | "." | ",")
            && before.folded != "partner"
            && before.folded != "investor"
    });
    let given = run.len() >= 2 && run.len() <= 4 && is_in(&GIVEN_NAMES, &run[0].folded);
    let initial = run.len() == 3 && run[1].text.chars().count() == 1 && run[1].text != "&";
    if (office_before && run.len() <= 3) || given || initial {
        return Some(Kind::Person);
    }
    Some(Kind::Firm)
}

/// The folded words that stand without a capital somewhere in a text.
pub(super) fn lower_words(text: &str) -> HashSet<String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .filter(|word| word.chars().next().is_some_and(char::is_lowercase))
        .take(2_000)
        .map(fold)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sentence: &str) -> Vec<(String, Kind)> {
        let style = style(sentence);
        names(sentence, style, &|word| ["buys", "merge", "lays"].contains(&word), &[])
            .into_iter()
            .map(|name| (sentence[name.start..name.end].to_owned(), name.kind))
            .collect()
    }

    #[test]
    fn names_of_firms_are_found() {
        for (sentence, firms) in [
            ("Acme Robotics, Inc. buys Beta & Sons for $3m", vec!["Acme Robotics, Inc", "Beta & Sons"]),
            ("Swiss drugmaker Gamma says it will close", vec!["Gamma"]),
            ("Delta-backed startup Epsilon lays off 40", vec!["Epsilon"]),
            ("Bank of Zeta and Eta merge", vec!["Bank of Zeta", "Eta"]),
            ("Workers at Acme's plant strike", vec!["Acme"]),
            ("ACME BUYS BETA UNIT", vec!["ACME", "BETA"]),
            ("Acme Robotics Buys Beta Unit for Cash", vec!["Acme Robotics", "Beta"]),
        ] {
            let got: Vec<String> =
                found(sentence).into_iter().filter(|(_, kind)| *kind == Kind::Firm).map(|(name, _)| name).collect();
            assert_eq!(got, firms, "{sentence}");
        }
    }

    #[test]
    fn persons_and_places_are_told_apart() {
        assert_eq!(
            found("Acme CEO Jane Doe left London"),
            [
                ("Acme".to_owned(), Kind::Firm),
                ("Jane Doe".to_owned(), Kind::Person),
                ("London".to_owned(), Kind::Place)
            ]
        );
    }

    #[test]
    fn the_name_of_an_account_that_covers_several_names_leaves_nothing_of_them() {
        let sentence = "Harrow and Pike sues Pike and Sons";
        let id = AccountId::from;
        for (marked, expected) in [
            (
                vec![(0, 15, id("harrow-pike"))],
                vec![("Harrow and Pike", Some("harrow-pike")), ("Pike", None), ("Sons", None)],
            ),
            (
                vec![(11, 15, id("pike")), (0, 15, id("harrow-pike")), (21, 34, id("sons"))],
                vec![("Harrow and Pike", Some("harrow-pike")), ("Pike and Sons", Some("sons"))],
            ),
        ] {
            let names = names(sentence, Style::Sentence, &|word| word == "sues", &marked);
            let found: Vec<(&str, Option<&str>)> = names
                .iter()
                .map(|name| (&sentence[name.start..name.end], name.account.as_ref().map(AccountId::as_str)))
                .collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn recognised_accounts_are_names_even_in_small_letters() {
        let names = names("orders for flyacme rise", Style::Sentence, &|_| false, &[(11, 18, AccountId::from("fly"))]);
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].account, Some(AccountId::from("fly")));
    }
}
