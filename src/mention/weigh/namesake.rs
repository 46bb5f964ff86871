//! Another firm of the same name: what the article itself says of the firm's law, country, address and trade, against what
//! is known of the account. The whole article is judged at once, since a firm is described once and then only named.

use std::collections::BTreeMap;

use crate::address;
use crate::mention::candidates::Candidate;
use crate::mention::countries::{self, Country};
use crate::mention::description::{self, Description};
use crate::mention::lexis::{self, Kinds, kind};
use crate::mention::names::{self, Sort};
use crate::mention::prose::{self, Prose, Words};
use crate::mention::surroundings::Around;
use crate::mention::{Matcher, Watched};
use crate::model::Account;

/// So much must speak for a namesake before anything is done.
const ENOUGH: f64 = 1.5;

/// Two readings whose weights differ by less cannot be told apart.
const MARGIN: f64 = 1.0;

/// What a namesake, or who may be one, is held back by: more than all that a name itself can bring.
const AGAINST: f64 = -9.0;

/// What is known of a firm beside its names.
#[derive(Debug)]
pub(in crate::mention) struct Identity {
    /// Where it may be at home; empty where nothing tells.
    countries: Vec<Country>,
    /// Its legal form, plain.
    legal: Vec<String>,
    /// Its name in one word, as web addresses have it.
    joined: String,
    /// Its own domains.
    domains: Vec<String>,
    /// Full names of its contacts, plain.
    contacts: Vec<String>,
    /// Its industries, by its names and relations.
    industry: Kinds,
}

impl Identity {
    pub(in crate::mention) fn of(account: &Account, industry: Kinds) -> Self {
        let legal = legal_form(&account.name);
        let stated = account.country.as_deref().and_then(|code| countries::known(code));
        let by_law = legal.iter().map(|form| countries::of_legal_form(form)).find(|countries| !countries.is_empty());
        let countries = stated.map(|country| vec![country]).or_else(|| by_law.map(<[_]>::to_vec)).unwrap_or_default();
        let related =
            account.relations.iter().filter(|relation| relation.kind == crate::model::RelationKind::InIndustry);
        let related = related
            .flat_map(|relation| relation.to.as_str().split('-'))
            .fold(0, |kinds, word| kinds | lexis::kinds(word));
        Self {
            countries,
            legal,
            joined: names::core_words(&account.name).concat(),
            domains: account
                .domains
                .iter()
                .filter_map(|domain| address::domain(&format!("https://{domain}")))
                .collect(),
            contacts: account
                .contacts
                .iter()
                .map(|contact| prose::plain(&contact.name))
                .filter(|name| name.contains(' '))
                .collect(),
            industry: (industry | related) & kind::INDUSTRY,
        }
    }
}

/// The legal form at the end of a name, plain, without dots.
fn legal_form(name: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut rest = name;
    while let Some(shorter) = names::without_legal_form(rest) {
        let form = prose::plain(&rest[shorter.len()..]);
        forms.extend(
            form.split(|letter: char| !(letter.is_alphanumeric() || letter == '/'))
                .filter(|form| !form.is_empty())
                .map(str::to_owned),
        );
        rest = shorter;
    }
    forms
}

/// What speaks for the account and for a namesake, the most of each kind with its words.
#[derive(Debug, Default)]
struct Balance {
    own: BTreeMap<&'static str, (f64, String)>,
    other: BTreeMap<&'static str, (f64, String)>,
}

impl Balance {
    fn own(&mut self, kind: &'static str, weight: f64, words: String) {
        keep(&mut self.own, kind, weight, words);
    }

    fn other(&mut self, kind: &'static str, weight: f64, words: String) {
        keep(&mut self.other, kind, weight, words);
    }
}

fn keep(side: &mut BTreeMap<&'static str, (f64, String)>, kind: &'static str, weight: f64, words: String) {
    let known = side.entry(kind).or_default();
    if weight > known.0 {
        *known = (weight, words);
    }
}

fn sum(side: &BTreeMap<&'static str, (f64, String)>) -> f64 {
    side.values().map(|(weight, _)| weight).sum()
}

fn told(side: &BTreeMap<&'static str, (f64, String)>) -> String {
    let told: Vec<String> = side.iter().map(|(kind, (_, words))| format!("{kind}: {words}")).collect();
    told.join("; ")
}

impl Matcher {
    /// Holds back the names of accounts whose namesake the article is about, and of those where two readings are equal.
    pub(super) fn namesakes(&self, candidates: &mut [Candidate], proses: &[Prose<'_>; 2], words: &[Words; 2]) {
        let mut accounts: Vec<usize> = candidates.iter().map(|candidate| candidate.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let domains = domains_in(proses);
        for account in accounts.into_iter().filter(|account| !self.accounts[*account].is_topic()) {
            let watched = &self.accounts[account];
            let mut balance = Balance::default();
            for candidate in candidates.iter().filter(|candidate| candidate.account == account) {
                by_reasons(candidate, &mut balance);
                if self.forms[candidate.form].sort == Sort::Name {
                    let field = candidate.field();
                    let around = Around::of(candidate, &proses[field], &words[field]);
                    let description = description::of(&around, &proses[field], &words[field]);
                    watched.by_description(
                        &description,
                        &legal_form(&self.forms[candidate.form].written),
                        &mut balance,
                    );
                }
            }
            watched.by_address(&domains, &mut balance);
            watched.by_contacts(proses, &mut balance);
            let (own, other) = (sum(&balance.own), sum(&balance.other));
            let (code, detail) = match () {
                () if other < ENOUGH || own - other >= MARGIN => continue,
                () if other - own >= MARGIN => ("namesake", told(&balance.other)),
                () => ("undecided", format!("{}, against {}", told(&balance.own), told(&balance.other))),
            };
            let names = |candidate: &&mut Candidate| {
                candidate.account == account && self.forms[candidate.form].sort == Sort::Name
            };
            for candidate in candidates.iter_mut().filter(names) {
                candidate.against(code, &detail, AGAINST);
            }
        }
    }
}

/// What was found of the account's own when its names were weighed.
fn by_reasons(candidate: &Candidate, balance: &mut Balance) {
    for reason in &candidate.why {
        let weight = match reason.code.as_str() {
            "own_ticker" | "own_domain" | "own_site" | "own_feed" => 3.0,
            "known_person_or_product" => 2.5,
            "required_found" => 2.0,
            _ => continue,
        };
        balance.own("known of the account", weight, reason.detail.clone());
    }
}

impl Watched {
    fn by_description(&self, description: &Description, matched: &[String], balance: &mut Balance) {
        let identity = &self.identity;
        let is_own = |form: &String| identity.legal.contains(form);
        if description.unit {
            return;
        }
        if matched.iter().any(|form| is_own(form) && !countries::of_legal_form(form).is_empty()) {
            balance.own("legal form", 1.0, matched.join(" "));
        } else if let Some(form) = description.legal.iter().find(|form| is_own(form)) {
            balance.own("legal form", 1.0, form.clone());
        } else {
            let foreign = description.legal.iter().map(|form| (form, countries::of_legal_form(form)));
            for (form, _) in foreign.filter(|(_, lands)| self.is_abroad(lands)) {
                // "Ltd" is often written of any firm.
                let weight = if matches!(form.as_str(), "ltd" | "limited") { 1.0 } else { 2.5 };
                balance.other("other legal form", weight, form.clone());
            }
        }
        for (country, words) in &description.places {
            if self.is_abroad(&[*country]) {
                // A country that only the legal form tells is a guess.
                let weight = if self.account.country.is_some() { 2.5 } else { 1.5 };
                balance.other("other country", weight, words.clone());
            } else if identity.countries.contains(country) {
                balance.own("country", 2.0, words.clone());
            }
        }
        let industry = description.industry;
        if industry != 0 && identity.industry != 0 {
            if industry & identity.industry == 0 {
                balance.other("other industry", 1.0, description.trade.clone());
            } else {
                balance.own("industry", 1.0, description.trade.clone());
            }
        }
    }

    fn is_abroad(&self, lands: &[Country]) -> bool {
        let own = &self.identity.countries;
        !own.is_empty() && !lands.is_empty() && lands.iter().all(|land| !own.contains(land))
    }

    /// The domains that the article names: its own, or one that is made of its name and belongs to somebody else.
    fn by_address(&self, domains: &[String], balance: &mut Balance) {
        let identity = &self.identity;
        if identity.domains.is_empty() || identity.joined.len() < SHORTEST_LABEL {
            return;
        }
        for domain in domains {
            let label = plain_label(domain);
            if identity.domains.contains(domain) {
                balance.own("address", 3.0, domain.clone());
            } else if label.starts_with(&identity.joined) {
                // The same name under another ending may be a firm's site for another country.
                let same = identity.domains.iter().any(|own| plain_label(own) == label);
                balance.other("other address", if same { 0.5 } else { 2.0 }, domain.clone());
            }
        }
    }

    fn by_contacts(&self, proses: &[Prose<'_>; 2], balance: &mut Balance) {
        for contact in &self.identity.contacts {
            if proses.iter().any(|prose| prose.plain.contains(contact.as_str())) {
                balance.own("known of the account", 2.5, contact.clone());
            }
        }
    }
}

/// A name of fewer letters begins too many domains.
const SHORTEST_LABEL: usize = 5;

/// The first part of a domain without hyphens.
fn plain_label(domain: &str) -> String {
    domain.split('.').next().unwrap_or_default().replace('-', "")
}

/// Registrable domains that are written in the article.
fn domains_in(proses: &[Prose<'_>; 2]) -> Vec<String> {
    let mut domains = Vec::new();
    for prose in proses {
        let pieces =
            prose.original.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')));
        for piece in pieces.map(|piece| piece.trim_matches(['.', '-'])).filter(|piece| piece.contains('.')) {
            let lettered = piece
                .rsplit('.')
                .next()
                .is_some_and(|end| end.len() >= 2 && end.bytes().all(|byte| byte.is_ascii_alphabetic()));
            let Some(domain) =
                lettered.then(|| address::domain(&format!("https://{}", piece.to_ascii_lowercase()))).flatten()
            else {
                continue;
            };
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
    }
    domains
}
