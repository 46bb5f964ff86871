//! Accounts of Salesforce, with their contacts, owners and renewals.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use super::super::{Answer, CrmAccount, CrmPerson};
use super::org::Org;
use crate::model::Time;

impl Org<'_> {
    /// Accounts that stand; those that changed since `since`, they or their people, deleted and merged ones told.
    pub(super) async fn accounts(&self, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        let only = self.settings.import.only.as_ref().map(|only| format!("({only})"));
        let mut conditions = Vec::new();
        if let Some(since) = since {
            let since = since.format("%Y-%m-%dT%H:%M:%SZ");
            // A change of a contact or an opportunity leaves the account's own stamp alone.
            let below =
                |object: &str| format!("Id IN (SELECT AccountId FROM {object} WHERE SystemModstamp >= {since})");
            conditions.push(format!("SystemModstamp >= {since}"));
            conditions.push(below("Contact"));
            if self.settings.renewals.is_some() {
                conditions.push(below("Opportunity"));
            }
        } else {
            conditions.push("IsDeleted = false".to_owned());
        }
        let mut accounts = BTreeMap::new();
        for condition in conditions {
            let wheres: Vec<_> = only.clone().into_iter().chain([condition]).collect();
            let soql = format!("{} WHERE {}", self.columns(), wheres.join(" AND "));
            for row in self.query(&soql, since.is_some()).await? {
                if let Some(account) = self.account(&row).await? {
                    accounts.insert(account.id.clone(), account);
                }
            }
        }
        Ok(accounts.into_values().collect())
    }

    fn columns(&self) -> String {
        let import = &self.settings.import;
        let usual = ["Id", "Name", "ParentId", "OwnerId", "Owner.Name", "Owner.Email", "SystemModstamp", "IsDeleted"];
        let mut columns: Vec<String> = usual.into_iter().map(str::to_owned).collect();
        columns.push("MasterRecordId".to_owned());
        let mapped = [&import.tier, &import.yearly_value, &import.renewal, &import.last_contact];
        let mapped = mapped.into_iter().flatten().map(String::as_str).chain([self.website(), self.country()]);
        for field in mapped {
            // A column named twice is an error.
            if !columns.iter().any(|known| known.eq_ignore_ascii_case(field)) {
                columns.push(field.to_owned());
            }
        }
        columns.push("(SELECT Id, Name, Title, Email, Phone FROM Contacts WHERE IsDeleted = false)".to_owned());
        if let Some(renewals) = &self.settings.renewals {
            let today = self.wire.now.date_naive();
            let until = today + TimeDelta::days(self.settings.renewal_days.into());
            columns.push(format!(
                "(SELECT Id, CloseDate FROM Opportunities WHERE IsClosed = false AND IsDeleted = false AND \
                 CloseDate >= {today} AND CloseDate <= {until} AND ({renewals}) ORDER BY CloseDate LIMIT 1)"
            ));
        }
        format!("SELECT {} FROM Account", columns.join(", "))
    }

    fn website(&self) -> &str {
        self.settings.import.website.as_deref().unwrap_or("Website")
    }

    fn country(&self) -> &str {
        self.settings.import.country.as_deref().unwrap_or("BillingCountry")
    }

    async fn account(&self, row: &Value) -> Result<Option<CrmAccount>, Answer> {
        let import = &self.settings.import;
        let (Some(id), Some(name)) = (text(row, "Id"), text(row, "Name")) else { return Ok(None) };
        let mapped = |field: &Option<String>| field.as_deref().map_or(&Value::Null, |field| value(row, field));
        let opportunity = &row["Opportunities"]["records"][0];
        let contacts = self.rows_within(&row["Contacts"]).await?;
        Ok(Some(CrmAccount {
            id,
            name,
            website: text(row, self.website()),
            parent: text(row, "ParentId"),
            owner: text(row, "OwnerId").map(|id| CrmPerson {
                id,
                name: text(row, "Owner.Name").unwrap_or_default(),
                email: text(row, "Owner.Email"),
                ..CrmPerson::default()
            }),
            contacts: contacts.iter().filter_map(person).collect(),
            tier: word(mapped(&import.tier)),
            yearly_value: number(mapped(&import.yearly_value)),
            renewal: day(mapped(&import.renewal)).or_else(|| day(&opportunity["CloseDate"])),
            opportunity: text(opportunity, "Id"),
            last_contact: day(mapped(&import.last_contact)),
            country: text(row, self.country()),
            modified: text(row, "SystemModstamp").and_then(|time| stamp(&time)),
            merged_into: text(row, "MasterRecordId"),
            deleted: row["IsDeleted"] == true,
        }))
    }
}

fn person(row: &Value) -> Option<CrmPerson> {
    Some(CrmPerson {
        id: text(row, "Id")?,
        name: text(row, "Name")?,
        role: text(row, "Title"),
        email: text(row, "Email"),
        phone: text(row, "Phone"),
    })
}

/// The value of a field, through relations too. Names are the same in any case (SOQL), but an answer has their own.
fn value<'a>(row: &'a Value, field: &str) -> &'a Value {
    field.split('.').fold(row, |row, part| {
        let own = row.as_object().and_then(|row| row.iter().find(|(name, _)| name.eq_ignore_ascii_case(part)));
        own.map_or(&Value::Null, |(_, value)| value)
    })
}

fn text(row: &Value, field: &str) -> Option<String> {
    word(value(row, field))
}

/// A word or a number as a word.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite())
}

/// A day, or the day of a time.
fn day(value: &Value) -> Option<NaiveDate> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| text.get(..10)?.parse().ok())
}

/// `2026-03-02T09:00:00.000+0000`: its zone has no colon.
fn stamp(text: &str) -> Option<Time> {
    let time = chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    time.or_else(|_| chrono::DateTime::parse_from_rfc3339(text)).ok().map(Into::into)
}
