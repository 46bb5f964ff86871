//! The rules of the touch points, case by case.

mod calendar;
mod cases;
mod facts;
mod gate;
mod hand_over;
mod life;
mod plan;
mod playbook;
mod rank;
mod replay;
mod room;
mod rules;
mod sharing;
mod ways;
mod wordings;

use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta};

use super::life::{Change, Command};
use super::{Decision, Occasion, Playbook, Reason, Settings, TopicNews, suggest};
use crate::model::*;

static SHIPPED: LazyLock<Playbook> = LazyLock::new(|| Playbook::shipped().unwrap());

pub(super) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A Wednesday.
pub(super) fn now() -> Time {
    at("2026-11-25T10:00:00Z")
}

pub(super) fn account(id: &str, kind: AccountKind) -> Account {
    let mut name = id.to_owned();
    name[..1].make_ascii_uppercase();
    Account {
        id: id.into(),
        kind,
        name: format!("{name} Inc."),
        domains: vec![format!("{id}.example")],
        owner: Some("olga".into()),
        contacts: vec![
            Contact { name: format!("Jane {name}"), sponsor: true, ..Contact::default() },
            Contact { name: format!("Sam {name}"), ..Contact::default() },
        ],
        ..Account::default()
    }
}

pub(super) fn client(id: &str) -> Account {
    account(id, AccountKind::Client)
}

pub(super) fn rival(id: &str) -> Account {
    Account { contacts: Vec::new(), ..account(id, AccountKind::Competitor) }
}

pub(super) fn tied(mut account: Account, kind: RelationKind, to: &str) -> Account {
    account.relations.push(Relation { kind, to: to.into() });
    account
}

pub(super) fn quote(publisher: &str, text: &str) -> Evidence {
    Evidence {
        article: ArticleId::of_key(&format!("{publisher}{text}")),
        version: 1,
        content_hash: "hash".into(),
        span: Span::text(0, text.len()),
        quote: text.into(),
        url: Some(format!("https://{publisher}.example/{}", text.len())),
        publisher: Some(publisher.into()),
        published: now() - TimeDelta::hours(5),
        level: EvidenceLevel::FullText,
    }
}

pub(super) fn signal(account: &str, kind: SignalType, role: Role) -> Signal {
    let story = StoryId::from("s1");
    Signal {
        id: SignalId::of(&story, &account.into(), kind.as_str()),
        story,
        account: account.into(),
        kind,
        role,
        subject: account.into(),
        counterparty: None,
        counter_role: None,
        person: None,
        manner: None,
        direction: None,
        amount: None,
        status: Status::Completed,
        confidence: 0.8,
        about: true,
        origins: 1,
        reports: 1,
        evidence: vec![quote("herald", &format!("{account} did {}", kind.as_str()))],
        first_at: now() - TimeDelta::hours(5),
        last_at: now() - TimeDelta::hours(5),
        withdrawn: false,
        backfilled: false,
    }
}

pub(super) fn fact(account: &str, kind: FactKind, key: &str) -> Fact {
    Fact {
        id: Fact::id_of("desk", key),
        system: "desk".into(),
        key: key.into(),
        kind,
        account: account.into(),
        contact: None,
        at: now() - TimeDelta::hours(3),
        amount: None,
        reference: None,
        priority: None,
        text: None,
    }
}

pub(super) fn with_other(signal: Signal, other: &str, role: Role) -> Signal {
    Signal { counterparty: Some(other.into()), counter_role: Some(role), ..signal }
}

/// A small world that remembers the cards that were born and changed in it.
pub(super) struct World {
    pub(super) watchlist: Watchlist,
    pub(super) playbook: Playbook,
    pub(super) settings: Settings,
    pub(super) cards: Vec<TouchPoint>,
    /// What the next story says of topics.
    pub(super) topics: Vec<TopicNews>,
    pub(super) now: Time,
}

impl World {
    pub(super) fn of(accounts: Vec<Account>) -> Self {
        Self {
            watchlist: Watchlist::new(accounts),
            playbook: SHIPPED.clone(),
            settings: Settings::default(),
            cards: Vec::new(),
            topics: Vec::new(),
            now: now(),
        }
    }

    /// Has the signals of one story answered, keeps what comes out, and checks what must hold of every answer.
    pub(super) fn hear(&mut self, signals: &[Signal]) -> Heard {
        let story = signals.first().map_or_else(|| StoryId::from("s1"), |signal| signal.story.clone());
        self.hear_story(&story, signals)
    }

    pub(super) fn hear_story(&mut self, story: &StoryId, signals: &[Signal]) -> Heard {
        let cause = super::story_cause(story);
        let existing: Vec<TouchPoint> = self.cards.iter().filter(|card| card.cause == cause).cloned().collect();
        let recent = self.cards.clone();
        let occasion = Occasion {
            story,
            signals,
            topics: &self.topics,
            watchlist: &self.watchlist,
            playbook: &self.playbook,
            existing: &existing,
            recent: &recent,
            settings: &self.settings,
            now: self.now,
        };
        let mut heard = Heard::default();
        for decision in suggest(&occasion, &Actor::program("read")) {
            match decision {
                Decision::New { card, steps } => {
                    self.check(&card);
                    assert!(!steps.is_empty() && steps[0].step == Step::Suggested);
                    self.cards.push((*card).clone());
                    heard.born.push(*card);
                }
                Decision::Change { before, change } => {
                    let place = self.cards.iter().position(|card| card.id == before.id).unwrap();
                    assert_eq!(self.cards[place], *before, "changed from what is stored");
                    assert_eq!(change.card.revision, before.revision + 1);
                    self.cards[place] = change.card.clone();
                    heard.changed.push(*change);
                }
                Decision::NotSuggested(reason) => heard.refused.push(reason),
            }
        }
        self.check_unique();
        heard
    }

    pub(super) fn take(&mut self, id: TouchPointId, command: &Command) {
        let place = self.cards.iter().position(|card| card.id == id).unwrap();
        self.cards[place] =
            super::life::step(&self.cards[place], command, &Actor::person("olga"), self.now).unwrap().card;
    }

    pub(super) fn card(&self, account: &str) -> &TouchPoint {
        let mut fits = self.cards.iter().filter(|card| card.account.as_str() == account);
        let card = fits.next().expect("a card of the account");
        assert!(fits.next().is_none(), "one card of {account}");
        card
    }

    fn check(&self, card: &TouchPoint) {
        assert!(card.title.chars().count() <= 80, "{}", card.title);
        assert!(!card.why.is_empty() && !card.why.contains('{'), "{}", card.why);
        assert!(card.evidence.len() <= 3);
        assert_eq!(card.revision, 1);
        assert!(card.priority.factors.iter().all(|factor| (0.5..=2.0).contains(&factor.value)));
        if card.approval {
            assert_eq!(card.state, TouchPointState::Checking);
        }
        if card.tact {
            for line in card.opening.iter().chain(&card.talking_points).chain(&card.questions) {
                assert_eq!(super::wording::banned_in(line, &self.playbook.tact_banned), None, "{line}");
            }
            assert_ne!(card.approach, Approach::Marketing);
        }
    }

    fn check_unique(&self) {
        for (place, card) in self.cards.iter().enumerate() {
            let twice =
                self.cards[..place].iter().any(|other| other.account == card.account && other.cause == card.cause);
            assert!(!twice, "{} and {} twice", card.account, card.cause);
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) born: Vec<TouchPoint>,
    pub(super) changed: Vec<Change>,
    pub(super) refused: Vec<Reason>,
}

impl Heard {
    pub(super) fn plays(&self) -> Vec<&str> {
        self.born.iter().map(|card| card.play.as_str()).collect()
    }

    pub(super) fn is_silent(&self) -> bool {
        self.born.is_empty() && self.changed.is_empty()
    }

    pub(super) fn reason(&self) -> &str {
        self.refused.first().map_or("", |reason| reason.reason.as_str())
    }
}
