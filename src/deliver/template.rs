//! Subject and body of a task, made by a template: the shipped one or an operator's, in the language of minijinja
//! (<https://docs.rs/minijinja/latest/minijinja/syntax/index.html>).
//!
//! A template is bounded in what it may do (fuel, no access to files) and what comes of it is plain text within the limits
//! of a task, whatever it says.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::context::Context;
use super::message::clip;
use super::sample;
use crate::text::sanitise::plain_line;

/// Characters of a subject.
pub(super) const LONGEST_SUBJECT: usize = 80;

/// Characters of a body.
pub(super) const LONGEST_BODY: usize = 900;

/// Instructions that one rendering may take: some hundred lines of template.
const FUEL: u64 = 50_000;

const SUBJECT: &str = include_str!("templates/subject.txt");
const BODY: &str = include_str!("templates/body.txt");

/// The templates of the settings by name.
pub type Templates = BTreeMap<String, Template>;

/// How the subject and body of a task are worded; what is left out is worded as shipped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Template {
    /// One line; cut at 80 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Plain text; long lines are cut until it has at most 900 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// A subject and a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Worded {
    /// One line of at most 80 characters.
    pub(super) subject: String,
    /// Plain text of at most 900 characters.
    pub(super) body: String,
    /// What was wrong with the template, where the shipped one stood in for it.
    pub(super) trouble: Option<String>,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// `subject` or `body`.
    pub part: &'static str,
    /// The line of the template, from 1; 0 where it is not known.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

impl Template {
    /// Everything that is wrong with it: tried on a card that has everything, and on one that has next to nothing.
    #[must_use]
    pub fn faults(&self) -> Vec<TemplateFault> {
        let mut faults: Vec<TemplateFault> = Vec::new();
        for context in sample::contexts() {
            for (part, text) in [("subject", &self.subject), ("body", &self.body)] {
                let Some(text) = text else { continue };
                let wrong = match render(text, &context) {
                    Ok(text) if part == "subject" && plain_line(&text).is_empty() => {
                        Some((0, "gives an empty subject".to_owned()))
                    }
                    Ok(_) => None,
                    Err(error) => Some((error.line().unwrap_or(0), said(&error))),
                };
                let Some((line, message)) = wrong else { continue };
                if !faults.iter().any(|known| known.part == part) {
                    faults.push(TemplateFault { part, line, message });
                }
            }
        }
        faults
    }
}

/// The subject and body of a task by a template. Never fails: where the template does, the shipped one stands in for it and
/// the trouble is told.
pub(super) fn worded(template: Option<&Template>, context: &Context) -> Worded {
    let mut trouble = None;
    let mut part = |name: &str, own: Option<&String>, shipped: &str| {
        let fallback = || render(shipped, context).unwrap_or_default();
        match own.map(|text| render(text, context)) {
            None => fallback(),
            Some(Ok(text)) if name == "body" || !plain_line(&text).is_empty() => text,
            Some(Ok(_)) => {
                trouble = Some("the template gives an empty subject".to_owned());
                fallback()
            }
            Some(Err(error)) => {
                trouble = Some(format!("the template's {name} cannot be made: {}", said(&error)));
                fallback()
            }
        }
    };
    let subject = part("subject", template.and_then(|template| template.subject.as_ref()), SUBJECT);
    let body = part("body", template.and_then(|template| template.body.as_ref()), BODY);
    Worded { subject: clip(&subject, LONGEST_SUBJECT), body: fitted(&body, LONGEST_BODY), trouble }
}

fn render(template: &str, context: &Context) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("clip", |text: String, room: usize| clip(&text, room));
    environment.render_str(template, Value::from(Serde(context)))
}

/// What the engine says of a mistake, in one line and without the template's own name.
fn said(error: &minijinja::Error) -> String {
    let kind = error.kind().to_string();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    clip(&format!("{kind}{detail}"), 200)
}

/// Plain lines of at most `room` characters in all. Where it is too long, the longest lines are cut, all to the same length,
/// and what is short stays whole; an address on a line of its own is never cut. The order of reading stays.
fn fitted(text: &str, room: usize) -> String {
    let lines: Vec<String> = text.lines().map(plain_line).filter(|line| !line.is_empty()).collect();
    let length = |line: &str| line.chars().count();
    let at = |most: usize, line: &str| if is_address(line) { length(line) } else { length(line).min(most) };
    let total = |most: usize| lines.iter().map(|line| at(most, line) + 1).sum::<usize>().saturating_sub(1);
    let longest = lines.iter().map(|line| length(line)).max().unwrap_or(0);
    let (mut fits, mut over) = (0, longest + 1);
    while over - fits > 1 {
        let middle = usize::midpoint(fits, over);
        if total(middle) <= room { fits = middle } else { over = middle }
    }
    let mut left = room;
    let mut kept = Vec::new();
    for line in &lines {
        let line = if is_address(line) { line.clone() } else { clip(line, fits) };
        let needed = length(&line) + usize::from(!kept.is_empty());
        if line.is_empty() || needed > left {
            continue;
        }
        left -= needed;
        kept.push(line);
    }
    kept.join("\n")
}

fn is_address(line: &str) -> bool {
    (line.starts_with("https://") || line.starts_with("http://")) && !line.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Context {
        sample::contexts().remove(0)
    }

    fn template(subject: &str, body: &str) -> Template {
        Template { subject: Some(subject.to_owned()), body: Some(body.to_owned()) }
    }

    #[test]
    fn the_shipped_templates_are_right_and_say_what_a_task_must() {
        assert_eq!(template(SUBJECT, BODY).faults(), []);
        let Worded { subject, body, trouble } = worded(None, &full());
        assert_eq!(trouble, None);
        assert!(subject.starts_with("Call ") && subject.chars().count() <= LONGEST_SUBJECT, "{subject}");
        let begins: Vec<_> = body.lines().map(|line| line.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(begins[0], "Why");
        for part in ["Why now: ", "“", "https://", "Check first: ", "Opening: ", "Ask: ", "Avoid: "] {
            assert!(body.lines().any(|line| line.starts_with(part)), "{part} in {body}");
        }
        assert!(body.ends_with(&full().link), "{body}");
        assert!(body.chars().count() <= LONGEST_BODY, "{body}");
    }

    #[test]
    fn an_own_template_says_what_it_likes_within_the_limits() {
        let own = template(
            "{{ account.name }} / {{ contact.name }}: {{ event }}",
            "{% for quote in quotes %}\n- {{ quote.text }}\n{% endfor %}\n{{ 'x' * 3000 }}\n{{ link }}",
        );
        assert_eq!(own.faults(), []);
        let made = worded(Some(&own), &full());
        assert!(made.subject.contains(&full().account.name), "{}", made.subject);
        assert!(made.body.starts_with("- ") && made.body.ends_with(&full().link), "{}", made.body);
        assert!(made.body.chars().count() <= LONGEST_BODY && made.body.chars().count() > LONGEST_BODY - 20);
    }

    #[test]
    fn a_broken_template_is_told_with_its_line_and_loses_nothing() {
        for (subject, body, part, line, says) in [
            ("{{ title", "x", "subject", 1, "syntax error"),
            ("x", "one\n{{ acount.name }}", "body", 2, "undefined"),
            ("x", "{{ account.nmae }}", "body", 1, "undefined"),
            ("x", "{% for a in range(9000) %}{% for b in range(9000) %}{% endfor %}{% endfor %}", "body", 1, "fuel"),
            ("{{ opening and '' }}", "x", "subject", 0, "empty subject"),
            ("x", "{{ title | upercase }}", "body", 1, "unknown filter"),
            ("x", "{% include 'etc/passwd' %}", "body", 1, "template not found"),
        ] {
            let own = template(subject, body);
            let faults = own.faults();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert_eq!((faults[0].part, faults[0].line), (part, line), "{faults:?}");
            assert!(faults[0].message.contains(says), "{faults:?}");
            let made = worded(Some(&own), &full());
            let shipped = worded(None, &full());
            assert!(made.trouble.is_some(), "{subject} {body}");
            assert!(made.subject == shipped.subject || made.body == shipped.body);
        }
    }

    #[test]
    fn r52_what_comes_out_is_plain() {
        let sly = Context { title: "a\u{202e}b".to_owned(), why: "<script>1</script>".to_owned(), ..full() };
        let own = template("{{ title }}\r\nBcc: all", "{{ why }}\u{0}\r\n\r\n\u{1b}[31mred");
        let made = worded(Some(&own), &sly);
        assert_eq!((made.subject.as_str(), made.body.as_str()), ("ab Bcc: all", "<script>1</script>\n[31mred"));
    }

    #[test]
    fn what_is_too_long_loses_its_longest_lines_first() {
        let text = format!("short\n{}\nhttps://x.example/{}\nlast", "word ".repeat(100), "y".repeat(40));
        let made = fitted(&text, 120);
        assert!(made.chars().count() <= 120);
        let lines: Vec<_> = made.lines().collect();
        assert_eq!((lines[0], lines[3]), ("short", "last"));
        assert!(lines[1].ends_with('…') && lines[2].len() == 58, "{made}");
        assert_eq!(fitted("a\n\n b ", 10), "a\nb");
        assert!(fitted(&"z\n".repeat(2_000), 900).chars().count() <= 900);
    }
}
