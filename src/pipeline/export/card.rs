//! A touch point as a row of a table.

use crate::model::{Account, DismissalCode, TouchPoint};

/// The columns of a table of touch points.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "account",
    "account_name",
    "kind",
    "title",
    "state",
    "due",
    "owner",
    "contact",
    "priority",
    "alarm",
    "action",
    "approach",
    "play",
    "playbook",
    "signal",
    "why",
    "evidence",
    "evidence_url",
    "outcome",
    "dismissal",
    "created",
    "updated",
];

/// A touch point with the account it concerns, where that is still watched.
pub(super) struct CardRow<'a> {
    pub(super) card: &'a TouchPoint,
    pub(super) account: Option<&'a Account>,
}

impl CardRow<'_> {
    /// In the order of [`COLUMNS`].
    pub(super) fn cells(&self) -> Vec<String> {
        let Self { card, account } = self;
        let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
        let quotes: Vec<&str> = card.evidence.iter().map(|evidence| evidence.quote.as_str()).collect();
        let first = card.evidence.iter().find_map(|evidence| evidence.url.clone());
        let dismissal = DismissalCode::ALL.iter().find(|(code, _)| Some(*code) == card.dismissal);
        vec![
            card.id.to_string(),
            card.account.0.clone(),
            account.map(|account| account.name.clone()).unwrap_or_default(),
            account.map(|account| account.kind.as_str().to_owned()).unwrap_or_default(),
            card.title.clone(),
            card.state.as_str().to_owned(),
            card.due.to_string(),
            or_blank(&card.owner),
            or_blank(&card.contact),
            format!("{:.2}", card.priority.total),
            card.alarm.to_string(),
            word(&card.action),
            word(&card.approach),
            card.play.0.clone(),
            or_blank(&card.playbook),
            card.signal_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            card.why.clone(),
            quotes.join(" | "),
            first.unwrap_or_default(),
            or_blank(&card.outcome),
            dismissal.map(|(_, word)| (*word).to_owned()).unwrap_or_default(),
            card.created.to_rfc3339(),
            card.updated.to_rfc3339(),
        ]
    }
}

/// The word that stands for a value in files.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
