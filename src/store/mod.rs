//! The truth: one database, one file for each aggregate. SQLite in the data folder, or PostgreSQL by address.
//!
//! Takes and gives the types of the model. Every function works on a [`Session`], one transaction; who calls decides
//! what is written together. Instants come from the caller: no SQL clock.

#[macro_use]
mod session;
pub mod accounts;
pub mod api_tokens;
pub mod articles;
pub mod changes;
pub mod coverage;
pub mod crm;
pub mod deliveries;
pub mod digests;
pub mod entries;
pub mod facts;
pub mod feed_archive;
pub mod feeds;
pub mod folder;
pub mod follow;
pub mod health;
pub mod hooks;
pub mod hosts;
pub mod lessons;
pub mod lists;
pub mod remotes;
pub mod removal;
pub mod retention;
pub mod roster;
pub mod saved_searches;
pub mod sign_ins;
pub mod signals;
pub mod sources;
pub mod stories;
pub mod tellings;
pub mod topics;
pub mod touchpoints;
pub mod users;
pub mod websub;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::test_database;

pub use folder::{DataFolder, FolderError};
pub use session::{Session, Store, StoreError};

use crate::model::Time;

/// Epoch milliseconds of an instant, as stored.
fn millis(at: Time) -> i64 {
    at.timestamp_millis()
}

/// The instant of stored epoch milliseconds.
fn time(millis: i64) -> Time {
    Time::from_timestamp_millis(millis).unwrap_or_default()
}

/// A value as the JSON text that is stored.
fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Unreadable { what: "a value to be stored", why: error.to_string() })
}

/// A value from stored JSON text.
fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable { what, why: error.to_string() })
}
