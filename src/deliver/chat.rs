//! What mailboxes and chats have in common: people read there, and nothing can be looked up.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use serde_json::Value;

use super::address::{Whereabouts, without};
use super::page::Page;
use super::{Answer, Attempt, Class, Fault, Refusal, Secret, SecretReader, Sent, Task, Wire};
use crate::model::Remote;
use crate::net;

/// Where a chat is told, and how it is spoken with.
pub(super) struct Room<'a> {
    /// The address, once fetched.
    pub(super) address: Option<&'a Secret>,
    /// Address of a card for people.
    pub(super) card_url: Option<&'a str>,
    /// Longest wait for an answer.
    pub(super) timeout: Duration,
    /// A page as the chat shows it.
    pub(super) message: fn(&Page) -> Value,
    /// What an answer of the chat means.
    pub(super) judge: fn(&net::Reply) -> Answer,
}

impl Room<'_> {
    /// Posts a delivery, where it is worth telling.
    pub(super) async fn tell(&self, attempt: &Attempt<'_>) -> Sent {
        let page = match Page::of(attempt.delivery, self.card_url) {
            Ok(page) => page,
            Err(answer) => return answer.into(),
        };
        if let Some(answer) = nothing_to_tell(attempt) {
            return answer.into();
        }
        let posted = post(attempt.wire, self.address, &(self.message)(&page), self.timeout).await;
        sent(attempt, posted.map_or_else(|answer| answer, |reply| (self.judge)(&reply)))
    }
}

/// The address of a chat, and all that is wrong with its settings.
pub(super) fn found(
    place: &Whereabouts<'_>,
    card_url: Option<&str>,
    reader: SecretReader<'_>,
) -> (Option<Secret>, Vec<Fault>) {
    let mut faults = Vec::new();
    let address = place.find(reader).map_err(|fault| faults.push(fault)).ok();
    faults.extend(card_url.and_then(card_url_fault));
    (address, faults)
}

/// Nothing where the delivery is worth telling; else why it is not: a card that was taken back and never told of here.
pub(super) fn nothing_to_tell(attempt: &Attempt<'_>) -> Option<Answer> {
    if attempt.delivery.touch_point.0.is_nil() || attempt.remote.is_some() {
        return None;
    }
    let task = Task::of(attempt.delivery).ok()?;
    let how = "never told of this card, so there is nothing to take back".to_owned();
    task.is_cancelled().then_some(Answer::Taken { how })
}

/// Posts a message to an address that is a secret.
///
/// # Errors
/// Where no answer comes, or it is none of the chat's own: a redirect, a page for people.
async fn post(
    wire: Wire<'_>,
    address: Option<&Secret>,
    message: &Value,
    timeout: Duration,
) -> Result<net::Reply, Answer> {
    let Some(address) = address else {
        return Err(Answer::Silent { why: "its address was not loaded".to_owned() });
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    let sent = wire.client.post(address.reveal(), headers, message.to_string().into_bytes(), timeout).await;
    let reply = sent.map_err(|error| silent(&error, without(&error.to_string(), address)))?;
    let body = String::from_utf8_lossy(&reply.body);
    let is_page = body.trim_start().to_lowercase().starts_with("<!doctype") || body.trim_start().starts_with("<html");
    if matches!(reply.status, 300..=399) || (is_page && reply.status < 300) {
        let why =
            format!("{} brought no answer of the chat but a page or another address: check the address", reply.status);
        return Err(Answer::Refused(Refusal::new(Class::Pause, why).with_status(reply.status)));
    }
    Ok(reply)
}

/// What was sent, and that the card was told of here; a chat gives no id by which a message could be found.
fn sent(attempt: &Attempt<'_>, answer: Answer) -> Sent {
    let is_new = !attempt.delivery.touch_point.0.is_nil() && attempt.remote.is_none() && answer.is_accepted();
    Sent { answer, remote: is_new.then(|| Remote { id: attempt.delivery.id.clone(), ..Remote::default() }) }
}

/// What it means that no answer came. What may have arrived cannot be looked up in a chat.
pub(super) fn silent(error: &net::Error, why: String) -> Answer {
    if error.is_refusal() {
        return Answer::Refused(Refusal::new(Class::Pause, why));
    }
    if error.may_have_arrived() {
        let why = format!("{why}; it may stand there all the same: look, and send it again by `tidings deliver retry`");
        return Answer::Refused(Refusal::new(Class::Unknown, why));
    }
    Answer::Silent { why }
}

/// What is wrong with the address of a card for people.
pub(super) fn card_url_fault(card_url: &str) -> Option<Fault> {
    let is_fine = card_url.contains("{id}")
        && url::Url::parse(&card_url.replace("{id}", "0")).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (!is_fine).then(|| Fault::of("card_url", "is no address of http or https with {id} in it", ""))
}
