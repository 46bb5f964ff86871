//! `report`: the weekly brief, on one screen.

use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;

use super::brief_text::{self, Face};
use super::desk::in_effect;
use super::inbox::open_existing;
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::Clock;
use crate::pipeline::report::{self, Window, WindowError};

/// The weekly brief: what to do first, what is overdue, what rivals did, what was wrong, and what came of it.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// A week from Monday to Sunday, like 2026-W09. Without it: the last seven days, today included.
    #[arg(long, value_name = "WEEK", conflicts_with_all = ["from", "to"])]
    week: Option<String>,
    /// First day.
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<NaiveDate>,
    /// Last day.
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<NaiveDate>,
    /// Only what concerns this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Markdown, for a mail or a page.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

impl Report {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = load_config(common)?;
        let now = clock.now();
        let window = self.window(&config.settings.operator, now).map_err(|error| {
            Failure::misused(error).hint("`tidings report --week 2026-W09`, or `--from 2026-02-23 --to 2026-03-01`")
        })?;
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let brief = report::brief(&store, &config, &window, self.owner.as_deref(), now).await;
        store.close().await;
        let brief = brief?;
        if common.json {
            print_json(&brief);
        } else {
            let face = if self.markdown { Face::Markdown } else { Face::Terminal };
            say(&brief_text::brief(&brief, window.iso_week().as_deref(), face));
        }
        Ok(Ending::Done)
    }

    fn window(&self, operator: &crate::config::Operator, now: crate::model::Time) -> Result<Window, WindowError> {
        let zone = operator.zone();
        match (&self.week, self.from, self.to) {
            (Some(week), ..) => Window::week(week, zone),
            (None, Some(from), Some(to)) => Window::new(from, to, zone),
            _ => Ok(Window::last_week(now, zone)),
        }
    }
}
