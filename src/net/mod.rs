//! The guarded connector: every outgoing connection to an address from content, users or CRMs goes through it.
//!
//! Names are resolved here, each answer is checked, and exactly the checked addresses are dialled, so that a name
//! cannot point elsewhere between check and connection. Addresses written as numbers are checked before each request.
//! Redirects are never followed here: the caller asks anew for each hop, and each hop is checked anew.

mod client;
mod error;
mod guard;
#[cfg(test)]
pub(crate) mod origin;
mod resolve;
mod settings;
mod steady;
#[cfg(test)]
mod tests;

pub use client::{Answer, Call, Client, Reply};
pub use error::Error;
pub use guard::{Guard, NetworkKind};
pub use settings::Settings;
pub use steady::Steady;
