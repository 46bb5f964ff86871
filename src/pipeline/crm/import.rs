//! Accounts come in: from a CRM or from its export file, both the same way.

use chrono::TimeDelta;
use serde::Serialize;
use tracing::{info, warn};

use super::super::Engine;
use super::super::roster::from_crm::{self, Difference};
use super::super::roster::table::Refused;
use super::super::roster::{Desk, effective};
use super::settle::{Settled, settle};
use super::{CrmError, actor, meant};
use crate::deliver::{CrmAccount, CrmPerson, Destination, Tokens, Wire, crm_file};
use crate::model::{Account, Clock, DestinationId, Time};
use crate::net;
use crate::store::crm::{self, CrmRecord, Cursor, KeptPerson, PersonKind, Standing};
use crate::store::{Session, StoreError, roster};

/// Accounts that are written in one transaction.
const PAGE: usize = 200;

/// Clocks differ and indexes lag: what changed this long before the last change that was read is asked for again.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);

/// How often everything is read again, to notice what was deleted.
const WHOLE_EVERY: TimeDelta = TimeDelta::days(7);

/// Accounts that are shown as they would become.
const EXAMPLES: usize = 5;

/// What an import came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Imported {
    /// Which CRM.
    pub destination: DestinationId,
    /// Accounts that were told.
    pub told: usize,
    /// Everything was told, so that what was not is gone.
    pub whole: bool,
    /// Where they belong.
    #[serde(flatten)]
    pub settled: Settled,
    /// Lines of a file that could not be read.
    pub refused: Vec<Refused>,
    /// Where a file here and the CRM say different things.
    pub differences: Vec<Difference>,
    /// Some accounts as they are, or would be, after this.
    pub examples: Vec<Account>,
    /// What is read there, and under which names.
    pub reads: Vec<String>,
}

/// What a CRM told.
struct Told {
    accounts: Vec<CrmAccount>,
    whole: bool,
    refused: Vec<Refused>,
}

impl Desk {
    /// Imports the accounts of a CRM: what changed since the last time, or everything.
    ///
    /// # Errors
    /// Where it is none, it does not give them, or the database refuses.
    pub async fn import_crm(&self, id: Option<&str>, whole: bool, clock: &dyn Clock) -> Result<Imported, CrmError> {
        let destination = meant(&self.files.settings.deliver.destinations, id)?;
        let client = net::Client::new(&self.files.settings.net).map_err(|error| refused(destination, &error))?;
        let tokens = Tokens::default();
        let wire = Wire { client: &client, tokens: &tokens, now: clock.now() };
        self.ask(destination, &wire, whole).await
    }

    /// Imports the accounts of an export file, in the name of this CRM.
    ///
    /// # Errors
    /// Where the file is none, or the database refuses.
    pub async fn import_crm_file(&self, id: Option<&str>, bytes: &[u8], whole: bool) -> Result<Imported, CrmError> {
        let destination = meant(&self.files.settings.deliver.destinations, id)?;
        let mapping = destination.mapping().ok_or_else(|| CrmError::KeepsNone(destination.id().clone()))?;
        let read = crm_file::read(bytes, mapping).map_err(CrmError::Unreadable)?;
        let refused = read.refused.into_iter().map(|(line, why)| Refused::at(line, why)).collect();
        self.take(destination, Told { accounts: read.accounts, whole, refused }).await
    }

    async fn ask(&self, destination: &Destination, wire: &Wire<'_>, whole: bool) -> Result<Imported, CrmError> {
        if !destination.is_crm() {
            return Err(CrmError::KeepsNone(destination.id().clone()));
        }
        let known = crm::cursor(&mut self.store.read().await?, destination.id()).await?.unwrap_or_default();
        let overdue = known.whole.is_none_or(|at| self.now - at >= WHOLE_EVERY);
        let since = known.since.filter(|_| !whole && !overdue).map(|at| at - OVERLAP);
        match destination.accounts(wire, since).await {
            Ok(accounts) => {
                self.take(destination, Told { accounts, whole: since.is_none(), refused: Vec::new() }).await
            }
            Err(answer) => {
                let why = answer.describe();
                if !self.dry_run {
                    let mut session = self.store.write().await?;
                    let cursor = Cursor { tried: self.now, trouble: Some(why.clone()), ..known };
                    crm::put_cursor(&mut session, destination.id(), &cursor).await?;
                    session.commit().await?;
                }
                Err(refused(destination, &why))
            }
        }
    }

    /// Writes what was told, a page a transaction, then works out where everything belongs.
    async fn take(&self, destination: &Destination, told: Told) -> Result<Imported, CrmError> {
        let id = destination.id();
        let Told { accounts, whole, refused } = told;
        let mut kept: Option<Session> = None;
        for page in accounts.chunks(PAGE) {
            let mut session = match kept.take() {
                Some(session) => session,
                None => self.store.write().await?,
            };
            for account in page {
                write(&mut session, destination, account, self.now).await?;
            }
            // A dry run is one transaction that is dropped.
            if self.dry_run {
                kept = Some(session);
            } else {
                session.commit().await?;
            }
        }
        let mut session = match kept {
            Some(session) => session,
            None => self.store.write().await?,
        };
        // Nothing at all is rather a right that was taken away than the end of all business.
        if whole && !accounts.is_empty() {
            crm::not_told(&mut session, id, self.now).await?;
        }
        let before = crm::cursor(&mut session, id).await?.unwrap_or_default();
        let latest = accounts.iter().filter_map(|account| account.modified).max();
        let cursor = Cursor {
            since: latest.max(before.since),
            whole: if whole && !accounts.is_empty() { Some(self.now) } else { before.whole },
            tried: self.now,
            trouble: None,
        };
        crm::put_cursor(&mut session, id, &cursor).await?;
        let settled = settle(&mut session, &self.files, destination, &actor(id), self.now).await?;
        if !accounts.is_empty() {
            roster::changed(&mut session).await?;
        }
        let (differences, examples) = self.outlook(&mut session, destination, &settled).await?;
        self.finish(session).await?;
        let reads = reads(destination);
        Ok(Imported {
            destination: id.clone(),
            told: accounts.len(),
            whole,
            settled,
            refused,
            differences,
            examples,
            reads,
        })
    }

    /// How accounts look with what the CRM says of them.
    async fn outlook(
        &self,
        session: &mut Session,
        destination: &Destination,
        settled: &Settled,
    ) -> Result<(Vec<Difference>, Vec<Account>), StoreError> {
        let recorded = super::super::roster::recorded(&self.files, session).await?.config;
        let (_, mut differences) = from_crm::beside(&self.files, &recorded, session).await?;
        differences.retain(|difference| difference.destination == *destination.id());
        let config = effective(&self.files, session).await?.config;
        let mut shown: Vec<Account> = Vec::new();
        for account in settled.added.iter().chain(&settled.linked) {
            if shown.len() < EXAMPLES
                && let Some(account) = config.watchlist.get(account)
            {
                shown.push(account.clone());
            }
        }
        Ok((differences, shown))
    }
}

/// Imports from every CRM whose time has come; gives what went wrong, one line each.
///
/// # Errors
/// Where the database refuses.
pub async fn all_due(engine: &Engine) -> Result<Vec<String>, StoreError> {
    let mut troubles = Vec::new();
    for destination in engine.destinations().iter().filter(|destination| destination.is_crm()) {
        let every = destination.mapping().map_or(0, |mapping| mapping.import_every_minutes);
        let tried = crm::cursor(&mut engine.store.read().await?, destination.id()).await?.map(|cursor| cursor.tried);
        // Also where the clock was set back.
        let is_due = tried.is_none_or(|at| (engine.now() - at).abs() >= TimeDelta::minutes(i64::from(every)));
        if every == 0 || !is_due {
            continue;
        }
        let wire = Wire { client: &engine.wire, tokens: &engine.tokens, now: engine.now() };
        match engine.desk(actor(destination.id())).ask(destination, &wire, false).await {
            Ok(imported) => {
                info!(destination = %imported.destination, told = imported.told, added = imported.settled.added.len(),
                    conflicts = imported.settled.conflicts, "accounts imported");
            }
            Err(CrmError::Store(error)) => return Err(error),
            Err(error) => {
                warn!(%error, "accounts not imported");
                troubles.push(error.to_string());
            }
        }
    }
    Ok(troubles)
}

async fn write(
    session: &mut Session,
    destination: &Destination,
    account: &CrmAccount,
    now: Time,
) -> Result<(), StoreError> {
    let id = destination.id();
    let state = if account.deleted && account.merged_into.is_none() { "gone" } else { "new" };
    let without_people = CrmAccount { owner: None, contacts: Vec::new(), ..account.clone() };
    let owner = account.owner.as_ref().and_then(|owner| destination.mapping()?.owner_of(owner));
    let record = CrmRecord {
        destination: id.clone(),
        record: account.id.clone(),
        name: account.name.clone(),
        domain: account.website.as_deref().and_then(links_to),
        parent: account.parent.clone(),
        owner,
        modified: account.modified,
        merged_into: account.merged_into.clone(),
        body: serde_json::to_string(&without_people)
            .map_err(|error| StoreError::Unreadable { what: "an account of a CRM", why: error.to_string() })?,
        standing: Standing { state: state.to_owned(), ..Standing::default() },
    };
    crm::told(session, &record, now).await?;
    // Who was deleted there is not kept here.
    let (contacts, owner) =
        if state == "gone" { (&[][..], None) } else { (&account.contacts[..], account.owner.as_ref()) };
    let kept = |person: &CrmPerson| KeptPerson {
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
    };
    let contacts: Vec<KeptPerson> = contacts.iter().map(kept).collect();
    let owners: Vec<KeptPerson> = owner.map(kept).into_iter().collect();
    crm::put_people(session, id, &account.id, PersonKind::Contact, &contacts).await?;
    crm::put_people(session, id, &account.id, PersonKind::Owner, &owners).await
}

/// Hosts where many firms have a page: their domain says nothing of whose it is.
const SHARED: &[&str] =
    &["facebook.com", "linkedin.com", "instagram.com", "x.com", "twitter.com", "youtube.com", "google.com", "xing.com"];

/// The registrable domain of what a CRM has as web address, with or without `https://`.
fn links_to(website: &str) -> Option<String> {
    let written = website.trim().trim_end_matches('.');
    let address = if written.contains("://") { written.to_owned() } else { format!("https://{written}") };
    let domain = crate::address::domain(&address)?;
    (domain.contains('.') && !SHARED.contains(&domain.as_str())).then_some(domain)
}

/// What is read there, and under which names, as far as that is set.
fn reads(destination: &Destination) -> Vec<String> {
    let Some(mapping) = destination.mapping() else { return Vec::new() };
    let named = [
        ("website", &mapping.website),
        ("tier", &mapping.tier),
        ("yearly value", &mapping.yearly_value),
        ("renewal", &mapping.renewal),
        ("last human contact", &mapping.last_contact),
        ("country", &mapping.country),
    ];
    let told = |(what, name): (&str, &Option<String>)| match name {
        Some(name) => format!("{what} from {name}"),
        None => format!("{what} from its usual field, where it has one"),
    };
    let mut reads: Vec<String> = named.into_iter().map(told).collect();
    reads.push(format!("new accounts are of kind {}", mapping.kind.as_str()));
    if let Some(only) = &mapping.only {
        reads.push(format!("only accounts with {only}"));
    }
    reads
}

fn refused(destination: &Destination, why: &impl std::fmt::Display) -> CrmError {
    CrmError::Refused { destination: destination.id().clone(), why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_of_a_web_address_however_it_is_written() {
        for (written, domain) in [
            ("https://www.acme.com/en", Some("acme.com")),
            ("WWW.Acme.co.uk", Some("acme.co.uk")),
            ("acme.com.", Some("acme.com")),
            ("https://www.linkedin.com/company/acme", None),
            ("none", None),
            ("", None),
            ("n/a", None),
        ] {
            assert_eq!(links_to(written).as_deref(), domain, "{written}");
        }
    }
}
