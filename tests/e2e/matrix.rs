//! Every kind of event in every part, for every kind of account: a play answers it, or the playbook says why none does.

use tidings::model::AccountKind;
use tidings::model::Role as R;
use tidings::model::SignalType as T;
use tidings::touchpoint::{Play, Playbook, Relation};

/// The parts that a watched firm may have in each kind of event, on either side.
const PARTS: &[(T, &[R])] = &[
    (T::Funding, &[R::Issuer, R::Investor]),
    (T::Ipo, &[R::Issuer, R::Exchange]),
    (T::Acquisition, &[R::Acquirer, R::Target, R::MergerParty, R::Seller, R::Shareholder]),
    (T::Divestiture, &[R::Seller, R::Asset, R::Buyer]),
    (T::LeadershipChange, &[R::AppointedBy, R::DepartedFrom]),
    (T::Layoffs, &[R::Employer]),
    (T::Hiring, &[R::Employer]),
    (T::Expansion, &[R::Operator]),
    (T::Closure, &[R::Operator]),
    (T::ProductLaunch, &[R::Maker, R::Partner]),
    (T::ProductEnd, &[R::Maker]),
    (T::PricingChange, &[R::PriceSetter]),
    (T::Marketing, &[R::Brand, R::Partner]),
    (T::Partnership, &[R::Partner]),
    (T::ContractWin, &[R::Supplier, R::Customer]),
    (T::ContractLoss, &[R::Supplier, R::Customer]),
    (T::Earnings, &[R::Reporter]),
    (T::Distress, &[R::Debtor, R::Rater]),
    (T::Legal, &[R::Defendant, R::Plaintiff, R::Affected, R::Involved, R::Intervener]),
    (T::Regulatory, &[R::Regulated, R::Involved, R::Regulator]),
    (T::Breach, &[R::Victim, R::Discoverer, R::Supplier, R::Involved]),
    (T::Outage, &[R::Operator, R::Supplier]),
    (T::Recall, &[R::Maker, R::Distributor]),
    (T::Award, &[R::Winner, R::Giver]),
    (T::Procurement, &[R::Buyer, R::Supplier]),
    (T::Reputation, &[R::Criticised, R::Critic]),
    (T::LaborDispute, &[R::Employer, R::Affected, R::Union]),
    (T::MarketMove, &[R::Listed, R::Broker]),
];

const KINDS: [AccountKind; 5] =
    [AccountKind::Client, AccountKind::Competitor, AccountKind::Prospect, AccountKind::Partner, AccountKind::Topic];

/// What a place of the matrix says: the plays, and the reason for none where they do not always fit.
struct Place<'a> {
    plays: Vec<&'a Play>,
    because: Option<&'a str>,
}

impl Place<'_> {
    /// A play always fits, or it is said why none does.
    fn is_settled(&self) -> bool {
        self.because.is_some() || self.plays.iter().any(|play| always(play))
    }
}

/// Nothing but kind and part of the event decides whether it fits.
fn always(play: &Play) -> bool {
    let when = &play.when;
    when.directions.is_empty()
        && when.manners.is_empty()
        && when.counterparty.is_empty()
        && when.tiers.is_empty()
        && !(when.contact || when.told_by_rival)
}

fn place(book: &Playbook, kind: AccountKind, of: T, role: R) -> Place<'_> {
    let plays = book.plays.iter().filter(|play| {
        let when = &play.when;
        play.relation.contains(&kind)
            && when.whose == Relation::Own
            && when.types.contains(&of)
            && (when.roles.is_empty() || when.roles.contains(&role))
    });
    let because = book.no_play.iter().find(|none| {
        none.relation.contains(&kind)
            && (none.types.is_empty() || none.types.contains(&of))
            && (none.roles.is_empty() || none.roles.contains(&role))
    });
    Place { plays: plays.collect(), because: because.map(|none| none.because.as_str()) }
}

#[test]
#[expect(clippy::print_stdout, reason = "the matrix is there to be read: `cargo test matrix -- --nocapture`")]
fn every_place_has_a_play_or_a_reason() {
    let shipped = Playbook::shipped().unwrap();
    assert_eq!(PARTS.len(), T::ALL.len(), "every kind of event");
    assert!(T::ALL.iter().all(|of| PARTS.iter().any(|(known, _)| known == of)));
    let mut open = Vec::new();
    for (of, roles) in PARTS {
        for role in *roles {
            for kind in KINDS {
                let place = place(&shipped, kind, *of, *role);
                let ids: Vec<String> = place
                    .plays
                    .iter()
                    .map(|play| if always(play) { play.id.to_string() } else { format!("{} (sometimes)", play.id) })
                    .collect();
                let says = match place.because {
                    _ if place.plays.iter().any(|play| always(play)) => ids.join(", "),
                    Some(because) if ids.is_empty() => format!("no play because {because}"),
                    Some(because) => format!("{}, else no play because {because}", ids.join(", ")),
                    None => ids.join(", "),
                };
                let name = format!("{} / {} / {}", of.as_str(), role.as_str(), kind.as_str());
                println!("{name}: {says}");
                if !place.is_settled() {
                    open.push(format!("{name}: {says}"));
                }
            }
        }
    }
    assert!(open.is_empty(), "neither play nor reason:\n{}", open.join("\n"));
}

#[test]
fn no_reason_is_given_for_what_does_not_occur() {
    let shipped = Playbook::shipped().unwrap();
    for none in &shipped.no_play {
        let used = PARTS.iter().any(|(of, roles)| {
            roles.iter().any(|role| {
                none.relation.iter().any(|kind| {
                    let place = place(&shipped, *kind, *of, *role);
                    place.because == Some(none.because.as_str()) && !place.plays.iter().any(|play| always(play))
                })
            })
        });
        assert!(used, "{none:?}");
    }
}
