//! The course of one attempt at a CRM, the same for all of them: the key is looked up before anything is made, as most
//! take a second record like the first without a word; a task that stands there is changed field by field; what people
//! wrote, closed or deleted there stays so, save what we had withdrawn ourselves and a person takes again; a second copy
//! that nobody touched is taken away.

use super::text::{Change, Form, Found, Sheet, Written, change, is_closed, wanted};
use crate::deliver::{Answer, Attempt, Class, Refusal, Sent, Task, Wire};
use crate::model::{Remote, RemoteState, TouchPointState};

/// Where a CRM keeps what a touch point is there: a task, an activity, a lead.
pub(in crate::deliver) trait Records: Sync {
    /// How its tasks look.
    fn form(&self) -> Form<'_>;
    /// Signs in and checks the settings against the CRM, and writes nothing.
    fn check(&self) -> impl Future<Output = Result<(), Answer>> + Send;
    /// The task with this id; nothing where it is gone.
    fn read(&self, id: &str) -> impl Future<Output = Result<Option<Found>, Answer>> + Send;
    /// All tasks with the key of this card, closed ones too.
    fn find(&self, task: &Task, attempt: &Attempt<'_>) -> impl Future<Output = Result<Vec<Found>, Answer>> + Send;
    /// Writes a task that is still to be done; gives its id, where the CRM tells it.
    fn create(
        &self,
        task: &Task,
        sheet: &Sheet,
        attempt: &Attempt<'_>,
    ) -> impl Future<Output = Result<Option<String>, Answer>> + Send;
    /// Changes a task, closes it, or opens it again.
    fn change(&self, id: &str, change: &Change, task: &Task) -> impl Future<Output = Result<(), Answer>> + Send;
    /// Takes a second copy away.
    fn remove(&self, id: &str) -> impl Future<Output = Result<(), Answer>> + Send;
    /// The address of a task for people, where it has one.
    fn address(&self, id: &str) -> Option<String>;
    /// What is closed there may no longer be found.
    fn closed_ones_vanish(&self) -> bool {
        false
    }
}

/// A CRM as one attempt speaks with it.
pub(in crate::deliver) struct Reached<'a, S> {
    /// The settings.
    pub(in crate::deliver) settings: &'a S,
    /// How it is reached.
    pub(in crate::deliver) wire: &'a Wire<'a>,
}

/// Makes one attempt to bring the task of a card to where the card stands.
pub(in crate::deliver) async fn carry_out(records: &impl Records, attempt: &Attempt<'_>) -> Sent {
    // A test message is of no card.
    if attempt.delivery.touch_point.0.is_nil() && attempt.delivery.search.is_none() {
        let how = "signed in and checked the settings; a CRM is sent no test task".to_owned();
        return records.check().await.map_or_else(Sent::from, |()| Answer::Taken { how }.into());
    }
    match Task::of(attempt.delivery) {
        Ok(task) => bring(records, attempt, &task).await.unwrap_or_else(Sent::from),
        Err(answer) => answer.into(),
    }
}

async fn bring(records: &impl Records, attempt: &Attempt<'_>, task: &Task) -> Result<Sent, Answer> {
    let sheet = Sheet::of(task, &records.form());
    let known = attempt.remote;
    if let Some(known) = known.filter(|known| known.state == RemoteState::Gone) {
        return Ok(gone(known));
    }
    // An earlier attempt may have been taken without a word, and a slow one even after the look-up of the next.
    let mut found = records.find(task, attempt).await?;
    if let Some(known) = known.filter(|known| !found.iter().any(|one| one.id == known.id)) {
        found.extend(records.read(&known.id).await?);
    }
    if let Some(found) = one_of(records, found, known, &sheet).await? {
        return update(records, known, task, &sheet, &found).await;
    }
    let wanted = wanted(task);
    match known {
        Some(known) if records.closed_ones_vanish() && (is_closed(known.state) || is_closed(wanted)) => {
            if known.state == RemoteState::Cancelled && task.state == TouchPointState::Accepted {
                return create(records, attempt, task, &sheet).await;
            }
            // It ended as it was closed, or by an attempt of which no answer came.
            let state = if is_closed(known.state) { known.state } else { wanted };
            Ok(taken("it is closed and no longer there", Remote { state, ..known.clone() }))
        }
        Some(known) => Ok(gone(known)),
        None if wanted == RemoteState::Cancelled => {
            Ok(Answer::Taken { how: "there is no task to withdraw".to_owned() }.into())
        }
        None => create(records, attempt, task, &sheet).await,
    }
}

/// The task to go on with, where there is any: the one that is known, else one that a person works with. Second copies
/// that are as we wrote them are taken away; one that a person touched is left alone.
async fn one_of(
    records: &impl Records,
    mut found: Vec<Found>,
    known: Option<&Remote>,
    sheet: &Sheet,
) -> Result<Option<Found>, Answer> {
    let is_known = |one: &Found| known.is_some_and(|known| known.id == one.id);
    let is_ours = |one: &Found| Written::last(known, sheet).is_all_of(one, sheet);
    found.sort_by_cached_key(|one| (!is_known(one), is_ours(one), one.id.clone()));
    let mut found = found.into_iter();
    let kept = found.next();
    for copy in found.filter(is_ours) {
        // It is tried again at the next step; a right that is missing must not hold up the task.
        drop(records.remove(&copy.id).await);
    }
    Ok(kept)
}

/// Brings a task that stands there to where the card stands.
async fn update(
    records: &impl Records,
    known: Option<&Remote>,
    task: &Task,
    sheet: &Sheet,
    found: &Found,
) -> Result<Sent, Answer> {
    let remote = |state, written: &Written| Remote {
        id: found.id.clone(),
        url: records.address(&found.id),
        written: Some(written.text()),
        state,
    };
    let Some((change, written)) = change(task, sheet, known, found) else {
        let remote = remote(seen(found.state, known), &Written::last(known, sheet));
        return Ok(taken("it is closed there already and stays as it is", remote));
    };
    if change == Change::default() {
        return Ok(taken("it stands there already", remote(found.state, &written)));
    }
    records.change(&found.id, &change, task).await?;
    Ok(taken("the task was changed", remote(change.state.unwrap_or(found.state), &written)))
}

/// Writes the task, and closes it at once where the card is done already.
async fn create(records: &impl Records, attempt: &Attempt<'_>, task: &Task, sheet: &Sheet) -> Result<Sent, Answer> {
    let told = records.create(task, sheet, attempt).await?;
    let id = if let Some(id) = told {
        id
    } else {
        let found = records.find(task, attempt).await?;
        let kept = one_of(records, found, None, sheet).await?;
        kept.map(|kept| kept.id).ok_or_else(|| {
            let why = "it was accepted, but cannot be found again by its key: look there before you send it again";
            Answer::Refused(Refusal::new(Class::Unknown, why))
        })?
    };
    let written = Some(Written::of(sheet).text());
    let mut remote = Remote { url: records.address(&id), written, state: RemoteState::Open, id };
    let wanted = wanted(task);
    if wanted != RemoteState::Open {
        let close = Change { state: Some(wanted), ..Change::default() };
        if let Err(answer) = records.change(&remote.id, &close, task).await {
            return Ok(Sent { answer, remote: Some(remote) });
        }
        remote.state = wanted;
    }
    Ok(taken("the task was written", remote))
}

/// How far these tasks are, each read by its id.
///
/// # Errors
/// What the CRM said instead.
pub(in crate::deliver) async fn look(records: &impl Records, remotes: &[Remote]) -> Result<Vec<Remote>, Answer> {
    let mut all = Vec::with_capacity(remotes.len());
    for remote in remotes {
        let state = match records.read(&remote.id).await? {
            Some(found) => seen(found.state, Some(remote)),
            None if records.closed_ones_vanish() && is_closed(remote.state) => remote.state,
            None => RemoteState::Gone,
        };
        all.push(Remote { state, ..remote.clone() });
    }
    Ok(all)
}

/// What a task is that has this state there: many know one end only, and we remember that we withdrew it.
pub(in crate::deliver) fn seen(there: RemoteState, known: Option<&Remote>) -> RemoteState {
    let withdrawn = known.is_some_and(|known| known.state == RemoteState::Cancelled);
    if is_closed(there) && withdrawn { RemoteState::Cancelled } else { there }
}

fn gone(known: &Remote) -> Sent {
    taken("the task was deleted there and is not written again", Remote { state: RemoteState::Gone, ..known.clone() })
}

fn taken(how: &str, remote: Remote) -> Sent {
    Sent { answer: Answer::Taken { how: how.to_owned() }, remote: Some(remote) }
}

/// What was read there has no id.
pub(in crate::deliver) fn no_id(status: u16) -> Answer {
    let why = "the answer has no id of the task: its key is looked up before anything is sent again";
    Answer::Refused(Refusal::new(Class::Retry, why).with_status(status))
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
