//! Work on text that several rooms need.

pub mod decode;
pub mod fold;
pub mod language;
pub mod sanitise;
pub mod sentences;
