//! `user`: who may sign in.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, content_of, sit_down, when};
use super::user_token::Token;
use super::{Common, Ending, Failure, print_json, say};
use crate::model::{Clock, User as Person, UserRole};
use crate::pipeline::users::{Desk, NewUser, SHORTEST_PASSWORD, UserError};

/// Users.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Let somebody sign in.
    Add {
        /// The name to sign in with; with an identity provider, the mail address.
        name: String,
        /// What they may do: viewers look, managers change cards and accounts, admins everything.
        #[arg(long, value_name = "ROLE", default_value = "viewer", value_parser = a_role())]
        role: UserRole,
        /// Whose accounts they see first: an owner of the watchlist; may be given more than once.
        #[arg(long = "owner", value_name = "NAME")]
        owners: Vec<String>,
        #[command(flatten)]
        password: PasswordFrom,
        /// Without a password: only the identity provider lets them in.
        #[arg(long, conflicts_with = "password_file")]
        no_password: bool,
        #[command(flatten)]
        change: Change,
    },
    /// Who may sign in.
    List,
    /// Take somebody's right to sign in away: sessions and tokens end at once.
    Remove {
        /// Who.
        name: String,
        #[command(flatten)]
        change: Change,
    },
    /// Set somebody's password; they are signed out everywhere.
    Password {
        /// Whose.
        name: String,
        #[command(flatten)]
        password: PasswordFrom,
        #[command(flatten)]
        change: Change,
    },
    /// Give somebody another role, or other owners.
    Role {
        /// Whom.
        name: String,
        /// What they may do.
        #[arg(value_parser = a_role())]
        role: UserRole,
        /// Whose accounts they see first, in place of those before; may be given more than once.
        #[arg(long = "owner", value_name = "NAME")]
        owners: Vec<String>,
        #[command(flatten)]
        change: Change,
    },
    /// Keys for programs.
    #[command(subcommand)]
    Token(Token),
}

/// Where a password comes from: never from the command line, which others can read.
#[derive(Debug, Args)]
pub(super) struct PasswordFrom {
    /// File that holds the password in its first line; `-` is standard input, as it is under --no-input. Without it, you are asked.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl User {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let clock = clock.as_ref();
        match self {
            Self::Add { name, role, owners, password, no_password, change } => {
                let password = if no_password { None } else { Some(password.read(common)?) };
                add(&NewUser { name, role, owners, password }, &change, common, clock).await
            }
            Self::List => list(common, clock).await,
            Self::Remove { name, change } => remove(&name, &change, common, clock).await,
            Self::Password { name, password, change } => {
                set_password(&name, &password.read(common)?, &change, common, clock).await
            }
            Self::Role { name, role, owners, change } => {
                let owners = (!owners.is_empty()).then_some(owners);
                set_role(&name, role, owners, &change, common, clock).await
            }
            Self::Token(verb) => verb.run(common, clock).await,
        }
    }
}

async fn add(new: &NewUser, change: &Change, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
    let desk = desk(common, change, clock).await?;
    let added = desk.add(new).await;
    desk.store.close().await;
    let user = added.map_err(|error| told(&error))?;
    if common.json {
        print_json(&json!({ "user": line(&user), "dry_run": change.dry_run }));
    } else {
        say(&format!("{} {} may sign in{}", user.role, user.name, would(change)));
        if !common.quiet && !change.dry_run {
            eprintln!("next: tidings run, then open /sign-in · tidings user token add {} --scope read", user.name);
        }
    }
    Ok(Ending::Done)
}

async fn list(common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
    let desk = desk(common, &Change::default(), clock).await?;
    let listed = desk.list().await;
    desk.store.close().await;
    let users = listed.map_err(|error| told(&error))?;
    if common.json {
        users.iter().map(line).for_each(|line| print_json(&line));
        return Ok(Ending::Done);
    }
    if users.is_empty() {
        say("nobody signs in: it is open to whoever sits at this machine");
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["name", "role", "owners", "signs in by", "last"]);
    for user in &users {
        let ways = [user.has_password.then_some("password"), user.identity.as_ref().map(|_| "identity provider")];
        let ways: Vec<_> = ways.into_iter().flatten().collect();
        let ways = if ways.is_empty() { "identity provider, not yet".to_owned() } else { ways.join(", ") };
        table.add_row([
            user.name.clone(),
            user.role.to_string(),
            user.owners.join(", "),
            ways,
            when(user.last_sign_in),
        ]);
    }
    say(&table.to_string());
    Ok(Ending::Done)
}

async fn remove(name: &str, change: &Change, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
    let desk = desk(common, change, clock).await?;
    let removed = desk.remove(name).await;
    desk.store.close().await;
    removed.map_err(|error| told(&error))?;
    if common.json {
        print_json(&json!({ "removed": name, "dry_run": change.dry_run }));
    } else {
        say(&format!("{name} may no longer sign in{}", would(change)));
    }
    Ok(Ending::Done)
}

async fn set_password(
    name: &str,
    password: &str,
    change: &Change,
    common: &Common,
    clock: &dyn Clock,
) -> Result<Ending, Failure> {
    let desk = desk(common, change, clock).await?;
    let set = desk.set_password(name, password).await;
    desk.store.close().await;
    let ended = set.map_err(|error| told(&error))?;
    if common.json {
        print_json(&json!({ "password_of": name, "sessions_ended": ended, "dry_run": change.dry_run }));
    } else {
        say(&format!("{name} has another password and was signed out everywhere{}", would(change)));
    }
    Ok(Ending::Done)
}

async fn set_role(
    name: &str,
    role: UserRole,
    owners: Option<Vec<String>>,
    change: &Change,
    common: &Common,
    clock: &dyn Clock,
) -> Result<Ending, Failure> {
    let desk = desk(common, change, clock).await?;
    let set = desk.set_role(name, role, owners).await;
    desk.store.close().await;
    let user = set.map_err(|error| told(&error))?;
    if common.json {
        print_json(&json!({ "user": line(&user), "dry_run": change.dry_run }));
    } else {
        say(&format!("{} is {} now{}", user.name, user.role, would(change)));
    }
    Ok(Ending::Done)
}

/// Knows the roles by their names, and names the nearest where there is none of a name.
fn a_role() -> impl TypedValueParser<Value = UserRole> {
    PossibleValuesParser::new(UserRole::ALL.map(UserRole::as_str))
        .try_map(|name| UserRole::named(&name).ok_or_else(|| format!("there is no role {name:?}")))
}

impl PasswordFrom {
    /// The password: from the file, from standard input, or asked for twice without showing it.
    fn read(&self, common: &Common) -> Result<String, Failure> {
        let from = match &self.password_file {
            Some(file) => Some(file.as_path()),
            None if common.no_input || !std::io::stdin().is_terminal() => Some(Path::new("-")),
            None => None,
        };
        if let Some(file) = from {
            let bytes = content_of(file)?;
            let text = String::from_utf8(bytes).map_err(|_| Failure::misused("the password is no UTF-8 text"))?;
            let line = text.lines().next().unwrap_or_default().to_owned();
            if line.is_empty() {
                return Err(Failure::misused("no password was given")
                    .hint("write it into a file and name it with --password-file, or give it on standard input"));
            }
            return Ok(line);
        }
        let first = rpassword::prompt_password("password: ")?;
        if first != rpassword::prompt_password("once more: ")? {
            return Err(Failure::misused("these are two different passwords"));
        }
        Ok(first)
    }
}

/// The desk at which users are changed.
pub(super) async fn desk(common: &Common, change: &Change, clock: &dyn Clock) -> Result<Desk, Failure> {
    let desk = sit_down(common, change, clock).await?;
    Ok(Desk { store: desk.store, who: desk.who, now: desk.now, dry_run: desk.dry_run })
}

pub(super) fn told(error: &UserError) -> Failure {
    let failure = match error {
        UserError::Store(_) | UserError::Random(_) | UserError::Hash(_) => return Failure::failed(error),
        UserError::Unknown(_) | UserError::UnknownToken(_) => Failure::failed(error),
        _ => Failure::misused(error),
    };
    let hint = match error {
        UserError::Unknown(_) => "`tidings user list` shows everybody".to_owned(),
        UserError::UnknownToken(_) => "`tidings user token list` shows every token with its id".to_owned(),
        UserError::Taken(name) => format!("`tidings user password {name}` sets their password, `user role` their role"),
        UserError::Password(_) => {
            format!("{SHORTEST_PASSWORD} characters or more: a few words that only you put together")
        }
        UserError::LastAdmin(_) => "make somebody else admin first: `tidings user role NAME admin`".to_owned(),
        UserError::Scopes(_) => "give a lesser scope, or first a higher role: `tidings user role NAME ROLE`".to_owned(),
        _ => return failure,
    };
    failure.hint(hint)
}

/// What is added to what was said where nothing was done.
pub(super) fn would(change: &Change) -> &'static str {
    if change.dry_run { " (dry run: nothing is changed)" } else { "" }
}

fn line(user: &Person) -> serde_json::Value {
    json!({
        "name": user.name, "role": user.role, "owners": user.owners, "has_password": user.has_password,
        "identity": user.identity, "created": user.created, "last_sign_in": user.last_sign_in,
    })
}
