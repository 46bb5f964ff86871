//! Whom we watch.

use std::collections::HashMap;
use std::fmt;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{AccountId, Told};

/// Whom we watch: a firm, or a topic, with all that tells it from its namesakes and all that decides a contact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Short and lasting name, used in relations, searches and the CRM key ("acme").
    pub id: AccountId,
    /// What it is to us.
    #[serde(default)]
    pub kind: AccountKind,
    /// Full name as it signs ("Acme Robotics, Inc.").
    pub name: String,
    /// Other names it is written about by. A text, or a table with rules of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Web domains of its own ("acme.com"); the first is the main one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// Stock symbols ("ACME").
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickers: Vec<String>,
    /// Number of its filings with the US Securities and Exchange Commission ("0000320193").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cik: Option<String>,
    /// Where it speaks itself: "@acme@mastodon.example", "acme.bsky.social", the address of a profile, of a YouTube
    /// channel or playlist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub social: Vec<String>,
    /// Known leaders; their names near an alias speak for this account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Known products and brands; their names near an alias speak for this account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
    /// What must or must not stand near its names.
    #[serde(default)]
    pub context: ContextRules,
    /// How it stands to other accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Relation>,
    /// People to talk to there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// Who of us looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Who of us stands in for the owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<String>,
    /// How much it matters.
    #[serde(default)]
    pub tier: Tier,
    /// Yearly value of its business with us, in the currency of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yearly_value: Option<f64>,
    /// Day it signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<NaiveDate>,
    /// Day the contract is up for renewal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<NaiveDate>,
    /// Longest wished-for time between human contacts, in days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cadence_days: Option<u32>,
    /// Day of the last call, meeting or answered mail. Absent is unknown, not never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_contact: Option<NaiveDate>,
    /// Country of its head office, ISO 3166-1 alpha-2 ("DE").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// What it wants from us, in a few words; used in wording ("shorter delivery times").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// Which part of its business we serve, in a few words; used in wording ("warehouse software").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// Names of this account's record elsewhere, by destination ("salesforce" = "001…").
    #[serde(default, skip_serializing_if = "HashMap::is_empty")]
    pub external_ids: HashMap<String, String>,
    /// What it told in contacts, as far as a person confirmed it; put in by the program.
    #[serde(skip)]
    pub told: Vec<Told>,
}

/// What an account is to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A firm that buys from us.
    #[default]
    Client,
    /// A firm that sells what we sell.
    Competitor,
    /// A firm that may buy from us.
    Prospect,
    /// A firm that we sell with or buy from.
    Partner,
    /// An industry or phrase.
    Topic,
}

impl AccountKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Client, Self::Competitor, Self::Prospect, Self::Partner, Self::Topic];

    /// The word used in files and queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Competitor => "competitor",
            Self::Prospect => "prospect",
            Self::Partner => "partner",
            Self::Topic => "topic",
        }
    }
}

/// One more name of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "AliasForm", into = "AliasForm")]
#[schemars(with = "AliasForm")]
pub struct Alias {
    /// As written in the news.
    pub text: String,
    /// Only counts in exactly this spelling of capitals.
    pub exact_case: bool,
    /// Never accepted without support from the context. Unset: short and common words need it.
    pub needs_context: Option<bool>,
    /// Words of which one must occur in the article.
    pub require: Vec<String>,
    /// Words of which none may occur in the article.
    pub exclude: Vec<String>,
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(untagged)]
enum AliasForm {
    /// A plain name.
    Plain(String),
    /// A name with rules of its own.
    Ruled(RuledAlias),
}

/// By hand, as the derived reader of untagged forms forgets where a mistake stands and what it is.
impl<'de> Deserialize<'de> for AliasForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = AliasForm;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a name, or a table with `text`")
            }

            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<AliasForm, E> {
                Ok(AliasForm::Plain(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<AliasForm, A::Error> {
                RuledAlias::deserialize(MapAccessDeserializer::new(table)).map(AliasForm::Ruled)
            }
        }

        deserializer.deserialize_any(Reader)
    }
}

/// A name with rules of its own.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuledAlias {
    /// As written in the news.
    text: String,
    /// Only counts in exactly this spelling of capitals.
    #[serde(default)]
    exact_case: bool,
    /// Never accepted without support from the context. Unset: short and common words need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    needs_context: Option<bool>,
    /// Words of which one must occur in the article.
    #[serde(default)]
    require: Vec<String>,
    /// Words of which none may occur in the article.
    #[serde(default)]
    exclude: Vec<String>,
}

impl From<AliasForm> for Alias {
    fn from(form: AliasForm) -> Self {
        match form {
            AliasForm::Plain(text) => Self { text, ..Self::default() },
            AliasForm::Ruled(RuledAlias { text, exact_case, needs_context, require, exclude }) => {
                Self { text, exact_case, needs_context, require, exclude }
            }
        }
    }
}

impl From<Alias> for AliasForm {
    fn from(alias: Alias) -> Self {
        if alias == (Alias { text: alias.text.clone(), ..Alias::default() }) {
            return Self::Plain(alias.text);
        }
        let Alias { text, exact_case, needs_context, require, exclude } = alias;
        Self::Ruled(RuledAlias { text, exact_case, needs_context, require, exclude })
    }
}

impl From<&str> for Alias {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// Words near a name that decide whose it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContextRules {
    /// One of these must occur in the article ("robot", "warehouse").
    pub require: Vec<String>,
    /// None of these may occur in the article ("Acme Brick").
    pub exclude: Vec<String>,
}

/// How an account stands to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The kind of tie.
    pub kind: RelationKind,
    /// The other account.
    pub to: AccountId,
}

/// The kind of tie between two accounts, read from the one that states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Sells against it.
    RivalOf,
    /// Works in that industry (a topic).
    InIndustry,
    /// Owns it.
    ParentOf,
    /// Buys from it.
    CustomerOf,
    /// Uses its product.
    Uses,
}

/// A person to talk to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Full name.
    pub name: String,
    /// What they do there ("CFO").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The one who decides on our contract.
    #[serde(default)]
    pub sponsor: bool,
}

/// How much an account matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Tier {
    /// Top accounts: a personal call.
    A,
    /// The middle.
    #[default]
    B,
    /// The long tail.
    C,
}

impl Account {
    /// The person to call first: the sponsor, else the first named.
    #[must_use]
    pub fn first_contact(&self) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.sponsor).or_else(|| self.contacts.first())
    }

    /// The accounts it stands to in this way.
    pub fn related(&self, kind: RelationKind) -> impl Iterator<Item = &AccountId> {
        self.relations.iter().filter(move |relation| relation.kind == kind).map(|relation| &relation.to)
    }
}

/// All accounts, with a way to find one by its id.
#[derive(Clone, Debug, Default)]
pub struct Watchlist {
    accounts: Vec<Account>,
    place: HashMap<AccountId, usize>,
}

impl Watchlist {
    /// A watchlist of these accounts; of two with one id the later is found by it.
    #[must_use]
    pub fn new(accounts: Vec<Account>) -> Self {
        let place = accounts.iter().enumerate().map(|(place, account)| (account.id.clone(), place)).collect();
        Self { accounts, place }
    }

    /// All accounts in their given order.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The account with this id.
    #[must_use]
    pub fn get(&self, id: &AccountId) -> Option<&Account> {
        self.place.get(id).map(|place| &self.accounts[*place])
    }

    /// Clients that compete with, or use, this competitor, by either side's statement.
    #[must_use]
    pub fn exposed_to(&self, competitor: &Account) -> Vec<&Account> {
        self.accounts
            .iter()
            .filter(|account| account.kind == AccountKind::Client)
            .filter(|account| {
                account.relations.iter().any(|relation| {
                    relation.to == competitor.id
                        && matches!(relation.kind, RelationKind::Uses | RelationKind::CustomerOf)
                }) || competitor
                    .related(RelationKind::InIndustry)
                    .any(|industry| account.related(RelationKind::InIndustry).any(|own| own == industry))
            })
            .collect()
    }
}
