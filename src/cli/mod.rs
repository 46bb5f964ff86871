//! The verbs, one a file. Alone writes to standard output: data there, progress and errors on standard error.

mod inspect;

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::model::Clock;

/// Watches the news for your clients and competitors and says whom to call, why, and what to ask.
#[derive(Debug, Parser)]
#[command(name = "tidings", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// Options that every verb takes.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Folder of the configuration files.
    #[arg(long, global = true, value_name = "DIR", default_value = "config")]
    pub config: std::path::PathBuf,
    /// Folder that Tidings writes to.
    #[arg(long, global = true, value_name = "DIR", default_value = "index")]
    pub data_dir: std::path::PathBuf,
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Say less.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more; twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Never ask, never wait for a person.
    #[arg(long, global = true)]
    pub no_input: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Look at one stage: what does it make of this?
    #[command(subcommand)]
    Inspect(inspect::Inspect),
}

/// How a verb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was done.
    Done,
    /// Nothing could be done.
    Failed,
    /// The request or the configuration is wrong.
    Misused,
    /// Part of it was done; what was not is told.
    Partly,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        Self::from(match ending {
            Ending::Done => 0,
            Ending::Failed => 1,
            Ending::Misused => 2,
            Ending::Partly => 3,
        })
    }
}

/// Parses the arguments of the process, runs the verb and gives its exit code.
pub fn main(_clock: Arc<dyn Clock>) -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.verb {
        Verb::Inspect(inspect) => inspect.run(),
    };
    match result {
        Ok(ending) => ending.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            Ending::Failed.into()
        }
    }
}
