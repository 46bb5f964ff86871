//! `demo`: eight weeks of an invented newswire in under a minute, offline, and what came of them.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::card_text::{self, short_id};
use super::{Common, Ending, Failure, load_config_in, print_json, say};
use crate::demo::{self, Day, Played, settings};
use crate::model::{Clock, TouchPoint};
use crate::pipeline::engine::open_store;
use crate::pipeline::inbox::{self, Filter};
use crate::store::{DataFolder, folder};

/// Play the demo into a folder of its own.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder of the demo: its configuration and its data, nothing else.
    #[arg(long, value_name = "DIR", default_value = "demo")]
    dir: PathBuf,
    /// Take the demo's folder away again, and nothing else.
    #[arg(long)]
    remove: bool,
}

/// Cards that are shown.
const SHOWN: usize = 8;

impl Demo {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        if self.remove {
            return self.remove(common);
        }
        let (config, data) = (self.dir.join("config"), self.dir.join("index"));
        clear(&self.dir)?;
        let held = DataFolder::hold(&data)
            .map_err(|error| Failure::failed(error).hint("--dir names another folder for the demo"))?;
        let bar = Bar::new(common);
        let played = demo::play(&config, held, clock.now(), &mut |day| bar.show(day))
            .await
            .map_err(|error| Failure::failed(error).hint("--dir names another folder for the demo"))?;
        bar.end();
        self.tell(&played, &config, &data, common).await
    }

    fn remove(&self, common: &Common) -> Result<Ending, Failure> {
        if !self.dir.exists() {
            return Err(Failure::failed(format!("there is no demo in {}", self.dir.display())));
        }
        clear(&self.dir)?;
        std::fs::remove_dir_all(&self.dir)?;
        if !common.quiet {
            eprintln!("{} is gone", self.dir.display());
        }
        Ok(Ending::Done)
    }

    /// What a person would look at first: the inbox, one card, a search, and where to go next.
    async fn tell(&self, played: &Played, config: &Path, data: &Path, common: &Common) -> Result<Ending, Failure> {
        let loaded = load_config_in(config, common)?;
        let store = open_store(&loaded, &folder::database_in(data)).await?;
        let tiers = loaded.watchlist.accounts().iter().map(|account| (account.id.clone(), account.tier)).collect();
        let cards =
            inbox::list(&store, &Filter::default(), &tiers).await.map_err(|error| super::inbox::told(&error))?;
        if common.json {
            print_json(&serde_json::json!({
                "articles": played.articles, "cards": played.cards, "inbox": cards, "total": played.last.total,
            }));
            store.close().await;
            return Ok(Ending::Done);
        }
        say(&format!(
            "Eight weeks of an invented newswire: {} articles in {} stories gave {} cards; {} wait now.\n",
            played.articles,
            played.last.total.stories,
            played.cards,
            cards.len()
        ));
        say("The inbox, most urgent first");
        cards.iter().take(SHOWN).for_each(|card| say(&format!("  {}", line_of(card))));
        if let Some(first) = cards.first() {
            let (card, steps) =
                inbox::show(&store, &first.id.to_string()).await.map_err(|error| super::inbox::told(&error))?;
            say(&format!("\nThe first card\n{}", indented(&card_text::card(&card, &steps))));
        }
        store.close().await;
        let at = format!("tidings --config {} --data-dir {}", config.display(), data.display());
        say(&format!(
            "\nGo on from here\n  {at} inbox list\n  {at} explain ID          how a card came to be, with every reason\n  \
             {at} search 'client:dunmore signal:layoffs'\n  tidings demo --remove     takes it all away again\n  \
             tidings init --config my-config    a configuration of your own"
        ));
        Ok(Ending::Done)
    }
}

/// Empties the demo's folder. A folder that the demo did not write is left alone.
fn clear(dir: &Path) -> Result<(), Failure> {
    let marked = std::fs::read_to_string(dir.join("config/watchlist.toml"))
        .is_ok_and(|text| text.starts_with(settings::MARKS.0));
    let empty = !dir.exists() || std::fs::read_dir(dir)?.next().is_none();
    if !marked && !empty {
        return Err(Failure::misused(format!("{} holds something that is not the demo", dir.display()))
            .hint("--dir names another folder"));
    }
    for part in ["config", "index"] {
        let part = dir.join(part);
        if part.exists() {
            DataFolder::hold(&part)
                .map_err(|error| Failure::failed(error).hint("stop the tidings that works there"))?;
            std::fs::remove_dir_all(part)?;
        }
    }
    Ok(())
}

fn line_of(card: &TouchPoint) -> String {
    let mark = if card.alarm { "!" } else { " " };
    format!("{mark} {}  due {}  {:<8} {}", short_id(card), card.due, card.state.as_str(), card.title)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

/// Progress on a terminal's standard error.
struct Bar {
    shown: bool,
}

impl Bar {
    fn new(common: &Common) -> Self {
        Self { shown: !common.quiet && !common.json && std::io::stderr().is_terminal() }
    }

    fn show(&self, day: Day) {
        if self.shown {
            eprint!("\rday {:>2} of {}: {} articles, {} cards ", day.number, day.of, day.articles, day.cards);
            let _ = std::io::stderr().flush();
        }
    }

    fn end(&self) {
        if self.shown {
            eprintln!();
        }
    }
}
