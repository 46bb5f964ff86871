//! `doctor`: the environment.

use clap::Args;
use serde_json::json;

use super::{Common, Ending, Failure, print_json, say};
use crate::model::Clock;
use crate::pipeline::EngineError;
use crate::pipeline::doctor::{self, Examination, Finding, State};
use crate::serve;

/// Look whether everything around the program is as it should be. Changes nothing.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Ask nothing of the network.
    #[arg(long)]
    offline: bool,
}

impl Doctor {
    pub(super) async fn run(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        let mut examination = doctor::examine(&common.config, &common.data_dir, clock, self.offline).await;
        let listening = listening(&examination).await;
        examination.findings.push(listening);
        let findings = examination.findings;
        let count = |state| findings.iter().filter(|finding| finding.state == state).count();
        let (failed, warnings) = (count(State::Failed), count(State::Warning));
        if common.json {
            print_json(&json!({ "ok": failed == 0, "failed": failed, "warnings": warnings, "findings": findings }));
        } else {
            findings.iter().for_each(tell);
            say(&format!("\n{failed} failed, {warnings} to look at, {} well", count(State::Ok)));
        }
        Ok(if failed == 0 { Ending::Done } else { Ending::Failed })
    }
}

fn tell(finding: &Finding) {
    let Finding { probe, state, what, hint } = finding;
    say(&format!("{:<8} {probe:<13} {what}", state.as_str()));
    if let Some(hint) = hint {
        say(&format!("{:<22} hint: {hint}", ""));
    }
}

/// Takes the address to listen on for a moment.
async fn listening(examination: &Examination) -> Finding {
    const PROBE: &str = "listen";
    let listen = examination.settings.serve.listen;
    match serve::bind(listen, examination.users > 0).await {
        Ok(_) => Finding::ok(PROBE, format!("{listen} is free")),
        Err(EngineError::Listen { .. }) if examination.holder.is_some() => {
            Finding::ok(PROBE, format!("{listen} is taken, as it is while tidings runs"))
        }
        Err(error @ EngineError::Exposed(_)) => {
            let hint = "add somebody who may sign in: `tidings user add NAME --role admin`; or set serve.listen in \
                        tidings.toml to 127.0.0.1:8017";
            Finding::failed(PROBE, error.to_string(), hint)
        }
        Err(error) => {
            let hint = "another program has it: set serve.listen in tidings.toml to a free address";
            Finding::failed(PROBE, error.to_string(), hint)
        }
    }
}
