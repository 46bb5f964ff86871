//! The verbs, one a file. Alone writes to standard output: data there, progress and errors on standard error.

mod backup;
mod battlecard;
mod brief_text;
mod card_text;
mod check;
mod completions;
mod config;
mod crm;
mod deliver;
mod deliver_preview;
mod demo;
mod desk;
mod digest;
mod discover;
mod doctor;
mod explain;
mod export;
mod fact;
mod failure;
mod feed;
mod feed_kind;
mod import;
mod inbox;
mod inbox_follow;
mod inbox_log;
mod init;
mod inspect;
mod man;
mod plan;
mod reindex;
mod replay;
mod report;
mod restore;
mod retention;
mod run;
mod saved;
mod search;
mod search_counts;
mod told_text;
mod user;
mod user_token;
mod watch;
mod watch_text;

use std::future::Future;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;
use tracing_subscriber::EnvFilter;

use self::failure::Failure;
use crate::config::Config;
use crate::model::Clock;
use crate::text::count::counted;

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
    pub config: PathBuf,
    /// Folder that Tidings writes to.
    #[arg(long, global = true, value_name = "DIR", default_value = "index")]
    pub data_dir: PathBuf,
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

impl Common {
    /// The usual folders; says nothing.
    fn silent() -> Self {
        Self {
            config: PathBuf::from("config"),
            data_dir: PathBuf::from("index"),
            json: true,
            quiet: true,
            verbose: 0,
            no_input: true,
        }
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Eight weeks of an invented newswire in under a minute, offline: see what the program does.
    Demo(demo::Demo),
    /// Poll, read and deliver in the background until told to stop; with --once a single pass.
    Run(run::Run),
    /// Whom we watch: list, show, add, import, remove, and try names on a text.
    #[command(subcommand)]
    Watch(watch::Watch),
    /// What is polled: list, add, pause, resume, poll, remove, import, export.
    #[command(subcommand)]
    Feed(feed::Feed),
    /// The touch points that wait for you.
    #[command(subcommand)]
    Inbox(inbox::Inbox),
    /// What other systems tell: tickets, bounced mail, orders, invoices, people who come and go.
    #[command(subcommand)]
    Fact(fact::Fact),
    /// How a card came to be: the way from feed to touch point, with every reason.
    Explain(explain::Explain),
    /// The weekly brief: what to do first, what is overdue, what rivals did, what came of it.
    Report(report::Report),
    /// What each owner should know this morning, as a mail: printed with --dry-run or --html, else put into the outbox.
    Digest(digest::Digest),
    /// The calendar: contacts planned by cadence, for renewals and for new clients.
    Plan(plan::Plan),
    /// Full-text search of what was read.
    Search(search::Search),
    /// Searches that watch: every new article is held up to them.
    #[command(subcommand)]
    Saved(saved::Saved),
    /// Accounts from CRMs: import, check, and which record is which account.
    #[command(subcommand)]
    Crm(crm::Crm),
    /// The outbox: what was sent, what waits, what failed.
    #[command(subcommand)]
    Deliver(deliver::Deliver),
    /// Check the configuration, and nothing else.
    Check(check::Check),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(config::Config),
    /// Write a starting configuration.
    Init(init::Init),
    /// Index articles from a file, without configuration: for searching only.
    Import(import::Import),
    /// Write articles or touch points as NDJSON or CSV.
    Export(export::Export),
    /// Save database and configuration into one file.
    Backup(backup::Backup),
    /// Bring database and configuration back from a backup.
    Restore(restore::Restore),
    /// Who may sign in, with which role; and keys for programs.
    #[command(subcommand)]
    User(user::User),
    /// Look whether everything around the program is as it should be.
    Doctor(doctor::Doctor),
    /// Build the search index anew from the database.
    Reindex(reindex::Reindex),
    /// What is past its time and will be let go; changes nothing.
    Retention(retention::Retention),
    /// Look at one stage: what does it make of this?
    #[command(subcommand)]
    Inspect(inspect::Inspect),
    /// Write what a shell needs to complete commands.
    Completions(completions::Completions),
    /// Write the manual pages.
    Man(man::Man),
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
pub fn main(clock: Arc<dyn Clock>) -> ExitCode {
    let Cli { common, verb } = Cli::parse();
    start_log(&common, matches!(verb, Verb::Demo(_) | Verb::Init(_)));
    let result = match verb {
        Verb::Demo(verb) => wait_for(verb.run(&common, clock)),
        Verb::Run(verb) => wait_for(verb.run(&common, clock)),
        Verb::Watch(verb) => wait_for(verb.run(&common, clock)),
        Verb::Feed(verb) => wait_for(verb.run(&common, clock)),
        Verb::Inbox(verb) => wait_for(verb.run(&common, clock)),
        Verb::Fact(verb) => wait_for(verb.run(&common, clock)),
        Verb::Explain(verb) => wait_for(verb.run(&common)),
        Verb::Report(verb) => wait_for(verb.run(&common, clock)),
        Verb::Digest(verb) => wait_for(verb.run(&common, clock)),
        Verb::Plan(verb) => wait_for(verb.run(&common, clock)),
        Verb::Search(verb) => verb.run(&common, clock.as_ref()),
        Verb::Saved(verb) => wait_for(verb.run(&common, clock)),
        Verb::Crm(verb) => wait_for(verb.run(&common, clock)),
        Verb::Deliver(verb) => wait_for(verb.run(&common, clock)),
        Verb::Check(verb) => wait_for(verb.run(&common)),
        Verb::Config(verb) => verb.run(&common),
        Verb::Init(verb) => wait_for(verb.run(&common, clock)),
        Verb::Import(verb) => verb.run(&common, clock.as_ref()),
        Verb::Export(verb) => wait_for(verb.run(&common, clock.as_ref())),
        Verb::Backup(verb) => wait_for(verb.run(&common, clock.as_ref())),
        Verb::Restore(verb) => wait_for(verb.run(&common)),
        Verb::User(verb) => wait_for(verb.run(&common, clock)),
        Verb::Doctor(verb) => wait_for(verb.run(&common, clock.as_ref())),
        Verb::Reindex(verb) => wait_for(verb.run(&common, clock)),
        Verb::Retention(verb) => wait_for(verb.run(&common, clock)),
        Verb::Inspect(verb) => verb.run(),
        Verb::Completions(verb) => Ok(verb.run()),
        Verb::Man(verb) => verb.run(&common),
    };
    match result {
        Ok(ending) => ending.into(),
        Err(failure) => {
            failure.tell(common.json);
            failure.ending.into()
        }
    }
}

/// The log goes to standard error; `TIDINGS_LOG` sets it finer ("tidings::pipeline=debug"). A play has faults on purpose:
/// its warnings are told only to who asks.
fn start_log(common: &Common, is_play: bool) {
    let level = match (common.quiet || is_play, common.verbose) {
        (true, 0) => "error",
        (false, 0) => "warn",
        (_, 1) => "warn,tidings=info",
        (_, 2) => "info,tidings=debug",
        _ => "debug,tidings=trace",
    };
    let filter = EnvFilter::try_from_env("TIDINGS_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).compact().init();
}

fn wait_for(work: impl Future<Output = Result<Ending, Failure>>) -> Result<Ending, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::failed)?;
    runtime.block_on(work)
}

/// The checked configuration; its problems are a misuse, told all at once.
fn load_config(common: &Common) -> Result<Config, Failure> {
    load_config_in(&common.config, common)
}

/// The checked configuration of a folder.
fn load_config_in(folder: &std::path::Path, common: &Common) -> Result<Config, Failure> {
    let mut config = crate::config::load(folder).map_err(|problems| {
        let count = tell_problems(&problems, common);
        Failure::misused(format!("{} in the configuration in {}", counted(count, "problem"), folder.display()))
            .hint("`tidings check` looks again without starting anything; `tidings init` writes a fresh one")
    })?;
    config.settings.deliver.place(&common.data_dir);
    Ok(config)
}

/// Says what is wrong with a file of the configuration, and gives how many problems there are.
fn tell_problems(problems: &crate::config::Problems, common: &Common) -> usize {
    if !common.json {
        for problem in problems.iter() {
            eprintln!("{problem}\n");
        }
    }
    problems.iter().count()
}

/// One line of JSON on standard output.
fn print_json<T: Serialize>(value: &T) {
    if let Ok(line) = serde_json::to_string(value) {
        say(&line);
    }
}

/// One line on standard output; a reader that went away (`| head`) is no error.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    let _ = writeln!(output, "{line}");
}
