//! A rival raises its prices while three hundred clients are exposed to it.

use std::fmt::Write as _;

use super::stage::{Stage, Words, spoken};

const OWNERS: [&str; 6] = ["mia", "tom", "lea", "ivan", "olga", "nils"];

const RISES: [[Words; 2]; 2] = [
    [
        (
            "Palletron Systems raises prices by 12 percent",
            "Palletron Systems will raise the prices of its sorting robots by 12 percent from January, the company told \
             customers on Tuesday. It blamed the cost of motors and chips.",
        ),
        (
            "Palletron customers face 12% price hike",
            "Customers of Palletron Systems will pay 12% more from the new year, according to a letter seen by the Gazette. \
             Palletron Systems said that dearer motors and chips left it no choice.",
        ),
    ],
    [
        (
            "Dearer robots: Palletron lifts list prices 12%",
            "Robot maker Palletron Systems has lifted its list prices by 12%, the third increase in two years.",
        ),
        (
            "Palletron puts up its prices",
            "Palletron Systems is putting up its prices by 12 per cent. The robot maker said that the increase takes effect on \
             1 January and covers all contracts.",
        ),
    ],
];

fn accounts() -> String {
    let mut accounts = "[[account]]\nid = \"palletron\"\nkind = \"competitor\"\nname = \"Palletron Systems\"\n\
                        aliases = [\"Palletron\"]\n\
                        relations = [{ kind = \"in_industry\", to = \"warehousing\" }]\n\n\
                        [[account]]\nid = \"warehousing\"\nkind = \"topic\"\nname = \"warehouse automation\"\n"
        .to_owned();
    for number in 0..300 {
        let owner = OWNERS[number % OWNERS.len()];
        let tie = if number % 7 == 0 { "uses\", to = \"palletron" } else { "in_industry\", to = \"warehousing" };
        let _ = write!(
            accounts,
            "\n[[account]]\nid = \"client{number}\"\nname = \"Vessel Trading {number} Ltd\"\nowner = \"{owner}\"\n\
             relations = [{{ kind = \"{tie}\" }}]\n"
        );
    }
    accounts
}

#[test]
fn case_8_one_entry_and_few_cards_without_gloating() {
    for rise in RISES {
        let stage = Stage::new(&accounts(), &["courier", "gazette"]);
        stage.tell("courier", "prices", rise[0], 0);
        stage.pass();
        stage.tell("gazette", "prices", rise[1], 0);
        stage.pass();

        let log = stage.place.run(&["watch", "battlecard", "palletron", "--json"]).ended(0).json();
        let entries = log["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 1, "one entry: {log:#}");
        assert_eq!(entries[0]["kind"], "pricing_change", "{log:#}");
        assert!(entries[0]["what"].as_str().unwrap().contains("(up)"), "the direction is told: {log:#}");
        assert_eq!(log["exposed"].as_array().unwrap().len(), 300);

        let entry = stage.only("palletron");
        assert_eq!((&entry["action"], &entry["play"]), (&"battlecard".into(), &"rival-offer".into()), "{entry:#}");
        assert!(entry["title"].as_str().unwrap().contains("raises its prices"), "{entry:#}");
        let cards: Vec<_> = stage.all().into_iter().filter(|card| card["account"] != "palletron").collect();
        assert!(!cards.is_empty(), "those most exposed hear of it");
        for owner in OWNERS {
            let own: Vec<_> = cards.iter().filter(|card| card["owner"] == owner).collect();
            assert!(own.len() <= 3, "{owner}: {own:#?}");
        }
        for card in &cards {
            assert_eq!(card["play"], "client-rival-offer", "{card:#}");
            let spoken = spoken(card);
            for word in ["palletron", "competitor", "12", "expensive", "cheaper", "discount", "price", "switch"] {
                assert!(!spoken.contains(word), "no gloating: {word:?} in {spoken}");
            }
            assert!(card["avoid"].to_string().contains("gloat"), "{card:#}");
        }
        let entry = spoken_and_why(&entry);
        assert!(!entry.contains("good news") && !entry.contains("finally"), "{entry}");
    }
}

fn spoken_and_why(card: &serde_json::Value) -> String {
    format!("{}\n{}", spoken(card), card["why"].as_str().unwrap()).to_lowercase()
}
