//! What all destinations have in common: their id, what they are told of, how fast and how long they are asked.

use std::time::Duration;

use super::Fault;
use crate::model::{DestinationId, Step};

/// Longest time-out, in seconds: well below the time for which a delivery is leased.
pub(super) const LONGEST_TIMEOUT: u64 = 60;

/// The settings that every destination has.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Short and lasting name ("crm"); part of the key of every record there.
    pub id: &'a DestinationId,
    /// Steps in a card's life that it is told of.
    pub on: &'a [Step],
    /// Only told of alarms.
    pub alarms_only: bool,
    /// Name of the template by which tasks are worded; none for the shipped wording.
    pub template: Option<&'a str>,
    /// Longest wait for an answer.
    pub timeout: Duration,
    /// Most requests a minute.
    pub per_minute: u32,
}

impl<'a> Rules<'a> {
    /// Those of a list that anyone may read: it has no template of its own and is never waited for.
    pub(super) fn of_list(id: &'a DestinationId) -> Self {
        Self { id, on: &[], alarms_only: false, template: None, timeout: Duration::ZERO, per_minute: 0 }
    }
}

impl Rules<'_> {
    /// What is wrong with them.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.on.is_empty() {
            let hint = "leave it out for the usual steps";
            faults.push(Fault::of("on", "names no step, so nothing would ever be sent", hint));
        }
        if !(1..=LONGEST_TIMEOUT).contains(&self.timeout.as_secs()) {
            let message = format!("must lie between 1 and {LONGEST_TIMEOUT} seconds");
            faults.push(Fault::of("timeout_seconds", &message, "the usual is 15"));
        }
        if self.per_minute == 0 {
            faults.push(Fault::of("per_minute", "must be at least 1", "leave it out for the usual pace"));
        }
        faults
    }
}

/// Told when a card is ready, and what becomes of it: webhooks.
pub(super) fn usual_steps() -> Vec<Step> {
    vec![Step::Ready, Step::Accepted, Step::Done, Step::Withdrawn]
}

/// Told when a card is ready, and when what caused it is taken back: mailboxes and chats, where people read.
pub(super) fn steps_of_readers() -> Vec<Step> {
    vec![Step::Ready, Step::Withdrawn]
}

/// A request about every second: chats, which stop those who talk more.
pub(super) fn pace_of_chats() -> u32 {
    50
}

/// Told when a person has taken a card, and what becomes of it: CRMs.
pub(super) fn steps_of_people() -> Vec<Step> {
    vec![Step::Accepted, Step::Done, Step::Withdrawn]
}

pub(super) fn usual_timeout() -> u64 {
    15
}

pub(super) fn usual_pace() -> u32 {
    300
}

/// Declares the settings of a kind of destination: its own, after those that all have. `on` names the function that gives
/// the steps it is told of where the operator says nothing, `at` the one that gives its pace.
macro_rules! destination {
    ($(#[$about:meta])* pub struct $name:ident on $steps:literal { $($own:tt)* }) => {
        $crate::deliver::rules::destination! {
            $(#[$about])* pub struct $name on $steps at "crate::deliver::rules::usual_pace" { $($own)* }
        }
    };
    ($(#[$about:meta])* pub struct $name:ident on $steps:literal at $pace:literal { $($own:tt)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// Short and lasting name ("crm"); part of the key of every record there.
            pub id: $crate::model::DestinationId,
            /// Steps in a card's life that it is told of. Updates and undone steps of such cards are told too.
            #[serde(default = $steps)]
            pub on: Vec<$crate::model::Step>,
            /// Only told of alarms.
            #[serde(default)]
            pub alarms_only: bool,
            /// Name of the template under [deliver.templates] by which subject and body of a task are worded.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub template: Option<String>,
            /// Longest wait for an answer, 1–60 seconds.
            #[serde(default = "crate::deliver::rules::usual_timeout")]
            pub timeout_seconds: u64,
            /// Most requests a minute.
            #[serde(default = $pace)]
            pub per_minute: u32,
            $($own)*
        }

        impl $name {
            /// The settings that every destination has.
            #[must_use]
            pub fn rules(&self) -> $crate::deliver::Rules<'_> {
                $crate::deliver::Rules {
                    id: &self.id,
                    on: &self.on,
                    alarms_only: self.alarms_only,
                    template: self.template.as_deref(),
                    timeout: std::time::Duration::from_secs(self.timeout_seconds),
                    per_minute: self.per_minute,
                }
            }
        }
    };
}

pub(super) use destination;
