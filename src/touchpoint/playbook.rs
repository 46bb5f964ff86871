//! The playbook: rules that say what to do about an event or a silence, as data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{
    Account, AccountId, AccountKind, Action, AnswerField, Approach, Direction, EvidenceLevel, FactKind, Manner, PlayId,
    Role, SignalType, Status, Tier,
};

use super::tuning::Tuning;

const SHIPPED: &str = include_str!("../../config/playbook.toml");

/// All plays, in the order in which they win where two weigh the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Playbook {
    /// Phrases that no wording may hold, in any case of letters: what everybody writes and nobody means.
    pub banned: Vec<String>,
    /// Phrases that no card with tact may hold besides: selling, and words that hurt.
    pub tact_banned: Vec<String>,
    /// What a client is asked on cards of plays with `ask_four`, at most twice a year.
    pub four_questions: Vec<String>,
    /// What each of the four questions is about, in their order: one that was answered within half a year is left out. A
    /// question without its word here is asked all the same.
    pub four_about: Vec<AnswerField>,
    /// The plays.
    #[serde(rename = "play")]
    pub plays: Vec<Play>,
    /// What no play answers, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub no_play: Vec<NoPlay>,
    /// What dismissals taught, put in by the program.
    #[serde(skip)]
    pub tuning: Tuning,
    /// The version that cards are stamped with; put in once when the rules are read, see [`Playbook::stamped`].
    #[serde(skip)]
    pub stamp: Option<String>,
}

/// Kinds of event that are left unanswered on purpose. Where a play fits all the same, the play counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoPlay {
    /// Kinds of account.
    pub relation: Vec<AccountKind>,
    /// Kinds of event; empty: every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<SignalType>,
    /// Parts that the account plays in it; empty: every part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// Why nothing is to be done.
    pub because: String,
}

/// What to do about one kind of event, for one kind of account.
///
/// Wording may hold `{placeholders}`; a variant with one that cannot be filled is passed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Play {
    /// Short and lasting name ("client-acquired").
    pub id: PlayId,
    /// What it is for, in a few words.
    pub name: String,
    /// Kinds of account that get its card.
    pub relation: Vec<AccountKind>,
    /// What sets it off.
    pub when: Trigger,
    /// Least belief in the signal, 0–1.
    #[serde(default = "half")]
    pub min_confidence: f64,
    /// Least number of independent publishers.
    #[serde(default = "one")]
    pub min_origins: u32,
    /// How much of a report there must be, unless two publishers tell the same. One headline alone never is enough.
    #[serde(default = "summary")]
    #[schemars(with = "String", extend("enum" = ["headline_only", "summary", "full_text"]))]
    pub evidence: EvidenceLevel,
    /// Age in days from which the news makes no card; unset, the one of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<u32>,
    /// What the owner is to do.
    pub action: Action,
    /// What the contact is for.
    pub direction: Approach,
    /// Business days until it should be done; 0 is the same day.
    pub due: u32,
    /// How often it has its turn among the plays of the calendar's rhythm, compared with the others.
    #[serde(default = "one")]
    pub times_a_year: u32,
    /// How grave the event is, 0.5–2. Of several plays the gravest leads.
    #[serde(default = "ordinary")]
    pub weight: f64,
    /// Why now: variants, the first that can be filled is used.
    pub why: Vec<String>,
    /// A first sentence to say: variants, the first that can be filled is used.
    #[serde(default)]
    pub opening: Vec<String>,
    /// What else may come up; those that cannot be filled are left out.
    #[serde(default)]
    pub points: Vec<String>,
    /// What to ask; those that cannot be filled are left out.
    #[serde(default)]
    pub questions: Vec<String>,
    /// What to ask inside our own house first.
    #[serde(default)]
    pub inside: Vec<String>,
    /// What never to say or do, for the owner to read.
    #[serde(default)]
    pub never: Vec<String>,
    /// Phrases that this play's card may not hold, beside those of the playbook.
    #[serde(default)]
    pub banned: Vec<String>,
    /// What must be settled before the contact.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Days after a card in which the account gets no other of the same or lesser weight; unset, as in the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown_days: Option<u32>,
    /// Needs a named person's yes.
    #[serde(default)]
    pub approval: bool,
    /// May go out at once.
    #[serde(default)]
    pub alarm: bool,
    /// Bad news for the account: no selling.
    #[serde(default)]
    pub tact: bool,
    /// Where it fits, no other play of the same story adds anything.
    #[serde(default)]
    pub alone: bool,
    /// Business days for which the account gets no other card, but for alarms and those with tact.
    #[serde(default)]
    pub mutes_days: u32,
    /// Asks the four questions of the playbook too, where the client was not asked twice within a year.
    #[serde(default)]
    pub ask_four: bool,
    /// What comes after it, for the owner to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<String>,
}

/// What sets a play off. Empty lists allow everything; all that is named must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Trigger {
    /// Kinds of event.
    pub types: Vec<SignalType>,
    /// Parts that the account plays in it.
    pub roles: Vec<Role>,
    /// How far along it is. Rumours and denials never make a card.
    pub statuses: Vec<Status>,
    /// Which way a price or figure went.
    pub directions: Vec<Direction>,
    /// How an executive went.
    pub manners: Vec<Manner>,
    /// The other firm is a watched account of one of these kinds.
    pub counterparty: Vec<AccountKind>,
    /// The person named is one of the account's contacts.
    pub contact: bool,
    /// Only pages of a competitor tell it (a case study).
    pub told_by_rival: bool,
    /// Whose event it is: the account's own, or one of a competitor that the account is exposed to.
    pub whose: Relation,
    /// Tiers of accounts.
    pub tiers: Vec<Tier>,
    /// No event: the account was not contacted for longer than its cadence.
    pub silence: bool,
    /// No event: something we acted on turned out wrong.
    pub correction: bool,
    /// No event: so many days after the account signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_days: Option<u32>,
    /// No event: so many days before its contract is up for renewal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal_days: Option<u32>,
    /// No event: the account's cadence says it is time. Plays of one tier take turns, as often as `times_a_year` says.
    pub rhythm: bool,
    /// No event: the days in which another play left the account in peace (`mutes_days`) are over.
    pub after_mute: bool,
    /// No event in the news: another system told one of these.
    pub facts: Vec<FactKind>,
    /// The ticket's priority does not say that it can wait.
    pub severe: bool,
    /// The fact's amount, without its sign, is at least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The fact's amount, without its sign, is at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
    /// No event: the day of a promise is past.
    pub promise: bool,
    /// No event of a firm: a story about a topic that is worth sharing with accounts of that field (`in_industry`).
    pub topic: bool,
    /// Only these topics.
    pub topics: Vec<AccountId>,
    /// Only topics that are marked: those of tier A.
    pub marked: bool,
}

impl Trigger {
    /// True where the clock sets it off, or something of our own, and no event.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.silence
            || self.correction
            || self.promise
            || self.after_mute
            || self.topic
            || !self.facts.is_empty()
            || self.is_planned()
    }

    /// True where the calendar sets it off.
    #[must_use]
    pub fn is_planned(&self) -> bool {
        self.rhythm || self.signed_days.is_some() || self.renewal_days.is_some()
    }
}

/// Whose event a play answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The account's own.
    #[default]
    Own,
    /// That of a competitor which the account is exposed to.
    Rival,
}

/// Something to settle before a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What to find out ("open support tickets").
    pub what: String,
    /// The system that could tell ("support", "finance"). While it is not connected the check says so. Unset: a person
    /// answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

impl Playbook {
    /// A short word for what the rules say: the first eight hex digits of the hash of their content. What dismissals taught
    /// is no part of it.
    #[must_use]
    pub fn version(&self) -> String {
        let content = serde_json::to_string(self).unwrap_or_default();
        let mut hash = crate::model::id::content_hash(&[&content]);
        hash.truncate(8);
        hash
    }

    /// The same rules with the version that their cards are to be stamped with.
    #[must_use]
    pub fn stamped(self) -> Self {
        Self { stamp: Some(self.version()), ..self }
    }

    /// The playbook that comes with the program.
    ///
    /// # Errors
    /// Never, unless the file that was compiled in is broken; a test holds that it is not.
    pub fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(SHIPPED)
    }

    /// The text of the playbook that comes with the program, for writing it out as a file to edit.
    #[must_use]
    pub fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// The plays for accounts of this one's kind and tier, in the order of the playbook.
    pub(super) fn plays_for<'a>(&'a self, account: &Account) -> impl Iterator<Item = &'a Play> {
        self.plays.iter().filter(|play| {
            let tiers = &play.when.tiers;
            play.relation.contains(&account.kind) && (tiers.is_empty() || tiers.contains(&account.tier))
        })
    }

    /// The play with this id.
    #[must_use]
    pub fn get(&self, id: &PlayId) -> Option<&Play> {
        self.plays.iter().find(|play| play.id == *id)
    }
}

impl Default for Trigger {
    fn default() -> Self {
        Self {
            types: Vec::new(),
            roles: Vec::new(),
            statuses: vec![Status::Completed, Status::Announced],
            directions: Vec::new(),
            manners: Vec::new(),
            counterparty: Vec::new(),
            contact: false,
            told_by_rival: false,
            whose: Relation::Own,
            tiers: Vec::new(),
            silence: false,
            correction: false,
            signed_days: None,
            renewal_days: None,
            rhythm: false,
            after_mute: false,
            facts: Vec::new(),
            severe: false,
            least: None,
            most: None,
            promise: false,
            topic: false,
            topics: Vec::new(),
            marked: false,
        }
    }
}

fn half() -> f64 {
    0.5
}

fn one() -> u32 {
    1
}

fn ordinary() -> f64 {
    1.0
}

fn summary() -> EvidenceLevel {
    EvidenceLevel::Summary
}
