//! One host, one queue: one connection at a time, and a gap before the next.
//!
//! A plain "free again at" is kept for each host rather than a bucket of tokens: the gap changes with each answer
//! (five times its duration) and with what robots.txt asks for, and it must follow the clock that is handed down, also
//! where that clock is set back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use crate::model::{Clock, Time};

/// How many times the duration of the last answer a host gets to breathe.
const BREATH: i32 = 5;

/// The longest gap that a slow answer brings about.
const LONGEST_BREATH: TimeDelta = TimeDelta::seconds(30);

/// Who would have to wait longer than this at the head of the queue is told to come back instead.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(60);

/// Hosts remembered before those long idle are forgotten.
const MANY: usize = 4096;

/// After this long without a request a host may be forgotten.
const IDLE: TimeDelta = TimeDelta::minutes(10);

/// The queues of all hosts.
#[derive(Debug, Default)]
pub(super) struct Lines {
    hosts: Mutex<HashMap<String, Arc<Line>>>,
}

#[derive(Debug, Default)]
struct Line {
    /// Whoever holds it may talk to the host; those who wait get it in the order they came.
    turn: Arc<Queue<Pace>>,
    /// What robots.txt asks for, milliseconds.
    crawl_delay: AtomicU64,
}

#[derive(Debug, Default)]
struct Pace {
    last_end: Option<Time>,
    last_took: TimeDelta,
}

/// The right to talk to a host. Dropping it lets the next in.
#[derive(Debug)]
pub(super) struct Turn {
    pace: OwnedMutexGuard<Pace>,
    began: Time,
}

impl Lines {
    /// Waits for the host to be free and for its gap to pass; `own` servers have no gap, else it is at least `gap`.
    ///
    /// # Errors
    /// When to come back, where the wait would be too long to stand in line for.
    pub(super) async fn take(&self, host: &str, gap: TimeDelta, own: bool, clock: &dyn Clock) -> Result<Turn, Time> {
        let line = self.line(host, clock.now());
        let pace = Arc::clone(&line.turn).lock_owned().await;
        if let (Some(last_end), false) = (pace.last_end, own) {
            let crawl_delay = line.crawl_delay.load(Ordering::Relaxed);
            let crawl_delay = TimeDelta::milliseconds(i64::try_from(crawl_delay).unwrap_or(i64::MAX / 2));
            let gap = gap.max((pace.last_took * BREATH).min(LONGEST_BREATH)).max(crawl_delay);
            let now = clock.now();
            // No later than one gap from now: the clock may have been set back.
            let free = last_end.checked_add_signed(gap).unwrap_or(last_end).min(now + gap);
            if free - now > LONGEST_WAIT {
                return Err(free);
            }
            clock.sleep_until(free).await;
        }
        Ok(Turn::begin(pace, clock.now()))
    }

    /// Slows the host to `seconds` between requests, as its robots.txt asks; never quickens it beyond the usual gap.
    pub(super) fn slow(&self, host: &str, seconds: f64, now: Time) {
        // A saturating cast: what is absurdly long is merely very long.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is never negative")]
        let milliseconds = (seconds.clamp(0.0, LONGEST_CRAWL_DELAY) * 1000.0) as u64;
        self.line(host, now).crawl_delay.store(milliseconds, Ordering::Relaxed);
    }

    fn line(&self, host: &str, now: Time) -> Arc<Line> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MANY && !hosts.contains_key(host) {
            hosts.retain(|_, line| Arc::strong_count(line) > 1 || !line.idle(now));
        }
        Arc::clone(hosts.entry(host.to_owned()).or_default())
    }
}

/// The longest crawl delay that is believed, seconds (a day).
const LONGEST_CRAWL_DELAY: f64 = 86_400.0;

impl Line {
    fn idle(&self, now: Time) -> bool {
        self.turn.try_lock().is_ok_and(|pace| pace.last_end.is_none_or(|end| now - end > IDLE))
    }
}

impl Turn {
    /// Counts as a request from now on, even if it is given up half-way.
    fn begin(mut pace: OwnedMutexGuard<Pace>, now: Time) -> Self {
        pace.last_end = Some(now);
        pace.last_took = TimeDelta::zero();
        Self { pace, began: now }
    }

    /// The exchange is over.
    pub(super) fn end(mut self, now: Time) {
        self.pace.last_end = Some(now);
        self.pace.last_took = (now - self.began).max(TimeDelta::zero());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ManualClock;

    fn start() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    const SECOND: TimeDelta = TimeDelta::seconds(1);

    /// Takes one turn that lasts `took`, then tells after how long the next is given.
    async fn wait_after(took: TimeDelta, crawl_delay: f64, own: bool) -> TimeDelta {
        let clock = Arc::new(ManualClock::at(start()));
        let lines = Arc::new(Lines::default());
        lines.slow("host", crawl_delay, start());
        let turn = lines.take("host", SECOND, own, &*clock).await.unwrap();
        let ended = start() + took;
        clock.set(ended);
        turn.end(ended);
        let next = {
            let (lines, clock) = (Arc::clone(&lines), Arc::clone(&clock));
            tokio::spawn(async move { lines.take("host", SECOND, own, &*clock).await.map(|_| clock.now()) })
        };
        for tenths in 0..700 {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if next.is_finished() {
                break;
            }
            clock.set(ended + TimeDelta::milliseconds(100 * tenths));
        }
        match next.await.unwrap() {
            Ok(at) | Err(at) => at - ended,
        }
    }

    #[tokio::test]
    async fn r23_gap_is_a_second_and_five_times_the_last_answer() {
        assert_eq!(wait_after(TimeDelta::zero(), 0.0, false).await, SECOND);
        assert_eq!(wait_after(SECOND * 2, 0.0, false).await, SECOND * 10);
        assert_eq!(wait_after(SECOND * 50, 0.0, false).await, LONGEST_BREATH);
        assert_eq!(wait_after(SECOND * 50, 0.0, true).await, TimeDelta::zero());
    }

    #[tokio::test]
    async fn r22_crawl_delay_slows_and_never_quickens() {
        assert_eq!(wait_after(TimeDelta::zero(), 7.5, false).await, TimeDelta::milliseconds(7_500));
        assert_eq!(wait_after(TimeDelta::zero(), 0.1, false).await, SECOND);
        assert_eq!(wait_after(TimeDelta::zero(), 3600.0, false).await, SECOND * 3600, "told to come back");
    }

    #[tokio::test]
    async fn r19_one_host_one_connection_other_hosts_go_on() {
        let clock = Arc::new(ManualClock::at(start()));
        let lines = Arc::new(Lines::default());
        let held = lines.take("one", SECOND, true, &*clock).await.unwrap();
        let waiting = {
            let (lines, clock) = (Arc::clone(&lines), Arc::clone(&clock));
            tokio::spawn(async move { lines.take("one", SECOND, true, &*clock).await.is_ok() })
        };
        assert!(lines.take("other", SECOND, true, &*clock).await.is_ok());
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert!(!waiting.is_finished());
        held.end(clock.now());
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn r64_a_clock_set_back_a_day_stalls_nobody() {
        let clock = ManualClock::at(start());
        let lines = Lines::default();
        lines.take("host", SECOND, false, &clock).await.unwrap().end(start());
        clock.set(start() - TimeDelta::days(1));
        let mut next = Box::pin(lines.take("host", SECOND, false, &clock));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        clock.set(start() - TimeDelta::days(1) + SECOND);
        assert!(next.await.is_ok());
    }

    #[tokio::test]
    async fn idle_hosts_are_forgotten_when_there_are_many() {
        let clock = ManualClock::at(start());
        let lines = Lines::default();
        for number in 0..MANY {
            lines.take(&number.to_string(), SECOND, true, &clock).await.unwrap().end(start());
        }
        clock.set(start() + IDLE + SECOND);
        lines.take("new", SECOND, true, &clock).await.unwrap().end(clock.now());
        assert_eq!(lines.hosts.lock().unwrap().len(), 1);
    }
}
