//! What a story says of a topic: its reports put together, and whether any of them can be passed on.

use std::collections::{BTreeMap, BTreeSet};

use crate::address;
use crate::model::{
    AccountId, AccountKind, Evidence, EvidenceLevel, SignalId, StoryId, Time, TopicReport, TopicTold, Watchlist,
};

/// Why a story that is about something else is none to pass on.
const PASSING: &str = "named in passing only";

/// A story as news of a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicNews {
    /// Derived from story and topic; cards about it rest on it.
    pub id: SignalId,
    /// The story.
    pub story: StoryId,
    /// The topic.
    pub topic: AccountId,
    /// Headline of the report that speaks first among the evidence; of any report where none can be passed on.
    pub headline: String,
    /// Independent publishers whose reports are about the topic and can be passed on.
    pub origins: u32,
    /// The reports to pass on, at most one a publisher, originals first, then the fuller, then the earlier.
    pub evidence: Vec<Evidence>,
    /// Watched firms that reports of the story name, and whether one is about them.
    pub named: BTreeMap<AccountId, bool>,
    /// Why there is nothing to pass on, for a person; none where there is.
    pub unfit: Option<&'static str>,
    /// All that was said of the topic was taken back.
    pub withdrawn: bool,
    /// When the first of its reports was published.
    pub first_at: Time,
    /// When the last of them was published.
    pub last_at: Time,
}

impl TopicNews {
    /// The news of `told`, of as many stories as there are, in the order of story and topic.
    ///
    /// A report counts where it is about the topic, its text is there and free to read, it is neither rumour nor taken
    /// back, and no competitor in `watchlist` speaks in it.
    #[must_use]
    pub fn of(told: &[TopicTold], watchlist: &Watchlist) -> Vec<Self> {
        let mut stories: BTreeMap<(&StoryId, &AccountId), Vec<&TopicTold>> = BTreeMap::new();
        for one in told {
            stories.entry((&one.story, &one.report.topic)).or_default().push(one);
        }
        stories.into_values().filter_map(|told| one(&told, watchlist)).collect()
    }

    /// No report is about the topic.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.unfit == Some(PASSING)
    }
}

/// The news of one topic in one story.
fn one(told: &[&TopicTold], watchlist: &Watchlist) -> Option<TopicNews> {
    let first = told.first()?;
    let about: Vec<&TopicTold> = told.iter().copied().filter(|one| one.report.about && !one.report.retracts).collect();
    let standing: Vec<&TopicTold> = about.iter().copied().filter(|one| !is_taken_back(one, told)).collect();
    let mut fit: Vec<&TopicTold> =
        standing.iter().copied().filter(|one| unfit(&one.report, watchlist).is_none()).collect();
    let level = |one: &TopicTold| one.report.evidence.level;
    fit.sort_by(|one, other| {
        let published = |one: &TopicTold| one.report.evidence.published;
        (other.independent.cmp(&one.independent))
            .then_with(|| level(other).cmp(&level(one)))
            .then_with(|| published(one).cmp(&published(other)))
            .then_with(|| one.report.evidence.article.cmp(&other.report.evidence.article))
    });
    let withdrawn = !about.is_empty() && standing.is_empty();
    let reason = match (about.is_empty(), fit.is_empty()) {
        _ if withdrawn => Some("taken back by a later report"),
        (true, _) => Some(PASSING),
        (_, true) => standing.iter().find_map(|one| unfit(&one.report, watchlist)),
        _ => None,
    };
    let mut named = BTreeMap::new();
    for (account, about) in told.iter().flat_map(|one| &one.report.named) {
        *named.entry(account.clone()).or_default() |= *about;
    }
    let times = || told.iter().map(|one| one.report.evidence.published);
    Some(TopicNews {
        id: first.news(),
        story: first.story.clone(),
        topic: first.report.topic.clone(),
        headline: fit.first().unwrap_or(first).report.headline.clone(),
        origins: origins(&fit),
        evidence: one_a_publisher(&fit),
        named,
        unfit: reason,
        withdrawn,
        first_at: times().min()?,
        last_at: times().max()?,
    })
}

/// Why this report is none to pass on.
fn unfit(report: &TopicReport, watchlist: &Watchlist) -> Option<&'static str> {
    match () {
        () if report.unsure => Some("rumour: nothing to pass on until somebody confirms it"),
        () if report.evidence.level == EvidenceLevel::HeadlineOnly => Some("headline only: nobody here has read it"),
        () if report.paywalled => Some("behind a paywall: the client could not read it"),
        () if speaks_for_rival(report, watchlist) => Some("a competitor's own announcement"),
        () => None,
    }
}

/// It stands on the pages of a competitor.
fn speaks_for_rival(report: &TopicReport, watchlist: &Watchlist) -> bool {
    let rivals = || watchlist.accounts().iter().filter(|account| account.kind == AccountKind::Competitor);
    if let Some(speaker) = &report.speaker {
        return rivals().any(|rival| rival.id == *speaker);
    }
    let domain = report.evidence.url.as_deref().and_then(address::domain).or_else(|| report.domain.clone());
    domain.is_some_and(|domain| {
        rivals().any(|rival| rival.domains.iter().any(|own| address::domain_of_host(own) == domain))
    })
}

/// A retraction covers what its own publisher, and those that copied it, said until then.
fn is_taken_back(one: &TopicTold, told: &[&TopicTold]) -> bool {
    told.iter().filter(|other| other.report.retracts).any(|retraction| {
        let own = retraction.report.domain.is_some() && retraction.report.domain == one.report.domain;
        one.report.evidence.published <= retraction.report.evidence.published && (own || !one.independent)
    })
}

/// Publishers, by domain, that speak for themselves; where all are copies, one.
fn origins(fit: &[&TopicTold]) -> u32 {
    let domains: BTreeSet<&str> = fit.iter().filter(|one| one.independent).map(|one| origin(one)).collect();
    u32::try_from(domains.len()).unwrap_or(u32::MAX).max(u32::from(!fit.is_empty()))
}

fn origin(one: &TopicTold) -> &str {
    one.report.domain.as_deref().unwrap_or(one.report.evidence.article.as_str())
}

fn one_a_publisher(fit: &[&TopicTold]) -> Vec<Evidence> {
    let mut seen = BTreeSet::new();
    fit.iter().filter(|one| seen.insert(origin(one))).map(|one| one.report.evidence.clone()).collect()
}
