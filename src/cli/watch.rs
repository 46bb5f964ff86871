//! `watch`: whom we watch.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, content_of, sit_down, tell_import, tell_notes, told, when};
use super::{Common, Ending, Failure, battlecard, print_json, say, watch_text};
use crate::model::Clock;
use crate::pipeline::roster::Desk;
use crate::pipeline::roster::accounts::{AddedAccount, Listed, Origin, Taken};
use crate::pipeline::roster::columns::Row;
use crate::pipeline::roster::table::Format;
use crate::pipeline::roster::trial::Trial;

/// Whom we watch: the accounts of watchlist.toml, and those added here. A running program takes changes up by itself.
#[derive(Debug, Subcommand)]
pub(super) enum Watch {
    /// Every account, with what was read about it.
    List,
    /// Everything about one account: names, signals, cards, and whether we could look (the ledger of its feeds).
    Show {
        /// Its id.
        id: String,
    },
    /// What a competitor did, by whom it is told, what it means, and which clients it may reach; corrections struck out.
    Battlecard {
        /// Its id.
        id: String,
        /// First day; a year ago where left out.
        #[arg(long, value_name = "DAY")]
        since: Option<NaiveDate>,
        /// As Markdown, for a wiki.
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
    },
    /// Add an account. Articles that were read before are not looked through again.
    Add {
        /// Full name as it signs ("Acme Robotics, Inc.").
        name: String,
        #[command(flatten)]
        account: Box<AccountArgs>,
        #[command(flatten)]
        change: Change,
    },
    /// Add or change accounts from a table. Good lines are kept, bad ones told; again, it changes nothing.
    ///
    /// The first line of a CSV file names its columns: id, name, kind, aliases, domain, ticker, owner, tier, renewal,
    /// yearly_value, contact, contact_email, country, rival_of, in_industry and more; several names in one cell are parted
    /// by |. An NDJSON file has one object a line with the same names. A line speaks of the account with its id, else of
    /// the one with its name; what it leaves empty stays.
    Import {
        /// A .csv file, or .ndjson (.jsonl); `-` is standard input, told apart by its first letter.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        change: Change,
    },
    /// Remove an account that was added here: no longer watched, everything read is kept.
    Remove {
        /// Its id.
        id: String,
        #[command(flatten)]
        change: Change,
    },
    /// Try names on a text: what matches, what does not and why, and what happened by it. Nothing is kept.
    Test {
        /// The text; `-` or nothing reads standard input.
        #[arg(value_name = "TEXT")]
        text: Option<String>,
        /// The headline above it.
        #[arg(long, value_name = "TEXT", default_value = "")]
        title: String,
        /// Show only this account; the others still have their say about whose a name is.
        #[arg(long, value_name = "ID", conflicts_with = "name")]
        account: Option<String>,
        /// Try an account of this name as if it were added, with the options of `watch add`.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        unsaved: Box<AccountArgs>,
    },
}

/// How far back a battlecard looks where nothing is said.
const A_YEAR: Days = Days::new(365);

/// What is known of an account.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct AccountArgs {
    /// Short and lasting name; without it one is made of the name.
    #[arg(long)]
    id: Option<String>,
    /// client, competitor, prospect, partner or topic.
    #[arg(long)]
    kind: Option<String>,
    /// Another name it is written about by; may be repeated, as all names may.
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
    /// A web domain of its own.
    #[arg(long)]
    domain: Vec<String>,
    /// A stock symbol.
    #[arg(long)]
    ticker: Vec<String>,
    /// Its number with the US Securities and Exchange Commission.
    #[arg(long, value_name = "NUMBER")]
    cik: Option<String>,
    /// A profile or channel of its own.
    #[arg(long, value_name = "HANDLE")]
    social: Vec<String>,
    /// A known leader.
    #[arg(long, value_name = "NAME")]
    person: Vec<String>,
    /// A known product or brand.
    #[arg(long, value_name = "NAME")]
    product: Vec<String>,
    /// One of these words must occur in the article.
    #[arg(long, value_name = "WORD")]
    require: Vec<String>,
    /// None of these words may occur in the article.
    #[arg(long, value_name = "WORD")]
    exclude: Vec<String>,
    /// Who of us looks after it.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Who of us stands in for the owner.
    #[arg(long, value_name = "NAME")]
    deputy: Option<String>,
    /// A, B or C.
    #[arg(long)]
    tier: Option<String>,
    /// Yearly value of its business with us.
    #[arg(long, value_name = "AMOUNT")]
    yearly_value: Option<String>,
    /// Day it signed (2026-12-01).
    #[arg(long, value_name = "DAY")]
    signed: Option<String>,
    /// Day the contract is up for renewal.
    #[arg(long, value_name = "DAY")]
    renewal: Option<String>,
    /// Longest wished-for time between human contacts.
    #[arg(long, value_name = "DAYS")]
    cadence_days: Option<String>,
    /// Day of the last call, meeting or answered mail.
    #[arg(long, value_name = "DAY")]
    last_contact: Option<String>,
    /// Country of its head office (DE).
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Whom to talk to there.
    #[arg(long, value_name = "NAME")]
    contact: Option<String>,
    /// What the contact does there.
    #[arg(long, value_name = "ROLE", requires = "contact")]
    contact_role: Option<String>,
    /// Mail address of the contact.
    #[arg(long, value_name = "ADDRESS", requires = "contact")]
    contact_email: Option<String>,
    /// An account that it competes with.
    #[arg(long, value_name = "ID")]
    rival_of: Vec<String>,
    /// A topic that is its industry.
    #[arg(long, value_name = "ID")]
    in_industry: Vec<String>,
    /// An account that it buys from.
    #[arg(long, value_name = "ID")]
    customer_of: Vec<String>,
    /// An account whose product it uses.
    #[arg(long, value_name = "ID")]
    uses: Vec<String>,
}

impl AccountArgs {
    fn row(&self, name: &str) -> Row {
        let mut row = Row::default();
        row.put("name", name);
        let single = [
            ("id", &self.id),
            ("kind", &self.kind),
            ("cik", &self.cik),
            ("owner", &self.owner),
            ("deputy", &self.deputy),
            ("tier", &self.tier),
            ("yearly_value", &self.yearly_value),
            ("signed", &self.signed),
            ("renewal", &self.renewal),
            ("cadence_days", &self.cadence_days),
            ("last_contact", &self.last_contact),
            ("country", &self.country),
            ("contact", &self.contact),
            ("contact_role", &self.contact_role),
            ("contact_email", &self.contact_email),
        ];
        for (column, text) in single {
            row.put(column, text.as_deref().unwrap_or_default());
        }
        let several = [
            ("aliases", &self.alias),
            ("domain", &self.domain),
            ("ticker", &self.ticker),
            ("social", &self.social),
            ("people", &self.person),
            ("products", &self.product),
            ("require", &self.require),
            ("exclude", &self.exclude),
            ("rival_of", &self.rival_of),
            ("in_industry", &self.in_industry),
            ("customer_of", &self.customer_of),
            ("uses", &self.uses),
        ];
        for (column, texts) in several {
            row.put_all(column, texts);
        }
        row
    }
}

impl Watch {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let change = match &self {
            Self::Add { change, .. } | Self::Import { change, .. } | Self::Remove { change, .. } => change.clone(),
            Self::List | Self::Show { .. } | Self::Battlecard { .. } | Self::Test { .. } => Change::default(),
        };
        let desk = sit_down(common, &change, clock.as_ref()).await?;
        let ending = self.serve(&desk, &change, common).await;
        desk.store.close().await;
        ending
    }

    async fn serve(self, desk: &Desk, change: &Change, common: &Common) -> Result<Ending, Failure> {
        match self {
            Self::List => list(desk, common).await,
            Self::Show { id } => {
                let shown = desk.show_account(&id.as_str().into()).await.map_err(told)?;
                if common.json {
                    print_json(&shown);
                } else {
                    watch_text::show(&shown, &common.config);
                }
                Ok(Ending::Done)
            }
            Self::Battlecard { id, since, markdown } => {
                let today = desk.now.with_timezone(&desk.files.settings.operator.zone()).date_naive();
                let since = since.unwrap_or_else(|| today.checked_sub_days(A_YEAR).unwrap_or(today));
                let card = desk.battlecard(&id.as_str().into(), since).await.map_err(told)?;
                if common.json {
                    print_json(&card);
                } else {
                    say(battlecard::text(&card, markdown).trim_end());
                }
                Ok(Ending::Done)
            }
            Self::Add { name, account, .. } => {
                let added = desk.add_account(&account.row(&name)).await.map_err(told)?;
                tell_added(&added, change, common);
                Ok(Ending::Done)
            }
            Self::Import { file, .. } => import(desk, &file, change, common).await,
            Self::Remove { id, .. } => {
                let removed = desk.remove_account(&id.as_str().into()).await.map_err(told)?;
                if common.json {
                    print_json(&json!({ "removed": removed.id, "dry_run": change.dry_run }));
                } else {
                    let would = if change.dry_run { "would be " } else { "" };
                    say(&format!("{} {would}removed: {}; what was read about it is kept", removed.id, removed.name));
                }
                Ok(Ending::Done)
            }
            Self::Test { text, title, account, name, unsaved } => {
                let text = match text {
                    Some(text) if text != "-" => text,
                    None if std::io::stdin().is_terminal() => {
                        return Err(Failure::misused("no text to try names on")
                            .hint("`tidings watch test \"Acme Robotics buys Globex\"`, or pipe a text into it"));
                    }
                    _ => String::from_utf8_lossy(&content_of("-".as_ref())?).into_owned(),
                };
                let unsaved = name.map(|name| unsaved.row(&name));
                let trial = Trial { title, text, account: account.map(Into::into), unsaved };
                let found = desk.try_text(&trial).await.map_err(told)?;
                if common.json {
                    print_json(&found);
                } else {
                    watch_text::found(&trial, &found);
                }
                Ok(Ending::Done)
            }
        }
    }
}

async fn list(desk: &Desk, common: &Common) -> Result<Ending, Failure> {
    let (accounts, notes) = desk.list_accounts().await.map_err(told)?;
    tell_notes(&notes, common);
    if common.json {
        accounts.iter().for_each(print_json);
        return Ok(Ending::Done);
    }
    if accounts.is_empty() {
        say("nobody is watched yet: `tidings watch add NAME`, or write watchlist.toml");
        return Ok(Ending::Done);
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["id", "kind", "tier", "owner", "mentions", "suppressed", "last signal", "cards", "names"]);
    for listed in &accounts {
        table.add_row(line(listed));
    }
    say(&table.to_string());
    if !common.quiet {
        eprintln!("\nmentions of the last 30 days; + added at run time; next: tidings watch show ID");
    }
    Ok(Ending::Done)
}

fn line(listed: &Listed) -> [String; 9] {
    let account = &listed.account;
    let added = if listed.origin == Origin::Database { "+" } else { "" };
    [
        format!("{}{added}", account.id),
        account.kind.as_str().to_owned(),
        format!("{:?}", account.tier),
        account.owner.clone().unwrap_or_default(),
        listed.mentions.to_string(),
        listed.suppressed.to_string(),
        listed.last_signal.map_or_else(|| "none".to_owned(), |at| when(Some(at))),
        listed.open_cards.to_string(),
        watch_text::names(account),
    ]
}

fn tell_added(added: &AddedAccount, change: &Change, common: &Common) {
    if common.json {
        print_json(&json!({
            "account": added.account, "taken": added.taken, "remarks": added.remarks, "dry_run": change.dry_run,
        }));
        return;
    }
    for remark in &added.remarks {
        eprintln!("note: {remark}");
    }
    let would = if change.dry_run && added.taken != Taken::Unchanged { "would be " } else { "" };
    say(&format!("{} {would}{}: {}", added.account.id, added.taken.as_str(), watch_text::names(&added.account)));
    if !common.quiet && !change.dry_run {
        eprintln!("\nnext: tidings watch test --account {} TEXT · tidings feed add URL", added.account.id);
    }
}

async fn import(desk: &Desk, file: &std::path::Path, change: &Change, common: &Common) -> Result<Ending, Failure> {
    let bytes = content_of(file)?;
    let named = file.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    let format = match named.as_deref() {
        Some("csv" | "tsv" | "txt") => Format::Csv,
        Some("ndjson" | "jsonl" | "json") => Format::Json,
        _ if bytes.trim_ascii_start().starts_with(b"{") => Format::Json,
        _ => Format::Csv,
    };
    let imported = desk.import_accounts(&bytes, format).await.map_err(told)?;
    tell_import(&imported, "accounts", change, common);
    Ok(if imported.refused.is_empty() { Ending::Done } else { Ending::Partly })
}
