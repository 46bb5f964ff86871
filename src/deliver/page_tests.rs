use super::*;
use crate::deliver::Destination;

fn delivery(payload: &str) -> Delivery {
    let webhook: crate::deliver::Webhook = toml::from_str("id = \"crm\"\nurl = \"https://x.example\"").unwrap();
    let now = "2026-03-02T09:00:00Z".parse().unwrap();
    Delivery { payload: payload.to_owned(), ..crate::deliver::test_message(&Destination::Webhook(webhook), now) }
}

#[test]
fn any_message_with_subject_and_body_is_shown() {
    let told = r#"{"type":"destination.failing","data":{"subject":"crm does not answer","body":"since Monday\nlook"}}"#;
    let page = Page::of(&delivery(told), None).unwrap();
    assert_eq!((page.title.as_str(), page.urgent), ("crm does not answer", true));
    assert_eq!(page.blocks, [Block::Text("since Monday".to_owned()), Block::Text("look".to_owned())]);
}

#[test]
fn a_message_of_a_kind_that_nobody_knows_is_shown_as_it_is() {
    let page = Page::of(&delivery(r#"{"type":"later.kind","data":{"a":"one","b":2,"c":[]}}"#), None).unwrap();
    assert_eq!(page.title, "Tidings: later.kind");
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(page.blocks, [Block::Facts(vec![fact("a", "one"), fact("b", "2")])]);
    assert!(Page::of(&delivery("no json"), None).is_err());
}

#[test]
fn a_match_names_search_story_and_accounts() {
    let told = r#"{"type":"saved_search.matched","data":{"search":"breaches","query":"breach","owner":"mia",
        "title":"Breach at Acme","url":"https://news.example/1","publisher":"Wire","published":"2026-03-02T09:00:00Z",
        "accounts":[{"kind":"client","id":"acme","name":"Acme Ltd"}],"signals":["data_breach"]}}"#;
    let page = Page::of(&delivery(told), None).unwrap();
    assert_eq!((page.title.as_str(), page.owner.as_deref()), ("breaches: Breach at Acme", Some("mia")));
    let url = Some("https://news.example/1".to_owned());
    let source = "Wire, 2026-03-02".to_owned();
    assert_eq!(page.blocks[0], Block::Quote { text: "Breach at Acme".to_owned(), source, url });
    let Block::Facts(facts) = &page.blocks[1] else { panic!("facts") };
    assert_eq!(facts[0], ("Names".to_owned(), "Acme Ltd".to_owned()));
}

#[test]
fn r44_r52_lines_stay_lines_and_addresses_lead_to_the_web() {
    let told = r#"{"type":"x","data":{"subject":"a\r\nBcc: evil@x.example\u0000\u202e","body":"b"}}"#;
    let page = Page::of(&delivery(told), None).unwrap();
    assert_eq!(page.title, "a Bcc: evil@x.example");
    for url in ["javascript:alert(1)", "https://x.example/\"onload=", "https://x.example/ y", "data:text/html,x", "//x"]
    {
        assert!(!is_web(url), "{url}");
    }
    assert!(is_web("https://news.example/a?b=c&d=e#f"));
}
