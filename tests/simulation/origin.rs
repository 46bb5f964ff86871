//! The world: hosts and feeds with their habits. Everything comes from one seed.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tidings::fetch::Answered;
use tidings::model::{PollHints, Time, Validators};

/// How many hosts carry how many feeds each, of ten thousand feeds; of fewer, so many fewer hosts, but one of each size.
/// Who is left has a host of its own.
const LARGE: [(usize, usize); 5] = [(1, 800), (5, 200), (20, 50), (100, 10), (500, 2)];

/// Entries that a document holds.
const ENTRIES: usize = 30;

/// A host.
pub(crate) struct Host {
    pub(crate) name: String,
    /// How long it takes to answer, usually.
    pub(crate) latency: TimeDelta,
    /// It cannot be reached from … until.
    pub(crate) outages: Vec<(Time, Time)>,
    /// Out of a thousand requests, so many are told to slow down.
    pub(crate) strict: u32,
}

/// How a feed answers conditional requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conditional {
    /// An ETag that changes with the content.
    Etag,
    /// A Last-Modified.
    Modified,
    /// Neither.
    None,
    /// A new ETag each time, so that there is never a 304.
    Fickle,
    /// An ETag that is not listened to.
    Deaf,
}

/// What will become of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing.
    Lives,
    /// Not found from the beginning.
    Missing,
    /// Gone for good (410) from then on.
    Gone(Time),
    /// Moved for good to another host from then on.
    Moves(Time, usize),
}

/// A feed.
pub(crate) struct Source {
    pub(crate) host: usize,
    pub(crate) conditional: Conditional,
    pub(crate) fate: Fate,
    pub(crate) max_age: Option<u64>,
    pub(crate) hints: PollHints,
    /// Its latest entries, newest first.
    pub(crate) entries: Vec<Time>,
    usual_gap: f64,
    next_entry: Time,
    version: u32,
    served: u32,
}

/// All hosts and feeds.
pub(crate) struct World {
    pub(crate) hosts: Vec<Host>,
    pub(crate) feeds: Vec<Source>,
    random: Rng,
}

impl World {
    /// `count` feeds whose lives begin a month before `start`.
    pub(crate) fn new(seed: u64, count: usize, start: Time) -> Self {
        let mut world = Self { hosts: Vec::new(), feeds: Vec::new(), random: Rng::with_seed(seed) };
        let mut sizes: Vec<usize> = LARGE
            .iter()
            .flat_map(|(hosts, feeds)| std::iter::repeat_n(*feeds, (hosts * count / 10_000).max(1)))
            .collect();
        let large: usize = sizes.iter().sum();
        sizes.extend(std::iter::repeat_n(1, count.saturating_sub(large)));
        for size in sizes {
            let host = world.hosts.len();
            let made = world.host(host, start);
            world.hosts.push(made);
            for _ in 0..size {
                let feed = world.feed(host, start);
                world.feeds.push(feed);
            }
        }
        world
    }

    fn host(&mut self, number: usize, start: Time) -> Host {
        let random = &mut self.random;
        let latency = match random.u32(0..100) {
            0..70 => random.i64(20..200),
            70..95 => random.i64(200..1000),
            95..99 => random.i64(1000..4000),
            _ => random.i64(4000..12_000),
        };
        let latency = if number < 6 { random.i64(50..300) } else { latency };
        let outages = (0..usize::from(random.u32(0..100) < 12))
            .map(|_| {
                let from = start + TimeDelta::minutes(random.i64(0..30 * 24 * 60));
                (from, from + TimeDelta::minutes(random.i64(10..36 * 60)))
            })
            .collect();
        let strict = if random.u32(0..100) < 5 { random.u32(5..60) } else { 0 };
        let name = format!("h{number}.example");
        Host { name, latency: TimeDelta::milliseconds(latency), outages, strict }
    }

    fn feed(&mut self, host: usize, start: Time) -> Source {
        let hosts = self.hosts.len();
        let random = &mut self.random;
        let conditional = match random.u32(0..100) {
            0..62 => Conditional::Etag,
            62..78 => Conditional::Modified,
            78..94 => Conditional::None,
            94..97 => Conditional::Fickle,
            _ => Conditional::Deaf,
        };
        let then = start + TimeDelta::minutes(random.i64(0..30 * 24 * 60));
        let fate = match random.u32(0..1000) {
            0..15 => Fate::Missing,
            15..25 => Fate::Gone(then),
            25..40 if hosts > 40 => Fate::Moves(then, random.usize(7..hosts)),
            _ => Fate::Lives,
        };
        let max_age = (random.u32(0..100) < 25).then(|| [300, 900, 3600, 7200, 43_200, 172_800][random.usize(0..6)]);
        let mut hints = PollHints::default();
        match random.u32(0..100) {
            0..12 => hints.ttl_minutes = Some([5, 60, 240, 1440, 10_080][random.usize(0..5)]),
            12..20 => hints.update_minutes = Some([60, 720, 1440][random.usize(0..3)]),
            20..28 => {
                let from = random.u8(0..24);
                hints.skip_hours = (0..random.u8(1..12)).map(|hour| (from + hour) % 24).collect();
            }
            28..32 => hints.skip_days = vec![5, 6],
            _ => {}
        }
        // From several an hour to one a month, most of them slow.
        let usual_gap = 600.0 * 4000_f64.powf(random.f64().powf(0.6));
        let since = start - TimeDelta::days(30);
        let mut source = Source {
            host,
            conditional,
            fate,
            max_age,
            hints,
            entries: Vec::new(),
            usual_gap,
            next_entry: since,
            version: 0,
            served: 0,
        };
        source.publish(start, random);
        source
    }

    /// How long the next answer of `host` takes.
    pub(crate) fn latency(&mut self, host: usize) -> TimeDelta {
        let share = 0.5 + self.random.f64().powi(3) * 4.0;
        #[expect(clippy::cast_possible_truncation, reason = "some seconds")]
        let milliseconds = (self.hosts[host].latency.num_milliseconds() as f64 * share) as i64;
        TimeDelta::milliseconds(milliseconds.max(1))
    }

    /// True while the host cannot be reached.
    pub(crate) fn is_out(&self, host: usize, now: Time) -> bool {
        self.hosts[host].outages.iter().any(|(from, until)| (*from..*until).contains(&now))
    }

    /// What `host` answers at `now` to a request for `feed`.
    pub(crate) fn answer(&mut self, feed: usize, host: usize, sent: &Validators, now: Time) -> Answered {
        let strict = self.hosts[host].strict;
        if self.random.u32(0..1000) < strict {
            return self.slow_down(now);
        }
        if self.random.u32(0..1000) < 3 {
            return answered(500, &[]);
        }
        let source = &mut self.feeds[feed];
        match source.fate {
            Fate::Missing => return answered(404, &[]),
            Fate::Gone(then) if now >= then => return answered(410, &[]),
            Fate::Moves(then, to) if now >= then && host != to => {
                return answered(301, &[("location", format!("http://{}/{feed}", self.hosts[to].name))]);
            }
            _ => {}
        }
        source.publish(now, &mut self.random);
        source.served += 1;
        let mut fields = Vec::new();
        if let Some(seconds) = source.max_age {
            fields.push(("cache-control", format!("public, max-age={seconds}")));
        }
        let now_valid = source.validators();
        let unchanged = now_valid.any() && *sent == now_valid && source.conditional != Conditional::Deaf;
        fields.extend(now_valid.etag.map(|etag| ("etag", etag)));
        fields.extend(now_valid.last_modified.map(|modified| ("last-modified", modified)));
        answered(if unchanged { 304 } else { 200 }, &fields)
    }

    /// 429 or 503, with Retry-After in seconds, as a date, or without.
    fn slow_down(&mut self, now: Time) -> Answered {
        let status = if self.random.bool() { 429 } else { 503 };
        let seconds = match self.random.u32(0..200) {
            0 => 8 * 86_400,
            1..10 => self.random.i64(3600..86_400),
            _ => self.random.i64(10..1800),
        };
        match self.random.u32(0..3) {
            0 => answered(status, &[("retry-after", seconds.to_string())]),
            1 => answered(status, &[("retry-after", as_http(now + TimeDelta::seconds(seconds)))]),
            _ => answered(status, &[]),
        }
    }
}

impl Source {
    fn validators(&self) -> Validators {
        let etag = |number: u32| Some(format!("\"{number}\""));
        match self.conditional {
            Conditional::Etag | Conditional::Deaf => Validators { etag: etag(self.version), last_modified: None },
            Conditional::Fickle => Validators { etag: etag(self.served), last_modified: None },
            Conditional::Modified => {
                Validators { etag: None, last_modified: self.entries.first().map(|at| as_http(*at)) }
            }
            Conditional::None => Validators::default(),
        }
    }

    /// Brings its entries up to `now`: mostly singly, now and then several at once.
    fn publish(&mut self, now: Time, random: &mut Rng) {
        let mut fresh = Vec::new();
        while self.next_entry <= now {
            for _ in 0..if random.u32(0..40) == 0 { random.usize(5..20) } else { 1 } {
                fresh.push(self.next_entry);
            }
            // Times between events that come independently of each other.
            #[expect(clippy::cast_possible_truncation, reason = "some months")]
            let gap = (-self.usual_gap * (1.0 - random.f64()).ln()) as i64;
            self.next_entry += TimeDelta::seconds(gap.max(1));
        }
        if fresh.is_empty() {
            return;
        }
        self.version += 1;
        fresh.reverse();
        fresh.extend(std::mem::take(&mut self.entries));
        fresh.truncate(ENTRIES);
        self.entries = fresh;
    }
}

fn answered(status: u16, fields: &[(&'static str, String)]) -> Answered {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    Answered { status: StatusCode::from_u16(status).unwrap(), headers, body: Bytes::new() }
}

/// The date form of HTTP.
fn as_http(at: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(at.into())
}
