//! Contacts that are planned over the year: for renewals, for new clients, and in the rhythm of each account's cadence.

mod births;
mod dates;
mod year;

use chrono::NaiveDate;
use serde::Serialize;

pub use births::due;
pub use year::year;

use crate::model::{AccountId, PlayId};

/// A rhythm gives way to a mark that comes within so many days: one contact serves both.
const ONE_CONTACT: i64 = 14;

/// A contact that the calendar plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Date {
    /// With whom.
    pub account: AccountId,
    /// By which play.
    pub play: PlayId,
    /// The day until which it is to be made, one on which its owner works.
    pub day: NaiveDate,
    /// By which rule, for a person ("90 days before the renewal on 3 March 2027").
    pub rule: String,
    /// What for, in a few words ("renewal in 90 days").
    pub event: String,
    /// What it is about, unique with the account.
    pub cause: String,
    /// The last day on which it still makes sense.
    pub until: NaiveDate,
}
