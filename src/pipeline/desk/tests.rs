use std::collections::HashSet;

use super::*;
use crate::config::Config;
use crate::model::{Action, Actor, Approach, Priority, TouchPointId, TouchPointState};

fn card(place: usize, now: Time) -> TouchPoint {
    TouchPoint {
        id: TouchPointId::born_at(now),
        account: format!("a{}", place % 7).as_str().into(),
        cause: format!("date:{place}"),
        play: "client-note".into(),
        playbook: None,
        signal_type: None,
        action: Action::Call,
        approach: Approach::Pull,
        title: format!("Call {place}"),
        why: String::new(),
        evidence: Vec::new(),
        opening: None,
        talking_points: Vec::new(),
        questions: Vec::new(),
        avoid: Vec::new(),
        checks: Vec::new(),
        gate: crate::model::Gate::default(),
        approval: false,
        tact: false,
        alarm: place.is_multiple_of(50),
        contact: None,
        owner: [Some("mia"), Some("tom"), None][place % 3].map(str::to_owned),
        due: now.date_naive(),
        state: TouchPointState::Ready,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        priority: Priority { total: 1.0 + (place % 97) as f64 / 97.0, factors: Vec::new() },
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 1,
        backfilled: false,
        created: now,
        updated: now,
    }
}

async fn filled(cards: usize) -> (tempfile::TempDir, Store, Config, Time) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_file(&folder.path().join("tidings.db")).await.unwrap();
    let now = "2026-11-25T08:00:00Z".parse().unwrap();
    let mut session = store.write().await.unwrap();
    for place in 0..cards {
        touchpoints::write(&mut session, &card(place, now)).await.unwrap();
    }
    session.commit().await.unwrap();
    for name in ["tidings.toml", "watchlist.toml", "sources.toml"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let config = crate::config::load(folder.path()).unwrap();
    (folder, store, config, now)
}

#[tokio::test]
async fn every_card_is_on_one_page_though_cards_leave_while_one_reads() {
    let (_folder, store, config, now) = filled(120).await;
    let who = Actor::person("mia");
    let hand = Hand { store: &store, config: &config, who: &who, now, dry_run: false };
    let mut asked = Asked { limit: 25, ..Asked::default() };
    let mut seen = HashSet::new();
    let mut left = 0;
    loop {
        let sheet = sheet(&store, &config, &asked, now).await.unwrap();
        assert_eq!(sheet.total, 120 - left);
        seen.extend(sheet.rows.iter().map(|row| row.card.id));
        // One that was seen goes, and so does the very one after which the next page begins.
        if let (Some(first), 0) = (sheet.rows.first(), left) {
            hand.step(&first.card.id.to_string(), &Command::Snooze { until: now + TimeDelta::days(2), reason: None })
                .await
                .unwrap();
            left = 1;
        }
        let Some(next) = sheet.next else { break };
        asked.after = Some(next);
    }
    assert_eq!(seen.len(), 120);
    let gone = Asked { after: Some((24, TouchPointId::born_at(now))), limit: 25, ..Asked::default() };
    let sheet = sheet(&store, &config, &gone, now).await.unwrap();
    assert_eq!(sheet.first, 24, "where a card left, the next page begins one earlier");
}

#[tokio::test]
async fn alarms_come_first_then_ones_own() {
    let (_folder, store, config, now) = filled(120).await;
    let asked = Asked { mine: Some("tom".to_owned()), limit: 120, ..Asked::default() };
    let sheet = sheet(&store, &config, &asked, now).await.unwrap();
    let order: Vec<_> =
        sheet.rows.iter().map(|row| (!row.card.alarm, row.card.owner.as_deref() != Some("tom"))).collect();
    assert!(order.is_sorted() && order[0] == (false, false), "{order:?}");
    let owners: Vec<_> = sheet.owners.iter().map(|(owner, count)| (owner.as_deref(), *count)).collect();
    assert_eq!(owners, [(None, 40), (Some("mia"), 40), (Some("tom"), 40)]);
    let nobodys = Asked { owner: Some(String::new()), limit: 500, ..Asked::default() };
    assert_eq!(super::sheet(&store, &config, &nobodys, now).await.unwrap().rows.len(), 40);
}

#[tokio::test]
async fn only_the_step_that_was_meant_is_taken_back() {
    let (_folder, store, config, now) = filled(1).await;
    let who = Actor::person("mia");
    let at = |minutes| now + TimeDelta::minutes(minutes);
    let hand = |minutes| Hand { store: &store, config: &config, who: &who, now: at(minutes), dry_run: false };
    let all = Asked { limit: 1, ..Asked::default() };
    let id = sheet(&store, &config, &all, now).await.unwrap().rows[0].card.id.to_string();
    hand(1).step(&id, &Command::Accept).await.unwrap();
    hand(2).step(&id, &Command::Snooze { until: at(9000), reason: None }).await.unwrap();
    assert!(undo(&hand(3), &id, at(1)).await.is_err(), "another step came after it");
    let (_, card) = undo(&hand(4), &id, at(2)).await.unwrap();
    assert_eq!(card.state, TouchPointState::Accepted);
    assert!(undo(&hand(5), &id, at(2)).await.is_err(), "it was taken back already");
    let (_, card) = undo(&hand(6), &id, at(1)).await.unwrap();
    assert_eq!(card.state, TouchPointState::Ready);
}
