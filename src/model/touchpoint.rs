//! What to do: touch points and the steps of their life.

use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AccountId, Evidence, OutcomeCode, PlayId, SignalId, SignalType, Time, TouchPointId};

/// A suggested or planned contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TouchPoint {
    /// Given at birth, the same for life and everywhere.
    pub id: TouchPointId,
    /// Whom it concerns.
    pub account: AccountId,
    /// What it is about, unique with the account: `story:…`, `fact:…`, `date:…` or `promise:…`.
    pub cause: String,
    /// The play that leads.
    pub play: PlayId,
    /// The version of the playbook by whose rules it was written, or last written anew; none where nobody noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playbook: Option<String>,
    /// The kind of event that caused it, where one did.
    pub signal_type: Option<SignalType>,
    /// What the owner is to do.
    pub action: Action,
    /// What the contact is for.
    pub approach: Approach,
    /// One line, at most 80 characters: `Call {contact}, {account}: {event}, {date}`.
    pub title: String,
    /// Why now, in a sentence or two.
    pub why: String,
    /// The quotes that prove it; empty for planned ones, whose `why` names rule and date.
    pub evidence: Vec<Evidence>,
    /// A first sentence to say.
    pub opening: Option<String>,
    /// What else may come up, other plays' and other stories' points included.
    pub talking_points: Vec<String>,
    /// What to ask.
    pub questions: Vec<String>,
    /// What never to say.
    pub avoid: Vec<String>,
    /// What must be settled before the contact.
    pub checks: Vec<Check>,
    /// Who may open the gate, who did, and what the card says once it is open.
    #[serde(default, skip_serializing_if = "Gate::is_empty")]
    pub gate: Gate,
    /// Needs a named person's yes before it is ready.
    pub approval: bool,
    /// No selling, banned phrases apply.
    pub tact: bool,
    /// May go out at once.
    pub alarm: bool,
    /// Whom to contact.
    pub contact: Option<String>,
    /// Who of us is to act.
    pub owner: Option<String>,
    /// Last day to act, a business day.
    pub due: NaiveDate,
    /// How far it is.
    pub state: TouchPointState,
    /// Until when it is put off, while snoozed.
    pub snoozed_until: Option<Time>,
    /// The state to come back to when the snooze ends.
    pub snoozed_from: Option<TouchPointState>,
    /// Why it was dismissed.
    pub dismissal: Option<DismissalCode>,
    /// What came of it, in the owner's words.
    pub outcome: Option<String>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<OutcomeCode>,
    /// How urgent, with all factors.
    pub priority: Priority,
    /// The signals behind it.
    pub signals: Vec<SignalId>,
    /// Causes of planned touch points that this one is made for as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stands_for: Vec<String>,
    /// When it came to its owner, where it had to wait for room after its birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<Time>,
    /// 1 at birth, one more for each change that destinations must see.
    pub revision: u32,
    /// Found when rereading the past: goes nowhere outside.
    pub backfilled: bool,
    /// When it was born.
    pub created: Time,
    /// When it last changed.
    pub updated: Time,
}

/// What the owner is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Telephone.
    Call,
    /// Write.
    Mail,
    /// Meet.
    Meeting,
    /// A short personal note.
    Note,
    /// Pass on something useful.
    Share,
    /// Ask by form.
    Survey,
    /// A small present.
    Gift,
    /// Find out something inside first.
    InternalCheck,
    /// Write into the battlecard of a competitor.
    Battlecard,
    /// Go through the account.
    Review,
}

impl Action {
    /// The verb that opens a title.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Call => "Call",
            Self::Mail => "Mail",
            Self::Meeting => "Meet",
            Self::Note => "Note to",
            Self::Share => "Share with",
            Self::Survey => "Survey",
            Self::Gift => "Gift for",
            Self::InternalCheck => "Check",
            Self::Battlecard => "Battlecard",
            Self::Review => "Review",
        }
    }
}

/// What a contact is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approach {
    /// Learn something from them.
    Pull,
    /// Give them something of value.
    Push,
    /// Sell.
    Marketing,
    /// Stays inside our own house.
    Internal,
}

/// How far a touch point is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TouchPointState {
    /// Just born; it waits until its owner has room for it.
    #[default]
    Suggested,
    /// At the gate: something must be settled or approved first.
    Checking,
    /// In the inbox.
    Ready,
    /// A person will do it.
    Accepted,
    /// Done, with its outcome.
    Done,
    /// Refused, with a code.
    Dismissed,
    /// Put off until a day.
    Snoozed,
    /// Its time went by.
    Expired,
    /// What caused it was taken back.
    Withdrawn,
}

impl TouchPointState {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::Suggested,
        Self::Checking,
        Self::Ready,
        Self::Accepted,
        Self::Done,
        Self::Dismissed,
        Self::Snoozed,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Checking => "checking",
            Self::Ready => "ready",
            Self::Accepted => "accepted",
            Self::Done => "done",
            Self::Dismissed => "dismissed",
            Self::Snoozed => "snoozed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Nothing more will happen by itself.
    #[must_use]
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Dismissed | Self::Expired | Self::Withdrawn)
    }
}

/// Why a card was refused; each code tunes one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DismissalCode {
    /// Another firm of that name.
    WrongCompany,
    /// Only named in passing.
    PassingMention,
    /// Known already.
    Known,
    /// Came too late.
    TooLate,
    /// Not worth a contact.
    Trivial,
}

impl DismissalCode {
    /// Every code with the word a person types.
    pub const ALL: &[(Self, &str)] = &[
        (Self::WrongCompany, "wrong-company"),
        (Self::PassingMention, "passing-mention"),
        (Self::Known, "known"),
        (Self::TooLate, "too-late"),
        (Self::Trivial, "trivial"),
    ];
}

/// Something to settle before a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What to find out ("open support tickets").
    pub what: String,
    /// What is known of it.
    pub state: CheckState,
    /// What the program itself looks at for it; none where only a person can answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<CheckSubject>,
    /// What was found, a line each ("ticket 123 (P1), open since 20 November").
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<String>,
    /// While it is open, the card waits at the gate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocks: bool,
    /// Who answered or waived it; none where the program did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
}

impl Check {
    /// Must be settled before the card leaves the gate.
    #[must_use]
    pub fn is_in_the_way(&self) -> bool {
        self.blocks && matches!(self.state, CheckState::Open | CheckState::NotConnected)
    }
}

/// What the program itself looks at before a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckSubject {
    /// Support tickets that are open.
    Tickets,
    /// Promises of ours whose day is past.
    Promises,
    /// Invoices that are overdue.
    Invoices,
    /// The same person was contacted a short while ago.
    Contacted,
    /// The person's mail came back, or the person has left.
    ContactDetails,
    /// Other cards of the account are open.
    OtherCards,
    /// Bad news: nobody sells for a while.
    NoSelling,
}

impl CheckSubject {
    /// Every subject with the word a person types and what is looked at.
    pub const ALL: &[(Self, &str, &str)] = &[
        (Self::Tickets, "tickets", "open support tickets"),
        (Self::Promises, "promises", "promises of ours that are overdue"),
        (Self::Invoices, "invoices", "overdue invoices"),
        (Self::Contacted, "contacted", "recent contacts with the same person"),
        (Self::ContactDetails, "contact", "whether the contact can be reached"),
        (Self::OtherCards, "cards", "other open cards of the account"),
        (Self::NoSelling, "selling", "no selling after bad news"),
    ];

    /// The word a person types.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(subject, ..)| *subject == self).map_or("", |(_, word, _)| *word)
    }

    /// What is looked at, as a card words it.
    #[must_use]
    pub fn what(self) -> &'static str {
        Self::ALL.iter().find(|(subject, ..)| *subject == self).map_or("", |(.., what)| *what)
    }
}

/// The gate of a card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Who may approve it; empty: any named person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<String>,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Actor>,
    /// What the card says once nothing is in the way any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

impl Gate {
    /// Nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The words of a card that the gate has put others in place of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its line.
    pub title: String,
    /// Its first sentence to say.
    pub opening: Option<String>,
}

/// What is known of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// No system is connected that could tell; never to be read as passed.
    NotConnected,
    /// Still to be answered.
    #[default]
    Open,
    /// Settled, with the answer.
    Passed(String),
    /// Waived, with the reason.
    Waived(String),
}

/// How urgent a card is: the product of its factors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Priority {
    /// The product.
    pub total: f64,
    /// Each factor, clamped to 0.5–2.
    pub factors: Vec<Factor>,
}

/// One factor of a priority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// Its name ("freshness").
    pub name: String,
    /// 0.5–2; 1 changes nothing.
    pub value: f64,
    /// Where the value comes from, for a person.
    pub why: String,
}

/// Who made a change.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor(pub String);

impl Actor {
    /// A loop of the program ("read", "plan").
    #[must_use]
    pub fn program(part: &str) -> Self {
        Self(format!("tidings/{part}"))
    }

    /// A person, by the name they are known by.
    #[must_use]
    pub fn person(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// True for the program itself.
    #[must_use]
    pub fn is_program(&self) -> bool {
        self.0.starts_with("tidings/")
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A kind of step in a card's life; destinations say which they want to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// It was born.
    Suggested,
    /// It came to the gate.
    Checking,
    /// It came to the inbox.
    Ready,
    /// A person took it.
    Accepted,
    /// It was done.
    Done,
    /// It was refused.
    Dismissed,
    /// It was put off.
    Snoozed,
    /// Its snooze ended.
    Woken,
    /// Its time went by.
    Expired,
    /// What caused it was taken back.
    Withdrawn,
    /// Its text changed: new evidence, a merge.
    Updated,
    /// The last step was taken back.
    Undone,
}

impl Step {
    /// The word used in files and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Suggested => "suggested",
            Self::Checking => "checking",
            Self::Ready => "ready",
            Self::Accepted => "accepted",
            Self::Done => "done",
            Self::Dismissed => "dismissed",
            Self::Snoozed => "snoozed",
            Self::Woken => "woken",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Updated => "updated",
            Self::Undone => "undone",
        }
    }
}

/// A step that was taken, for the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Which step.
    pub step: Step,
    /// When.
    pub at: Time,
    /// Who took it.
    pub who: Actor,
    /// Why, in words, where something was said.
    pub note: Option<String>,
}
