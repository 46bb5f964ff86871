//! Many files or lines in, one JSON object a line out, in order; a bad one is told in its place and the rest goes on.

use std::any::Any;
use std::io::{self, BufRead, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Files or lines worked on between two writes.
const BATCH: usize = 256;

/// The largest file that is read; what lies beyond is an error, not a cut.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

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
    while let Some((number, line)) = lines.next()? {
        let result = text_of(&line).and_then(|line| parse_record(line)).and_then(|record| guarded(|| read(record)));
        write_all(vec![(result, place_of(number, &line))], output, &mut tally)?;
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
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let Some(line) = lines.next()? else { break };
            batch.push(line);
        }
        if batch.is_empty() {
            return Ok(tally);
        }
        let results = in_parallel(&batch, &|(number, line): &(usize, Vec<u8>)| {
            let result = text_of(line).and_then(|line| guarded(|| read(line)));
            (result, place_of(*number, line))
        });
        write_all(results, output, &mut tally)?;
    }
}

/// Non-empty lines with their numbers, from 1.
struct Lines<'a> {
    input: &'a mut dyn BufRead,
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(input: &'a mut dyn BufRead) -> Self {
        Self { input, number: 0 }
    }

    fn next(&mut self) -> io::Result<Option<(usize, Vec<u8>)>> {
        loop {
            let mut line = Vec::new();
            if self.input.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                line.pop();
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some((self.number, line)));
            }
        }
    }
}

fn text_of(line: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(line).map_err(|error| Problem::new("bad_utf8", format!("not UTF-8: {error}")))
}

fn parse_record<T: DeserializeOwned>(line: &str) -> Result<T, Problem> {
    serde_json::from_str(line).map_err(|error| Problem::new("bad_json", error.to_string()))
}

/// Where a bad line stood, with its `id` where that can still be read.
fn place_of(number: usize, line: &[u8]) -> Value {
    let id = serde_json::from_slice::<Value>(line).ok().and_then(|value| value.get("id").cloned());
    match id {
        Some(id) if id.is_string() || id.is_number() => json!({ "line": number, "id": id }),
        _ => json!({ "line": number }),
    }
}

/// The bytes of a file, unpacked where its name ends in `.gz`, never more than the cap.
fn load(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Problem::new("not_found", "no such file"),
        io::ErrorKind::PermissionDenied => Problem::new("no_permission", "no permission to read it"),
        _ => Problem::new("unreadable", error.to_string()),
    };
    if path.as_os_str() == "-" {
        return capped(&mut io::stdin().lock()).map_err(unreadable)?;
    }
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        return capped(&mut GzDecoder::new(file)).map_err(unreadable)?;
    }
    capped(&mut file).map_err(unreadable)?
}

fn capped(reader: &mut dyn Read) -> io::Result<Result<Vec<u8>, Problem>> {
    let mut bytes = Vec::new();
    let read = reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if read as u64 > MAX_FILE_BYTES {
        return Ok(Err(Problem::new("too_large", format!("more than {MAX_FILE_BYTES} bytes"))));
    }
    Ok(Ok(bytes))
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
