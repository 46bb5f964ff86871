//! `run`: the main job.

use std::sync::Arc;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tracing::info;

use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::Clock;
use crate::pipeline::pass::{self, Pass};
use crate::pipeline::roles::{Role, Roles};
use crate::pipeline::{Engine, EngineError, background, users};
use crate::serve;
use crate::store::{DataFolder, FolderError};

/// Poll, read and deliver.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// One pass, then exit: for cron. Exit code 3 where part of it could not be done.
    #[arg(long)]
    once: bool,
    /// Poll every feed now, whatever its interval; back-off and the gap of a host still hold.
    #[arg(long, requires = "once")]
    now: bool,
    /// Only these loops, separated by commas. Give `poll` and `read` to no two processes at once: each keeps the gaps
    /// between requests to a host for itself.
    #[arg(long, value_name = "ROLE", value_delimiter = ',', value_parser = a_role())]
    roles: Vec<Role>,
}

/// Knows the roles by their names, and names the nearest where there is none of a name.
fn a_role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::as_str))
        .try_map(|name| Role::named(&name).ok_or_else(|| format!("there is no role {name:?}")))
}

impl Run {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = Arc::new(load_config(common)?);
        let folder = DataFolder::hold(&common.data_dir).map_err(|error| told(&error))?;
        let roles = Roles::of(&self.roles);
        if self.once {
            let engine =
                Engine::start(config, folder, clock).await.map_err(|error| starting(&error))?.with_roles(roles);
            let pass = pass::run(&engine, self.now).await?;
            engine.store.close().await;
            report(&pass, common);
            return Ok(if pass.is_partial() { Ending::Partly } else { Ending::Done });
        }
        let listen = config.settings.serve.listen;
        let engine = Engine::start(config, folder, clock).await.map_err(|error| starting(&error))?;
        let has_users = users::any(&engine.store).await?;
        let listener = serve::bind(listen, has_users).await.map_err(|error| starting(&error))?;
        let engine = Arc::new(engine.with_roles(roles));
        keep_running(engine, listener, common).await
    }
}

async fn keep_running(
    engine: Arc<Engine>,
    listener: tokio::net::TcpListener,
    common: &Common,
) -> Result<Ending, Failure> {
    if !common.quiet {
        let address = listener.local_addr()?;
        eprintln!(
            "tidings {} {} feeds; http://{address}/healthz tells how it is; Ctrl-C ends it",
            if engine.roles.has(Role::Poll) { "polls" } else { "does not poll; it works on" },
            engine.config().feeds().count()
        );
    }
    let stop = engine.stop.clone();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            until_told_to_stop().await;
            info!("told to stop; finishing what is under way");
            stop.cancel();
        }
    });
    let serving = tokio::spawn(serve::serve(listener, Arc::clone(&engine), stop.clone().cancelled_owned()));
    background::run(Arc::clone(&engine)).await;
    stop.cancel();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(5), serving).await;
    engine.store.close().await;
    Ok(Ending::Done)
}

/// Completes on SIGTERM or Ctrl-C.
async fn until_told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

fn told(error: &FolderError) -> Failure {
    match error {
        FolderError::InUse { .. } => {
            Failure::failed(error).hint("stop that process, or give this one its own folder with --data-dir")
        }
        FolderError::Unwritable { .. } => {
            Failure::failed(error).hint("give it a folder that this user may write to with --data-dir")
        }
    }
}

fn starting(error: &EngineError) -> Failure {
    match error {
        EngineError::Listen { .. } => {
            Failure::failed(error).hint("another program has this port: set serve.listen in tidings.toml to a free one")
        }
        EngineError::Exposed(_) => Failure::misused(error).hint(
            "add somebody who may sign in: `tidings user add NAME --role admin`; or set serve.listen in tidings.toml to \
             127.0.0.1:8017",
        ),
        _ => Failure::failed(error),
    }
}

fn report(pass: &Pass, common: &Common) {
    if common.json {
        print_json(pass);
        return;
    }
    for failed in &pass.failed {
        say(&format!("feed {}: {}", failed.feed, failed.why));
    }
    for trouble in &pass.troubles {
        say(trouble);
    }
    say(&format!(
        "feeds     {} read, {} unchanged, {} failed, {} not due",
        pass.fresh,
        pass.unchanged,
        pass.failed.len(),
        pass.not_due
    ));
    say(&format!(
        "articles  {} new or changed from {} new and {} changed entries; {} not readable yet",
        pass.articles, pass.new_entries, pass.changed_entries, pass.unread
    ));
    say(&format!("mentions  {} accepted, {} suppressed", pass.mentions, pass.suppressed));
    say(&format!(
        "cards     {} from news, {} from facts and promises, {} planned, {} planned ones wait for room",
        pass.cards, pass.told, pass.planned, pass.waiting
    ));
    say(&format!("delivered {}, to be retried {}, given up {}", pass.delivered, pass.retrying, pass.dead));
    let states: Vec<_> = pass.total.touch_points.iter().map(|(state, count)| format!("{count} {state}")).collect();
    say(&format!(
        "in all    {} articles in {} stories; touch points: {}",
        pass.total.articles,
        pass.total.stories,
        if states.is_empty() { "none".to_owned() } else { states.join(", ") }
    ));
    if !common.quiet {
        eprintln!("\nnext: tidings inbox list · tidings search WORDS");
    }
}
