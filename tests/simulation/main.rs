//! Thirty days of polling thousands of feeds, in seconds: the program's own decisions about when and whom to ask, under a
//! clock that is moved along, against origins that behave as origins do.
//!
//! `origin` is the world: hosts large and small, their validators, faults and wishes. `program` is the poll loop with the
//! wire and the database left out: [`tidings::schedule`], [`tidings::fetch::Judge`], [`tidings::fetch::Pace`] and the
//! crew of [`tidings::pipeline::poll`] decide everything. `watch` stands at the origins' doors and holds the program to
//! what it promises; it works that out anew from what was asked and answered, not from what the program thinks.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "it prints figures, and ends where it cannot go on")]

mod figures;
mod month;
mod origin;
mod program;
mod watch;
