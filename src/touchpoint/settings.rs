//! How many touch points, how often, and for how long.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::business_days::Workdays;
use crate::model::{Account, Tier};

/// Volume, patience and memory of the touch points. The figures are what account managers said they can keep up with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Most new cards a week for one owner; what is over waits in rank. Alarms and what is due tomorrow never wait.
    pub weekly_capacity: u32,
    /// Cards a week for one owner up to which planned touch points are filled in, so that room is left for news.
    pub weekly_aim: u32,
    /// Most new cards a day for one owner.
    pub daily_new: u32,
    /// Share of the places of a list that is kept for accounts below tier A, 0–1.
    pub lower_tier_share: f64,
    /// Days after a card in which an account, or the same contact, gets no other of the same or lesser weight.
    pub cooldown_days: u32,
    /// Days after its due day that an untouched card is kept before it expires.
    pub expiry_days: u32,
    /// Age in days from which news makes no card, where the play states none.
    pub stale_days: u32,
    /// Age in days up to which news found when rereading the past makes cards, marked as backfilled.
    pub backfill_days: u32,
    /// Most client cards that one event at a competitor makes for one owner.
    pub rival_cards: u32,
    /// Most clients of one owner that get a card to share the same story about a topic; the others hear of it with their
    /// next card.
    pub share_cards: u32,
    /// Days for which cards are remembered, for cooldowns, capacity and silence. At least 30.
    pub memory_days: u32,
    /// Longest wished-for time between human contacts, in days, for accounts that state none.
    pub cadence: Cadence,
    /// Days by which a planned touch point comes before the day it is due.
    pub lead_days: u32,
    /// Planned touch points by the cadence of each account (a call, a survey, an article …), beside those for renewals
    /// and new clients. Without it only silence speaks.
    pub rhythm: bool,
    /// Country whose days off count for everybody who states none, ISO 3166-1 alpha-2 ("DE").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Days on which nobody works, beside Saturdays, Sundays and the country's days off.
    pub holidays: Vec<NaiveDate>,
    /// Business days after a card with tact for which cards that sell to the account wait at the gate.
    pub no_selling_days: u32,
    /// Days after which a system that told nothing more counts as not connected.
    pub connected_days: u32,
    /// Names of those who may approve cards at the gate; empty: any named person.
    pub approvers: Vec<String>,
    /// Who approves the cards of an owner, by the owner's name (`{ mia = "lea" }`); comes before `approvers`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub leads: BTreeMap<String, String>,
    /// Days of absence from which an owner's cards go to the deputy; alarms and what is due tomorrow always do.
    pub hand_over_days: u32,
    /// Who of us looks after accounts: where they work, when they are away, who stands in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owner>,
}

/// One of us who looks after accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// As written in `owner` of the accounts.
    pub name: String,
    /// Country whose days off count, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Who stands in, for accounts that name no deputy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<String>,
    /// When this person is away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away: Vec<Away>,
}

/// An absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Away {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// Days between human contacts by tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cadence {
    /// Top accounts.
    pub a: u32,
    /// The middle.
    pub b: u32,
    /// The long tail.
    pub c: u32,
}

impl Default for Cadence {
    /// With a tenth of accounts in A and half in C, 36 accounts make between three and four planned touches a week.
    fn default() -> Self {
        Self { a: 42, b: 70, c: 120 }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weekly_capacity: 10,
            weekly_aim: 8,
            daily_new: 2,
            lower_tier_share: 0.2,
            cooldown_days: 7,
            expiry_days: 10,
            stale_days: 14,
            backfill_days: 30,
            rival_cards: 3,
            share_cards: 3,
            memory_days: 120,
            cadence: Cadence::default(),
            lead_days: 7,
            rhythm: true,
            country: None,
            holidays: Vec::new(),
            hand_over_days: 10,
            owners: Vec::new(),
            no_selling_days: 10,
            connected_days: 30,
            approvers: Vec::new(),
            leads: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// For how long cards are remembered. Shorter memories than 30 days would forget cooldowns that still run.
    #[must_use]
    pub fn memory(&self) -> TimeDelta {
        TimeDelta::days(self.memory_days.max(30).into())
    }

    /// Cards a week for one owner up to which planned touch points are filled in.
    pub(super) fn planned_weekly(&self) -> u32 {
        self.weekly_aim.min(self.weekly_capacity)
    }

    /// On which days `owner` works.
    #[must_use]
    pub fn workdays(&self, owner: Option<&str>) -> Workdays<'_> {
        let person = self.owner(owner);
        Workdays {
            country: person.and_then(|person| person.country.as_deref()).or(self.country.as_deref()),
            holidays: &self.holidays,
            away: person.map_or(&[], |person| &person.away),
        }
    }

    /// What is said of `owner`.
    pub(super) fn owner(&self, owner: Option<&str>) -> Option<&Owner> {
        self.owners.iter().find(|person| Some(person.name.as_str()) == owner)
    }

    /// The longest wished-for time between human contacts of `account`, in days.
    pub(super) fn cadence_of(&self, account: &Account) -> u32 {
        account.cadence_days.unwrap_or_else(|| self.cadence(account.tier)).max(1)
    }

    /// The longest wished-for time between human contacts in this tier, in days.
    #[must_use]
    pub fn cadence(&self, tier: Tier) -> u32 {
        match tier {
            Tier::A => self.cadence.a,
            Tier::B => self.cadence.b,
            Tier::C => self.cadence.c,
        }
    }

    /// Who may approve the cards of this owner: the owner's lead, else the approvers; the owner only where there is
    /// nobody else. Empty: any named person.
    #[must_use]
    pub fn approvers_of(&self, owner: Option<&str>) -> Vec<String> {
        if let Some(lead) = owner.and_then(|owner| self.leads.get(owner)) {
            return vec![lead.clone()];
        }
        let others: Vec<String> = self.approvers.iter().filter(|name| Some(name.as_str()) != owner).cloned().collect();
        if others.is_empty() { self.approvers.clone() } else { others }
    }
}
