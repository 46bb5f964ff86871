use proptest::prelude::*;

use super::*;

fn printed(text: &str) -> String {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

fn refused(text: &str) -> QueryError {
    match Query::parse(text) {
        Ok(query) => panic!("{text} was read as {query}"),
        Err(error) => error,
    }
}

#[test]
fn queries_are_read_as_people_mean_them() {
    for (typed, meant) in [
        ("acme layoffs", "acme layoffs"),
        ("acme AND layoffs", "acme layoffs"),
        ("\"data breach\" acme", "\"data breach\" acme"),
        ("“data breach”", "\"data breach\""),
        ("acme -football", "acme -football"),
        ("acme NOT football", "acme -football"),
        ("acme - football", "acme football"),
        ("acme layoffs OR strike", "acme (layoffs OR strike)"),
        ("a1 OR b2 OR c3", "a1 OR b2 OR c3"),
        ("(acme fire) OR (globex flood)", "(acme fire) OR (globex flood)"),
        ("((acme))", "acme"),
        ("acme (globex initech)", "acme globex initech"),
        ("-(-acme)", "acme"),
        ("-(acme globex)", "-(acme globex)"),
        ("robot*", "robot*"),
        ("车*", "车*"),
        ("title:acme title:\"data breach\"", "title:acme title:\"data breach\""),
        ("Client:acme competitor:\"Initech Corp\"", "client:acme competitor:\"Initech Corp\""),
        ("client:* signal:*", "client:* signal:*"),
        ("signal:leadership-change", "signal:leadership_change"),
        ("source:https://reuters.com", "source:https://reuters.com"),
        ("lang:de-CH", "lang:de"),
        ("after:2026 before:2026-04", "after:2026-01-01 before:2026-04-01"),
        ("last:7d acme", "last:7d acme"),
        ("on:2026-03-05", "after:2026-03-05 before:2026-03-06"),
        ("acme -on:2026-12", "acme -(after:2026-12-01 before:2027-01-01)"),
        ("kind:client account:acme has:source", "client:* account:acme source:*"),
        ("story:a-1 country:UK -has:country", "story:\"a-1\" country:gb -country:*"),
        ("acme sort:recent", "acme sort:recent"),
        ("acme sort:date", "acme sort:date"),
        ("sort:date", "sort:date"),
        ("at 10:30 e-mail don't", "at 10:30 e-mail don't"),
        ("AT & T", "AT T"),
        ("or and not", "or and not"),
    ] {
        assert_eq!(printed(typed), meant, "{typed}");
    }
}

#[test]
fn errors_point_at_the_column_and_propose_a_correction() {
    for (typed, column, length, suggestion) in [
        ("news clinet:acme", 6, 11, Some("news client:acme")),
        ("signal:layoff", 1, 13, Some("signal:layoffs")),
        ("https://acme.com", 1, 16, Some("\"https://acme.com\"")),
        ("client: acme", 1, 7, Some("client:acme")),
        ("client:", 1, 7, Some("client:*")),
        ("client:(a OR b)", 1, 8, Some("client a b")),
        ("acme \"data breach", 6, 12, Some("acme \"data breach\"")),
        ("acme (layoffs", 6, 1, Some("acme (layoffs)")),
        ("acme )", 6, 1, Some("acme")),
        ("acme OR", 6, 2, Some("acme")),
        ("OR acme", 1, 2, Some("acme")),
        ("acme OR OR globex", 6, 2, Some("acme OR globex")),
        ("--acme", 2, 1, Some("-acme")),
        ("a*", 1, 2, Some("a")),
        ("title:a*", 1, 8, Some("title:a")),
        ("after:01.02.2026", 1, 16, Some("after:2026-02-01")),
        ("after:2026/03/01", 1, 16, Some("after:2026-03-01")),
        ("after:2026-02-31", 1, 16, Some("after:2026-02-28")),
        ("acme after:\"5 March 2026\"", 6, 20, Some("acme after:2026-03-05")),
        ("acme after:03/04/2026", 6, 16, Some("acme")),
        ("after:yesterday", 1, 15, Some("last:1d")),
        ("after:7d", 1, 8, Some("last:7d")),
        ("kind:rival acme", 1, 10, Some("acme")),
        ("has:signals", 1, 11, Some("has:signal")),
        ("story:*", 1, 7, Some("story")),
        ("country:germany fire", 1, 15, Some("fire")),
        ("last:7days", 1, 10, Some("last:7d")),
        ("last:7", 1, 6, Some("last:7d")),
        ("last:0d", 1, 7, Some("last:1d")),
        ("sort:dat", 1, 8, Some("sort:date")),
        ("lang:german", 1, 11, Some("lang:de")),
        ("(acme sort:date)", 7, 9, Some("(acme ) sort:date")),
        ("grüße clinet:acme", 7, 11, Some("grüße client:acme")),
        ("", 1, 1, None),
        ("!!!", 1, 3, None),
    ] {
        let error = refused(typed);
        let found = (error.column, error.length, error.suggestion.as_deref());
        assert_eq!(found, (column, length, suggestion), "{typed}: {error}");
        if let Some(instead) = &error.suggestion {
            assert!(Query::parse(instead).is_ok(), "{instead}");
        }
    }
}

#[test]
fn an_unknown_kind_of_event_names_the_nearest() {
    assert!(refused("signal:fundin").message.contains("funding"));
    assert!(refused("date:2026").message.contains("field"));
    assert!(refused("xyzzy:1").message.contains("title, client, competitor"));
}

#[test]
fn r38_long_and_deep_queries_are_refused_unread() {
    let long = "a1 ".repeat(LONGEST_QUERY);
    assert!(refused(&long).message.contains("longer than 2048 bytes"));
    let bomb = format!("{}a{}", "(".repeat(1_000), ")".repeat(1_000));
    assert!(refused(&bomb).message.contains("32 deep"));
    assert!(refused(&"(".repeat(LONGEST_QUERY)).message.contains("32 deep"));
    let brackets = format!("{}a{}", "(".repeat(2_000), ")".repeat(2_000));
    assert!(refused(&brackets).message.contains("longer than 2048 bytes"));
    assert!(refused(&"(".repeat(2_000)).message.contains("32 deep"));
    assert!(refused(&"-(".repeat(LONGEST_QUERY / 2)).message.contains("32 deep"));
    let deepest = format!("{}acme{}", "(".repeat(DEEPEST_QUERY), ")".repeat(DEEPEST_QUERY));
    assert_eq!(printed(&deepest), "acme");
    assert_eq!(refused(&"-".repeat(LONGEST_QUERY)).message, "one minus is enough");
    let brackets_in_a_phrase = format!("\"{} acme\"", "(".repeat(100));
    assert!(Query::parse(&brackets_in_a_phrase).is_ok());
}

/// Pieces that queries are made of, so that arbitrary ones come near to what the parser does.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "acme",
        "OR",
        "AND",
        "NOT",
        "-",
        "(",
        ")",
        "\"",
        "“",
        "*",
        ":",
        " ",
        "  ",
        "client:",
        "signal:",
        "title:",
        "lang:de",
        "after:2026-01",
        "before:",
        "last:3w",
        "sort:date",
        "on:2026-02-31",
        "kind:client",
        "story:",
        "has:",
        "country:xx",
        "account:",
        "layoffs",
        "rob*",
        "é",
        "车",
        "\u{0}",
        "\n",
        "'s",
        "10:30",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,300}") {
        check(&text)?;
    }

    #[test]
    fn no_value_of_a_field_makes_the_parser_panic(name in "[a-z]{2,8}", value in "\\PC{0,24}") {
        check(&format!("{name}:{value}"))?;
        for name in ["after", "on", "last", "country", "lang", "story", "kind", "has", "sort", "signal"] {
            check(&format!("acme {name}:{value}"))?;
            check(&format!("{name}:\"{value}\""))?;
        }
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(text in pieces()) {
        check(&text)?;
    }
}

/// What is read is printed as something that means the same; what is refused is refused in its place, with a proposal
/// that is a query wherever there is a word to look for.
fn check(text: &str) -> Result<(), TestCaseError> {
    match Query::parse(text) {
        Ok(query) => {
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed), Ok(query), "{} -> {}", text, printed);
        }
        Err(error) => {
            let letters = text.chars().count().max(1);
            prop_assert!(error.column >= 1 && error.column + error.length - 1 <= letters);
            if let Some(instead) = error.suggestion {
                prop_assert!(Query::parse(&instead).is_ok(), "{} -> {}", text, instead);
            } else {
                let words = text.split(|letter: char| !letter.is_alphanumeric());
                let mut words = words.filter(|word| !matches!(*word, "" | "OR" | "AND" | "NOT"));
                prop_assert!(words.next().is_none() || text.len() > LONGEST_QUERY, "{}: {}", text, error);
            }
        }
    }
    Ok(())
}

/// The lines of the fenced blocks of this name in the manual, each parted where two blanks stand.
fn of_the_manual(name: &str) -> Vec<(String, String)> {
    let manual = include_str!("../../../docs/search.md");
    let blocks = manual.split("\n```").filter_map(|block| block.strip_prefix(name)?.strip_prefix('\n'));
    let lines = blocks.flat_map(str::lines).filter_map(|line| line.split_once("  "));
    lines.map(|(query, rest)| (query.to_owned(), rest.trim().to_owned())).collect()
}

#[test]
fn the_examples_of_the_manual_are_right() {
    let examples = of_the_manual("query");
    assert!(examples.len() >= 20);
    for (query, _) in examples {
        assert!(Query::parse(&query).is_ok(), "{query}");
    }
    let wrong = of_the_manual("wrong");
    assert!(wrong.len() >= 10);
    for (typed, instead) in wrong {
        assert_eq!(refused(&typed).suggestion, Some(instead), "{typed}");
    }
}

#[test]
fn the_grammar_of_the_manual_names_every_field() {
    let manual = include_str!("../../../docs/search.md");
    let (_, names) = manual.split_once("name     =").unwrap();
    let (names, _) = names.split_once(';').unwrap();
    let mut named: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
    let mut known = fields::NAMES.to_vec();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(named, known);
}
