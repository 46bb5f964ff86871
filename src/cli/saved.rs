//! `saved`: searches that watch.

use std::io::IsTerminal;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, sit_down, tell_notes, told, when};
use super::search::{misread, open, shown, unreadable};
use super::{Common, Ending, Failure, print_json, say};
use crate::model::{Clock, SavedSearch};
use crate::pipeline::roster::accounts::{Origin, Taken};
use crate::pipeline::roster::saved::ListedSearch;
use crate::pipeline::roster::{Desk, RosterError};
use crate::pipeline::saved::{FoundStory, stories};
use crate::search::query::{Clause, Unit};
use crate::search::{Query, SearchRequest};
use crate::text::sanitise::plain_line;

/// Days that `saved test` looks back.
const TRIED_DAYS: u32 = 30;

/// Searches that watch: each new article is held up to all of them. Those of saved.toml, and those added here; a running
/// program takes changes up by itself. What one found is also served as an Atom feed: /feeds/searches/NAME.atom.
#[derive(Debug, Subcommand)]
pub(super) enum Saved {
    /// Save a search under a name, or change the one of this name. What was read before is not looked through; `saved
    /// test` does that.
    Add(Add),
    /// Every saved search: what it asks for, how often it matched, when it last did.
    List,
    /// The stories that a search found, newest first.
    Matches {
        /// Its name.
        name: String,
        /// First day; 30 days ago where left out.
        #[arg(long, value_name = "DAY")]
        since: Option<NaiveDate>,
        /// Most stories to show.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
    },
    /// What it would have found in the last 30 days: of a saved search, or of any query. Nothing is kept.
    Test {
        /// Name of a saved search, or a query as for `tidings search`; one argument.
        #[arg(allow_hyphen_values = true, value_name = "NAME|QUERY")]
        query: String,
        /// Most stories to show.
        #[arg(long, value_name = "N", default_value_t = 10)]
        limit: usize,
    },
    /// Stop watching for a search; its matches stay.
    Pause {
        /// Its name.
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Watch for a paused search again.
    Resume {
        /// Its name.
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Forget a search that was added here, with its matches.
    Remove {
        /// Its name.
        name: String,
        #[command(flatten)]
        change: Change,
    },
}

/// A search to be saved.
#[derive(Debug, Args)]
pub(super) struct Add {
    /// Short and lasting, of letters, digits, `-`, `_` and `.`.
    name: String,
    /// What to look for, as for `tidings search`; one argument, in single quotes where it holds blanks.
    #[arg(allow_hyphen_values = true)]
    query: String,
    /// Tell this destination of each story that matches.
    #[arg(long, value_name = "DESTINATION")]
    webhook: Option<String>,
    /// Suggest to share each story with the clients that its article names.
    #[arg(long)]
    suggest: bool,
    /// Share with this account instead.
    #[arg(long, value_name = "ID", requires = "suggest")]
    account: Option<String>,
    /// Who of us it is for: owner of the touch points that it suggests.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Saved {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let change = match &self {
            Self::Add(Add { change, .. })
            | Self::Pause { change, .. }
            | Self::Resume { change, .. }
            | Self::Remove { change, .. } => change.clone(),
            _ => Change::default(),
        };
        if let Self::Add(add) = &self {
            Query::parse(&add.query).map_err(|error| misread(&add.query, &error, common))?;
        }
        let desk = sit_down(common, &change, clock.as_ref()).await?;
        let ending = match self {
            Self::Add(asked) => add(&desk, asked, common).await,
            Self::List => list(&desk, common).await,
            Self::Matches { name, since, limit } => matches(&desk, &name, since, limit, common).await,
            Self::Test { query, limit } => test(&desk, &query, limit, common).await,
            Self::Pause { name, .. } => pause(&desk, &name, true, common).await,
            Self::Resume { name, .. } => pause(&desk, &name, false, common).await,
            Self::Remove { name, .. } => remove(&desk, &name, common).await,
        };
        desk.store.close().await;
        ending
    }
}

async fn add(desk: &Desk, asked: Add, common: &Common) -> Result<Ending, Failure> {
    let Add { name, query, webhook, suggest, account, owner, change: _ } = asked;
    let search = SavedSearch {
        name,
        query,
        owner,
        webhook: webhook.map(Into::into),
        suggest,
        account: account.map(Into::into),
        paused: false,
    };
    let taken = desk.save_search(&search).await.map_err(told)?;
    if common.json {
        print_json(&json!({ "search": search, "taken": taken, "dry_run": desk.dry_run }));
        return Ok(Ending::Done);
    }
    let would = if desk.dry_run { " (dry run: nothing is changed)" } else { "" };
    say(&format!("{} {}{would}", search.name, taken.as_str()));
    if taken == Taken::Added && !common.quiet {
        eprintln!(
            "each article that comes from now on is held up to it; `tidings saved test {}` looks back",
            search.name
        );
    }
    Ok(Ending::Done)
}

async fn list(desk: &Desk, common: &Common) -> Result<Ending, Failure> {
    let (searches, notes) = desk.list_searches().await.map_err(told)?;
    if common.json {
        searches.iter().for_each(print_json);
        return Ok(Ending::Done);
    }
    tell_notes(&notes, common);
    if searches.is_empty() {
        say("no search is saved; `tidings saved add NAME QUERY` saves one");
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["name", "stories", "reports", "last match", "query", ""]);
    for listed in &searches {
        table.add_row([
            listed.search.name.clone(),
            listed.stories.to_string(),
            listed.articles.to_string(),
            when(listed.last),
            plain_line(&listed.search.query),
            remarks(listed),
        ]);
    }
    say(&table.to_string());
    Ok(Ending::Done)
}

fn remarks(listed: &ListedSearch) -> String {
    let search = &listed.search;
    let mut remarks = Vec::new();
    remarks.extend(search.paused.then(|| "paused".to_owned()));
    remarks.extend(search.webhook.as_ref().map(|webhook| format!("tells {webhook}")));
    remarks.extend(
        search
            .suggest
            .then(|| search.account.as_ref().map_or("suggests".to_owned(), |account| format!("suggests to {account}"))),
    );
    remarks.extend(search.owner.as_ref().map(|owner| format!("for {}", plain_line(owner))));
    remarks.extend((listed.origin == Origin::File).then(|| "in saved.toml".to_owned()));
    remarks.join(", ")
}

async fn matches(
    desk: &Desk,
    name: &str,
    since: Option<NaiveDate>,
    limit: usize,
    common: &Common,
) -> Result<Ending, Failure> {
    desk.saved_search(name).await.map_err(told)?;
    let days_ago = || desk.now - TimeDelta::days(TRIED_DAYS.into());
    let since = since.map_or_else(days_ago, |day| day.and_time(chrono::NaiveTime::MIN).and_utc());
    let found = stories(&mut desk.store.read().await?, name, since, limit).await?;
    if common.json {
        found.iter().for_each(print_json);
        return Ok(Ending::Done);
    }
    for story in &found {
        say(&told_story(story));
    }
    if !common.quiet {
        eprintln!("{} stories since {}", found.len(), when(Some(since)));
    }
    Ok(Ending::Done)
}

fn told_story(story: &FoundStory) -> String {
    let mut origin = vec![when(Some(story.at))];
    origin.extend(story.publisher.as_deref().map(plain_line));
    if story.more > 0 {
        origin.push(format!("+{}", story.more));
    }
    origin.extend(story.accounts.iter().cloned());
    let mut lines = format!("{}\n  {}\n", plain_line(&story.title), origin.join(" · "));
    if let Some(url) = &story.url {
        lines.push_str(&format!("  {}\n", plain_line(url)));
    }
    lines
}

async fn test(desk: &Desk, asked: &str, limit: usize, common: &Common) -> Result<Ending, Failure> {
    let text = match desk.saved_search(asked).await {
        Ok(search) => search.query,
        Err(RosterError::UnknownSearch { .. }) => asked.to_owned(),
        Err(error) => return Err(told(error)),
    };
    let query = Query::parse(&text).map_err(|error| misread(&text, &error, common))?;
    let (reader, _) = open(common).map_err(unreadable)?;
    let request = SearchRequest { limit, ..SearchRequest::at(desk.now) };
    let found = reader.search(&lately(query), &request)?;
    if common.json {
        found.results.iter().for_each(print_json);
        return Ok(Ending::Done);
    }
    let bold = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for result in &found.results {
        say(&shown(result, bold));
    }
    if !common.quiet {
        eprintln!(
            "{} articles of the last {TRIED_DAYS} days match, {} stories shown",
            found.total,
            found.results.len()
        );
    }
    Ok(Ending::Done)
}

/// The query, of the last days only.
fn lately(query: Query) -> Query {
    Query { clause: Clause::All(vec![query.clause, Clause::Last(TRIED_DAYS, Unit::Days)]), ..query }
}

async fn pause(desk: &Desk, name: &str, paused: bool, common: &Common) -> Result<Ending, Failure> {
    let changed = desk.pause_search(name, paused).await.map_err(told)?;
    done(name, if paused { "paused" } else { "watched" }, changed, desk, common);
    Ok(Ending::Done)
}

async fn remove(desk: &Desk, name: &str, common: &Common) -> Result<Ending, Failure> {
    desk.forget_search(name).await.map_err(told)?;
    done(name, "forgotten", true, desk, common);
    Ok(Ending::Done)
}

fn done(name: &str, state: &str, changed: bool, desk: &Desk, common: &Common) {
    if common.json {
        print_json(&json!({ "name": name, "state": state, "changed": changed, "dry_run": desk.dry_run }));
        return;
    }
    let would = if desk.dry_run { " (dry run: nothing is changed)" } else { "" };
    let already = if changed { "" } else { " already" };
    say(&format!("{name} is {state}{already}{would}"));
}
