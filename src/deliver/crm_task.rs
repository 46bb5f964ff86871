//! The task of a touch point in a CRM: what is written, what is left to people, and when it is closed. Pure rules first,
//! then the course of one attempt, the same for every CRM that can read a task back.

use chrono::NaiveDate;

use super::{Answer, Attempt, Class, Fault, Mapping, Refusal, Sent, Task};
use crate::model::{Remote, RemoteState, id};
use crate::text::sanitise::plain_line;

/// What a subject begins with once the card was taken back.
const WITHDRAWN: &str = "Withdrawn: ";

/// What a task is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// One line.
    pub(super) subject: String,
    /// Plain text.
    pub(super) body: String,
    /// Last day to act.
    pub(super) due: NaiveDate,
}

/// How a CRM's tasks are to look.
pub(super) struct Form<'a> {
    /// Most characters of a subject.
    pub(super) subject: usize,
    /// Most characters of a body.
    pub(super) body: usize,
    /// Address of a card for people, with `{id}` in place of its id.
    pub(super) link: Option<&'a str>,
    /// The key has no field of its own: it ends the body.
    pub(super) key_in_body: bool,
}

impl Sheet {
    /// What the task of this card says.
    pub(super) fn of(task: &Task, form: &Form<'_>) -> Self {
        let head = if task.is_cancelled() { WITHDRAWN } else { "" };
        let mut tail = String::new();
        if let Some(link) = form.link {
            tail += &format!("\n{}", link.replace("{id}", &task.id));
        }
        if form.key_in_body {
            tail += &format!("\n{}", key_line(&task.key));
        }
        let room = form.body.saturating_sub(tail.chars().count());
        Self {
            subject: clip(&format!("{head}{}", task.subject), form.subject),
            body: clip(&task.body, room) + &tail,
            due: task.due,
        }
    }

    fn written(&self) -> Written {
        Written { subject: hash(&self.subject), body: hash(&self.body), due: hash(&self.due.to_string()) }
    }
}

/// The line that tells of which card a task is.
pub(super) fn key_line(key: &str) -> String {
    format!("Tidings: {key}")
}

/// A body has the line of this key: a key that only begins like it is another.
pub(super) fn has_key(body: &str, key: &str) -> bool {
    let line = key_line(key);
    body.lines().any(|text| plain_line(text) == line)
}

/// Text of at most `room` characters; a cut is shown.
pub(super) fn clip(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    kept.trim_end().to_owned() + "…"
}

/// The owner as the CRM knows them, by what was imported or by the settings; nothing where only their mail address may tell.
pub(super) fn owner(attempt: &Attempt<'_>, mapping: &Mapping, task: &Task) -> Option<String> {
    let named = || task.owner.as_ref().and_then(|owner| mapping.owners.get(owner)).cloned();
    attempt.links.owner.clone().or_else(named)
}

/// The owner's mail address, where it is what they go by here.
pub(super) fn owner_mail(task: &Task) -> Option<&str> {
    task.owner.as_deref().filter(|owner| owner.contains('@') && !owner.contains(char::is_whitespace))
}

/// A task as it stands in a CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its id there.
    pub(super) id: String,
    /// Its subject.
    pub(super) subject: String,
    /// Its body as plain text.
    pub(super) body: String,
    /// The day it is due.
    pub(super) due: Option<NaiveDate>,
    /// How far it is.
    pub(super) state: RemoteState,
}

/// What is to be changed of a task; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// New subject.
    pub(super) subject: Option<String>,
    /// New body.
    pub(super) body: Option<String>,
    /// New day.
    pub(super) due: Option<NaiveDate>,
    /// Close it, or open again what we had withdrawn ourselves.
    pub(super) state: Option<RemoteState>,
}

/// Hashes of what was written last, field by field; white space and line ends, which CRMs change, do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    subject: String,
    body: String,
    due: String,
}

impl Written {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::to_owned);
        Some(Self { subject: parts.next()?, body: parts.next()?, due: parts.next()? })
    }

    fn text(&self) -> String {
        format!("{}.{}.{}", self.subject, self.body, self.due)
    }
}

fn hash(text: &str) -> String {
    id::short_hash(&[&plain_line(text)])
}

/// How far the task is to be.
fn wanted(task: &Task) -> RemoteState {
    if task.is_cancelled() {
        RemoteState::Cancelled
    } else if task.is_done() {
        RemoteState::Done
    } else {
        RemoteState::Open
    }
}

/// What is to be changed of a task that stands there, and the hashes that are then to be kept. Whatever does not read as
/// it was written last is a person's and stays. What is closed there is not opened again, save what we had withdrawn.
///
/// # Errors
/// Why nothing is to be changed.
fn change(
    wanted: RemoteState,
    sheet: &Sheet,
    remote: Option<&Remote>,
    found: &Found,
) -> Result<(Change, Written), &'static str> {
    let new = sheet.written();
    // Found by its key, without a memory of what was written: only what reads as it would be written now is known to be ours.
    let mut kept = remote.and_then(|remote| Written::read(remote.written.as_deref()?)).unwrap_or_else(|| new.clone());
    let ours = |there: &str, hashed: &str| hash(there) == hashed;
    let mut change = Change::default();
    if found.state != RemoteState::Open {
        let withdrawn_by_us = remote.is_some_and(|remote| remote.state == RemoteState::Cancelled)
            && found.subject.starts_with(WITHDRAWN)
            && ours(&found.subject, &kept.subject);
        if wanted != RemoteState::Open || !withdrawn_by_us {
            return Err("it is closed there already and stays as it is");
        }
        change.state = Some(RemoteState::Open);
    } else if wanted != RemoteState::Open {
        change.state = Some(wanted);
    }
    if ours(&found.subject, &kept.subject) && kept.subject != new.subject {
        change.subject = Some(sheet.subject.clone());
        kept.subject = new.subject;
    }
    if ours(&found.body, &kept.body) && kept.body != new.body {
        change.body = Some(sheet.body.clone());
        kept.body = new.body;
    }
    let due = found.due.map(|due| due.to_string()).unwrap_or_default();
    if ours(&due, &kept.due) && kept.due != new.due {
        change.due = Some(sheet.due);
        kept.due = new.due;
    }
    if change == Change::default() {
        return Err("it stands there already");
    }
    Ok((change, kept))
}

/// Where a CRM keeps tasks.
pub(super) trait Records: Sync {
    /// How its tasks look.
    fn form(&self) -> Form<'_>;
    /// Signs in and checks the settings against the CRM, and writes nothing.
    fn check(&self) -> impl Future<Output = Result<(), Answer>> + Send;
    /// The task with this id; nothing where it is gone.
    fn read(&self, id: &str) -> impl Future<Output = Result<Option<Found>, Answer>> + Send;
    /// The task with the key of this card, as it is asked for before one is written.
    fn find(&self, task: &Task, attempt: &Attempt<'_>) -> impl Future<Output = Result<Option<Found>, Answer>> + Send;
    /// Writes a task that is still to be done; gives its id.
    fn create(
        &self,
        task: &Task,
        sheet: &Sheet,
        attempt: &Attempt<'_>,
    ) -> impl Future<Output = Result<String, Answer>> + Send;
    /// Changes a task.
    fn change(&self, id: &str, change: &Change) -> impl Future<Output = Result<(), Answer>> + Send;
    /// The address of a task for people.
    fn address(&self, id: &str) -> Option<String>;
}

/// Makes one attempt to bring the task of a card to where the card stands.
pub(super) async fn carry_out(records: &impl Records, attempt: &Attempt<'_>) -> Sent {
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
    let wanted = wanted(task);
    let found = match attempt.remote {
        Some(remote) if remote.state == RemoteState::Gone => return Ok(gone(remote)),
        Some(remote) => match records.read(&remote.id).await? {
            None => return Ok(gone(remote)),
            found => found,
        },
        None => records.find(task, attempt).await?,
    };
    let Some(found) = found else {
        if wanted == RemoteState::Cancelled {
            return Ok(Answer::Taken { how: "there is no task to withdraw".to_owned() }.into());
        }
        return create(records, attempt, task, &sheet, wanted).await;
    };
    let remote = |state, written: String| Remote {
        id: found.id.clone(),
        url: records.address(&found.id),
        written: Some(written),
        state,
    };
    match change(wanted, &sheet, attempt.remote, &found) {
        Ok((change, written)) => {
            records.change(&found.id, &change).await?;
            let state = change.state.unwrap_or(found.state);
            let how = "the task was changed".to_owned();
            Ok(Sent { answer: Answer::Taken { how }, remote: Some(remote(state, written.text())) })
        }
        Err(why) => {
            let written = attempt.remote.and_then(|remote| remote.written.clone());
            let written = written.unwrap_or_else(|| sheet.written().text());
            Ok(Sent { answer: Answer::Taken { how: why.to_owned() }, remote: Some(remote(found.state, written)) })
        }
    }
}

/// Writes the task, and closes it at once where the card is done already.
async fn create(
    records: &impl Records,
    attempt: &Attempt<'_>,
    task: &Task,
    sheet: &Sheet,
    wanted: RemoteState,
) -> Result<Sent, Answer> {
    let id = records.create(task, sheet, attempt).await?;
    let mut remote =
        Remote { url: records.address(&id), written: Some(sheet.written().text()), state: RemoteState::Open, id };
    let mut answer = Answer::Taken { how: "the task was written".to_owned() };
    if wanted != RemoteState::Open {
        let close = Change { state: Some(wanted), ..Change::default() };
        match records.change(&remote.id, &close).await {
            Ok(()) => remote.state = wanted,
            Err(refused) => answer = refused,
        }
    }
    Ok(Sent { answer, remote: Some(remote) })
}

fn gone(remote: &Remote) -> Sent {
    let how = "the task was deleted there and is not written again".to_owned();
    let remote = Remote { state: RemoteState::Gone, ..remote.clone() };
    Sent { answer: Answer::Taken { how }, remote: Some(remote) }
}

/// Several tasks have the same key: nothing is written until a person has looked.
pub(super) fn several(ids: &[String]) -> Answer {
    let ids = ids.join(", ");
    let why = format!("several tasks have this card's key ({ids}): delete all but one there, then send it again");
    Answer::Refused(Refusal::new(Class::Dead, why))
}

/// A write was answered without the id of what was written: whether it stands there is looked up before the next write.
pub(super) fn no_id(status: u16) -> Answer {
    let why = "the answer has no id of the task: its key is looked up before anything is sent again";
    Answer::Refused(Refusal::new(Class::Retry, why).with_status(status))
}

/// What is wrong with the address of a CRM: keys and tokens only travel encrypted, save on this machine.
pub(super) fn fault_of_address(key: &str, address: &str) -> Option<Fault> {
    let url = url::Url::parse(address).ok();
    let fine = url.is_some_and(|url| {
        let here = matches!(url.host(), Some(url::Host::Ipv4(host)) if host.is_loopback());
        url.host().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && here))
    });
    (!fine).then(|| Fault::of(key, "is no address that begins with https://", ""))
}

#[cfg(test)]
#[path = "crm_task_tests.rs"]
mod tests;
