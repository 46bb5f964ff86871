//! 240 outlets copy the wire; two papers report the same event in words of their own.

use super::scene::{News, Scene, acme, news};

const TITLE: &str = "Acme Robotics raises $80 million in Series C";

const WIRE: &str = "DAYTON (Wire) - Acme Robotics said on Tuesday it has raised $80 million in a Series C round led by Northgate \
    Ventures. Acme Robotics, which makes warehouse robots in Dayton, will use the money to build a second plant.";

/// The wire's text as 240 outlets print it: some cut it, some put their own line before or after it.
fn copies() -> Vec<News> {
    let print = |number: usize| {
        let text = match number % 4 {
            0 => WIRE.to_owned(),
            1 => WIRE.replace("DAYTON (Wire) - ", ""),
            2 => format!("{WIRE} Read more in our business section."),
            _ => WIRE.replace("on Tuesday ", ""),
        };
        news(&format!("outlet{number}"), "acme", TITLE, &text)
    };
    (0..240).map(print).collect()
}

/// Pairs of own reports, the first word of each pair the paper.
const OWN: [[(&str, &str, &str); 2]; 2] = [
    [
        (
            "herald",
            "Money for a second works: Ohio robot maker finds backers",
            "The maker of warehouse robots has money for a second plant. Acme Robotics has raised $80 million in a Series C \
             round, its chief told the Herald in an interview at its works, where forty engineers already share three benches.",
        ),
        (
            "ledger",
            "Northgate bets on Acme Robotics",
            "Investors led by Northgate Ventures put $80 million into Acme Robotics. Acme Robotics raised the Series C round \
             after two years of rising orders, according to people in the Ohio trade who spoke with the Ledger's reporter.",
        ),
    ],
    [
        (
            "herald",
            "Acme Robotics secures fresh capital after fierce bidding",
            "It took nine weeks and four bidders. Acme Robotics has secured $80m from venture funds, the largest sum a start-up \
             of the Miami valley has been given since the census began to count them.",
        ),
        (
            "ledger",
            "What Acme Robotics will do with its new millions",
            "Acme Robotics raised $80 million this week, and the mayor hopes that much of it stays in town. Some 150 welders and \
             programmers could be taken on, the chamber of commerce reckons.",
        ),
    ],
];

/// One story of three origins, one card, one notice, and one task once a person accepts it.
fn check(scene: &Scene, told: &str) {
    let cards = scene.cards_of("acme");
    assert_eq!(cards.len(), 1, "{told}: {cards:?}");
    let id = cards[0]["id"].as_str().unwrap();
    let explained = scene.place.run(&["explain", "--json", id]).ended(0).json();
    let story = &explained["story"];
    assert_eq!((&story["reports"], &story["origins"]), (&242.into(), &3.into()), "{told}: {story}");
    assert_eq!(cards[0]["play"], "client-good-news", "{told}");
    assert_eq!(cards[0]["evidence"].as_array().unwrap().len(), 3, "a quote of each origin: {told}: {}", cards[0]);
    let born = scene.notices().iter().filter(|(kind, _)| kind == "touch_point.ready").count();
    assert_eq!(born, 1, "told once: {told}");

    scene.place.run(&["inbox", "accept", id]).ended(0);
    scene.pass();
    scene.pass();
    let notices = scene.notices();
    let accepted: Vec<_> = notices.iter().filter(|(kind, _)| kind == "touch_point.accepted").collect();
    assert_eq!(accepted.len(), 1, "one task: {told}");
    let mut keys: Vec<&str> = notices.iter().map(|(_, message)| message["data"]["key"].as_str().unwrap()).collect();
    keys.dedup();
    assert_eq!(keys.len(), 1, "all about one card: {told}: {keys:?}");
}

#[test]
fn case_5_all_in_one_pass() {
    for own in OWN {
        let scene = Scene::new(&acme(""), &["wire", "herald", "ledger"]);
        scene.print("wire", &copies());
        for (paper, title, text) in own {
            scene.print(paper, &[news(paper, "acme", title, text)]);
        }
        scene.pass();
        assert_eq!(scene.notices().len(), 1, "one notice");
        check(&scene, own[0].1);
    }
}

#[test]
fn case_5_whoever_comes_first() {
    let [herald, ledger] = OWN[1];
    let scene = Scene::new(&acme(""), &["wire", "herald", "ledger"]);
    let print = |(paper, title, text): (&str, &str, &str)| scene.print(paper, &[news(paper, "acme", title, text)]);
    print(ledger);
    scene.pass();
    scene.print("wire", &copies());
    scene.pass();
    print(herald);
    scene.pass();
    check(&scene, "the papers first and last");
}
