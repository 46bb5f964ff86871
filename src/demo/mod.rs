//! A newswire of our own, all invented, and eight weeks of it in under a minute: the real program polls it under a clock
//! that is moved along.

#[cfg(test)]
mod contents;
mod formats;
pub mod free;
pub mod newswire;
pub mod play;
pub mod settings;
mod site;

pub use play::{Day, DemoError, Played, play};
