//! `plan`: the calendar of planned contacts.

use std::fmt::Write;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};
use clap::{Args, Subcommand};

use super::card_text::short_id;
use super::desk::in_effect;
use super::inbox::open_existing;
use super::replay::Replay;
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::Clock;
use crate::pipeline::calendar::{self, Calendar};

/// The calendar: contacts planned by cadence, for renewals and for new clients, beside what is open.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Plan {
    #[command(subcommand)]
    verb: Option<PlanVerb>,
    /// First day; today where left out.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Last day; 60 days after the first where left out.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
    /// Only what concerns this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

/// What else can be asked of plans.
#[derive(Debug, Subcommand)]
enum PlanVerb {
    Replay(Replay),
}

/// Days shown where nothing is said.
const USUAL: Days = Days::new(60);

impl Plan {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        if let Some(PlanVerb::Replay(verb)) = self.verb {
            return verb.run(common, clock).await;
        }
        let config = load_config(common)?;
        let now = clock.now();
        let today = now.with_timezone(&config.settings.operator.zone()).date_naive();
        let from = self.from.unwrap_or(today);
        let to = self.to.or_else(|| from.checked_add_days(USUAL)).unwrap_or(from);
        if to < from {
            return Err(Failure::misused(format!("the last day ({to}) lies before the first ({from})")));
        }
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let calendar = calendar::calendar(&store, &config, from, to, self.owner.as_deref(), now).await;
        store.close().await;
        let calendar = calendar?;
        if common.json {
            print_json(&calendar);
        } else {
            say(&text(&calendar));
        }
        Ok(Ending::Done)
    }
}

/// One line a contact, under the week it falls into.
fn text(calendar: &Calendar) -> String {
    let mut out = String::new();
    let mut lines: Vec<(NaiveDate, String)> = Vec::new();
    for card in &calendar.open {
        let owner = card.owner.as_deref().unwrap_or("nobody");
        lines.push((
            card.due.max(calendar.from),
            format!("{owner:<10} {} [{}, {}]", card.title, short_id(card), card.state.as_str()),
        ));
    }
    for one in &calendar.planned {
        let owner = one.owner.as_deref().unwrap_or("nobody");
        let verb = one.action.map_or("Contact", |action| action.verb());
        lines.push((one.date.day, format!("{owner:<10} {verb} {}: {} ({})", one.name, one.date.event, one.date.rule)));
    }
    lines.sort();
    let mut week = None;
    for (day, line) in &lines {
        if week != Some(day.iso_week()) {
            week = Some(day.iso_week());
            let count = lines.iter().filter(|(other, _)| other.iso_week() == day.iso_week()).count();
            let _ = writeln!(out, "{}Week {} · {count}", if out.is_empty() { "" } else { "\n" }, day.format("%G-W%V"));
        }
        let _ = writeln!(out, "  {}  {line}", day.format("%a %e %b"));
    }
    if lines.is_empty() {
        let _ = writeln!(out, "Nothing is planned from {} to {}.", calendar.from, calendar.to);
        let _ = writeln!(
            out,
            "Contacts are planned for clients, by tier or cadence_days, signed and renewal in the watchlist."
        );
    }
    if !calendar.waiting.is_empty() {
        let _ = writeln!(out, "\nNo room yet · {}", calendar.waiting.len());
        for one in &calendar.waiting {
            let owner = one.owner.as_deref().unwrap_or("nobody");
            let _ = writeln!(out, "  {owner:<10} {}: {} ({})", one.account, one.what, one.reason);
        }
    }
    out.trim_end().to_owned()
}
