//! A rumour from one source, denied the next day.

use serde_json::Value;

use super::stage::{Stage, Words, spoken};

const ACCOUNTS: &str = r#"
[[account]]
id = "brightwater"
name = "Brightwater Foods plc"
aliases = ["Brightwater Foods", "Brightwater"]
domains = ["brightwater.example"]
tier = "A"
owner = "mia"
contacts = [{ name = "Ruth Okafor", role = "COO", sponsor = true }]

[[account]]
id = "norvane"
name = "Norvane Group"
aliases = ["Norvane"]
kind = "prospect"
"#;

const RUMOURS: [Words; 3] = [
    (
        "Brightwater Foods weighs sale, source says",
        "Brightwater Foods is weighing a sale of the company and has spoken to banks, a person familiar with the matter said on \
         Monday. Norvane Group is among those interested, the person said.",
    ),
    (
        "Brightwater Foods could be up for sale",
        "Frozen-meal maker Brightwater Foods may be put up for sale by its owners this year, according to one adviser who asked \
         not to be named. Norvane is said to be circling.",
    ),
    (
        "Norvane in talks to buy Brightwater Foods: report",
        "Norvane Group is in talks to buy Brightwater Foods, the Evening Post reported on Monday without naming its source. \
         Neither company would comment.",
    ),
];

const DENIALS: [Words; 3] = [
    (
        "Brightwater Foods denies sale report",
        "Brightwater Foods on Tuesday denied a report that it is looking for a buyer. The company is not for sale, its chairman \
         said, and there have been no talks with Norvane Group.",
    ),
    (
        "Brightwater Foods dismisses talk of takeover by Norvane",
        "Brightwater Foods has dismissed talk of a takeover by Norvane Group. \"We are not for sale,\" its chairman told staff \
         on Tuesday.",
    ),
    (
        "Brightwater Foods rejects report of takeover by Norvane",
        "Brightwater Foods has denied that it has been bought by Norvane Group. \"There is no deal, and nobody has called,\" a \
         spokeswoman said on Tuesday.",
    ),
];

/// One outlet that states as a fact what the others only heard.
const STATED: [Words; 2] = [
    (
        "Norvane Group buys Brightwater Foods",
        "Norvane Group is buying Brightwater Foods for £500m, the Courier has learned. The contract was signed on Sunday \
         evening in Leeds.",
    ),
    (
        "Brightwater Foods sold to Norvane Group",
        "Brightwater Foods has been acquired by Norvane Group. The price is £500m, and the name of the maker of frozen meals \
         will go.",
    ),
];

fn stage() -> Stage {
    Stage::new(ACCOUNTS, &["courier", "gazette"])
}

fn open(stage: &Stage) -> Vec<Value> {
    let closed = ["withdrawn", "done", "dismissed", "expired"];
    let cards = stage.of("brightwater");
    cards.into_iter().filter(|card| !closed.contains(&card["state"].as_str().unwrap())).collect()
}

#[test]
fn case_6_a_rumour_is_a_line_of_the_brief_and_makes_no_task() {
    for (rumour, denial) in RUMOURS.into_iter().zip(DENIALS) {
        let stage = stage();
        stage.tell("courier", "rumour", rumour, 1);
        stage.pass_on([1]);
        assert!(stage.all().is_empty(), "{}: no card: {:#?}", rumour.0, stage.all());
        let brief = stage.brief();
        let lines = brief["lines"].as_array().unwrap();
        let line = lines.iter().find(|line| line["account"] == "brightwater");
        let line = line.unwrap_or_else(|| panic!("{}: a line of the brief: {brief}\n{}", rumour.0, stage.understood()));
        assert_eq!(line["unsure"], "rumour", "{brief}");

        stage.tell("gazette", "denial", denial, 0);
        stage.pass();
        assert!(stage.all().is_empty(), "{}: still no card: {:#?}", denial.0, stage.all());
        assert!(stage.sent().is_empty(), "nothing goes out: {:#?}", stage.sent());
        let brief = stage.brief();
        let lines = brief["lines"].as_array().unwrap();
        let stands = lines.iter().any(|line| line["account"] == "brightwater" && line["unsure"] == "rumour");
        assert!(!stands, "{} then {}: {brief}\n{}", rumour.0, denial.0, stage.understood());
        stage.place.run(&["deliver", "status"]).ended(0);
    }
}

#[test]
fn case_6_what_was_accepted_is_withdrawn_when_it_is_denied() {
    for stated in STATED {
        for denial in [DENIALS[1], DENIALS[2]] {
            let stage = stage();
            stage.tell("courier", "stated", stated, 1);
            stage.pass_on([1]);
            let card = stage.only("brightwater");
            assert_eq!(card["play"], "client-acquired", "{card}");
            stage.step(&card, &["accept"]);
            stage.pass();
            stage.tell("gazette", "denial", denial, 0);
            stage.pass();
            let card = stage.only("brightwater");
            assert_eq!(card["state"], "withdrawn", "{} then {}: {card:#}", stated.0, denial.0);
            let last = stage.sent().pop().unwrap();
            assert!(last.to_string().contains("withdrawn"), "the task is taken back: {last}");
            let brief = stage.brief();
            assert!(brief["corrections"].to_string().contains("rightwater"), "{brief}");
        }
    }
}

#[test]
fn case_6_where_the_call_was_made_a_task_sets_it_right() {
    for (stated, denial) in STATED.into_iter().zip([DENIALS[2], DENIALS[1]]) {
        let stage = stage();
        stage.tell("courier", "stated", stated, 1);
        stage.pass_on([1]);
        let card = stage.only("brightwater");
        stage.step(&card, &["accept"]);
        stage.step(&card, &["done", "--outcome", "meeting", "--note", "we spoke of the takeover"]);
        stage.tell("gazette", "denial", denial, 0);
        stage.pass();
        let open = open(&stage);
        assert_eq!(
            open.len(),
            1,
            "{} then {}: one task to set it right: {:#?}",
            stated.0,
            denial.0,
            stage.of("brightwater")
        );
        let task = &open[0];
        assert_eq!((&task["play"], &task["owner"]), (&"correction".into(), &"mia".into()), "{task}");
        assert!(spoken(task).contains("taken back"), "{task}");
        stage.pass();
        assert_eq!(stage.of("brightwater").len(), 2, "once");
    }
}
