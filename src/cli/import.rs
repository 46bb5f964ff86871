//! `import`: articles from a file into the index, for searching only.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Common, Ending, Failure, print_json, say};
use crate::model::Clock;
use crate::search::{Document, Index, LONGEST_LINE, Opened, Settings, State};
use crate::store::{DataFolder, FolderError};

/// Articles put between two looks at memory.
const BATCH: usize = 1_000;

/// The number that an imported index carries: beyond every sequence of changes, so that `run` in the same folder sees
/// that it is not its own and builds it anew.
const NOT_OF_A_DATABASE: i64 = i64::MAX;

/// Index articles from a file: no configuration, no cards, nothing sent. The same id again replaces the article.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// One JSON object a line: id, title, text, and if you like url and published; `-` is standard input.
    #[arg(value_name = "FILE.ndjson")]
    file: PathBuf,
}

impl Import {
    pub(super) fn run(self, common: &Common, _clock: &dyn Clock) -> Result<Ending, Failure> {
        let mut input = self.open()?;
        let folder = DataFolder::hold(&common.data_dir).map_err(|error| {
            let busy = matches!(error, FolderError::InUse { .. });
            let failure = Failure::failed(error);
            if busy { failure.hint("stop that process, or name another folder with --data-dir") } else { failure }
        })?;
        let occupied = || {
            let folder = common.data_dir.display();
            Failure::misused(format!(
                "{folder} holds a database; its index must hold what the database holds, and no more"
            ))
            .hint("name another folder: `tidings import FILE --data-dir imported`, and search with the same --data-dir")
        };
        if folder.database().exists() {
            return Err(occupied());
        }
        let Opened { mut index, state } = Index::open(&folder.articles(), &Settings::default())?;
        // A database elsewhere (PostgreSQL) leaves its number too.
        if matches!(state, State::Ready { last_seq } if last_seq > 0 && last_seq != NOT_OF_A_DATABASE) {
            return Err(occupied());
        }
        let tally = take_all(&mut input, &mut index, common)?;
        index.commit(NOT_OF_A_DATABASE)?;
        if common.json {
            print_json(&json!({ "articles": tally.good, "refused": tally.bad }));
        } else if !common.quiet {
            say(&format!(
                "{} articles read, {} lines refused, {} articles in the index",
                tally.good,
                tally.bad,
                index.len()
            ));
        }
        Ok(if tally.bad == 0 { Ending::Done } else { Ending::Partly })
    }

    fn open(&self) -> Result<Box<dyn BufRead>, Failure> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(io::stdin().lock()));
        }
        let unreadable = |why: &dyn std::fmt::Display| {
            Failure::misused(format!("cannot read {}: {why}", self.file.display()))
                .hint("name a file with one article as a JSON object a line, or `-` for standard input")
        };
        if self.file.is_dir() {
            return Err(unreadable(&"it is a folder"));
        }
        let file = File::open(&self.file).map_err(|why| unreadable(&why))?;
        Ok(Box::new(BufReader::new(file)))
    }
}

/// UTF-8, as some editors begin files.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Default)]
struct Tally {
    good: usize,
    bad: usize,
}

/// Puts every good line and tells of every bad one.
fn take_all(input: &mut dyn BufRead, index: &mut Index, common: &Common) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let mut batch = Vec::with_capacity(BATCH);
    let mut line = Vec::new();
    let mut number = 0_usize;
    while read_line(input, &mut line)? {
        number += 1;
        if number == 1 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match Document::from_line(&line) {
            Ok(document) => {
                tally.good += 1;
                batch.push(document);
            }
            Err(why) => {
                tally.bad += 1;
                if common.json {
                    print_json(&json!({ "line": number, "error": { "code": why.code, "message": why.message } }));
                } else {
                    eprintln!("line {number}: {why}");
                }
            }
        }
        if batch.len() == BATCH {
            index.put(&batch)?;
            batch.clear();
        }
    }
    index.put(&batch)?;
    Ok(tally)
}

/// Reads one line, of a longer one only so much that it is seen to be too long. False at the end.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let most = LONGEST_LINE as u64 + 2;
    input.take(most).read_until(b'\n', line)?;
    if line.len() as u64 == most && line.last() != Some(&b'\n') {
        skip_line(input)?;
    } else if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(true);
    }
    Ok(!line.is_empty())
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        let end = held.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(held.len(), |end| end + 1);
        input.consume(length);
        if end.is_some() || length == 0 {
            return Ok(());
        }
    }
}
