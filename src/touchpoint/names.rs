//! Firms as written: names without their legal form, and whether a written name is a watched account's.

use crate::model::{Account, AccountKind, Watchlist};
use crate::text::fold::fold;

/// Legal forms at the end of a firm's name, folded and without dots. No list can be whole; a form that is missing here
/// only makes a title longer, or a counterparty unknown.
const LEGAL_FORMS: &[&str] = &[
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bhd",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "doo",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "nv",
    "ohg",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sab",
    "sarl",
    "sas",
    "sdn",
    "se",
    "spa",
    "srl",
    "sro",
    "zoo",
];

/// A firm's name without the legal form at its end ("Acme Robotics, Inc." → "Acme Robotics"); never empty unless `name`
/// is.
pub(super) fn bare(name: &str) -> &str {
    let mut rest = name.trim();
    while let Some((head, last)) = rest.rsplit_once(char::is_whitespace) {
        let plain: String = fold(last).chars().filter(|letter| letter.is_alphanumeric()).collect();
        let head = head.trim_end_matches([',', ' ', '&']);
        if head.is_empty() || !(plain.is_empty() || LEGAL_FORMS.contains(&plain.as_str())) {
            break;
        }
        rest = head;
    }
    rest
}

/// The one watched firm that `written` names, by its whole name or an alias that needs no context. Of several that fit
/// none is taken: a person must tell them apart.
pub(super) fn find<'a>(watchlist: &'a Watchlist, written: &str) -> Option<&'a Account> {
    let sought = key(written);
    let first = sought.chars().next()?;
    let mut fits = watchlist.accounts().iter().filter(|account| account.kind != AccountKind::Topic).filter(|account| {
        // Folding every name of a long watchlist for each signal would be slow: a look at the first letter spares it.
        names(account).any(|name| may_begin(name, first) && key(name) == sought)
    });
    let found = fits.next()?;
    fits.next().is_none().then_some(found)
}

/// True where two written names of persons are the same, case and accents aside. A single word names nobody.
pub(super) fn same_person(one: &str, other: &str) -> bool {
    let first = |name: &str| name.chars().next().filter(char::is_ascii_alphabetic);
    if let (Some(one), Some(other)) = (first(one), first(other))
        && !one.eq_ignore_ascii_case(&other)
    {
        return false;
    }
    let one = words(one);
    one.contains(' ') && one == words(other)
}

/// Names that stand for the account wherever they occur.
fn names(account: &Account) -> impl Iterator<Item = &str> {
    let free = account.context.require.is_empty() && account.context.exclude.is_empty();
    let aliases = account.aliases.iter().filter(move |alias| {
        free && alias.needs_context != Some(true) && alias.require.is_empty() && alias.exclude.is_empty()
    });
    std::iter::once(account.name.as_str()).chain(aliases.map(|alias| alias.text.as_str()))
}

fn may_begin(name: &str, first: char) -> bool {
    let letter = name.chars().find(|letter| letter.is_alphanumeric());
    letter.is_some_and(|letter| !letter.is_ascii() || letter.eq_ignore_ascii_case(&first))
}

fn key(name: &str) -> String {
    words(bare(name))
}

/// Folded words with single blanks between them.
fn words(text: &str) -> String {
    let folded = fold(text);
    let words: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Alias;

    #[test]
    fn legal_forms_fall_off() {
        for (name, expected) in [
            ("Acme Robotics, Inc.", "Acme Robotics"),
            ("Beta Software GmbH & Co. KG", "Beta Software"),
            ("Gamma S.p.A.", "Gamma"),
            ("Delta", "Delta"),
            ("Co", "Co"),
            ("Inc. Ltd", "Inc."),
            ("", ""),
            ("Ford Foundation", "Ford Foundation"),
        ] {
            assert_eq!(bare(name), expected, "{name}");
        }
    }

    #[test]
    fn a_written_name_finds_one_account_or_none() {
        let firm = |id: &str, name: &str, aliases: &[&str]| Account {
            id: id.into(),
            name: name.into(),
            aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
            ..Account::default()
        };
        let mut apple = firm("apple", "Apple Growers Union", &["Apple"]);
        apple.aliases[0].needs_context = Some(true);
        let watchlist = Watchlist::new(vec![
            firm("acme", "Acme Robotics, Inc.", &["ACME"]),
            firm("one", "Twin Ltd", &[]),
            firm("two", "Twin GmbH", &[]),
            apple,
        ]);
        let found = |name| find(&watchlist, name).map(|account| account.id.0.as_str());
        assert_eq!(found("Acme Robotics"), Some("acme"));
        assert_eq!(found("acme"), Some("acme"));
        assert_eq!(found("Acme Robots"), None);
        assert_eq!(found("Twin"), None, "two firms of one name are not told apart by it");
        assert_eq!(found("Apple"), None, "an alias that needs context proves nothing");
        assert_eq!(found("  "), None);
    }

    #[test]
    fn persons_need_more_than_one_word() {
        assert!(same_person("José Ruiz", "jose ruiz"));
        assert!(!same_person("Ruiz", "Ruiz"));
        assert!(!same_person("José Ruiz", "Maria Ruiz"));
    }
}
