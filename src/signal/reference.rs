//! What a firm tells of another on its own pages: that it is its customer.
//!
//! A case study reports no event, so no cue reads it; and where it praises ("our innovator of the year"), the prize is the
//! supplier's own and proves nothing but that the one who got it buys there.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{
    Account, AccountId, Claim, Field, Mention, Quote, Reading, Role, Salience, SignalType, Span, Status,
};
use crate::text::fold::fold;
use crate::text::sentences;

/// Belief in a claim that a page makes as a whole.
const BELIEF: f64 = 0.7;

/// The claims of an article that stands on the own pages of `teller`. Each account that the page is about and shows as a
/// user of what `teller` sells gets a claim to be its customer, where none says so yet; a prize of such an account falls.
/// Where the headline reports other news of the account, the page is no case study.
#[must_use]
pub fn on_own_pages(
    mut claims: Vec<Claim>,
    reading: &Reading<'_>,
    mentions: &[Mention],
    teller: &Account,
) -> Vec<Claim> {
    for account in told_of(mentions, teller) {
        let own = |claim: &Claim| claim.entity.as_ref() == Some(account);
        let praised = claims.iter().any(|claim| own(claim) && claim.kind == SignalType::Award);
        let news = claims.iter().any(|claim| {
            let other = claim.kind != SignalType::Award && !is_business(claim.kind);
            own(claim) && other && claim.evidence.field == Field::Title
        });
        let Some(shown) = shown_as_user(account, reading, mentions) else { continue };
        if news || !(praised || is_headline(account, mentions) || is_case_study(reading.title)) {
            continue;
        }
        claims.retain(|claim| !(own(claim) && claim.kind == SignalType::Award));
        if !claims.iter().any(|claim| own(claim) && is_business(claim.kind)) {
            claims.push(customer(account, &shown, teller));
            if !claims.iter().any(|claim| claim.entity.as_ref() == Some(&teller.id) && is_business(claim.kind)) {
                claims.push(supplier(&shown, teller));
            }
        }
    }
    claims.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    claims
}

fn is_business(kind: SignalType) -> bool {
    matches!(kind, SignalType::ContractWin | SignalType::Procurement | SignalType::Partnership)
}

/// Accounts that the page is about, without the one whose page it is.
fn told_of<'a>(mentions: &'a [Mention], teller: &Account) -> Vec<&'a AccountId> {
    let mut told: Vec<&AccountId> = Vec::new();
    for mention in mentions.iter().filter(|mention| mention.accepted && mention.salience == Salience::About) {
        if mention.account != teller.id && !told.contains(&&mention.account) {
            told.push(&mention.account);
        }
    }
    told
}

fn is_headline(account: &AccountId, mentions: &[Mention]) -> bool {
    let mut own = mentions.iter().filter(|mention| mention.accepted && mention.account == *account);
    own.any(|mention| mention.span.field == Field::Title)
}

/// The account's name as the page writes it, and the words that show it as a user.
struct Shown {
    name: String,
    quote: Quote,
}

/// The headline where it shows the account as a user, else the first sentence that names it and does; where the page calls
/// itself a case study, any sentence that names it.
fn shown_as_user(account: &AccountId, reading: &Reading<'_>, mentions: &[Mention]) -> Option<Shown> {
    let own = || mentions.iter().filter(|mention| mention.accepted && mention.account == *account);
    let case_study = is_case_study(reading.title) || is_case_study(first(reading.text));
    let mut sentences = vec![(Field::Title, 0..reading.title.len())];
    sentences.extend(sentences::sentences(reading.text).into_iter().map(|range| (Field::Text, range)));
    sentences.into_iter().find_map(|(field, range)| {
        let whole = if field == Field::Title { reading.title } else { reading.text };
        let quote = whole.get(range.clone())?;
        let named = own().find(|mention| is_within(mention.span, field, &range))?;
        let name = whole.get(named.span.start..named.span.end)?;
        (case_study || matches(&USE, quote) || matches(&PRAISE, quote)).then(|| Shown {
            name: name.to_owned(),
            quote: Quote { field, start: range.start, end: range.end, quote: quote.to_owned() },
        })
    })
}

fn is_within(span: Span, field: Field, range: &std::ops::Range<usize>) -> bool {
    span.field == field && span.start >= range.start && span.end <= range.end && span.start < span.end
}

fn is_case_study(words: &str) -> bool {
    matches(&CASE_STUDY, words)
}

fn first(text: &str) -> &str {
    sentences::sentences(text).into_iter().next().and_then(|range| text.get(range)).unwrap_or_default()
}

fn customer(account: &AccountId, shown: &Shown, teller: &Account) -> Claim {
    Claim {
        kind: SignalType::ContractWin,
        entity: Some(account.clone()),
        subject: shown.name.clone(),
        role: Role::Customer,
        counterparty: Some(teller.name.clone()),
        counter_role: Some(Role::Supplier),
        person: None,
        manner: None,
        direction: None,
        amount: None,
        status: Status::Completed,
        confidence: BELIEF,
        evidence: shown.quote.clone(),
    }
}

fn supplier(shown: &Shown, teller: &Account) -> Claim {
    let mirrored = customer(&teller.id, shown, teller);
    Claim {
        subject: teller.name.clone(),
        role: Role::Supplier,
        counterparty: Some(shown.name.clone()),
        counter_role: Some(Role::Customer),
        ..mirrored
    }
}

fn matches(pattern: &LazyLock<Option<Regex>>, words: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(&fold(words)))
}

static CASE_STUDY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:case stud(?:y|ies)|(?:customer|client|success) (?:stor(?:y|ies)|spotlight|snapshot|case|reference)|reference (?:customer|project)|testimonials?|anwenderbericht|kundenbericht|referenzbericht|fallstudie|erfolgsgeschichte|etude de cas|temoignage client|cas client|caso de (?:exito|estudio))\b",
    )
    .ok()
});

/// Words that show somebody as a user of what the page's owner sells.
static USE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:chose|chooses|chosen|picked|selected|switch(?:ed|es) to|moved to|migrated|rel(?:y|ies|ied) on|us(?:e|es|ed|ing) (?:our|the|its|[a-z0-9]+)|deploy(?:s|ed)?|install(?:s|ed)?|implement(?:s|ed)?|introduced|adopt(?:s|ed)?|put (?:our|in|[a-z0-9' ]+ into)|runs? on|works? with (?:our|us)|with (?:our|the) help|thanks to (?:our|the)|help(?:s|ed)? (?:by )?|partnered with us|our (?:customers?|clients?)|customer (?:of ours|since)|trusts?|setzt auf|nutzt|utilise|confia en)\b",
    )
    .ok()
});

/// Words of praise that a supplier has for its customers.
static PRAISE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b(?:award(?:s|ed)?|prize|honou?r(?:s|ed|ing)?|winner|won|innovator|pioneer|champion|congratulat[a-z]+|proud)\b").ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(field: Field, text: &str, name: &str) -> Mention {
        let start = text.find(name).unwrap();
        Mention {
            account: "acme".into(),
            alias: name.to_owned(),
            span: Span { field, start, end: start + name.len() },
            score: 0.9,
            accepted: true,
            salience: Salience::About,
            why: Vec::new(),
        }
    }

    fn read(title: &str, text: &str, claims: Vec<Claim>) -> Vec<Claim> {
        let teller = Account { id: "beta".into(), name: "Betanet Ltd".into(), ..Account::default() };
        let reading = Reading { title, text, ..Reading::default() };
        let mut mentions = Vec::new();
        for (field, words) in [(Field::Title, title), (Field::Text, text)] {
            if words.contains("Acme") {
                mentions.push(mention(field, words, "Acme"));
            }
        }
        on_own_pages(claims, &reading, &mentions, &teller)
    }

    fn prize() -> Claim {
        let shown =
            Shown { name: "Acme".into(), quote: Quote { field: Field::Title, start: 0, end: 4, quote: "Acme".into() } };
        let teller = Account::default();
        Claim { kind: SignalType::Award, role: Role::Winner, ..customer(&"acme".into(), &shown, &teller) }
    }

    #[test]
    fn a_case_study_tells_of_a_customer() {
        for (title, text) in [
            ("How Acme halved its errors", "Acme put our robots into its depot in spring. Errors fell by half."),
            ("Customer story: Acme", "Nine million meals leave this depot every year."),
            ("Acme picks faster", "Since last year Acme relies on Betanet for its night shift."),
            ("Fallstudie: Acme", "Weniger Fehler im Lager."),
        ] {
            let claims = read(title, text, Vec::new());
            let role = |account: &str| {
                let own = claims.iter().find(|claim| claim.entity == Some(account.into()));
                own.map(|claim| (claim.kind, claim.role))
            };
            assert_eq!(role("acme"), Some((SignalType::ContractWin, Role::Customer)), "{title}");
            assert_eq!(role("beta"), Some((SignalType::ContractWin, Role::Supplier)), "{title}");
            let quote = &claims[0].evidence;
            let whole = if quote.field == Field::Title { title } else { text };
            assert_eq!(&whole[quote.start..quote.end], quote.quote, "verbatim");
        }
    }

    #[test]
    fn a_suppliers_own_prize_is_no_award() {
        let claims = read("Acme is our innovator of the year", "We honour Acme for its courage.", vec![prize()]);
        assert!(claims.iter().all(|claim| claim.kind != SignalType::Award), "{claims:?}");
        assert!(claims.iter().any(|claim| claim.entity == Some("acme".into()) && claim.role == Role::Customer));
    }

    #[test]
    fn other_news_on_a_firms_pages_stays_what_it_is() {
        for (title, text) in [
            ("Betanet opens a plant", "The plant is near the one of Acme in Leeds."),
            ("What the market did this week", "Acme shares fell by four percent on Monday."),
            ("", ""),
        ] {
            assert!(read(title, text, Vec::new()).is_empty(), "{title}");
        }
    }

    #[test]
    fn what_is_said_already_is_not_said_twice() {
        let known = read("Customer story: Acme", "", Vec::new());
        assert_eq!(read("Customer story: Acme", "", known.clone()), known);
    }
}
