//! What a verb says when it cannot do its work: what is wrong, and the next command to type.

use std::fmt::Display;

use super::Ending;

/// Why a verb ended early.
#[derive(Debug)]
pub(super) struct Failure {
    /// Exit code.
    pub(super) ending: Ending,
    /// What is wrong, lower case, no full stop.
    pub(super) message: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
}

impl Failure {
    /// The work could not be done.
    pub(super) fn failed(message: impl Display) -> Self {
        Self { ending: Ending::Failed, message: message.to_string(), hint: None }
    }

    /// The request or the configuration is wrong.
    pub(super) fn misused(message: impl Display) -> Self {
        Self { ending: Ending::Misused, message: message.to_string(), hint: None }
    }

    /// With what to do about it.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Says it: on standard error for a person, as one object on standard output for a program.
    pub(super) fn tell(&self, json: bool) {
        if json {
            super::print_json(&serde_json::json!({ "error": { "message": self.message, "hint": self.hint } }));
            return;
        }
        eprintln!("error: {}", self.message);
        if let Some(hint) = &self.hint {
            eprintln!("\nhint: {hint}");
        }
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::failed(error)
    }
}
