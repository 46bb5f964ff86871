use chrono::NaiveDate;
use serde_json::Value;

use super::*;
use crate::model::{
    Action, Approach, ArticleId, Check, CheckState, DeliveryState, Evidence, EvidenceLevel, Priority, Span,
    TouchPointId,
};

fn now() -> Time {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

fn card(state: TouchPointState) -> TouchPoint {
    TouchPoint {
        id: TouchPointId(uuid::Uuid::from_u128(7)),
        account: "acme".into(),
        cause: "story:s1".to_owned(),
        play: "client-acquired".into(),
        playbook: None,
        signal_type: None,
        action: Action::Call,
        approach: Approach::Pull,
        title: "Call Ruth Okafor, Acme: bought by Beta, 1 March".to_owned(),
        why: "Beta buys Acme.".to_owned(),
        evidence: vec![Evidence {
            article: ArticleId("a1".to_owned()),
            version: 1,
            content_hash: "0".to_owned(),
            span: Span::text(0, 10),
            quote: "Beta said on Sunday that it buys Acme.".to_owned(),
            url: Some("https://news.example/beta".to_owned()),
            publisher: Some("News".to_owned()),
            published: now(),
            level: EvidenceLevel::FullText,
        }],
        opening: Some("I read the announcement.".to_owned()),
        talking_points: vec!["Renewal is in May.".to_owned()],
        questions: vec!["Who decides?".to_owned(), "Is a review planned?".to_owned(), "Third?".to_owned()],
        avoid: vec!["congratulate".to_owned()],
        checks: vec![Check { what: "open tickets".to_owned(), state: CheckState::NotConnected, ..Check::default() }],
        approval: false,
        tact: false,
        alarm: false,
        contact: Some("Ruth Okafor".to_owned()),
        owner: Some("mia".to_owned()),
        due: NaiveDate::from_ymd_opt(2026, 3, 4).unwrap(),
        state,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        gate: crate::model::Gate::default(),
        priority: Priority::default(),
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 3,
        backfilled: false,
        created: now(),
        updated: now(),
    }
}

fn destination(id: &str, rest: &str) -> Destination {
    toml::from_str(&format!("kind = \"webhook\"\nid = \"{id}\"\nurl = \"https://hooks.example\"\n{rest}")).unwrap()
}

fn deliveries_for(card: &TouchPoint, step: Step, destinations: &[Destination], now: Time) -> Vec<Delivery> {
    super::deliveries_for(card, step, destinations, &Around::default(), now)
}

/// The ids of the destinations that are told.
fn told(card: &TouchPoint, step: Step, destinations: &[Destination]) -> Vec<String> {
    deliveries_for(card, step, destinations, now()).into_iter().map(|delivery| delivery.destination.0).collect()
}

#[test]
fn a_destination_is_told_of_the_steps_on_its_list() {
    use TouchPointState as State;
    let destinations = [
        destination("usual", ""),
        destination("crm", r#"on = ["accepted", "done", "withdrawn"]"#),
        destination("chat", r#"on = ["ready"]"#),
        destination(
            "alarms",
            r#"on = ["ready"]
alarms_only = true"#,
        ),
    ];
    for (state, step, expected) in [
        (State::Suggested, Step::Suggested, &[][..]),
        (State::Checking, Step::Checking, &[]),
        (State::Ready, Step::Ready, &["usual", "chat"]),
        (State::Accepted, Step::Accepted, &["usual", "crm"]),
        (State::Done, Step::Done, &["usual", "crm"]),
        (State::Dismissed, Step::Dismissed, &[]),
        (State::Snoozed, Step::Snoozed, &[]),
        (State::Expired, Step::Expired, &[]),
        (State::Withdrawn, Step::Withdrawn, &["usual", "crm"]),
        // Updates go where the card is known in its state.
        (State::Suggested, Step::Updated, &[]),
        (State::Ready, Step::Updated, &["usual", "chat"]),
        (State::Accepted, Step::Updated, &["usual", "crm"]),
        (State::Snoozed, Step::Updated, &[]),
        (State::Ready, Step::Woken, &["usual", "chat"]),
        // An undo also goes where the step taken back may have been told.
        (State::Ready, Step::Undone, &["usual", "crm", "chat"]),
        (State::Accepted, Step::Undone, &["usual", "crm"]),
        (State::Done, Step::Undone, &["usual", "crm"]),
        (State::Checking, Step::Undone, &["usual", "crm", "chat"]),
        (State::Dismissed, Step::Undone, &[]),
    ] {
        assert_eq!(told(&card(state), step, &destinations), expected, "{step:?} to {state:?}");
    }
    let alarm = TouchPoint { alarm: true, ..card(State::Ready) };
    assert_eq!(told(&alarm, Step::Ready, &destinations), ["usual", "chat", "alarms"]);
}

#[test]
fn backfilled_cards_go_nowhere() {
    let backfilled = TouchPoint { backfilled: true, alarm: true, ..card(TouchPointState::Ready) };
    assert!(told(&backfilled, Step::Ready, &[destination("usual", "")]).is_empty());
}

#[test]
fn r55_the_id_is_that_of_card_destination_and_revision() {
    let id =
        |card: &TouchPoint, to: &str| deliveries_for(card, Step::Ready, &[destination(to, "")], now())[0].id.clone();
    let ready = card(TouchPointState::Ready);
    let later = TouchPoint { revision: 4, ..ready.clone() };
    let first = id(&ready, "crm");
    assert!(first.starts_with("msg_") && first.len() == 24, "{first}");
    assert_eq!(first, id(&ready, "crm"));
    assert_ne!(first, id(&ready, "chat"));
    assert_ne!(first, id(&later, "crm"));
}

#[test]
fn a_message_carries_subject_body_and_fields() {
    let delivery = &deliveries_for(&card(TouchPointState::Ready), Step::Ready, &[destination("crm", "")], now())[0];
    assert_eq!((delivery.state, delivery.attempts, delivery.next_at), (DeliveryState::Due, 0, now()));
    let message: Value = serde_json::from_str(&delivery.payload).unwrap();
    assert_eq!(message["type"], "touch_point.ready");
    assert_eq!(message["timestamp"], "2026-03-02T09:00:00Z");
    let data = &message["data"];
    assert_eq!(data["key"], "00000000-0000-0000-0000-000000000007:crm");
    assert_eq!(data["subject"], "Call Ruth Okafor, Acme: bought by Beta, 1 March");
    assert_eq!(
        data["body"],
        "Why now: Beta buys Acme.\n\
         “Beta said on Sunday that it buys Acme.” (News, 2026-03-02)\n\
         https://news.example/beta\n\
         Check first: open tickets: not connected\n\
         Opening: I read the announcement.\n\
         Ask: Who decides? / Is a review planned?\n\
         Avoid: congratulate"
    );
    assert_eq!((data["due"].as_str(), data["owner"].as_str()), (Some("2026-03-04"), Some("mia")));
    assert_eq!((data["state"].as_str(), data["action"].as_str()), (Some("ready"), Some("call")));
    assert_eq!(data["evidence"][0]["quote"], "Beta said on Sunday that it buys Acme.");
    assert_eq!(data["questions"].as_array().unwrap().len(), 3);
    assert_eq!(data["trimmed"], false);
}

#[test]
fn r52_no_text_breaks_out_of_its_line() {
    let sly = TouchPoint {
        title: "Call\r\nBcc: everyone\u{0}\u{202e}".to_owned(),
        why: "one\n\nAvoid: nothing".to_owned(),
        ..card(TouchPointState::Ready)
    };
    let delivery = &deliveries_for(&sly, Step::Ready, &[destination("crm", "")], now())[0];
    let message: Value = serde_json::from_str(&delivery.payload).unwrap();
    assert_eq!(message["data"]["subject"], "Call Bcc: everyone");
    let body = message["data"]["body"].as_str().unwrap();
    assert_eq!(body.lines().next(), Some("Why now: one Avoid: nothing"));
}

#[test]
fn a_huge_card_stays_below_the_limits() {
    for filling in ["long word ", "\"\\", "😀", "語"] {
        let huge = filling.repeat(2_000);
        let evidence = Evidence {
            quote: huge.clone(),
            url: Some(format!("https://news.example/{}", "x".repeat(1900))),
            publisher: Some(huge.clone()),
            ..card(TouchPointState::Ready).evidence[0].clone()
        };
        let card = TouchPoint {
            title: huge.clone(),
            why: huge.clone(),
            cause: huge.clone(),
            opening: Some(huge.clone()),
            outcome: Some(huge.clone()),
            owner: Some(huge.clone()),
            contact: Some(huge.clone()),
            account: huge.as_str().into(),
            play: huge.as_str().into(),
            evidence: vec![evidence; 50],
            talking_points: vec![huge.clone(); 50],
            questions: vec![huge.clone(); 50],
            avoid: vec![huge.clone(); 50],
            checks: vec![Check { what: huge.clone(), ..Check::default() }; 50],
            ..card(TouchPointState::Ready)
        };
        let delivery = &deliveries_for(&card, Step::Ready, &[destination("crm", "")], now())[0];
        assert!(delivery.payload.len() < 20_000, "{} bytes of {filling:?}", delivery.payload.len());
        let message: Value = serde_json::from_str(&delivery.payload).unwrap();
        let data = &message["data"];
        assert!(data["subject"].as_str().unwrap().chars().count() <= 80);
        assert!(data["body"].as_str().unwrap().chars().count() <= 900);
        assert!(!data["evidence"].as_array().unwrap().is_empty(), "a quote stays");
        assert_eq!(data["trimmed"], true);
    }
}
