//! An event in a few words, seen from one of the firms in it.

use super::wording::shorten;
use crate::model::{Direction, Field, Manner, Role, Signal, SignalType, Status};
use crate::text::fold::{fold, is_bounded};
use crate::text::sanitise::plain_line;

/// An event in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrases {
    /// As it ends a title: "acquired by Beta", "new CFO Jane Roe".
    pub(super) headline: String,
    /// As it stands in a sentence: "the acquisition by Beta".
    pub(super) noun: String,
    /// The words of the report itself, where ours would say nothing: "Acme opens plant in Gdansk".
    pub(super) report: Option<String>,
}

/// The longest report within a line, in characters.
const LONGEST_REPORT: usize = 90;

/// Names the event of `signal`; `other` is the other firm, `person` the executive, both as they should be shown.
pub(super) fn phrases(signal: &Signal, other: Option<&str>, person: Option<&str>) -> Phrases {
    let by = |text: &str| other.map_or(text.to_owned(), |other| format!("{text} by {other}"));
    let of = |text: &str| other.map_or(text.to_owned(), |other| format!("{text} of {other}"));
    let with = |text: &str| other.map_or(text.to_owned(), |other| format!("{text} with {other}"));
    let from = |text: &str| other.map_or(text.to_owned(), |other| format!("{text} from {other}"));
    let settled = signal.status == Status::Completed;
    let sum = signal.amount.as_ref().map(|amount| format!(" ({})", amount.text)).unwrap_or_default();
    let (headline, noun) = match (signal.kind, signal.role) {
        (SignalType::LeadershipChange, role) => return leadership(signal, role, person),
        (SignalType::Acquisition, Role::Target) => {
            (by(if settled { "acquired" } else { "to be acquired" }), by("the acquisition"))
        }
        (SignalType::Acquisition, Role::MergerParty) => (with("merger"), with("the merger")),
        (SignalType::Acquisition, Role::Seller) => (of("sale"), of("the sale")),
        (SignalType::Acquisition, Role::Shareholder) => (of("sale of shares"), of("the sale of shares")),
        (SignalType::Acquisition, _) => (of("acquisition"), of("the acquisition")),
        (SignalType::Divestiture, Role::Seller) => ("sale of a unit".into(), "the sale of a unit".into()),
        (SignalType::Divestiture, Role::Asset) => ("sold by its owner".into(), "the change of owner".into()),
        (SignalType::Divestiture, _) => (from("purchase of a unit"), from("the purchase of a unit")),
        (SignalType::Funding, Role::Investor) => (of("funding"), of("the funding")),
        (SignalType::Funding, _) => (format!("new funding{sum}"), format!("the new funding{sum}")),
        (SignalType::Ipo, _) => ("stock market listing".into(), "the stock market listing".into()),
        (SignalType::Layoffs, _) => ("job cuts".into(), "the job cuts".into()),
        (SignalType::Hiring, _) => ("hiring".into(), "the new jobs".into()),
        (SignalType::Expansion, _) => ("expansion".into(), "the expansion".into()),
        (SignalType::Closure, _) => ("closure of a site or business".into(), "the closure".into()),
        (SignalType::ProductLaunch, _) => ("new product".into(), "the new product".into()),
        (SignalType::ProductEnd, _) => ("end of a product".into(), "the end of a product".into()),
        (SignalType::PricingChange, _) => match signal.direction {
            Some(Direction::Up) => ("raises its prices".into(), "the price rise".into()),
            Some(Direction::Down) => ("cuts its prices".into(), "the price cut".into()),
            None => ("changes its prices or terms".into(), "the change of prices or terms".into()),
        },
        (SignalType::Marketing, _) => ("new campaign".into(), "the new campaign".into()),
        (SignalType::Partnership, _) => (with("partnership"), with("the partnership")),
        (SignalType::ContractWin, Role::Customer) => (with("contract"), with("the contract")),
        (SignalType::ContractWin, _) => (format!("{}{sum}", with("contract won")), with("the new contract")),
        (SignalType::ContractLoss, Role::Customer) => (with("contract ended"), with("the end of the contract")),
        (SignalType::ContractLoss, _) => (with("contract lost"), with("the end of the contract")),
        (SignalType::Earnings, _) => match signal.direction {
            Some(Direction::Down) => ("weaker results".into(), "the weaker results".into()),
            Some(Direction::Up) => ("better results".into(), "the better results".into()),
            None => ("results".into(), "the results".into()),
        },
        (SignalType::Distress, _) => ("financial trouble".into(), "the news on its finances".into()),
        (SignalType::Legal, Role::Plaintiff) => ("goes to court".into(), "the court case".into()),
        (SignalType::Legal, _) => ("court case".into(), "the court case".into()),
        (SignalType::Regulatory, _) => ("regulator's decision or inquiry".into(), "the regulator's move".into()),
        (SignalType::Breach, Role::Discoverer) => ("finds a security hole".into(), "the security finding".into()),
        (SignalType::Breach, _) => ("security incident".into(), "the security incident".into()),
        (SignalType::Outage, _) => ("service outage".into(), "the outage".into()),
        (SignalType::Recall, _) => ("product recall".into(), "the recall".into()),
        (SignalType::Award, Role::Giver) => ("gives an award".into(), "the award".into()),
        (SignalType::Award, _) => ("award".into(), "the award".into()),
        (SignalType::Procurement, Role::Supplier) => (from("order"), from("the order")),
        (SignalType::Procurement, _) => (from("buys or seeks bids"), from("the purchase")),
        (SignalType::Reputation, _) => ("public criticism".into(), "the public criticism".into()),
        (SignalType::LaborDispute, _) => ("labour dispute".into(), "the labour dispute".into()),
        (SignalType::MarketMove, _) => ("share price move".into(), "the share price move".into()),
    };
    let ours = Phrases { headline, noun, report: None };
    if is_hollow(signal, other) { in_its_own_words(signal).unwrap_or(ours) } else { ours }
}

/// "The new product" names none: no claim knows what was launched, opened, won or sought. The report does.
fn is_hollow(signal: &Signal, other: Option<&str>) -> bool {
    match signal.kind {
        SignalType::ProductLaunch | SignalType::ProductEnd | SignalType::Expansion | SignalType::Marketing => true,
        SignalType::Award => signal.role != Role::Giver,
        SignalType::Procurement => other.is_none(),
        _ => false,
    }
}

/// The headline of the first report that claims it, else the sentence. The first one: it stays when more are told.
fn in_its_own_words(signal: &Signal) -> Option<Phrases> {
    let earliest = signal
        .evidence
        .iter()
        .min_by_key(|quote| (quote.span.field != Field::Title, quote.published, quote.article.clone()))?;
    let line = plain_line(&earliest.quote);
    let report = shorten(line.trim_end_matches('.'), LONGEST_REPORT);
    if report.is_empty() {
        return None;
    }
    // A title names the firm already.
    let rest = report.get(..signal.subject.len()).filter(|start| start.eq_ignore_ascii_case(&signal.subject));
    let rest = rest.and_then(|start| report.get(start.len()..)).and_then(|rest| rest.strip_prefix(' '));
    let headline = rest.map(str::trim_start).filter(|rest| !rest.is_empty()).unwrap_or(&report).to_owned();
    Some(Phrases { headline, noun: format!("“{report}”"), report: Some(report) })
}

fn leadership(signal: &Signal, role: Role, person: Option<&str>) -> Phrases {
    let post = post_in(signal);
    let whom = match (post, person) {
        (Some(post), Some(person)) => format!("{post} {person}"),
        (None, Some(person)) => person.to_owned(),
        (Some(post), None) => post.to_owned(),
        (None, None) => "an executive".to_owned(),
    };
    let (headline, noun) = match (signal.manner, role) {
        (Some(Manner::Deceased), _) => (format!("death of {whom}"), format!("the death of {whom}")),
        (_, Role::AppointedBy) => {
            let new = if post.is_none() { format!("executive {}", person.unwrap_or("named")) } else { whom.clone() };
            (format!("new {new}"), format!("the appointment of {whom}"))
        }
        (Some(Manner::Retired), _) => (format!("{whom} retires"), format!("the retirement of {whom}")),
        _ => (format!("{whom} leaves"), format!("the departure of {whom}")),
    };
    Phrases { headline, noun, report: None }
}

/// Posts as they are written, and as they are shown. Longer ones first where one holds the other.
const POSTS: &[(&str, &str)] = &[
    ("chief executive", "CEO"),
    ("chief financial officer", "CFO"),
    ("chief operating officer", "COO"),
    ("chief technology officer", "CTO"),
    ("chief information officer", "CIO"),
    ("chief marketing officer", "CMO"),
    ("ceo", "CEO"),
    ("cfo", "CFO"),
    ("coo", "COO"),
    ("cto", "CTO"),
    ("cio", "CIO"),
    ("cmo", "CMO"),
    ("managing director", "managing director"),
    ("chairman", "chair"),
    ("chairwoman", "chair"),
];

/// The executive's post, where the leading quote names exactly one.
fn post_in(signal: &Signal) -> Option<&'static str> {
    let quote = fold(&signal.evidence.first()?.quote);
    let mut found = POSTS
        .iter()
        .filter(|(written, _)| quote.match_indices(written).any(|(at, _)| is_bounded(&quote, at, at + written.len())));
    let (_, post) = found.next()?;
    found.all(|(_, other)| other == post).then_some(*post)
}
