//! Accounts of a CRM from an export file: CSV, a list of JSON objects, or one object a line.
//!
//! Columns are found by the names that the mapping gives, else by the usual ones, however they are written ("ParentId",
//! "parent id", "parent_id"). A line without id or name is told and left out; a cell that cannot be read is told, and the
//! rest of its line counts.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use super::{CrmAccount, CrmPerson, Mapping};
use crate::model::Time;
use crate::text::decode::{Declared, decode};

/// What was read of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Its accounts.
    pub accounts: Vec<CrmAccount>,
    /// What could not be read: line from 1 (of a list of objects, its place), and why.
    pub refused: Vec<(usize, String)>,
}

/// One line: what stands in each column, by the plain form of its name.
type Line = BTreeMap<String, Value>;

/// Reads an export file.
///
/// # Errors
/// Where it is nothing of the kind, in words.
pub fn read(bytes: &[u8], mapping: &Mapping) -> Result<Read, String> {
    let text = decode(bytes, None, Declared::Nowhere).text;
    let mut read = Read::default();
    let lines = match text.trim_start().chars().next() {
        None => return Err("the file is empty".to_owned()),
        Some('[') => list(&text)?,
        Some('{') => objects(&text, &mut read),
        Some(_) => table(&text, &mut read)?,
    };
    for (at, line) in lines {
        if let Some(account) = account(&line, at, mapping, &mut read.refused) {
            read.accounts.push(account);
        }
    }
    read.refused.sort();
    Ok(read)
}

fn list(text: &str) -> Result<Vec<(usize, Line)>, String> {
    let all: Vec<serde_json::Map<String, Value>> =
        serde_json::from_str(text).map_err(|error| format!("this is no list of JSON objects: {error}"))?;
    Ok(all.into_iter().enumerate().map(|(at, object)| (at + 1, line(object))).collect())
}

fn objects(text: &str, read: &mut Read) -> Vec<(usize, Line)> {
    let mut lines = Vec::new();
    for (at, one) in text.lines().enumerate().filter(|(_, one)| !one.trim().is_empty()) {
        match serde_json::from_str(one) {
            Ok(object) => lines.push((at + 1, line(object))),
            Err(error) => read.refused.push((at + 1, format!("this is no JSON object: {error}"))),
        }
    }
    lines
}

fn line(object: serde_json::Map<String, Value>) -> Line {
    object.into_iter().map(|(name, value)| (plain(&name), value)).collect()
}

fn table(text: &str, read: &mut Read) -> Result<Vec<(usize, Line)>, String> {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: &u8| header.bytes().filter(|byte| byte == mark).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let names: Vec<String> =
        reader.headers().map_err(|error| format!("this is no table: {error}"))?.iter().map(plain).collect();
    if !names.iter().any(|name| NAME.contains(&name.as_str())) {
        return Err("its first line names no column `name`: is this an export of accounts?".to_owned());
    }
    let mut lines = Vec::new();
    for record in reader.records() {
        match record {
            Ok(cells) => {
                let at = cells.position().map_or(0, |place| usize::try_from(place.line()).unwrap_or(0));
                let cells = names.iter().cloned().zip(cells.iter().map(|cell| Value::String(cell.trim().to_owned())));
                lines.push((at, cells.collect()));
            }
            Err(error) => {
                let at = error.position().map_or(0, |place| usize::try_from(place.line()).unwrap_or(0));
                read.refused.push((at, error.to_string()));
            }
        }
    }
    Ok(lines)
}

/// The usual names of columns, in their plain form.
const ID: &[&str] = &["id", "recordid", "accountid", "companyid"];
const NAME: &[&str] = &["name", "accountname", "companyname", "company"];
const WEBSITE: &[&str] = &["website", "domain", "url", "companydomainname"];
const PARENT: &[&str] = &["parentid", "parent", "parentaccountid"];
const OWNER_ID: &[&str] = &["ownerid"];
const OWNER_NAME: &[&str] = &["ownername", "owner", "accountowner"];
const OWNER_EMAIL: &[&str] = &["owneremail"];
const TIER: &[&str] = &["tier", "rating"];
const YEARLY_VALUE: &[&str] = &["yearlyvalue", "arr", "contractvalue"];
const RENEWAL: &[&str] = &["renewal", "renewaldate"];
const OPPORTUNITY: &[&str] = &["opportunity", "opportunityid"];
const LAST_CONTACT: &[&str] = &["lastcontact", "lastcontacted"];
const COUNTRY: &[&str] = &["country", "billingcountry"];
const MODIFIED: &[&str] = &["modified", "lastmodifieddate", "updatedat"];
const MERGED: &[&str] = &["mergedinto", "masterrecordid"];
const DELETED: &[&str] = &["deleted", "isdeleted"];
const CONTACT: &[&str] = &["contact", "contactname"];

fn account(line: &Line, at: usize, mapping: &Mapping, refused: &mut Vec<(usize, String)>) -> Option<CrmAccount> {
    let cells = Cells { line };
    let (Some(id), Some(name)) = (cells.text(None, ID), cells.text(None, NAME)) else {
        if line.values().any(|value| !text_of(value).is_empty()) {
            refused.push((at, "has no id, or no name".to_owned()));
        }
        return None;
    };
    let mut tell = |what: &str, text: &str| refused.push((at, format!("{what} {text:?} cannot be read; left out")));
    let mut day = |own: &Option<String>, usual: &[&str], what: &str| {
        let text = cells.text(own.as_ref(), usual)?;
        let read = day_of(&text);
        if read.is_none() {
            tell(what, &text);
        }
        read
    };
    let renewal = day(&mapping.renewal, RENEWAL, "day of renewal");
    let last_contact = day(&mapping.last_contact, LAST_CONTACT, "day of the last contact");
    let yearly_value = cells.text(mapping.yearly_value.as_ref(), YEARLY_VALUE).and_then(|text| {
        let read = text.parse().ok().filter(|number: &f64| number.is_finite());
        if read.is_none() {
            tell("yearly value", &text);
        }
        read
    });
    let modified = cells.text(None, MODIFIED).and_then(|text| {
        let read = instant_of(&text);
        if read.is_none() {
            tell("time of the last change", &text);
        }
        read
    });
    Some(CrmAccount {
        owner: owner(&cells),
        contacts: contacts(&cells),
        website: cells.text(mapping.website.as_ref(), WEBSITE),
        parent: cells.text(None, PARENT),
        tier: cells.text(mapping.tier.as_ref(), TIER),
        yearly_value,
        renewal,
        opportunity: cells.text(None, OPPORTUNITY),
        last_contact,
        country: cells.text(mapping.country.as_ref(), COUNTRY),
        modified,
        merged_into: cells.text(None, MERGED),
        deleted: cells.text(None, DELETED).is_some_and(|word| matches!(plain(&word).as_str(), "true" | "1" | "yes")),
        id,
        name,
    })
}

struct Cells<'a> {
    line: &'a Line,
}

impl Cells<'_> {
    /// What stands in the column that the mapping names, else in the first of the usual ones that says something.
    fn text(&self, own: Option<&String>, usual: &[&str]) -> Option<String> {
        let texts = |name: &str| self.line.get(name).map(text_of).filter(|text| !text.is_empty());
        match own {
            Some(name) => texts(&plain(name)),
            None => usual.iter().find_map(|name| texts(name)),
        }
    }

    fn of_contact(&self, what: &str) -> Option<String> {
        let name = format!("contact{what}");
        self.text(None, &[&name])
    }
}

fn owner(cells: &Cells<'_>) -> Option<CrmPerson> {
    if let Some(Value::Object(_)) = cells.line.get("owner") {
        return cells.line.get("owner").and_then(person);
    }
    let (id, name, email) = (cells.text(None, OWNER_ID), cells.text(None, OWNER_NAME), cells.text(None, OWNER_EMAIL));
    let known = id.clone().or_else(|| email.clone()).or_else(|| name.clone())?;
    Some(CrmPerson { id: known, name: name.unwrap_or_default(), email, ..CrmPerson::default() })
}

fn contacts(cells: &Cells<'_>) -> Vec<CrmPerson> {
    if let Some(Value::Array(list)) = cells.line.get("contacts") {
        return list.iter().filter_map(person).filter(|person| !person.name.is_empty()).collect();
    }
    let Some(name) = cells.text(None, CONTACT) else { return Vec::new() };
    let email = cells.of_contact("email");
    let id = cells.of_contact("id").or_else(|| email.clone()).unwrap_or_else(|| name.clone());
    vec![CrmPerson { id, name, role: cells.of_contact("role"), email, phone: cells.of_contact("phone") }]
}

fn person(value: &Value) -> Option<CrmPerson> {
    let text = |name: &str| value.get(name).map(text_of).filter(|text| !text.is_empty());
    let (name, email) = (text("name"), text("email"));
    let id = text("id").or_else(|| email.clone()).or_else(|| name.clone())?;
    Some(CrmPerson { id, name: name.unwrap_or_default(), role: text("role"), email, phone: text("phone") })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        other => other.to_string(),
    }
}

/// A day as ISO 8601 writes it, alone or before a time.
fn day_of(text: &str) -> Option<NaiveDate> {
    text.get(..10).unwrap_or(text).parse().ok()
}

/// An instant by RFC 3339; Salesforce leaves the colon of the offset out.
fn instant_of(text: &str) -> Option<Time> {
    let written =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"));
    written.map(|at| at.to_utc()).ok().or_else(|| Some(day_of(text)?.and_hms_opt(0, 0, 0)?.and_utc()))
}

/// The plain form of a column's name.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_a_list_and_lines_say_the_same() {
        let csv = "Id,Name,Website,ParentId,Owner Email,Renewal Date,Account Value\n\
                   001,Acme Inc,https://acme.com,,Mia@us.example,2027-03-01,120000\n";
        let list = r#"[{"id":"001","name":"Acme Inc","website":"https://acme.com","owner":{"email":"Mia@us.example",
            "id":"Mia@us.example"},"renewal_date":"2027-03-01","account_value":120000}]"#;
        let mapping = Mapping { yearly_value: Some("Account_Value".to_owned()), ..Mapping::default() };
        let table = read(csv.as_bytes(), &mapping).unwrap();
        assert_eq!(table.refused, []);
        assert_eq!(table, read(list.as_bytes(), &mapping).unwrap());
        assert_eq!(table, read(list.trim_matches(['[', ']']).replace('\n', "").as_bytes(), &mapping).unwrap());
        let acme = &table.accounts[0];
        assert_eq!((acme.yearly_value, acme.parent.as_deref()), (Some(120_000.0), None));
        assert_eq!(mapping.owner_of(acme.owner.as_ref().unwrap()).as_deref(), Some("mia"));
    }

    #[test]
    fn r50_bad_lines_are_told_and_good_ones_kept() {
        let csv = "id;name;renewal\n1;Acme;soon\n;Globex;\n3;Hooli;2027-01-02\n";
        let read = read(csv.as_bytes(), &Mapping::default()).unwrap();
        assert_eq!(read.accounts.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Acme", "Hooli"]);
        assert_eq!(read.refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2, 3]);
        assert!(read.refused[0].1.contains("soon"), "{:?}", read.refused);
    }

    #[test]
    fn what_is_no_export_is_refused_whole() {
        for bytes in [&b""[..], b"  \n", b"[1,2]", b"a,b\n1,2\n", b"\xff\xfe\x00\xd8"] {
            assert!(read(bytes, &Mapping::default()).is_err(), "{bytes:?}");
        }
    }
}
