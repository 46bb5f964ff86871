//! What came back from a destination.

use crate::model::Time;
use crate::text::sanitise::plain_line;

/// Characters of a refusal's body that are kept, to tell a person why.
const LONGEST_EXCERPT: usize = 200;

/// What one attempt met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The destination answered.
    Answered {
        /// Status of HTTP.
        status: u16,
        /// The Retry-After field as it came.
        retry_after: Option<String>,
        /// How the body begins, in one line; empty where there is none.
        excerpt: String,
    },
    /// No answer came: time-out, no connection, an address that must not be dialled.
    Silent {
        /// What went wrong, without the address where that is a secret.
        why: String,
    },
    /// It was taken, without an answer of HTTP: a file was written, a mail was accepted, nothing was to be done.
    Taken {
        /// What was done, for a person ("nothing to close").
        how: String,
    },
    /// The destination said no in its own language, and what that means is known.
    Refused(Refusal),
}

/// A no whose meaning is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it means for the next attempt.
    pub class: Class,
    /// Status of HTTP, where there was one.
    pub status: Option<u16>,
    /// What went wrong and what to do, for a person.
    pub why: String,
    /// Not before this, where the destination said so (the reset of a daily limit).
    pub until: Option<Time>,
}

impl Refusal {
    /// A refusal of this class.
    #[must_use]
    pub fn new(class: Class, why: impl Into<String>) -> Self {
        Self { class, status: None, why: why.into(), until: None }
    }

    /// With the status that came with it.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Not to be tried again before this.
    #[must_use]
    pub fn with_rest(self, until: Time) -> Self {
        Self { until: Some(until), ..self }
    }
}

/// What a refusal means for the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It may go through later.
    Retry,
    /// Nothing goes through before the time that comes with it (a daily limit): no attempt is counted.
    Rest,
    /// Nothing goes through until a person has looked: the key, the address, the rights.
    Pause,
    /// The destination is gone for good.
    Disable,
    /// This one never goes through as it is; others may.
    Dead,
    /// It may have been taken and nobody can tell: a person must look before anything is sent again.
    Unknown,
}

impl Answer {
    /// An answer with this status and body.
    #[must_use]
    pub fn answered(status: u16, headers: &http::HeaderMap, body: &[u8]) -> Self {
        let retry_after = headers.get(http::header::RETRY_AFTER).and_then(|field| field.to_str().ok());
        let start = &body[..body.len().min(4 * LONGEST_EXCERPT)];
        let excerpt = plain_line(&String::from_utf8_lossy(start)).chars().take(LONGEST_EXCERPT).collect();
        Self::Answered { status, retry_after: retry_after.map(str::to_owned), excerpt }
    }

    /// The status, where an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            Self::Refused(refusal) => refusal.status,
            Self::Silent { .. } | Self::Taken { .. } => None,
        }
    }

    /// What went wrong, for a person; nothing where the message was accepted.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        (!self.is_accepted()).then(|| self.describe())
    }

    /// What came back, for a person, in one line.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Answered { status, .. } if self.is_accepted() => format!("accepted with {}", named(*status)),
            Self::Answered { status, excerpt, .. } if excerpt.is_empty() => format!("refused with {}", named(*status)),
            Self::Answered { status, excerpt, .. } => format!("refused with {}: {excerpt}", named(*status)),
            Self::Silent { why } => format!("no answer: {why}"),
            Self::Taken { how } => how.clone(),
            Self::Refused(refusal) => refusal.why.clone(),
        }
    }

    /// The destination took the message.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        matches!(self, Self::Answered { status: 200..=299, .. } | Self::Taken { .. })
    }
}

/// `404 Not Found`
fn named(status: u16) -> String {
    let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| format!("{status} {reason}"))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::Answer;

    #[test]
    fn an_answer_tells_its_status_and_how_the_body_begins() {
        let answer = Answer::answered(404, &HeaderMap::new(), b"no\r\nsuch   \x1b[31mhook");
        assert_eq!(answer.status(), Some(404));
        assert_eq!(answer.error().as_deref(), Some("refused with 404 Not Found: no such [31mhook"));
        assert_eq!(Answer::answered(204, &HeaderMap::new(), b"").error(), None);
        assert_eq!(Answer::answered(200, &HeaderMap::new(), b"ok").describe(), "accepted with 200 OK");
        assert_eq!(Answer::answered(599, &HeaderMap::new(), b"").describe(), "refused with 599");
        let silent = Answer::Silent { why: "timed out".to_owned() };
        assert_eq!((silent.status(), silent.error().as_deref()), (None, Some("no answer: timed out")));
    }

    #[test]
    fn hostile_answers_are_cut_and_read_all_the_same() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        let answer = Answer::answered(500, &headers, &vec![0xc3; 1_000_000]);
        let Answer::Answered { retry_after, excerpt, .. } = answer else { panic!("an answer came") };
        assert_eq!(retry_after, None);
        assert!(excerpt.chars().count() <= 200);
    }
}
