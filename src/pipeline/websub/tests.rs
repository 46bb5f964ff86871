use chrono::TimeDelta;

use super::confirm::{Answer, Intent, judge};
use super::keep_up::{Step, steps};
use crate::model::Time;
use crate::store::websub::{Offered, Stage, Subscription};

const BASE: &str = "https://us.example";

fn now() -> Time {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn kept(state: Stage) -> Subscription {
    Subscription {
        path: "p".to_owned(),
        feed: "wire".into(),
        topic: "https://site.example/feed".to_owned(),
        hub: "https://hub.example/".to_owned(),
        callback: format!("{BASE}/websub/p"),
        secret: "s".to_owned(),
        state,
        lease_until: (state == Stage::Alive).then(|| now() + TimeDelta::days(5)),
        next_try: now() + TimeDelta::days(4),
        attempts: 0,
        error: None,
        pushes: 0,
        forged: 0,
        last_push: None,
    }
}

fn offered() -> Offered {
    let kept = kept(Stage::Asked);
    Offered { feed: kept.feed, topic: kept.topic, hub: kept.hub }
}

fn intent(mode: &str) -> Intent {
    Intent {
        mode: mode.to_owned(),
        topic: kept(Stage::Asked).topic,
        challenge: Some("tell me".to_owned()),
        lease_seconds: Some(1000),
        reason: None,
    }
}

#[test]
fn r17_only_what_was_asked_for_is_confirmed() {
    let yes = Answer::Yes("tell me".to_owned());
    for (mode, state, expected) in [
        ("subscribe", Stage::Asked, &yes),
        ("subscribe", Stage::Alive, &yes),
        ("subscribe", Stage::Ending, &Answer::No),
        ("subscribe", Stage::Denied, &Answer::No),
        ("unsubscribe", Stage::Ending, &yes),
        ("unsubscribe", Stage::Alive, &Answer::No),
        ("publish", Stage::Alive, &Answer::No),
        ("denied", Stage::Asked, &Answer::Noted),
    ] {
        let (answer, _) = judge(kept(state), &intent(mode), now());
        assert_eq!(&answer, expected, "{mode} {state:?}");
        let other = Intent { topic: "https://site.example/other".to_owned(), ..intent(mode) };
        let (answer, after) = judge(kept(state), &other, now());
        assert_eq!((answer, after), (Answer::No, Some(kept(state))), "{mode} of another topic");
    }
    let silent = Intent { challenge: None, ..intent("subscribe") };
    assert_eq!(judge(kept(Stage::Asked), &silent, now()).0, Answer::No);
}

#[test]
fn r17_a_lease_is_renewed_before_it_ends() {
    let (_, after) = judge(kept(Stage::Asked), &intent("subscribe"), now());
    let after = after.unwrap();
    assert_eq!(after.lease_until, Some(now() + TimeDelta::seconds(1000)));
    let wanted = [offered()];
    let at = |seconds: i64| now() + TimeDelta::seconds(seconds);
    let kept = [after];
    assert_eq!(steps(&wanted, &kept, BASE, at(799)), []);
    assert_eq!(steps(&wanted, &kept, BASE, at(800)), [Step::Ask(&kept[0])]);
    assert_eq!(steps(&wanted, &kept, BASE, at(1000)), [Step::Lapse(&kept[0])]);
    for (stated, days) in [(None, 10), (Some(0), 10), (Some(-5), 10), (Some(i64::MAX), 10), (Some(86_400 * 400), 90)] {
        let intent = Intent { lease_seconds: stated, ..intent("subscribe") };
        let (_, after) = judge(kept[0].clone(), &intent, now());
        assert_eq!(after.unwrap().lease_until, Some(now() + TimeDelta::days(days)), "{stated:?}");
    }
}

#[test]
fn r17_what_is_no_longer_wanted_ends() {
    let alive = [kept(Stage::Alive)];
    assert_eq!(steps(&[offered()], &[], BASE, now()), [Step::Begin(&offered())]);
    assert_eq!(steps(&[offered()], &alive, BASE, now()), []);
    assert_eq!(steps(&[], &alive, BASE, now()), [Step::End(&alive[0])]);
    let moved = [Offered { topic: "https://site.example/new".to_owned(), ..offered() }];
    assert_eq!(steps(&moved, &alive, BASE, now()), [Step::End(&alive[0]), Step::Begin(&moved[0])]);
    assert_eq!(steps(&[offered()], &alive, "https://else.example", now()).len(), 2, "we are reached elsewhere");
    let never = [kept(Stage::Asked)];
    assert_eq!(steps(&[], &never, BASE, now()), [Step::Forget(&never[0])]);
    let ending = [Subscription { lease_until: Some(now()), ..kept(Stage::Ending) }];
    assert_eq!(steps(&[], &ending, BASE, now()), [Step::Forget(&ending[0])]);
    let ending = [Subscription { next_try: now(), ..kept(Stage::Ending) }];
    assert_eq!(steps(&[offered()], &ending, BASE, now()), [Step::Ask(&ending[0]), Step::Begin(&offered())]);
}

#[test]
fn r17_r52_a_denial_is_kept_in_one_line() {
    let denied = Intent { reason: Some("no\r\nroom\u{202e}".to_owned()), ..intent("denied") };
    let (_, after) = judge(kept(Stage::Alive), &denied, now());
    let after = after.unwrap();
    assert_eq!(after.error.as_deref(), Some("its hub refused to push it: no room"));
    assert_eq!((after.state, after.lease_until), (Stage::Denied, None));
    assert_eq!(judge(kept(Stage::Ending), &denied, now()), (Answer::Noted, None));
}

#[test]
fn r53_a_secret_is_never_shown() {
    assert!(!format!("{:?}", Subscription { secret: "hush".to_owned(), ..kept(Stage::Alive) }).contains("hush"));
}
