//! Mail to a contact comes back; the news says that she joins another firm that we watch.

use serde_json::{Value, json};

use super::scene::{Scene, acme, news};

const BETA: &str = "[[account]]\nid = \"beta\"\nkind = \"prospect\"\nname = \"Beta Logistics Group\"\n\
    aliases = [\"Beta Logistics\"]\ntier = \"B\"\nowner = \"tom\"\ncontacts = [{ name = \"Ines Faro\", role = \"CEO\" }]\n";

/// The move as three papers tell it.
const MOVES: [(&str, &str); 3] = [
    (
        "Ruth Okafor joins Beta Logistics as chief operating officer",
        "Beta Logistics has appointed Ruth Okafor as chief operating officer, the freight group said on Monday. She starts in \
         January.",
    ),
    (
        "Beta Logistics names new operations chief",
        "Freight group Beta Logistics named Ruth Okafor chief operating officer on Thursday. Beta Logistics wants to double the \
         number of its depots within three years.",
    ),
    (
        "Beta Logistics hires Ruth Okafor as COO",
        "Beta Logistics has hired Ruth Okafor as its chief operating officer. Okafor will report to Ines Faro, who runs Beta \
         Logistics.",
    ),
];

fn bounce(scene: &Scene) {
    scene.tell("acme", "m1", "mail_bounced", &json!({ "contact": "ruth@acme-robotics.example" }));
    scene.pass();
}

fn move_told(scene: &Scene, (title, text): (&str, &str)) {
    scene.print("wire", &[news("wire", "move", title, text)]);
    scene.pass();
}

fn check(scene: &Scene, told: &str) {
    let cards = scene.cards_of("acme");
    assert_eq!(cards.len(), 1, "one successor card: {told}: {cards:#?}");
    let successor = &cards[0];
    assert!(["mail-bounced", "client-contact-left"].contains(&successor["play"].as_str().unwrap()), "{successor}");
    assert_eq!((&successor["contact"], &successor["owner"]), (&"Sam Ito".into(), &"mia".into()), "{told}");
    let said = successor.to_string();
    assert!(said.contains("Ruth Okafor") && said.contains("change the contact in the CRM yourself"), "{successor}");
    assert!(said.contains("came back"), "the mail is told: {told}: {successor}");
    assert!(!successor["evidence"].as_array().unwrap().is_empty(), "the news is quoted: {told}: {successor}");

    let cards = scene.cards_of("beta");
    assert_eq!(cards.len(), 1, "one suggestion at the new firm: {told}: {cards:#?}");
    assert_eq!((&cards[0]["owner"], &cards[0]["play"]), (&"tom".into(), &"prospect-new-executive".into()), "{told}");
    assert!(cards[0].to_string().contains("Ruth Okafor"), "{}", cards[0]);
    assert_ne!(cards[0]["state"], "accepted", "only suggested");

    let contacts = scene.account("acme")["account"]["contacts"].clone();
    let names: Vec<&Value> = contacts.as_array().unwrap().iter().map(|contact| &contact["name"]).collect();
    assert_eq!(names, ["Ruth Okafor", "Sam Ito"], "the contact stays as it was");
    assert_eq!(contacts[0]["email"], "ruth@acme-robotics.example");
    assert_eq!(scene.account("beta")["account"]["contacts"].as_array().unwrap().len(), 1, "nobody is added");
    for (kind, message) in scene.notices() {
        assert!(kind.starts_with("touch_point."), "cards go out, never contacts: {message}");
    }
}

#[test]
fn case_9_the_mail_comes_back_first() {
    for told in MOVES {
        let scene = Scene::new(&(acme("") + BETA), &["wire"]);
        bounce(&scene);
        move_told(&scene, told);
        check(&scene, told.0);
    }
}

#[test]
fn case_9_the_news_comes_first() {
    for told in MOVES {
        let scene = Scene::new(&(acme("") + BETA), &["wire"]);
        move_told(&scene, told);
        bounce(&scene);
        check(&scene, told.0);
    }
}
