//! Who stands at the doors of the origins and holds the program to what it promises, by what is asked and answered.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Datelike, TimeDelta, Timelike};
use http::header;
use tidings::fetch::Answered;
use tidings::model::{PollHints, Time, Validators};

use crate::origin::{Fate, Source, World};
use crate::program::Row;

/// The floors and caps of the settings as they are shipped.
const FLOOR: TimeDelta = TimeDelta::minutes(60);
const FLOOR_WHOLE: TimeDelta = TimeDelta::hours(24);
const CAP: TimeDelta = TimeDelta::hours(24);

/// Watches.
pub(crate) struct Watch {
    /// What a feed's program has written down to ask by.
    kept: Vec<Option<Validators>>,
    /// By the clock that the program sees: when each feed may be asked again, and each host.
    feed_free: Vec<Time>,
    host_free: Vec<Time>,
    /// The instants that hosts have named, whatever the clock shows.
    host_named: Vec<Time>,
    gone: Vec<bool>,
    talking: Vec<bool>,
    last_end: Vec<Option<(Time, Duration)>>,
    /// When feeds that are missing were asked.
    pub(crate) missing: BTreeMap<usize, Vec<Time>>,
    /// Requests in each minute of true time.
    pub(crate) minutes: BTreeMap<i64, u32>,
    /// What was done wrong: how often, with the first of each kind.
    pub(crate) wrong: BTreeMap<&'static str, (u32, String)>,
    start: Time,
}

impl Watch {
    pub(crate) fn new(world: &World, start: Time) -> Self {
        let (feeds, hosts) = (world.feeds.len(), world.hosts.len());
        let missing = world.feeds.iter().enumerate().filter(|(_, feed)| feed.fate == Fate::Missing);
        Self {
            kept: vec![None; feeds],
            feed_free: vec![Time::MIN_UTC; feeds],
            host_free: vec![Time::MIN_UTC; hosts],
            host_named: vec![Time::MIN_UTC; hosts],
            gone: vec![false; feeds],
            talking: vec![false; hosts],
            last_end: vec![None; hosts],
            missing: missing.map(|(number, _)| (number, Vec::new())).collect(),
            minutes: BTreeMap::new(),
            wrong: BTreeMap::new(),
            start,
        }
    }

    /// A request is made: the first of a poll, or a further hop of one.
    pub(crate) fn asked(&mut self, feed: usize, host: usize, row: &Row, first: bool, shown: Time, now: Time) {
        *self.minutes.entry((now - self.start).num_minutes()).or_default() += 1;
        let mut wrong = |kind: &'static str, more: String| {
            let told = format!("feed {feed} on host {host} at {shown}: {more}");
            self.wrong.entry(kind).or_insert((0, told)).0 += 1;
        };
        if self.talking[host] {
            wrong("r19 a second connection to a host", String::new());
        }
        self.talking[host] = true;
        if let Some((end, took)) = self.last_end[host] {
            let pause = (took * 5).clamp(Duration::from_secs(1), Duration::from_secs(30));
            if now - end < TimeDelta::from_std(pause).unwrap() {
                wrong("r19 r23 too soon after the last answer", format!("{} for {pause:?}", now - end));
            }
        }
        let host_free = self.host_free[host].max(self.host_named[host]);
        if shown < host_free {
            wrong("r10 asked although the host is to be left alone", host_free.to_string());
        }
        if self.gone[feed] {
            wrong("r14 asked although it is gone", String::new());
        }
        if !first {
            return;
        }
        if shown < self.feed_free[feed] {
            wrong("r7 r8 asked before its time", self.feed_free[feed].to_string());
        }
        if self.kept[feed].as_ref().is_some_and(|kept| row.validators != *kept) {
            wrong("r5 asked without its validators", format!("{:?}", row.validators));
        }
        // Who stood at the door before the hour struck may still go in.
        if skips(&row.hints, shown) && skips(&row.hints, shown - TimeDelta::minutes(2)) {
            wrong("r9 asked in an hour or on a day it asks to skip", row.next_poll.to_string());
        }
        if let Some(times) = self.missing.get_mut(&feed) {
            times.push(now);
        }
    }

    /// The exchange is over.
    pub(crate) fn answered(&mut self, host: usize, took: Duration, now: Time) {
        self.talking[host] = false;
        self.last_end[host] = Some((now, took));
    }

    /// What was answered, and what follows from it.
    pub(crate) fn told(&mut self, feed: usize, host: usize, answer: &Answered, source: &Source, shown: Time) {
        let field = |name: header::HeaderName| answer.headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(field) = field(header::RETRY_AFTER) {
            if let Ok(seconds) = field.parse::<i64>() {
                self.host_free[host] = self.host_free[host].max(shown + TimeDelta::seconds(seconds));
            } else {
                let named: Time = DateTime::from(httpdate::parse_http_date(field).unwrap());
                // A date that is past by the clock that the program has is none.
                if named > shown {
                    self.host_named[host] = self.host_named[host].max(named);
                }
            }
        }
        let status = answer.status.as_u16();
        let wait = match status {
            200 | 304 => {
                let validators = field(header::ETAG).is_some() || field(header::LAST_MODIFIED).is_some();
                let floor = if validators { FLOOR } else { FLOOR_WHOLE };
                let minutes = |minutes: u32| TimeDelta::minutes(i64::from(minutes)).min(CAP);
                let fresh = source.max_age.map(|seconds| TimeDelta::seconds(seconds.cast_signed()).min(CAP));
                // A 304 has no document; what the last one said holds.
                let asked = [fresh, source.hints.ttl_minutes.map(minutes), source.hints.update_minutes.map(minutes)];
                asked.into_iter().flatten().fold(floor, TimeDelta::max)
            }
            301 => return,
            410 => {
                self.gone[feed] = true;
                return;
            }
            _ => FLOOR,
        };
        self.feed_free[feed] = shown + wait;
    }

    /// The program has written down what to ask a feed by.
    pub(crate) fn kept(&mut self, feed: usize, validators: &Validators) {
        self.kept[feed] = validators.any().then(|| validators.clone());
    }

    /// The clock that the program sees was set. Forward, it cannot know better than that the time has passed; back, what
    /// is still to be waited stays as long as it was.
    pub(crate) fn clock_was_set(&mut self, by: TimeDelta, shows: Time) {
        if by < TimeDelta::zero() {
            // An instant that has been is not waited for again.
            self.host_named.iter_mut().filter(|named| **named <= shows - by).for_each(|named| *named = Time::MIN_UTC);
            let all = self.feed_free.iter_mut().chain(&mut self.host_free);
            all.filter(|free| **free > Time::MIN_UTC).for_each(|free| *free += by);
        } else {
            // The program knows time by its clock alone: one that leaps ahead ends the pauses that are running.
            self.last_end.fill(None);
        }
    }

    /// The program was killed: its connections are gone, and it has no memory of how long answers took.
    pub(crate) fn restarted(&mut self) {
        self.talking.fill(false);
        self.last_end.iter_mut().flatten().for_each(|(_, took)| *took = Duration::ZERO);
    }
}

fn skips(hints: &PollHints, at: Time) -> bool {
    let hour = u8::try_from(at.hour()).unwrap();
    let day = u8::try_from(at.weekday().num_days_from_monday()).unwrap();
    hints.skip_hours.contains(&hour) || hints.skip_days.contains(&day)
}
