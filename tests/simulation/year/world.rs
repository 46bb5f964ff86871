//! Fifteen owners and five hundred clients, whose year goes by day by day through the decisions of the program.
//!
//! Everything is drawn from one seed: who is a client of whom, which firm's news is told of which client, and what the
//! owners do. A client is modelled on one of the demo's, and the demo's stories are told of it with the names exchanged.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate, TimeDelta};
use fastrand::Rng;
use tidings::demo::newswire::DAYS;
use tidings::model::*;
use tidings::touchpoint::gate::{self, Circumstances};
use tidings::touchpoint::life::{self, Change, Command, LifeError};
use tidings::touchpoint::plan::{self, Plans, Waiting};
use tidings::touchpoint::priority::{self, Tiers};
use tidings::touchpoint::{
    Decision, Occasion, Playbook, Settings, ask_four, asks_four, calendar, hand_over, one_contact, room, silence,
    story_cause, suggest,
};

use crate::archive::{Archive, FIRMS, Told, id_of};

pub(crate) const CLIENTS: usize = 500;
pub(crate) const OWNERS: usize = 15;
pub(crate) const YEAR: i64 = 365;
const SEED: u64 = 20_270_101;
const RIVALS: usize = 8;
/// The newswire is told so many times at once, each time of other clients.
const EDITIONS: usize = 3;
/// For so many days the news of one of the demo's clients is told of the same simulated one.
const SPELL: i64 = 14;
/// Cards that an owner works through on a working day.
const WORKED_A_DAY: usize = 5;
/// The four questions go to a client at most so often in a year.
pub(crate) const ASKED_A_YEAR: usize = 2;

/// A rule of the clock.
type Rule = fn(&Watchlist, &Playbook, &[TouchPoint], &[TouchPoint], &Settings, Time) -> Plans;

/// As the plan loop has them.
const RULES: [Rule; 4] = [one_contact::put_off, room::let_in, calendar::due, silence::silence];

const FIRST_HALF: [&str; 50] = [
    "Nor", "Hart", "Ald", "Win", "Kest", "Bram", "Ost", "Ling", "Tarn", "Velm", "Ros", "Grim", "Fal", "Esk", "Dray",
    "Cor", "Bel", "Ash", "Yar", "Whit", "Ul", "Thorn", "Stan", "Rav", "Quil", "Pem", "Oak", "Nes", "Mar", "Lor", "Kil",
    "Jas", "Ing", "Hol", "Gar", "Fen", "Elm", "Dun", "Cal", "Bar", "Ard", "Zel", "Wes", "Var", "Tol", "Sel", "Rud",
    "Pol", "Orm", "Mil",
];
const SECOND_HALF: [&str; 10] = ["vale", "moor", "ford", "wick", "haven", "brook", "stead", "combe", "mere", "holm"];
const GIVEN: [&str; 20] = [
    "Ada", "Ben", "Carla", "Dario", "Elena", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Karin", "Luis", "Marta",
    "Nils", "Olga", "Paul", "Rosa", "Sven", "Tilda", "Viktor",
];

/// The simulated firm, with all that went on.
pub(crate) struct World {
    pub(crate) watchlist: Watchlist,
    pub(crate) playbook: Playbook,
    pub(crate) settings: Settings,
    /// In the order of their birth.
    pub(crate) cards: Vec<TouchPoint>,
    pub(crate) now: Time,
    pub(crate) first: NaiveDate,
    /// What happened, counted.
    pub(crate) seen: Seen,
    /// Renewal days that came, by account.
    pub(crate) renewals: Vec<(AccountId, NaiveDate, Option<NaiveDate>)>,
    places: HashMap<TouchPointId, usize>,
    by_account: HashMap<AccountId, Vec<usize>>,
    /// Cards from here on are remembered.
    remembered: usize,
    tiers: Tiers,
    /// Clients who answered today.
    answered: Vec<AccountId>,
    rng: Rng,
}

/// What was seen on the way.
#[derive(Default)]
pub(crate) struct Seen {
    /// Contacts with two contacts under way at the end of a part of a day.
    pub(crate) doubles: BTreeMap<NaiveDate, usize>,
    /// Cards whose last day is one on which their owner does not work, at the end of a day.
    pub(crate) off_days: BTreeMap<String, usize>,
    /// Steps that the gate refused, by reason, and the cards.
    pub(crate) refusals: BTreeMap<String, usize>,
    pub(crate) refused: HashSet<TouchPointId>,
    /// The shortfall, day by day: who, which, why.
    pub(crate) shortfall: Vec<(NaiveDate, Waiting)>,
    /// Days on which each account and matter waited, at a stretch.
    pub(crate) waits: BTreeMap<(AccountId, String), i64>,
    pub(crate) longest_wait: i64,
    /// Cards that had to wait for room.
    pub(crate) held: HashSet<TouchPointId>,
    /// News that made no card, by reason.
    pub(crate) not_suggested: BTreeMap<String, usize>,
    /// When the four questions were put to a client.
    pub(crate) asked: BTreeMap<AccountId, Vec<NaiveDate>>,
    /// When a contact was made.
    pub(crate) made: BTreeMap<AccountId, Vec<NaiveDate>>,
    /// The longest time for which a card stood at the gate, days.
    pub(crate) gate_since: HashMap<TouchPointId, Time>,
    pub(crate) longest_at_gate: i64,
    /// Cards that ended for want of time while a contact shortly before stood in their way.
    pub(crate) refused_for_ever: Vec<String>,
    /// Stories that were told.
    pub(crate) stories: usize,
}

impl World {
    pub(crate) fn new(archive: &Archive) -> Self {
        let mut rng = Rng::with_seed(SEED);
        let first: NaiveDate = "2027-01-01".parse().unwrap();
        let accounts = accounts(archive, first, &mut rng);
        let tiers = accounts.iter().map(|account| (account.id.clone(), account.tier)).collect();
        let owners: Vec<serde_json::Value> = (0..OWNERS).map(|place| owner(place, first, &mut rng)).collect();
        Self {
            watchlist: Watchlist::new(accounts),
            playbook: Playbook::shipped().unwrap(),
            settings: serde_json::from_value(serde_json::json!({ "owners": owners })).unwrap(),
            cards: Vec::new(),
            now: first.and_hms_opt(0, 0, 0).unwrap().and_utc(),
            first,
            seen: Seen::default(),
            renewals: Vec::new(),
            places: HashMap::new(),
            by_account: HashMap::new(),
            remembered: 0,
            tiers,
            answered: Vec::new(),
            rng,
        }
    }

    /// Lets the year go by.
    pub(crate) fn live(&mut self, archive: &Archive) {
        let mut news = self.news(archive).into_iter().peekable();
        for day in 0..YEAR {
            let midnight = self.first.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::days(day);
            self.plan(midnight, true);
            self.hear_until(&mut news, midnight + TimeDelta::hours(12));
            self.plan(midnight + TimeDelta::hours(12), false);
            self.work();
            self.look();
            self.hear_until(&mut news, midnight + TimeDelta::hours(24));
        }
    }

    fn hear_until(&mut self, news: &mut std::iter::Peekable<std::vec::IntoIter<(Time, Told)>>, until: Time) {
        while let Some((at, told)) = news.next_if(|(at, _)| *at < until) {
            self.now = at;
            self.hear(&told);
        }
        self.look();
    }

    pub(crate) fn open(&self) -> Vec<TouchPoint> {
        self.cards.iter().filter(|card| !card.state.is_closed()).cloned().collect()
    }

    fn recent(&self) -> &[TouchPoint] {
        &self.cards[self.remembered..]
    }

    fn remember(&mut self) {
        let since = self.now - self.settings.memory();
        while self.cards.get(self.remembered).is_some_and(|card| card.created < since) {
            self.remembered += 1;
        }
    }

    /// What is told in the year, by time.
    fn news(&mut self, archive: &Archive) -> Vec<(Time, Told)> {
        let start = self.first.and_hms_opt(0, 0, 0).unwrap().and_utc();
        let mut news: Vec<(Time, Told)> = Vec::new();
        let groups = Groups::of(self.watchlist.accounts(), archive);
        for round in 0..=YEAR / DAYS {
            for edition in 0..EDITIONS {
                let mut spells: HashMap<(String, i64), Vec<(String, String)>> = HashMap::new();
                let mut began: HashMap<&StoryId, i64> = HashMap::new();
                for told in &archive.newswire {
                    let at = start + told.after + TimeDelta::days(round * DAYS);
                    let only_rivals = told.signals.iter().all(|signal| !groups.is_client(&signal.account));
                    if only_rivals && !told.signals.is_empty() && edition > 0 {
                        continue;
                    }
                    let day = *began.entry(&told.story).or_insert(told.after.num_days());
                    let mut names = Vec::new();
                    for account in &archive.watched {
                        let spell = spells.entry((account.id.0.clone(), day / SPELL));
                        names.extend(spell.or_insert_with(|| groups.names(account, &mut self.rng)).iter().cloned());
                    }
                    // "Ardenvale Foods" must be exchanged before "Ardenvale".
                    names.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
                    let story = StoryId::from(format!("{}-{round}-{edition}", told.story));
                    news.push((at, retold(told, &story, at - archive.begins - told.after, &names)));
                }
            }
        }
        for told in &archive.pages {
            // Whatever the year, on its day of it.
            let day = told.after.num_days().rem_euclid(YEAR);
            let at = start + TimeDelta::days(day) + TimeDelta::hours(9);
            let shift = at - archive.begins - told.after;
            news.push((at, retold(told, &told.story, shift, &[])));
        }
        news.retain(|(at, _)| *at < start + TimeDelta::days(YEAR));
        news.sort_by(|one, other| (one.0, &one.1.story).cmp(&(other.0, &other.1.story)));
        self.seen.stories = news.iter().map(|(_, told)| &told.story).collect::<HashSet<_>>().len();
        news
    }

    /// A card that is just born passes the gate, waits where there is no room, and is kept.
    fn bear(&mut self, mut card: TouchPoint, mut steps: Vec<StepRecord>, of_news: bool) {
        let own = self.own(&card.account);
        let since = self.now - TimeDelta::days(YEAR);
        let asked = self
            .seen
            .asked
            .get(&card.account)
            .map_or(0, |days| days.iter().filter(|day| **day > since.date_naive()).count());
        ask_four(&mut card, &own, &self.playbook, (asked, ASKED_A_YEAR), &[]);
        let account = self.watchlist.get(&card.account).unwrap();
        let heard = BTreeMap::new();
        let around = Circumstances {
            account,
            facts: &[],
            heard: &heard,
            promises: &[],
            cards: &own,
            peace_until: gate::peace_until(&account.id, &own, &self.playbook, &self.settings, self.now),
            settings: &self.settings,
            now: self.now,
        };
        gate::at_birth(&mut card, &mut steps, &around);
        if of_news {
            room::at_birth(&mut card, &mut steps, self.recent(), &self.settings, self.now);
        }
        if card.state == TouchPointState::Checking {
            self.seen.gate_since.insert(card.id, self.now);
        }
        if card.state == TouchPointState::Suggested {
            self.seen.held.insert(card.id);
        }
        self.places.insert(card.id, self.cards.len());
        self.by_account.entry(card.account.clone()).or_default().push(self.cards.len());
        self.cards.push(card);
    }

    /// Cards of the account that are open or remembered.
    fn own(&self, account: &AccountId) -> Vec<TouchPoint> {
        let places = self.by_account.get(account).into_iter().flatten();
        let known = places.filter(|place| **place >= self.remembered || !self.cards[**place].state.is_closed());
        known.map(|place| self.cards[*place].clone()).collect()
    }

    fn put(&mut self, change: Change) {
        let place = self.places[&change.card.id];
        let before = std::mem::replace(&mut self.cards[place], change.card);
        let card = &self.cards[place];
        assert!(!before.state.is_closed(), "closed cards stay closed: {before:?}");
        if card.state == TouchPointState::Checking {
            self.seen.gate_since.entry(card.id).or_insert(self.now);
        } else if let Some(since) = self.seen.gate_since.remove(&card.id) {
            self.seen.longest_at_gate = self.seen.longest_at_gate.max((self.now - since).num_days());
        }
        let contacted = |check: &Check| check.about == Some(CheckSubject::Contacted) && check.is_in_the_way();
        if card.state == TouchPointState::Expired && card.checks.iter().any(contacted) {
            self.seen.refused_for_ever.push(card.title.clone());
        }
    }

    fn take(&mut self, id: TouchPointId, command: &Command, who: &Actor) -> bool {
        match life::step(&self.cards[self.places[&id]], command, who, self.now) {
            Ok(change) => {
                self.put(change);
                true
            }
            Err(error) => {
                let reason = match error {
                    LifeError::SettleFirst(first) if first.iter().any(|one| one.contains("was contacted on")) => {
                        "contacted a short while ago".to_owned()
                    }
                    other => other.to_string(),
                };
                *self.seen.refusals.entry(reason).or_default() += 1;
                self.seen.refused.insert(id);
                false
            }
        }
    }

    fn hear(&mut self, told: &Told) {
        let cause = story_cause(&told.story);
        let existing: Vec<TouchPoint> = self.cards.iter().filter(|card| card.cause == cause).cloned().collect();
        let occasion = Occasion {
            story: &told.story,
            signals: &told.signals,
            topics: &[],
            watchlist: &self.watchlist,
            playbook: &self.playbook,
            existing: &existing,
            recent: self.recent(),
            settings: &self.settings,
            now: self.now,
        };
        for decision in suggest(&occasion, &Actor::program("read")) {
            match decision {
                Decision::New { card, steps } => self.bear(*card, steps, true),
                Decision::Change { change, .. } => self.put(*change),
                Decision::NotSuggested(reason) => {
                    let short: String =
                        reason.reason.chars().filter(|letter| !letter.is_ascii_digit()).take(40).collect();
                    *self.seen.not_suggested.entry(short).or_default() += 1;
                }
            }
        }
    }

    /// One pass of the plan loop; in the morning the figures of the shortfall are taken.
    fn plan(&mut self, now: Time, morning: bool) {
        self.now = now;
        self.remember();
        let today = now.date_naive();
        if morning {
            self.renew();
        }
        let who = Actor::program("plan");
        for (id, command) in plan::due_work(&self.open(), &self.settings, now) {
            self.take(id, &command, &who);
        }
        for (_, change) in hand_over::to_new_owners(&self.watchlist, &self.open(), &self.settings, now) {
            self.put(change);
        }
        let mut waiting = HashSet::new();
        // At noon what came in the morning finds its place; the calendar goes by days.
        let rules: &[Rule] = if morning { &RULES } else { &RULES[..2] };
        let mut open = self.open();
        for rule in rules {
            let plans = rule(&self.watchlist, &self.playbook, &open, self.recent(), &self.settings, now);
            let changed = !plans.changed.is_empty() || !plans.born.is_empty();
            for (_, change) in plans.changed {
                self.put(change);
            }
            for (card, steps) in plans.born {
                self.bear(card, steps, false);
            }
            if changed {
                open = self.open();
            }
            if morning {
                waiting.extend(plans.waiting.iter().map(|one| (one.account.clone(), one.what.clone())));
                self.seen.shortfall.extend(plans.waiting.into_iter().map(|one| (today, one)));
            }
        }
        if morning {
            self.seen.waits.retain(|key, _| waiting.contains(key));
            for key in waiting {
                let days = self.seen.waits.entry(key).or_default();
                *days += 1;
                self.seen.longest_wait = self.seen.longest_wait.max(*days);
            }
        }
        if morning {
            self.look_at_the_gate();
        }
        self.look();
    }

    fn look_at_the_gate(&mut self) {
        let heard = BTreeMap::new();
        let mut of_account: BTreeMap<AccountId, Vec<TouchPoint>> = BTreeMap::new();
        for card in self.open() {
            let own = of_account.entry(card.account.clone()).or_insert_with(|| self.own(&card.account));
            let account = self.watchlist.get(&card.account).unwrap();
            let around = Circumstances {
                account,
                facts: &[],
                heard: &heard,
                promises: &[],
                cards: own,
                peace_until: gate::peace_until(&account.id, own, &self.playbook, &self.settings, self.now),
                settings: &self.settings,
                now: self.now,
            };
            if let Some(change) = gate::look(&card, &around, &Actor::program("plan")) {
                self.put(change);
            }
        }
    }

    /// What must hold at any time is looked at.
    fn look(&mut self) {
        if self.double_contacts() > 0 {
            // The plan loop comes round every few moments; of what it does this cannot wait for the next part of the day.
            let (open, recent) = (self.open(), self.recent());
            let off = one_contact::put_off(&self.watchlist, &self.playbook, &open, recent, &self.settings, self.now);
            for (_, change) in off.changed {
                self.put(change);
            }
        }
        let doubles = self.double_contacts();
        if doubles > 0 {
            *self.seen.doubles.entry(self.now.date_naive()).or_default() += doubles;
        }
        let under_way = self.cards.iter().filter(|card| is_under_way(card));
        for card in under_way.filter(|card| !self.settings.workdays(card.owner.as_deref()).works(card.due)) {
            *self.seen.off_days.entry(card.play.to_string()).or_default() += 1;
        }
    }

    /// Persons with whom two contacts are under way.
    fn double_contacts(&self) -> usize {
        let mut seen: HashMap<(&AccountId, Option<&str>), usize> = HashMap::new();
        for card in self.cards.iter().filter(|card| is_under_way(card)) {
            *seen.entry((&card.account, card.contact.as_deref())).or_default() += 1;
        }
        seen.values().filter(|count| **count > 1).count()
    }

    /// Whoever is there works down the list, in the order of the inbox.
    fn work(&mut self) {
        let today = self.now.date_naive();
        let open = self.open();
        for owner in 0..OWNERS {
            let owner = format!("owner{owner}");
            if !self.settings.workdays(Some(&owner)).works(today) {
                continue;
            }
            let awake = |card: &&TouchPoint| {
                card.owner.as_deref() == Some(&owner)
                    && !matches!(card.state, TouchPointState::Snoozed | TouchPointState::Suggested)
            };
            let mine: Vec<TouchPoint> = open.iter().filter(awake).cloned().collect();
            let who = Actor::person(&owner);
            for place in priority::rank(&mine, &self.tiers).into_iter().take(WORKED_A_DAY) {
                self.work_on(&mine[place], &who);
            }
        }
        // In the evening the CRM tells of it.
        let answered = std::mem::take(&mut self.answered);
        if !answered.is_empty() {
            self.change_accounts(|account| {
                if answered.contains(&account.id) {
                    account.last_contact = Some(today);
                }
            });
        }
    }

    fn work_on(&mut self, card: &TouchPoint, who: &Actor) {
        let chance = self.rng.u8(..100);
        if card.state == TouchPointState::Accepted {
            if chance < 70 {
                let code = if chance < 8 { OutcomeCode::NoAnswer } else { OutcomeCode::Replied };
                if self.take(card.id, &Command::Close { code, words: None }, who) && is_outward(card) {
                    self.contacted(card, code);
                }
            }
        } else if chance < 60 {
            if card.state == TouchPointState::Checking {
                for check in card.checks.iter().filter(|check| check.is_in_the_way() && check.about.is_none()) {
                    let state = CheckState::Passed("asked, and in order".to_owned());
                    self.take(card.id, &Command::Settle { what: check.what.clone(), state }, who);
                }
                if card.approval && !self.take(card.id, &Command::Approve, who) {
                    return;
                }
            }
            self.take(card.id, &Command::Accept, who);
        } else if chance < 66 {
            let code = if chance.is_multiple_of(2) { DismissalCode::Known } else { DismissalCode::Trivial };
            self.take(card.id, &Command::Dismiss { code, note: None }, who);
        } else if chance < 72 {
            let until = self.now + TimeDelta::days(3 + i64::from(chance % 6));
            self.take(card.id, &Command::Snooze { until, reason: None }, who);
        }
    }

    /// A contact was made.
    fn contacted(&mut self, card: &TouchPoint, code: OutcomeCode) {
        let today = self.now.date_naive();
        self.seen.made.entry(card.account.clone()).or_default().push(today);
        if asks_four(card, &self.playbook) {
            self.seen.asked.entry(card.account.clone()).or_default().push(today);
        }
        if code != OutcomeCode::NoAnswer {
            self.answered.push(card.account.clone());
        }
    }

    /// Contracts whose day has come go on for another year.
    fn renew(&mut self) {
        let today = self.now.date_naive();
        let come = self.watchlist.accounts().iter().filter(|account| account.renewal.is_some_and(|day| day < today));
        let come: Vec<_> = come.map(|account| (account.id.clone(), account.renewal.unwrap(), account.signed)).collect();
        if come.is_empty() {
            return;
        }
        self.renewals.extend(come);
        self.change_accounts(|account| {
            if let Some(renewal) = account.renewal.filter(|renewal| *renewal < today) {
                account.renewal = renewal.with_year(renewal.year() + 1).or(Some(renewal + TimeDelta::days(365)));
            }
        });
    }

    fn change_accounts(&mut self, change: impl FnMut(&mut Account)) {
        let mut accounts = std::mem::take(&mut self.watchlist).accounts().to_vec();
        accounts.iter_mut().for_each(change);
        self.watchlist = Watchlist::new(accounts);
    }
}

/// A contact with somebody outside.
pub(crate) fn is_outward(card: &TouchPoint) -> bool {
    !matches!(card.action, Action::InternalCheck | Action::Battlecard | Action::Review)
}

/// A contact that its owner has before them.
fn is_under_way(card: &TouchPoint) -> bool {
    is_outward(card)
        && matches!(card.state, TouchPointState::Checking | TouchPointState::Ready | TouchPointState::Accepted)
}

/// Which simulated accounts stand for which of the demo's.
struct Groups {
    of: HashMap<String, Vec<Account>>,
    clients: HashSet<AccountId>,
}

impl Groups {
    fn of(accounts: &[Account], archive: &Archive) -> Self {
        let mut of: HashMap<String, Vec<Account>> = HashMap::new();
        for account in accounts {
            if let Some(model) = account.external_ids.get("model") {
                of.entry(model.clone()).or_default().push(account.clone());
            }
        }
        let clients = archive.watched.iter().filter(|account| account.kind == AccountKind::Client);
        Self { of, clients: clients.map(|account| account.id.clone()).collect() }
    }

    fn is_client(&self, account: &AccountId) -> bool {
        self.clients.contains(account)
    }

    /// What is written of `model`, and what is written in its place when the news is told of another.
    fn names(&self, model: &Account, rng: &mut Rng) -> Vec<(String, String)> {
        let Some(others) = self.of.get(model.id.as_str()) else { return Vec::new() };
        let other = &others[rng.usize(..others.len())];
        let bare = tidings::mention::bare_name;
        let mut names = vec![
            (model.id.0.clone(), other.id.0.clone()),
            (model.name.clone(), other.name.clone()),
            (bare(&model.name), bare(&other.name)),
        ];
        names.extend(model.aliases.iter().map(|alias| (alias.text.clone(), bare(&other.name))));
        for (person, its) in model.contacts.iter().zip(&other.contacts) {
            names.push((person.name.clone(), its.name.clone()));
            let last = |name: &str| name.rsplit(' ').next().unwrap_or_default().to_owned();
            names.push((last(&person.name), last(&its.name)));
        }
        names
    }
}

/// A story as it is told of others, at another time.
fn retold(told: &Told, story: &StoryId, shift: TimeDelta, names: &[(String, String)]) -> Told {
    let said = |text: &str| exchanged(text, names);
    let account = |id: &AccountId| {
        names
            .iter()
            .find(|(from, _)| from == id.as_str())
            .map_or_else(|| id.clone(), |(_, to)| AccountId::from(to.clone()))
    };
    let signals = told.signals.iter().map(|signal| {
        let its = account(&signal.account);
        let departed = if signal.role == Role::DepartedFrom { "departed" } else { "" };
        Signal {
            id: SignalId::of(story, &its, &format!("{}{departed}", signal.kind.as_str())),
            story: story.clone(),
            account: its,
            subject: said(&signal.subject),
            counterparty: signal.counterparty.as_deref().map(said),
            person: signal.person.as_deref().map(said),
            evidence: signal
                .evidence
                .iter()
                .map(|quote| Evidence {
                    quote: said(&quote.quote),
                    article: ArticleId::of_key(&format!("{}{story}", quote.article)),
                    published: quote.published + shift,
                    ..quote.clone()
                })
                .collect(),
            first_at: signal.first_at + shift,
            last_at: signal.last_at + shift,
            backfilled: false,
            ..signal.clone()
        }
    });
    Told { after: told.after, story: story.clone(), signals: signals.collect() }
}

/// `text` with each name exchanged once, the longest first.
fn exchanged(text: &str, names: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    'text: while let Some(first) = rest.chars().next() {
        if !out.ends_with(char::is_alphanumeric) {
            for (from, to) in names {
                if let Some(after) = rest.strip_prefix(from.as_str())
                    && !after.starts_with(char::is_alphanumeric)
                {
                    out.push_str(to);
                    rest = after;
                    continue 'text;
                }
            }
        }
        out.push(first);
        rest = &rest[first.len_utf8()..];
    }
    out
}

fn accounts(archive: &Archive, first: NaiveDate, rng: &mut Rng) -> Vec<Account> {
    let of_kind = |kind: AccountKind| archive.watched.iter().filter(move |account| account.kind == kind);
    let mut accounts: Vec<Account> = Vec::new();
    let rivals: Vec<&Account> = of_kind(AccountKind::Competitor).collect();
    for place in 0..RIVALS {
        let model = rivals[place % rivals.len()];
        let mut rival = Account { name: format!("{}{} Systems", FIRST_HALF[place], "tron"), ..(*model).clone() };
        rival.id = id_of(&rival.name).into();
        rival.aliases.clear();
        rival.domains = vec![format!("{}.example", rival.id)];
        // Who shares the industry with half of all clients is shown to all of them; ties are drawn below.
        rival.relations.clear();
        rival.external_ids.insert("model".into(), model.id.0.clone());
        accounts.push(rival);
    }
    let models: Vec<&Account> = of_kind(AccountKind::Client).collect();
    for place in 0..CLIENTS {
        let model = models[place % models.len()];
        let tail = model.name.split_once(' ').map_or("", |(_, tail)| tail);
        let number = place / models.len();
        let name = match place.checked_sub(CLIENTS - FIRMS.len()) {
            Some(place) => FIRMS[place].to_owned(),
            None => format!("{}{} {tail}", FIRST_HALF[number % 50], SECOND_HALF[place % 10]),
        };
        let days = |count: i64| first + TimeDelta::days(count);
        let tier = match rng.u8(..10) {
            0 => Tier::A,
            1..=4 => Tier::B,
            _ => Tier::C,
        };
        let renewal = days(rng.i64(10..375));
        let signed = match rng.u8(..100) {
            // Signed for a short time, less than ninety days before the first renewal.
            0 => Some(renewal - TimeDelta::days(rng.i64(30..85))),
            1..=29 => Some(days(rng.i64(-700..-30)).min(renewal - TimeDelta::days(365))),
            _ => None,
        };
        let mut relations: Vec<Relation> = Vec::new();
        if rng.u8(..10) < 3 {
            let rival = accounts[rng.usize(..RIVALS)].id.clone();
            relations.push(Relation { kind: RelationKind::Uses, to: rival });
        }
        relations.extend(model.relations.iter().filter(|one| one.kind == RelationKind::InIndustry).cloned());
        let contacts = model.contacts.iter().enumerate().map(|(nth, contact)| Contact {
            name: format!("{} {}son", GIVEN[rng.usize(..GIVEN.len())], FIRST_HALF[(number * 3 + place + nth) % 50]),
            email: None,
            ..contact.clone()
        });
        accounts.push(Account {
            id: id_of(&name).into(),
            domains: vec![format!("{}.example", id_of(&name))],
            aliases: Vec::new(),
            tickers: Vec::new(),
            people: Vec::new(),
            products: Vec::new(),
            contacts: contacts.collect(),
            owner: Some(format!("owner{}", place % OWNERS)),
            deputy: None,
            tier,
            relations,
            renewal: Some(renewal),
            signed,
            last_contact: (rng.u8(..10) < 7).then(|| days(-rng.i64(1..120))),
            cadence_days: None,
            external_ids: HashMap::from([("model".into(), model.id.0.clone())]),
            name,
            ..(*model).clone()
        });
    }
    let rest = archive
        .watched
        .iter()
        .filter(|account| matches!(account.kind, AccountKind::Partner | AccountKind::Prospect | AccountKind::Topic));
    for (place, account) in rest.enumerate() {
        let owner = (account.kind != AccountKind::Topic).then(|| format!("owner{place}"));
        accounts.push(Account { owner, deputy: None, relations: Vec::new(), ..account.clone() });
    }
    accounts
}

/// One of us, with three absences of a week or two.
fn owner(place: usize, first: NaiveDate, rng: &mut Rng) -> serde_json::Value {
    let country = ["DE", "FR", "GB", "US", "AT"][place % 5];
    let away: Vec<_> = [20, 150, 280]
        .map(|from| first + TimeDelta::days(from + rng.i64(0..60)))
        .map(|from| serde_json::json!({ "from": from, "to": from + TimeDelta::days(rng.i64(4..14)) }))
        .to_vec();
    let deputy = format!("owner{}", (place + 1) % OWNERS);
    serde_json::json!({ "name": format!("owner{place}"), "country": country, "deputy": deputy, "away": away })
}
