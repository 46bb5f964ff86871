//! The poll loop with wire and database left out. What it decides is decided by the program's own code; what stands here
//! is the bookkeeping of `pipeline::poll` and of the table `feed`.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::time::Duration;

use chrono::TimeDelta;
use fastrand::Rng;
use tidings::fetch::{self, Heard, Judge, Outcome, Pace};
use tidings::model::{HostBackoff, HttpHints, PollHints, Time, Validators};
use tidings::net;
use tidings::pipeline::poll::crew::{Crew, Turn};
use tidings::schedule::{self, History, Limits, Settings};
use url::Url;

use crate::figures::Figures;
use crate::origin::{Host, World};
use crate::watch::Watch;

/// Feeds asked at once, feeds leased at once, as in the poll loop.
const HANDS: usize = 32;
const BATCH: usize = 128;

/// The longest the loop sleeps.
const LONGEST_SLEEP: TimeDelta = TimeDelta::seconds(30);

/// Hops that are followed.
const HOPS: u32 = 10;

/// One row of the table `feed`.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) url: Url,
    pub(crate) validators: Validators,
    pub(crate) hints: PollHints,
    pub(crate) next_poll: Time,
    pub(crate) last_attempt: Option<Time>,
    pub(crate) failures: u32,
    pub(crate) active: bool,
    pub(crate) polls: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The feed in this hand may ask now, if its host is free.
    Ask(usize),
    /// Its answer is here.
    Answer(usize),
    /// Look at what is due.
    Look,
}

/// A feed that is being asked.
struct Asking {
    turn: Turn<usize, ()>,
    url: Url,
    host: usize,
    hop: u32,
    moved: bool,
    began: Time,
}

/// The program, its table and the world it polls.
pub(crate) struct Program {
    pub(crate) world: World,
    pub(crate) rows: Vec<Row>,
    pub(crate) watch: Watch,
    pub(crate) figures: Figures,
    hosts: HashMap<String, usize>,
    due: BTreeSet<(Time, usize)>,
    backoffs: HashMap<String, HostBackoff>,
    schedule: Settings,
    gap: Duration,
    random: Rng,
    // What a restart forgets.
    judge: Judge,
    crew: Crew<usize, ()>,
    paces: Vec<Pace>,
    talking: HashSet<usize>,
    asking: HashMap<usize, Asking>,
    events: BinaryHeap<Reverse<(Time, Event)>>,
    /// What is to be added to the true time to get what the clock shows.
    ahead: TimeDelta,
    /// How far the clock was set forward in all: what a clock that only goes forward has seen more.
    leapt: TimeDelta,
    /// When the clock was last set or the program started: what was due before could not be asked before.
    since: Time,
    /// What the clock showed when the loop last looked.
    last_look: Time,
    /// Hands came free, or it is time to look.
    woken: bool,
    start: Time,
    now: Time,
}

impl Program {
    pub(crate) fn new(world: World, seed: u64, start: Time) -> Self {
        let schedule = Settings::default();
        let fetch = fetch::Settings::default();
        let address = |number: usize, host: &Host| Url::parse(&format!("http://{}/{number}", host.name)).unwrap();
        let rows: Vec<Row> = world
            .feeds
            .iter()
            .enumerate()
            .map(|(number, feed)| Row {
                url: address(number, &world.hosts[feed.host]),
                validators: Validators::default(),
                hints: PollHints::default(),
                next_poll: schedule::first_poll(&number.to_string(), false, &schedule, start),
                last_attempt: None,
                failures: 0,
                active: true,
                polls: 0,
            })
            .collect();
        Self {
            due: rows.iter().enumerate().map(|(number, row)| (row.next_poll, number)).collect(),
            hosts: world.hosts.iter().enumerate().map(|(number, host)| (host.name.clone(), number)).collect(),
            watch: Watch::new(&world, start),
            figures: Figures::default(),
            backoffs: HashMap::new(),
            gap: Duration::from_secs(fetch.gap_seconds),
            random: Rng::with_seed(seed),
            judge: Judge::new(&fetch),
            crew: Crew::new(HANDS, rows.len()),
            paces: vec![Pace::default(); world.hosts.len()],
            talking: HashSet::new(),
            asking: HashMap::new(),
            events: BinaryHeap::from([Reverse((start, Event::Look))]),
            ahead: TimeDelta::zero(),
            leapt: TimeDelta::zero(),
            now: start,
            woken: false,
            last_look: start,
            since: start,
            schedule,
            world,
            rows,
            start,
        }
    }

    /// What the clock of the machine shows.
    pub(crate) fn shown(&self) -> Time {
        self.now + self.ahead
    }

    /// Runs until `until`, in true time.
    pub(crate) fn run(&mut self, until: Time) {
        while let Some(Reverse((at, event))) = self.events.peek().copied() {
            if at > until {
                break;
            }
            self.events.pop();
            self.now = at;
            match event {
                Event::Ask(feed) => self.ask(feed),
                Event::Answer(feed) => self.hear(feed),
                Event::Look => self.woken = true,
            }
            while std::mem::take(&mut self.woken) {
                self.look();
            }
        }
        self.now = until;
    }

    /// Sets the clock of the machine forward or back.
    pub(crate) fn set_clock(&mut self, by: TimeDelta) {
        self.ahead += by;
        self.leapt += by.max(TimeDelta::zero());
        self.since = self.shown();
        self.watch.clock_was_set(by, self.since);
    }

    /// Kills the program and starts it again after `pause`: what was under way is lost, what was written stays.
    pub(crate) fn restart(&mut self, pause: TimeDelta) {
        self.now += pause;
        self.asking.clear();
        self.talking.clear();
        self.events.clear();
        self.crew = Crew::new(HANDS, self.rows.len());
        self.paces.fill(Pace::default());
        self.judge = Judge::new(&fetch::Settings::default());
        let shown = self.shown();
        self.since = shown;
        self.judge.restore(self.backoffs.values().filter(|rest| rest.until > shown).cloned().collect());
        self.due =
            self.rows.iter().enumerate().filter(|(_, row)| row.active).map(|(at, row)| (row.next_poll, at)).collect();
        self.watch.restarted();
        self.events.push(Reverse((self.now, Event::Look)));
    }

    /// A round of the loop: lease, give out turns, and say when to look again.
    fn look(&mut self) {
        let shown = self.shown();
        if shown < self.last_look {
            self.mend_clock(shown);
        }
        self.last_look = shown;
        loop {
            while let Some(turn) = self.crew.next_turn() {
                self.begin(turn);
            }
            if !self.crew.is_idle() || !self.lease(shown) {
                break;
            }
        }
        self.figures.queue(self.crew.waiting());
        let next =
            self.due.first().map_or(LONGEST_SLEEP, |(at, _)| *at - shown).clamp(TimeDelta::seconds(1), LONGEST_SLEEP);
        if !self.events.iter().any(|Reverse((_, event))| *event == Event::Look) {
            self.events.push(Reverse((self.now + next, Event::Look)));
        }
    }

    /// Puts a batch of what is due in line; false where nothing was.
    fn lease(&mut self, shown: Time) -> bool {
        let leased: Vec<_> = self.due.range(..=(shown, usize::MAX)).take(BATCH).copied().collect();
        for (at, feed) in &leased {
            self.due.remove(&(*at, *feed));
            let host = self.rows[*feed].url.host_str().unwrap().to_owned();
            assert!(self.crew.enlist(&host, *feed, ()), "a feed is leased twice");
        }
        !leased.is_empty()
    }

    /// Where the clock was set back since a feed was last asked, its wait begins anew.
    fn mend_clock(&mut self, shown: Time) {
        for (feed, row) in self.rows.iter_mut().enumerate() {
            let Some(last) = row.last_attempt.filter(|last| *last > shown) else { continue };
            row.last_attempt = Some(shown);
            if row.next_poll > last {
                let waits = self.due.remove(&(row.next_poll, feed));
                row.next_poll -= last - shown;
                if waits {
                    self.due.insert((row.next_poll, feed));
                }
            }
        }
    }

    fn begin(&mut self, turn: Turn<usize, ()>) {
        let feed = turn.key;
        let url = self.rows[feed].url.clone();
        let host = self.hosts[url.host_str().unwrap()];
        self.asking.insert(feed, Asking { turn, url, host, hop: 0, moved: true, began: self.now });
        let (shown, random) = (self.shown(), self.random.f64());
        if let Some(free) = schedule::put_off(&self.rows[feed].hints, false, random, shown) {
            let asking = self.asking.remove(&feed).unwrap();
            self.rows[feed].next_poll = free;
            self.due.insert((free, feed));
            self.crew.done(&asking.turn.host, &feed);
            self.woken = true;
            return;
        }
        self.ask(feed);
    }

    /// Asks, where the host neither rests nor is to be left alone still.
    fn ask(&mut self, feed: usize) {
        let (shown, steady) = (self.shown(), self.steady());
        let asking = &self.asking[&feed];
        let host = asking.host;
        if let Some(rests) = self.judge.rests(&asking.url, shown) {
            return self.conclude(feed, rests);
        }
        if self.talking.contains(&host) {
            // Somebody was led here by a redirect.
            self.events.push(Reverse((self.now + TimeDelta::milliseconds(200), Event::Ask(feed))));
            return;
        }
        if let Some(left) = self.paces[host].left(self.gap, Duration::ZERO, steady) {
            self.events.push(Reverse((self.now + TimeDelta::from_std(left).unwrap(), Event::Ask(feed))));
            return;
        }
        self.talking.insert(host);
        self.paces[host] = Pace::begun(steady);
        let row = &self.rows[feed];
        self.watch.asked(feed, host, row, asking.hop == 0, shown, self.now);
        let latency = self.world.latency(host);
        let out = self.world.is_out(host, self.now);
        let took = if out { TimeDelta::seconds(if feed.is_multiple_of(3) { 60 } else { 1 }) } else { latency };
        self.asking.get_mut(&feed).unwrap().began = self.now;
        self.events.push(Reverse((self.now + took, Event::Answer(feed))));
    }

    fn hear(&mut self, feed: usize) {
        let (shown, steady) = (self.shown(), self.steady());
        let asking = self.asking.get_mut(&feed).unwrap();
        let host = asking.host;
        let took = (self.now - asking.began).to_std().unwrap();
        self.talking.remove(&host);
        self.paces[host] = Pace::ended(steady.saturating_sub(took), steady);
        self.watch.answered(host, took, self.now);
        let name = self.world.hosts[host].name.clone();
        if self.world.is_out(host, asking.began) {
            let error = net::Error::TimedOut { host: name, seconds: 60 };
            let outcome = self.judge.missed(&asking.url, &error, shown, self.random.f64());
            return self.conclude(feed, outcome);
        }
        let sent = self.rows[feed].validators.clone();
        let answer = self.world.answer(feed, host, &sent, self.now);
        self.watch.told(feed, host, &answer, &self.world.feeds[feed], shown);
        self.figures.request(&answer);
        let url = asking.url.clone();
        let moved = asking.hop > 0 && asking.moved;
        let heard = self.judge.weigh(&url, answer, (sent.any(), moved), shown, self.random.f64());
        match heard {
            Heard::Redirect { url, permanent } if asking.hop < HOPS => {
                asking.host = self.hosts[url.host_str().unwrap()];
                asking.url = url;
                asking.hop += 1;
                asking.moved &= permanent;
                self.ask(feed);
            }
            Heard::Redirect { .. } => panic!("redirects without end"),
            Heard::Outcome(outcome) => self.conclude(feed, outcome),
        }
    }

    /// Writes down what asking came to, as `pipeline::poll` does.
    fn conclude(&mut self, feed: usize, outcome: Outcome) {
        let shown = self.shown();
        self.figures.outcome(&outcome);
        let asking = self.asking.remove(&feed).unwrap();
        let lateness = asking.began + self.ahead - self.rows[feed].next_poll.max(self.since);
        let row = &mut self.rows[feed];
        row.polls += 1;
        row.last_attempt = Some(shown);
        let (mut http, mut not_before, mut backoff) = (HttpHints::default(), None, None);
        let failures = row.failures;
        match outcome {
            Outcome::Fresh(fetched) => {
                self.figures.late(lateness);
                row.failures = 0;
                row.validators = fetched.validators;
                row.hints = self.world.feeds[feed].hints.clone();
                row.url = fetched.moved_to.map_or_else(|| row.url.clone(), |url| Url::parse(&url).unwrap());
                self.watch.kept(feed, &row.validators);
                http = fetched.http;
            }
            Outcome::Unchanged { http: hints } => {
                self.figures.late(lateness);
                row.failures = 0;
                http = hints;
            }
            Outcome::Gone => row.active = false,
            Outcome::Limited { until, backoff: kept, .. } => {
                if kept.is_none() {
                    let (hints, random) = (&row.hints, self.random.f64());
                    let next = schedule::after_rest(until, hints, false, &self.schedule, random, shown);
                    row.polls -= 1;
                    return self.come_back(feed, &next, &asking.turn.host);
                }
                row.failures = failures + 1;
                (not_before, backoff) = (Some(until), kept);
            }
            Outcome::Refused(why) => panic!("refused: {why}"),
            Outcome::Failed { backoff: kept, .. } => {
                row.failures += 1;
                backoff = kept;
            }
        }
        if let Some(rest) = backoff {
            self.backoffs.insert(rest.host.clone(), rest);
        }
        if row.active {
            self.plan(feed, &http, not_before, shown);
        }
        self.crew.done(&asking.turn.host, &feed);
        self.woken = true;
    }

    fn plan(&mut self, feed: usize, http: &HttpHints, not_before: Option<Time>, shown: Time) {
        let row = &mut self.rows[feed];
        let entry_times =
            if row.hints == self.world.feeds[feed].hints { self.world.feeds[feed].entries.clone() } else { Vec::new() };
        let history = History { entry_times, failures: row.failures, not_before };
        let limits = Limits { validators: row.validators.any(), ..Limits::default() };
        let next = schedule::next_poll(&history, http, &row.hints, &limits, &self.schedule, self.random.f64(), shown);
        self.set_next(feed, &next);
    }

    fn come_back(&mut self, feed: usize, next: &schedule::Next, host: &str) {
        self.set_next(feed, next);
        self.crew.done(host, &feed);
        self.woken = true;
    }

    fn set_next(&mut self, feed: usize, next: &schedule::Next) {
        self.rows[feed].next_poll = next.at;
        if next.pause {
            self.rows[feed].active = false;
            self.figures.paused += 1;
        } else {
            self.due.insert((next.at, feed));
        }
    }

    fn steady(&self) -> Duration {
        (self.now - self.start + self.leapt).to_std().unwrap()
    }
}
