//! `inspect text`: mentions and claims of single texts.

use std::io::{self, BufRead, Write};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::batch::{self, Tally};
use crate::mention::{self, Matcher};
use crate::model::{Account, AccountId, AccountKind, Alias, Claim, Mention, Reading, Watchlist};
use crate::signal::{self, Lexicon};
use crate::text::language;

#[derive(Deserialize)]
struct Line {
    id: Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    source: Option<String>,
}

/// Reads NDJSON of `id, title, text, url?, source?` and writes mentions and signals of each.
///
/// # Errors
/// Where the watchlist cannot be read, or input or output fail.
pub fn run(
    watchlist: Option<&Path>,
    all_events: bool,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> io::Result<Tally> {
    let watchlist = watchlist.map(read_watchlist).transpose()?.unwrap_or_default();
    let matcher = Matcher::build(&watchlist, &mention::Settings::default());
    let lexicon = Lexicon::shipped();
    let settings = signal::Settings::default();
    batch::each_record(input, output, &|line: Line| {
        let (title, text) = (line.title.unwrap_or_default(), line.text.unwrap_or_default());
        let language = language::detect(&format!("{title}\n{text}"));
        let reading = Reading {
            title: &title,
            text: &text,
            language: language.as_deref(),
            url: line.url.as_deref(),
            publisher: line.source.as_deref(),
            feed_account: None,
        };
        let mentions = matcher.find(&reading);
        let mut claims = signal::claims(&reading, &mentions, &lexicon, &settings);
        claims.retain(|claim| all_events || claim.entity.is_some());
        Ok(json!({
            "id": line.id,
            "language": language,
            "mentions": mentions.iter().map(mention_json).collect::<Vec<_>>(),
            "signals": claims.iter().map(claim_json).collect::<Vec<_>>(),
        }))
    })
}

fn mention_json(mention: &Mention) -> Value {
    json!({
        "entity": mention.account, "alias": mention.alias, "field": mention.span.field,
        "start": mention.span.start, "end": mention.span.end, "score": mention.score,
        "accepted": mention.accepted, "salience": mention.salience, "why": mention.why,
    })
}

fn claim_json(claim: &Claim) -> Value {
    json!(claim)
}

/// A line of an NDJSON watchlist.
#[derive(Deserialize)]
struct Watched {
    entity: AccountId,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    ticker: Option<String>,
    #[serde(default)]
    kind: Option<AccountKind>,
}

/// An NDJSON watchlist, or a `watchlist.toml` by its extension.
fn read_watchlist(path: &Path) -> io::Result<Watchlist> {
    let unreadable = |what: String| io::Error::other(format!("watchlist {}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    if path.extension().is_some_and(|extension| extension == "toml") {
        #[derive(Deserialize)]
        struct File {
            #[serde(default, rename = "account")]
            accounts: Vec<Account>,
        }
        let file: File = toml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        return Ok(Watchlist::new(file.accounts));
    }
    let mut accounts = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let watched: Watched =
            serde_json::from_str(line).map_err(|error| unreadable(format!("line {}: {error}", number + 1)))?;
        accounts.push(account_of(watched));
    }
    Ok(Watchlist::new(accounts))
}

fn account_of(watched: Watched) -> Account {
    let some = |text: Option<String>| text.filter(|text| !text.trim().is_empty()).into_iter().collect();
    Account {
        id: watched.entity,
        kind: watched.kind.unwrap_or_default(),
        name: watched.name,
        aliases: watched.aliases.iter().map(|alias| Alias::from(alias.as_str())).collect(),
        domains: some(watched.domain),
        tickers: some(watched.ticker),
        ..Account::default()
    }
}
