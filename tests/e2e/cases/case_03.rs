//! A client's chief dies; an interim is named; fourteen outlets report it.

use serde_json::{Value, json};

use super::stage::{Stage, Words, ago, spoken};

const ACCOUNTS: &str = r#"
[[account]]
id = "brightwater"
name = "Brightwater Foods plc"
aliases = ["Brightwater Foods", "Brightwater"]
domains = ["brightwater.example"]
tier = "A"
owner = "mia"
last_contact = LAST
renewal = RENEWAL
contacts = [
  { name = "Helen Marsh", role = "CEO", sponsor = true },
  { name = "Ruth Okafor", role = "COO", email = "ruth@brightwater.example" },
]
relations = [{ kind = "uses", to = "palletron" }]

[[account]]
id = "palletron"
kind = "competitor"
name = "Palletron Systems"
"#;

const OUTLETS: [&str; 14] = [
    "courier", "gazette", "herald", "ledger", "mercury", "post", "star", "sun", "times", "tribune", "argus", "echo",
    "journal", "record",
];

/// What the agency wrote, and most outlets print.
const WIRE: Words = (
    "Brightwater Foods chief executive Helen Marsh dies at 57",
    "LEEDS (Agency) - Helen Marsh, chief executive of Brightwater Foods, has died at the age of 57, the company said on Monday. \
     Finance director Owen Pryce will lead the company as interim chief executive. Marsh had run the maker of frozen meals for \
     ten years and doubled its sales.",
);

/// Outlets that wrote their own report.
const OWN: [Words; 5] = [
    (
        "Brightwater mourns Helen Marsh",
        "Brightwater Foods said its chief executive, Helen Marsh, passed away on Sunday after a short illness. The board has \
         asked Owen Pryce, its finance director, to act as interim chief executive until a successor is found.",
    ),
    (
        "Sudden death of Brightwater Foods boss Helen Marsh",
        "The sudden death of Brightwater Foods chief executive Helen Marsh has shocked the food trade in the north. Owen Pryce, \
         the finance director, was named interim chief executive on Monday.",
    ),
    (
        "Brightwater Foods announces the passing of CEO Helen Marsh",
        "It is with deep sadness that Brightwater Foods announces the passing of its chief executive officer, Helen Marsh. Owen \
         Pryce has been appointed interim chief executive officer with immediate effect.",
    ),
    (
        "Brightwater names Owen Pryce interim chief after death of Helen Marsh",
        "Brightwater Foods has appointed finance director Owen Pryce as interim chief executive following the sudden death of \
         Helen Marsh, who had led the maker of frozen meals since her thirties.",
    ),
    (
        "Brightwater Foods chief Helen Marsh has died",
        "Staff of Brightwater Foods learned on Monday that Helen Marsh, the chief executive of the firm, has died. Chief \
         financial officer Owen Pryce takes over as interim CEO, a spokesman said.",
    ),
];

/// The same on another day and in other words, where the chief was killed.
const KILLED: Words = (
    "Brightwater Foods CEO killed in helicopter crash",
    "Helen Marsh, the chief executive of Brightwater Foods, was killed on Sunday when her helicopter came down near Kendal. \
     Chief financial officer Owen Pryce takes over as interim CEO, the company said.",
);

fn stage() -> Stage {
    // The renewal's mark of half a year begins in the two weeks after the death.
    let (last, renewal) = (ago(25).date_naive().to_string(), ago(-175).date_naive().to_string());
    Stage::new(&ACCOUNTS.replace("LAST", &last).replace("RENEWAL", &renewal), &OUTLETS)
}

fn plays(cards: &[Value]) -> Vec<&str> {
    cards.iter().map(|card| card["play"].as_str().unwrap()).collect()
}

/// Fourteen outlets on one day.
fn mourning(stage: &Stage, days_ago: i64) {
    for (place, outlet) in OUTLETS.iter().enumerate() {
        stage.tell(outlet, "marsh", OWN.get(place).copied().unwrap_or(WIRE), days_ago);
    }
}

#[test]
fn case_3_fourteen_outlets_make_one_card_of_condolence() {
    let stage = stage();
    mourning(&stage, 0);
    stage.pass();
    let card = stage.only("brightwater");
    is_condolence(&card);
    assert!(card["evidence"].as_array().unwrap().len() >= 2, "{card:#}");
    let born = stage.sent().len();
    stage.pass();
    stage.only("brightwater");
    assert_eq!(stage.sent().len(), born, "told once");
}

#[test]
fn case_3_whatever_the_words_and_whoever_tells_it_first() {
    for words in OWN.into_iter().chain([WIRE, KILLED]) {
        let stage = stage();
        stage.tell("courier", "marsh", words, 0);
        stage.pass();
        let cards = stage.of("brightwater");
        assert!(!cards.is_empty(), "{}: {}", words.0, stage.understood());
        for card in &cards {
            let said = spoken(card);
            assert!(!said.contains("welcome, helen"), "{}: {card:#}", words.0);
        }
        if words.0.contains("names Owen Pryce") {
            continue;
        }
        is_condolence(&stage.only("brightwater"));
    }
}

fn is_condolence(card: &Value) {
    assert_eq!((&card["play"], &card["state"]), (&"client-death".into(), &"checking".into()), "{card:#}");
    assert_eq!((&card["approval"], &card["tact"]), (&true.into(), &true.into()), "{card:#}");
    assert_eq!(card["action"], "note", "{card:#}");
    assert_ne!(card["contact"], "Helen Marsh", "{card:#}");
    let spoken = spoken(card);
    assert!(spoken.contains("sorry about helen marsh"), "{spoken}");
    for word in ["welcome", "succe", "renew", "contract", "pryce", "interim"] {
        assert!(!spoken.lines().any(|line| line.contains(word)), "{word} in {spoken}");
    }
    assert!(card["checks"].to_string().contains("mailings to them are paused"), "{card:#}");
}

#[test]
fn case_3_nothing_but_condolences_for_ten_business_days_then_an_introduction_to_the_interim() {
    let stage = stage();
    let prize = (
        "Brightwater Foods wins food maker of the year award",
        "Brightwater Foods has won the award for food maker of the year. The jury praised the works in Leeds.",
    );
    let interim = (
        "Brightwater Foods appoints Owen Pryce as interim chief executive",
        "Brightwater Foods has appointed Owen Pryce as interim chief executive, the company said in a statement to the stock \
         exchange. Pryce was finance director before.",
    );
    let rival = (
        "Palletron Systems raises prices by 12 percent",
        "Palletron Systems will raise the prices of its sorting robots by 12 percent from January, the company said.",
    );
    stage.pass_on([21]);
    stage.tell("courier", "prize", prize, 20);
    stage.pass_on([20]);
    assert_eq!(plays(&stage.of("brightwater")), ["client-good-news"], "{}", stage.understood());
    mourning(&stage, 19);
    stage.pass_on([19]);
    let cards = stage.of("brightwater");
    assert!(plays(&cards).contains(&"client-death") && cards.len() == 2, "{cards:#?}");
    let praise = cards.iter().find(|card| card["play"] == "client-good-news").unwrap();
    assert_eq!(praise["state"], "checking", "what was ready is held: {praise:#}");
    assert!(praise["title"].as_str().unwrap().starts_with("Not now"), "{praise:#}");

    // Everything else that comes up within the two weeks, to the last of them.
    stage.tell("gazette", "interim", interim, 17);
    stage.tell("herald", "rival", rival, 12);
    stage.pass_on([17]);
    stage.fact(
        "n1",
        "newsletter_clicked",
        16,
        &json!({ "account": "brightwater", "contact": "ruth@brightwater.example" }),
    );
    stage.pass_on([16, 12, 8, 7]);
    let cards = stage.of("brightwater");
    assert_eq!(cards.len(), 2, "no welcome, no marketing, nothing planned: {cards:#?}");
    let death = cards.iter().find(|card| card["play"] == "client-death").unwrap();
    assert!(death["evidence"].to_string().contains("Helen Marsh"), "{death:#}");

    // Ten business days are at most fourteen days.
    stage.pass_on([4]);
    let cards = stage.of("brightwater");
    let new: Vec<_> = cards.iter().filter(|card| card["play"] == "client-introduction").collect();
    assert_eq!((new.len(), cards.len()), (1, 3), "{cards:#?}");
    let card = new[0];
    assert_eq!((&card["contact"], &card["owner"]), (&"Owen Pryce".into(), &"mia".into()), "{card:#}");
    assert!(spoken(card).contains("owen pryce") && spoken(card).contains("introduce myself"), "{card:#}");
    assert!(!spoken(card).contains("welcome") && card["approval"] == true, "{card:#}");
    assert!(card["evidence"].to_string().contains("Owen Pryce"), "{card:#}");
    stage.pass();
    assert!(!plays(&stage.of("brightwater")).contains(&"client-new-executive"));
    let plan = stage.place.run(&["plan", "--json"]).ended(0).json();
    assert_eq!(plan["waiting"][0]["account"], "brightwater", "the renewal's mark waits: {plan:#}");
    assert_eq!(stage.of("brightwater").iter().filter(|card| card["play"] == "client-introduction").count(), 1, "once");
}
