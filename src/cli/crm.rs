//! `crm`: accounts from CRMs, and whose record is whose.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::desk::{Change, content_of, sit_down};
use super::{Common, Ending, Failure, print_json, say};
use crate::model::{Account, AccountId, Clock};
use crate::pipeline::crm::CrmError;
use crate::pipeline::crm::import::Imported;
use crate::pipeline::crm::report::Report;
use crate::pipeline::roster::Desk;
use crate::text::count::counted;

/// Accounts from CRMs: what comes in, and which record is which account.
#[derive(Debug, Subcommand)]
pub(super) enum Crm {
    /// Take over accounts from a CRM, or from its export file: what changed since the last time. A name alone never makes
    /// two firms one: `tidings crm conflicts` shows what a person must decide.
    Import {
        #[command(flatten)]
        from: From,
        /// Everything, not only what changed; what is no longer told is gone.
        #[arg(long)]
        full: bool,
        #[command(flatten)]
        change: Change,
    },
    /// Sign in, read, and show what an import would make of it: the mapping, five accounts, the duplicates. Nothing is
    /// written, here or there.
    Check {
        #[command(flatten)]
        from: From,
    },
    /// What a person must look at: records that may be several accounts, accounts whose record is gone, fields that differ.
    Conflicts,
    /// This account is that record.
    Link {
        /// Its id here.
        account: String,
        /// Its id there.
        record: String,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        change: Change,
    },
    /// Take back what a person chose.
    Unlink {
        /// The account, or the record.
        what: String,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        change: Change,
    },
    /// This record is none of ours.
    Skip {
        /// Its id there.
        record: String,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        change: Change,
    },
}

/// Where accounts come from.
#[derive(Debug, Args)]
pub(super) struct From {
    /// The destination; without one the only CRM.
    #[arg(value_name = "DESTINATION")]
    id: Option<String>,
    /// The same.
    #[arg(long, value_name = "ID", conflicts_with = "id")]
    destination: Option<String>,
    /// An export file of the CRM (CSV, a list of JSON objects, or one a line) instead of the CRM itself; `-` is standard
    /// input.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Which CRM.
#[derive(Debug, Args)]
pub(super) struct At {
    /// The destination; without one the only CRM.
    #[arg(long, value_name = "ID")]
    destination: Option<String>,
}

impl Crm {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let clock = clock.as_ref();
        match self {
            Self::Import { from, full, change } => {
                let imported = import(&from, full, &change, common, clock).await?;
                tell_import(&imported, change.dry_run, common);
                Ok(if imported.refused.is_empty() { Ending::Done } else { Ending::Partly })
            }
            Self::Check { from } => {
                let dry = Change { who: None, dry_run: true };
                let imported = import(&from, true, &dry, common, clock).await?;
                tell_check(&imported, common);
                Ok(if imported.refused.is_empty() { Ending::Done } else { Ending::Partly })
            }
            Self::Conflicts => {
                let desk = sit_down(common, &Change::default(), clock).await?;
                let report = desk.crm_report().await;
                desk.store.close().await;
                let report = report?;
                if common.json {
                    print_json(&report);
                } else {
                    tell_report(&report);
                }
                Ok(Ending::Done)
            }
            Self::Link { account, record, at, change } => {
                let desk = sit_down(common, &change, clock).await?;
                let done = desk.link_crm(at.destination.as_deref(), &AccountId(account.clone()), &record).await;
                finish(&desk, done, &format!("account `{account}` is record {record}"), common).await
            }
            Self::Unlink { what, at, change } => {
                let desk = sit_down(common, &change, clock).await?;
                let done = desk.unlink_crm(at.destination.as_deref(), &what).await;
                finish(&desk, done, &format!("nothing is chosen for `{what}` any longer"), common).await
            }
            Self::Skip { record, at, change } => {
                let desk = sit_down(common, &change, clock).await?;
                let done = desk.skip_crm(at.destination.as_deref(), &record).await;
                finish(&desk, done, &format!("record {record} is none of ours"), common).await
            }
        }
    }
}

async fn import(
    from: &From,
    full: bool,
    change: &Change,
    common: &Common,
    clock: &dyn Clock,
) -> Result<Imported, Failure> {
    let id = from.id.as_deref().or(from.destination.as_deref());
    let bytes = from.file.as_deref().map(content_of).transpose()?;
    let desk = sit_down(common, change, clock).await?;
    let imported = match bytes {
        Some(bytes) => desk.import_crm_file(id, &bytes, full).await,
        None => desk.import_crm(id, full, clock).await,
    };
    desk.store.close().await;
    imported.map_err(told)
}

async fn finish(
    desk: &Desk,
    done: Result<crate::pipeline::crm::Settled, CrmError>,
    what: &str,
    common: &Common,
) -> Result<Ending, Failure> {
    desk.store.close().await;
    let settled = done.map_err(told)?;
    if common.json {
        print_json(&json!({ "settled": settled, "dry_run": desk.dry_run }));
    } else {
        let would = if desk.dry_run { " (dry run: nothing is changed)" } else { "" };
        say(&format!("{what}; {} left to decide{would}", counted(settled.conflicts, "record")));
        for account in &settled.added {
            say(&format!("new account `{account}`"));
        }
    }
    Ok(Ending::Done)
}

fn tell_import(imported: &Imported, dry_run: bool, common: &Common) {
    if common.json {
        let mut told = json!(imported);
        told["dry_run"] = json!(dry_run);
        print_json(&told);
        return;
    }
    for refused in &imported.refused {
        let line = refused.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        eprintln!("{line}{}", refused.reason);
    }
    let settled = &imported.settled;
    let would = if dry_run { " (dry run: nothing is changed)" } else { "" };
    say(&format!(
        "{}: {} told, {} new, {} linked, {} to decide, {} skipped, {} merged, {} gone{would}",
        imported.destination,
        imported.told,
        settled.added.len(),
        settled.linked.len(),
        settled.conflicts,
        settled.skipped,
        settled.merged,
        settled.gone
    ));
    if !common.quiet {
        if settled.conflicts > 0 {
            eprintln!("hint: `tidings crm conflicts` shows what to decide, and how");
        }
        if !imported.differences.is_empty() {
            let count = counted(imported.differences.len(), "field");
            eprintln!("note: {count} differ from what stands here; `tidings crm conflicts` shows them");
        }
    }
}

fn tell_check(imported: &Imported, common: &Common) {
    if common.json {
        print_json(imported);
        return;
    }
    say(&format!("{} answers; {} read, nothing written", imported.destination, counted(imported.told, "account")));
    for line in &imported.reads {
        say(&format!("  {line}"));
    }
    tell_import(imported, true, common);
    if !imported.examples.is_empty() {
        say(&examples(&imported.examples));
    }
    for difference in &imported.differences {
        say(&difference.to_string());
    }
}

fn examples(accounts: &[Account]) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header([
        "account",
        "name",
        "domain",
        "owner",
        "tier",
        "yearly value",
        "renewal",
        "last contact",
        "contact",
    ]);
    let text = |value: Option<String>| value.unwrap_or_else(|| "–".to_owned());
    for account in accounts {
        table.add_row([
            account.id.0.clone(),
            account.name.clone(),
            text(account.domains.first().cloned()),
            text(account.owner.clone()),
            format!("{:?}", account.tier),
            text(account.yearly_value.map(|value| value.to_string())),
            text(account.renewal.map(|day| day.to_string())),
            text(account.last_contact.map(|day| day.to_string())),
            text(account.first_contact().map(|contact| contact.name.clone())),
        ]);
    }
    table.to_string()
}

fn tell_report(report: &Report) {
    for trouble in &report.troubles {
        say(&format!(
            "{} could not be read at {}: {}",
            trouble.destination,
            trouble.at.format("%Y-%m-%d %H:%M"),
            trouble.why
        ));
    }
    for conflict in &report.conflicts {
        let of =
            |what: &str, value: Option<&String>| value.map(|value| format!(", {what} {value}")).unwrap_or_default();
        say(&format!(
            "{} {} {}{}{}{}, {}: {}",
            conflict.destination,
            conflict.record,
            conflict.name,
            of("domain", conflict.domain.as_ref()),
            of("owner", conflict.owner.as_ref()),
            of("belongs to", conflict.parent.as_ref()),
            counted(conflict.contacts, "contact"),
            conflict.why
        ));
        for choice in &conflict.choices {
            say(&format!("    {choice}"));
        }
    }
    for lost in &report.lost {
        say(&format!("account `{}`: its record {} in {}: {}", lost.account, lost.record, lost.destination, lost.why));
    }
    for held in &report.held {
        say(&format!("held for {}: {}", held.destination, held.why));
    }
    for difference in &report.differences {
        say(&difference.to_string());
    }
    let nothing = report.conflicts.is_empty()
        && report.lost.is_empty()
        && report.held.is_empty()
        && report.differences.is_empty()
        && report.troubles.is_empty();
    if nothing {
        say("nothing to decide");
    }
}

fn told(error: CrmError) -> Failure {
    let message = error.to_string();
    match error {
        CrmError::Store(error) => Failure::from(error),
        CrmError::Refused { .. } => Failure::failed(message).hint("`tidings deliver test` tries the sign-in as well"),
        CrmError::NoAccount { .. } => {
            Failure::failed(message).hint("`tidings watch list` shows every account; `tidings watch add` makes one")
        }
        CrmError::NoRecord { .. } => Failure::failed(message)
            .hint("`tidings crm import` reads the records of a CRM; `tidings crm conflicts` shows them"),
        CrmError::NotChosen(_) => {
            Failure::failed(message).hint("what follows from ids and domains is not chosen: link or skip it")
        }
        _ => Failure::misused(message),
    }
}
