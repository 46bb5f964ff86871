//! Claims of a story → signals.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::Settings;
use crate::model::{
    AccountId, Article, Claim, Evidence, EvidenceLevel, Role, Signal, SignalId, SignalType, Span, Status, StoryId, Time,
};
use crate::text::fold::fold;

/// Nothing that is read is believed more than this.
const MOST: f64 = 0.99;

/// A later report changes the status where it is at least this strong beside the strongest so far.
const EQUALLY_STRONG: f64 = 0.75;

/// One article of a story with its claims about watched accounts.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The article.
    pub article: &'a Article,
    /// What it says; claims without `entity` are passed over.
    pub claims: &'a [Claim],
    /// Accounts that it is about.
    pub about: &'a [AccountId],
    /// It is no copy of another article of the story.
    pub independent: bool,
}

/// Merges what the articles of one story say into one signal for each account and type (comings and goings of
/// executives apart), strongest first.
///
/// The confidences of independent origins are combined as if each could be wrong by itself (noisy-or: J. Pearl,
/// Probabilistic Reasoning in Intelligent Systems, 1988, section 4.3.2); one origin gives at most
/// `settings.most_from_one_origin`.
#[must_use]
pub fn merge(story: &StoryId, reports: &[Report<'_>], settings: &Settings, now: Time) -> Vec<Signal> {
    let mut reports: Vec<&Report<'_>> = reports.iter().collect();
    reports.sort_by(|a, b| a.article.published.cmp(&b.article.published).then_with(|| a.article.id.cmp(&b.article.id)));
    let mut groups: BTreeMap<(AccountId, SignalType, bool), Vec<Told<'_>>> = BTreeMap::new();
    for report in &reports {
        for claim in report.claims {
            if let Some(account) = &claim.entity {
                let key = (account.clone(), claim.kind, claim.role == Role::DepartedFrom);
                groups.entry(key).or_default().push(Told { report, claim });
            }
        }
    }
    let mut signals: Vec<Signal> = groups
        .into_iter()
        .filter_map(|((account, kind, departed), told)| {
            let retracted = Retractions::about(&account, &reports);
            signal(story, account, kind, departed, &told, &retracted, settings, now)
        })
        .collect();
    signals.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.id.cmp(&b.id)));
    signals
}

/// A claim and the report that makes it.
#[derive(Clone, Copy)]
struct Told<'a> {
    report: &'a Report<'a>,
    claim: &'a Claim,
}

impl Told<'_> {
    /// Who is behind it: the publisher's domain, else the article alone.
    fn origin(&self) -> &str {
        let article = self.report.article;
        article.publisher_domain.as_deref().unwrap_or(article.id.as_str())
    }

    /// Belief in this claim, less where only a headline could be read.
    fn strength(&self) -> f64 {
        let read = if self.report.article.level == EvidenceLevel::HeadlineOnly { 0.95 } else { 1.0 };
        self.claim.confidence.clamp(0.0, 1.0) * read
    }

    /// How much its word on the status counts. Who denies a deal denies it for both sides of it: the other side's claim is
    /// worth as much as the strongest denial of such an event in the same report.
    fn word(&self) -> f64 {
        let denied = |claim: &&Claim| claim.kind == self.claim.kind && claim.status == Status::Denied;
        let denials = self.report.claims.iter().filter(denied).filter(|_| denied(&self.claim));
        denials.map(|claim| Told { claim, ..*self }.strength()).fold(self.strength(), f64::max)
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one key, taken apart")]
fn signal(
    story: &StoryId,
    account: AccountId,
    kind: SignalType,
    departed: bool,
    told: &[Told<'_>],
    retracted: &Retractions<'_>,
    settings: &Settings,
    now: Time,
) -> Option<Signal> {
    let (standing, taken_back): (Vec<Told<'_>>, Vec<Told<'_>>) = told.iter().partition(|told| !retracted.covers(told));
    let withdrawn = standing.is_empty();
    let mut told = if withdrawn { taken_back } else { standing };
    let status = status(&told);
    if status != Status::Denied {
        // A denial that was not believed is no further report of the event.
        told.retain(|told| told.claim.status != Status::Denied);
    }
    let best = *told.iter().max_by(|a, b| a.strength().total_cmp(&b.strength()))?;
    let leading = |choose: &dyn Fn(&Claim) -> bool| {
        told.iter().filter(|told| choose(told.claim)).max_by(|a, b| a.strength().total_cmp(&b.strength()))
    };
    let origins = origins(&told);
    let doubt: f64 = origins.values().map(|told| 1.0 - told.strength().min(settings.most_from_one_origin)).product();
    let with_other = leading(&|claim| claim.counterparty.is_some() && claim.role == best.claim.role);
    let key =
        if departed { format!("{}/{}", kind.as_str(), Role::DepartedFrom.as_str()) } else { kind.as_str().to_owned() };
    Some(Signal {
        id: SignalId::of(story, &account, &key),
        story: story.clone(),
        kind,
        role: best.claim.role,
        subject: best.claim.subject.clone(),
        counterparty: with_other.and_then(|told| told.claim.counterparty.clone()),
        counter_role: with_other.and_then(|told| told.claim.counter_role),
        person: leading(&|claim| claim.person.is_some()).and_then(|told| told.claim.person.clone()),
        manner: leading(&|claim| claim.manner.is_some()).and_then(|told| told.claim.manner),
        direction: leading(&|claim| claim.direction.is_some()).and_then(|told| told.claim.direction),
        amount: leading(&|claim| claim.amount.is_some()).and_then(|told| told.claim.amount.clone()),
        status,
        confidence: (1.0 - doubt).clamp(0.0, MOST),
        about: told.iter().any(|told| told.report.about.contains(&account)),
        origins: u32::try_from(origins.len()).unwrap_or(u32::MAX),
        reports: u32::try_from(reports(&told)).unwrap_or(u32::MAX),
        evidence: evidence(&told, settings.quotes),
        first_at: told.iter().map(|told| told.report.article.published).min()?.min(now),
        last_at: told.iter().map(|told| told.report.article.published).max()?.min(now),
        withdrawn,
        backfilled: false,
        account,
    })
}

/// The strongest claim of each independent origin; where all are copies, the strongest of all.
fn origins<'a>(told: &[Told<'a>]) -> BTreeMap<String, Told<'a>> {
    let mut origins: BTreeMap<String, Told<'a>> = BTreeMap::new();
    let independent = told.iter().any(|told| told.report.independent);
    for next in told.iter().filter(|told| told.report.independent || !independent) {
        let origin = if independent { next.origin().to_owned() } else { String::new() };
        let known = origins.entry(origin).or_insert(*next);
        if next.strength() > known.strength() {
            *known = *next;
        }
    }
    origins
}

fn reports(told: &[Told<'_>]) -> usize {
    let mut articles: Vec<&str> = told.iter().map(|told| told.report.article.id.as_str()).collect();
    articles.sort_unstable();
    articles.dedup();
    articles.len()
}

/// The latest reliable word: a later claim counts where it is about as strong as the strongest before it; a rumour
/// never takes back what was announced.
fn status(told: &[Told<'_>]) -> Status {
    let Some(first) = told.first() else { return Status::Rumoured };
    let (mut status, mut strongest) = (first.claim.status, first.word());
    for next in &told[1..] {
        let reliable = next.word() >= strongest * EQUALLY_STRONG;
        let back = next.claim.status == Status::Rumoured
            || (status == Status::Completed && next.claim.status == Status::Announced);
        if reliable && !back {
            status = next.claim.status;
        }
        strongest = strongest.max(next.word());
    }
    status
}

/// The best quotes, at most one an origin, best first.
fn evidence(told: &[Told<'_>], most: usize) -> Vec<Evidence> {
    let mut best: BTreeMap<&str, &Told<'_>> = BTreeMap::new();
    for next in told {
        let known = best.entry(next.origin()).or_insert(next);
        if worth(next) > worth(known) {
            *known = next;
        }
    }
    let mut best: Vec<&Told<'_>> = best.into_values().collect();
    best.sort_by(|a, b| {
        worth(b).total_cmp(&worth(a)).then(a.report.article.published.cmp(&b.report.article.published))
    });
    best.truncate(most);
    best.into_iter().map(quoted).collect()
}

/// An original before a copy, then the stronger.
fn worth(told: &Told<'_>) -> f64 {
    told.strength() + if told.report.independent { 1.0 } else { 0.0 }
}

fn quoted(told: &Told<'_>) -> Evidence {
    let (article, quote) = (told.report.article, &told.claim.evidence);
    Evidence {
        article: article.id.clone(),
        version: article.version,
        content_hash: article.content_hash.clone(),
        span: Span { field: quote.field, start: quote.start, end: quote.end },
        quote: quote.quote.clone(),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        published: article.published,
        level: article.level,
    }
}

/// Reports of a story that take an earlier report back.
struct Retractions<'a> {
    reports: Vec<&'a Report<'a>>,
}

impl<'a> Retractions<'a> {
    fn about(account: &AccountId, reports: &[&'a Report<'a>]) -> Self {
        let names = |report: &Report<'_>| {
            report.about.contains(account) || report.claims.iter().any(|claim| claim.entity.as_ref() == Some(account))
        };
        Self {
            reports: reports
                .iter()
                .copied()
                .filter(|report| retracts(&report.article.title) && names(report))
                .collect(),
        }
    }

    /// A retraction covers itself, and all that its own publisher and those that copied it said until then.
    fn covers(&self, told: &Told<'_>) -> bool {
        self.reports.iter().any(|retraction| {
            let (article, other) = (retraction.article, told.report.article);
            let own = article.publisher_domain.is_some() && article.publisher_domain == other.publisher_domain;
            article.id == other.id || (other.published <= article.published && (own || !told.report.independent))
        })
    }
}

/// True for headlines such as "Correction: …" or "Daily retracts story on Acme".
#[must_use]
pub fn retracts(title: &str) -> bool {
    RETRACTION.as_ref().is_some_and(|pattern| pattern.is_match(&fold(title)))
}

static RETRACTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b(?:retract(?:s|ed|ion)?|story withdrawn|report withdrawn|withdrawn:)\b|^(?:correction|withdrawn|kill)\b|\b(?:corrects?|withdraws?|withdrew|takes back)\b.*\b(?:reports?|story|stories|articles?|headline|claims?|earlier)\b|\brichtigung\b|\bzieht .* zuruck\b|\brectificatif\b",
    )
    .ok()
});

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::model::{ArticleId, DateOrigin, Field, Quote};

    fn article(domain: &str, hour: u32, title: &str) -> Article {
        let published = chrono::Utc.with_ymd_and_hms(2025, 3, 1, hour, 0, 0).unwrap();
        Article {
            id: ArticleId::of_key(&format!("{domain}{hour}")),
            key: format!("https://{domain}/{hour}"),
            version: 1,
            content_hash: "h".to_owned(),
            url: Some(format!("https://{domain}/{hour}")),
            title: title.to_owned(),
            text: "Body.".to_owned(),
            level: EvidenceLevel::FullText,
            language: Some("en".to_owned()),
            source: None,
            publisher: Some(domain.to_owned()),
            publisher_domain: Some(domain.to_owned()),
            feed: None,
            byline: Vec::new(),
            published,
            published_from: DateOrigin::default(),
            first_seen: published,
            restricted: false,
            paywalled: false,
        }
    }

    fn claim(status: Status, confidence: f64) -> Claim {
        Claim {
            kind: SignalType::Layoffs,
            entity: Some(AccountId::from("acme")),
            subject: "Acme".to_owned(),
            role: Role::Employer,
            counterparty: None,
            counter_role: None,
            person: None,
            manner: None,
            direction: None,
            amount: None,
            status,
            confidence,
            evidence: Quote { field: Field::Title, start: 0, end: 9, quote: "Acme cuts".to_owned() },
        }
    }

    fn merged(reports: &[(&Article, &[Claim], bool)]) -> Vec<Signal> {
        let about = [AccountId::from("acme")];
        let reports: Vec<Report<'_>> = reports
            .iter()
            .map(|(article, claims, independent)| Report { article, claims, about: &about, independent: *independent })
            .collect();
        let now = chrono::Utc.with_ymd_and_hms(2025, 3, 2, 0, 0, 0).unwrap();
        merge(&StoryId::from("s1"), &reports, &Settings::default(), now)
    }

    #[test]
    fn independent_origins_strengthen_and_copies_do_not() {
        let (first, copy, second) =
            (article("a.example", 1, "x"), article("b.example", 2, "x"), article("c.example", 3, "y"));
        let said = [claim(Status::Announced, 0.7)];
        let alone = merged(&[(&first, &said, true)]);
        let copied = merged(&[(&first, &said, true), (&copy, &said, false)]);
        let confirmed = merged(&[(&first, &said, true), (&copy, &said, false), (&second, &said, true)]);
        assert_eq!((alone[0].origins, alone[0].reports), (1, 1));
        assert_eq!((copied[0].origins, copied[0].reports), (1, 2));
        assert_eq!((confirmed[0].origins, confirmed[0].reports), (2, 3));
        assert!((alone[0].confidence - copied[0].confidence).abs() < 1e-9);
        assert!(confirmed[0].confidence > 0.9);
        assert_eq!(confirmed[0].evidence.len(), 3);
        assert_eq!(confirmed[0].evidence[0].quote, "Acme cuts");
        assert!(confirmed[0].about && confirmed[0].first_at < confirmed[0].last_at);
    }

    #[test]
    fn the_latest_reliable_word_counts() {
        let (first, second) = (article("a.example", 1, "x"), article("b.example", 2, "y"));
        let status = |one: Status, two: Status, strength: f64| {
            merged(&[(&first, &[claim(one, 0.8)], true), (&second, &[claim(two, strength)], true)])[0].status
        };
        assert_eq!(status(Status::Rumoured, Status::Announced, 0.8), Status::Announced);
        assert_eq!(status(Status::Announced, Status::Rumoured, 0.8), Status::Announced);
        assert_eq!(status(Status::Announced, Status::Denied, 0.8), Status::Denied);
        assert_eq!(status(Status::Announced, Status::Denied, 0.4), Status::Announced);
        assert_eq!(status(Status::Denied, Status::Completed, 0.8), Status::Completed);
    }

    #[test]
    fn a_denial_counts_for_both_sides_and_is_no_report_of_the_event() {
        let (first, second) = (article("a.example", 1, "x"), article("b.example", 2, "y"));
        let other = Claim { entity: Some("beta".into()), ..claim(Status::Denied, 0.8) };
        let whole = merged(&[
            (&first, &[claim(Status::Completed, 0.8)], true),
            (&second, &[claim(Status::Denied, 0.4), other], true),
        ]);
        assert_eq!(whole.iter().find(|signal| signal.account.as_str() == "acme").unwrap().status, Status::Denied);
        let weak =
            merged(&[(&first, &[claim(Status::Completed, 0.8)], true), (&second, &[claim(Status::Denied, 0.4)], true)]);
        assert_eq!((weak[0].origins, weak[0].reports, weak[0].evidence.len()), (1, 1, 1));
    }

    #[test]
    fn r41_a_retraction_withdraws_what_its_publisher_said() {
        let first = article("a.example", 1, "Acme cuts jobs");
        let back = article("a.example", 2, "Correction: earlier story on Acme");
        let other = article("b.example", 1, "Acme cuts jobs");
        let said = [claim(Status::Announced, 0.8)];
        let signals = merged(&[(&first, &said, true), (&back, &[], true)]);
        assert!(signals[0].withdrawn);
        let signals = merged(&[(&first, &said, true), (&back, &[], true), (&other, &said, true)]);
        assert!(!signals[0].withdrawn);
        assert_eq!(signals[0].origins, 1);
    }

    #[test]
    fn comings_and_goings_stay_apart_and_strangers_are_left_out() {
        let first = article("a.example", 1, "x");
        let person = |role: Role| Claim { kind: SignalType::LeadershipChange, role, ..claim(Status::Completed, 0.8) };
        let stranger = Claim { entity: None, ..claim(Status::Completed, 0.8) };
        let signals = merged(&[(&first, &[person(Role::AppointedBy), person(Role::DepartedFrom), stranger], true)]);
        assert_eq!(signals.len(), 2);
        assert_ne!(signals[0].id, signals[1].id);
        assert!(merged(&[]).is_empty());
    }
}
