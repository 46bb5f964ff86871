//! How well the program reads: figures on small labelled fixtures, by the real binary's verbs, with floors under them.
//!
//! Everything in `tests/fixtures/quality` is invented. A floor stands a little below what is reached: it is there to
//! notice a loss, not to be an aim. `tests/quality/table` writes the figures, with those on public data sets where they
//! are at hand, into `docs/quality.md`.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "it prints figures, and ends where it cannot go on")]

mod events;
mod feeds;
mod figure;
mod mentions;
mod pages;
mod program;
mod search;
mod stories;
