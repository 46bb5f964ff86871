//! What follows a contact: how it ended, what was learned, what was promised.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::id::short_hash;
use super::{AccountId, Actor, DismissalCode, PlayId, Time, TouchPointId};

/// How a contact ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeCode {
    /// They answered.
    Replied,
    /// There was, or will be, a meeting.
    Meeting,
    /// They renewed.
    Renewed,
    /// Nobody answered.
    NoAnswer,
    /// They did not want it.
    Declined,
    /// Something else, in words.
    Other,
}

impl OutcomeCode {
    /// Every code with the word a person types.
    pub const ALL: &[(Self, &str)] = &[
        (Self::Replied, "replied"),
        (Self::Meeting, "meeting"),
        (Self::Renewed, "renewed"),
        (Self::NoAnswer, "no-answer"),
        (Self::Declined, "declined"),
        (Self::Other, "other"),
    ];

    /// The word a person types.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(code, _)| *code == self).map_or("other", |(_, word)| *word)
    }
}

/// What a client is asked at most twice a year, or may tell at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerField {
    /// How many people work there.
    Headcount,
    /// What they may spend.
    Budget,
    /// How and how much they buy.
    Buying,
    /// How large the firm is.
    Size,
    /// How their market treats them.
    Market,
    /// Somebody to talk to there.
    Contact,
    /// Somebody who has left.
    Left,
    /// Who follows somebody who has left: the first to talk to.
    Successor,
    /// The day the contract is up for renewal.
    Renewal,
    /// What they want from us.
    Goal,
    /// Which part of their business we serve.
    Area,
}

/// What is told of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// Which way it went.
    Trend,
    /// A name; the words beside it are the role.
    Person,
    /// A day.
    Day,
    /// A few words.
    Words,
}

impl AnswerField {
    /// Every field with the word a person types.
    pub const ALL: &[(Self, &str)] = &[
        (Self::Headcount, "headcount"),
        (Self::Budget, "budget"),
        (Self::Buying, "buying"),
        (Self::Size, "size"),
        (Self::Market, "market"),
        (Self::Contact, "contact"),
        (Self::Left, "left"),
        (Self::Successor, "successor"),
        (Self::Renewal, "renewal"),
        (Self::Goal, "goal"),
        (Self::Area, "area"),
    ];

    /// The word a person types.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, word)| *word)
    }

    /// What is told of it.
    #[must_use]
    pub fn takes(self) -> AnswerKind {
        match self {
            Self::Headcount | Self::Budget | Self::Buying | Self::Size | Self::Market => AnswerKind::Trend,
            Self::Contact | Self::Left | Self::Successor => AnswerKind::Person,
            Self::Renewal => AnswerKind::Day,
            Self::Goal | Self::Area => AnswerKind::Words,
        }
    }

    /// True where an answer on one answers a question about the other: who tells how many people work there has told
    /// whether the firm grows.
    #[must_use]
    pub fn answers(self, other: Self) -> bool {
        let kin = |field| if field == Self::Headcount { Self::Size } else { field };
        kin(self) == kin(other)
    }
}

/// Which way something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// More than before.
    Grown,
    /// As before.
    Same,
    /// Less than before.
    Shrunk,
    /// Otherwise than before.
    Changed,
}

impl Trend {
    /// Words that people type, each with what it means.
    pub const WORDS: &[(&str, Self)] = &[
        ("grown", Self::Grown),
        ("up", Self::Grown),
        ("raised", Self::Grown),
        ("more", Self::Grown),
        ("same", Self::Same),
        ("stable", Self::Same),
        ("shrunk", Self::Shrunk),
        ("down", Self::Shrunk),
        ("cut", Self::Shrunk),
        ("less", Self::Shrunk),
        ("changed", Self::Changed),
    ];

    /// The word it is shown by.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Grown => "grown",
            Self::Same => "same",
            Self::Shrunk => "shrunk",
            Self::Changed => "changed",
        }
    }
}

/// What a client told, as a proposed change of its account: a person confirms it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `n` and a hash of touch point and field.
    pub id: String,
    /// Whose.
    pub account: AccountId,
    /// In which contact it was told.
    pub touch_point: TouchPointId,
    /// What it is about.
    pub field: AnswerField,
    /// Which way it went, where the field is told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// The name, day (2027-03-01) or words, where the field is told so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// In words, where something was said; of a person the role.
    pub note: Option<String>,
    /// When it was written down.
    pub at: Time,
    /// By whom.
    pub who: Actor,
    /// What became of it.
    pub state: AnswerState,
    /// Who confirmed or rejected it, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Verdict>,
}

/// Who judged an answer, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Who.
    pub who: Actor,
    /// When.
    pub at: Time,
}

/// A confirmed answer, as it stands beside the record of its account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
    /// What it comes to.
    pub effect: Effect,
}

/// What a confirmed answer comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The record has no such field: cards and questions go by the answer.
    Known,
    /// It fills what the record leaves open, or what was recorded before.
    Fills,
    /// The record says the same.
    Agrees,
    /// The record states something else and counts: it has to be changed there.
    Contradicts {
        /// What it states.
        stated: String,
    },
    /// A later answer counts in its place.
    Outdated,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// Nobody has looked at it.
    Proposed,
    /// A person says that it is so.
    Confirmed,
    /// A person says that it is not.
    Rejected,
    /// The contact in which it was told was taken back.
    Withdrawn,
}

/// What was promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// `p` and a hash of touch point and words.
    pub id: String,
    /// To whom.
    pub account: AccountId,
    /// In which contact.
    pub touch_point: TouchPointId,
    /// What, in words.
    pub what: String,
    /// Until when.
    pub by: NaiveDate,
    /// Who of us keeps it.
    pub owner: String,
    /// When it was made.
    pub at: Time,
    /// Who wrote it down.
    pub who: Actor,
    /// What became of it.
    pub state: PromiseState,
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    /// Still to be kept.
    Open,
    /// Kept.
    Kept,
    /// Not kept, and no longer to be.
    Broken,
    /// The contact in which it was made was taken back.
    Withdrawn,
}

impl PromiseState {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Kept => "kept",
            Self::Broken => "broken",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl AnswerState {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Promise {
    /// The id of what was promised in a contact.
    #[must_use]
    pub fn id_of(touch_point: TouchPointId, what: &str) -> String {
        format!("p{}", short_hash(&[&touch_point.to_string(), what]))
    }

    /// Still to be kept, and its day is past.
    #[must_use]
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == PromiseState::Open && self.by < today
    }
}

impl Answer {
    /// The id of what was told in a contact on one field; of persons there may be several, told apart by name.
    #[must_use]
    pub fn id_of(touch_point: TouchPointId, field: AnswerField, value: Option<&str>) -> String {
        let card = touch_point.to_string();
        match value.filter(|_| field.takes() == AnswerKind::Person) {
            Some(name) => format!("n{}", short_hash(&[&card, field.as_str(), &name.to_lowercase()])),
            None => format!("n{}", short_hash(&[&card, field.as_str()])),
        }
    }

    /// What was told, in short: "budget shrunk", "renewal 2027-03-01".
    #[must_use]
    pub fn what(&self) -> String {
        let said = self.value.as_deref().or(self.trend.map(Trend::as_str)).unwrap_or_default();
        format!("{} {said}", self.field.as_str())
    }

    /// It counts as the account's answer: a person has not said that it is wrong.
    #[must_use]
    pub fn stands(&self) -> bool {
        matches!(self.state, AnswerState::Proposed | AnswerState::Confirmed)
    }
}

/// What one dismissal changed in the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// `t` and a hash of touch point and code.
    pub id: String,
    /// The card that was dismissed.
    pub touch_point: TouchPointId,
    /// Why.
    pub code: DismissalCode,
    /// Whose card it was.
    pub account: AccountId,
    /// By which play.
    pub play: PlayId,
    /// The name that was taken for the account's, where another firm was meant.
    pub alias: Option<String>,
    /// When.
    pub at: Time,
    /// By whom.
    pub who: Actor,
    /// It counts; false once it was taken back.
    pub active: bool,
}

impl Lesson {
    /// The id of what dismissing a card teaches.
    #[must_use]
    pub fn id_of(touch_point: TouchPointId) -> String {
        format!("t{}", short_hash(&[&touch_point.to_string()]))
    }
}
