//! What accounts told in contacts, as people read it.

use std::path::Path;

use crate::config;
use crate::model::{AnswerField, Effect, Told};

/// One line for `watch show` and `explain`: what, when, by whom, from which card, what it comes to.
pub(super) fn line(told: &Told, folder: &Path) -> String {
    let answer = &told.answer;
    let note = answer.note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
    let card = answer.touch_point.to_string();
    let judged = answer.judged.as_ref();
    let judged = judged.map(|judged| format!(", confirmed by {} on {}", judged.who, judged.at.date_naive()));
    format!(
        "{}  {}{note}: told to {} in card {}{}; {} [{}]",
        answer.at.date_naive(),
        answer.what(),
        answer.who,
        &card[card.len() - 8..],
        judged.unwrap_or_default(),
        comes_to(told, folder),
        answer.id
    )
}

/// What a confirmed answer changes; where a file says otherwise, which line of it to change.
pub(super) fn comes_to(told: &Told, folder: &Path) -> String {
    let answer = &told.answer;
    match &told.effect {
        Effect::Known => "later cards and questions go by it".to_owned(),
        Effect::Fills => format!("the account goes by it; `tidings inbox reject {}` takes it back", answer.id),
        Effect::Agrees => "the record says the same".to_owned(),
        Effect::Outdated => "a later answer counts".to_owned(),
        Effect::Contradicts { stated } => {
            let key = key(answer.field);
            match config::account_line(folder, &answer.account, key, Some(stated)) {
                Some((file, line)) => {
                    format!("{key} still says {stated:?}, which counts: change line {line} of {}", file.display())
                }
                None => format!(
                    "the record was written down later and says {stated:?}, which counts: `tidings watch import` changes it"
                ),
            }
        }
    }
}

/// The key of watchlist.toml that states a field.
fn key(field: AnswerField) -> &'static str {
    match field {
        AnswerField::Contact | AnswerField::Left | AnswerField::Successor => "contacts",
        other => other.as_str(),
    }
}
