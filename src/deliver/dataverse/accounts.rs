//! Accounts of Dataverse, with their contacts, owners and renewals.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use super::super::{Answer, CrmAccount, CrmPerson};
use super::service::Service;
use crate::model::Time;

/// What a pick list's number means is told beside it.
const FORMATTED: &str = "@OData.Community.Display.V1.FormattedValue";

impl Service<'_> {
    /// Active accounts; those that changed since `since`, they or their people, inactive and merged ones told.
    pub(super) async fn accounts(&self, since: Option<Time>) -> Result<Vec<CrmAccount>, Answer> {
        let mut conditions = Vec::new();
        if let Some(since) = since {
            let since = since.format("%Y-%m-%dT%H:%M:%SZ");
            conditions.push(format!("modifiedon ge {since}"));
            // A change of a contact leaves the account's own stamp alone.
            conditions.push(format!("contact_customer_accounts/any(c:c/modifiedon ge {since})"));
            if self.settings.renewals.is_some() {
                conditions.push(format!("opportunity_customer_accounts/any(o:o/modifiedon ge {since})"));
            }
        } else {
            conditions.push("statecode eq 0".to_owned());
        }
        let (select, expand) = (self.select(), self.expand());
        let mut accounts = BTreeMap::new();
        for condition in conditions {
            let filter = match &self.settings.import.only {
                Some(only) => format!("({only}) and {condition}"),
                None => condition,
            };
            let query = [("$select", select.as_str()), ("$filter", filter.as_str()), ("$expand", expand.as_str())];
            for row in self.rows(self.url("accounts", &query)).await? {
                if let Some(account) = self.account(&row).await? {
                    accounts.insert(account.id.clone(), account);
                }
            }
        }
        Ok(accounts.into_values().collect())
    }

    fn select(&self) -> String {
        let import = &self.settings.import;
        let usual = "accountid,name,_parentaccountid_value,modifiedon,statecode,merged,_masterid_value";
        let mut columns: Vec<&str> = usual.split(',').collect();
        let mapped = [&import.tier, &import.yearly_value, &import.renewal, &import.last_contact];
        for column in mapped.into_iter().flatten().map(String::as_str).chain([self.website(), self.country()]) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns.join(",")
    }

    fn expand(&self) -> String {
        let mut expand = "owninguser($select=systemuserid,fullname,internalemailaddress),\
                          contact_customer_accounts($select=contactid,fullname,jobtitle,emailaddress1,telephone1;\
                          $filter=statecode eq 0)"
            .to_owned();
        if let Some(renewals) = &self.settings.renewals {
            let today = self.wire.now.date_naive();
            let until = today + TimeDelta::days(self.settings.renewal_days.into());
            expand += &format!(
                ",opportunity_customer_accounts($select=opportunityid,estimatedclosedate;$filter=statecode eq 0 and \
                 estimatedclosedate ge {today} and estimatedclosedate le {until} and ({renewals});\
                 $orderby=estimatedclosedate;$top=1)"
            );
        }
        expand
    }

    fn website(&self) -> &str {
        self.settings.import.website.as_deref().unwrap_or("websiteurl")
    }

    fn country(&self) -> &str {
        self.settings.import.country.as_deref().unwrap_or("address1_country")
    }

    async fn account(&self, row: &Value) -> Result<Option<CrmAccount>, Answer> {
        let import = &self.settings.import;
        let (Some(id), Some(name)) = (text(row, "accountid"), text(row, "name")) else { return Ok(None) };
        let mapped = |column: &Option<String>| column.as_deref().map_or(&Value::Null, |column| &row[column]);
        let mut contacts: Vec<Value> = row["contact_customer_accounts"].as_array().cloned().unwrap_or_default();
        if let Some(next) = row["contact_customer_accounts@odata.nextLink"].as_str() {
            contacts.extend(self.rows(self.own(next)?).await?);
        }
        let owner = &row["owninguser"];
        let opportunity = &row["opportunity_customer_accounts"][0];
        Ok(Some(CrmAccount {
            id,
            name,
            website: text(row, self.website()),
            parent: text(row, "_parentaccountid_value"),
            owner: text(owner, "systemuserid").map(|id| CrmPerson {
                id,
                name: text(owner, "fullname").unwrap_or_default(),
                email: text(owner, "internalemailaddress"),
                ..CrmPerson::default()
            }),
            contacts: contacts.iter().filter_map(person).collect(),
            tier: import.tier.as_deref().and_then(|tier| text(row, &format!("{tier}{FORMATTED}")).or(text(row, tier))),
            yearly_value: mapped(&import.yearly_value).as_f64(),
            renewal: day(mapped(&import.renewal)).or_else(|| day(&opportunity["estimatedclosedate"])),
            opportunity: text(opportunity, "opportunityid"),
            last_contact: day(mapped(&import.last_contact)),
            country: text(row, self.country()),
            modified: row["modifiedon"].as_str().and_then(|time| time.parse().ok()),
            merged_into: text(row, "_masterid_value"),
            deleted: row["statecode"] == 1,
        }))
    }
}

fn person(row: &Value) -> Option<CrmPerson> {
    Some(CrmPerson {
        id: text(row, "contactid")?,
        name: text(row, "fullname")?,
        role: text(row, "jobtitle"),
        email: text(row, "emailaddress1"),
        phone: text(row, "telephone1"),
    })
}

/// A word or a number as a word.
fn text(row: &Value, column: &str) -> Option<String> {
    match &row[column] {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A day, or the day of a time.
fn day(value: &Value) -> Option<NaiveDate> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| text.get(..10)?.parse().ok())
}
