//! Layoffs at a client whose renewal is near and whose grave ticket is open: one card, and it waits.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::model::{Clock, SystemClock};

use super::stage::{Stage, Words, spoken};

const LAYOFFS: [Words; 3] = [
    (
        "Brightwater Foods to cut 240 jobs at Leeds plant",
        "Brightwater Foods said on Tuesday that it will cut 240 jobs at its plant in Leeds as orders from supermarkets fall. \
         Staff were told in meetings this morning.",
    ),
    (
        "Brightwater announces round of redundancies",
        "Brightwater Foods plc has announced a round of redundancies that affects 240 people in Leeds and Hull. Unions called \
         the decision a blow to both towns.",
    ),
    (
        "Brightwater Foods lays off a fifth of its head office",
        "Brightwater Foods is laying off a fifth of its head office staff, according to a memo that its chief executive sent \
         to employees on Monday. Canteens and shops of the works stay open.",
    ),
];

fn stage() -> Stage {
    let renewal = (SystemClock.now() + TimeDelta::days(45)).date_naive();
    let accounts = format!(
        "[[account]]\nid = \"brightwater\"\nname = \"Brightwater Foods plc\"\naliases = [\"Brightwater Foods\", \"Brightwater\"]\n\
         domains = [\"brightwater.example\"]\ntier = \"A\"\nowner = \"mia\"\nrenewal = {renewal}\n\
         contacts = [{{ name = \"Ruth Okafor\", role = \"COO\", sponsor = true }}]\n"
    );
    Stage::new(&accounts, &["courier", "gazette"])
}

fn ticket(stage: &Stage) {
    let more = json!({ "account": "brightwater", "reference": "123", "priority": "P1" });
    stage.fact("t1", "ticket_opened", 0, &more);
}

/// What comes when.
type Order<'a> = &'a dyn Fn(&Stage, Words);

/// What an inbox shows of the account.
fn waiting(stage: &Stage) -> Vec<Value> {
    let cards = stage.place.run(&["inbox", "list", "--json"]).ended(0).lines();
    cards.into_iter().filter(|card| card["account"] == "brightwater").collect()
}

#[test]
fn case_2_layoffs_before_a_renewal_with_a_ticket_open_are_one_card_in_whatever_order() {
    let news = |stage: &Stage, words: Words| stage.tell("courier", "jobs", words, 0);
    let orders: [Order; 3] = [
        &|stage, words| {
            ticket(stage);
            news(stage, words);
        },
        &|stage, words| {
            ticket(stage);
            stage.pass();
            news(stage, words);
        },
        &|stage, words| {
            news(stage, words);
            stage.pass();
            ticket(stage);
        },
    ];
    for (order, words) in orders.into_iter().zip(LAYOFFS) {
        let stage = stage();
        order(&stage, words);
        stage.pass();
        stage.tell("gazette", "more", LAYOFFS[0], 0);
        stage.pass();

        let cards = waiting(&stage);
        assert_eq!(cards.len(), 1, "one merged card: {cards:#?}");
        let card = &cards[0];
        assert_eq!((&card["play"], &card["state"]), (&"client-layoffs".into(), &"checking".into()), "{card}");
        assert_eq!((&card["approval"], &card["tact"]), (&true.into(), &true.into()), "{card}");
        assert!(card["title"].as_str().unwrap().starts_with("Settle ticket 123 first: "), "{card}");
        assert!(card["opening"].as_str().unwrap().contains("ticket 123"), "{card}");
        let id = card["id"].as_str().unwrap();
        place_refuses(&stage, id);

        let spoken = spoken(card);
        for word in ["renew", "contract", "offer", "discount", "upgrade", "licen", "saving"] {
            assert!(!spoken.contains(word), "nothing sells: {word} in {spoken}");
        }
        assert!(!cards.iter().any(|card| card["approach"] == "marketing"), "{cards:#?}");

        assert!(card["why"].as_str().unwrap().contains("Renewal is due on"), "{card}");
        let brief = stage.brief();
        assert_eq!(brief["renewals"][0]["account"], "brightwater", "{brief}");
        assert_eq!(brief["renewals"][0]["days"], 45, "{brief}");
        let end = (SystemClock.now() + TimeDelta::days(60)).date_naive().to_string();
        let plan = stage.place.run(&["plan", "--to", &end, "--json"]).ended(0).json();
        assert!(plan.to_string().contains("date:renewal:"), "the next mark stays planned: {plan}");

        // Once the ticket is closed and somebody approves, the contact is free.
        stage.fact("t2", "ticket_closed", 0, &json!({ "account": "brightwater", "reference": "123" }));
        stage.pass();
        stage.place.run(&["inbox", "accept", id]).ended(1).said(&["approval"]);
        stage.step(card, &["approve"]);
        stage.step(card, &["accept"]);
        let card = waiting(&stage).remove(0);
        assert!(card["title"].as_str().unwrap().starts_with("Call Ruth Okafor, Brightwater Foods"), "{card}");
    }
}

fn place_refuses(stage: &Stage, id: &str) {
    stage.place.run(&["inbox", "accept", id]).ended(1).said(&["first settle or waive: ticket 123 (P1)"]);
    stage.place.run(&["inbox", "approve", id]).ended(1).said(&["first settle or waive"]);
}
