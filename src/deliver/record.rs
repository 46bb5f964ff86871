//! Keeps one record of a CRM for each touch point, in CRMs that take a second record like the first without a word: the
//! key is looked up before anything is made, what is there is compared with what was last written, and a second copy of
//! our own is taken away again.

use super::{Answer, Attempt, Class, Links, Mapping, Refusal, Sent, Task, Wire};
use crate::model::{Remote, RemoteState, Step, id};

/// What a record is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    /// Touch point and destination: how the record is found again.
    pub(super) key: String,
    /// One line.
    pub(super) title: String,
    /// Plain text.
    pub(super) text: String,
    /// Last day to act, `2026-03-02`.
    pub(super) due: String,
    /// An alarm.
    pub(super) high: bool,
    /// The account there, by its id.
    pub(super) account: Option<String>,
    /// The contact there, by its id.
    pub(super) contact: Option<String>,
    /// Who is to act, by the id there.
    pub(super) owner: Option<String>,
    /// What came of it.
    pub(super) outcome: Option<String>,
}

impl Draft {
    /// What the record of this task is to say. An owner that was not imported is looked up in the mapping.
    pub(super) fn of(task: &Task, links: &Links, mapping: &Mapping) -> Self {
        let named = || task.owner.as_ref().and_then(|owner| mapping.owners.get(owner)).cloned();
        Self {
            key: task.key.clone(),
            title: task.subject.clone(),
            text: task.body.clone(),
            due: task.due.to_string(),
            high: task.high_priority,
            account: links.account.clone(),
            contact: links.contact.clone(),
            owner: links.owner.clone().or_else(named),
            outcome: task.outcome.clone(),
        }
    }
}

/// Hash of what a person may change in a record: the same for what we wrote and for what is read back.
pub(super) fn hash(title: &str, text: &str, due: &str) -> String {
    let text = text.replace("\r\n", "\n");
    id::short_hash(&[title.trim(), text.trim(), due])
}

/// A record as it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its id there.
    pub(super) id: String,
    /// Hash of what a person may change.
    pub(super) hash: String,
    /// How far it is.
    pub(super) state: RemoteState,
    /// When it was made, so written that earlier sorts first.
    pub(super) created: String,
}

/// What a CRM can do with records of ours.
pub(super) trait Records {
    /// All records that hold this key, closed ones too.
    async fn find(&self, wire: &Wire<'_>, key: &str) -> Result<Vec<Found>, Answer>;
    /// The record with this id; nothing where it is no longer there.
    async fn read(&self, wire: &Wire<'_>, id: &str) -> Result<Option<Found>, Answer>;
    /// Makes a record and gives its id, where the CRM tells it.
    async fn create(&self, wire: &Wire<'_>, draft: &Draft) -> Result<Option<String>, Answer>;
    /// Writes what the record is to say now; `reopen` also takes back that it was closed by us.
    async fn write(&self, wire: &Wire<'_>, id: &str, draft: &Draft, reopen: bool) -> Result<(), Answer>;
    /// Closes a record, done or cancelled; the draft is written too where `with_text`.
    async fn close(&self, wire: &Wire<'_>, id: &str, draft: &Draft, end: End) -> Result<(), Answer>;
    /// Takes away a second copy.
    async fn remove(&self, wire: &Wire<'_>, id: &str) -> Result<(), Answer>;
    /// Hash of a draft as [`Records::read`] gives it once it is written.
    fn hash(&self, draft: &Draft) -> String {
        hash(&draft.title, &draft.text, &draft.due)
    }
    /// The address of the record for people, where there is one.
    fn page(&self, id: &str) -> Option<String>;
}

/// How a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// Done or cancelled.
    pub(super) state: RemoteState,
    /// Nobody changed the record since we wrote it: the draft may be written over it.
    pub(super) with_text: bool,
}

/// Brings the record to what the delivery says.
pub(super) async fn keep<R: Records>(records: &R, attempt: &Attempt<'_>, mapping: &Mapping) -> Sent {
    match settle(records, attempt, mapping).await {
        Ok(sent) => sent,
        Err(answer) => answer.into(),
    }
}

async fn settle<R: Records>(records: &R, attempt: &Attempt<'_>, mapping: &Mapping) -> Result<Sent, Answer> {
    let task = Task::of(attempt.delivery)?;
    let draft = Draft::of(&task, attempt.links, mapping);
    let wire = &attempt.wire;
    let mut found = records.find(wire, &draft.key).await?;
    if let Some(remote) = attempt.remote.filter(|remote| !remote.id.is_empty())
        && !found.iter().any(|one| one.id == remote.id)
    {
        found.extend(records.read(wire, &remote.id).await?);
    }
    if let Some(kept) = one_of(records, wire, found, attempt.remote, &draft).await? {
        return change(records, wire, &kept, attempt.remote, (&task, &draft)).await;
    }
    match (wanted(&task), attempt.remote) {
        (RemoteState::Open, remote) if remote.is_none_or(|remote| ours_to_reopen(remote, &task)) => {
            create(records, wire, &draft).await
        }
        (RemoteState::Open, Some(remote)) if is_closed(remote.state) => {
            Ok(taken("it was closed there: left alone", remote.clone()))
        }
        (RemoteState::Open, Some(remote)) => Ok(gone(remote)),
        (_, None) => Ok(Sent::from(Answer::Taken { how: "nothing stands there to close".to_owned() })),
        // What ends may vanish there: the record was closed by an attempt of which no answer came.
        (end, Some(remote)) => {
            let state = if is_closed(remote.state) { remote.state } else { end };
            Ok(taken("it is no longer there", Remote { state, ..remote.clone() }))
        }
    }
}

/// The record to go on with, where there is any: the one that is known, else the oldest. Second copies of our own that
/// nobody touched are taken away; one that a person touched is left alone.
async fn one_of<R: Records>(
    records: &R,
    wire: &Wire<'_>,
    mut found: Vec<Found>,
    remote: Option<&Remote>,
    draft: &Draft,
) -> Result<Option<Found>, Answer> {
    let known = |one: &Found| remote.is_some_and(|remote| remote.id == one.id);
    found.sort_by_cached_key(|one| (!known(one), one.created.clone(), one.id.clone()));
    let ours = |one: &Found| {
        let written = remote.and_then(|remote| remote.written.as_ref());
        one.state == RemoteState::Open && (one.hash == records.hash(draft) || Some(&one.hash) == written)
    };
    // A copy that a person works with is the one to keep.
    if remote.is_none()
        && let Some(place) = found.iter().position(|one| !ours(one))
    {
        let theirs = found.remove(place);
        found.insert(0, theirs);
    }
    let mut found = found.into_iter();
    let kept = found.next();
    for copy in found.filter(ours) {
        records.remove(wire, &copy.id).await?;
    }
    Ok(kept)
}

async fn create<R: Records>(records: &R, wire: &Wire<'_>, draft: &Draft) -> Result<Sent, Answer> {
    let id = records.create(wire, draft).await?;
    let id = if let Some(id) = id {
        id
    } else {
        let found = records.find(wire, &draft.key).await?;
        let kept = one_of(records, wire, found, None, draft).await?;
        kept.map(|kept| kept.id).ok_or_else(|| {
            let why = "it was accepted, but cannot be found again by its key: look there before you send it again";
            Answer::Refused(Refusal::new(Class::Unknown, why))
        })?
    };
    let url = records.page(&id);
    Ok(taken("made there", Remote { id, url, written: Some(records.hash(draft)), state: RemoteState::Open }))
}

/// Brings a record that stands there to what the task says.
async fn change<R: Records>(
    records: &R,
    wire: &Wire<'_>,
    kept: &Found,
    remote: Option<&Remote>,
    (task, draft): (&Task, &Draft),
) -> Result<Sent, Answer> {
    let written = remote.and_then(|remote| remote.written.clone());
    let as_wanted = kept.hash == records.hash(draft);
    let untouched = as_wanted || written.as_ref() == Some(&kept.hash);
    let now = |state, written| Remote { id: kept.id.clone(), url: records.page(&kept.id), written, state };
    let wanted = wanted(task);
    if is_closed(kept.state) {
        let reopen = wanted == RemoteState::Open && remote.is_some_and(|remote| ours_to_reopen(remote, task));
        if reopen && untouched {
            records.write(wire, &kept.id, draft, true).await?;
            return Ok(taken("opened again there", now(RemoteState::Open, Some(records.hash(draft)))));
        }
        return Ok(taken("it is closed there: left alone", now(kept.state, written)));
    }
    if wanted != RemoteState::Open {
        let end = End { state: wanted, with_text: untouched };
        records.close(wire, &kept.id, draft, end).await?;
        let read = records.read(wire, &kept.id).await?;
        let written = if untouched { read.map(|read| read.hash).or(written) } else { written };
        return Ok(taken("closed there", now(wanted, written)));
    }
    if !untouched {
        return Ok(taken("somebody changed it there: left alone", now(kept.state, written)));
    }
    if !as_wanted {
        records.write(wire, &kept.id, draft, false).await?;
    }
    Ok(taken("as it should be there", now(kept.state, Some(records.hash(draft)))))
}

/// A person accepted the card anew after it was taken back and so cancelled there by us.
fn ours_to_reopen(remote: &Remote, task: &Task) -> bool {
    remote.state == RemoteState::Cancelled && task.step == Step::Accepted
}

fn wanted(task: &Task) -> RemoteState {
    if task.is_done() {
        RemoteState::Done
    } else if task.is_cancelled() {
        RemoteState::Cancelled
    } else {
        RemoteState::Open
    }
}

fn is_closed(state: RemoteState) -> bool {
    matches!(state, RemoteState::Done | RemoteState::Cancelled)
}

fn gone(remote: &Remote) -> Sent {
    taken("it was deleted there: not made again", Remote { state: RemoteState::Gone, ..remote.clone() })
}

fn taken(how: &str, remote: Remote) -> Sent {
    Sent { answer: Answer::Taken { how: how.to_owned() }, remote: Some(remote) }
}

/// How far these records are, each read by its id.
pub(super) async fn look<R: Records>(records: &R, wire: &Wire<'_>, remotes: &[Remote]) -> Result<Vec<Remote>, Answer> {
    let mut seen = Vec::with_capacity(remotes.len());
    for remote in remotes {
        let found = records.read(wire, &remote.id).await?;
        // What vanishes there once it is closed stays as it was closed.
        let gone = if is_closed(remote.state) { remote.state } else { RemoteState::Gone };
        seen.push(Remote { state: found.map_or(gone, |found| found.state), ..remote.clone() });
    }
    Ok(seen)
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
