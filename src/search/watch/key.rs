//! Which leaves of a search are its key: of all that must hold, what looks rarest.
//!
//! A key only decides how much is judged in vain, never what matches: where no leaf of it holds, the search cannot.

use super::super::analysis::{Stemming, Text};
use super::leaf::{Leaf, Node, Shelf};

/// Leaves of which at least one holds wherever the search does.
#[derive(Debug, PartialEq)]
pub(super) struct Key {
    pub(super) leaves: Vec<usize>,
    /// About how many articles of a thousand have one of them.
    often: f64,
}

/// The key of a tree; nothing where it can hold without any leaf that does.
pub(super) fn of(tree: &Node, leaves: &[Leaf]) -> Option<Key> {
    match tree {
        Node::Leaf(leaf) => Some(Key { leaves: vec![*leaf], often: often(&leaves[*leaf]) }),
        Node::All(parts) => {
            let keys = parts.iter().filter_map(|part| of(part, leaves));
            keys.min_by(|left, right| left.often.total_cmp(&right.often))
        }
        Node::Any(parts) => {
            let mut key = Key { leaves: Vec::new(), often: 0.0 };
            for part in parts {
                let other = of(part, leaves)?;
                key.leaves.extend(other.leaves);
                key.often += other.often;
            }
            key.leaves.sort_unstable();
            key.leaves.dedup();
            Some(key)
        }
        Node::Not(_) | Node::When(_) | Node::Story(_) => None,
    }
}

/// About how many articles of a thousand a leaf holds for: a rough guess by its looks.
fn often(leaf: &Leaf) -> f64 {
    match leaf {
        Leaf::Term(shelf, term) => of_term(*shelf, term),
        Leaf::Stem(shelf, word) => of_term(*shelf, word),
        // That its rarest words stand side by side is rarer still.
        Leaf::Phrase(shelf, terms) => terms.iter().map(|(_, term)| of_term(*shelf, term)).fold(1_000.0, f64::min) / 4.0,
        Leaf::Beginning(_, start) if start.is_empty() => 900.0,
        Leaf::Beginning(shelf, start) => 4.0 * of_term(*shelf, start),
    }
}

fn of_term(shelf: Shelf, term: &str) -> f64 {
    match shelf {
        Shelf::Words => of_word(term),
        Shelf::Title => of_word(term) / 8.0,
        Shelf::Accounts if !term.contains(':') => 300.0,
        Shelf::Accounts => 5.0,
        Shelf::Source => 20.0,
        Shelf::Signals => 100.0,
        Shelf::Language => 500.0,
        Shelf::Countries => 200.0,
    }
}

/// Long words are rare, the most common ones of any language are everywhere (the law of abbreviation: Zipf, "The
/// Psycho-Biology of Language", 1935).
fn of_word(word: &str) -> f64 {
    let text = Text::of(word);
    let tokens = text.tokens();
    let common = |token| Stemming::all().any(|stemming| text.is_stop_word(token, stemming));
    if tokens.first().is_some_and(common) {
        return 800.0;
    }
    match word.chars().count() {
        0..=2 => 200.0,
        3 => 120.0,
        4 => 80.0,
        5 => 60.0,
        6 => 45.0,
        7 => 35.0,
        8 => 25.0,
        9 => 20.0,
        _ => 15.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::leaf::Leaves;
    use super::*;
    use crate::search::Query;

    fn key(query: &str) -> Option<Vec<String>> {
        let mut leaves = Leaves::default();
        let tree = leaves.tree(&Query::parse(query).unwrap().clause).unwrap();
        let told = |leaf: &usize| match &leaves.all()[*leaf] {
            Leaf::Term(_, term) => term.clone(),
            Leaf::Stem(_, word) => format!("~{word}"),
            Leaf::Phrase(_, terms) => terms.iter().map(|(_, term)| term.as_str()).collect::<Vec<_>>().join("+"),
            Leaf::Beginning(_, start) => format!("{start}*"),
        };
        of(&tree, leaves.all()).map(|key| key.leaves.iter().map(told).collect())
    }

    #[test]
    fn the_rarest_of_what_must_hold_is_the_key() {
        for (query, expected) in [
            ("the warehouse", &["warehouse", "~warehouse"][..]),
            ("the \"data breach\" layoffs", &["data+breach"]),
            ("client:acme signal:layoffs layoffs", &["client:=acme", "client:acme"]),
            ("(warehouse OR robots) the", &["robots", "warehouse", "~robots", "~warehouse"]),
            ("lang:de -football", &["de"]),
            ("signal:* \"the\"", &["the"]),
            ("ware*", &["ware*"]),
        ] {
            let mut key = key(query).unwrap();
            key.sort();
            assert_eq!(key, expected, "{query}");
        }
    }

    #[test]
    fn what_can_hold_for_an_article_without_any_of_its_words_has_no_key() {
        for query in ["-football", "last:7d", "robots OR -football", "last:7d OR acme", "sort:date"] {
            assert_eq!(key(query), None, "{query}");
        }
    }
}
