//! The loops that carry a value from feed to destination: the only place where the stages meet.
//!
//! Each loop is a file and can be stopped at any instant: what it works on is leased in the database, and what it found
//! is written in one transaction. [`pass`] runs each once, [`background`] runs all until told to stop.

mod absent;
pub mod archive;
pub mod ask;
pub mod background;
pub mod calendar;
pub mod cards;
pub mod crm;
pub mod deliver;
pub mod desk;
pub mod digest;
pub mod doctor;
pub mod engine;
pub mod explain;
pub mod export;
pub mod facts;
pub mod follow;
pub mod gate;
pub mod gather;
pub mod history;
pub mod hooks;
pub mod host_turns;
pub mod inbox;
pub mod index;
pub mod inspect;
pub mod introduce;
pub mod lessons;
pub mod outbox;
pub mod pass;
pub mod plan;
pub mod poll;
pub mod preview;
pub mod progress;
pub mod read;
pub mod replay;
pub mod report;
pub mod retention;
pub mod roles;
pub mod roster;
pub mod saved;
mod searches;
pub mod subscribe;
pub mod sync;
pub mod trouble;
pub mod users;
mod watch;
pub mod websub;

pub use engine::{Engine, EngineError};
