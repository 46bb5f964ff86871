//! Firms of one name: whose the article is, by what it says of the firm itself.

use super::*;
use crate::model::{Alias, Contact, Relation, RelationKind};

/// A maker of robots in the United States.
fn acme() -> Account {
    Account {
        id: "acme".into(),
        name: "Acme Robotics, Inc.".into(),
        aliases: vec![Alias::from("Acme Robotics")],
        domains: vec!["acme-robotics.example".into()],
        country: Some("US".into()),
        contacts: vec![Contact { name: "Ruth Okafor".into(), ..Contact::default() }],
        relations: vec![Relation { kind: RelationKind::InIndustry, to: "software".into() }],
        ..Account::default()
    }
}

/// The codes of `account`'s mentions that decide between namesakes, and whether any is accepted.
fn read(account: Account, title: &str, text: &str) -> (bool, Vec<String>) {
    let matcher = Matcher::build(&Watchlist::new(vec![account]), &Settings::default());
    let mentions = matcher.find(&Reading { title, text, language: Some("en"), ..Reading::default() });
    assert!(!mentions.is_empty(), "{text}");
    let mut codes: Vec<String> = mentions
        .iter()
        .flat_map(|mention| &mention.why)
        .filter(|reason| matches!(reason.code.as_str(), "namesake" | "undecided"))
        .map(|reason| reason.code.clone())
        .collect();
    codes.dedup();
    (mentions.iter().any(|mention| mention.accepted), codes)
}

#[test]
fn a_firm_of_another_law_country_or_address_is_a_namesake() {
    for (title, text) in [
        (
            "Acme Robotics directors charged with fraud",
            "Two directors of Acme Robotics Pty Ltd appeared in court on Friday. Acme Robotics denies the charges.",
        ),
        (
            "Toy importer in court",
            "The Perth-based toy importer Acme Robotics owes its suppliers three million dollars.",
        ),
        ("Importer in court", "A judge wound up Acme Robotics, a toy importer in Western Australia, on Monday."),
        ("Acme Robotics meldet Insolvenz an", "Acme Robotics GmbH has filed for insolvency at the court of Bonn."),
        ("Acme Robotics raided", "Police searched the offices of Indian drone seller Acme Robotics this morning."),
        ("Acme Robotics raided", "Acme Robotics is based in Mumbai and sells drones. Police searched its offices."),
        ("Fraud at Acme Robotics", "Acme Robotics sold its toys at acme-robotics-toys.example until last week."),
    ] {
        assert_eq!(read(acme(), title, text), (false, vec!["namesake".to_owned()]), "{text}");
    }
}

#[test]
fn the_firm_itself_abroad_stays_the_firm() {
    for (title, text) in [
        ("Acme Robotics opens plant in Perth", "Acme Robotics said it would open a plant in Perth, Western Australia."),
        ("Australian regulators sue Acme Robotics", "Australian regulators sued Acme Robotics on Monday in Sydney."),
        (
            "Acme Robotics buys rival",
            "Acme Robotics, which has customers in Germany and India, bought a rival in France.",
        ),
        ("Acme Robotics grows", "Acme Robotics GmbH, the German unit of the Ohio firm, hired 40 people."),
        ("Acme Robotics grows", "Acme Robotics, Inc., a maker of robots for French bakeries, hired 40 people."),
        ("Acme Robotics grows", "Acme Robotics, the biggest seller of robots in Australia, hired 40 people."),
        ("Acme Robotics grows", "Acme Robotics, a maker of robots and tools in Japan, hired 40 people."),
        ("Acme Robotics grows", "Acme Robotics Ltd said it had hired 40 people."),
        ("Acme Robotics in court", "Acme Robotics Pty Ltd was sued. Write to acme-robotics.example, said Ruth Okafor."),
        ("Ohio's Acme Robotics grows", "Dayton-based Acme Robotics hired 40 people. See acme-robotics.com."),
    ] {
        assert_eq!(read(acme(), title, text), (true, Vec::new()), "{text}");
    }
}

#[test]
fn two_equal_readings_are_undecided() {
    for text in [
        "Acme Robotics Pty Ltd was fined. Acme Robotics, Inc. of Dayton was fined too, the agency said.",
        "Acme Robotics, an Australian importer, was fined. Ask Ruth Okafor.",
    ] {
        assert_eq!(read(acme(), "Acme Robotics fined", text), (false, vec!["undecided".to_owned()]), "{text}");
    }
}

#[test]
fn where_nothing_is_known_of_the_account_nothing_speaks_against_it() {
    let bare = Account { id: "acme".into(), name: "Acme Robotics".into(), ..Account::default() };
    for text in [
        "Acme Robotics Pty Ltd of Perth was fined, and acme-robotics-toys.example is gone.",
        "Australian toy importer Acme Robotics was fined.",
    ] {
        assert_eq!(read(bare.clone(), "Acme Robotics fined", text), (true, Vec::new()), "{text}");
    }
}
