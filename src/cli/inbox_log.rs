//! `inbox log`: who changed what and when, and the way back.

use chrono::NaiveDate;
use clap::Args;

use super::desk::when;
use super::inbox::{Desk, told};
use super::{Ending, Failure, print_json, say};
use crate::model::Time;
use crate::pipeline::history::{self, Back, Made, Wanted};

/// What of the log to show.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// Of which card, account, feed, user, promise (`p…`), answer (`n…`) or lesson (`t…`); without one, of everything.
    id: Option<String>,
    /// Only changes by this person, or this part of the program (tidings/read).
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only changes since this day.
    #[arg(long, value_name = "DAY")]
    since: Option<NaiveDate>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl Desk<'_> {
    pub(super) async fn log(&self, asked: LogArgs) -> Result<Ending, Failure> {
        let zone = self.config.settings.operator.zone();
        let midnight = asked.since.and_then(|day| day.and_hms_opt(0, 0, 0)?.and_local_timezone(zone).earliest());
        let since = midnight.map_or(Time::UNIX_EPOCH, |at| at.to_utc());
        let wanted = Wanted { id: asked.id, who: asked.by, since, limit: asked.limit };
        let made = history::history(self.store, self.config, &wanted).await.map_err(|error| told(&error))?;
        if self.common.json {
            made.iter().for_each(print_json);
        } else if made.is_empty() {
            say("nothing was changed");
        } else {
            made.iter().for_each(line);
        }
        Ok(Ending::Done)
    }
}

fn line(made: &Made) {
    let detail = if made.detail.is_empty() { String::new() } else { format!(": {}", made.detail) };
    say(&format!("{}  {} {} by {}{detail}", when(Some(made.at)), made.what, made.subject, made.who));
    match &made.back {
        Back::With(command) => say(&format!("                  back with: {command}")),
        Back::Done => say("                  taken back"),
        Back::None(_) if made.who.starts_with("tidings/") => {}
        Back::None(why) => say(&format!("                  no way back: {why}")),
    }
}
