//! What a template can say of a touch point.

use serde::Serialize;

use super::message::{checked, clip, is_settled};
use crate::model::{Account, AccountKind, EvidenceLevel, Step, TouchPoint};
use crate::text::sanitise::plain_line;

/// Longest address that is shown to people; a longer one is left out, since half an address is none.
const LONGEST_ADDRESS: usize = 200;

/// Entries of any list.
const LONGEST_LIST: usize = 12;

/// What is known around a card beside the card itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// The account that it concerns, where it is known.
    pub account: Option<&'a Account>,
    /// The address at which this program shows itself, without a slash at the end; empty where there is none.
    pub base: &'a str,
    /// The templates of the settings.
    pub templates: Option<&'a super::Templates>,
}

impl Around<'_> {
    /// The address of a card.
    pub(super) fn link(&self, card: &TouchPoint) -> String {
        if self.base.is_empty() { String::new() } else { format!("{}/touchpoints/{}", self.base, card.id) }
    }
}

/// Everything that a template can name (`docs/deliver/templates.md`). Each text is one line without control
/// characters, to be shown as it is and not as markup; what is not known is an empty text or list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Context {
    /// Id of the touch point.
    pub id: String,
    /// Its title: `Call {contact}, {account}: {event}, {date}`.
    pub title: String,
    /// Why now, a sentence or two.
    pub why: String,
    /// The event alone, as the title words it.
    pub event: String,
    /// The kind of event ("client_acquired"), empty for planned contacts.
    pub signal: String,
    /// What to do ("Call").
    pub action: String,
    /// What it is for: `pull`, `push`, `marketing` or `internal`.
    pub approach: String,
    /// The play that leads.
    pub play: String,
    /// Last day to act (`2026-03-04`).
    pub due: String,
    /// `high` for alarms, else `normal`.
    pub priority: String,
    /// It is an alarm.
    pub alarm: bool,
    /// It needs a named person's yes.
    pub approval: bool,
    /// No selling.
    pub tact: bool,
    /// The step that was taken ("accepted").
    pub step: String,
    /// Where the card now stands ("accepted").
    pub state: String,
    /// Which revision of the card this is.
    pub revision: u32,
    /// Whom it concerns.
    pub account: Firm,
    /// Whom to contact.
    pub contact: Person,
    /// Who of us is to act.
    pub owner: String,
    /// The proof, best first.
    pub quotes: Vec<Quote>,
    /// What must be settled first; with `approval` where that is missing.
    pub checks: Vec<String>,
    /// A first sentence to say.
    pub opening: String,
    /// What else may come up.
    pub talking_points: Vec<String>,
    /// What to ask.
    pub questions: Vec<String>,
    /// What never to say.
    pub avoid: Vec<String>,
    /// What came of it.
    pub outcome: String,
    /// The card's address in Tidings.
    pub link: String,
}

/// The account as a template sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Firm {
    /// Its id here ("acme").
    pub id: String,
    /// Its full name, else its id.
    pub name: String,
    /// `client`, `competitor`, `prospect`, `partner` or `topic`.
    pub kind: String,
    /// `a`, `b` or `c`.
    pub tier: String,
    /// Its main web domain.
    pub domain: String,
    /// Day of renewal (`2026-05-01`).
    pub renewal: String,
    /// What it wants from us.
    pub goal: String,
}

/// The contact as a template sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// What they do.
    pub role: String,
    /// Mail address.
    pub email: String,
    /// Telephone number.
    pub phone: String,
}

/// A quote as a template sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// Verbatim.
    pub text: String,
    /// Who published it.
    pub publisher: String,
    /// When (`2026-03-02`).
    pub date: String,
    /// Publisher and date, and that only the headline is known: `News, 2026-03-02, headline only`.
    pub source: String,
    /// Where; empty where that is longer than a person can use.
    pub url: String,
}

impl Context {
    /// What can be said of `card` after a step.
    pub(super) fn of(card: &TouchPoint, step: Step, around: &Around<'_>) -> Self {
        let line = |text: &str| clip(text, 500);
        let name = |text: &str| clip(text, 120);
        let maybe = |text: Option<&str>| text.map(line).unwrap_or_default();
        let lines = |list: &[String]| list.iter().take(LONGEST_LIST).map(|one| line(one)).collect::<Vec<_>>();
        let open = card.checks.iter().filter(|check| !is_settled(check)).map(|check| line(&checked(check)));
        let approval = (card.approval && card.gate.approved.is_none()).then(|| "approval".to_owned());
        let title = clip(&card.title, 200);
        Self {
            id: card.id.to_string(),
            event: event_of(&title).to_owned(),
            title,
            why: line(&card.why),
            signal: card.signal_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            action: card.action.verb().to_owned(),
            approach: word(card.approach),
            play: name(card.play.as_str()),
            due: card.due.to_string(),
            priority: if card.alarm { "high" } else { "normal" }.to_owned(),
            alarm: card.alarm,
            approval: card.approval,
            tact: card.tact,
            step: step.as_str().to_owned(),
            state: card.state.as_str().to_owned(),
            revision: card.revision,
            account: Firm::of(card, around.account),
            contact: Person::of(card, around.account),
            owner: card.owner.as_deref().map(name).unwrap_or_default(),
            quotes: card.evidence.iter().take(LONGEST_LIST).map(Quote::of).collect(),
            checks: approval.into_iter().chain(open).take(LONGEST_LIST).collect(),
            opening: maybe(card.opening.as_deref()),
            talking_points: lines(&card.talking_points),
            questions: lines(&card.questions),
            avoid: lines(&card.avoid),
            outcome: maybe(card.outcome.as_deref()),
            link: around.link(card),
        }
    }
}

impl Firm {
    fn of(card: &TouchPoint, account: Option<&Account>) -> Self {
        let id = clip(card.account.as_str(), 120);
        let Some(account) = account else { return Self { name: id.clone(), id, ..Self::default() } };
        Self {
            id,
            name: clip(&account.name, 120),
            kind: account.kind.as_str().to_owned(),
            // A topic is no firm that could matter more or less.
            tier: if account.kind == AccountKind::Topic { String::new() } else { word(account.tier) },
            domain: account.domains.first().map(|domain| clip(domain, 120)).unwrap_or_default(),
            renewal: account.renewal.map(|day| day.to_string()).unwrap_or_default(),
            goal: account.goal.as_deref().map(|goal| clip(goal, 200)).unwrap_or_default(),
        }
    }
}

impl Person {
    fn of(card: &TouchPoint, account: Option<&Account>) -> Self {
        let Some(name) = card.contact.as_deref() else { return Self::default() };
        let known = account.and_then(|account| account.contacts.iter().find(|contact| contact.name == name));
        let of = |text: Option<&String>| text.map(|text| clip(text, 120)).unwrap_or_default();
        Self {
            name: clip(name, 120),
            role: of(known.and_then(|known| known.role.as_ref())),
            email: of(known.and_then(|known| known.email.as_ref())),
            phone: of(known.and_then(|known| known.phone.as_ref())),
        }
    }
}

impl Quote {
    fn of(evidence: &crate::model::Evidence) -> Self {
        let publisher = evidence.publisher.as_deref().map(|name| clip(name, 60)).unwrap_or_default();
        let date = evidence.published.date_naive().to_string();
        let only = if evidence.level == EvidenceLevel::HeadlineOnly { "headline only" } else { "" };
        let parts = [publisher.as_str(), date.as_str(), only];
        let url = evidence.url.as_deref().filter(|url| url.len() <= LONGEST_ADDRESS);
        Self {
            text: clip(&evidence.quote, 500),
            source: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
            url: url.map(plain_line).unwrap_or_default(),
            publisher,
            date,
        }
    }
}

/// Of `Call Jane Roe, Acme: acquired by Beta, 24 Nov` what stands between the account and the date.
fn event_of(title: &str) -> &str {
    let after = title.split_once(": ").map_or(title, |(_, after)| after);
    after.rsplit_once(", ").map_or(after, |(event, _)| event)
}

/// A word of the model as it is written in messages.
fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
