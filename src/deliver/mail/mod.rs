//! Mailboxes, by SMTP (RFC 5321).
//!
//! * Transport: STARTTLS (RFC 3207) unless the settings say otherwise, or TLS from the first byte (RFC 8314); the
//!   certificate must be that of `host`. Sign-in by AUTH (RFC 4954), PLAIN or LOGIN.
//! * The message: text and HTML (RFC 2046, multipart/alternative), `Message-ID` from the delivery's id, threads by
//!   `References` (RFC 5322, 3.6.4), `Auto-Submitted` (RFC 3834), DKIM (RFC 6376, RFC 8463), one-click unsubscribing of
//!   digests (RFC 8058).
//! * Answers: 4xx is tried again, 5xx of a recipient or of the content is final; 5xx before that concerns every mail and
//!   pauses the destination. A connection cut after the content was sent leaves it open whether the mail was taken
//!   (RFC 1047): it is sent again under the same Message-ID, by which mailboxes know the second copy.

mod compose;
mod dkim;
mod html;
mod smtp;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveTime;
use lettre::message::{Mailbox, Mailboxes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::dkim::Dkim;
pub use html::page as html_page;
pub use text::page as text_page;

use super::page::Page;
use super::rules::destination;
use super::{Answer, Attempt, Class, Fault, Refusal, Secret, SecretReader, Sent, chat};
use crate::model::{Delivery, Remote};

/// When digests go out where the settings say nothing.
const MORNING: &str = "07:30";

destination! {
    /// Mailboxes, by SMTP.
    pub struct Mail on "crate::deliver::rules::steps_of_readers" {
        /// Host name of the mail server; its certificate must be for this name.
        pub host: String,
        /// Its port; without it 587, or what is usual for `security`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub port: Option<u16>,
        /// How the connection is kept secret.
        #[serde(default)]
        pub security: Security,
        /// File of certificates (PEM) that are believed beside those of the system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ca_file: Option<PathBuf>,
        /// Name to sign in with; without it nobody signs in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user: Option<String>,
        /// Environment variable that holds the password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub password_env: Option<String>,
        /// File that holds the password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub password_file: Option<PathBuf>,
        /// Sender: `Tidings <tidings@example.com>`.
        pub from: String,
        /// Where answers go, if not to the sender.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reply_to: Option<String>,
        /// Addresses for whatever belongs to none of `owners`.
        #[serde(default)]
        pub to: Vec<String>,
        /// Addresses by owner: `{ mia = "mia@example.com" }`.
        #[serde(default)]
        pub owners: BTreeMap<String, String>,
        /// How often a digest is sent to each of `owners`, and one of all the rest to `to`.
        #[serde(default)]
        pub digest: Rhythm,
        /// Time of day of the digest, in the reader's time zone.
        #[serde(default = "morning")]
        pub digest_at: String,
        /// Time zones of owners who live elsewhere (IANA names).
        #[serde(default)]
        pub zones: BTreeMap<String, String>,
        /// Signs every mail (DKIM).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub dkim: Option<Dkim>,
        /// Address of a card for people, with `{id}` in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub card_url: Option<String>,
        /// The password, once fetched.
        #[serde(skip)]
        password: Option<Secret>,
        /// The certificates, once fetched.
        #[serde(skip)]
        certificates: Option<Secret>,
    }
}

/// How a connection is kept secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// It begins in the clear and must turn to TLS before anything is said.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// In the clear. A password is then only sent to this machine itself.
    Plain,
}

/// How often a digest is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rhythm {
    /// Never.
    #[default]
    Off,
    /// On every day on which its reader works.
    Daily,
    /// The weekly brief, on Monday, or on the first day of the week on which its reader works.
    Weekly,
}

fn morning() -> String {
    MORNING.to_owned()
}

impl Mail {
    /// Mails a delivery to whom it is for.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        let delivery = attempt.delivery;
        let page = match Page::of(delivery, self.card_url.as_deref()) {
            Ok(page) => page,
            Err(answer) => return answer.into(),
        };
        if let Some(answer) = chat::nothing_to_tell(attempt) {
            return answer.into();
        }
        let recipients = match self.recipients(page.owner.as_deref()) {
            Ok(recipients) if !recipients.is_empty() => recipients,
            Ok(_) => {
                let whom = page.owner.as_deref().unwrap_or("nobody");
                let why =
                    format!("no address for what belongs to {whom}: add it to `owners`, or a `to` for all the rest");
                return Answer::Refused(Refusal::new(Class::Dead, why)).into();
            }
            Err(why) => return Answer::Refused(Refusal::new(Class::Pause, why)).into(),
        };
        let message = match compose::message(self, attempt, &page, &recipients) {
            Ok(message) => message,
            Err(why) => return Answer::Refused(Refusal::new(Class::Dead, why)).into(),
        };
        let server = smtp::Server {
            host: &self.host,
            port: self.port(),
            security: self.security,
            certificates: self.certificates.as_ref(),
            hello: self.domain(),
            user: self.user.as_deref().zip(self.password.as_ref()),
            limit: self.rules().timeout,
        };
        let answer = server.hand_over(attempt.wire.client, &message, delivery.attempts).await;
        let first = Remote { id: compose::message_id(delivery, self.domain()), ..Remote::default() };
        let is_card = !delivery.touch_point.0.is_nil();
        let remote = (answer.is_accepted() && is_card && attempt.remote.is_none()).then_some(first);
        Sent { answer, remote }
    }

    /// The time of day of the digest.
    #[must_use]
    pub fn digest_time(&self) -> NaiveTime {
        let read = |text| NaiveTime::parse_from_str(text, "%H:%M");
        read(&self.digest_at).or_else(|_| read(MORNING)).unwrap_or_default()
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        })
    }

    /// Those whose post an owner's is, or `to`.
    fn recipients(&self, owner: Option<&str>) -> Result<Vec<Mailbox>, String> {
        let listed = owner.and_then(|owner| self.owners.get(owner));
        let texts: Vec<&String> = listed.map_or_else(|| self.to.iter().collect(), |address| vec![address]);
        let mut all = Vec::new();
        for text in texts {
            let boxes: Mailboxes = text.parse().map_err(|error| format!("`{text}` is no mail address: {error}"))?;
            all.extend(boxes.iter().cloned());
        }
        Ok(all)
    }

    /// The domain of the sender, in which ids are ours.
    fn domain(&self) -> &str {
        let address = self.from.rsplit('@').next().unwrap_or("localhost");
        address.trim_matches(['<', '>', ' ', '"'])
    }

    fn is_this_machine(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Fetches the secrets and checks everything; gives all that is wrong.
    pub(super) fn prepare(&mut self, reader: SecretReader<'_>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let read = |name: &str, env: Option<&str>, file: Option<&std::path::Path>, faults: &mut Vec<Fault>| {
            reader.read(env, file).unwrap_or_else(|error| {
                faults.push(Fault::of(&format!("{name}{}", error.ending()), &error.to_string(), ""));
                None
            })
        };
        self.password = read("password", self.password_env.as_deref(), self.password_file.as_deref(), &mut faults);
        self.certificates = read("ca", None, self.ca_file.as_deref(), &mut faults);
        if let Some(certificates) = &self.certificates
            && let Err(why) = smtp::certificates(certificates)
        {
            faults.push(Fault::of("ca_file", &format!("holds no certificates: {why}"), "write PEM, as openssl does"));
        }
        if url::Host::parse(&self.host).is_err() {
            faults.push(Fault::of("host", "is no name of a host", "write it without smtp:// and without port"));
        }
        if let Err(error) = self.from.parse::<Mailbox>() {
            faults.push(Fault::of("from", &format!("is no mail address: {error}"), "`Tidings <tidings@example.com>`"));
        }
        if let Some(Err(error)) = self.reply_to.as_ref().map(|reply_to| reply_to.parse::<Mailbox>()) {
            faults.push(Fault::of("reply_to", &format!("is no mail address: {error}"), ""));
        }
        for address in &self.to {
            if let Err(error) = address.parse::<Mailboxes>() {
                faults.push(Fault::of("to", &format!("names `{address}`, which is no mail address: {error}"), ""));
            }
        }
        for (owner, address) in &self.owners {
            if let Err(error) = address.parse::<Mailboxes>() {
                faults.push(Fault::of("owners", &format!("give {owner} what is no mail address: {error}"), ""));
            }
        }
        if self.to.is_empty() && self.owners.is_empty() {
            faults.push(Fault::of("", "has no recipient", "add `to = [\"team@example.com\"]` or `owners = { … }`"));
        }
        if NaiveTime::parse_from_str(&self.digest_at, "%H:%M").is_err() {
            faults.push(Fault::of("digest_at", "is no time of day", "write \"07:30\""));
        }
        for (owner, zone) in &self.zones {
            if zone.parse::<chrono_tz::Tz>().is_err() {
                let message = format!("name no time zone for {owner}: `{zone}`");
                faults.push(Fault::of("zones", &message, "write an IANA name, such as Europe/Berlin"));
            }
        }
        match (&self.user, &self.password) {
            (Some(_), None) if faults.iter().all(|fault| !fault.key.starts_with("password")) => {
                let hint = "add `password_env = \"NAME\"` or `password_file = \"PATH\"`";
                faults.push(Fault::of("user", "has no password", hint));
            }
            (None, Some(_)) => faults.push(Fault::of("", "has a password and no `user`", "")),
            (Some(_), Some(_)) if self.security == Security::Plain && !self.is_this_machine() => {
                let hint = "use `starttls` or `tls`, or leave user and password out";
                faults.push(Fault::of("security", "would send the password in the clear", hint));
            }
            _ => {}
        }
        if let Some(card_url) = &self.card_url {
            faults.extend(chat::card_url_fault(card_url));
        }
        if let Some(dkim) = &mut self.dkim {
            faults.extend(dkim.prepare(reader));
        }
        faults
    }
}

/// Whether a delivery is a digest.
fn is_digest(delivery: &Delivery) -> bool {
    delivery.payload.starts_with(r#"{"type":"digest""#)
}
