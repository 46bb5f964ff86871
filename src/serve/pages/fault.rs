//! What went wrong, as a page with a next step.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tracing::error;

use super::frame::Frame;
use crate::pipeline::Engine;
use crate::pipeline::desk::StoreError;
use crate::pipeline::inbox::InboxError;

/// What went wrong, in words for a person.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Fault {
    #[serde(skip)]
    status: StatusCode,
    code: u16,
    title: String,
    why: String,
    /// What to do about it, where there is more to say than “go back”.
    hint: Option<String>,
    /// Where to go next: words and own path.
    next: Box<(String, String)>,
}

impl Fault {
    pub(super) fn new(status: StatusCode, title: &str, why: impl Into<String>) -> Self {
        let next = Box::new(("To the inbox".to_owned(), "/".to_owned()));
        Self { status, code: status.as_u16(), title: title.to_owned(), why: why.into(), hint: None, next }
    }

    /// Nothing of that kind is there.
    pub(super) fn missing(why: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Nothing here", why)
    }

    /// A form that cannot be taken as it is.
    pub(super) fn bad_form(why: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "That could not be taken", why).hint("Go back, mend it and send it again.")
    }

    /// What the program failed at; the reason goes to the log, not to the page.
    pub(super) fn broken(why: &dyn std::fmt::Display) -> Self {
        error!(%why, "a page could not be served");
        let words = "The program could not answer. The reason is in its log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something broke", words).hint("Try again in a minute.")
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Where to go next, in words and by an own path.
    pub(super) fn next(mut self, words: &str, path: &str) -> Self {
        self.next = Box::new((words.to_owned(), path.to_owned()));
        self
    }
}

impl From<InboxError> for Fault {
    fn from(error: InboxError) -> Self {
        let sentence = sentence(&error.to_string());
        match &error {
            InboxError::Unknown(_) | InboxError::NoSuch { .. } => Self::missing(sentence),
            InboxError::Store(why) => Self::broken(why),
            InboxError::Ambiguous { .. } => Self::bad_form(sentence),
            InboxError::Banned(_) => {
                Self::bad_form(sentence).hint("Say it in other words; the playbook lists what is banned.")
            }
            InboxError::StandsSo(..) | InboxError::NothingToUndo(_) | InboxError::Life(_) => {
                Self::new(StatusCode::CONFLICT, "That is not possible now", sentence)
            }
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::broken(&error)
    }
}

impl IntoResponse for Fault {
    /// Plain words; [`dress`] makes the page of it.
    fn into_response(self) -> Response {
        let mut response = (self.status, format!("{}\n{}\n", self.title, self.why)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Dresses what a page answered: a fault becomes a page of its own.
pub(super) async fn dress(State(engine): State<Arc<Engine>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let again = parts.clone();
    let request = Request::from_parts(parts, body);
    let mut response = next.run(request).await;
    let fault = response.extensions_mut().remove::<Fault>();
    if let Some(fault) = fault {
        let mut parts = again;
        let Ok(frame) = Frame::from_request_parts(&mut parts, &engine).await;
        response = page(&frame, &fault);
    }
    response
}

fn page(frame: &Frame, fault: &Fault) -> Response {
    match frame.show("fault.html", fault) {
        Ok(mut response) => {
            *response.status_mut() = fault.status;
            response
        }
        Err(_) => fault.clone().into_response(),
    }
}

/// A message of the program as a sentence.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
