//! What an answer is that is none: too many requests, a page, or a format that is not the one we know.

use crate::model::{Service, Warning};

/// The code of a warning that says: ask less often. The host then rests.
pub const RATE_LIMITED: &str = "rate_limited";

/// Words of services that mean "too often", lower case. They come with status 200 as well as with 429.
const TOO_OFTEN: &[&str] = &[
    // GDELT, as plain text.
    "please limit requests to one every",
    // SEC, in its page of fair access.
    "request rate threshold exceeded",
    // Google and Bing, before a captcha.
    "unusual traffic",
    "automated queries",
    "too many requests",
    "rate limit",
    "whoa there, pardner",
];

/// Words of services that mean "not like this", lower case, with what to do.
const REFUSED: &[(&str, &str)] = &[
    ("query was too short or too long", "shorten or lengthen `query`"),
    ("phrase is too short", "ask for a longer name"),
    ("keyword", "mind the syntax of `query`"),
    ("parentheses may only be used", "mind the syntax of `query`"),
    ("undeclared automated tool", "set `contact` in [fetch]: the SEC answers nobody without an address"),
    ("before you continue to", "the service asks for consent in a browser; use another service"),
    ("captcha", "the service takes us for a robot that it does not like; ask less often"),
];

/// The most of an answer that is looked at.
const LOOKED_AT: usize = 20_000;

/// Why `text`, which could not be read, is no answer of `service`.
pub(super) fn of(service: Service, text: &str) -> Warning {
    let name = service.name();
    let start: String = text.trim_start().chars().take(LOOKED_AT).collect();
    let lower = start.to_lowercase();
    if start.is_empty() {
        return Warning::new("empty", format!("{name} sent an empty answer"));
    }
    if TOO_OFTEN.iter().any(|words| lower.contains(words)) {
        return Warning::new(RATE_LIMITED, format!("{name} asks to be asked less often: {}", excerpt(&start)));
    }
    let page = lower.starts_with("<!doctype html") || lower.contains("<html");
    let short = !page && !lower.starts_with(['{', '[', '<']) && start.chars().count() < 500;
    if let Some((_, hint)) = REFUSED.iter().find(|(words, _)| (page || short) && lower.contains(words)) {
        return Warning::new("refused_query", format!("{name} refuses this: {}; {hint}", excerpt(&start)));
    }
    if page {
        return Warning::new("error_page", format!("{name} sent a page instead of an answer: {}", excerpt(&start)));
    }
    if short {
        return Warning::new("error_text", format!("{name} says: {}", excerpt(&start)));
    }
    changed(service, &format!("its answer begins with {}", excerpt(&start)))
}

/// The format is no longer the one we know.
pub(super) fn changed(service: Service, what: &str) -> Warning {
    let message = format!("{} changed its format: {what}; nothing was taken from it", service.name());
    Warning::new("changed_format", message)
}

/// The title of a page, else the beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|start| {
        let start = start + lower.get(start..)?.find('>')? + 1;
        let end = start + lower.get(start..)?.find("</title")?;
        text.get(start..end).filter(|title| !title.trim().is_empty())
    });
    let line = crate::text::sanitise::plain_line(title.unwrap_or(text));
    format!("\"{}\"", line.chars().take(120).collect::<String>())
}
