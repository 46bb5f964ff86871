//! What of a CRM's accounts is taken over, and under which names it stands there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CrmPerson;
use crate::model::{AccountKind, Tier};

/// How the accounts of a CRM become accounts here. Field names are the CRM's own (its API names); what is not named keeps
/// the CRM's usual field, where it has one, else it is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// What new accounts are to us.
    pub kind: AccountKind,
    /// Only accounts that fit this: a condition in the CRM's own language, as its kind describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// Field with the web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Field with the tier; its words are translated by `tiers`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// What the words of that field mean here ("Gold" = "a").
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<String, Tier>,
    /// Field with the yearly value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yearly_value: Option<String>,
    /// Field with the day of renewal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal: Option<String>,
    /// Field with the day of the last human contact. A "last activity" that counts due dates of tasks is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_contact: Option<String>,
    /// Field with the country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Minutes between two imports by the program itself; 0 imports only by hand (`tidings crm import`).
    #[serde(skip_serializing_if = "is_zero")]
    pub import_every_minutes: u32,
    /// What becomes of a card whose account has no record there. Unset: CRMs wait, webhooks send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlinked: Option<Unlinked>,
    /// Our owners ("anna") and their ids there, where the names or mail addresses there do not tell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, String>,
}

/// What becomes of a card whose account has no record in the CRM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unlinked {
    /// It waits until there is one.
    Hold,
    /// It is sent without.
    Send,
}

impl Mapping {
    /// The tier that a word of the CRM means; nothing where nobody said.
    #[must_use]
    pub fn tier_of(&self, word: &str) -> Option<Tier> {
        let word = word.trim();
        let mapped = self.tiers.iter().find(|(known, _)| known.trim().eq_ignore_ascii_case(word));
        mapped.map(|(_, tier)| *tier).or(match word {
            "A" | "a" => Some(Tier::A),
            "B" | "b" => Some(Tier::B),
            "C" | "c" => Some(Tier::C),
            _ => None,
        })
    }

    /// Who of us a user of the CRM is: by the mapping, else the name before the @ of their mail address, else their name.
    #[must_use]
    pub fn owner_of(&self, user: &CrmPerson) -> Option<String> {
        let mapped = self.owners.iter().find(|(_, id)| **id == user.id).map(|(ours, _)| ours.clone());
        let by_mail = || {
            let before = user.email.as_deref()?.split('@').next()?.trim().to_lowercase();
            Some(before).filter(|name| !name.is_empty())
        };
        let by_name = || Some(user.name.trim().to_owned()).filter(|name| !name.is_empty());
        mapped.or_else(by_mail).or_else(by_name)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
