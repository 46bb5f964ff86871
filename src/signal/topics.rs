//! What an article says of the topics that it names.

use std::collections::BTreeMap;

use super::merge::retracts;
use crate::model::AccountKind::Topic;
use crate::model::{
    AccountId, Article, Claim, Evidence, Field, Mention, Salience, Span, Status, TopicReport, Watchlist,
};
use crate::text::sentences::sentences;

/// A sentence is quoted where it is within these lengths, in characters: shorter ones say nothing, longer ones are not
/// read out.
const QUOTABLE: std::ops::RangeInclusive<usize> = 40..=240;

/// The topics that `article` names by accepted `mentions`, each once, in the order of their ids.
///
/// `claims` are all that the article says, of firms that nobody watches too; `speaker` is the account on whose own pages
/// it stands. Topics are told from firms by `watchlist`.
#[must_use]
pub fn topics(
    article: &Article,
    mentions: &[Mention],
    claims: &[Claim],
    speaker: Option<&AccountId>,
    watchlist: &Watchlist,
) -> Vec<TopicReport> {
    let mut named: BTreeMap<&AccountId, bool> = BTreeMap::new();
    for mention in mentions.iter().filter(|mention| mention.accepted) {
        *named.entry(&mention.account).or_default() |= mention.salience == Salience::About;
    }
    let is_topic = |id: &AccountId| watchlist.get(id).is_some_and(|account| account.kind == Topic);
    let (topics, others): (Vec<_>, Vec<_>) = named.into_iter().partition(|(id, _)| is_topic(id));
    let others: Vec<(AccountId, bool)> = others.into_iter().map(|(id, about)| (id.clone(), about)).collect();
    let unsure = is_unsure(claims);
    let report = |(topic, about): (&AccountId, bool)| TopicReport {
        topic: topic.clone(),
        headline: article.title.clone(),
        about,
        evidence: evidence(article, topic, mentions),
        domain: article.publisher_domain.clone(),
        speaker: speaker.cloned(),
        named: others.clone(),
        unsure,
        retracts: retracts(&article.title),
        paywalled: article.paywalled,
    };
    topics.into_iter().map(report).collect()
}

/// What `article`, which takes an earlier report back, says of `topic` without naming it.
#[must_use]
pub fn taken_back(topic: &AccountId, article: &Article) -> TopicReport {
    TopicReport {
        topic: topic.clone(),
        headline: article.title.clone(),
        about: false,
        evidence: evidence(article, topic, &[]),
        domain: article.publisher_domain.clone(),
        speaker: None,
        named: Vec::new(),
        unsure: false,
        retracts: true,
        paywalled: article.paywalled,
    }
}

/// What the headline claims is a rumour or denied, or all that the text claims is.
fn is_unsure(claims: &[Claim]) -> bool {
    let doubtful = |claim: &&Claim| matches!(claim.status, Status::Rumoured | Status::Denied);
    let of_headline = || claims.iter().filter(|claim| claim.evidence.field == Field::Title);
    match of_headline().next() {
        Some(_) => of_headline().all(|claim| doubtful(&claim)),
        None => !claims.is_empty() && claims.iter().all(|claim| doubtful(&claim)),
    }
}

/// The first sentence of the text that names the topic and can be read out, else the headline.
fn evidence(article: &Article, topic: &AccountId, mentions: &[Mention]) -> Evidence {
    let places: Vec<Span> = mentions
        .iter()
        .filter(|mention| mention.accepted && mention.account == *topic && mention.span.field == Field::Text)
        .map(|mention| mention.span)
        .collect();
    let names = |range: &std::ops::Range<usize>| {
        places.iter().any(|place| range.start <= place.start && place.end <= range.end)
            && article.text.get(range.clone()).is_some_and(|sentence| QUOTABLE.contains(&sentence.chars().count()))
    };
    // Without a place in the text no sentence needs to be looked for.
    let sentence = if places.is_empty() { None } else { sentences(&article.text).into_iter().find(names) };
    let (span, quote) = match sentence {
        Some(range) => (Span::text(range.start, range.end), article.text.get(range).unwrap_or_default()),
        None => (Span::title(0, article.title.len()), article.title.as_str()),
    };
    Evidence {
        article: article.id.clone(),
        version: article.version,
        content_hash: article.content_hash.clone(),
        span,
        quote: quote.to_owned(),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        published: article.published,
        level: article.level,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, AccountKind, ArticleId, DateOrigin, EvidenceLevel, Quote, Role, SignalType, Time};

    const TEXT: &str =
        "It rains. Every second operator of a depot plans to buy warehouse robots next year, a survey finds.";

    fn article(title: &str, text: &str) -> Article {
        Article {
            id: ArticleId::of_key("a"),
            key: "a".into(),
            version: 1,
            content_hash: "h".into(),
            url: Some("https://herald.example/a".into()),
            title: title.into(),
            text: text.into(),
            level: EvidenceLevel::Summary,
            language: Some("en".into()),
            source: None,
            publisher: Some("Herald".into()),
            publisher_domain: Some("herald.example".into()),
            feed: None,
            byline: Vec::new(),
            published: Time::default(),
            published_from: DateOrigin::default(),
            first_seen: Time::default(),
            restricted: false,
            paywalled: false,
        }
    }

    fn mention(account: &str, span: Span, salience: Salience) -> Mention {
        let account = account.into();
        Mention { account, alias: String::new(), span, score: 0.9, accepted: true, salience, why: Vec::new() }
    }

    fn claim(field: Field, status: Status) -> Claim {
        Claim {
            kind: SignalType::Acquisition,
            entity: None,
            subject: "Somebody".into(),
            role: Role::Target,
            counterparty: None,
            counter_role: None,
            person: None,
            manner: None,
            direction: None,
            amount: None,
            status,
            confidence: 0.8,
            evidence: Quote { field, start: 0, end: 1, quote: "S".into() },
        }
    }

    fn watchlist() -> Watchlist {
        let account = |id: &str, kind| Account { id: id.into(), kind, ..Account::default() };
        Watchlist::new(vec![account("robots", AccountKind::Topic), account("acme", AccountKind::Client)])
    }

    #[test]
    fn the_sentence_that_names_the_topic_is_quoted_and_firms_are_listed_beside_it() {
        let article = article("Robots are coming", TEXT);
        let at = TEXT.find("warehouse robots").unwrap();
        let mentions = [
            mention("robots", Span::text(at, at + 16), Salience::About),
            mention("acme", Span::text(0, 2), Salience::Passing),
        ];
        let found = topics(&article, &mentions, &[], None, &watchlist());
        assert_eq!(found.len(), 1);
        assert!(found[0].about && !found[0].unsure && !found[0].retracts);
        assert!(found[0].evidence.quote.starts_with("Every second operator"), "{:?}", found[0].evidence);
        let Span { start, end, .. } = found[0].evidence.span;
        assert_eq!(&TEXT[start..end], found[0].evidence.quote);
        assert_eq!(found[0].named, [("acme".into(), false)]);
        let titled =
            topics(&article, &[mention("robots", Span::title(0, 6), Salience::About)], &[], None, &watchlist());
        assert_eq!(titled[0].evidence.quote, "Robots are coming");
    }

    #[test]
    fn a_rumour_in_the_headline_makes_the_report_unsure() {
        let unsure = |claims: &[Claim]| is_unsure(claims);
        assert!(unsure(&[claim(Field::Title, Status::Rumoured), claim(Field::Text, Status::Completed)]));
        assert!(unsure(&[claim(Field::Text, Status::Denied)]));
        assert!(!unsure(&[claim(Field::Title, Status::Announced), claim(Field::Text, Status::Rumoured)]));
        assert!(!unsure(&[]));
    }
}
