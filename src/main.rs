//! The program: parse, make the clock, run, exit code.

use std::process::ExitCode;
use std::sync::Arc;

use tidings::cli;
use tidings::model::SystemClock;

fn main() -> ExitCode {
    cli::main(Arc::new(SystemClock))
}
