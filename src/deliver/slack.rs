//! A channel of Slack, by an incoming webhook.
//!
//! * POST of `{text, blocks}` to an address that is a secret; success is 200 with the text `ok`
//!   (<https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>).
//! * At most about one message a second; 429 with Retry-After above that.
//! * A header holds 150 characters, a section 3,000, a message 50 blocks
//!   (<https://docs.slack.dev/reference/block-kit/blocks>).
//! * `&`, `<` and `>` are escaped, by which no mention, channel or link can be written by others
//!   (<https://docs.slack.dev/messaging/formatting-message-text>); `verbatim` keeps names and addresses from being found.
//! * A message cannot be looked up or changed: an update is a new message; a time-out leaves it unknown.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::address::Whereabouts;
use super::chat::{self, Room};
use super::page::{Block, Page, clip};
use super::rules::destination;
use super::{Answer, Attempt, Class, Fault, Refusal, Secret, SecretReader, Sent};
use crate::net;

/// Characters of a header.
const HEADER: usize = 150;

/// Characters of a section, the fields of its format left room for.
const SECTION: usize = 2_900;

/// Characters of a quote.
const QUOTE: usize = 1_500;

/// Blocks of a message.
const BLOCKS: usize = 50;

destination! {
    /// A channel of Slack, by an incoming webhook.
    pub struct Slack on "crate::deliver::rules::steps_of_readers" at "crate::deliver::rules::pace_of_chats" {
        /// Address of the webhook; it is a secret, better kept in `url_env` or `url_file`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub url: Option<String>,
        /// Environment variable that holds the address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub url_env: Option<String>,
        /// File that holds the address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub url_file: Option<PathBuf>,
        /// Address of a card for people, with `{id}` in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub card_url: Option<String>,
        /// The address, once fetched.
        #[serde(skip)]
        address: Option<Secret>,
    }
}

impl Slack {
    /// Posts a delivery as a message.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        let room = Room {
            address: self.address.as_ref(),
            card_url: self.card_url.as_deref(),
            timeout: self.rules().timeout,
            message,
            judge,
        };
        room.tell(attempt).await
    }

    /// Fetches the address and checks everything; gives all that is wrong.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let place =
            Whereabouts { url: self.url.as_deref(), env: self.url_env.as_deref(), file: self.url_file.as_deref() };
        let (address, faults) = chat::found(&place, self.card_url.as_deref(), reader);
        self.address = address;
        faults
    }
}

/// `{text, blocks}`.
fn message(page: &Page) -> Value {
    let alarm = if page.urgent { ":rotating_light: " } else { "" };
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "emoji": false, "text": clip(&page.title, HEADER) },
    })];
    blocks.extend(page.blocks.iter().map(block));
    if blocks.len() > BLOCKS {
        blocks.truncate(BLOCKS - 1);
        blocks.push(context("… there is more: it did not fit into a message"));
    }
    json!({
        "text": format!("{alarm}{}", cut(&escaped(&page.title), SECTION)),
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn block(block: &Block) -> Value {
    match block {
        Block::Heading(text) => section(&format!("*{}*", escaped(text).replace('*', " "))),
        Block::Text(text) => section(&escaped(text)),
        Block::Small(text) => context(text),
        Block::Quote { text, source, url } => {
            let source = match url {
                Some(url) => link(url, source),
                None => escaped(source),
            };
            section(&format!("> “{}”\n> {source}", cut(&escaped(text), QUOTE)))
        }
        Block::Facts(facts) => {
            lines(facts.iter().map(|(name, value)| format!("{}: {}", escaped(name), escaped(value))))
        }
        Block::List { heading, entries } => {
            let heading = (!heading.is_empty()).then(|| format!("*{}*", escaped(heading).replace('*', " ")));
            lines(heading.into_iter().chain(entries.iter().map(|entry| format!("• {}", escaped(entry)))))
        }
        Block::Link { label, url } => section(&link(url, label)),
    }
}

/// Whole lines, as many as there is room for.
fn lines(lines: impl Iterator<Item = String>) -> Value {
    let mut text = String::new();
    for line in lines {
        if text.chars().count() + line.chars().count() + 1 > SECTION && !text.is_empty() {
            text.push_str("\n…");
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    section(&text)
}

fn section(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "verbatim": true, "text": cut(text, SECTION) } })
}

fn context(text: &str) -> Value {
    json!({ "type": "context", "elements": [{ "type": "plain_text", "emoji": false, "text": clip(text, SECTION) }] })
}

/// `<address|label>`; neither can end it.
fn link(url: &str, label: &str) -> String {
    let label = if label.is_empty() { url } else { label };
    let (url, label) = (escaped(url).replace('|', "%7C"), escaped(label).replace('|', "/"));
    if url.chars().count() > 2_000 { label } else { format!("<{url}|{}>", cut(&label, 300)) }
}

/// The three characters by which Slack is told of mentions, channels and links.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// At most `room` characters, no reference cut in half.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(room - 1).collect();
    if let Some(start) = kept.rfind('&').filter(|start| kept.len() - start < 5 && !kept[*start..].contains(';')) {
        kept.truncate(start);
    }
    kept.push('…');
    kept
}

/// What Slack's answer means: a word in the body, beside the status.
fn judge(reply: &net::Reply) -> Answer {
    let plain = Answer::answered(reply.status, &reply.headers, &reply.body);
    let body = String::from_utf8_lossy(&reply.body);
    let word = body.trim();
    if reply.status == 429 || reply.status >= 500 || (reply.status == 200 && word == "ok") {
        return plain;
    }
    let (class, advice) = match word {
        "invalid_payload" | "invalid_blocks" | "no_text" | "too_many_attachments" | "invalid_blocks_format" => {
            (Class::Dead, "the message does not please it; others may go through")
        }
        "channel_is_archived" => (Class::Pause, "bring the channel back in Slack, or make a webhook for another"),
        "channel_not_found" => (Class::Pause, "the channel is gone or private: make a webhook for another"),
        "posting_to_general_channel_denied" | "action_prohibited" | "user_not_found" => {
            (Class::Pause, "an administrator of Slack must allow it, or another channel be taken")
        }
        "invalid_token" | "no_team" | "token_revoked" => {
            (Class::Pause, "check the address; make a new webhook if need be")
        }
        "no_service" | "no_service_id" | "no_active_hooks" | "team_disabled" => {
            (Class::Disable, "the webhook was taken away in Slack: make a new one")
        }
        "rollup_error" => (Class::Retry, "Slack is in trouble"),
        _ if reply.status == 200 => (Class::Pause, "this is no answer of Slack: check the address"),
        _ => return plain,
    };
    let line = crate::text::sanitise::plain_line(word).chars().take(80).collect::<String>();
    Answer::Refused(Refusal::new(class, format!("Slack says {line}: {advice}")).with_status(reply.status))
}

#[cfg(test)]
#[path = "slack_tests.rs"]
mod tests;
