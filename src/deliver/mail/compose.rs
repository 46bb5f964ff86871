//! A page as a mail: its fields, and its two bodies.

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Body, Mailbox, MessageBuilder, MultiPart, SinglePart};
use serde_json::Value;

use super::{Mail, html, is_digest, text};
use crate::deliver::Attempt;
use crate::deliver::page::Page;
use crate::model::Delivery;

/// The mail of a delivery.
///
/// # Errors
/// Why it cannot be written.
pub(super) fn message(
    mail: &Mail,
    attempt: &Attempt<'_>,
    page: &Page,
    recipients: &[Mailbox],
) -> Result<Message, String> {
    let delivery = attempt.delivery;
    let from: Mailbox = mail.from.parse().map_err(|error| format!("`from` is no mail address: {error}"))?;
    let domain = mail.domain();
    let mut builder = Message::builder()
        .from(from)
        .subject(&page.title)
        .date(SystemTime::from(attempt.wire.now))
        .message_id(Some(message_id(delivery, domain)))
        .raw_header(field("Auto-Submitted", "auto-generated"));
    for recipient in recipients {
        builder = builder.to(recipient.clone());
    }
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(reply_to.parse().map_err(|error| format!("`reply_to` is no address: {error}"))?);
    }
    if let Some(root) = thread(delivery, domain) {
        // The first mail of a card names the thread as well: later ones belong together even where it is lost.
        let first = attempt.remote.map(|remote| remote.id.as_str()).filter(|first| is_id(first));
        builder = builder.references([Some(root.as_str()), first].into_iter().flatten().collect::<Vec<_>>().join(" "));
        if let Some(first) = first {
            builder = builder.in_reply_to(first.to_owned());
        }
    }
    if page.urgent {
        builder = builder.raw_header(field("Importance", "high")).raw_header(field("X-Priority", "1"));
    }
    let unsubscribe = unsubscribe(delivery);
    if let Some(address) = &unsubscribe {
        builder = builder.raw_header(field("List-Unsubscribe", &format!("<{address}>")));
        if address.starts_with("https://") {
            builder = builder.raw_header(field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
    }
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    let plain = part(ContentType::TEXT_PLAIN, text::page(page, unsubscribe.as_deref()));
    let rich = part(ContentType::TEXT_HTML, html::page(page, unsubscribe.as_deref()));
    let parts = MultiPart::alternative().boundary(boundary(delivery)).singlepart(plain).singlepart(rich);
    let mut message = whole(builder, &parts).map_err(|error| format!("cannot be written as a mail: {error}"))?;
    if let Some(dkim) = &mail.dkim {
        message.sign(&dkim.config()?);
    }
    Ok(message)
}

/// The mail with its parts. lettre keeps the Content-Type of parts that it is handed apart from the fields of the mail, where
/// DKIM does not find it, though it then stands among them: its list of signed fields would name what was not signed.
fn whole(builder: MessageBuilder, parts: &MultiPart) -> Result<Message, lettre::error::Error> {
    let text = parts.formatted();
    let start = text.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |end| end + 4);
    // Every part is written in ASCII already.
    let body = Body::dangerous_pre_encoded(text[start..].to_vec(), ContentTransferEncoding::SevenBit);
    let builder = builder.header(MIME_VERSION_1_0);
    match parts.headers().get::<ContentType>() {
        Some(kind) => builder.header(kind).body(body),
        None => builder.body(body),
    }
}

/// The same for every attempt: mailboxes know a second copy by it.
pub(super) fn message_id(delivery: &Delivery, domain: &str) -> String {
    format!("<{}@{domain}>", delivery.id)
}

/// What a card's mails belong to.
fn thread(delivery: &Delivery, domain: &str) -> Option<String> {
    let card = delivery.touch_point;
    (!card.0.is_nil()).then(|| format!("<{card}@{domain}>"))
}

fn is_id(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && !text.contains(char::is_whitespace)
}

/// Parts the bodies; the same for every attempt, and in no text, as no text holds an id of a delivery.
fn boundary(delivery: &Delivery) -> String {
    format!("=_{}", delivery.id)
}

/// Where its reader stops the digest, where this is one.
fn unsubscribe(delivery: &Delivery) -> Option<String> {
    if !is_digest(delivery) {
        return None;
    }
    let message: Value = serde_json::from_str(&delivery.payload).ok()?;
    let address = url::Url::parse(message["data"]["unsubscribe"].as_str()?).ok()?;
    matches!(address.scheme(), "http" | "https").then(|| address.to_string())
}

/// A field of our own words: no text of others comes in here.
fn field(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
