//! What accounts told in contacts, beside their records.
//!
//! A confirmed answer is newer knowledge than the record only where the record says nothing, or was written down before it.
//! A file is read-only and always wins where it states the field: then the person is told what to change there. Nothing is
//! copied: taking an answer back takes its effect back.

use std::collections::HashMap;

use crate::config::Config;
use crate::model::{
    Account, AccountId, Answer, AnswerField, AnswerKind, AnswerState, Contact, Effect, Time, Told, Watchlist,
};
use crate::store::{Session, StoreError, accounts, follow};

/// Where the record of an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// In a file of the operator.
    File,
    /// In the database, as written down at this instant.
    Database(Time),
}

/// The configuration with confirmed answers beside the records of their accounts; nothing where there are none.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn beside_records(
    files: &Config,
    merged: &Config,
    session: &mut Session,
) -> Result<Option<Config>, StoreError> {
    let mut of_accounts: HashMap<AccountId, Vec<Answer>> = HashMap::new();
    for answer in follow::answers_in(session, AnswerState::Confirmed).await? {
        of_accounts.entry(answer.account.clone()).or_default().push(answer);
    }
    if of_accounts.is_empty() {
        return Ok(None);
    }
    let written: HashMap<AccountId, Time> = accounts::written(session).await?.into_iter().collect();
    let mut watched = merged.watchlist.accounts().to_vec();
    for account in &mut watched {
        let Some(answers) = of_accounts.remove(&account.id) else { continue };
        let in_file = files.watchlist.get(&account.id).is_some();
        let record = match written.get(&account.id) {
            Some(at) if !in_file => Record::Database(*at),
            _ => Record::File,
        };
        put_on(account, answers, record);
    }
    Ok(Some(Config { watchlist: Watchlist::new(watched), ..merged.clone() }))
}

/// Puts confirmed answers on an account, the oldest first.
pub(super) fn put_on(account: &mut Account, mut answers: Vec<Answer>, record: Record) {
    answers.sort_by(|one, other| (since(one), &one.id).cmp(&(since(other), &other.id)));
    let recorded: Vec<String> = account.contacts.iter().map(|contact| contact.name.clone()).collect();
    let mut told: Vec<Told> = Vec::with_capacity(answers.len());
    for (place, answer) in answers.iter().enumerate() {
        let later = answers.iter().skip(place + 1).any(|later| later.field == answer.field);
        let effect = match answer.field.takes() {
            AnswerKind::Person => person(account, answer, record, &recorded),
            _ if later => Effect::Outdated,
            AnswerKind::Trend => Effect::Known,
            AnswerKind::Day | AnswerKind::Words => single(account, answer, record),
        };
        told.push(Told { answer: answer.clone(), effect });
    }
    account.told = told;
}

/// A renewal day, a goal, an area: there is one of each.
fn single(account: &mut Account, answer: &Answer, record: Record) -> Effect {
    let value = answer.value.clone().unwrap_or_default();
    let stated = match answer.field {
        AnswerField::Renewal => account.renewal.map(|day| day.to_string()),
        AnswerField::Goal => account.goal.clone(),
        _ => account.area.clone(),
    };
    match stated {
        Some(stated) if stated == value => return Effect::Agrees,
        Some(stated) if !is_older(record, answer) => return Effect::Contradicts { stated },
        _ => {}
    }
    match answer.field {
        AnswerField::Renewal => account.renewal = value.parse().ok().or(account.renewal),
        AnswerField::Goal => account.goal = Some(value),
        _ => account.area = Some(value),
    }
    Effect::Fills
}

/// Persons come and go. A list of contacts does not say that there is nobody else, so one more only adds to it; `recorded`
/// are those of the record itself.
fn person(account: &mut Account, answer: &Answer, record: Record, recorded: &[String]) -> Effect {
    let name = answer.value.as_deref().unwrap_or_default();
    let known = account.contacts.iter().position(|contact| same(&contact.name, name));
    match (answer.field, known) {
        (AnswerField::Left, None) => Effect::Known,
        (AnswerField::Left, Some(place)) => {
            let by_answer = !recorded.iter().any(|known| same(known, name));
            if by_answer || is_older(record, answer) {
                account.contacts.remove(place);
                Effect::Fills
            } else {
                Effect::Contradicts { stated: account.contacts[place].name.clone() }
            }
        }
        (_, Some(_)) => Effect::Agrees,
        (field, None) => {
            let first = field == AnswerField::Successor;
            let contact = Contact { name: name.to_owned(), role: answer.note.clone(), ..Contact::default() };
            account.contacts.insert(if first { 0 } else { account.contacts.len() }, contact);
            Effect::Fills
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The record was written down before the answer was confirmed, and can be overruled.
fn is_older(record: Record, answer: &Answer) -> bool {
    matches!(record, Record::Database(written) if written < since(answer))
}

/// Since when it counts.
fn since(answer: &Answer) -> Time {
    answer.judged.as_ref().map_or(answer.at, |judged| judged.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Actor, TouchPointId, Trend, Verdict};

    fn at(day: u32) -> Time {
        format!("2026-03-{day:02}T10:00:00Z").parse().unwrap()
    }

    fn answer(field: AnswerField, said: &str, day: u32) -> Answer {
        let card = TouchPointId::born_at(at(day));
        let trend = field.takes() == AnswerKind::Trend;
        let value = (!trend).then(|| said.to_owned());
        Answer {
            id: Answer::id_of(card, field, value.as_deref()),
            account: "acme".into(),
            touch_point: card,
            field,
            trend: trend.then_some(Trend::Shrunk),
            value,
            note: None,
            at: at(day),
            who: Actor::person("mia"),
            state: AnswerState::Confirmed,
            judged: Some(Verdict { who: Actor::person("lea"), at: at(day) }),
        }
    }

    fn effects(account: &mut Account, answers: Vec<Answer>, record: Record) -> Vec<Effect> {
        put_on(account, answers, record);
        account.told.iter().map(|told| told.effect.clone()).collect()
    }

    #[test]
    fn what_the_record_leaves_open_is_filled_by_the_last_answer() {
        let mut acme = Account::default();
        let answers = vec![
            answer(AnswerField::Renewal, "2027-05-01", 9),
            answer(AnswerField::Renewal, "2027-03-01", 2),
            answer(AnswerField::Budget, "", 3),
        ];
        let effects = effects(&mut acme, answers, Record::File);
        assert_eq!(effects, [Effect::Outdated, Effect::Known, Effect::Fills]);
        assert_eq!(acme.renewal.unwrap().to_string(), "2027-05-01");
    }

    #[test]
    fn a_file_wins_and_a_record_that_was_written_down_later_too() {
        let stated = || Account { goal: Some("speed".into()), ..Account::default() };
        for (record, goal) in
            [(Record::File, "speed"), (Record::Database(at(9)), "speed"), (Record::Database(at(1)), "calm")]
        {
            let mut acme = stated();
            let told = effects(&mut acme, vec![answer(AnswerField::Goal, "calm", 5)], record);
            assert_eq!(acme.goal.as_deref(), Some(goal), "{record:?}");
            assert_eq!(told[0] == Effect::Fills, goal == "calm", "{record:?}: {told:?}");
        }
        let mut acme = stated();
        assert_eq!(effects(&mut acme, vec![answer(AnswerField::Goal, "speed", 5)], Record::File), [Effect::Agrees]);
    }

    #[test]
    fn persons_come_and_go() {
        let sam = Contact { name: "Sam Ito".into(), ..Contact::default() };
        let mut acme = Account { contacts: vec![sam], ..Account::default() };
        let answers = vec![
            answer(AnswerField::Contact, "Dana Reyes", 1),
            answer(AnswerField::Left, "dana reyes", 2),
            answer(AnswerField::Left, "Sam Ito", 3),
            answer(AnswerField::Successor, "Eve Lund", 4),
            answer(AnswerField::Left, "Nobody Known", 5),
        ];
        let told = effects(&mut acme, answers.clone(), Record::File);
        let stated = Effect::Contradicts { stated: "Sam Ito".into() };
        assert_eq!(told, [Effect::Fills, Effect::Fills, stated, Effect::Fills, Effect::Known]);
        let names = |account: &Account| account.contacts.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&acme), ["Eve Lund", "Sam Ito"], "the file still names Sam, and is told so");
        let mut acme =
            Account { contacts: vec![Contact { name: "Sam Ito".into(), ..Contact::default() }], ..Account::default() };
        put_on(&mut acme, answers, Record::Database(at(1)));
        assert_eq!(names(&acme), ["Eve Lund"]);
    }
}
