//! What of a CRM's accounts is taken over, and under which names it stands there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Our owners ("anna") and their ids there, where the names or mail addresses there do not tell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub owners: BTreeMap<String, String>,
}
