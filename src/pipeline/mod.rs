//! The loops that carry a value from feed to destination: the only place where the stages meet.

pub mod inspect;
