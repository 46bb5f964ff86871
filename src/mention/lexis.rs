//! What kind of word a word is: ordinary, a name of persons or places, or one that speaks for or against a firm.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The kinds of a word, as a set of the constants in [`kind`].
pub(super) type Kinds = u64;

/// One bit for each kind of word. The lists in `lexis/` say which words they hold.
pub(super) mod kind {
    use super::Kinds;

    pub(in crate::mention) const ORDINARY: Kinds = 1;
    pub(in crate::mention) const FIRST_NAME: Kinds = 1 << 1;
    pub(in crate::mention) const SURNAME: Kinds = 1 << 2;
    pub(in crate::mention) const PLACE: Kinds = 1 << 3;
    pub(in crate::mention) const NATION: Kinds = 1 << 4;
    pub(in crate::mention) const REGION: Kinds = 1 << 5;
    pub(in crate::mention) const LEGAL: Kinds = 1 << 6;
    /// Stands right after the name of a firm ("shares", "CEO", "acquires").
    pub(in crate::mention) const AFTER: Kinds = 1 << 7;
    pub(in crate::mention) const SAYS: Kinds = 1 << 8;
    /// Stands right before the name of a firm ("retailer", "rival").
    pub(in crate::mention) const BEFORE: Kinds = 1 << 9;
    /// Makes a report one about business.
    pub(in crate::mention) const FINANCE: Kinds = 1 << 10;
    /// Makes a report one about sport.
    pub(in crate::mention) const SPORT: Kinds = 1 << 11;
    /// Turns the name of a sponsor into that of a venue or event.
    pub(in crate::mention) const VENUE: Kinds = 1 << 12;
    /// Turns a name into that of an institution or place.
    pub(in crate::mention) const INSTITUTION: Kinds = 1 << 13;
    /// Shows the everyday sense of the word before it ("palm oil", "next week").
    pub(in crate::mention) const SENSE: Kinds = 1 << 14;
    /// Stands right before the name of a person.
    pub(in crate::mention) const PERSON: Kinds = 1 << 15;
    pub(in crate::mention) const ROLE: Kinds = 1 << 16;
    pub(in crate::mention) const FUNCTION: Kinds = 1 << 17;
    pub(in crate::mention) const DETERMINER: Kinds = 1 << 18;
    pub(in crate::mention) const PLACE_PREPOSITION: Kinds = 1 << 19;
    pub(in crate::mention) const EXCHANGE: Kinds = 1 << 20;
    pub(in crate::mention) const COMPARISON: Kinds = 1 << 21;
    /// Goes on after "Acme-" and leaves the name what it is ("Acme-owned").
    pub(in crate::mention) const COMPOUND: Kinds = 1 << 22;
    pub(in crate::mention) const MONTH: Kinds = 1 << 23;
    pub(in crate::mention) const FINANCE_INDUSTRY: Kinds = 1 << 24;
    pub(in crate::mention) const ENERGY_INDUSTRY: Kinds = 1 << 25;
    pub(in crate::mention) const AUTO_INDUSTRY: Kinds = 1 << 26;
    pub(in crate::mention) const TELECOM_INDUSTRY: Kinds = 1 << 27;
    pub(in crate::mention) const FOOD_INDUSTRY: Kinds = 1 << 28;
    pub(in crate::mention) const TECH_INDUSTRY: Kinds = 1 << 29;
    pub(in crate::mention) const AIR_INDUSTRY: Kinds = 1 << 30;
    pub(in crate::mention) const HEAVY_INDUSTRY: Kinds = 1 << 31;
    /// A thing that bears a name of its own ("Saturn's moon Titan").
    pub(in crate::mention) const THING: Kinds = 1 << 32;
    /// What analysts say and do of others.
    pub(in crate::mention) const OPINION: Kinds = 1 << 33;
    /// Any industry.
    pub(in crate::mention) const INDUSTRY: Kinds = 0xff << 24;
    /// A person's name.
    pub(in crate::mention) const PERSON_NAME: Kinds = FIRST_NAME | SURNAME;
    /// A word that is more than a name of one firm.
    pub(in crate::mention) const AMBIGUOUS: Kinds = ORDINARY | PLACE | PERSON_NAME;
}

/// The kinds of a folded word; 0 where no list holds it. An inflected English word is as ordinary as its base form.
pub(super) fn kinds(word: &str) -> Kinds {
    let listed = LISTS.get(word).copied().unwrap_or(0);
    if listed & kind::ORDINARY == 0 && is_inflected(word) { listed | kind::ORDINARY } else { listed }
}

fn is_inflected(word: &str) -> bool {
    let ordinary = |stem: &str| LISTS.get(stem).is_some_and(|kinds| kinds & kind::ORDINARY != 0);
    let long = |stem: &str| stem.len() >= 3;
    if !word.is_ascii() {
        return false;
    }
    ["s", "es", "ed", "d", "ing", "ly", "er"].iter().filter_map(|ending| word.strip_suffix(ending)).any(|stem| {
        long(stem) && (ordinary(stem) || undoubled(stem).is_some_and(ordinary))
            || (stem.len() >= 2 && word.ends_with("ing") && ordinary(&format!("{stem}e")))
    }) || word
        .strip_suffix("ies")
        .or_else(|| word.strip_suffix("ied"))
        .is_some_and(|stem| ordinary(&format!("{stem}y")))
}

/// "stopp" → "stop".
fn undoubled(stem: &str) -> Option<&str> {
    let bytes = stem.as_bytes();
    (bytes.len() > 3 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2]).then(|| &stem[..stem.len() - 1])
}

static LISTS: LazyLock<HashMap<&'static str, Kinds>> = LazyLock::new(|| {
    let mut lists = HashMap::new();
    read(include_str!("lexis/words.txt"), kind::ORDINARY, &mut lists);
    read(include_str!("lexis/first_names.txt"), kind::FIRST_NAME, &mut lists);
    read(include_str!("lexis/surnames.txt"), kind::SURNAME, &mut lists);
    read(include_str!("lexis/places.txt"), 0, &mut lists);
    read(include_str!("lexis/cues.txt"), 0, &mut lists);
    lists
});

/// Reads words parted by white space; `[heading]` sets the kind of those that follow, `#` opens a comment.
fn read(list: &'static str, first: Kinds, lists: &mut HashMap<&'static str, Kinds>) {
    let mut current = first;
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(heading) => current = kind_of(heading),
            None => line.split_whitespace().for_each(|word| *lists.entry(word).or_insert(0) |= current),
        }
    }
}

fn kind_of(heading: &str) -> Kinds {
    HEADINGS.iter().find(|(name, _)| *name == heading).map_or(0, |(_, kind)| *kind)
}

const HEADINGS: [(&str, Kinds); 32] = [
    ("ordinary", kind::ORDINARY),
    ("place", kind::PLACE),
    ("nation", kind::NATION),
    ("region", kind::REGION),
    ("legal", kind::LEGAL),
    ("after", kind::AFTER),
    ("says", kind::SAYS),
    ("before", kind::BEFORE),
    ("finance", kind::FINANCE),
    ("sport", kind::SPORT),
    ("venue", kind::VENUE),
    ("institution", kind::INSTITUTION),
    ("sense", kind::SENSE),
    ("person", kind::PERSON),
    ("role", kind::ROLE),
    ("function", kind::FUNCTION),
    ("determiner", kind::DETERMINER),
    ("placeprep", kind::PLACE_PREPOSITION),
    ("exchange", kind::EXCHANGE),
    ("comparison", kind::COMPARISON),
    ("compound", kind::COMPOUND),
    ("month", kind::MONTH),
    ("thing", kind::THING),
    ("opinion", kind::OPINION),
    ("industry-finance", kind::FINANCE_INDUSTRY),
    ("industry-energy", kind::ENERGY_INDUSTRY),
    ("industry-auto", kind::AUTO_INDUSTRY),
    ("industry-telecom", kind::TELECOM_INDUSTRY),
    ("industry-food", kind::FOOD_INDUSTRY),
    ("industry-tech", kind::TECH_INDUSTRY),
    ("industry-air", kind::AIR_INDUSTRY),
    ("industry-industrial", kind::HEAVY_INDUSTRY),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_of_the_lists_is_known() {
        for list in [include_str!("lexis/places.txt"), include_str!("lexis/cues.txt")] {
            for heading in list.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']')) {
                assert_ne!(kind_of(heading), 0, "{heading}");
            }
        }
    }

    #[test]
    fn words_have_their_kinds() {
        for (word, expected) in [
            ("target", kind::ORDINARY),
            ("targets", kind::ORDINARY),
            ("chasing", kind::ORDINARY),
            ("stopped", kind::ORDINARY),
            ("boston", kind::PLACE),
            ("williams", kind::SURNAME),
            ("kurt", kind::FIRST_NAME),
            ("gmbh", kind::LEGAL),
            ("retailer", kind::BEFORE),
        ] {
            assert_ne!(kinds(word) & expected, 0, "{word}");
        }
        assert_eq!(kinds("zanzotronix"), 0);
        assert_eq!(kinds(""), 0);
    }
}
