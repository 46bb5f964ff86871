//! A made-up card that looks true: to try templates on, to show what a destination would get, and for services that ask
//! for a sample before anything happened.

use chrono::TimeDelta;

use super::context::{Around, Context};
use crate::model::{
    Account, Action, Approach, ArticleId, Check, CheckState, Contact, Evidence, EvidenceLevel, Gate, Priority,
    SignalType, Span, Step, Time, TouchPoint, TouchPointId, TouchPointState,
};

/// Where a program that nobody set up listens.
const BASE: &str = "http://127.0.0.1:8017";

/// The account of the made-up card.
#[must_use]
pub fn account() -> Account {
    Account {
        id: "northwind".into(),
        name: "Northwind Robotics Ltd".to_owned(),
        domains: vec!["northwind-robotics.example".to_owned()],
        contacts: vec![Contact {
            name: "Ruth Okafor".to_owned(),
            role: Some("COO".to_owned()),
            email: Some("ruth.okafor@northwind-robotics.example".to_owned()),
            phone: None,
            sponsor: true,
        }],
        owner: Some("mia".to_owned()),
        goal: Some("shorter delivery times".to_owned()),
        ..Account::default()
    }
}

/// A card that a person has just taken, as it stands at `now`.
#[must_use]
pub fn card(now: Time) -> TouchPoint {
    let day = (now - TimeDelta::days(1)).format("%-d %b");
    let quote = "Halden Group has agreed to acquire Northwind Robotics, the companies said on Monday.";
    TouchPoint {
        title: format!("Call Ruth Okafor, Northwind Robotics: acquired by Halden, {day}"),
        signal_type: Some(SignalType::Acquisition),
        why: "Halden Group buys Northwind Robotics; its new owners will look at every supplier.".to_owned(),
        evidence: vec![Evidence {
            article: ArticleId("sample".to_owned()),
            version: 1,
            content_hash: "0".to_owned(),
            span: Span::text(0, quote.len()),
            quote: quote.to_owned(),
            url: Some("https://news.example/halden-northwind".to_owned()),
            publisher: Some("Example Business Daily".to_owned()),
            published: now - TimeDelta::days(1),
            level: EvidenceLevel::FullText,
        }],
        opening: Some("I read Halden's announcement. What should stay steady meanwhile?".to_owned()),
        talking_points: vec!["The contract is up for renewal in May.".to_owned()],
        questions: vec!["Who decides on suppliers from now on?".to_owned(), "Is a review planned?".to_owned()],
        avoid: vec!["congratulations".to_owned(), "pressing for the renewal".to_owned()],
        checks: vec![Check {
            what: "open support tickets".to_owned(),
            state: CheckState::NotConnected,
            ..Check::default()
        }],
        contact: Some("Ruth Okafor".to_owned()),
        owner: Some("mia".to_owned()),
        ..bare(now)
    }
}

/// A card with next to nothing on it: planned, of an account without contacts and owner.
fn bare(now: Time) -> TouchPoint {
    TouchPoint {
        id: TouchPointId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001)),
        account: "northwind".into(),
        cause: "story:sample".to_owned(),
        play: "sample".into(),
        playbook: None,
        signal_type: None,
        action: Action::Call,
        approach: Approach::Pull,
        title: "Call Northwind Robotics: nobody spoke with them for 90 days, 2 Mar".to_owned(),
        why: "Nobody spoke with them for 90 days.".to_owned(),
        evidence: Vec::new(),
        opening: None,
        talking_points: Vec::new(),
        questions: Vec::new(),
        avoid: Vec::new(),
        checks: Vec::new(),
        gate: Gate::default(),
        approval: false,
        tact: false,
        alarm: false,
        contact: None,
        owner: None,
        due: (now + TimeDelta::days(2)).date_naive(),
        state: TouchPointState::Accepted,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        priority: Priority::default(),
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 1,
        backfilled: false,
        created: now - TimeDelta::hours(3),
        updated: now,
    }
}

/// What templates are tried on: everything, and next to nothing.
pub(super) fn contexts() -> Vec<Context> {
    let now = chrono::DateTime::UNIX_EPOCH + TimeDelta::days(20_514);
    let account = account();
    let full = Around { account: Some(&account), base: BASE, templates: None };
    vec![
        Context::of(&card(now), Step::Accepted, &full),
        Context::of(&bare(now), Step::Accepted, &Around { account: None, base: BASE, templates: None }),
    ]
}
