//! `inspect robots`: addresses → what a robots.txt says about them.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use serde_json::json;

use super::{InspectError, Tally, batch};
use crate::fetch::robots::{self, Robots, Verdict};

/// Writes for each line of `input`, an address, whether the file at `robots` lets the crawler `agent` ask for it.
///
/// # Errors
/// Where the file or the input cannot be read or the output cannot be written.
pub fn run(agent: &str, robots: &Path, input: &mut dyn BufRead, output: &mut dyn Write) -> Result<Tally, InspectError> {
    let mut bytes = Vec::new();
    let unusable = |error: io::Error| InspectError::unusable("the robots.txt", robots, error);
    let file = File::open(robots).map_err(unusable)?;
    file.take(robots::MAX_BYTES as u64).read_to_end(&mut bytes).map_err(unusable)?;
    // Whatever is served there is taken as a robots.txt: what is no rule in it forbids nothing (RFC 9309, section 2.2).
    let robots = Robots::parse(&bytes, agent);
    Ok(batch::each_line(input, output, &|address| {
        let Verdict { allowed, rule } = robots.judge(address);
        Ok(json!({ "url": address, "allowed": allowed, "rule": rule, "crawl_delay": robots.crawl_delay() }))
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r21_one_verdict_a_line_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("robots.txt");
        std::fs::write(&file, "User-agent: *\nDisallow: /private/\nCrawl-delay: 3\n").unwrap();
        let mut input = &b"https://a.example/private/x\n\nhttps://a.example/\r\n\xff\n"[..];
        let mut output = Vec::new();
        let tally = run("Tidings", &file, &mut input, &mut output).unwrap();
        assert_eq!((tally.good, tally.bad), (2, 1));
        let output = String::from_utf8(output).unwrap();
        let lines: Vec<serde_json::Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let rule = json!("/private/");
        let first = json!({ "url": "https://a.example/private/x", "allowed": false, "rule": rule, "crawl_delay": 3.0 });
        let second = json!({ "url": "https://a.example/", "allowed": true, "rule": null, "crawl_delay": 3.0 });
        assert_eq!(lines[..2], [first, second]);
        assert_eq!(lines[2]["error"]["code"], "bad_utf8");
        let missing = run("Tidings", &folder.path().join("none"), &mut input, &mut Vec::new()).unwrap_err();
        assert!(missing.to_string().contains("none"));
    }
}
