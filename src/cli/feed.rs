//! `feed`: what is polled.

use std::cmp::Reverse;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, content_of, sit_down, tell_import, tell_notes, told, when};
use super::discover;
use super::feed_kind::Reading;
use super::{Common, Ending, Failure, print_json, say};
use crate::address::host;
use crate::model::{Clock, FeedId, Time};
use crate::pipeline::roster::Desk;
use crate::pipeline::roster::accounts::{Origin, Taken};
use crate::pipeline::roster::feeds::{Asked, ListedFeed};
use crate::pipeline::roster::ledger::Health;
use crate::pipeline::roster::subscribe::{AddedFeed, Subscribed, Wish};
use crate::pipeline::websub::Pushed;
use crate::pipeline::{Engine, EngineError, poll};
use crate::store::{DataFolder, FolderError};
use crate::text::count::counted;

/// What is polled: the feeds of sources.toml, and those added here. A running program takes changes up by itself.
#[derive(Debug, Subcommand)]
pub(super) enum Feed {
    /// Every feed with its health: what it last came to, when it is polled next, and why then.
    List {
        /// Removed ones too.
        #[arg(long)]
        all: bool,
        /// Only those that are not being read, the worst first: broken ones, then by failures.
        #[arg(long)]
        broken: bool,
    },
    /// Add the feed at an address; the address of a site offers the feeds that it announces.
    Add {
        /// Address of a feed or of a site.
        url: String,
        /// Id or name of its publisher; without it, what the feed calls itself.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// The account whose own news it is.
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        /// Which of the feeds that a site offers.
        #[arg(long, value_name = "NUMBER")]
        pick: Option<usize>,
        #[command(flatten)]
        reading: Reading,
        #[command(flatten)]
        change: Change,
    },
    /// What a site has to be polled: feeds, sitemaps and newsrooms, the best first. A domain will do.
    Discover {
        /// Address of a site, a page, a profile or a feed.
        url: String,
        /// Add the best.
        #[arg(long)]
        add: bool,
        /// Id or name of its publisher; without it, what the feed calls itself.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// The account whose own news it is.
        #[arg(long, value_name = "ID")]
        account: Option<String>,
        #[command(flatten)]
        change: Change,
    },
    /// Stop polling a feed until it is resumed; history is kept.
    Pause {
        /// Its id.
        id: String,
        #[command(flatten)]
        change: Change,
    },
    /// Poll a paused feed again, or one that said it is gone.
    Resume {
        /// Its id.
        id: String,
        #[command(flatten)]
        change: Change,
    },
    /// Poll a feed now, whatever its interval; back-off and the gap of its host still hold.
    Poll {
        /// Its id.
        id: String,
        #[command(flatten)]
        change: Change,
    },
    /// Remove a feed that was added here: no longer polled, everything read is kept.
    Remove {
        /// Its id.
        id: String,
        #[command(flatten)]
        change: Change,
    },
    /// Add the feeds of an OPML list. Good ones are kept, bad ones told; again, it changes nothing.
    Import {
        /// The list; `-` is standard input.
        #[arg(value_name = "FILE.opml")]
        file: PathBuf,
        #[command(flatten)]
        change: Change,
    },
    /// All feeds as an OPML list on standard output.
    Export,
}

impl Feed {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let change = match &self {
            Self::Add { change, .. }
            | Self::Discover { change, .. }
            | Self::Pause { change, .. }
            | Self::Resume { change, .. }
            | Self::Poll { change, .. }
            | Self::Remove { change, .. }
            | Self::Import { change, .. } => change.clone(),
            Self::List { .. } | Self::Export => Change::default(),
        };
        let desk = sit_down(common, &change, clock.as_ref()).await?;
        let ending = self.serve(&desk, &change, common, clock).await;
        desk.store.close().await;
        ending
    }

    async fn serve(
        self,
        desk: &Desk,
        change: &Change,
        common: &Common,
        clock: Arc<dyn Clock>,
    ) -> Result<Ending, Failure> {
        match self {
            Self::List { all, broken } => list(desk, common, all, broken).await,
            Self::Add { url, source, account, pick, reading, .. } => {
                let account = account.map(Into::into);
                let mut wish = Wish { url, source, account, pick, ..Wish::default() };
                reading.add_to(&mut wish)?;
                // Whoever types a bare domain means the site's news, wherever it is.
                if wish.pick.is_none() && wish.kind.is_none() && !wish.url.contains(['/', ':']) {
                    return discover::run(desk, &wish, true, change, common, clock).await;
                }
                let subscribed = desk.subscribe(&wish, clock).await.map_err(told)?;
                tell_added(&wish, &subscribed, change, common)
            }
            Self::Discover { url, add, source, account, .. } => {
                let wish = Wish { url, source, account: account.map(Into::into), ..Wish::default() };
                discover::run(desk, &wish, add, change, common, clock).await
            }
            Self::Pause { id, .. } => {
                desk.pause_feed(&id.as_str().into()).await.map_err(told)?;
                tell(&id, "paused", change, common);
                Ok(Ending::Done)
            }
            Self::Resume { id, .. } => {
                let resumed = desk.resume_feed(&id.as_str().into()).await.map_err(told)?;
                tell(&id, if resumed { "resumed" } else { "not paused" }, change, common);
                Ok(Ending::Done)
            }
            Self::Poll { id, .. } => poll_now(desk, &id.as_str().into(), change, common, clock).await,
            Self::Remove { id, .. } => {
                desk.remove_feed(&id.as_str().into()).await.map_err(told)?;
                tell(&id, "removed", change, common);
                Ok(Ending::Done)
            }
            Self::Import { file, .. } => {
                let imported = desk.import_feeds(&content_of(&file)?).await.map_err(told)?;
                tell_import(&imported, "feeds", change, common);
                Ok(if imported.refused.is_empty() { Ending::Done } else { Ending::Partly })
            }
            Self::Export => {
                say(desk.export_feeds().await.map_err(told)?.trim_end());
                Ok(Ending::Done)
            }
        }
    }
}

async fn list(desk: &Desk, common: &Common, all: bool, broken: bool) -> Result<Ending, Failure> {
    let (mut feeds, notes) = desk.list_feeds(all).await.map_err(told)?;
    if broken {
        feeds.retain(|feed| feed.health != Health::Well);
        feeds.sort_by_key(|feed| (feed.broken_since.is_none(), Reverse(feed.failures), Reverse(feed.health)));
    }
    tell_notes(&notes, common);
    if common.json {
        feeds.iter().for_each(print_json);
        return Ok(Ending::Done);
    }
    if feeds.is_empty() {
        say(if broken {
            "every feed is being read"
        } else {
            "nothing is polled yet: `tidings feed add URL`, or write sources.toml"
        });
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["id", "source", "health", "last read well", "last new", "next poll", "fails", "why"]);
    for feed in &feeds {
        table.add_row(line(feed, desk.now));
    }
    say(&table.to_string());
    Ok(Ending::Done)
}

fn line(feed: &ListedFeed, now: Time) -> [String; 8] {
    let next = match feed.next_poll {
        None if feed.health == Health::New => "at the next pass".to_owned(),
        None => feed.state.to_owned(),
        Some(at) if at <= now => "now".to_owned(),
        at => when(at),
    };
    let mut why = match (&feed.reason, &feed.next_why) {
        // Why it is not read, and why it is asked again just then.
        (Some(reason), Some(next)) if feed.failures > 0 => format!("{reason}; asked {next}"),
        (reason, next) => reason.clone().or_else(|| next.clone()).unwrap_or_default(),
    };
    if feed.origin == Origin::Generated {
        why = format!("generated; {why}");
    }
    if let Some(pushed) = feed.push.as_ref().and_then(told_push) {
        why = format!("{pushed}; {why}");
    }
    if let Some(since) = feed.broken_since {
        let owner = feed.owner.as_deref().map(|owner| format!(", for {owner} to mend")).unwrap_or_default();
        why = format!("{why} (broken since {}{owner})", since.format("%F"));
    }
    if let Some(first) = feed.warnings.first() {
        why = format!("{why}; {}: {}", counted(feed.warnings.len(), "warning"), first.message);
    }
    [
        feed.id.0.clone(),
        feed.source_name.clone(),
        feed.health.as_str().to_owned(),
        when(feed.last_success),
        when(feed.last_new),
        next,
        feed.failures.to_string(),
        why,
    ]
}

/// What a hub does for a feed, in a few words.
fn told_push(push: &Pushed) -> Option<String> {
    let hub = host(&push.hub).unwrap_or_default();
    let forged = if push.forged > 0 { format!(", {} forged pushes ignored", push.forged) } else { String::new() };
    match (push.state, push.until, &push.error) {
        ("alive", until, None) => Some(format!("pushed by hub {hub} until {}{forged}", when(until))),
        ("alive", until, Some(why)) => {
            Some(format!("pushed by hub {hub} until {}{forged}, renewing failed: {why}", when(until)))
        }
        ("asked", _, None) => Some(format!("hub {hub} has not confirmed yet")),
        ("asked" | "denied", _, Some(why)) => Some(format!("not pushed: {why}")),
        _ => None,
    }
}

pub(super) fn tell_added(
    wish: &Wish,
    subscribed: &Subscribed,
    change: &Change,
    common: &Common,
) -> Result<Ending, Failure> {
    match subscribed {
        Subscribed::Feed(added) => {
            tell_feed(added, change, common);
            Ok(Ending::Done)
        }
        Subscribed::WouldAsk(url) => {
            if common.json {
                print_json(&json!({ "would_ask": url, "dry_run": true }));
            } else {
                say(&format!("{url} would be asked for, and its feed added"));
            }
            Ok(Ending::Done)
        }
        Subscribed::Offer(offered) => {
            for (number, alternate) in (1..).zip(offered) {
                if common.json {
                    let (url, title, media_type) = (&alternate.url, &alternate.title, &alternate.media_type);
                    print_json(&json!({ "pick": number, "url": url, "title": title, "type": media_type }));
                } else {
                    let title = alternate.title.as_deref().unwrap_or("without a name");
                    say(&format!("{number:>3}  {}  {title}", alternate.url));
                }
            }
            let count = counted(offered.len(), "feed");
            Err(Failure::misused(format!("this is a page that announces {count}; nothing was added"))
                .hint(format!("pick one: `tidings feed add {} --pick 1`", wish.url)))
        }
    }
}

fn tell_feed(added: &AddedFeed, change: &Change, common: &Common) {
    let AddedFeed { feed, source, taken, entries } = added;
    if common.json {
        print_json(&json!({
            "feed": feed, "source": source.id, "source_name": source.name, "taken": taken, "entries": entries,
            "dry_run": change.dry_run,
        }));
        return;
    }
    let came = if *entries > 0 { format!(", with {entries} entries") } else { String::new() };
    let would = if change.dry_run && *taken != Taken::Unchanged { "would be " } else { "" };
    say(&format!("{} {would}{}: {} of {}{came}", feed.id, taken.as_str(), feed.url, source.name));
    if !common.quiet && *entries > 0 {
        eprintln!("\nnext: a running program reads them; else tidings run --once");
    }
}

fn tell(id: &str, what: &str, change: &Change, common: &Common) {
    if common.json {
        print_json(&json!({ "feed": id, "state": what, "dry_run": change.dry_run }));
    } else {
        say(&format!("{id} {}{what}", if change.dry_run { "would be " } else { "" }));
    }
}

/// Polls a feed in this process; where another works in the folder, that one does it.
async fn poll_now(
    desk: &Desk,
    id: &FeedId,
    change: &Change,
    common: &Common,
    clock: Arc<dyn Clock>,
) -> Result<Ending, Failure> {
    match desk.ask_for_feed(id).await.map_err(told)? {
        Asked::Due => {}
        Asked::PutOff { until, why } => {
            return Err(Failure::failed(format!("{id} is not polled before {}: {why}", when(Some(until)))).hint(
                "back-off is not cut short; once its cause is mended, the feed is polled at that time by itself",
            ));
        }
        Asked::Stopped(why) => {
            return Err(
                Failure::failed(format!("{id} is not polled: {why}")).hint(format!("`tidings feed resume {id}`"))
            );
        }
    }
    if change.dry_run {
        tell(id.as_str(), "polled", change, common);
        return Ok(Ending::Done);
    }
    let folder = match DataFolder::hold(&common.data_dir) {
        Ok(folder) => folder,
        Err(FolderError::InUse { holder, .. }) => {
            if common.json {
                print_json(&json!({ "feed": id, "state": "due", "polled_by": holder }));
            } else {
                say(&format!("{id} is due: process {holder}, which runs here, polls it within half a minute"));
            }
            return Ok(Ending::Done);
        }
        Err(error) => return Err(Failure::failed(error)),
    };
    let engine = Engine::start(Arc::clone(&desk.files), folder, clock)
        .await
        .map_err(|error: EngineError| Failure::failed(error))?;
    let config = engine.config();
    let own = config.feed(id).is_some_and(|(source, _)| source.own);
    let address = config.feed(id).map(|(_, feed)| feed.url.clone()).unwrap_or_default();
    if let Some(free) = desk.host_free_at(&address).await?.filter(|_| !own) {
        engine.clock.sleep_until(free).await;
    }
    let polled = poll::one(&engine, id).await;
    engine.store.close().await;
    let Some(polled) = polled? else {
        return Err(Failure::failed(format!("{id} is just being polled by another process")));
    };
    if let Some((_, why)) = polled.failed.first() {
        return Err(Failure::failed(format!("{id}: {why}")).hint("`tidings feed list` tells when it is polled next"));
    }
    let (new, changed) = (polled.new_entries, polled.changed_entries);
    if common.json {
        print_json(&json!({
            "feed": id, "state": "polled", "unchanged": polled.unchanged > 0, "new_entries": new, "changed_entries": changed,
        }));
    } else if polled.unchanged > 0 {
        say(&format!("{id} has not changed since its last poll"));
    } else {
        say(&format!("{id} read: {new} new and {changed} changed entries"));
    }
    Ok(Ending::Done)
}
