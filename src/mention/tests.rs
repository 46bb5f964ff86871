//! Tables of invented texts: what is accepted, what is suppressed, and why.

use proptest::prelude::*;

use super::*;
use crate::model::{AccountId, Alias, ContextRules, Relation, RelationKind, Salience};

fn account(id: &str, name: &str, aliases: &[&str]) -> Account {
    Account {
        id: id.into(),
        name: name.into(),
        aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
        ..Account::default()
    }
}

/// Invented and well-known kinds of names: a surname, a place, words, initials, a name no list holds.
fn accounts() -> Vec<Account> {
    let with = |mut account: Account, domain: &str, ticker: &str| {
        account.domains = vec![domain.to_owned()];
        account.tickers = vec![ticker.to_owned()];
        account
    };
    vec![
        with(account("ford", "Ford Motor Company", &["Ford"]), "ford.com", "F"),
        with(account("amazon", "Amazon.com, Inc.", &["Amazon"]), "amazon.com", "AMZN"),
        with(account("apple", "Apple Inc.", &["Apple"]), "apple.com", "AAPL"),
        with(account("shell", "Shell plc", &["Shell"]), "shell.com", "SHEL"),
        with(account("target", "Target Corporation", &["Target"]), "target.com", "TGT"),
        with(account("hartford", "The Hartford Insurance Group, Inc.", &["Hartford"]), "thehartford.com", "HIG"),
        with(account("tor", "Tor Systems AG", &["Tor"]), "tor.example", "TORX"),
        with(account("zantrix", "Zantrix Robotics, Inc.", &["Zantrix"]), "zantrix.com", "ZTX"),
        with(account("bq", "Brell & Quine GmbH & Co. KG", &["B&Q"]), "brell.example", "BQQ"),
        with(account("qv", "QV Group plc", &["QV"]), "qv.example", "QVG"),
        with(account("orla", "O'Rla-Benz S.A.", &[]), "orla.example", "ORL"),
        account("retention", "business retention", &["Kundenbindung"]),
    ]
    .into_iter()
    .map(|mut account| {
        if account.id.as_str() == "retention" {
            account.kind = AccountKind::Topic;
        }
        account
    })
    .collect()
}

fn matcher(accounts: Vec<Account>) -> Matcher {
    Matcher::build(&Watchlist::new(accounts), &Settings::default())
}

fn reading<'a>(title: &'a str, text: &'a str) -> Reading<'a> {
    Reading { title, text, language: Some("en"), ..Reading::default() }
}

fn of<'a>(mentions: &'a [Mention], id: &str) -> Vec<&'a Mention> {
    mentions.iter().filter(|mention| mention.account.as_str() == id).collect()
}

fn has(mention: &Mention, code: &str) -> bool {
    mention.why.iter().any(|reason| reason.code == code)
}

#[test]
fn r39_every_reason_is_found_and_decides_as_it_should() {
    let matcher = matcher(accounts());
    for (id, title, text, code, accepted) in [
        ("zantrix", "", "Zantrix Robotics, Inc. has opened.", "full_name", true),
        ("zantrix", "", "A walk with Zantrix Robotics.", "long_name", true),
        ("zantrix", "", "A walk with Zantrix.", "distinctive_name", true),
        ("zantrix", "", "We met zantrix there.", "lower_case", true),
        ("zantrix", "", "Write to press@zantrix.com today.", "own_domain", true),
        ("zantrix", "", "The paper (Nasdaq: ZTX) was not traded.", "ticker_pattern", true),
        ("target", "", "Nobody saw Target in the woods.", "ordinary_word", false),
        ("target", "", "Nobody saw Target in the woods.", "needs_context", false),
        ("target", "", "They missed the target by a mile.", "lower_case", false),
        ("target", "", "Shoppers like Target Corp a lot.", "legal_form", true),
        ("target", "", "The retailer Target opens early.", "kind_of_firm_before", true),
        ("target", "", "Yesterday Target shares fell.", "business_word_after", true),
        ("target", "", "Analysts like shares of Target now.", "business_phrase_before", true),
        ("target", "", "Guests saw Target, the second-largest retailer.", "apposition", true),
        ("target", "Target to hire more staff", "", "headline_plan", true),
        ("target", "", "Prices hurt Target <TGT> again.", "own_ticker", true),
        ("target", "", "Prices hurt Target <TARG> again.", "ticker_after", true),
        ("target", "", "Target has moved.", "acts", true),
        ("target", "", "Target practice is held at noon.", "may_be_ordinary", false),
        ("target", "", "Target is a target of jokes.", "lower_case_elsewhere", false),
        ("target", "", "A TARGET sign stood near a TARGET sign.", "all_capitals", false),
        ("apple", "", "An old Apple pie with cream.", "other_sense", false),
        ("apple", "", "She came home with the Apple.", "article_before", false),
        ("apple", "", "The song Apple was played.", "named_thing", false),
        ("apple", "", "On Monday Apple said it would build.", "says", true),
        ("amazon", "", "A boat sank in the Amazon river on Monday.", "other_sense", false),
        ("amazon", "", "Fire broke out in the Amazon Rainforest.", "other_institution", false),
        ("shell", "", "The child found a shell on the beach.", "lower_case", false),
        ("ford", "", "The Ford Foundation gave shares to the company.", "other_institution", false),
        ("ford", "", "Mrs Ford sold her shares.", "person_title", false),
        ("ford", "", "The actor Betty Ford was there.", "person_first_name", false),
        ("ford", "", "The Ford Championship drew many.", "venue_or_event", false),
        ("ford", "", "They heard Ford Quimby Trio by night.", "part_of_longer_name", false),
        ("ford", "", "The Harrison-Ford house is sold.", "part_of_compound", false),
        ("ford", "", "See http://www.ford-hill.example/page for more.", "inside_address", false),
        ("ford", "", "On Monday Ford Printing Ltd said it had sold its shares.", "other_firm_of_the_name", false),
        ("ford", "", "Profit at Ford Motors rose.", "own_name_goes_on", true),
        ("ford", "", "Profit at Ford Europe rose.", "own_unit", true),
        ("hartford", "", "He lives in Hartford since May.", "place_preposition", false),
        ("hartford", "", "The company is in Hartford, Conn.", "place_and_state", false),
        ("hartford", "", "HARTFORD (Wire) - The company sold shares.", "dateline", false),
        ("hartford", "", "Rain fell on Hartford.", "place_name", false),
        ("qv", "", "The letters QV stood there.", "short_name", false),
        ("qv", "", "Yesterday QV raised its dividend and outlook.", "business_report", true),
        ("qv", "", "Write to Box 7, QV 91602 for shares.", "postal_code", false),
        ("qv", "", "The Qv company shares.", "other_case", false),
        ("target", "", "The coach saw his team miss Target in the cup final.", "sports_report", false),
        ("target", "", "Zantrix, Target and others came.", "listed_with", true),
        ("retention", "", "A guide to Business  Retention in hard times.", "phrase", true),
        ("retention", "", "Mehr kundenbindung!", "phrase", true),
    ] {
        let mentions = matcher.find(&reading(title, text));
        let own = of(&mentions, id);
        let found = own.iter().find(|mention| has(mention, code));
        assert!(found.is_some(), "{code} in “{title}{text}”: {own:?}");
        assert_eq!(found.map(|mention| mention.accepted), Some(accepted), "{code} in “{title}{text}”: {own:?}");
    }
}

#[test]
fn whole_words_only() {
    let matcher = matcher(accounts());
    for text in ["The Director of shares", "A stator", "Tortoise", "Shelling", "Sahel\u{ad}tor", "FordX", "4Ford"] {
        let mentions = matcher.find(&reading("", text));
        assert!(of(&mentions, "tor").is_empty() && of(&mentions, "shell").is_empty(), "{text}: {mentions:?}");
        assert!(of(&mentions, "ford").is_empty(), "{text}: {mentions:?}");
    }
}

#[test]
fn one_spelling_stands_for_its_variants() {
    let matcher = matcher(accounts());
    for (id, text) in [
        ("bq", "Brell & Quine"),
        ("bq", "Brell and Quine"),
        ("bq", "Brell&amp;Quine"),
        ("bq", "BRELL & QUINE GMBH"),
        ("orla", "O’Rla-Benz"),
        ("orla", "O'Rla Benz"),
        ("orla", "ORla-Benz"),
        ("zantrix", "Zantrix\n   Robotics"),
        ("zantrix", "Zantrix’s"),
        ("zantrix", "Zantrix' plants"),
        ("ford", "Ford Motor Co"),
    ] {
        assert!(!of(&matcher.find(&reading("", text)), id).is_empty(), "{text}");
    }
}

#[test]
fn spans_are_places_of_the_original() {
    let matcher = matcher(vec![account("n", "Nestra\u{301} Häuser AG", &["Straßwerk", "Ørling"])]);
    for (text, expected) in [
        ("Ja, Nestrá Häuser wächst.", "Nestrá Häuser"),
        ("Ja, Nestra\u{301} Ha\u{308}user wächst.", "Nestra\u{301} Ha\u{308}user"),
        ("“Straßwerk” ¡é STRASSWERK", "Straßwerk"),
        ("ünd ØRLINGs", "ØRLING"),
    ] {
        let mentions = matcher.find(&reading("", text));
        let span = mentions[0].span;
        assert_eq!(text.get(span.start..span.end), Some(expected), "{mentions:?}");
    }
}

#[test]
fn scripts_without_capitals_or_blanks() {
    let matcher = matcher(vec![
        account("toyota", "トヨタ自動車", &["トヨタ"]),
        account("sber", "Сбербанк", &[]),
        account("aramco", "أرامكو", &[]),
    ]);
    for (id, text) in [
        ("toyota", "昨日トヨタは発表した。"),
        ("sber", "Прибыль Сбербанка выросла."),
        ("aramco", "أعلنت أرامكو أرباحها"),
    ] {
        let mentions = matcher.find(&Reading { title: "", text, language: None, ..Reading::default() });
        assert!(of(&mentions, id).iter().any(|mention| mention.accepted), "{text}: {mentions:?}");
    }
}

#[test]
fn the_longest_name_wins_within_an_account_and_accounts_may_overlap() {
    let mut topic = account("robots", "Zantrix Robotics news", &[]);
    topic.kind = AccountKind::Topic;
    let matcher = matcher(vec![
        account("zantrix", "Zantrix Robotics, Inc.", &["Zantrix"]),
        account("other", "Zantrix Robotics Japan K.K.", &[]),
        topic,
    ]);
    let text = "Zantrix Robotics news is read.";
    let mentions = matcher.find(&reading("", text));
    assert_eq!(of(&mentions, "zantrix").len(), 1);
    assert_eq!(of(&mentions, "zantrix")[0].span.end, "Zantrix Robotics".len());
    assert!(of(&mentions, "zantrix")[0].accepted && of(&mentions, "robots")[0].accepted);
    // A longer name of another account takes the place.
    let mentions = matcher.find(&reading("", "We met Zantrix Robotics Japan K.K. there."));
    assert!(of(&mentions, "other")[0].accepted);
    assert!(has(of(&mentions, "zantrix")[0], "inside_other_name") && !of(&mentions, "zantrix")[0].accepted);
}

#[test]
fn an_owner_keeps_the_name_of_its_unit() {
    let mut owner = account("zantrix", "Zantrix", &[]);
    owner.relations = vec![Relation { kind: RelationKind::ParentOf, to: "unit".into() }];
    let matcher = matcher(vec![owner, account("unit", "Zantrix Robotics", &[])]);
    let mentions = matcher.find(&reading("", "We met Zantrix Robotics there."));
    assert!(mentions.len() == 2 && mentions.iter().all(|mention| mention.accepted), "{mentions:?}");
}

#[test]
fn namesakes_are_told_apart_or_left_undecided() {
    let mut british = account("uk", "Pelora plc", &[]);
    british.domains = vec!["pelora.co.uk".into()];
    british.people = vec!["Ann Thistle".into()];
    let mut american = account("us", "Pelora Inc.", &[]);
    american.domains = vec!["pelora.com".into()];
    let matcher = matcher(vec![british, american]);
    let mentions = matcher.find(&reading("", "On Monday Pelora said profit rose."));
    assert!(mentions.len() == 2 && mentions.iter().all(|mention| has(mention, "undecided") && !mention.accepted));
    let mentions = matcher.find(&reading("", "On Monday Pelora named Ann Thistle as chief executive."));
    assert!(of(&mentions, "uk")[0].accepted && has(of(&mentions, "uk")[0], "known_person_or_product"));
    assert!(has(of(&mentions, "us")[0], "other_account_fits_better") && !of(&mentions, "us")[0].accepted);
    let mentions = matcher.find(&reading("", "On Monday Pelora plc said profit rose."));
    assert!(of(&mentions, "uk").iter().any(|mention| mention.accepted), "{mentions:?}");
    assert!(of(&mentions, "us").iter().all(|mention| !mention.accepted), "{mentions:?}");
}

#[test]
fn a_name_given_to_one_account_is_not_made_for_another() {
    let matcher = matcher(vec![account("short", "Pelora", &[]), account("long", "Pelora Ltd", &[])]);
    let mentions = matcher.find(&reading("", "We met Pelora there."));
    assert!(mentions.len() == 1 && of(&mentions, "short")[0].accepted, "{mentions:?}");
}

#[test]
fn rules_of_aliases_and_accounts_bind() {
    let alias = |text: &str| Alias { text: text.into(), ..Alias::default() };
    let ruled =
        |rule: Alias| account_with(Account { aliases: vec![rule], ..account("z", "Zantrix Holdings of Ohio", &[]) });
    for (name, matcher, text, code, accepted) in [
        ("exact", ruled(Alias { exact_case: true, ..alias("ZANT") }), "We met Zant there.", "not_exact_case", false),
        ("exact", ruled(Alias { exact_case: true, ..alias("ZANT") }), "We met ZANT there.", "distinctive_name", true),
        (
            "require",
            ruled(Alias { require: vec!["robot".into()], ..alias("Zant") }),
            "We met Zant.",
            "required_missing",
            false,
        ),
        (
            "require",
            ruled(Alias { require: vec!["robot".into()], ..alias("Zant") }),
            "Zant’s robot.",
            "required_found",
            true,
        ),
        (
            "exclude",
            ruled(Alias { exclude: vec!["Zant Brick".into()], ..alias("Zant") }),
            "Zant brick by Zant.",
            "excluded",
            false,
        ),
        ("needs", ruled(Alias { needs_context: Some(true), ..alias("Zant") }), "We met Zant.", "needs_context", false),
        (
            "needs",
            ruled(Alias { needs_context: Some(true), ..alias("Zant") }),
            "Zant shares fell.",
            "business_word_after",
            true,
        ),
        ("needs", ruled(Alias { needs_context: Some(false), ..alias("Tor") }), "We met Tor.", "trusted_alias", true),
        (
            "account",
            account_with(Account {
                context: ContextRules { require: vec!["robot".into()], exclude: vec![] },
                ..account("z", "Zantrix", &[])
            }),
            "Zantrix and the robots.",
            "required_missing",
            false,
        ),
        (
            "account",
            account_with(Account {
                context: ContextRules { require: vec![], exclude: vec!["brick".into()] },
                ..account("z", "Zantrix", &[])
            }),
            "Zantrix, brick and tile.",
            "excluded",
            false,
        ),
        (
            "product",
            account_with(Account { products: vec!["Zanto 5".into()], ..account("z", "Target Corp", &[]) }),
            "We like Target for its Zanto 5.",
            "known_person_or_product",
            true,
        ),
    ] {
        let mentions = matcher.find(&reading("", text));
        let found = mentions.iter().find(|mention| has(mention, code));
        assert_eq!(found.map(|mention| mention.accepted), Some(accepted), "{name}: {code} in {text}: {mentions:?}");
    }
}

fn account_with(account: Account) -> Matcher {
    matcher(vec![account])
}

#[test]
fn the_whole_article_speaks_for_a_short_name() {
    let matcher = matcher(accounts());
    let text = "The Ford Motor Company met its friends. Later that night Ford danced.";
    let mentions = matcher.find(&reading("", text));
    let short = of(&mentions, "ford")[1];
    assert!(has(short, "full_name_elsewhere") && short.accepted, "{mentions:?}");
    let mentions = matcher.find(&reading("", "The actor Betty Ford came. Later Ford sold her shares to a company."));
    assert!(of(&mentions, "ford").iter().all(|mention| !mention.accepted), "{mentions:?}");
    assert!(of(&mentions, "ford").iter().any(|mention| has(mention, "person_elsewhere")));
}

#[test]
fn feed_site_and_publisher_of_the_account_speak_for_it() {
    let matcher = matcher(accounts());
    let id = AccountId::from("target");
    let plain = reading("", "Nobody saw Target in the woods.");
    for (code, reading) in [
        ("own_feed", Reading { feed_account: Some(&id), ..plain }),
        ("own_site", Reading { url: Some("https://corporate.target.com/press/1"), ..plain }),
        ("own_publication", Reading { publisher: Some("Target"), ..plain }),
    ] {
        let mentions = matcher.find(&reading);
        assert!(has(of(&mentions, "target")[0], code), "{code}");
        assert!(of(&mentions, "target")[0].accepted, "{code}");
    }
    let stranger = Reading { url: Some("https://nottarget.com/"), ..plain };
    assert!(!has(of(&matcher.find(&stranger), "target")[0], "own_site"));
}

#[test]
fn in_german_every_noun_has_a_capital() {
    let matcher = matcher(accounts());
    let german = Reading { language: Some("de"), ..reading("", "Am Montag kam das Target nicht an.") };
    assert!(of(&matcher.find(&german), "target").iter().all(|mention| !mention.accepted));
    let firm = Reading { language: Some("de"), ..reading("", "Der Handelskonzern Target wächst.") };
    assert!(of(&matcher.find(&firm), "target").iter().any(|mention| mention.accepted));
}

#[test]
fn about_or_in_passing() {
    let matcher = matcher(accounts());
    let long = "Rain fell on the hills all day and nobody went out. ".repeat(20);
    let late = format!("{long}Nearby stood a van of Zantrix.");
    let often = format!("{long}Zantrix came. Then Zantrix left. But Zantrix was back. And Zantrix stayed.");
    let rivals = format!("It faces rivals such as Zantrix and others. {long}");
    for (title, text, salience) in [
        ("Zantrix opens a plant", long.as_str(), Salience::About),
        ("Rain all day", late.as_str(), Salience::Passing),
        ("Rain all day", often.as_str(), Salience::About),
        ("Rain all day", rivals.as_str(), Salience::Passing),
        ("Buy Pelora for the long run: Zantrix", "", Salience::Passing),
        ("Zantrix downgrades Pelora to sell", "", Salience::Passing),
        ("New plant in Ohio", "Zantrix opened a plant.", Salience::About),
    ] {
        let mentions = matcher.find(&reading(title, text));
        let own = of(&mentions, "zantrix");
        assert!(!own.is_empty() && own.iter().all(|mention| mention.accepted), "{title}: {own:?}");
        assert!(own.iter().all(|mention| mention.salience == salience), "{title} / {salience:?}: {own:?}");
    }
}

#[test]
fn suppressed_candidates_stay_with_their_reasons() {
    let mentions = matcher(accounts()).find(&reading("", "The Ford Foundation."));
    assert_eq!(mentions.len(), 1);
    assert!(!mentions[0].accepted && mentions[0].score < 0.5 && !mentions[0].why.is_empty());
    assert_eq!(mentions[0].salience, Salience::Passing);
}

#[test]
fn settings_move_the_bar() {
    let strict = Settings { accept: 0.99, ..Settings::default() };
    let matcher = Matcher::build(&Watchlist::new(accounts()), &strict);
    assert!(matcher.find(&reading("", "A walk with Zantrix.")).iter().all(|mention| !mention.accepted));
}

#[test]
fn hostile_watchlists_and_texts() {
    let empty = matcher(vec![]);
    assert!(empty.find(&reading("Ford", "Ford")).is_empty());
    let odd = matcher(vec![
        account("empty", "", &["", " ", "...", "&", "()", "Inc."]),
        account("long", &"Ab ".repeat(5_000), &[]),
        account("brackets", ")(", &["A (", "(((a)))"]),
    ]);
    for text in
        ["", "\0", "Inc.", "& & &amp; amp; a", "((", "\u{202e}\u{fffd}", &"a ".repeat(100_000), &"Ab-".repeat(50_000)]
    {
        let _ = odd.find(&reading(text, text));
        let _ = matcher(accounts()).find(&reading(text, text));
    }
}

#[test]
fn thousands_of_accounts_are_one_automaton() {
    let many =
        (0..5_000).map(|number| account(&format!("a{number}"), &format!("Zant{number}x Robotics Inc."), &[])).collect();
    let mentions = matcher(many).find(&reading("Zant4711x Robotics to close", "Zant17x Robotics gains from it."));
    let found: Vec<&str> = mentions.iter().map(|mention| mention.account.as_str()).collect();
    assert_eq!(found, ["a4711", "a17"]);
}

proptest! {
    #[test]
    fn spans_are_valid_and_fold_to_a_form(
        pieces in prop::collection::vec(prop_oneof![
            "\\PC{0,12}",
            Just("Ford".to_owned()), Just("Zantrix\u{301}".to_owned()), Just(" ".to_owned()), Just("O’RLA-BENZ".to_owned()),
            Just("Brell &amp; Quine".to_owned()), Just("<F>".to_owned()), Just("'s ".to_owned()), Just("\n\n".to_owned()),
        ], 0..30)
    ) {
        let text = pieces.concat();
        let matcher = matcher(accounts());
        for mention in matcher.find(&reading(&text, &text)) {
            let part = text.get(mention.span.start..mention.span.end);
            prop_assert!(part.is_some_and(|part| !part.is_empty()));
            let plain = prose::plain(part.unwrap_or_default());
            let forms = matcher.forms.iter().filter(|form| matcher.accounts[form.account].account.id == mention.account);
            prop_assert!(forms.map(|form| &form.plain).any(|form| *form == plain), "{} is no form", plain);
            prop_assert!((0.0..=1.0).contains(&mention.score));
        }
    }
}

#[test]
fn the_exchange_in_the_label_of_a_symbol_is_no_mention() {
    let mut exchange = account("nasdaq", "Nasdaq, Inc.", &["Nasdaq"]);
    exchange.tickers = vec!["NDAQ".to_owned()];
    let matcher = matcher(vec![exchange, account("nyse", "NYSE", &["New York Stock Exchange"])]);
    for (text, id, accepted) in [
        ("Zantrix (NASDAQ: ZTX) said on Monday it would cut 40 jobs, and its shares rose.", "nasdaq", false),
        ("Zantrix (NYSE: ZTX; Nasdaq: ZTXA) reported earnings and a higher dividend.", "nasdaq", false),
        ("Zantrix (NYSE: ZTX) reported earnings and a higher dividend.", "nyse", false),
        ("Nasdaq Inc. said it would buy a rival exchange.", "nasdaq", true),
        ("Nasdaq, Inc. (Nasdaq: NDAQ) reported earnings.", "nasdaq", true),
    ] {
        let found = matcher.find(&reading("", text));
        let found = of(&found, id);
        assert!(!found.is_empty(), "{text}");
        assert_eq!(found.iter().any(|mention| mention.accepted), accepted, "{text}: {found:?}");
        let labelled = found.iter().filter(|mention| has(mention, "exchange_label"));
        assert!(labelled.clone().all(|mention| !mention.accepted), "{text}");
        assert_eq!(labelled.count() > 0, text.contains(": "), "{text}: {found:?}");
    }
}

#[test]
fn and_and_its_signs_are_one() {
    let spellings = ["Harrow and Pike", "Harrow & Pike", "Harrow + Pike", "Harrow&Pike"];
    for name in &spellings[..3] {
        let matcher = matcher(vec![account("harrow", name, &[])]);
        for written in spellings {
            let text = format!("{written} said it would hire 50 people.");
            let found = matcher.find(&reading("", &text));
            assert!(found.iter().any(|mention| mention.accepted), "{name} in {text}: {found:?}");
        }
    }
}
