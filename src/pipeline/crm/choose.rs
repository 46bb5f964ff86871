//! A person says which record an account is.

use super::super::roster::accounts::subject as of_account;
use super::super::roster::{Desk, recorded};
use super::settle::{Settled, settle};
use super::{CrmError, meant, subject};
use crate::config::did_you_mean;
use crate::deliver::Destination;
use crate::model::AccountId;
use crate::store::crm::{self, CrmRecord, Standing};
use crate::store::{Session, changes, roster};

impl Desk {
    /// This record is that account. An earlier record of the account is free again.
    ///
    /// # Errors
    /// Where there is no such account or record, a file says otherwise, or the database refuses.
    pub async fn link_crm(&self, id: Option<&str>, account: &AccountId, record: &str) -> Result<Settled, CrmError> {
        let destination = meant(&self.files.settings.deliver.destinations, id)?;
        let mut session = self.store.write().await?;
        let roster = recorded(&self.files, &mut session).await?;
        let Some(watched) = roster.config.watchlist.get(account) else {
            let ids = roster.config.watchlist.accounts().iter().map(|known| known.id.as_str());
            return Err(CrmError::NoAccount { id: account.0.clone(), nearest: did_you_mean(account.as_str(), ids) });
        };
        if let Some(stated) = watched.external_ids.get(destination.id().as_str()).filter(|stated| *stated != record) {
            let (destination, stated) = (destination.id().clone(), stated.clone());
            return Err(CrmError::Stated { destination, account: account.0.clone(), stated });
        }
        let meant = known(&mut session, destination, record).await?;
        for other in crm::records(&mut session, destination.id()).await? {
            if other.standing.account.as_ref() == Some(account) && other.record != record {
                forget(&mut session, &other).await?;
            }
        }
        let standing = Standing {
            account: Some(account.clone()),
            how: Some("chosen".to_owned()),
            candidates: Vec::new(),
            ..meant.standing.clone()
        };
        crm::stand(&mut session, destination.id(), record, &standing).await?;
        let detail = format!("{}: {record} ({})", destination.id(), meant.name);
        changes::note(&mut session, self.now, &self.who, "crm linked", &of_account(account), &detail).await?;
        self.settled(session, destination).await
    }

    /// This record is none of ours.
    ///
    /// # Errors
    /// Where there is no such record, or the database refuses.
    pub async fn skip_crm(&self, id: Option<&str>, record: &str) -> Result<Settled, CrmError> {
        let destination = meant(&self.files.settings.deliver.destinations, id)?;
        let mut session = self.store.write().await?;
        let known = known(&mut session, destination, record).await?;
        let standing =
            Standing { account: None, how: Some("refused".to_owned()), candidates: Vec::new(), ..known.standing };
        crm::stand(&mut session, destination.id(), record, &standing).await?;
        let about = subject(destination.id(), record);
        changes::note(&mut session, self.now, &self.who, "crm skipped", &about, &known.name).await?;
        self.settled(session, destination).await
    }

    /// Takes back what a person chose for an account, or for a record.
    ///
    /// # Errors
    /// Where nobody chose anything, or the database refuses.
    pub async fn unlink_crm(&self, id: Option<&str>, what: &str) -> Result<Settled, CrmError> {
        let destination = meant(&self.files.settings.deliver.destinations, id)?;
        let mut session = self.store.write().await?;
        let chosen = |record: &CrmRecord| matches!(record.standing.how.as_deref(), Some("chosen" | "refused"));
        let means = |record: &CrmRecord| {
            record.record == what || record.standing.account.as_ref().is_some_and(|account| account.as_str() == what)
        };
        let records = crm::records(&mut session, destination.id()).await?;
        let Some(record) = records.into_iter().find(|record| chosen(record) && means(record)) else {
            return Err(CrmError::NotChosen(what.to_owned()));
        };
        forget(&mut session, &record).await?;
        let (id, now) = (destination.id(), self.now);
        let detail = format!("{id}: {} ({})", record.record, record.name);
        let (done, about) = match &record.standing.account {
            Some(account) => ("crm unlinked", of_account(account)),
            None => ("crm unskipped", subject(id, &record.record)),
        };
        changes::note(&mut session, now, &self.who, done, &about, &detail).await?;
        self.settled(session, destination).await
    }

    async fn settled(&self, mut session: Session, destination: &Destination) -> Result<Settled, CrmError> {
        roster::changed(&mut session).await?;
        let settled = settle(&mut session, &self.files, destination, &self.who, self.now).await?;
        self.finish(session).await?;
        Ok(settled)
    }
}

async fn known(session: &mut Session, destination: &Destination, record: &str) -> Result<CrmRecord, CrmError> {
    let known = crm::record(session, destination.id(), record).await?;
    known.ok_or_else(|| CrmError::NoRecord { destination: destination.id().clone(), record: record.to_owned() })
}

/// Nobody said anything of it.
async fn forget(session: &mut Session, record: &CrmRecord) -> Result<(), CrmError> {
    let state = if record.standing.state == "gone" { "gone" } else { "new" };
    let standing = Standing { state: state.to_owned(), ..Standing::default() };
    Ok(crm::stand(session, &record.destination, &record.record, &standing).await?)
}
