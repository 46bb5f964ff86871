//! The real binary and the fixtures.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A file of `tests/fixtures/quality`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/quality").join(name)
}

/// The lines of an NDJSON fixture.
pub(crate) fn lines(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(fixture(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}")))
        .collect()
}

/// Runs the program with `input` on standard input and gives its output, a JSON value a line.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().unwrap();
    let mut stdin = program.stdin.take().unwrap();
    let input = input.to_vec();
    // Output is read while input is written: neither waits for the other for ever.
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = program.wait_with_output().unwrap();
    writer.join().unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 3)), "{arguments:?}: {code:?} {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Runs the program on an NDJSON fixture and gives its answers by id.
pub(crate) fn answers(arguments: &[&str], name: &str) -> HashMap<String, Value> {
    let input = std::fs::read(fixture(name)).unwrap();
    by("id", run(arguments, &input))
}

/// Values by one of their fields.
pub(crate) fn by(field: &str, values: Vec<Value>) -> HashMap<String, Value> {
    values.into_iter().map(|value| (text(&value, field).to_owned(), value)).collect()
}

/// A field that is a text; empty where it is none.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// A field that is a list of texts.
pub(crate) fn texts<'a>(value: &'a Value, field: &str) -> Vec<&'a str> {
    value[field].as_array().map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// The elements of a field that is a list.
pub(crate) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}
