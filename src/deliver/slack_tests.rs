use bytes::Bytes;
use http::HeaderMap;

use super::*;

fn reply(status: u16, body: &str) -> net::Reply {
    net::Reply { status, headers: HeaderMap::new(), body: Bytes::from(body.to_owned()), whole: true }
}

#[test]
fn each_word_of_slack_has_its_class() {
    let class = |status, body| match judge(&reply(status, body)) {
        Answer::Refused(refusal) => Some(refusal.class),
        _ => None,
    };
    assert!(judge(&reply(200, "ok")).is_accepted());
    assert_eq!(class(400, "invalid_payload"), Some(Class::Dead));
    assert_eq!(class(410, "channel_is_archived"), Some(Class::Pause));
    assert_eq!(class(404, "channel_not_found"), Some(Class::Pause));
    assert_eq!(class(403, "action_prohibited"), Some(Class::Pause));
    assert_eq!(class(404, "no_service"), Some(Class::Disable));
    assert_eq!(class(200, "welcome"), Some(Class::Pause), "200 is not enough");
    assert_eq!(class(429, "rate_limited"), None, "by status and Retry-After");
    assert_eq!(class(500, "rollup_error"), None, "by status");
}

#[test]
fn r44_no_mention_or_link_can_be_written_by_others() {
    let hostile = "<!channel> <@U1|x> <https://evil.example|click> & co";
    let page = Page {
        title: hostile.to_owned(),
        blocks: vec![
            Block::Text(hostile.to_owned()),
            Block::Quote {
                text: hostile.to_owned(),
                source: "a|b>c".to_owned(),
                url: Some("https://news.example/a|b".to_owned()),
            },
            Block::List { heading: hostile.to_owned(), entries: vec![hostile.to_owned()] },
            Block::Facts(vec![(hostile.to_owned(), hostile.to_owned())]),
        ],
        ..Page::default()
    };
    let message = message(&page);
    let text = message["text"].as_str().unwrap();
    assert!(!text.contains('<') && text.contains("&lt;!channel&gt;"), "{text}");
    for block in message["blocks"].as_array().unwrap() {
        let (kind, text) = (&block["text"]["type"], block["text"]["text"].as_str().unwrap());
        // Plain text is not parsed; in the rest the one link is ours.
        let own = "<https://news.example/a%7Cb|a/b&gt;c>";
        assert!(kind == "plain_text" || !text.replace(own, "").contains('<'), "{text}");
        assert!(kind == "plain_text" || block["text"]["verbatim"] == true);
    }
}

#[test]
fn limits_are_kept() {
    let long = "& ".repeat(2_000);
    let blocks = vec![Block::List { heading: long.clone(), entries: vec![long.clone(); 40] }; 80];
    let message = message(&Page { title: long, blocks, ..Page::default() });
    let blocks = message["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 50);
    assert!(blocks[0]["text"]["text"].as_str().unwrap().chars().count() <= 150);
    for block in &blocks[1..49] {
        let text = block["text"]["text"].as_str().unwrap();
        assert!(text.chars().count() <= 3_000 && !text.ends_with("&am…"));
    }
}
