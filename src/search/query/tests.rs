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
        ("client:", 1, 7, None),
        ("client:(a OR b)", 1, 8, None),
        ("acme \"data breach", 6, 12, Some("acme \"data breach\"")),
        ("acme (layoffs", 6, 1, Some("acme (layoffs)")),
        ("acme )", 6, 1, Some("acme")),
        ("acme OR", 6, 2, Some("acme")),
        ("OR acme", 1, 2, Some("acme")),
        ("acme OR OR globex", 6, 2, Some("acme OR globex")),
        ("--acme", 2, 1, Some("-acme")),
        ("a*", 1, 2, None),
        ("after:01.02.2026", 1, 16, None),
        ("after:2026/03/01", 1, 16, Some("after:2026-03-01")),
        ("after:2026-02-31", 1, 16, None),
        ("last:7days", 1, 10, Some("last:7d")),
        ("last:7", 1, 6, Some("last:7d")),
        ("last:0d", 1, 7, None),
        ("sort:dat", 1, 8, Some("sort:date")),
        ("lang:german", 1, 11, None),
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
        let _ = Query::parse(&text);
    }

    #[test]
    fn what_is_printed_is_read_as_the_same(text in pieces()) {
        match Query::parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(Query::parse(&printed), Ok(query), "{} -> {}", text, printed);
            }
            Err(error) => {
                let letters = text.chars().count().max(1);
                prop_assert!(error.column + error.length - 1 <= letters);
                if let Some(instead) = error.suggestion {
                    prop_assert!(Query::parse(&instead).is_ok());
                }
            }
        }
    }
}
