//! `retention`: what will be let go.

use std::sync::Arc;

use clap::Args;

use super::desk::in_effect;
use super::inbox::open_existing;
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::Clock;
use crate::pipeline::retention::{self, Outlook};
use crate::text::count::counted;

/// Feeds named one by one.
const SHOWN: usize = 10;

/// What is past its time and goes with the next housekeeping: a dry run of [retention] and of `retention_days`.
///
/// Changes nothing. With --days it tells what another limit would let go.
#[derive(Debug, Args)]
pub(super) struct Retention {
    /// As if `retention.articles_days` were this.
    #[arg(long, value_name = "N")]
    days: Option<u32>,
}

impl Retention {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let mut config = load_config(common)?;
        if let Some(days) = self.days {
            config.settings.retention.articles_days = days;
        }
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let outlook = retention::outlook(&store, &config, clock.now()).await;
        store.close().await;
        let outlook = outlook?;
        if common.json {
            print_json(&outlook);
        } else {
            tell(&outlook);
        }
        Ok(Ending::Done)
    }
}

fn tell(outlook: &Outlook) {
    if outlook.limited {
        say(&format!("articles  {} past their time go whole", outlook.articles));
    } else {
        say("articles  are kept for good");
    }
    for (feed, articles) in outlook.by_feed.iter().take(SHOWN) {
        let feed = feed.as_ref().map_or("of no feed", |feed| feed.as_str());
        say(&format!("  {articles:>8}  {feed}"));
    }
    if outlook.by_feed.len() > SHOWN {
        say(&format!("  and of {}", counted(outlook.by_feed.len() - SHOWN, "more feed")));
    }
    say(&format!("texts     of {} go", counted(outlook.texts, "article")));
}
