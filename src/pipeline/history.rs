//! Who changed what and when, of one card, account, feed, promise, answer or lesson, or of everything; and for each change
//! how to take it back, or why it cannot be.

use std::collections::BTreeSet;

use serde::Serialize;

use super::inbox::{self, InboxError};
use super::roster::accounts::subject as of_account;
use super::users::subject as of_user;
use crate::config::Config;
use crate::model::{AccountId, Actor, Lesson, Step, StepRecord, Time, TouchPointId};
use crate::store::changes::Change;
use crate::store::{Session, Store, StoreError, changes, facts, follow, touchpoints};

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// When.
    pub at: Time,
    /// By whom; `tidings/…` is the program itself.
    pub who: String,
    /// What: a step of a card, or a kind of change.
    pub what: String,
    /// The id of what was changed.
    pub subject: String,
    /// In words.
    pub detail: String,
    /// The way back.
    pub back: Back,
}

/// The way back from a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    /// This command.
    With(String),
    /// There is none, and why.
    None(&'static str),
    /// It was taken back already.
    Done,
}

/// Which changes are asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of what; none: of everything.
    pub id: Option<String>,
    /// Only by this person or part of the program.
    pub who: Option<String>,
    /// Only since then.
    pub since: Time,
    /// At most so many.
    pub limit: usize,
}

/// The changes, newest first.
///
/// # Errors
/// Where nothing or several things have the id, or the database refuses.
pub async fn history(store: &Store, config: &Config, wanted: &Wanted) -> Result<Vec<Made>, InboxError> {
    let mut session = store.read().await?;
    let mut made = match &wanted.id {
        None => of_everything(&mut session, wanted).await?,
        Some(id) => of_one(&mut session, config, id, wanted).await?,
    };
    let by = |one: &Made| wanted.who.as_ref().is_none_or(|who| *who == one.who);
    made.retain(|one| one.at >= wanted.since && by(one));
    made.sort_by_key(|one| std::cmp::Reverse(one.at));
    made.truncate(wanted.limit);
    Ok(made)
}

async fn of_everything(session: &mut Session, wanted: &Wanted) -> Result<Vec<Made>, StoreError> {
    let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
    let who = wanted.who.as_deref();
    let steps = touchpoints::latest_steps(session, who, wanted.since, limit).await?;
    let mut made: Vec<Made> = steps.into_iter().map(|(id, step, undone)| of_step(id, step, undone)).collect();
    made.extend(changes::latest(session, who, wanted.since, limit).await?.into_iter().map(of_change));
    Ok(made)
}

async fn of_one(session: &mut Session, config: &Config, id: &str, wanted: &Wanted) -> Result<Vec<Made>, InboxError> {
    let typed = id.trim();
    let account = AccountId::from(typed.trim_start_matches("account:"));
    let mut made = Vec::new();
    let mut subjects = BTreeSet::new();
    if config.watchlist.get(&account).is_some() || !changes::of(session, &of_account(&account), 1).await?.is_empty() {
        subjects.insert(of_account(&account));
        for card in touchpoints::of_account(session, &account, Time::default()).await? {
            of_card(session, card.id, &mut subjects, &mut made).await?;
        }
        let limit = i64::try_from(wanted.limit).unwrap_or(i64::MAX);
        for kept in facts::list(session, Some(&account), limit).await? {
            made.push(Made {
                at: kept.received,
                who: kept.who.0,
                what: format!("fact {}", kept.fact.kind.as_str()),
                subject: kept.fact.id.0.clone(),
                detail: format!("told by {}: {}", kept.fact.system, kept.fact.called()),
                back: Back::None(TOLD_BY_A_SYSTEM),
            });
        }
    } else if let Some(known) = of_id(session, typed).await? {
        subjects.insert(known);
    } else if !changes::of(session, typed, 1).await?.is_empty() {
        subjects.insert(typed.to_owned());
    } else if !changes::of(session, &of_user(typed), 1).await?.is_empty() {
        subjects.insert(of_user(typed));
    } else {
        let card = inbox::find(session, typed).await?;
        of_card(session, card.id, &mut subjects, &mut made).await?;
    }
    for subject in &subjects {
        made.extend(changes::of(session, subject, i64::MAX).await?.into_iter().map(of_change));
    }
    Ok(made)
}

/// The whole id of the promise, answer or lesson that is meant.
async fn of_id(session: &mut Session, typed: &str) -> Result<Option<String>, StoreError> {
    let typed = typed.to_ascii_lowercase();
    let is_id = typed.len() > 4 && typed[1..].chars().all(|letter| letter.is_ascii_hexdigit());
    let found = match typed.chars().next() {
        Some('p') if is_id => follow::promises_called(session, &typed).await?.into_iter().map(|one| one.id).collect(),
        Some('n') if is_id => follow::answers_called(session, &typed).await?.into_iter().map(|one| one.id).collect(),
        Some('t') if is_id => {
            crate::store::lessons::called(session, &typed).await?.into_iter().map(|one| one.id).collect()
        }
        _ => Vec::new(),
    };
    Ok(if found.len() == 1 { found.into_iter().next() } else { None })
}

/// The steps of a card; and what came of it: promises, answers, a lesson.
async fn of_card(
    session: &mut Session,
    card: TouchPointId,
    subjects: &mut BTreeSet<String>,
    made: &mut Vec<Made>,
) -> Result<(), StoreError> {
    let steps = touchpoints::steps_with_undone(session, card).await?;
    made.extend(steps.into_iter().map(|(step, undone)| of_step(card, step, undone)));
    subjects.insert(card.to_string());
    subjects.insert(Lesson::id_of(card));
    subjects.extend(follow::brought_by(session, card).await?);
    Ok(())
}

const TOLD_BY_A_SYSTEM: &str =
    "what a system told stands: have it tell the end (ticket_closed, invoice_paid), or tell it again under the same id";

fn of_step(card: TouchPointId, record: StepRecord, undone: bool) -> Made {
    let id = card.to_string();
    let short = &id[id.len() - 8..];
    let closes = matches!(record.step, Step::Expired | Step::Withdrawn);
    let back = match record.step {
        _ if undone => Back::Done,
        Step::Undone => Back::None("do the step again"),
        _ if record.who.is_program() && !closes => Back::None("the program's own step: it follows from what is known"),
        _ => Back::With(format!("tidings inbox undo {short}")),
    };
    Made {
        at: record.at,
        who: record.who.0,
        what: record.step.as_str().to_owned(),
        subject: id,
        detail: record.note.unwrap_or_default(),
        back,
    }
}

fn of_change(change: Change) -> Made {
    let back = back(&change);
    let Change { at, who, what, subject, detail } = change;
    Made { at, who, what, subject, detail, back }
}

/// How each kind of change is taken back.
fn back(change: &Change) -> Back {
    let subject = change.subject.as_str();
    let account = subject.trim_start_matches("account:");
    let search = subject.trim_start_matches("search:");
    let user = subject.trim_start_matches("user:");
    if Actor::person(&change.who).is_program() {
        return Back::None("the program's own doing: it follows from what is known");
    }
    let with = |verb: &str, of: &str| Back::With(format!("tidings {verb} {of}"));
    match change.what.as_str() {
        "promise" | "answer" => with("inbox undo", subject),
        "promise made" | "answer told" => Back::None("it goes with its contact: undo the step `done` of the card"),
        "lesson" if change.detail == "taken back" => with("inbox undo", subject),
        "lesson" => with("inbox unlearn", subject),
        "account added" => with("watch remove", account),
        "account removed" => Back::With(format!("tidings watch add {:?} --id {account}", change.detail)),
        "account changed" => Back::None("import the earlier values: `tidings watch import`"),
        "feed added" => with("feed remove", subject),
        "feed removed" if !change.detail.is_empty() => with("feed add", &change.detail),
        "feed paused" => with("feed resume", subject),
        "feed resumed" => with("feed pause", subject),
        "saved search added" => with("saved remove", search),
        "saved search changed" => Back::None("add it again as it was: `tidings saved add`"),
        "saved search paused" => with("saved resume", search),
        "saved search resumed" => with("saved pause", search),
        "saved search forgotten" => Back::With(format!("tidings saved add {search} {:?}", change.detail)),
        "crm linked" => {
            Back::With(format!("tidings crm unlink {account} --destination {}", before(&change.detail, ':')))
        }
        "crm unlinked" => {
            let record = before(change.detail.split_once(' ').map_or("", |(_, rest)| rest), ' ');
            let destination = before(&change.detail, ':');
            Back::With(format!("tidings crm link {account} {record} --destination {destination}"))
        }
        "crm skipped" | "crm unskipped" => {
            let (destination, record) =
                subject.strip_prefix("crm:").and_then(|rest| rest.split_once(':')).unwrap_or_default();
            let verb = if change.what == "crm skipped" { "unlink" } else { "skip" };
            Back::With(format!("tidings crm {verb} {record} --destination {destination}"))
        }
        "crm record" => {
            Back::None("it follows from the CRM; `tidings crm link` or `tidings crm skip` decides otherwise")
        }
        "task" => Back::None("it was done in the CRM"),
        "facts told" => Back::None(TOLD_BY_A_SYSTEM),
        "user added" => with("user remove", user),
        "role changed" => match change.detail.split_once(" → ") {
            Some((before, _)) => Back::With(format!("tidings user role {user} {before}")),
            None => Back::None("nothing to take back"),
        },
        "user removed" => Back::None("add them anew with `tidings user add`: neither password nor tokens are kept"),
        "password changed" => Back::None("earlier passwords are not kept: set another with `tidings user password`"),
        "token added" => match change.detail.split_whitespace().next() {
            Some(id) => with("user token revoke", id),
            None => Back::None("nothing to take back"),
        },
        "token revoked" => Back::None("a revoked token stays revoked: make another with `tidings user token add`"),
        "signed in" | "signed out" | "sign-in refused" => {
            Back::None("it happened; `tidings user password` signs them out")
        }
        "deliveries due again" => {
            Back::None("what was sent is sent, under the same ids; undo the step that it tells of")
        }
        _ => Back::None("nothing to take back"),
    }
}

/// What stands before a mark.
fn before(text: &str, mark: char) -> &str {
    text.split(mark).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_by_a_person_has_a_way_back_or_a_reason() {
        let change = |what: &str, subject: &str, detail: &str, who: &str| Change {
            at: Time::default(),
            who: who.into(),
            what: what.into(),
            subject: subject.into(),
            detail: detail.into(),
        };
        for (what, subject, detail, expected) in [
            ("promise", "p1", "open → kept: kept", "tidings inbox undo p1"),
            ("answer", "n1", "budget shrunk: proposed → confirmed", "tidings inbox undo n1"),
            ("lesson", "t1", "play p needs more belief", "tidings inbox unlearn t1"),
            ("lesson", "t1", "taken back", "tidings inbox undo t1"),
            ("account added", "account:acme", "added: Acme", "tidings watch remove acme"),
            ("account removed", "account:acme", "Acme Inc", "tidings watch add \"Acme Inc\" --id acme"),
            ("feed added", "wire", "https://a.example/f", "tidings feed remove wire"),
            ("feed removed", "wire", "https://a.example/f", "tidings feed add https://a.example/f"),
            ("feed paused", "wire", "by hand", "tidings feed resume wire"),
            ("feed resumed", "wire", "by hand", "tidings feed pause wire"),
            ("crm linked", "account:acme", "crm: R1 (Acme)", "tidings crm unlink acme --destination crm"),
            ("crm unlinked", "account:acme", "crm: R1 (Acme)", "tidings crm link acme R1 --destination crm"),
            ("crm skipped", "crm:crm:R1", "Acme", "tidings crm unlink R1 --destination crm"),
            ("crm unskipped", "crm:crm:R1", "crm: R1 (Acme)", "tidings crm skip R1 --destination crm"),
            ("saved search added", "search:cuts", "signal:layoffs", "tidings saved remove cuts"),
            ("saved search paused", "search:cuts", "", "tidings saved resume cuts"),
            ("saved search resumed", "search:cuts", "", "tidings saved pause cuts"),
            ("saved search forgotten", "search:cuts", "lang:de acme", "tidings saved add cuts \"lang:de acme\""),
            ("user added", "user:mia", "manager, for mia", "tidings user remove mia"),
            ("role changed", "user:mia", "viewer → admin", "tidings user role mia viewer"),
            ("token added", "user:mia", "1a2b3c4d (read), crm", "tidings user token revoke 1a2b3c4d"),
        ] {
            assert_eq!(back(&change(what, subject, detail, "mia")), Back::With(expected.into()), "{what}");
        }
        for what in [
            "promise made",
            "answer told",
            "account changed",
            "facts told",
            "deliveries due again",
            "user removed",
            "password changed",
            "token revoked",
            "signed in",
            "sign-in refused",
        ] {
            let Back::None(why) = back(&change(what, "x", "", "mia")) else { panic!("{what}") };
            assert!(why.len() > 20, "{what}: {why}");
        }
        assert!(matches!(back(&change("feed paused", "wire", "", "tidings/poll")), Back::None(_)));
    }

    #[test]
    fn a_step_is_taken_back_once_and_the_program_s_only_where_it_closed_the_card() {
        let card = TouchPointId::born_at(Time::default());
        let made = |step, who: &str, undone| {
            let record = StepRecord { step, at: Time::default(), who: Actor(who.into()), note: None };
            of_step(card, record, undone).back
        };
        assert!(matches!(made(Step::Accepted, "mia", false), Back::With(_)));
        assert!(matches!(made(Step::Expired, "tidings/plan", false), Back::With(_)));
        assert_eq!(made(Step::Accepted, "mia", true), Back::Done);
        assert!(matches!(made(Step::Suggested, "tidings/read", false), Back::None(_)));
        assert!(matches!(made(Step::Undone, "mia", false), Back::None(_)));
    }
}
