//! A channel or chat of Microsoft Teams, by a workflow ("post to a channel when a webhook request is received").
//!
//! * POST of a message with an Adaptive Card to an address that is a secret; 202 means that the workflow was started, 200
//!   comes from older connectors
//!   (<https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook>).
//! * A message holds 28 KB; about four a second are taken, 429 above that. Older connectors say so inside a 200.
//! * Texts stand in text runs, which know no Markdown, so that no text of others becomes a link, a picture or a mention
//!   (<https://adaptivecards.io/explorer/TextRun.html>).
//! * A message cannot be looked up or changed: an update is a new message; a time-out leaves it unknown.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::address::Whereabouts;
use super::chat::{self, Room};
use super::page::{Block, Page};
use super::rules::destination;
use super::{Answer, Attempt, Class, Fault, Refusal, Secret, SecretReader, Sent};
use crate::net;
use crate::text::sanitise::plain_line;

/// Bytes of a message, with room for what the workflow adds.
const LONGEST: usize = 27_000;

destination! {
    /// A channel or chat of Microsoft Teams, by a workflow.
    pub struct Teams on "crate::deliver::rules::steps_of_readers" at "crate::deliver::rules::pace_of_chats" {
        /// Address of the workflow; it is a secret, better kept in `url_env` or `url_file`.
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

impl Teams {
    /// Posts a delivery as a card.
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

/// A message with one card, shortened until it fits.
fn message(page: &Page) -> Value {
    let mut shown = page.blocks.len();
    loop {
        let message = with_blocks(page, &page.blocks[..shown]);
        if shown == 0 || message.to_string().len() <= LONGEST {
            return message;
        }
        shown -= 1;
    }
}

fn with_blocks(page: &Page, blocks: &[Block]) -> Value {
    let colour = if page.urgent { "Attention" } else { "Default" };
    let title = json!({ "type": "TextRun", "text": page.title, "weight": "Bolder", "size": "Medium", "color": colour });
    let mut body = vec![rich(&[title])];
    let mut actions = Vec::new();
    for block in blocks {
        match block {
            Block::Link { label, url } if actions.len() < 5 => {
                actions.push(json!({ "type": "Action.OpenUrl", "title": label, "url": url }));
            }
            _ => body.extend(elements(block)),
        }
    }
    if blocks.len() < page.blocks.len() {
        body.push(rich(&[small("… there is more: it did not fit into a message")]));
    }
    let mut card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": page.title,
        "body": body,
        "msteams": { "width": "Full" },
    });
    if !actions.is_empty() {
        card["actions"] = Value::Array(actions);
    }
    json!({
        "type": "message",
        "summary": page.title,
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

fn elements(block: &Block) -> Vec<Value> {
    match block {
        Block::Heading(text) => {
            let mut heading = rich(&[bold(text)]);
            heading["separator"] = json!(true);
            heading["spacing"] = json!("Medium");
            vec![heading]
        }
        Block::Text(text) => vec![rich(&[run(text)])],
        Block::Small(text) => vec![rich(&[small(text)])],
        Block::Quote { text, source, url } => {
            let mut from = small(if source.is_empty() { "source" } else { source });
            if let Some(url) = url {
                from["selectAction"] = json!({ "type": "Action.OpenUrl", "url": url });
            }
            let quote = json!({ "type": "TextRun", "text": format!("“{text}”"), "italic": true });
            vec![rich(&[quote]), rich(&[from])]
        }
        Block::Facts(facts) => {
            facts.iter().map(|(name, value)| rich(&[bold(&format!("{name}: ")), run(value)])).collect()
        }
        Block::List { heading, entries } => {
            let heading = (!heading.is_empty()).then(|| rich(&[bold(heading)]));
            heading.into_iter().chain(entries.iter().map(|entry| rich(&[run(&format!("• {entry}"))]))).collect()
        }
        Block::Link { label, url } => {
            let mut link = run(label);
            link["selectAction"] = json!({ "type": "Action.OpenUrl", "url": url });
            vec![rich(&[link])]
        }
    }
}

fn rich(runs: &[Value]) -> Value {
    json!({ "type": "RichTextBlock", "inlines": runs })
}

fn run(text: &str) -> Value {
    json!({ "type": "TextRun", "text": text })
}

fn bold(text: &str) -> Value {
    json!({ "type": "TextRun", "text": text, "weight": "Bolder" })
}

fn small(text: &str) -> Value {
    json!({ "type": "TextRun", "text": text, "size": "Small", "isSubtle": true })
}

/// What the answer means: workflows tell a code, older connectors a sentence inside a 200.
fn judge(reply: &net::Reply) -> Answer {
    let plain = Answer::answered(reply.status, &reply.headers, &reply.body);
    let body = String::from_utf8_lossy(&reply.body);
    let refused = |class, why: String| Answer::Refused(Refusal::new(class, why).with_status(reply.status));
    if reply.status == 200
        && let Some((_, inside)) = body.split_once("HTTP error ")
    {
        let code: String = inside.chars().take_while(char::is_ascii_digit).collect();
        return match code.as_str() {
            "429" | "412" | "500" | "502" | "503" | "504" => {
                refused(Class::Retry, format!("Teams put it off: HTTP error {code} inside a 200"))
            }
            "403" | "404" | "410" => {
                refused(Class::Pause, format!("Teams says {code} inside a 200: make a new workflow for the channel"))
            }
            _ => refused(Class::Dead, format!("Teams refused the card: {}", line(&body))),
        };
    }
    let told: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let code = told["error"]["code"].as_str().unwrap_or_default();
    match code {
        "" => plain,
        "WorkflowTriggerIsNotEnabled" | "WorkflowDisabled" => {
            refused(Class::Pause, format!("Teams says {}: turn the workflow on again", line(code)))
        }
        "WorkflowNotFound" | "WorkflowTriggerNotFound" => {
            refused(Class::Disable, format!("Teams says {}: the workflow is gone, make a new one", line(code)))
        }
        "DirectApiAuthorizationRequired" | "AuthorizationFailed" | "InvalidSasToken" => refused(
            Class::Pause,
            format!("Teams says {}: copy the address of the workflow again, as a whole", line(code)),
        ),
        "ActionThrottled" | "WorkflowRunActionThrottled" | "TooManyRequests" => {
            refused(Class::Retry, format!("Teams put it off: {}", line(code)))
        }
        _ if reply.status < 300 => refused(Class::Dead, format!("Teams refused the card: {}", line(&body))),
        _ => plain,
    }
}

fn line(text: &str) -> String {
    plain_line(text).chars().take(200).collect()
}

#[cfg(test)]
#[path = "teams_tests.rs"]
mod tests;
