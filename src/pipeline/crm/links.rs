//! The records of a CRM that stand for the account, the contact and the owner of a card.

use crate::config::Config;
use crate::deliver::{CrmPerson, Destination, Links};
use crate::model::{Time, TouchPoint};
use crate::store::crm::{self, KeptPerson, PersonKind};
use crate::store::{Session, StoreError};

/// A renewal is near from so many days on: the card's `why` tells of it, and its opportunity is linked.
const RENEWAL_NEAR: i64 = 180;

/// What stands in a destination for whom a card is about.
///
/// # Errors
/// Where the database refuses.
pub(in crate::pipeline) async fn links(
    session: &mut Session,
    config: &Config,
    card: &TouchPoint,
    destination: &Destination,
    now: Time,
) -> Result<Links, StoreError> {
    let id = destination.id();
    let account = config.watchlist.get(&card.account);
    let stated = account.and_then(|account| account.external_ids.get(id.as_str())).cloned();
    let Some(mapping) = destination.mapping() else { return Ok(Links { account: stated, ..Links::default() }) };
    let mapped = card.owner.as_ref().and_then(|owner| mapping.owners.get(owner)).cloned();
    let owner = match (mapped, &card.owner) {
        (Some(mapped), _) => Some(mapped),
        (None, Some(owner)) => {
            let users = crm::owners(session, id).await?.into_iter().map(user);
            users.into_iter().find(|user| mapping.owner_of(user).as_ref() == Some(owner)).map(|user| user.id)
        }
        (None, None) => None,
    };
    let Some(record) = crm::of_account(session, id, &card.account).await? else {
        return Ok(Links { account: stated, owner, ..Links::default() });
    };
    let people = crm::people(session, id, &record.record, PersonKind::Contact).await?;
    let called = card.contact.as_deref().map(str::to_lowercase);
    let contact = people.into_iter().find(|person| Some(person.name.to_lowercase()) == called).map(|person| person.id);
    let told = super::body(&record);
    let near = told.renewal.is_some_and(|day| (0..=RENEWAL_NEAR).contains(&(day - now.date_naive()).num_days()));
    let opportunity = told.opportunity.filter(|_| near);
    Ok(Links { account: Some(record.record), contact, owner, opportunity })
}

/// A person as the CRM has them.
pub(in crate::pipeline) fn user(person: KeptPerson) -> CrmPerson {
    let KeptPerson { id, name, role, email, phone } = person;
    CrmPerson { id, name, role, email, phone }
}
