//! A firm that uses a rival buys our client: one alarm, on the client, with both sides' words.

use super::stage::{Stage, quotes, spoken};

const ACCOUNTS: &str = r#"
[[account]]
id = "brightwater"
name = "Brightwater Foods plc"
aliases = ["Brightwater Foods", "Brightwater"]
domains = ["brightwater.example"]
tier = "A"
owner = "mia"
contacts = [{ name = "Ruth Okafor", role = "COO", sponsor = true }]
relations = [{ kind = "in_industry", to = "warehousing" }]

[[account]]
id = "norvane"
name = "Norvane Group"
aliases = ["Norvane"]
kind = "KIND"
owner = "tom"
relations = [{ kind = "uses", to = "palletron" }]

[[account]]
id = "palletron"
kind = "competitor"
name = "Palletron Systems"
aliases = ["Palletron"]
relations = [{ kind = "in_industry", to = "warehousing" }]

[[account]]
id = "warehousing"
kind = "topic"
name = "warehouse automation"
"#;

/// Two outlets a deal, each in its own words.
const DEALS: [[(&str, &str); 2]; 3] = [
    [
        (
            "Norvane Group agrees to buy Brightwater Foods in $640 million deal",
            "Norvane Group has agreed to buy Brightwater Foods for $640 million, the two companies said on Monday. Norvane, \
             which runs its depots on machines from Palletron Systems, expects to close the purchase by the end of March. \
             Brightwater Foods makes frozen meals at six sites.",
        ),
        (
            "Brightwater Foods to be taken over by Norvane",
            "Brightwater Foods, the maker of frozen meals, is to be taken over by Norvane Group in a deal worth $640 million. \
             Norvane will bring its own suppliers, among them Palletron Systems, the chairman of Brightwater said on Monday.",
        ),
    ],
    [
        (
            "Norvane snaps up Brightwater Foods for £500m",
            "Norvane Group has snapped up Brightwater Foods in a cash-and-shares deal worth £500m. The buyer, a long-standing \
             customer of Palletron Systems, said it would keep the Brightwater brand.",
        ),
        (
            "Brightwater Foods accepts takeover offer from Norvane",
            "The board of Brightwater Foods on Tuesday accepted a takeover offer of £500m from Norvane Group. The price is a \
             third above what the shares of Brightwater cost on Friday. Norvane installed robots of Palletron last year.",
        ),
    ],
    [
        (
            "Norvane Group acquires Brightwater Foods",
            "Norvane Group said on Wednesday that it is acquiring Brightwater Foods. Norvane, which packs with robots from \
             Palletron Systems, pays 410 pence a share for the maker of frozen meals.",
        ),
        (
            "Brightwater Foods acquired by Norvane after sixty years on its own",
            "Sixty years after its founding, Brightwater Foods is being acquired by Norvane Group for 410 pence a share. \
             Shareholders of the maker of frozen meals vote in spring. Palletron won a contract at Norvane in the same week.",
        ),
    ],
];

#[test]
fn case_1_one_alarm_on_the_client_with_both_quotes() {
    for (kind, deal) in ["prospect", "partner", "client"].into_iter().zip(DEALS) {
        let stage = Stage::new(&ACCOUNTS.replace("KIND", kind), &["courier", "gazette"]);
        for (outlet, words) in ["courier", "gazette"].into_iter().zip(deal) {
            stage.tell(outlet, "deal", words, 0);
        }
        stage.pass();
        let cards = stage.all();
        let alarms: Vec<_> = cards.iter().filter(|card| card["alarm"] == true).collect();
        assert_eq!(alarms.len(), 1, "{cards:#?}");

        let card = stage.only("brightwater");
        assert_eq!((&card["play"], &card["action"]), (&"client-acquired".into(), &"call".into()), "{card}");
        assert_eq!((&card["alarm"], &card["signal_type"]), (&true.into(), &"acquisition".into()), "{card}");
        assert!(card["why"].as_str().unwrap().contains("Norvane"), "who buys is told: {card}");
        let quotes = quotes(&card);
        let of =
            |(title, text): (&str, &str)| quotes.iter().any(|quote| title == quote || text.contains(quote.as_str()));
        assert!(deal.iter().all(|words| of(*words)), "both outlets are quoted: {quotes:?}");
        assert!(
            card.to_string().contains("Norvane Group uses Palletron Systems"),
            "what the buyer uses is told: {card}"
        );
        let spoken = spoken(&card);
        assert!(
            !spoken.contains("congratul") && !spoken.contains("renewal") && !spoken.contains("palletron"),
            "{spoken}"
        );
        let never = card["avoid"].to_string();
        assert!(never.contains("Do not congratulate") && never.contains("renewal"), "{never}");

        for play in ["client-in-rival-win", "client-rival-case-study", "prospect-in-rival-win", "partner-with-rival"] {
            assert!(cards.iter().all(|card| card["play"] != play), "no rival-win card: {cards:#?}");
        }
        let of_buyer = stage.of("norvane");
        let expected = if kind == "client" { &["client-acquires"][..] } else { &[] };
        let plays: Vec<_> = of_buyer.iter().map(|card| card["play"].as_str().unwrap()).collect();
        assert_eq!(plays, expected, "the deal is on the client's card: {of_buyer:#?}");

        let sent = stage.sent();
        stage.pass();
        assert_eq!((stage.of("brightwater").len(), stage.sent().len()), (1, sent.len()), "told once");
    }
}
