//! `inspect url`: canonical form, host and registrable domain of addresses.

use std::io::{self, BufRead, Write};

use serde_json::json;

use super::batch::{self, Problem, Tally};
use crate::address;

/// Reads addresses, one a line, and writes `url, canonical, host, domain` of each.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub fn run(input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Tally> {
    batch::each_line(input, output, &|line| {
        let canonical = address::canonical(line)
            .ok_or_else(|| Problem::new("bad_address", format!("{line:?} is no http or https address")))?;
        Ok(json!({ "url": line, "canonical": canonical, "host": address::host(line), "domain": address::domain(line) }))
    })
}
