//! `inspect robots`: addresses → what a robots.txt says about them.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use serde_json::json;

use super::{Tally, batch};
use crate::fetch::robots::{self, Robots, Verdict};

/// Writes for each line of `input`, an address, whether the file at `robots` lets the crawler `agent` ask for it.
///
/// # Errors
/// Where the file or the input cannot be read or the output cannot be written.
pub fn run(agent: &str, robots: &Path, input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Tally> {
    let mut bytes = Vec::new();
    let unreadable =
        |error: io::Error| io::Error::new(error.kind(), format!("cannot read {}: {error}", robots.display()));
    let file = File::open(robots).map_err(unreadable)?;
    file.take(robots::MAX_BYTES as u64).read_to_end(&mut bytes).map_err(unreadable)?;
    let robots = Robots::parse(&bytes, agent);
    batch::each_line(input, output, &|address| {
        let Verdict { allowed, rule } = robots.judge(address);
        Ok(json!({ "url": address, "allowed": allowed, "rule": rule, "crawl_delay": robots.crawl_delay() }))
    })
}
