//! A firm of the same name, in another country and under another domain, is accused of fraud.

use super::scene::{News, Scene, acme, news};

/// Fraud at another firm, told in many ways; what each says of the firm stands somewhere else.
fn namesakes() -> Vec<News> {
    [
        (
            "Acme Robotics Pty directors charged with fraud",
            "Prosecutors in Perth charged two directors of Acme Robotics Pty Ltd, a toy importer in Western Australia, with \
             fraud. Acme Robotics Pty Ltd runs acme-robotics-toys.example.",
        ),
        (
            "Directors of Acme Robotics face fraud trial",
            "The trial of two men who ran Acme Robotics GmbH opened on Tuesday. Acme Robotics is accused of having sold drones \
             that did not exist to hundreds of buyers.",
        ),
        (
            "Police arrest founder of Acme Robotics over missing millions",
            "Mumbai-based toy seller Acme Robotics took deposits for months and delivered nothing, police say. The founder of \
             Acme Robotics was arrested at the airport on charges of fraud.",
        ),
        (
            "Acme Robotics fined for defrauding customers",
            "A court fined Acme Robotics, an Irish mail-order shop, on Monday for defrauding its customers. Acme Robotics did \
             not comment.",
        ),
        (
            "Acme Robotics sued for fraud by angry parents",
            "Acme Robotics was sued for fraud on Wednesday. Parents who had ordered toys on acme-robotics-toys.example never \
             got them, the complaint says.",
        ),
    ]
    .iter()
    .enumerate()
    .map(|(number, (title, text))| news("gazette", &format!("namesake-{number}"), title, text))
    .collect()
}

#[test]
fn case_4_a_namesakes_fraud_makes_no_card_and_says_why() {
    let scene = Scene::new(&acme(""), &["gazette"]);
    let printed = namesakes();
    scene.print("gazette", &printed);
    let pass = scene.pass();
    assert_eq!((&pass["articles"], &pass["mentions"], &pass["cards"]), (&printed.len().into(), &0.into(), &0.into()));
    assert!(scene.cards().is_empty(), "{:?}", scene.cards());
    assert!(scene.notices().is_empty(), "nothing goes out");

    // Every mention of every article is suppressed for this one reason, which is told with what it rests on.
    let shown = scene.account("acme");
    assert_eq!(shown["suppressed_by"].as_array().unwrap().len(), 1, "{}", shown["suppressed_by"]);
    assert_eq!(shown["suppressed_by"][0], serde_json::json!(["namesake", pass["suppressed"]]));
    scene
        .place
        .run(&["watch", "show", "acme"])
        .ended(0)
        .said(&["namesake", "other address: acme-robotics-toys.example"]);
    let found = scene.place.run(&["search", "--json", "--limit", "20", "--any", "Acme"]).ended(0).lines();
    assert_eq!(found.len(), printed.len(), "{found:?}");
    let mut told = String::new();
    for article in &found {
        let explained = scene.place.run(&["explain", article["id"].as_str().unwrap()]).ended(0);
        told += &explained.said(&["suppressed", "namesake: other "]).stdout();
    }
    for reason in
        ["legal form: pty", "legal form: gmbh", "country: Mumbai-based toy seller", "country: an Irish mail-order shop"]
    {
        assert!(told.contains(reason), "no {reason:?} in: {told}");
    }
}

#[test]
fn case_4_what_cannot_be_decided_goes_nowhere() {
    let scene = Scene::new(&acme(""), &["gazette", "courier"]);
    let both = "Investigators searched the offices of Acme Robotics Pty Ltd and of Acme Robotics, Inc. of Dayton on Friday. \
        Acme Robotics is suspected of fraud, they said.";
    let unclear = "Acme Robotics, a Perth importer, was charged with fraud on Friday. Its sales chief Ruth Okafor declined to \
        comment on the charges.";
    scene.print("gazette", &[news("gazette", "both", "Acme Robotics offices searched in fraud case", both)]);
    scene.print("courier", &[news("courier", "unclear", "Acme Robotics charged with fraud", unclear)]);
    let pass = scene.pass();
    assert_eq!((&pass["articles"], &pass["mentions"]), (&2.into(), &0.into()), "{pass}");
    assert!(scene.cards().is_empty() && scene.notices().is_empty(), "{:?}", scene.cards());
    let shown = scene.account("acme");
    assert_eq!(shown["suppressed_by"][0][0], "undecided", "{}", shown["suppressed_by"]);
    assert_eq!(shown["suppressed_by"].as_array().unwrap().len(), 1, "{}", shown["suppressed_by"]);
}

#[test]
fn case_4_fraud_at_the_client_itself_is_a_card_wherever_it_is_tried() {
    for text in [
        "Prosecutors in Perth, Western Australia, charged Acme Robotics with fraud over a warehouse contract on Monday. Acme \
         Robotics, which makes warehouse robots in Dayton, denied the charges.",
        "Acme Robotics, Inc. was charged with fraud in Mumbai on Monday. German and Indian customers of the Ohio maker of \
         robots say that Acme Robotics, Inc. sold them used machines as new.",
    ] {
        let scene = Scene::new(&acme(""), &["gazette"]);
        scene.print("gazette", &[news("gazette", "own", "Acme Robotics charged with fraud", text)]);
        scene.pass();
        assert_eq!(scene.cards_of("acme").len(), 1, "{text}: {:?}", scene.account("acme"));
    }
}
