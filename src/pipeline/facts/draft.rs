//! A fact as it is written by others: one JSON object, or a line of a table.

use chrono::{DateTime, NaiveDate, TimeDelta};
use csv::ReaderBuilder;
use serde_json::{Map, Value};

use crate::address;
use crate::config::did_you_mean;
use crate::model::{Account, AccountId, Fact, FactKind, Time, Watchlist};
use crate::pipeline::roster::table::{Format, Refused};
use crate::text::decode::{Declared, decode};

/// What may stand in it.
const FIELDS: &[&str] = &[
    "system",
    "id",
    "kind",
    "account",
    "external_id",
    "domain",
    "contact",
    "at",
    "amount",
    "reference",
    "priority",
    "text",
];

/// Longest values, in characters.
const LONGEST_NAME: usize = 200;
const LONGEST_TEXT: usize = 2_000;

/// A clock that runs ahead is forgiven this much.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// A fact as it was written, its account not looked up yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft(Map<String, Value>);

/// The drafts of a file, each with its line; with what could not be read.
#[must_use]
pub fn read(bytes: &[u8], format: Format) -> (Vec<(usize, Draft)>, Vec<Refused>) {
    let text = decode(bytes, None, Declared::Nowhere).text;
    match format {
        Format::Json => read_lines(&text),
        Format::Csv => read_table(&text),
    }
}

fn read_lines(text: &str) -> (Vec<(usize, Draft)>, Vec<Refused>) {
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line) {
            Ok(value) => match Draft::of(value) {
                Ok(draft) => drafts.push((place + 1, draft)),
                Err(reason) => refused.push(Refused { line: Some(place + 1), reason }),
            },
            Err(error) => {
                let reason = format!("this is no JSON object: {error}");
                refused.push(Refused { line: Some(place + 1), reason });
            }
        }
    }
    (drafts, refused)
}

fn read_table(text: &str) -> (Vec<(usize, Draft)>, Vec<Refused>) {
    let (mut drafts, mut refused) = (Vec::new(), Vec::new());
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let headings: Vec<Option<&str>> = match reader.headers() {
        Ok(headings) => headings
            .iter()
            .map(|heading| {
                let plain = heading.trim().to_lowercase().replace([' ', '-'], "_");
                let known = FIELDS.iter().copied().find(|field| *field == plain);
                if known.is_none() {
                    let reason = format!("{}; the column is left out", unknown(heading));
                    refused.push(Refused { line: Some(1), reason });
                }
                known
            })
            .collect(),
        Err(error) => {
            refused.push(Refused { line: Some(1), reason: format!("this is no table: {error}") });
            return (drafts, refused);
        }
    };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let line = usize::try_from(line).unwrap_or(0);
                if record.iter().all(|cell| cell.trim().is_empty()) {
                    continue;
                }
                let cells = headings.iter().zip(&record).filter(|(_, cell)| !cell.trim().is_empty());
                let fields =
                    cells.filter_map(|(heading, cell)| Some(((*heading)?.to_owned(), Value::from(cell.trim()))));
                drafts.push((line, Draft(fields.collect())));
            }
            Err(error) => {
                let line = error.position().and_then(|position| usize::try_from(position.line()).ok());
                refused.push(Refused { line, reason: format!("this line cannot be read: {error}") });
            }
        }
    }
    (drafts, refused)
}

impl Draft {
    /// The draft that a JSON object is.
    ///
    /// # Errors
    /// Where it is no object, or has a field that no fact has.
    pub fn of(value: Value) -> Result<Self, String> {
        let Value::Object(fields) = value else { return Err("a fact is a JSON object".to_owned()) };
        match fields.keys().find(|field| !FIELDS.contains(&field.as_str())) {
            Some(field) => Err(unknown(field)),
            None => Ok(Self(fields)),
        }
    }

    /// The fact it tells, its account found by our id, by an id of another system, or by domain: never by name.
    ///
    /// # Errors
    /// What is missing or wrong with it, for a person.
    pub fn settle(&self, watchlist: &Watchlist, now: Time) -> Result<Fact, String> {
        let system = self.needed("system", LONGEST_NAME)?;
        let key = self.needed("id", LONGEST_NAME)?;
        let word = self.needed("kind", LONGEST_NAME)?;
        let kind = FactKind::ALL.iter().copied().find(|kind| kind.as_str() == word).ok_or_else(|| {
            let known = || FactKind::ALL.iter().map(|kind| kind.as_str());
            let nearest = did_you_mean(&word, known()).unwrap_or_else(|| known().collect::<Vec<_>>().join(", "));
            format!("`{word}` is no kind of fact: {nearest}")
        })?;
        let at = instant(&self.needed("at", LONGEST_NAME)?)?;
        if at > now + AHEAD {
            return Err(format!("`at` lies ahead: {at}"));
        }
        let account = self.account(&system, watchlist)?;
        Ok(Fact {
            id: Fact::id_of(&system, &key),
            key,
            kind,
            account,
            contact: self.text("contact", LONGEST_NAME)?,
            at,
            amount: self.amount()?,
            reference: self.text("reference", LONGEST_NAME)?,
            priority: self.text("priority", LONGEST_NAME)?,
            text: self.text("text", LONGEST_TEXT)?,
            system,
        })
    }

    fn account(&self, system: &str, watchlist: &Watchlist) -> Result<AccountId, String> {
        if let Some(id) = self.text("account", LONGEST_NAME)? {
            let id = AccountId(id);
            return match watchlist.get(&id) {
                Some(_) => Ok(id),
                None => Err(format!(
                    "no account has the id `{id}`; a name is not enough, give its id, external_id or domain"
                )),
            };
        }
        if let Some(external) = self.text("external_id", LONGEST_NAME)? {
            // "salesforce:001…" names the system whose id it is; else it is that of the system that tells.
            let (of, id) = external.split_once(':').unwrap_or((system, &external));
            let has = |account: &&Account| {
                account.external_ids.iter().any(|(name, own)| name.eq_ignore_ascii_case(of) && own == id)
            };
            return only(watchlist.accounts().iter().filter(has), &format!("the id `{id}` of {of}"));
        }
        if let Some(domain) = self.text("domain", LONGEST_NAME)? {
            return by_domain(&domain, watchlist);
        }
        match self.text("contact", LONGEST_NAME)?.as_deref().and_then(|contact| contact.rsplit_once('@')) {
            Some((_, domain)) => by_domain(domain, watchlist),
            None => Err("names no account: give `account`, `external_id` or `domain`".to_owned()),
        }
    }

    fn needed(&self, field: &str, longest: usize) -> Result<String, String> {
        self.text(field, longest)?.ok_or_else(|| format!("`{field}` is missing"))
    }

    /// The text of a field; a number counts as its digits.
    fn text(&self, field: &str, longest: usize) -> Result<Option<String>, String> {
        let text = match self.0.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(format!("`{field}` must be a text")),
        };
        if text.chars().count() > longest {
            return Err(format!("`{field}` is longer than {longest} characters"));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    fn amount(&self) -> Result<Option<f64>, String> {
        let Some(text) = self.text("amount", LONGEST_NAME)? else { return Ok(None) };
        match text.parse::<f64>() {
            Ok(amount) if amount.is_finite() => Ok(Some(amount)),
            _ => Err(format!("`amount` is no number: {text}")),
        }
    }
}

fn by_domain(domain: &str, watchlist: &Watchlist) -> Result<AccountId, String> {
    let sought = address::domain_of_host(&domain.trim().to_lowercase());
    let has = |account: &&Account| {
        account.domains.iter().any(|own| address::domain_of_host(&own.trim().to_lowercase()) == sought)
    };
    only(watchlist.accounts().iter().filter(has), &format!("the domain `{domain}`"))
}

/// The one account that fits: of several a person must say which is meant.
fn only<'a>(fits: impl Iterator<Item = &'a Account>, what: &str) -> Result<AccountId, String> {
    let fits: Vec<&Account> = fits.collect();
    match fits.as_slice() {
        [one] => Ok(one.id.clone()),
        [] => Err(format!("no account has {what}")),
        several => {
            let ids: Vec<&str> = several.iter().map(|account| account.id.as_str()).collect();
            Err(format!("{what} fits {}: give `account`", ids.join(" and ")))
        }
    }
}

/// A day is its first instant in UTC.
fn instant(text: &str) -> Result<Time, String> {
    let day = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|at| at.and_utc());
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).ok().or_else(day);
    at.ok_or_else(|| format!("`at` is neither an instant (2026-11-25T10:00:00Z) nor a day (2026-11-25): {text}"))
}

fn unknown(field: &str) -> String {
    let nearest =
        did_you_mean(field, FIELDS.iter().copied()).unwrap_or_else(|| format!("known are {}", FIELDS.join(", ")));
    format!("no fact has a field `{field}`: {nearest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn watchlist() -> Watchlist {
        let account = |id: &str, domain: &str| Account {
            id: id.into(),
            name: format!("{id} Inc"),
            domains: vec![domain.to_owned()],
            external_ids: [("salesforce".to_owned(), format!("001-{id}"))].into(),
            ..Account::default()
        };
        Watchlist::new(vec![
            account("acme", "acme.example"),
            account("beta", "twin.example"),
            account("gamma", "twin.example"),
        ])
    }

    fn settled(change: &Value) -> Result<Fact, String> {
        let mut fact = json!({ "system": "desk", "id": 7, "kind": "ticket_opened", "at": "2026-11-24" });
        for (key, value) in change.as_object().unwrap() {
            fact[key] = value.clone();
        }
        Draft::of(fact)?.settle(&watchlist(), "2026-11-25T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn an_account_is_found_by_ids_and_domain_never_by_name() {
        for (by, expected) in [
            (json!({ "account": "acme" }), Ok("acme")),
            (json!({ "external_id": "salesforce:001-beta" }), Ok("beta")),
            (json!({ "external_id": "001-beta", "system": "Salesforce" }), Ok("beta")),
            (json!({ "domain": "www.acme.example" }), Ok("acme")),
            (json!({ "contact": "jane@mail.acme.example" }), Ok("acme")),
            (json!({ "account": "acme Inc" }), Err("a name is not enough")),
            (json!({ "external_id": "001-beta" }), Err("no account has the id `001-beta` of desk")),
            (json!({ "domain": "twin.example" }), Err("beta and gamma")),
            (json!({ "contact": "Jane Roe" }), Err("names no account")),
            (json!({}), Err("names no account")),
        ] {
            match (settled(&by), expected) {
                (Ok(fact), Ok(expected)) => assert_eq!(fact.account.as_str(), expected, "{by}"),
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{by}: {error}"),
                (got, _) => panic!("{by}: {got:?}"),
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (change, expected) in [
            (json!({ "kind": "ticket_open" }), "ticket_opened"),
            (json!({ "at": "yesterday" }), "`at` is neither"),
            (json!({ "at": "2027-01-01" }), "lies ahead"),
            (json!({ "amount": "much" }), "`amount` is no number"),
            (json!({ "amount": "NaN" }), "`amount` is no number"),
            (json!({ "text": ["x"] }), "`text` must be a text"),
            (json!({ "text": "x".repeat(3_000) }), "longer than 2000"),
            (json!({ "system": " " }), "`system` is missing"),
            (json!({ "acount": "acme" }), "`account`"),
        ] {
            let mut change = change;
            change["account"] = json!("acme");
            let error = settled(&change).unwrap_err();
            assert!(error.contains(expected), "{change}: {error}");
        }
    }

    #[test]
    fn r50_good_lines_are_kept_and_bad_ones_told() {
        let lines = b"{\"system\":\"desk\",\"id\":1}\n\nno json\n{\"x\":1}\n[]\n";
        let (drafts, refused) = read(lines, Format::Json);
        assert_eq!(drafts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1]);
        assert_eq!(refused.iter().map(|refused| refused.line).collect::<Vec<_>>(), [Some(3), Some(4), Some(5)]);
        let table = b"system;id;kind;External ID;Shoe\ndesk;7;ticket_opened;001;44\n;;;;\ndesk;8\n";
        let (drafts, refused) = read(table, Format::Csv);
        assert_eq!(drafts.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(drafts[0].1.text("external_id", 9).unwrap().as_deref(), Some("001"));
        assert_eq!(refused.len(), 1);
        for bytes in [&b""[..], b"\n", b"\xff\xfe\x00", b"\"", b"{", b"a,b\n\"x"] {
            let _ = (read(bytes, Format::Json), read(bytes, Format::Csv));
        }
    }
}
