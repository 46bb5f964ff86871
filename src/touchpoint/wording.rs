//! Placeholders of the playbook's wording, and how a line is made of them.

use crate::text::fold::fold;
use crate::text::sanitise::plain_line;

/// Every placeholder, and whether it can always be filled.
pub(super) const PLACEHOLDERS: &[(&str, bool)] = &[
    ("account", true),
    ("event", true),
    ("date", true),
    ("contact", false),
    ("person", false),
    ("counterparty", false),
    ("acquirer", false),
    ("target", false),
    ("rival", false),
    ("area", false),
    ("goal", false),
    ("amount", false),
    ("renewal", false),
    ("last_contact", false),
    ("useful_item", false),
    ("reference", false),
    ("topic", false),
    ("quote", false),
    ("publisher", false),
    ("newcomer", false),
    ("promoted", false),
];

/// The longest value of a placeholder, in characters: names come from articles, and articles may be hostile.
const LONGEST_VALUE: usize = 120;

/// The longest quote within a line, in characters.
const LONGEST_QUOTE: usize = 240;

/// What the placeholders stand for in one card.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(Vec<(&'static str, String)>);

impl Words {
    /// Fills `name`; an empty value leaves it unfilled.
    pub(super) fn set(&mut self, name: &'static str, value: Option<&str>) {
        debug_assert!(PLACEHOLDERS.iter().any(|(known, _)| *known == name), "{name} is no placeholder");
        let value = shorten(&plain_line(value.unwrap_or_default()), LONGEST_VALUE);
        self.0.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.0.push((name, value));
        }
    }

    /// Fills `quote` with these words, in quotation marks; it may be longer than other values.
    pub(super) fn set_quote(&mut self, quote: &str) {
        let quote = shorten(&plain_line(quote), LONGEST_QUOTE);
        self.set("quote", None);
        if !quote.is_empty() {
            self.0.push(("quote", format!("“{quote}”")));
        }
    }

    /// What `name` stands for.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// `template` with its placeholders filled, its first letter a capital; nothing where one cannot be filled.
    pub(super) fn fill(&self, template: &str) -> Option<String> {
        let mut line = String::with_capacity(template.len() + 40);
        for piece in pieces(template) {
            match piece {
                // The genitive of a name in s has no s of its own: "Palletron Systems' offer".
                Piece::Text(text) if text.starts_with("'s ") && line.ends_with(['s', 'S']) => {
                    line.push('\'');
                    line.push_str(&text[2..]);
                }
                Piece::Text(text) => line.push_str(text),
                Piece::Placeholder(name) => line.push_str(self.get(name)?),
            }
        }
        Some(capitalised(&line))
    }

    /// The first of `variants` that can be filled.
    pub(super) fn first(&self, variants: &[String]) -> Option<String> {
        variants.iter().find_map(|variant| self.fill(variant))
    }

    /// All of `templates` that can be filled.
    pub(super) fn all(&self, templates: &[String]) -> Vec<String> {
        templates.iter().filter_map(|template| self.fill(template)).collect()
    }
}

/// A number of things in words: "1 day", "2 days".
pub(super) fn counted(count: i64, what: &str) -> String {
    crate::text::count::counted(count, what)
}

/// How a card tells of another event beside its own.
pub(super) const ALSO_TOLD: &str = "Also told: {event}, {date}.";

/// Of points that tell of one event on several days, only the last stays, where the first was.
pub(super) fn tell_once(points: &mut Vec<String>) {
    let mut once: Vec<String> = Vec::with_capacity(points.len());
    for point in points.drain(..) {
        match once.iter_mut().find(|known| tells_the_same(known, &point)) {
            Some(known) => *known = point,
            None => once.push(point),
        }
    }
    *points = once;
}

/// Both points tell of one event, on whatever day.
pub(super) fn tells_the_same(one: &str, other: &str) -> bool {
    fn event(point: &str) -> Option<String> {
        let (event, _day) = point.strip_prefix("Also told: ")?.rsplit_once(", ")?;
        Some(fold(event))
    }
    one == other || event(one).is_some_and(|known| event(other) == Some(known))
}

/// Whose it is: "Acme's", "Palletron Systems'".
pub(super) fn possessive(name: &str) -> String {
    if name.ends_with(['s', 'S']) { format!("{name}'") } else { format!("{name}'s") }
}

/// The placeholders that a template names, known or not.
pub(super) fn named(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).filter_map(|piece| match piece {
        Piece::Placeholder(name) => Some(name),
        Piece::Text(_) => None,
    })
}

/// The first of `phrases` that `text` holds, whatever the case of letters.
pub(super) fn banned_in<'a>(text: &str, phrases: impl IntoIterator<Item = &'a String>) -> Option<&'a String> {
    let folded = fold(text);
    phrases.into_iter().find(|phrase| {
        let phrase = fold(phrase);
        let phrase = phrase.trim();
        // A phrase begins at a word but may go on ("congratulat" bans "congratulations").
        !phrase.is_empty()
            && folded
                .match_indices(phrase)
                .any(|(at, _)| !folded[..at].ends_with(|letter: char| letter.is_alphanumeric()))
    })
}

/// `text` cut to at most `most` characters at the end of a word, with an ellipsis where something fell off.
pub(super) fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(1);
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let cut = &text[..end];
    let inside_word = !text[end..].starts_with(char::is_whitespace);
    let whole = if inside_word { cut.rfind(char::is_whitespace).map_or(cut, |blank| &cut[..blank]) } else { cut };
    let mut short =
        whole.trim_end_matches(|letter: char| letter.is_whitespace() || ",;:-–".contains(letter)).to_owned();
    if most > 0 {
        short.push('…');
    }
    short
}

enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// Splits at `{name}`; a brace without its partner is plain text.
fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{')
            && let Some(end) = inside.find('}')
        {
            rest = &inside[end + 1..];
            return Some(Piece::Placeholder(&inside[..end]));
        }
        let start = usize::from(rest.starts_with('{'));
        let end = rest[start..].find('{').map_or(rest.len(), |at| at + start);
        let text = &rest[..end];
        rest = &rest[end..];
        Some(Piece::Text(text))
    })
}

fn capitalised(line: &str) -> String {
    let mut letters = line.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_that_cannot_be_filled_is_passed_over() {
        let mut words = Words::default();
        words.set("account", Some("acme"));
        words.set("area", None);
        let variants = ["Who looks after {area}?".to_owned(), "{account}: who looks after us?".to_owned()];
        assert_eq!(words.first(&variants).as_deref(), Some("Acme: who looks after us?"));
        assert_eq!(words.fill("{nonsense}"), None);
        assert_eq!(words.fill("a { b } c"), None);
        assert_eq!(words.fill("a { b").as_deref(), Some("A { b"));
        assert_eq!(words.fill("").as_deref(), Some(""));
    }

    #[test]
    fn values_are_one_short_plain_line_and_not_filled_again() {
        let mut words = Words::default();
        words.set("person", Some("A\r\nB {account}\u{202e}"));
        assert_eq!(words.fill("x {person}").as_deref(), Some("X A B {account}"));
        words.set("person", Some(&"long ".repeat(10_000)));
        assert!(words.fill("{person}").unwrap().chars().count() <= LONGEST_VALUE);
    }

    #[test]
    fn one_is_no_plural_and_a_name_in_s_has_its_own_genitive() {
        assert_eq!((counted(1, "day"), counted(0, "day")), ("1 day".to_owned(), "0 days".to_owned()));
        assert_eq!(
            (possessive("Acme"), possessive("Palletron Systems")),
            ("Acme's".into(), "Palletron Systems'".into())
        );
        let mut words = Words::default();
        words.set("acquirer", Some("Palletron Systems"));
        assert_eq!(words.fill("{acquirer}'s offer").as_deref(), Some("Palletron Systems' offer"));
        words.set("acquirer", Some("Globex"));
        assert_eq!(words.fill("{acquirer}'s offer").as_deref(), Some("Globex's offer"));
    }

    #[test]
    fn one_event_is_told_once_by_its_last_day() {
        let mut points: Vec<String> = [
            "Also told: the acquisition by Globex, 1 October 2026.",
            "Ask who decides.",
            "Also told: the acquisition by Initech, 2 October 2026.",
            "Also told: the acquisition by Globex, 3 October 2026.",
        ]
        .map(str::to_owned)
        .into();
        tell_once(&mut points);
        let expected = [
            "Also told: the acquisition by Globex, 3 October 2026.",
            "Ask who decides.",
            "Also told: the acquisition by Initech, 2 October 2026.",
        ];
        assert_eq!(points, expected);
    }

    #[test]
    fn shortening_ends_at_a_word() {
        for (text, most, expected) in [
            ("short", 10, "short"),
            ("acquired by Beta Holdings", 20, "acquired by Beta…"),
            ("acquired, by Beta", 10, "acquired…"),
            ("Donaudampfschiff", 6, "Donau…"),
            ("ééééé ééééé", 6, "ééééé…"),
            ("abc", 0, ""),
        ] {
            let short = shorten(text, most);
            assert_eq!(short, expected);
            assert!(short.chars().count() <= most);
        }
    }

    #[test]
    fn banned_phrases_begin_at_a_word() {
        let banned = ["congratulat".to_owned(), "more licences".to_owned()];
        assert!(banned_in("Many CONGRATULATIONS!", &banned).is_some());
        assert!(banned_in("Need more  licences?", &banned).is_none());
        assert!(banned_in("uncongratulated", &banned).is_none());
        assert!(banned_in("", &banned).is_none());
    }
}
