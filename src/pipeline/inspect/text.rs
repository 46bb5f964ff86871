//! `inspect text`: mentions and claims of single texts.

use std::io::{BufRead, Write};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::InspectError;
use super::batch::{self, Tally};
use super::load::load;
use crate::mention::{self, Matcher};
use crate::model::{Account, AccountId, AccountKind, Alias, Claim, Mention, Reading, Watchlist};
use crate::pipeline::read::rival_of_page;
use crate::signal::{self, Lexicon};
use crate::text::{binary, language};

#[derive(Deserialize)]
struct Line {
    #[serde(deserialize_with = "batch::id")]
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
) -> Result<Tally, InspectError> {
    let watchlist = watchlist.map(read_watchlist).transpose()?.unwrap_or_default();
    let matcher = Matcher::build(&watchlist, &mention::Settings::default());
    let lexicon = Lexicon::shipped();
    let settings = signal::Settings::default();
    let tally = batch::each_record(input, output, &|line: Line| {
        batch::something_to_read(line.title.as_ref(), line.text.as_ref())?;
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
        if let Some(rival) = reading.url.and_then(|url| rival_of_page(&watchlist, url)) {
            claims = signal::on_own_pages(claims, &reading, &mentions, rival);
        }
        claims.retain(|claim| all_events || claim.entity.is_some());
        Ok(json!({
            "id": line.id,
            "language": language,
            "mentions": mentions.iter().map(mention_json).collect::<Vec<_>>(),
            "signals": claims.iter().map(claim_json).collect::<Vec<_>>(),
        }))
    });
    Ok(tally?)
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
fn read_watchlist(path: &Path) -> Result<Watchlist, InspectError> {
    let unusable = |why: String| InspectError::unusable("the watchlist", path, why);
    let bytes = load(path).map_err(|problem| unusable(problem.message))?;
    if let Some(what) = binary::describe(&bytes) {
        return Err(unusable(format!("this is {what}")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|error| unusable(format!("not UTF-8: {error}")))?;
    let text = text.trim_start_matches('\u{feff}');
    if path.extension().is_some_and(|extension| extension == "toml") {
        #[derive(Deserialize)]
        struct File {
            #[serde(default, rename = "account")]
            accounts: Vec<Account>,
        }
        let file: File = toml::from_str(text).map_err(|error| unusable(error.to_string()))?;
        return Ok(Watchlist::new(file.accounts));
    }
    let mut accounts = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let said = |error: serde_json::Error| error.to_string().replace(" at line 1 column", " at column");
        let watched: Watched =
            serde_json::from_str(line).map_err(|error| unusable(format!("line {}: {}", number + 1, said(error))))?;
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
