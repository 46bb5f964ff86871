//! Touch points to share what a saved search found: given to the client as something of value, not asked for.

use super::{Play, Playbook, Settings, compose, hand_over, hold, priority, story_cause, title};
use crate::model::{
    Account, Action, Actor, Approach, Evidence, EvidenceLevel, SavedSearch, SignalType, StepRecord, StoryId, Time,
    TouchPoint,
};
use crate::text::sanitise::plain_line;

/// Id of the play that such cards name; it stands in no file.
const PLAY: &str = "saved-search";

/// Business days until it should be shared: news grows old.
const DUE: u32 = 2;

/// What a saved search found, for one account.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// The search that matched.
    pub search: &'a SavedSearch,
    /// With whom it is to be shared.
    pub account: &'a Account,
    /// The happening.
    pub story: &'a StoryId,
    /// The words that are to be shared.
    pub evidence: &'a Evidence,
    /// Kinds of event that the article reports.
    pub events: &'a [SignalType],
    /// The account's touch points within the memory of the settings.
    pub cards: &'a [TouchPoint],
}

/// The card, with the steps it is born with. None where the account has a card of this story already, or is to get nothing
/// but condolences for now. Bad news is shared with tact, and only after a named person's yes.
#[must_use]
pub fn share(
    finding: &Finding<'_>,
    playbook: &Playbook,
    settings: &Settings,
    who: &Actor,
    now: Time,
) -> Option<(TouchPoint, Vec<StepRecord>)> {
    let Finding { search, account, story, evidence, events, cards } = *finding;
    let of_story = story_cause(story);
    let is_of_story = |card: &TouchPoint| {
        let rest = card.cause.strip_prefix(&of_story);
        card.account == account.id && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    if cards.iter().any(is_of_story) || hold::muted_until(&account.id, cards, playbook, settings, now).is_some() {
        return None;
    }
    let bad_news = |play: &&Play| play.tact && play.when.types.iter().any(|kind| events.contains(kind));
    let tact = playbook.plays.iter().any(|play| bad_news(&play));
    let play = play(tact);
    let words = compose::words_of(account);
    let cause = format!("{of_story}:search:{}", search.name);
    let mut card = compose::frame(account, cause, (playbook, &play), &words, settings, now);
    let headline = plain_line(&evidence.quote);
    let day = evidence.published.date_naive();
    card.owner = search.owner.clone().or(card.owner);
    card.due = settings.workdays(card.owner.as_deref()).after(now.date_naive(), play.due);
    card.contact = account.first_contact().map(|contact| contact.name.clone());
    card.title = title::title(play.action, card.contact.as_deref(), compose::firm(account), &headline, day);
    let publisher = evidence.publisher.as_deref().map(|name| format!("{}, ", plain_line(name))).unwrap_or_default();
    card.why = format!(
        "\u{201c}{headline}\u{201d} ({publisher}{}) matches the saved search {}.",
        compose::long_date(day),
        search.name
    );
    card.evidence = vec![evidence.clone()];
    card.priority = priority::of_plan(play.weight, account, settings, now.date_naive());
    if let Some(factor) = card.priority.factors.first_mut() {
        factor.why = format!("found by the saved search {}", search.name);
    }
    compose::decide_gate(&mut card);
    compose::keep_decent(&mut card, &mut std::iter::once(&play), playbook);
    hand_over::to_whom_is_there(&mut card, account, &play, settings, now.date_naive());
    let steps = compose::birth(&card, who, now);
    Some((card, steps))
}

/// True for a card that a saved search suggested.
pub(super) fn is_shared(card: &TouchPoint) -> bool {
    card.play.as_str() == PLAY
}

/// The play of all such cards.
fn play(tact: bool) -> Play {
    Play {
        id: PLAY.into(),
        name: "what a saved search found".to_owned(),
        relation: Vec::new(),
        when: super::Trigger::default(),
        min_confidence: 0.0,
        min_origins: 1,
        evidence: EvidenceLevel::HeadlineOnly,
        max_age_days: None,
        action: Action::Share,
        direction: Approach::Push,
        due: DUE,
        times_a_year: 1,
        weight: 0.8,
        why: Vec::new(),
        opening: Vec::new(),
        points: Vec::new(),
        questions: Vec::new(),
        inside: Vec::new(),
        never: if tact { vec!["sell anything".to_owned()] } else { Vec::new() },
        banned: Vec::new(),
        checks: Vec::new(),
        cooldown_days: None,
        approval: tact,
        alarm: false,
        tact,
        alone: false,
        mutes_days: 0,
        ask_four: false,
        follow_up: None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::{Span, TouchPointState};

    fn now() -> Time {
        Time::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn evidence() -> Evidence {
        Evidence {
            article: "a1".into(),
            version: 1,
            content_hash: "x".to_owned(),
            span: Span::title(0, 34),
            quote: "New rules for warehouse robots are".to_owned(),
            url: Some("https://news.example/1".to_owned()),
            publisher: Some("The Ledger".to_owned()),
            published: now() - TimeDelta::hours(3),
            level: EvidenceLevel::Summary,
        }
    }

    fn account() -> Account {
        Account {
            id: "acme".into(),
            name: "Acme Robotics, Inc.".to_owned(),
            owner: Some("mia".to_owned()),
            ..Account::default()
        }
    }

    fn shared(search: &SavedSearch, events: &[SignalType], cards: &[TouchPoint]) -> Option<TouchPoint> {
        let (account, evidence) = (account(), evidence());
        let story = StoryId::from("s1");
        let finding = Finding { search, account: &account, story: &story, evidence: &evidence, events, cards };
        let playbook = Playbook::shipped().unwrap();
        share(&finding, &playbook, &Settings::default(), &Actor::program("read"), now()).map(|(card, _)| card)
    }

    fn search() -> SavedSearch {
        SavedSearch { name: "rules".to_owned(), query: "rules".to_owned(), suggest: true, ..SavedSearch::default() }
    }

    #[test]
    fn what_is_found_is_to_be_shared() {
        let card = shared(&search(), &[SignalType::ProductLaunch], &[]).unwrap();
        assert_eq!((card.action, card.approach, card.state), (Action::Share, Approach::Push, TouchPointState::Ready));
        assert_eq!((card.cause.as_str(), card.owner.as_deref()), ("story:s1:search:rules", Some("mia")));
        assert!(card.title.starts_with("Share with Acme Robotics: New rules for warehouse robots"), "{}", card.title);
        assert!(card.why.contains("The Ledger") && card.why.contains("saved search rules"), "{}", card.why);
        let named = SavedSearch { owner: Some("tom".to_owned()), ..search() };
        assert_eq!(shared(&named, &[], &[]).unwrap().owner.as_deref(), Some("tom"));
    }

    #[test]
    fn bad_news_needs_a_yes_and_a_story_is_shared_once() {
        let card = shared(&search(), &[SignalType::Layoffs], &[]).unwrap();
        assert!(card.tact && card.approval && card.state == TouchPointState::Checking, "{card:?}");
        for cause in ["story:s1", "story:s1:search:other"] {
            let told = TouchPoint { cause: cause.to_owned(), ..card.clone() };
            assert!(shared(&search(), &[], &[told]).is_none(), "{cause}");
        }
        let other = TouchPoint { cause: "story:s12".to_owned(), tact: false, ..card };
        assert!(shared(&search(), &[], &[other]).is_some());
    }
}
