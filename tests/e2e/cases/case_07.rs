//! A rival's own page praises our client: an inside alarm while it is fresh, a line in the log when it is old.

use super::stage::{Stage, Words, spoken};

const ACCOUNTS: &str = r#"
[[account]]
id = "brightwater"
name = "Brightwater Foods plc"
aliases = ["Brightwater Foods", "Brightwater"]
domains = ["brightwater.example"]
tier = "A"
owner = "mia"
area = "depot software"
contacts = [{ name = "Ruth Okafor", role = "COO", sponsor = true }]

[[account]]
id = "palletron"
kind = "competitor"
name = "Palletron Systems"
aliases = ["Palletron"]
domains = ["palletron.example"]
"#;

const STORIES: [Words; 4] = [
    (
        "How Brightwater Foods cut picking errors by 38 percent",
        "Brightwater Foods packs nine million meals a year. Since Brightwater put Palletron's robots into its depot in Leeds, \
         errors have fallen by 38 percent. \"Our nights are shorter now,\" says Ann Boyd, who runs the depot.",
    ),
    (
        "Customer story: Brightwater Foods",
        "Brightwater Foods chose Palletron Systems to automate its depot in Leeds. Forty robots work there day and night, and \
         Brightwater ships twice as much as before.",
    ),
    (
        "Brightwater Foods is our innovator of the year",
        "We are proud to honour Brightwater Foods as innovator of the year. Brightwater won the award for the way it uses \
         PalletOne at its depot in Leeds.",
    ),
    (
        "Case study: fewer errors in the cold store",
        "In this case study Brightwater Foods tells what changed when it moved to PalletOne. Brightwater had been looking for \
         help with its night shift.",
    ),
];

/// The rival's newsroom is the outlet whose pages have the rival's address.
fn stage() -> Stage {
    Stage::new(ACCOUNTS, &["courier", "palletron"])
}

#[test]
fn case_7_a_fresh_or_undated_case_study_is_an_inside_alarm() {
    for story in STORIES {
        for days in [None, Some(0), Some(240)] {
            let stage = stage();
            match days {
                Some(days) => stage.tell("palletron", "story", story, days),
                None => stage.tell_undated("palletron", "story", story),
            }
            stage.pass();
            let card = stage.only("brightwater");
            let told = format!("{} {days:?}: {card:#}", story.0);
            assert_eq!(card["play"], "client-rival-case-study", "{told}");
            assert_eq!((&card["action"], &card["alarm"]), (&"internal_check".into(), &true.into()), "{told}");
            assert!(card["checks"].to_string().contains("that they use it"), "verify use: {told}");
            assert!(card["evidence"][0]["url"].as_str().unwrap().contains("palletron.example"), "{told}");
            assert!(!spoken(&card).contains("congrat") && !spoken(&card).contains("well earned"), "{told}");
            assert!(card["avoid"].to_string().contains("Do not congratulate"), "{told}");
            never_an_award(&stage);
        }
    }
}

#[test]
fn case_7_an_old_case_study_is_a_line_of_the_log_only() {
    for story in STORIES {
        let stage = stage();
        stage.tell("palletron", "story", story, 400);
        stage.pass();
        assert!(stage.all().is_empty(), "{}: {:#?}", story.0, stage.all());
        assert!(stage.sent().is_empty());
        let log =
            stage.place.run(&["watch", "battlecard", "palletron", "--since", "2020-01-01", "--json"]).ended(0).json();
        assert!(log["entries"].to_string().contains("Brightwater"), "{}: {log}\n{}", story.0, stage.understood());
        never_an_award(&stage);
    }
}

#[test]
fn case_7_a_real_prize_is_still_good_news() {
    let stage = stage();
    let words = (
        "Brightwater Foods wins food maker of the year award",
        "Brightwater Foods has won the award for food maker of the year. The jury of the National Food Fair praised the firm's \
         works in Leeds.",
    );
    stage.tell("courier", "prize", words, 0);
    stage.pass();
    assert_eq!(stage.only("brightwater")["play"], "client-good-news");
}

fn never_an_award(stage: &Stage) {
    let found = stage.place.run(&["search", "--json", "signal:award"]).ended(0);
    assert_eq!(found.lines().len(), 0, "{}", found.stdout());
}
