//! What the task of a touch point says in a CRM, and what of it is changed later: whatever does not read as it was written
//! last is a person's and stays. Pure.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::Mapping;
use crate::deliver::{Attempt, Task};
use crate::model::{Remote, RemoteState, TouchPointState, id};
use crate::text::sanitise::{plain_line, text_of_html};

/// What a subject begins with once the card was taken back.
pub(in crate::deliver) const WITHDRAWN: &str = "Withdrawn: ";

/// What a task is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::deliver) struct Sheet {
    /// One line.
    pub(in crate::deliver) subject: String,
    /// Plain text.
    pub(in crate::deliver) body: String,
    /// Last day to act.
    pub(in crate::deliver) due: NaiveDate,
}

/// How a CRM's tasks are to look.
pub(in crate::deliver) struct Form<'a> {
    /// Most characters of a subject.
    pub(in crate::deliver) subject: usize,
    /// Most characters of a body.
    pub(in crate::deliver) body: usize,
    /// Address of a card for people, with `{id}` in place of its id.
    pub(in crate::deliver) link: Option<&'a str>,
    /// The key has no field of its own: it ends the body.
    pub(in crate::deliver) key_in_body: bool,
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

    /// All of it, as a new task gets it.
    pub(in crate::deliver) fn whole(&self) -> Change {
        let (subject, body) = (Some(self.subject.clone()), Some(self.body.clone()));
        Change { subject, body, due: Some(self.due), state: None }
    }
}

/// A task as it stands in a CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::deliver) struct Found {
    /// Its id there.
    pub(in crate::deliver) id: String,
    /// Its subject.
    pub(in crate::deliver) subject: String,
    /// Its body as plain text.
    pub(in crate::deliver) body: String,
    /// The day it is due.
    pub(in crate::deliver) due: Option<NaiveDate>,
    /// How far it is.
    pub(in crate::deliver) state: RemoteState,
}

/// What is to be changed of a task; what is absent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::deliver) struct Change {
    /// New subject.
    pub(in crate::deliver) subject: Option<String>,
    /// New body.
    pub(in crate::deliver) body: Option<String>,
    /// New day.
    pub(in crate::deliver) due: Option<NaiveDate>,
    /// Close it, or open again what we had withdrawn ourselves.
    pub(in crate::deliver) state: Option<RemoteState>,
}

impl Change {
    /// The fields that change, by the names of subject, body and day there, the latter two written as they are there.
    pub(in crate::deliver) fn fields(
        &self,
        [subject, body, due]: [&str; 3],
        body_there: impl FnOnce(&str) -> Value,
        due_there: impl FnOnce(NaiveDate) -> Value,
    ) -> Map<String, Value> {
        let fields = [
            (subject, self.subject.as_deref().map(Value::from)),
            (body, self.body.as_deref().map(body_there)),
            (due, self.due.map(due_there)),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// What is to be changed of a task that stands there, and the hashes that are then to be kept; nothing where it is closed
/// there and stays so.
pub(super) fn change(task: &Task, sheet: &Sheet, known: Option<&Remote>, found: &Found) -> Option<(Change, Written)> {
    let wanted = wanted(task);
    let [new, there] = [Written::of(sheet), Written::there(found)];
    let mut kept = Written::last(known, sheet);
    let mut change = Change::default();
    if is_closed(found.state) {
        let ours = known.is_some_and(|known| known.state == RemoteState::Cancelled)
            && found.subject.starts_with(WITHDRAWN)
            && there.subject == kept.subject;
        if !ours || task.state != TouchPointState::Accepted {
            return None;
        }
        change.state = Some(RemoteState::Open);
    } else if wanted != RemoteState::Open {
        change.state = Some(wanted);
    }
    change.subject = renew(&there.subject, &mut kept.subject, new.subject).then(|| sheet.subject.clone());
    change.body = renew(&there.body, &mut kept.body, new.body).then(|| sheet.body.clone());
    change.due = renew(&there.due, &mut kept.due, new.due).then_some(sheet.due);
    Some((change, kept))
}

/// A field is ours and says something else now. What reads as it is to read was written by an attempt that heard no answer.
fn renew(there: &str, kept: &mut String, new: String) -> bool {
    let stands = there == new;
    let ours = there == *kept;
    if stands || ours {
        *kept = new;
    }
    ours && !stands
}

/// How far the task is to be.
pub(super) fn wanted(task: &Task) -> RemoteState {
    if task.is_cancelled() {
        RemoteState::Cancelled
    } else if task.is_done() {
        RemoteState::Done
    } else {
        RemoteState::Open
    }
}

pub(super) fn is_closed(state: RemoteState) -> bool {
    matches!(state, RemoteState::Done | RemoteState::Cancelled)
}

/// Hashes of what was written, field by field; white space and line ends, which CRMs change, do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    subject: String,
    body: String,
    due: String,
}

impl Written {
    /// What this sheet is once it is written.
    pub(super) fn of(sheet: &Sheet) -> Self {
        Self { subject: hash(&sheet.subject), body: hash(&sheet.body), due: hash(&sheet.due.to_string()) }
    }

    /// What was written last. Where that is not known only what reads as it would be written now is known to be ours.
    pub(super) fn last(known: Option<&Remote>, sheet: &Sheet) -> Self {
        known.and_then(|known| Self::read(known.written.as_deref()?)).unwrap_or_else(|| Self::of(sheet))
    }

    fn there(found: &Found) -> Self {
        let due = found.due.map(|due| due.to_string()).unwrap_or_default();
        Self { subject: hash(&found.subject), body: hash(&found.body), due: hash(&due) }
    }

    /// It is open there, and all of it reads as it was written last or would be written now.
    pub(super) fn is_all_of(&self, found: &Found, sheet: &Sheet) -> bool {
        let [new, there] = [Self::of(sheet), Self::there(found)];
        found.state == RemoteState::Open
            && (there.subject == self.subject || there.subject == new.subject)
            && (there.body == self.body || there.body == new.body)
            && (there.due == self.due || there.due == new.due)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(str::to_owned);
        Some(Self { subject: parts.next()?, body: parts.next()?, due: parts.next()? })
    }

    /// As it is kept in a [`Remote`].
    pub(super) fn text(&self) -> String {
        format!("{}.{}.{}", self.subject, self.body, self.due)
    }
}

fn hash(text: &str) -> String {
    id::short_hash(&[&plain_line(text)])
}

/// The line that tells of which card a task is.
pub(in crate::deliver) fn key_line(key: &str) -> String {
    format!("Tidings: {key}")
}

/// A body has the line of this key: a key that only begins like it is another.
pub(in crate::deliver) fn has_key(body: &str, key: &str) -> bool {
    let line = key_line(key);
    body.lines().any(|text| plain_line(text) == line)
}

/// The owner as the CRM knows them, by what was imported or by the settings; nothing where only their mail address may tell.
pub(in crate::deliver) fn owner(attempt: &Attempt<'_>, mapping: &Mapping, task: &Task) -> Option<String> {
    let named = || task.owner.as_ref().and_then(|owner| mapping.owners.get(owner)).cloned();
    attempt.links.owner.clone().or_else(named)
}

/// The owner's mail address, where it is what they go by here.
pub(in crate::deliver) fn owner_mail(task: &Task) -> Option<&str> {
    task.owner.as_deref().filter(|owner| owner.contains('@') && !owner.contains(char::is_whitespace))
}

/// The text as HTML without any markup of its own.
pub(in crate::deliver) fn html(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| html_escape::encode_text(line).into_owned()).collect();
    lines.join("<br>")
}

/// The lines of a body, whoever wrote its HTML.
pub(in crate::deliver) fn plain(markup: &str) -> String {
    let ends = ["<br>", "<br/>", "<br />", "</p>", "</div>", "</li>"];
    let marked = ends.iter().fold(markup.to_owned(), |text, mark| text.replace(mark, "\n"));
    marked.lines().map(text_of_html).collect::<Vec<_>>().join("\n")
}

/// Text of at most `room` characters; a cut is shown.
fn clip(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    kept.trim_end().to_owned() + "…"
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
