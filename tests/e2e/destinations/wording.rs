//! How tasks are worded: the shipped templates, an operator's own, broken ones; shown before anything is sent.

use super::desk::Desk;
use crate::program::SECRET;

const HOOK: &str = "[[deliver.destinations]]\nkind = \"webhook\"\nid = \"hook\"\nurl = \"https://hooks.example/in\"\n\
                    secret_file = \"secret\"\n";

fn desk(settings: &str) -> Desk {
    let desk = Desk::new("", 1, &[], |_| String::new());
    desk.place.write("secret", SECRET);
    desk.place.write("tidings.toml", settings);
    desk
}

#[test]
fn a_preview_shows_what_would_be_sent_and_sends_nothing() {
    let desk = desk(HOOK);
    // Before there is any database: a made-up card.
    let shown = desk.place.run(&["deliver", "preview"]).ended(0);
    shown.said(&["── hook", "Call Ruth Okafor, Northwind Robotics: acquired by Halden", "Why now: ", "Check first: "]);
    let cards = desk.cards(0..1);
    let id = cards[0]["id"].as_str().unwrap();
    let shown = desk.place.run(&["deliver", "preview", id, "--json"]).ended(0).json();
    let (subject, body) = (shown["subject"].as_str().unwrap(), shown["body"].as_str().unwrap());
    assert!(subject.contains("Client 0") && subject.chars().count() <= 80, "{subject}");
    assert!(body.ends_with(&format!("http://127.0.0.1:8017/touchpoints/{id}")), "{body}");
    assert!(body.chars().count() <= 900);
    assert_eq!(shown["message"]["data"]["account_name"], "Client 0 Ltd");
    let before = desk.place.run(&["deliver", "status", "--json"]).ended(0).stdout();
    desk.place.write("own.txt", "{{ account.name }} wants {{ account.goal | default('nothing', true) }}\n{{ link }}");
    let own = desk.place.config().join("own.txt");
    let shown = desk.place.run(&["deliver", "preview", id, "--template", own.to_str().unwrap()]).ended(0);
    shown.said(&["Client 0 Ltd wants nothing"]);
    desk.place.write("own.txt", "{{ acount }}");
    desk.place
        .run(&["deliver", "preview", id, "--template", own.to_str().unwrap()])
        .ended(1)
        .said(&["undefined", "as shipped"]);
    desk.place.run(&["deliver", "preview", "--destination", "other"]).ended(2);
    desk.place.run(&["deliver", "preview", "--template", "absent"]).ended(2);
    assert_eq!(desk.place.run(&["deliver", "status", "--json"]).ended(0).stdout(), before);
}

#[test]
fn an_own_template_words_what_is_sent() {
    let desk = desk(&format!(
        "{HOOK}template = \"short\"\n\n[deliver.templates.short]\nsubject = \"{{{{ account.name }}}}: {{{{ event }}}}\"\n\
         body = \"\"\"\nTo do by {{{{ due }}}}\n{{% if owner %}}\nWho: {{{{ owner }}}}\n{{% endif %}}\n{{{{ link }}}}\n\"\"\"\n"
    ));
    let card = desk.accepted();
    let delivery = desk.delivery(&card);
    let message: serde_json::Value = serde_json::from_str(delivery["payload"].as_str().unwrap()).unwrap();
    let data = &message["data"];
    assert!(data["subject"].as_str().unwrap().starts_with("Client 0 Ltd: "), "{data}");
    let body: Vec<_> = data["body"].as_str().unwrap().lines().collect();
    assert_eq!(body.len(), 3, "{body:?}");
    assert!(body[0].starts_with("To do by 20") && body[1] == "Who: mia" && body[2].ends_with(&card), "{body:?}");
}

#[test]
fn what_is_wrong_with_templates_is_told_with_its_place() {
    let desk = desk(&format!(
        "[deliver]\ntell_trouble = [\"hok\"]\n\n[deliver.templates.short]\nsubject = \"{{{{ title\"\nbody = \"\"\"\none\n\
         {{{{ acount.name }}}}\n\"\"\"\n\n{HOOK}template = \"shrt\"\n"
    ));
    desk.place.run(&["check"]).ended(2).said(&[
        "tidings.toml:5:",
        "`subject` in template `short`: syntax error",
        "tidings.toml:8:1: `body` in template `short`: undefined value",
        "`template` in destination `hook` names no template: `shrt`",
        "`tell_trouble` in [deliver] names no destination: `hok`",
    ]);
}
