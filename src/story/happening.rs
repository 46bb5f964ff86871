//! What a report says happened to a watched account, as far as it tells one happening from another.

use serde::{Deserialize, Serialize};

use super::terms;
use crate::model::{AccountId, Claim, Role, SignalType};

/// Something that happened to an account, as one report tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    /// To whom.
    account: AccountId,
    /// What kind of event.
    kind: SignalType,
    /// The part that the account plays.
    role: Role,
    /// The sum named with it, in whole units of its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amount: Option<f64>,
    /// Last name of the executive, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// First word of the other firm's name, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other: Option<String>,
}

/// How what two reports say of one account goes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Accord {
    /// They say nothing of the same kind.
    None,
    /// The same kind of event, and nothing that tells one from another is told by both.
    Kind,
    /// The same kind of event with the same sum, person or other firm.
    Detail,
}

impl Happening {
    /// What a claim says, where it is about a watched account.
    #[must_use]
    pub fn of(claim: &Claim) -> Option<Self> {
        Some(Self {
            account: claim.entity.clone()?,
            kind: claim.kind,
            role: claim.role,
            amount: claim.amount.as_ref().and_then(|amount| amount.value),
            person: claim.person.as_deref().and_then(|name| terms::plain_words(name).pop()),
            other: claim.counterparty.as_deref().and_then(|name| terms::plain_words(name).into_iter().next()),
        })
    }

    /// By what reports of the same kind of event are looked up.
    pub(super) fn key(&self) -> String {
        format!("happening {} {}", self.account, self.kind.as_str())
    }

    /// The same kind of event, where no detail speaks against its being one.
    fn accord(&self, other: &Self) -> Accord {
        let kind = self.account == other.account && self.kind == other.kind && self.role == other.role;
        if !kind || recurs(self.kind) {
            return Accord::None;
        }
        let details = [
            both(self.amount, other.amount, |one, other| (one - other).abs() <= ROUNDED * one.abs().max(other.abs())),
            both(self.person.as_ref(), other.person.as_ref(), |one, other| one == other),
            both(self.other.as_ref(), other.other.as_ref(), |one, other| one == other),
        ];
        if details.contains(&Some(false)) {
            Accord::None
        } else if details.contains(&Some(true)) {
            Accord::Detail
        } else {
            Accord::Kind
        }
    }
}

/// Sums are one where they differ by no more than rounding does ("$80 million", "$79.6 million").
const ROUNDED: f64 = 0.02;

/// Told of any listed firm every day: the same kind says nothing.
fn recurs(kind: SignalType) -> bool {
    matches!(kind, SignalType::MarketMove)
}

fn both<T>(one: Option<T>, other: Option<T>, same: impl Fn(T, T) -> bool) -> Option<bool> {
    Some(same(one?, other?))
}

/// The best accord between what two reports say.
pub(super) fn accord(one: &[Happening], other: &[Happening]) -> Accord {
    one.iter().flat_map(|one| other.iter().map(|other| one.accord(other))).max().unwrap_or(Accord::None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raised(amount: Option<f64>, other: Option<&str>) -> Happening {
        Happening {
            account: "acme".into(),
            kind: SignalType::Funding,
            role: Role::Issuer,
            amount,
            person: None,
            other: other.map(str::to_owned),
        }
    }

    #[test]
    fn details_join_and_part() {
        for (one, other, expected) in [
            (raised(Some(8e7), None), raised(Some(7.96e7), None), Accord::Detail),
            (raised(Some(8e7), None), raised(None, Some("northgate")), Accord::Kind),
            (raised(Some(8e7), Some("northgate")), raised(Some(2e7), Some("northgate")), Accord::None),
            (raised(None, Some("northgate")), raised(None, Some("southgate")), Accord::None),
            (raised(None, None), Happening { account: "beta".into(), ..raised(None, None) }, Accord::None),
            (raised(None, None), Happening { kind: SignalType::Ipo, ..raised(None, None) }, Accord::None),
        ] {
            assert_eq!(accord(std::slice::from_ref(&one), std::slice::from_ref(&other)), expected, "{one:?} {other:?}");
        }
        assert_eq!(accord(&[], &[raised(None, None)]), Accord::None);
    }
}
