//! Many files or lines in, one JSON object a line out, in order; a bad one is told in its place and the rest goes on.

use std::any::Any;
use std::io::{self, BufRead, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::lines::{Line, Lines};
use super::load::load;

/// Files or lines worked on between two writes.
const BATCH: usize = 256;

/// Bytes of lines held between two writes, give or take a line.
const BATCH_BYTES: usize = 32 << 20;

/// How many inputs were read well, how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Read well.
    pub good: usize,
    /// Told as an error.
    pub bad: usize,
}

/// Why one input could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable code ("bad_json").
    pub code: &'static str,
    /// What was wrong, for a person.
    pub message: String,
}

impl Problem {
    /// A problem with this code and message.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// What is made of the name and bytes of a file.
type ReadFile<'a> = dyn Fn(&str, &[u8]) -> Result<Value, Problem> + Sync + 'a;

/// Reads each file (`-` is standard input, `.gz` is unpacked) and writes what `read` makes of its name and bytes.
///
/// # Errors
/// Where the output cannot be written.
pub fn each_file(files: &[PathBuf], output: &mut dyn Write, read: &ReadFile<'_>) -> io::Result<Tally> {
    let mut tally = Tally::default();
    for batch in files.chunks(BATCH) {
        let results = in_parallel(batch, &|path: &PathBuf| {
            let name = path.to_string_lossy();
            let result = load(path).and_then(|bytes| guarded(|| read(&name, &bytes)));
            (result, json!({ "file": name }))
        });
        write_all(results, output, &mut tally)?;
    }
    Ok(tally)
}

/// Parses each line as a `T` and writes what `read` makes of it; empty lines are skipped.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub fn each_record<T: DeserializeOwned>(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    read: &(dyn Fn(T) -> Result<Value, Problem> + Sync),
) -> io::Result<Tally> {
    each_line(input, output, &|line| parse_record(line).and_then(read))
}

/// As [`each_record`], one after the other, for a reader that remembers what came before.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub fn each_record_in_order<T: DeserializeOwned>(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    read: &mut dyn FnMut(T) -> Result<Value, Problem>,
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut lines = Lines::new(input);
    while let Some(line) = lines.next()? {
        let result = line.text().and_then(parse_record).and_then(|record| guarded(|| read(record)));
        write_all(vec![(result, place_of(&line))], output, &mut tally)?;
    }
    Ok(tally)
}

/// Writes what `read` makes of each line; empty lines are skipped.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub fn each_line(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    read: &(dyn Fn(&str) -> Result<Value, Problem> + Sync),
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut lines = Lines::new(input);
    loop {
        let (mut batch, mut bytes) = (Vec::with_capacity(BATCH), 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(line) = lines.next()? else { break };
            bytes += line.bytes.len();
            batch.push(line);
        }
        if batch.is_empty() {
            return Ok(tally);
        }
        let results = in_parallel(&batch, &|line: &Line| {
            let result = line.text().and_then(|text| guarded(|| read(text)));
            (result, place_of(line))
        });
        write_all(results, output, &mut tally)?;
    }
}

fn parse_record<T: DeserializeOwned>(line: &str) -> Result<T, Problem> {
    // The parser sees one line only: its "line 1" would be taken for the line of the file.
    let said = |error: serde_json::Error| error.to_string().replace(" at line 1 column", " at column");
    serde_json::from_str(line).map_err(|error| Problem::new("bad_json", said(error)))
}

/// Reads the `id` of a record, which is echoed as it came: a string or a number.
///
/// # Errors
/// Where it is anything else.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
    let id = Value::deserialize(deserializer)?;
    if id.is_string() || id.is_number() {
        Ok(id)
    } else {
        Err(D::Error::custom("`id` is neither a string nor a number"))
    }
}

/// A record must have something to be read.
pub(super) fn something_to_read(title: Option<&String>, text: Option<&String>) -> Result<(), Problem> {
    if title.is_some() || text.is_some() {
        return Ok(());
    }
    Err(Problem::new("bad_json", "missing field `title` or `text`"))
}

/// Where a line stood, with its `id` where that can still be read.
fn place_of(line: &Line) -> Value {
    let id = serde_json::from_slice::<Value>(&line.bytes).ok().and_then(|value| value.get("id").cloned());
    match id {
        Some(id) if id.is_string() || id.is_number() => json!({ "line": line.number, "id": id }),
        _ => json!({ "line": line.number }),
    }
}

/// Runs `work`; a panic in it (a library met what it did not expect) is a problem of this one input.
fn guarded(work: impl FnOnce() -> Result<Value, Problem>) -> Result<Value, Problem> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(Problem::new("internal", said(&*payload))))
}

fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a library gave up".to_owned())
}

type Told = (Result<Value, Problem>, Value);

fn in_parallel<T: Sync>(batch: &[T], read: &(dyn Fn(&T) -> Told + Sync)) -> Vec<Told> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = batch.len().div_ceil(workers).max(1);
    if batch.len() == 1 {
        return batch.iter().map(read).collect();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            batch.chunks(share).map(|part| scope.spawn(move || part.iter().map(read).collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
}

fn write_all(results: Vec<Told>, output: &mut dyn Write, tally: &mut Tally) -> io::Result<()> {
    for (result, place) in results {
        let line = match result {
            Ok(value) => {
                tally.good += 1;
                value
            }
            Err(problem) => {
                tally.bad += 1;
                let mut told = place;
                told["error"] = json!({ "code": problem.code, "message": problem.message });
                told
            }
        };
        serde_json::to_writer(&mut *output, &line)?;
        output.write_all(b"\n")?;
    }
    Ok(())
}
