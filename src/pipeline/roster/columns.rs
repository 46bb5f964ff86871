//! The columns by which accounts are told in tables: of a file, or as options of the command line.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::did_you_mean;
use crate::model::{Account, AccountId, AccountKind, Alias, Contact, Relation, RelationKind, Tier};

/// What stands between the names of one cell.
const BETWEEN: char = '|';

/// Every column, by the name that is told to people.
pub const COLUMNS: &[&str] = &[
    "id",
    "name",
    "kind",
    "aliases",
    "domain",
    "ticker",
    "cik",
    "social",
    "people",
    "products",
    "require",
    "exclude",
    "owner",
    "deputy",
    "tier",
    "yearly_value",
    "signed",
    "renewal",
    "cadence_days",
    "last_contact",
    "country",
    "goal",
    "area",
    "contact",
    "contact_role",
    "contact_email",
    "contact_phone",
    "rival_of",
    "in_industry",
    "parent_of",
    "customer_of",
    "uses",
];

/// Other names of columns, as other programs write them.
const ALSO: &[(&str, &str)] = &[
    ("alias", "aliases"),
    ("domains", "domain"),
    ("website", "domain"),
    ("tickers", "ticker"),
    ("person", "people"),
    ("product", "products"),
    ("entity", "id"),
    ("type", "kind"),
    ("email", "contact_email"),
    ("phone", "contact_phone"),
];

/// Columns of JSON that hold tables of their own, as in the watchlist file.
const TABLES: &[&str] = &["contacts", "relations", "context", "external_ids"];

/// What one line says of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    cells: Vec<(&'static str, Cell)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Texts(Vec<String>),
    Table(Value),
}

/// The column that a heading means, however it is written ("Yearly value", "yearly-value").
///
/// # Errors
/// What is wrong, with the nearest column.
pub fn column(heading: &str) -> Result<&'static str, String> {
    let plain: String = heading
        .trim()
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '_' })
        .collect();
    let known = COLUMNS.iter().chain(TABLES).copied().find(|column| *column == plain);
    let also = || ALSO.iter().find(|(other, _)| *other == plain).map(|(_, column)| *column);
    known.or_else(also).ok_or_else(|| {
        let names = COLUMNS.iter().copied().chain(ALSO.iter().map(|(other, _)| *other));
        let hint = did_you_mean(&plain, names).unwrap_or_else(|| format!("columns are: {}", COLUMNS.join(", ")));
        format!("unknown column `{}`; {hint}", heading.trim())
    })
}

impl Row {
    /// Puts a text under a column of [`column`]; an empty one says nothing.
    pub fn put(&mut self, column: &'static str, text: &str) {
        let texts = if is_list(column) { text.split(BETWEEN).collect() } else { vec![text] };
        self.put_all(column, &texts);
    }

    /// Puts several texts under one column.
    pub fn put_all<T: AsRef<str>>(&mut self, column: &'static str, texts: &[T]) {
        let texts: Vec<String> =
            texts.iter().map(|text| text.as_ref().trim().to_owned()).filter(|text| !text.is_empty()).collect();
        if !texts.is_empty() {
            self.cells.push((column, Cell::Texts(texts)));
        }
    }

    /// Puts a value of JSON under a column.
    ///
    /// # Errors
    /// Where the column cannot hold such a value.
    pub fn put_json(&mut self, column: &'static str, value: Value) -> Result<(), String> {
        let refused = |value: &Value| format!("`{column}` cannot be {value}");
        match value {
            Value::Null => {}
            value if TABLES.contains(&column) => self.cells.push((column, Cell::Table(value))),
            Value::String(text) => self.put(column, &text),
            Value::Number(number) => self.put(column, &number.to_string()),
            Value::Array(list) if list.iter().all(Value::is_string) => {
                let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
                if texts.len() > 1 && !is_list(column) {
                    return Err(format!("`{column}` is one text, not {}", texts.len()));
                }
                self.put_all(column, &texts);
            }
            value @ Value::Array(_) if column == "aliases" => self.cells.push((column, Cell::Table(value))),
            value => return Err(refused(&value)),
        }
        Ok(())
    }

    /// The text under a column, if there is one.
    #[must_use]
    pub fn text(&self, column: &str) -> Option<&str> {
        self.cells.iter().find_map(|(name, cell)| match cell {
            Cell::Texts(texts) if *name == column => texts.first().map(String::as_str),
            _ => None,
        })
    }

    /// True where a name is spread over lines: a quote of the table was not closed.
    pub(super) fn is_torn(&self) -> bool {
        let torn = |text: &String| text.contains(['\n', '\r']);
        self.cells.iter().any(|(_, cell)| matches!(cell, Cell::Texts(texts) if texts.iter().any(torn)))
    }

    /// Changes what the row speaks of and leaves the rest.
    ///
    /// # Errors
    /// Everything that a column cannot hold.
    pub fn apply(&self, account: &mut Account) -> Result<(), Vec<String>> {
        let wrong: Vec<String> =
            self.cells.iter().filter_map(|(column, cell)| set(account, column, cell).err()).collect();
        let contact = self.contact(account);
        match contact {
            Err(problem) => Err([wrong, vec![problem]].concat()),
            Ok(()) if wrong.is_empty() => Ok(()),
            Ok(()) => Err(wrong),
        }
    }

    /// The columns that speak of one contact: the one of that name, or a new one.
    fn contact(&self, account: &mut Account) -> Result<(), String> {
        let rest = ["contact_role", "contact_email", "contact_phone"];
        let Some(name) = self.text("contact") else {
            return match rest.iter().find(|column| self.text(column).is_some()) {
                Some(column) => Err(format!("`{column}` needs the name of a contact in `contact`")),
                None => Ok(()),
            };
        };
        let place = account.contacts.iter().position(|contact| contact.name == name).unwrap_or_else(|| {
            account.contacts.push(Contact { name: name.to_owned(), ..Contact::default() });
            account.contacts.len() - 1
        });
        let contact = &mut account.contacts[place];
        let told = |column: &str, before: Option<String>| self.text(column).map(str::to_owned).or(before);
        contact.role = told("contact_role", contact.role.take());
        contact.email = told("contact_email", contact.email.take());
        contact.phone = told("contact_phone", contact.phone.take());
        Ok(())
    }
}

fn is_list(column: &str) -> bool {
    matches!(
        column,
        "aliases"
            | "domain"
            | "ticker"
            | "social"
            | "people"
            | "products"
            | "require"
            | "exclude"
            | "rival_of"
            | "in_industry"
            | "parent_of"
            | "customer_of"
            | "uses"
    )
}

fn set(account: &mut Account, column: &str, cell: &Cell) -> Result<(), String> {
    let texts = match cell {
        Cell::Texts(texts) => texts,
        Cell::Table(value) => return set_table(account, column, value),
    };
    let all = || texts.clone();
    let first = texts.first().map(String::as_str).unwrap_or_default();
    let one = || Some(first.to_owned());
    match column {
        "id" => account.id = first.into(),
        "name" => first.clone_into(&mut account.name),
        "kind" => account.kind = chosen(column, first, KINDS)?,
        "tier" => account.tier = chosen(column, first, TIERS)?,
        "aliases" => account.aliases = merged(&account.aliases, texts),
        "domain" => account.domains = texts.iter().map(|text| domain(text)).collect(),
        "ticker" => account.tickers = all(),
        "cik" => account.cik = one(),
        "social" => account.social = all(),
        "people" => account.people = all(),
        "products" => account.products = all(),
        "require" => account.context.require = all(),
        "exclude" => account.context.exclude = all(),
        "owner" => account.owner = one(),
        "deputy" => account.deputy = one(),
        "country" => account.country = one(),
        "goal" => account.goal = one(),
        "area" => account.area = one(),
        "yearly_value" => account.yearly_value = Some(parsed(column, first, "a number such as 120000")?),
        "cadence_days" => account.cadence_days = Some(parsed(column, first, "a whole number of days")?),
        "signed" => account.signed = Some(day(column, first)?),
        "renewal" => account.renewal = Some(day(column, first)?),
        "last_contact" => account.last_contact = Some(day(column, first)?),
        "rival_of" => relate(account, RelationKind::RivalOf, texts),
        "in_industry" => relate(account, RelationKind::InIndustry, texts),
        "parent_of" => relate(account, RelationKind::ParentOf, texts),
        "customer_of" => relate(account, RelationKind::CustomerOf, texts),
        "uses" => relate(account, RelationKind::Uses, texts),
        table if TABLES.contains(&table) => return Err(format!("`{table}` is a table, which a plain text cannot be")),
        // The columns of a contact belong together: see [`Row::contact`].
        _ => {}
    }
    Ok(())
}

fn set_table(account: &mut Account, column: &str, value: &Value) -> Result<(), String> {
    match column {
        "aliases" => account.aliases = table(column, value)?,
        "contacts" => account.contacts = table(column, value)?,
        "relations" => account.relations = table(column, value)?,
        "context" => account.context = table(column, value)?,
        _ => account.external_ids = table(column, value)?,
    }
    Ok(())
}

fn table<T: DeserializeOwned>(column: &str, value: &Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| format!("`{column}` cannot be read: {error}"))
}

const KINDS: &[(&str, AccountKind)] = &[
    ("client", AccountKind::Client),
    ("competitor", AccountKind::Competitor),
    ("prospect", AccountKind::Prospect),
    ("partner", AccountKind::Partner),
    ("topic", AccountKind::Topic),
];

const TIERS: &[(&str, Tier)] = &[("A", Tier::A), ("B", Tier::B), ("C", Tier::C)];

fn chosen<T: Copy>(column: &str, word: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, choice)| *choice);
    found.ok_or_else(|| {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        format!("`{column}` cannot be `{word}`; one of: {}", names.join(", "))
    })
}

fn parsed<T: std::str::FromStr>(column: &str, text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{column}` must be {what}, not `{text}`"))
}

fn day(column: &str, text: &str) -> Result<NaiveDate, String> {
    parsed(column, text, "a day such as 2026-12-01")
}

/// Plain names, and those rules of earlier aliases that a plain text cannot tell.
fn merged(before: &[Alias], names: &[String]) -> Vec<Alias> {
    let known = |name: &String| before.iter().find(|alias| alias.text == *name).cloned();
    names.iter().map(|name| known(name).unwrap_or_else(|| Alias::from(name.as_str()))).collect()
}

/// A domain out of what people write for one: an address, or with `www.`.
fn domain(text: &str) -> String {
    let host = crate::address::host(text).unwrap_or_else(|| text.to_owned());
    host.strip_prefix("www.").unwrap_or(&host).to_owned()
}

/// The accounts it stands to in one way, in place of earlier ones.
fn relate(account: &mut Account, kind: RelationKind, to: &[String]) {
    account.relations.retain(|relation| relation.kind != kind);
    account.relations.extend(to.iter().map(|to| Relation { kind, to: AccountId(to.clone()) }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_however_they_are_written() {
        for (heading, expected) in [
            ("Name", "name"),
            (" Yearly value ", "yearly_value"),
            ("yearly-value", "yearly_value"),
            ("Domains", "domain"),
        ] {
            assert_eq!(column(heading), Ok(expected), "{heading}");
        }
        let told = column("onwer").unwrap_err();
        assert!(told.contains("`onwer`") && told.contains("did you mean `owner`?"), "{told}");
        let told = column("shoe size").unwrap_err();
        assert!(told.contains("columns are: id, name"), "{told}");
    }

    #[test]
    fn a_row_changes_what_it_speaks_of() {
        let mut account = Account {
            aliases: vec![Alias { exact_case: true, ..Alias::from("ACME") }],
            owner: Some("mia".to_owned()),
            ..Account::default()
        };
        let mut row = Row::default();
        for (column, text) in [
            ("aliases", "ACME| Acme Robots |"),
            ("kind", "Prospect"),
            ("tier", "a"),
            ("domain", "https://www.acme.example/about"),
            ("yearly_value", "1200.5"),
            ("renewal", "2027-01-31"),
            ("contact", "Ruth Okafor"),
            ("contact_email", "ruth@acme.example"),
            ("rival_of", "globex|initech"),
            ("owner", "  "),
        ] {
            row.put(column, text);
        }
        row.apply(&mut account).unwrap();
        let again = account.clone();
        row.apply(&mut account).unwrap();
        assert_eq!(account, again, "the same row again changes nothing");
        assert_eq!((account.kind, account.tier), (AccountKind::Prospect, Tier::A));
        assert!(account.aliases[0].exact_case, "the rules of an alias are kept");
        assert_eq!(account.aliases[1].text, "Acme Robots");
        assert_eq!(account.domains, ["acme.example"]);
        assert_eq!(account.owner.as_deref(), Some("mia"), "an empty cell says nothing");
        assert_eq!(account.contacts.len(), 1);
        assert_eq!(account.related(RelationKind::RivalOf).count(), 2);
    }

    #[test]
    fn what_a_column_cannot_hold_is_told() {
        for (column, text, said) in [
            ("kind", "customer", "one of: client"),
            ("tier", "Z", "one of: A, B, C"),
            ("renewal", "31/01/2027", "a day such as"),
            ("yearly_value", "a lot", "a number"),
            ("cadence_days", "-3", "a whole number"),
            ("contact_email", "a@b.example", "`contact`"),
        ] {
            let mut row = Row::default();
            row.put(column, text);
            let told = row.apply(&mut Account::default()).unwrap_err().join("\n");
            assert!(told.contains(said), "{column}: {told}");
        }
    }

    #[test]
    fn json_may_hold_lists_and_tables() {
        let mut row = Row::default();
        row.put_json("aliases", serde_json::json!(["A", { "text": "B", "exact_case": true }])).unwrap();
        row.put_json("contacts", serde_json::json!([{ "name": "Ruth", "sponsor": true }])).unwrap();
        row.put_json("yearly_value", serde_json::json!(12)).unwrap();
        row.put_json("goal", Value::Null).unwrap();
        let mut account = Account::default();
        row.apply(&mut account).unwrap();
        assert!(account.aliases[1].exact_case && account.contacts[0].sponsor);
        assert_eq!(account.yearly_value, Some(12.0));
        assert!(Row::default().put_json("owner", serde_json::json!({ "a": 1 })).is_err());
        assert!(Row::default().put_json("owner", serde_json::json!(["a", "b"])).is_err());
        let mut row = Row::default();
        row.put_json("contacts", serde_json::json!([{ "nam": "Ruth" }])).unwrap();
        assert!(row.apply(&mut Account::default()).unwrap_err()[0].contains("nam"));
    }
}
