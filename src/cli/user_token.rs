//! `user token`: keys for programs.

use chrono::TimeDelta;
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, when};
use super::user::{desk, told, would};
use super::{Common, Ending, Failure, print_json, say};
use crate::model::{ApiToken, Clock, Scope};
use crate::pipeline::users::NewToken;

/// Keys for programs.
#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a token that works in somebody's name; it is shown once.
    Add {
        /// In whose name.
        name: String,
        /// What it is good for; may be given more than once. `calendar-read` alone may stand in an address as `?token=`.
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = a_scope())]
        scopes: Vec<Scope>,
        /// What it is for.
        #[arg(long, value_name = "WORDS", default_value = "")]
        label: String,
        /// Days until it ends; 0 for never.
        #[arg(long, value_name = "N", default_value_t = 365)]
        days: u16,
        #[command(flatten)]
        change: Change,
    },
    /// Which tokens there are, and when they were last used.
    List {
        /// Only those of this user.
        name: Option<String>,
    },
    /// End a token.
    Revoke {
        /// The eight letters after `tdg_`.
        id: String,
        #[command(flatten)]
        change: Change,
    },
}

/// Knows the scopes by their names, and names the nearest where there is none of a name.
fn a_scope() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.map(Scope::as_str))
        .try_map(|name| Scope::named(&name).ok_or_else(|| format!("there is no scope {name:?}")))
}

impl Token {
    pub(super) async fn run(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        match self {
            Self::Add { name, scopes, label, days, change } => {
                let expires = (days > 0).then(|| clock.now() + TimeDelta::days(days.into()));
                add(&NewToken { user: name, label, scopes, expires }, &change, common, clock).await
            }
            Self::List { name } => list(name.as_deref(), common, clock).await,
            Self::Revoke { id, change } => revoke(&id, &change, common, clock).await,
        }
    }
}

async fn add(new: &NewToken, change: &Change, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
    let desk = desk(common, change, clock).await?;
    let added = desk.add_token(new).await;
    desk.store.close().await;
    let (token, text) = added.map_err(|error| told(&error))?;
    if common.json {
        let text = (!change.dry_run).then_some(text);
        print_json(&json!({ "token": text, "about": line(&token), "dry_run": change.dry_run }));
    } else if change.dry_run {
        say(&format!("a token for {} would be made{}", token.user, would(change)));
    } else {
        say(&text);
        if !common.quiet {
            let until =
                token.expires.map_or("until it is revoked".to_owned(), |end| format!("until {}", end.date_naive()));
            eprintln!("good for {} {until}; it is shown this once, only its hash is kept", words(&token.scopes));
        }
    }
    Ok(Ending::Done)
}

async fn list(name: Option<&str>, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
    let desk = desk(common, &Change::default(), clock).await?;
    let listed = desk.tokens(name).await;
    desk.store.close().await;
    let tokens = listed.map_err(|error| told(&error))?;
    if common.json {
        tokens.iter().map(line).for_each(|line| print_json(&line));
        return Ok(Ending::Done);
    }
    if tokens.is_empty() {
        say("there are no tokens");
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["id", "user", "scopes", "label", "ends", "last used"]);
    for token in &tokens {
        let ends = match token.expires {
            Some(end) if end <= clock.now() => format!("ended {}", end.date_naive()),
            Some(end) => end.date_naive().to_string(),
            None => "never".to_owned(),
        };
        table.add_row([
            token.id.clone(),
            token.user.clone(),
            words(&token.scopes),
            token.label.clone(),
            ends,
            when(token.last_used),
        ]);
    }
    say(&table.to_string());
    Ok(Ending::Done)
}

async fn revoke(id: &str, change: &Change, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
    let desk = desk(common, change, clock).await?;
    let revoked = desk.revoke_token(id).await;
    desk.store.close().await;
    let token = revoked.map_err(|error| told(&error))?;
    if common.json {
        print_json(&json!({ "revoked": line(&token), "dry_run": change.dry_run }));
    } else {
        say(&format!("token {} of {} is revoked{}", token.id, token.user, would(change)));
    }
    Ok(Ending::Done)
}

fn words(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ")
}

fn line(token: &ApiToken) -> serde_json::Value {
    json!({
        "id": token.id, "user": token.user, "label": token.label, "scopes": token.scopes, "created": token.created,
        "expires": token.expires, "last_used": token.last_used,
    })
}
