//! `deliver`: the outbox.

use std::sync::Arc;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::deliver_preview::Preview;
use super::desk::Change;
use super::inbox::{open_existing, person};
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::config::Config;
use crate::model::{Clock, DeliveryState};
use crate::pipeline::outbox;
use crate::store::Store;
use crate::text::count::counted;

/// What to do with the outbox.
#[derive(Debug, Subcommand)]
pub(super) enum Deliver {
    /// How each destination stands, and the latest deliveries.
    Status {
        /// How many deliveries to show.
        #[arg(long, default_value_t = 20)]
        limit: i64,
    },
    /// Send again what was given up, under the same ids; opens a stopped destination.
    Retry {
        /// A delivery's id, or a destination's; without one, everything that was given up.
        which: Option<String>,
        #[command(flatten)]
        change: Change,
    },
    /// Settle what was given up, or may have arrived, as not to be sent.
    Drop {
        /// A delivery's id, or a destination's; of one that is no longer configured, all that waits is dropped too.
        which: String,
        #[command(flatten)]
        change: Change,
    },
    /// Show what each destination would get for a card; nothing is sent or written.
    Preview(Preview),
    /// Send a test message and say what came back.
    Test {
        /// The destination; without one, all.
        destination: Option<String>,
    },
}

impl Deliver {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = load_config(common)?;
        match self {
            Self::Test { destination } => test(&config, destination.as_deref(), common, clock.as_ref()).await,
            Self::Status { limit } => {
                let store = open_existing(&config, common).await?;
                let ending = status(&config, &store, limit, common).await;
                store.close().await;
                ending
            }
            Self::Preview(preview) => preview.run(&config, common, clock.as_ref()).await,
            Self::Drop { which, change: Change { who, dry_run } } => {
                let store = open_existing(&config, common).await?;
                let (settings, who) = (&config.settings.deliver, person(who.as_deref()));
                let count = outbox::drop_deliveries(&store, settings, &which, &who, clock.now(), dry_run).await;
                store.close().await;
                let count = count?;
                if count == 0 {
                    let what =
                        format!("{which:?} is no delivery that was given up or is unknown, nor a destination with any");
                    return Err(Failure::misused(what).hint("`tidings deliver status` shows their ids"));
                }
                if common.json {
                    print_json(&json!({ "dropped": count, "dry_run": dry_run }));
                } else {
                    let would = if dry_run { "would be" } else { "are" };
                    say(&format!("{} {would} settled as not to be sent", deliveries(count)));
                }
                Ok(Ending::Done)
            }
            Self::Retry { which, change: Change { who, dry_run } } => {
                let store = open_existing(&config, common).await?;
                let (settings, who) = (&config.settings.deliver, person(who.as_deref()));
                let retried = outbox::retry(&store, settings, which.as_deref(), &who, clock.now(), dry_run).await;
                store.close().await;
                let retried = retried?;
                if common.json {
                    let outbox::Retried { due_again, overtaken } = retried;
                    print_json(&json!({ "due_again": due_again, "overtaken": overtaken, "dry_run": dry_run }));
                } else {
                    let would = if dry_run { "would be" } else { "are" };
                    say(&format!("{} {would} due again; the next pass sends them", deliveries(retried.due_again)));
                    if retried.overtaken > 0 {
                        let what = deliveries(retried.overtaken);
                        say(&format!("{what} {would} settled: a later one of the same card was delivered meanwhile"));
                    }
                }
                Ok(Ending::Done)
            }
        }
    }
}

/// `1 delivery`, `2 deliveries`
fn deliveries(count: u64) -> String {
    if count == 1 { "1 delivery".to_owned() } else { format!("{count} deliveries") }
}

async fn status(config: &Config, store: &Store, limit: i64, common: &Common) -> Result<Ending, Failure> {
    let status = outbox::status(store, &config.settings.deliver, limit).await?;
    if common.json {
        print_json(&status);
        return Ok(Ending::Done);
    }
    if status.destinations.is_empty() {
        say("no destination is configured; add one under [[deliver.destinations]] in tidings.toml");
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["destination", "state", "due", "held", "delivered", "given up", "unknown", "dropped", "why"]);
    for destination in &status.destinations {
        table.add_row([
            destination.id.clone(),
            destination.state.clone(),
            destination.due.to_string(),
            destination.held.to_string(),
            destination.delivered.to_string(),
            destination.dead.to_string(),
            destination.unknown.to_string(),
            destination.dropped.to_string(),
            destination.why.clone(),
        ]);
    }
    say(&table.to_string());
    for destination in &status.destinations {
        for advice in &destination.advice {
            say(&format!("{}: {advice}", destination.id));
        }
    }
    for delivery in &status.latest {
        let answer = delivery.last_status.map(|status| format!(" {status}")).unwrap_or_default();
        let trouble = match (&delivery.state, &delivery.last_error) {
            (DeliveryState::Delivered, _) | (_, None) => String::new(),
            (_, Some(why)) => format!(": {why}"),
        };
        let what = match &delivery.search {
            Some(search) => format!("saved search {search}"),
            None if delivery.is_notice() => "notice".to_owned(),
            None => format!("{} revision {} ({})", delivery.touch_point, delivery.revision, delivery.step.as_str()),
        };
        say(&format!(
            "{}  {}  {what}  {}{answer} after {}{trouble}",
            delivery.id,
            delivery.destination,
            delivery.state.as_str(),
            counted(delivery.attempts, "attempt")
        ));
    }
    Ok(Ending::Done)
}

async fn test(
    config: &Config,
    destination: Option<&str>,
    common: &Common,
    clock: &dyn Clock,
) -> Result<Ending, Failure> {
    let results = outbox::test(&config.settings, destination, clock).await?;
    if results.is_empty() {
        return Err(Failure::misused("no such destination is configured")
            .hint("destinations stand under [[deliver.destinations]] in tidings.toml"));
    }
    let mut ending = Ending::Done;
    for result in results {
        if common.json {
            print_json(&result);
        } else {
            say(&format!("{}: {}", result.destination, result.answer));
        }
        if !result.accepted {
            ending = Ending::Failed;
        }
    }
    Ok(ending)
}
