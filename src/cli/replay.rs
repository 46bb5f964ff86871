//! `plan replay`: a playbook tried on the archive before it is switched on.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use clap::Args;

use super::desk::in_effect;
use super::inbox::open_existing;
use super::{Common, Ending, Failure, load_config, print_json, say, tell_problems};
use crate::config;
use crate::model::Clock;
use crate::pipeline::replay::{self, Cards, Replay as Outcome};

/// Try a playbook on the stories that were read before: which cards it would have made, beside those of the playbook in
/// force. Nothing is written or sent. Cards of the calendar are not tried.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The playbook to try; without it the one that comes with the program.
    #[arg(long, value_name = "FILE")]
    playbook: Option<PathBuf>,
    /// First day; twelve weeks before the last where left out.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Last day; today where left out.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
}

/// Days looked at where nothing is said.
const USUAL: Days = Days::new(84);

impl Replay {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = load_config(common)?;
        let today = clock.now().with_timezone(&config.settings.operator.zone()).date_naive();
        let to = self.to.unwrap_or(today);
        let from = self.from.or_else(|| to.checked_sub_days(USUAL)).unwrap_or(to);
        if to < from {
            return Err(Failure::misused(format!("the last day ({to}) lies before the first ({from})")));
        }
        let other = match &self.playbook {
            Some(file) => config::playbook_in(file).map_err(|problems| {
                let count = tell_problems(&problems, common);
                let count = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
                Failure::misused(format!("{count} in {}", file.display()))
            })?,
            None => crate::touchpoint::Playbook::shipped()
                .map_err(|error| Failure::failed(format!("the playbook of the program cannot be read: {error}")))?,
        };
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let outcome = replay::replay(&store, &config, &other, from, to).await;
        store.close().await;
        let outcome = outcome?;
        if common.json {
            print_json(&outcome);
        } else {
            say(text(&outcome).trim_end());
        }
        Ok(Ending::Done)
    }
}

fn text(replay: &Outcome) -> String {
    let mut out = String::new();
    let stories = if replay.stories == 1 { "story" } else { "stories" };
    let _ = writeln!(out, "{} {stories} from {} to {}, answered by", replay.stories, replay.from, replay.to);
    let _ = writeln!(out, "  old  playbook {} (in force)  {}", replay.old, cards(replay.cards.old));
    let _ = writeln!(out, "  new  playbook {}             {}", replay.new, cards(replay.cards.new));
    if replay.old == replay.new {
        let _ = writeln!(out, "\nBoth playbooks say the same.");
    }
    if !replay.weeks.is_empty() {
        let _ = writeln!(out, "\n{:<10} {:<14} {:>4} {:>4}", "WEEK", "OWNER", "OLD", "NEW");
    }
    for week in &replay.weeks {
        let owner = week.owner.as_deref().unwrap_or("nobody");
        let _ = writeln!(out, "{:<10} {owner:<14} {:>4} {:>4}", week.week, week.cards.old, week.cards.new);
    }
    if !replay.plays.is_empty() {
        let _ = writeln!(out, "\nPLAYS THAT GAIN OR LOSE CARDS");
    }
    for play in &replay.plays {
        let (old, new) = (play.cards.old, play.cards.new);
        let sign = if new > old { '+' } else { '-' };
        let _ = writeln!(out, "  {:<28} {old:>4} → {new:<4} ({sign}{})", play.play.as_str(), new.abs_diff(old));
    }
    examples(&mut out, "ONLY BY THE NEW", &replay.appear);
    examples(&mut out, "NO LONGER MADE", &replay.vanish);
    if replay.changed > 0 {
        let _ = writeln!(out, "\n{} of another play than before", cards(replay.changed));
    }
    out
}

fn examples(out: &mut String, heading: &str, found: &Cards) {
    if found.count == 0 {
        return;
    }
    let _ = writeln!(out, "\n{heading} · {}", found.count);
    for example in &found.examples {
        let _ = writeln!(out, "  {}  {} [{}]", example.day, example.title, example.play);
        if let Some(headline) = &example.headline {
            let _ = writeln!(out, "              story {}: {headline}", example.story);
        }
    }
    if found.count > found.examples.len() {
        let _ = writeln!(out, "  and {} more", found.count - found.examples.len());
    }
}

fn cards(count: usize) -> String {
    if count == 1 { "1 card".to_owned() } else { format!("{count} cards") }
}
