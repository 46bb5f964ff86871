//! Programs that others wrote, asked whether what we write is right: each a small script in `tests/verifiers`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs `script` of `tests/verifiers` with `input` on its standard input and gives the JSON that it prints; nothing where the
/// verifiers are not installed (`tests/verifiers/with COMMAND` installs them), which only passes outside of CI.
pub(crate) fn ask(script: &str, arguments: &[&str], input: &str) -> Option<Value> {
    let Ok(folder) = std::env::var("TIDINGS_TEST_VERIFIERS") else {
        assert!(std::env::var("CI").is_err(), "TIDINGS_TEST_VERIFIERS names no folder: run tests/verifiers/with");
        eprintln!("left out: {script} has no verifiers; run this by tests/verifiers/with");
        return None;
    };
    let folder = PathBuf::from(folder);
    let program = if script.strip_suffix(".py").is_some() { folder.join("bin/python3") } else { PathBuf::from("node") };
    let mut child = Command::new(program)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verifiers/").to_owned() + script)
        .args(arguments)
        .env("NODE_PATH", folder.join("node_modules"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the verifier starts");
    child.stdin.take().expect("it reads").write_all(input.as_bytes()).expect("it takes the input");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{script} broke down");
    Some(serde_json::from_slice(&output.stdout).expect("it prints JSON"))
}
