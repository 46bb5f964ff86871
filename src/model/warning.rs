//! Something odd that did not stop the work.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A remark on input that was read all the same: a stable code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Lower-case words with underscores, stable ("undeclared_entity").
    pub code: String,
    /// What was found and what was done about it.
    pub message: String,
}

impl Warning {
    /// A warning with this code and message.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.message)
    }
}
