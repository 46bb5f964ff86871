//! How far the demo is, on a terminal's standard error.

use std::io::{IsTerminal, Write};

use crate::cli::Common;
use crate::demo::Day;

/// A line that is written over day by day.
pub(super) struct Bar {
    shown: bool,
}

impl Bar {
    pub(super) fn start(common: &Common) -> Self {
        if !common.quiet && !common.json {
            eprintln!("playing eight weeks of an invented newswire, offline; this takes half a minute or so");
        }
        Self { shown: !common.quiet && !common.json && std::io::stderr().is_terminal() }
    }

    pub(super) fn show(&self, day: Day) {
        if self.shown {
            let Day { number, of, articles, cards } = day;
            let done = usize::try_from(number * 20 / of.max(1)).unwrap_or_default();
            let bar = format!("{}{}", "#".repeat(done), ".".repeat(20_usize.saturating_sub(done)));
            eprint!("\r[{bar}] day {number:>2} of {of}: {articles} articles, {cards} cards ");
            let _ = std::io::stderr().flush();
        }
    }

    pub(super) fn end(&self) {
        if self.shown {
            eprintln!();
        }
    }
}
