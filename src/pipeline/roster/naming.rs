//! Ids made of names.

use crate::mention::core_words;

/// The most characters of an id that is made of a name.
const LONGEST: usize = 40;

/// An id made of a name: its words without legal form in plain letters ("Società Ambiente S.p.A." → "societa-ambiente");
/// empty where the name has none.
#[must_use]
pub fn id_of_name(name: &str) -> String {
    let plain = deunicode::deunicode(&core_words(name).join(" ")).to_ascii_lowercase();
    let mut id = String::new();
    for word in plain.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if id.len() + word.len() >= LONGEST {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.push_str(word);
    }
    id
}

/// What two spellings of one name have in common; empty where the name has no words.
pub(in crate::pipeline) fn same_name_key(name: &str) -> String {
    core_words(name).join(" ")
}

/// `id`, or where that is taken `id-2`, `id-3`, …
pub(in crate::pipeline) fn free_id(id: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(id) {
        return id.to_owned();
    }
    (2..u32::MAX).map(|number| format!("{id}-{number}")).find(|id| !taken(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_names() {
        for (name, id) in [
            ("Acme Robotics, Inc.", "acme-robotics"),
            ("The Boring Company", "boring"),
            ("Società Ambiente S.p.A.", "societa-ambiente"),
            ("Müller & Söhne GmbH & Co. KG", "muller-sohne"),
            ("C&A", "c-a"),
            ("株式会社", "zhu-shi-hui-she"),
            ("!!!", ""),
            ("", ""),
            ("a very long name that goes on and on and on for ever", "a-very-long-name-that-goes-on-and-on-and"),
        ] {
            assert_eq!(id_of_name(name), id, "{name}");
        }
    }

    #[test]
    fn a_taken_id_gets_a_number() {
        assert_eq!(free_id("a", |_| false), "a");
        assert_eq!(free_id("a", |id| ["a", "a-2"].contains(&id)), "a-3");
    }
}
