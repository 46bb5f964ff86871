//! The talk with a mail server. Only addresses that were checked are dialled (R28, R29); TLS asks for the configured name.

use std::time::Duration;

use lettre::Message;
use lettre::address::Address;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};

use super::Security;
use crate::deliver::{Answer, Class, Refusal, Secret};
use crate::net;
use crate::text::sanitise::plain_line;

/// Attempts in which a recipient who is put off puts off the mail; later the others get it without him.
const PATIENCE: u32 = 4;

/// A mail server, and how it is talked to.
pub(super) struct Server<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) security: Security,
    /// PEM.
    pub(super) certificates: Option<&'a Secret>,
    /// Who we say we are.
    pub(super) hello: &'a str,
    /// Name and password.
    pub(super) user: Option<(&'a str, &'a Secret)>,
    /// The longest that opening, the envelope, and half of the last wait may take.
    pub(super) limit: Duration,
}

/// How far the talk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Opening,
    Securing,
    SigningIn,
    Sender,
    Recipients,
    Content,
    /// The last byte of the content was sent.
    Sent,
}

/// What stopped the talk.
struct Stopped {
    stage: Stage,
    what: What,
}

enum What {
    /// An answer of SMTP, or none.
    Smtp(smtp::Error),
    /// Time ran out.
    Late,
    /// Known at once.
    Known(Refusal),
}

/// Certificates of a file.
///
/// # Errors
/// Why there are none.
pub(super) fn certificates(pem: &Secret) -> Result<Certificate, String> {
    if !pem.reveal().contains("BEGIN CERTIFICATE") {
        return Err("there is no BEGIN CERTIFICATE".to_owned());
    }
    Certificate::from_pem(pem.reveal().as_bytes()).map_err(|error| error.to_string())
}

impl Server<'_> {
    /// Hands a mail over; `attempts` counts this attempt.
    pub(super) async fn hand_over(&self, client: &net::Client, message: &Message, attempts: u32) -> Answer {
        match self.talk(client, message, attempts).await {
            Ok(answer) => answer,
            Err(Stopped { stage, what }) => self.judge(stage, what),
        }
    }

    async fn talk(&self, client: &net::Client, message: &Message, attempts: u32) -> Result<Answer, Stopped> {
        let mut connection = self.open(client).await?;
        let content = message.formatted();
        let refused =
            self.within(Stage::Recipients, self.envelope(&mut connection, message, &content, attempts)).await??;
        let at = |stage| move |error| Stopped { stage, what: What::Smtp(error) };
        self.within(Stage::Content, connection.command(Data)).await?.map_err(at(Stage::Content))?;
        // The server may look at the content for long (RFC 5321, 4.5.3.2.6).
        let last = tokio::time::timeout(self.limit * 2, connection.message(&content)).await;
        let response = last.map_err(|_| Stopped { stage: Stage::Sent, what: What::Late })?.map_err(at(Stage::Sent))?;
        // It is taken; how the server says goodbye changes nothing.
        drop(tokio::time::timeout(Duration::from_secs(2), connection.quit()).await);
        let line = plain_line(response.first_line().unwrap_or_default());
        let line: String = line.chars().take(120).collect();
        let mut how = format!("accepted by {} with {} {line}", self.host, response.code());
        if !refused.is_empty() {
            how.push_str(&format!("; not for {}", refused.join(", ")));
        }
        Ok(Answer::Taken { how })
    }

    /// A connection over which mail may be sent.
    async fn open(&self, client: &net::Client) -> Result<AsyncSmtpConnection, Stopped> {
        let known = |stage, class, why: String| Stopped { stage, what: What::Known(Refusal::new(class, why)) };
        let addresses =
            self.within(Stage::Opening, client.addresses(self.host, self.port)).await?.map_err(|error| {
                let class = if error.is_transient() { Class::Retry } else { Class::Pause };
                known(Stage::Opening, class, error.to_string())
            })?;
        let hello = ClientId::Domain(self.hello.to_owned());
        let tls = match self.security {
            Security::Plain => None,
            Security::Starttls | Security::Tls => Some(self.tls()?),
        };
        let at_once = tls.clone().filter(|_| self.security == Security::Tls);
        let opening = AsyncSmtpConnection::connect_tokio1(&addresses[..], Some(self.limit), &hello, at_once, None);
        let at = |stage| move |error| Stopped { stage, what: What::Smtp(error) };
        let mut connection = self.within(Stage::Opening, opening).await?.map_err(at(Stage::Opening))?;
        if let (Security::Starttls, Some(tls)) = (self.security, tls) {
            if !connection.can_starttls() {
                let why = format!(
                    "{} offers no STARTTLS, so nothing was sent to it: use `security = \"tls\"` with its port for that, \
                     or look whether something between strips it",
                    self.host
                );
                return Err(known(Stage::Securing, Class::Pause, why));
            }
            self.within(Stage::Securing, connection.starttls(tls, &hello)).await?.map_err(at(Stage::Securing))?;
        }
        if let Some((user, password)) = self.user {
            if !connection.server_info().supports_auth_mechanism(Mechanism::Plain)
                && !connection.server_info().supports_auth_mechanism(Mechanism::Login)
            {
                let why =
                    format!("{} offers no sign-in by PLAIN or LOGIN: leave `user` out, or ask another port", self.host);
                return Err(known(Stage::SigningIn, Class::Pause, why));
            }
            let credentials = Credentials::new(user.to_owned(), password.reveal().to_owned());
            let signing_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            self.within(Stage::SigningIn, signing_in).await?.map_err(at(Stage::SigningIn))?;
        }
        Ok(connection)
    }

    fn tls(&self) -> Result<TlsParameters, Stopped> {
        let mut builder = TlsParameters::builder(self.host.trim_matches(['[', ']']).to_owned());
        let wrong =
            |why: String| Stopped { stage: Stage::Securing, what: What::Known(Refusal::new(Class::Pause, why)) };
        if let Some(pem) = self.certificates {
            builder = builder.add_root_certificate(certificates(pem).map_err(wrong)?);
        }
        builder.build().map_err(|error| wrong(format!("no TLS can be spoken: {error}")))
    }

    /// Says from whom and for whom; gives whom the server refused, where it took others.
    async fn envelope(
        &self,
        connection: &mut AsyncSmtpConnection,
        message: &Message,
        content: &[u8],
        attempts: u32,
    ) -> Result<Vec<String>, Stopped> {
        let at = |stage| move |error| Stopped { stage, what: What::Smtp(error) };
        let envelope = message.envelope();
        let mut options = Vec::new();
        let beyond = envelope.to().iter().chain(envelope.from()).any(|address| !address.to_string().is_ascii());
        if beyond {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = format!("{} takes no addresses beyond ASCII (no SMTPUTF8): write them in ASCII", self.host);
                return Err(Stopped { stage: Stage::Sender, what: What::Known(Refusal::new(Class::Dead, why)) });
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !content.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        connection.command(Mail::new(envelope.from().cloned(), options)).await.map_err(at(Stage::Sender))?;
        let (mut taken, mut refused) = (0, Vec::new());
        let mut last = None;
        for recipient in envelope.to() {
            match connection.command(Rcpt::new(Address::clone(recipient), Vec::new())).await {
                Ok(_) => taken += 1,
                Err(error) if error.is_permanent() || (error.is_transient() && attempts > PATIENCE) => {
                    refused.push(recipient.to_string());
                    // Where nobody is taken, someone put off is worth another attempt.
                    if last.is_none() || error.is_transient() {
                        last = Some(error);
                    }
                }
                Err(error) => return Err(at(Stage::Recipients)(error)),
            }
        }
        match last {
            Some(error) if taken == 0 => Err(at(Stage::Recipients)(error)),
            _ => Ok(refused),
        }
    }

    async fn within<T>(&self, stage: Stage, work: impl Future<Output = T>) -> Result<T, Stopped> {
        tokio::time::timeout(self.limit, work).await.map_err(|_| Stopped { stage, what: What::Late })
    }

    /// What it means that the talk stopped.
    fn judge(&self, stage: Stage, what: What) -> Answer {
        let host = self.host;
        let error = match what {
            What::Known(refusal) => return Answer::Refused(refusal),
            What::Late if stage == Stage::Sent => return self.cut("no answer in time"),
            What::Late => {
                return Answer::Silent { why: format!("{host} gave no answer within {} s", self.limit.as_secs()) };
            }
            What::Smtp(error) => error,
        };
        let Some(code) = error.status().map(u16::from) else {
            if matches!(stage, Stage::Opening | Stage::Securing) && is_about_tls(&error) {
                let why = format!(
                    "no TLS with {host}: {}; `host` must be the name in its certificate, `security` must fit the port, and \
                     a certificate of your own authority goes into `ca_file`",
                    innermost(&error)
                );
                return Answer::Refused(Refusal::new(Class::Pause, why));
            }
            return match stage {
                Stage::Sent => self.cut(&innermost(&error)),
                _ => Answer::Silent { why: format!("the talk with {host} broke off: {}", innermost(&error)) },
            };
        };
        let said = innermost(&error);
        let (class, why) = match (stage, code) {
            (_, 400..=499) => (Class::Retry, format!("{host} put it off: {code} {said}")),
            (_, 530) => {
                (Class::Pause, format!("{host} wants to know who sends: {code} {said}; set `user` and a password"))
            }
            (Stage::SigningIn, _) => (
                Class::Pause,
                format!("{host} refused user and password: {code} {said}; check `user` and the password"),
            ),
            (Stage::Opening | Stage::Securing, _) => {
                (Class::Pause, format!("{host} does not talk to us: {code} {said}; check host, port and `from`"))
            }
            (Stage::Sender, _) => (
                Class::Pause,
                format!("{host} does not take mail from this sender: {code} {said}; check `from` and `user`"),
            ),
            (Stage::Recipients, _) if said.to_lowercase().contains("relay") => {
                (Class::Pause, format!("{host} does not pass mail on for us: {code} {said}; set `user` and a password"))
            }
            (Stage::Recipients, _) => {
                (Class::Dead, format!("{host} refused the recipient: {code} {said}; check `owners` and `to`"))
            }
            (Stage::Content | Stage::Sent, _) => (Class::Dead, format!("{host} refused the mail: {code} {said}")),
        };
        Answer::Refused(Refusal::new(class, why))
    }

    /// Nobody knows whether it was taken (RFC 1047): it goes out again, as RFC 5321 asks of senders, under its Message-ID.
    fn cut(&self, what: &str) -> Answer {
        let why = format!(
            "{} was sent the whole mail and did not confirm it ({what}); it is sent again under the same Message-ID",
            self.host
        );
        Answer::Refused(Refusal::new(Class::Retry, why))
    }
}

/// The innermost cause is the one that tells; in one line.
fn innermost(error: &smtp::Error) -> String {
    let error: &(dyn std::error::Error + 'static) = error;
    let last = std::iter::successors(Some(error), |cause| cause.source()).last();
    let text = last.map_or_else(|| error.to_string(), ToString::to_string);
    plain_line(&text).chars().take(200).collect()
}

/// Whether TLS went wrong, not the line.
fn is_about_tls(error: &smtp::Error) -> bool {
    let error: &(dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(error), |cause| cause.source()).any(|cause| {
        cause.is::<rustls::Error>()
            || cause.downcast_ref::<std::io::Error>().is_some_and(|error| {
                error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
            })
    })
}
