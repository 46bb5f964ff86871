//! What CRMs say of accounts, beside what stands here.
//!
//! Nothing is copied: a field that is stated here counts, and the person is told where the CRM says otherwise; what is left
//! open here is what the CRM says. Unlinking a record takes its effect back.

use std::collections::HashMap;

use serde::Serialize;

use crate::config::Config;
use crate::deliver::{CrmAccount, Destination};
use crate::model::{Account, AccountId, AnswerField, Contact, DestinationId, Relation, RelationKind, Tier, Watchlist};
use crate::pipeline::crm::{body, links::user};
use crate::store::crm::{self, CrmRecord, KeptPerson, PersonKind};
use crate::store::{Session, StoreError};

/// A field in which a CRM says something else than what stands here; what stands here counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which account.
    pub account: AccountId,
    /// Which CRM.
    pub destination: DestinationId,
    /// Which field.
    pub field: &'static str,
    /// What stands here.
    pub here: String,
    /// What stands there.
    pub there: String,
    /// Where it stands here ("watchlist.toml:12").
    pub place: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { account, destination, field, here, there, place } = self;
        write!(out, "{place} says {field} {here} of `{account}`, {destination} says {there}: ")?;
        out.write_str(if place.starts_with("watchlist.toml") { "the file counts" } else { "what stands here counts" })
    }
}

/// People of records, by CRM and record.
type People = HashMap<(DestinationId, String), (Vec<KeptPerson>, Vec<KeptPerson>)>;

/// The configuration with what CRMs say beside the records of their accounts (nothing where no record is linked), and where
/// they differ.
///
/// # Errors
/// Where the database refuses.
pub(in crate::pipeline) async fn beside(
    files: &Config,
    merged: &Config,
    session: &mut Session,
) -> Result<(Option<Config>, Vec<Difference>), StoreError> {
    let linked = crm::in_state(session, "linked").await?;
    if linked.is_empty() {
        return Ok((None, Vec::new()));
    }
    let mut people = People::new();
    for (destination, record, kind, person) in crm::people_of_linked(session).await? {
        let (contacts, owners) = people.entry((destination, record)).or_default();
        if kind == PersonKind::Contact { contacts.push(person) } else { owners.push(person) }
    }
    let mut watched = merged.watchlist.accounts().to_vec();
    let places: HashMap<AccountId, usize> =
        watched.iter().enumerate().map(|(place, account)| (account.id.clone(), place)).collect();
    let mut differences = Vec::new();
    let mut of_record: HashMap<(DestinationId, String), AccountId> = HashMap::new();
    for record in &linked {
        let destination = files.settings.deliver.destinations.iter().find(|known| *known.id() == record.destination);
        let place = record.standing.account.as_ref().and_then(|account| places.get(account));
        let (Some(destination), Some(place)) = (destination, place) else { continue };
        let account = &mut watched[*place];
        of_record.insert((record.destination.clone(), record.record.clone()), account.id.clone());
        let people = people.remove(&(record.destination.clone(), record.record.clone())).unwrap_or_default();
        let mut put =
            Putting { destination, place: place_of(files, account), tier_stated: false, differences: Vec::new() };
        let statement = files.stated.get(&account.id);
        let in_file = files.watchlist.get(&account.id).is_some();
        put.tier_stated =
            if in_file { statement.is_some_and(|told| told.tier) } else { account.tier != Tier::default() };
        put.on(account, record, people);
        differences.extend(put.differences);
    }
    for record in &linked {
        let key = |id: &String| (record.destination.clone(), id.clone());
        let parent = record.parent.as_ref().and_then(|parent| of_record.get(&key(parent)));
        let child = of_record.get(&key(&record.record));
        if let (Some(parent), Some(child)) = (parent, child)
            && parent != child
        {
            let owns = Relation { kind: RelationKind::ParentOf, to: child.clone() };
            let relations = &mut watched[places[parent]].relations;
            if !relations.contains(&owns) {
                relations.push(owns);
            }
        }
    }
    Ok((Some(Config { watchlist: Watchlist::new(watched), ..merged.clone() }), differences))
}

/// Where the record of an account stands here.
fn place_of(files: &Config, account: &Account) -> String {
    match (files.watchlist.get(&account.id), files.stated.get(&account.id)) {
        (Some(_), Some(told)) => format!("watchlist.toml:{}", told.line),
        (Some(_), None) => "watchlist.toml".to_owned(),
        (None, _) => "the database".to_owned(),
    }
}

/// Puts what a CRM says on an account.
struct Putting<'a> {
    destination: &'a Destination,
    place: String,
    tier_stated: bool,
    differences: Vec<Difference>,
}

impl Putting<'_> {
    fn on(
        &mut self,
        account: &mut Account,
        record: &CrmRecord,
        (contacts, owners): (Vec<KeptPerson>, Vec<KeptPerson>),
    ) {
        let CrmAccount { tier, yearly_value, renewal, last_contact, country, .. } = body(record);
        account.external_ids.entry(record.destination.0.clone()).or_insert_with(|| record.record.clone());
        let id = account.id.clone();
        let mapping = self.destination.mapping();
        let owner = owners.into_iter().next().and_then(|owner| mapping?.owner_of(&user(owner)));
        self.field(&id, "owner", &mut account.owner, owner);
        self.field(&id, "yearly value", &mut account.yearly_value, yearly_value);
        self.field(&id, "renewal", &mut account.renewal, renewal);
        // Of two days of a contact the later one is the last, wherever it stands.
        account.last_contact = account.last_contact.max(last_contact);
        self.field(&id, "country", &mut account.country, country.and_then(|country| code_of(&country)));
        if let Some(tier) = tier.and_then(|word| mapping?.tier_of(&word)) {
            if !self.tier_stated {
                account.tier = tier;
            } else if account.tier != tier {
                self.differ(&id, "tier", &format!("{:?}", account.tier), &format!("{tier:?}"));
            }
        }
        if account.contacts.is_empty() {
            let left = |name: &str| {
                let told = account.told.iter().filter(|told| told.answer.field == AnswerField::Left);
                told.filter_map(|told| told.answer.value.as_deref()).any(|gone| gone.eq_ignore_ascii_case(name))
            };
            let came =
                contacts.into_iter().filter(|person| !person.name.is_empty() && !left(&person.name)).map(|person| {
                    let KeptPerson { name, role, email, phone, .. } = person;
                    Contact { name, role, email, phone, sponsor: false }
                });
            account.contacts = came.collect();
        }
    }

    fn field<T: PartialEq + ToString>(
        &mut self,
        account: &AccountId,
        field: &'static str,
        here: &mut Option<T>,
        there: Option<T>,
    ) {
        match (&here, there) {
            (None, there) => *here = there,
            (Some(stated), Some(there)) if *stated != there => {
                let (stated, there) = (stated.to_string(), there.to_string());
                self.differ(account, field, &stated, &there);
            }
            _ => {}
        }
    }

    fn differ(&mut self, account: &AccountId, field: &'static str, here: &str, there: &str) {
        self.differences.push(Difference {
            account: account.clone(),
            destination: self.destination.id().clone(),
            field,
            here: here.to_owned(),
            there: there.to_owned(),
            place: self.place.clone(),
        });
    }
}

/// A country's code (ISO 3166-1 alpha-2); names of countries are not guessed.
fn code_of(country: &str) -> Option<String> {
    let code = country.trim().to_ascii_uppercase();
    (code.len() == 2 && code.chars().all(|letter| letter.is_ascii_uppercase())).then_some(code)
}
