//! Touch points for the tests of lists.

use super::Listed;
use crate::model::{Action, Step, Time, TouchPointState};

/// An ordinary one; `number` makes id, key and instants.
pub(super) fn listed(number: u64) -> Listed {
    let id = uuid::Uuid::from_u128(u128::from(number)).to_string();
    let born: Time = "2026-03-02T09:00:00Z".parse().unwrap();
    Listed {
        key: format!("{id}:desk"),
        id,
        revision: 1,
        step: Step::Ready,
        state: TouchPointState::Ready,
        cancelled: false,
        subject: format!("Call Ruth Okafor, Acme {number}: new plant"),
        body: "Why now: a plant was opened.\nAsk: how is it going?".to_owned(),
        high_priority: false,
        account: "acme".to_owned(),
        contact: Some("Ruth Okafor".to_owned()),
        owner: Some("mia".to_owned()),
        due: "2026-03-05".parse().unwrap(),
        action: Action::Call,
        cause: "story:1".to_owned(),
        signal_type: None,
        why: "a plant was opened".to_owned(),
        url: Some("https://news.example/a?x=1&y=2".to_owned()),
        outcome: None,
        created: born,
        updated: born + chrono::TimeDelta::seconds(i64::try_from(number).unwrap()),
    }
}

/// One whose texts try to break out of what they are written into.
pub(super) fn hostile(number: u64) -> Listed {
    Listed {
        subject: "<script>alert(1)</script> ]]> ;,\\ \"'& 🏭 \u{5e9}\u{5dc}\u{5d5}\u{5dd}".to_owned(),
        body: "x".repeat(900),
        contact: Some("Bobby; Tables, \\n".to_owned()),
        url: None,
        ..listed(number)
    }
}
