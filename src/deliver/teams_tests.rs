use bytes::Bytes;
use http::HeaderMap;

use super::*;

fn class(status: u16, body: &str) -> Option<Class> {
    let reply = net::Reply { status, headers: HeaderMap::new(), body: Bytes::from(body.to_owned()), whole: true };
    match judge(&reply) {
        Answer::Refused(refusal) => Some(refusal.class),
        answer => {
            assert!(answer.is_accepted() || status >= 400);
            None
        }
    }
}

#[test]
fn each_answer_of_teams_has_its_class() {
    assert_eq!(class(202, ""), None);
    assert_eq!(class(200, "1"), None);
    let inside = |code| {
        format!(
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {code} with ContextId x"
        )
    };
    assert_eq!(class(200, &inside(429)), Some(Class::Retry));
    assert_eq!(class(200, &inside(404)), Some(Class::Pause));
    assert_eq!(class(200, &inside(400)), Some(Class::Dead));
    assert_eq!(class(400, r#"{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"x"}}"#), Some(Class::Pause));
    assert_eq!(class(404, r#"{"error":{"code":"WorkflowNotFound"}}"#), Some(Class::Disable));
    assert_eq!(class(401, r#"{"error":{"code":"DirectApiAuthorizationRequired"}}"#), Some(Class::Pause));
    assert_eq!(class(429, "{}"), None, "by status and Retry-After");
}

#[test]
fn r44_texts_stand_where_no_markdown_is_read() {
    let hostile = "[click](https://evil.example) **x** <at>all</at> ![p](https://evil.example/p.png)";
    let page = Page {
        title: hostile.to_owned(),
        blocks: vec![
            Block::Text(hostile.to_owned()),
            Block::Facts(vec![(hostile.to_owned(), hostile.to_owned())]),
            Block::List { heading: hostile.to_owned(), entries: vec![hostile.to_owned()] },
            Block::Quote { text: hostile.to_owned(), source: hostile.to_owned(), url: None },
        ],
        ..Page::default()
    };
    let card = &message(&page)["attachments"][0]["content"];
    for element in card["body"].as_array().unwrap() {
        assert_eq!(element["type"], "RichTextBlock");
        for run in element["inlines"].as_array().unwrap() {
            assert_eq!(run["type"], "TextRun");
        }
    }
    assert!(card["msteams"]["entities"].is_null(), "without entities there are no mentions");
}

#[test]
fn a_long_card_is_shortened() {
    let blocks = vec![Block::Text("ä".repeat(900)); 60];
    let message = message(&Page { title: "t".to_owned(), blocks, ..Page::default() });
    let text = message.to_string();
    assert!(text.len() <= 28 * 1024, "{}", text.len());
    assert!(text.contains("did not fit") && text.len() > 20_000);
}
