//! Companies of HubSpot, with their contacts, owners and deals.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, TimeDelta};
use http::Method;
use serde_json::{Value, json};

use super::super::{Answer, Class, CrmAccount, CrmPerson, Refusal};
use super::error;
use super::portal::{BATCH, Portal, id_of, next, no_results, segment};
use crate::model::Time;

/// A search tells no more than this; then it must begin anew.
const MOST_FOUND: usize = 10_000;

/// Results of one page of a search.
const PAGE: usize = 200;

impl Portal<'_> {
    /// Companies that stand; those that changed since `since`, they or their contacts, archived and merged ones told.
    pub(super) async fn accounts(&self, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        let properties = self.properties();
        let rows = match since {
            None => {
                self.list(&self.objects(&format!("companies?limit=100&properties={}", properties.join(",")))).await?
            }
            Some(since) => self.changed(since, &properties).await?,
        };
        let mut rows: BTreeMap<_, _> = rows.into_iter().filter_map(|row| Some((id_of(&row["id"])?, row))).collect();
        // A list has no conditions.
        rows.retain(|_, row| self.is_meant(row));
        let owners = self.owners().await?;
        let ids: Vec<_> = rows.keys().cloned().collect();
        let people = self.contacts(&ids).await?;
        let renewals = self.renewals(&ids).await?;
        let mut accounts: Vec<_> =
            rows.iter().filter_map(|(id, row)| self.account(id, row, &owners, &people, &renewals)).collect();
        let standing: BTreeSet<_> = rows.keys().cloned().collect();
        for row in rows.values() {
            accounts.extend(merged(row, &standing));
        }
        if let Some(since) = since {
            accounts.extend(self.archived(since).await?.into_iter().filter(|one| !standing.contains(&one.id)));
        }
        // Merged says more than archived.
        accounts.sort_by(|one, other| one.id.cmp(&other.id).then(other.merged_into.cmp(&one.merged_into)));
        accounts.dedup_by(|later, first| later.id == first.id);
        Ok(accounts)
    }

    /// Companies that changed since, and those whose contacts did.
    async fn changed(&self, since: Time, properties: &[&str]) -> Result<Vec<Value>, Answer> {
        let mut rows = self.search_changed("companies", "hs_lastmodifieddate", since, properties).await?;
        let contacts = self.search_changed("contacts", "lastmodifieddate", since, &["associatedcompanyid"]).await?;
        let of_contact = |row: &Value| id_of(&row["properties"]["associatedcompanyid"]);
        let companies: BTreeSet<_> = contacts.iter().filter_map(of_contact).collect();
        let companies: Vec<_> = companies.into_iter().collect();
        rows.extend(self.read_all("companies", &companies, properties).await?);
        Ok(rows)
    }

    /// All that changed since, oldest first; a search that is full begins anew where it ended.
    async fn search_changed(
        &self,
        kind: &str,
        stamp: &str,
        since: Time,
        properties: &[&str],
    ) -> Result<Vec<Value>, Answer> {
        let mut rows: BTreeMap<String, Value> = BTreeMap::new();
        let mut from = since.timestamp_millis();
        let columns: Vec<_> = properties.iter().copied().chain([stamp]).collect();
        loop {
            let (mut after, mut found, mut latest) = (None::<String>, 0, from);
            loop {
                let mut body = json!({
                    "filterGroups": [{ "filters": [{ "propertyName": stamp, "operator": "GTE", "value": from.to_string() }] }],
                    "sorts": [{ "propertyName": stamp, "direction": "ASCENDING" }],
                    "properties": columns,
                    "limit": PAGE,
                });
                if let Some(after) = &after {
                    body["after"] = json!(after);
                }
                let told = self.ask(Method::POST, &self.objects(&format!("{kind}/search")), Some(&body)).await?;
                if told.status != 200 {
                    return Err(error::judge(&told));
                }
                for row in told.body["results"].as_array().ok_or_else(no_results)? {
                    found += 1;
                    let time = time(&row["properties"][stamp]).map(|time| time.timestamp_millis());
                    latest = latest.max(time.unwrap_or(latest));
                    if let Some(id) = id_of(&row["id"]) {
                        rows.insert(id, row.clone());
                    }
                }
                after = next(&told.body);
                if after.is_none() || found >= MOST_FOUND {
                    break;
                }
            }
            if after.is_none() && found < MOST_FOUND {
                return Ok(rows.into_values().collect());
            }
            if latest <= from {
                let why = format!("more than {MOST_FOUND} {kind} changed in one moment: read all of them instead");
                return Err(Answer::Refused(Refusal::new(Class::Dead, why)));
            }
            from = latest;
        }
    }

    /// Companies that were archived since.
    async fn archived(&self, since: Time) -> Result<Vec<CrmAccount>, Answer> {
        let rows = self.list(&self.objects("companies?limit=100&archived=true&properties=name")).await?;
        let recent = rows.iter().filter(|row| time(&row["archivedAt"]).is_none_or(|at| at >= since));
        let account = |row: &Value| {
            Some(CrmAccount {
                id: id_of(&row["id"])?,
                name: text(&row["properties"]["name"]).unwrap_or_default(),
                modified: time(&row["archivedAt"]),
                deleted: true,
                ..CrmAccount::default()
            })
        };
        Ok(recent.filter_map(account).collect())
    }

    fn properties(&self) -> Vec<&str> {
        let import = &self.settings.import;
        let mut properties = vec!["name", "hubspot_owner_id", "hs_lastmodifieddate", "hs_merged_object_ids"];
        properties.extend(["hs_parent_company_id", self.website(), self.country()]);
        let mapped = [&import.tier, &import.yearly_value, &import.renewal, &import.last_contact];
        properties.extend(mapped.into_iter().flatten().map(String::as_str));
        properties.extend(import.only.as_deref().and_then(|only| only.split_once('=')).map(|(name, _)| name.trim()));
        properties
    }

    fn website(&self) -> &str {
        self.settings.import.website.as_deref().unwrap_or("domain")
    }

    fn country(&self) -> &str {
        self.settings.import.country.as_deref().unwrap_or("country")
    }

    /// It fits `import.only`, where that is set.
    fn is_meant(&self, row: &Value) -> bool {
        let only = self.settings.import.only.as_deref().and_then(|only| only.split_once('='));
        only.is_none_or(|(name, value)| text(&row["properties"][name.trim()]).as_deref() == Some(value.trim()))
    }

    async fn owners(&self) -> Result<HashMap<String, CrmPerson>, Answer> {
        let rows = self.list("/crm/v3/owners?limit=100").await?;
        let owner = |row: &Value| {
            let names = [text(&row["firstName"]), text(&row["lastName"])];
            let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            let id = id_of(&row["id"])?;
            Some((id.clone(), CrmPerson { id, name, email: text(&row["email"]), ..CrmPerson::default() }))
        };
        Ok(rows.iter().filter_map(owner).collect())
    }

    /// The ids of `kind` that belong to each of these companies.
    async fn belonging(&self, companies: &[String], kind: &str) -> Result<HashMap<String, Vec<String>>, Answer> {
        let mut belonging: HashMap<String, Vec<String>> = HashMap::new();
        for batch in companies.chunks(BATCH) {
            let inputs: Vec<_> = batch.iter().map(|id| json!({ "id": id })).collect();
            let path = format!("/crm/v4/associations/companies/{kind}/batch/read");
            let told = self.ask(Method::POST, &path, Some(&json!({ "inputs": inputs }))).await?;
            // 207: some have none.
            if !matches!(told.status, 200 | 207) {
                return Err(error::judge(&told));
            }
            for row in told.body["results"].as_array().ok_or_else(no_results)? {
                let Some(company) = id_of(&row["from"]["id"]) else { continue };
                let to = row["to"].as_array().into_iter().flatten().filter_map(|one| id_of(&one["toObjectId"]));
                belonging.entry(company.clone()).or_default().extend(to);
                if row["paging"]["next"]["after"].is_string() {
                    let path = format!("/crm/v4/objects/companies/{}/associations/{kind}?limit=500", segment(&company));
                    let all = self.list(&path).await?;
                    belonging.insert(company, all.iter().filter_map(|one| id_of(&one["toObjectId"])).collect());
                }
            }
        }
        Ok(belonging)
    }

    async fn contacts(&self, companies: &[String]) -> Result<HashMap<String, Vec<CrmPerson>>, Answer> {
        let belonging = self.belonging(companies, "contacts").await?;
        let columns = ["firstname", "lastname", "jobtitle", "email", "phone"];
        let rows = self.read_all("contacts", &ids(&belonging), &columns).await?;
        let people: HashMap<_, _> = rows.iter().filter_map(|row| Some((id_of(&row["id"])?, person(row)?))).collect();
        let of = |ids: Vec<String>| ids.iter().filter_map(|id| people.get(id).cloned()).collect();
        Ok(belonging.into_iter().map(|(company, ids)| (company, of(ids))).collect())
    }

    /// The next open deal of the pipeline of renewals, for each company that has one in the window.
    async fn renewals(&self, companies: &[String]) -> Result<HashMap<String, (NaiveDate, String)>, Answer> {
        let Some(pipeline) = &self.settings.renewal_pipeline else { return Ok(HashMap::new()) };
        let belonging = self.belonging(companies, "deals").await?;
        let rows = self.read_all("deals", &ids(&belonging), &["closedate", "pipeline", "hs_is_closed"]).await?;
        let today = self.wire.now.date_naive();
        let until = today + TimeDelta::days(self.settings.renewal_days.into());
        let near = |row: &Value| {
            let properties = &row["properties"];
            let closes = day(&properties["closedate"])?;
            let open = text(&properties["hs_is_closed"]).as_deref() != Some("true");
            let meant = text(&properties["pipeline"]).as_ref() == Some(pipeline);
            (open && meant && (today..=until).contains(&closes)).then_some(closes)
        };
        let deals: HashMap<_, _> = rows.iter().filter_map(|row| Some((id_of(&row["id"])?, near(row)?))).collect();
        let next = |ids: Vec<String>| ids.into_iter().filter_map(|id| Some((*deals.get(&id)?, id))).min();
        Ok(belonging.into_iter().filter_map(|(company, ids)| Some((company, next(ids)?))).collect())
    }

    fn account(
        &self,
        id: &str,
        row: &Value,
        owners: &HashMap<String, CrmPerson>,
        people: &HashMap<String, Vec<CrmPerson>>,
        renewals: &HashMap<String, (NaiveDate, String)>,
    ) -> Option<CrmAccount> {
        let import = &self.settings.import;
        let properties = &row["properties"];
        let mapped = |name: &Option<String>| name.as_deref().map_or(&Value::Null, |name| &properties[name]);
        let renewal = renewals.get(id);
        let owner = text(&properties["hubspot_owner_id"]);
        let unnamed = |id: String| CrmPerson { id, ..CrmPerson::default() };
        Some(CrmAccount {
            id: id.to_owned(),
            name: text(&properties["name"]).or_else(|| text(&properties["domain"]))?,
            website: text(&properties[self.website()]),
            parent: text(&properties["hs_parent_company_id"]),
            owner: owner.map(|id| owners.get(&id).cloned().unwrap_or_else(|| unnamed(id))),
            contacts: people.get(id).cloned().unwrap_or_default(),
            tier: text(mapped(&import.tier)),
            yearly_value: text(mapped(&import.yearly_value)).and_then(|value| value.parse().ok()),
            renewal: day(mapped(&import.renewal)).or(renewal.map(|(day, _)| *day)),
            opportunity: renewal.map(|(_, deal)| deal.clone()),
            last_contact: day(mapped(&import.last_contact)),
            country: text(&properties[self.country()]),
            modified: time(&properties["hs_lastmodifieddate"]),
            merged_into: None,
            deleted: row["archived"] == true,
        })
    }
}

/// The companies that were merged into this one; those that still stand are not.
fn merged(row: &Value, standing: &BTreeSet<String>) -> Vec<CrmAccount> {
    let Some(into) = id_of(&row["id"]) else { return Vec::new() };
    let ids = text(&row["properties"]["hs_merged_object_ids"]).unwrap_or_default();
    let ids = ids.split(';').map(str::trim).filter(|id| !id.is_empty() && *id != into && !standing.contains(*id));
    let gone = |id: &str| CrmAccount {
        id: id.to_owned(),
        name: text(&row["properties"]["name"]).unwrap_or_default(),
        merged_into: Some(into.clone()),
        deleted: true,
        ..CrmAccount::default()
    };
    ids.map(gone).collect()
}

fn ids(belonging: &HashMap<String, Vec<String>>) -> Vec<String> {
    let ids: BTreeSet<_> = belonging.values().flatten().cloned().collect();
    ids.into_iter().collect()
}

fn person(row: &Value) -> Option<CrmPerson> {
    let properties = &row["properties"];
    let names = [text(&properties["firstname"]), text(&properties["lastname"])];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let email = text(&properties["email"]);
    Some(CrmPerson {
        id: id_of(&row["id"])?,
        name: if name.is_empty() { email.clone()? } else { name },
        role: text(&properties["jobtitle"]),
        email,
        phone: text(&properties["phone"]),
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A time as a date or in milliseconds.
fn time(value: &Value) -> Option<Time> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| chrono::DateTime::from_timestamp_millis(text.parse().ok()?))
}

fn day(value: &Value) -> Option<NaiveDate> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| time(value).map(|time| time.date_naive()))
}
