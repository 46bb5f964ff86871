//! One host, one queue: one connection at a time, and a gap before the next.
//!
//! The rate, one request in so many seconds, is kept by a limiter keyed by host; it counts from the beginning of a
//! request. What it cannot keep stands on top: the pause counts from the end of an answer, so that a server which is
//! slow to be reached sees the whole gap too, and it changes with each answer (five times its duration) and with what
//! robots.txt asks for.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

use super::pace::Pace;
use crate::model::{Clock, Time};
use crate::net::Steady;

/// Who would have to wait longer than this at the head of the queue is told to come back instead.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Hosts remembered before those long idle are forgotten.
const MANY: usize = 4096;

/// After this long without a request, and no sooner than its pause is over, a host may be forgotten.
const IDLE: Duration = Duration::from_mins(10);

/// The longest crawl delay that is believed, seconds (a day).
const LONGEST_CRAWL_DELAY: f64 = 86_400.0;

/// The longest gap that may be set.
const LONGEST_GAP: Duration = Duration::from_hours(24);

/// The queues of all hosts.
#[derive(Debug)]
pub(super) struct Lines {
    rate: RateLimiter<String, HashMapStateStore<String>, Steady, NoOpMiddleware<Duration>>,
    gap: Duration,
    hosts: Mutex<HashMap<String, Arc<Line>>>,
}

#[derive(Debug, Default)]
struct Line {
    /// Whoever holds it may talk to the host; those who wait get it in the order they came.
    turn: Arc<Queue<Pace>>,
    /// What robots.txt asks for, milliseconds.
    crawl_delay: AtomicU64,
}

/// The right to talk to a host. Dropping it lets the next in.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    clock: &'a Steady,
    line: Arc<Line>,
    /// The least pause; none for our own servers.
    gap: Duration,
    pace: OwnedMutexGuard<Pace>,
    began: Duration,
}

impl Lines {
    /// Queues with at least `gap` between two requests to a host, a day at most, as `clock` tells it.
    pub(super) fn new(gap: Duration, clock: Arc<dyn Clock>) -> Self {
        // No gap at all is no quota; then it is a second.
        let quota = Quota::with_period(gap.min(LONGEST_GAP)).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let rate = RateLimiter::hashmap_with_clock(quota, Steady::new(clock));
        Self { rate, gap: quota.replenish_interval(), hosts: Mutex::default() }
    }

    /// Waits for the host to be free and for its gap to pass; `own` servers have none.
    ///
    /// # Errors
    /// When to come back, where the wait would be too long to stand in line for.
    pub(super) async fn take(&self, host: &str, own: bool) -> Result<Turn<'_>, Time> {
        let clock = self.rate.clock();
        let line = self.line(host);
        let pace = Arc::clone(&line.turn).lock_owned().await;
        if !own {
            while let Some(left) = self.left(host, &line, &pace) {
                if left > LONGEST_WAIT {
                    return Err(clock.wall_in(left));
                }
                clock.wait(left).await;
            }
        }
        Ok(Turn::begin(pace, line, if own { Duration::ZERO } else { self.gap }, clock))
    }

    /// How long the host is still to be left alone; nothing where its next request may begin, which then counts.
    fn left(&self, host: &str, line: &Line, pace: &Pace) -> Option<Duration> {
        let now = self.rate.clock().now();
        // The limiter last: what it lets pass it has counted.
        pace.left(self.gap, line.crawl_delay(), now).or_else(|| {
            let early = self.rate.check_key(&host.to_owned()).err()?;
            Some(early.wait_time_from(now))
        })
    }

    /// Slows the host to `seconds` between requests, as its robots.txt asks; never quickens it beyond the usual gap.
    pub(super) fn slow(&self, host: &str, seconds: f64) {
        // A saturating cast: what is absurdly long is merely very long.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, and is never negative")]
        let milliseconds = (seconds.clamp(0.0, LONGEST_CRAWL_DELAY) * 1000.0) as u64;
        self.line(host).crawl_delay.store(milliseconds, Ordering::Relaxed);
    }

    fn line(&self, host: &str) -> Arc<Line> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MANY && !hosts.contains_key(host) {
            let now = self.rate.clock().now();
            hosts.retain(|_, line| Arc::strong_count(line) > 1 || !line.idle(now));
            self.rate.retain_recent();
            self.rate.shrink_to_fit();
        }
        Arc::clone(hosts.entry(host.to_owned()).or_default())
    }
}

impl Line {
    fn crawl_delay(&self) -> Duration {
        Duration::from_millis(self.crawl_delay.load(Ordering::Relaxed))
    }

    fn idle(&self, now: Duration) -> bool {
        self.turn.try_lock().is_ok_and(|pace| pace.idle(IDLE, self.crawl_delay(), now))
    }
}

impl<'a> Turn<'a> {
    /// Counts as a request from now on, even if it is given up half-way.
    fn begin(mut pace: OwnedMutexGuard<Pace>, line: Arc<Line>, gap: Duration, clock: &'a Steady) -> Self {
        let began = clock.now();
        *pace = Pace::begun(began);
        Self { clock, line, gap, pace, began }
    }

    /// The exchange is over. Gives how long the host is left alone now.
    pub(super) fn end(mut self) -> Duration {
        *self.pace = Pace::ended(self.began, self.clock.now());
        self.pace.pause(self.line.crawl_delay()).max(self.gap)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::model::ManualClock;

    fn start() -> Time {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    const SECOND: TimeDelta = TimeDelta::seconds(1);

    /// Queues with a gap of a second, and their clock.
    fn lines() -> (Arc<Lines>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(start()));
        (Arc::new(Lines::new(Duration::from_secs(1), Arc::clone(&clock) as Arc<dyn Clock>)), clock)
    }

    async fn let_others_run() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    /// Takes one turn that lasts `took`, then tells after how long the next is given.
    async fn wait_after(took: TimeDelta, crawl_delay: f64, own: bool) -> TimeDelta {
        let (lines, clock) = lines();
        lines.slow("host", crawl_delay);
        let turn = lines.take("host", own).await.unwrap();
        let ended = start() + took;
        clock.set(ended);
        turn.end();
        let next = {
            let (lines, clock) = (Arc::clone(&lines), Arc::clone(&clock));
            tokio::spawn(async move { lines.take("host", own).await.map(|_| clock.now()) })
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
        assert_eq!(wait_after(SECOND / 10, 0.0, false).await, SECOND, "from the end of the answer");
        assert_eq!(wait_after(SECOND * 2, 0.0, false).await, SECOND * 10);
        assert_eq!(wait_after(SECOND * 50, 0.0, false).await, TimeDelta::seconds(30));
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
        let (lines, _) = lines();
        let held = lines.take("one", true).await.unwrap();
        let waiting = {
            let lines = Arc::clone(&lines);
            tokio::spawn(async move { lines.take("one", true).await.is_ok() })
        };
        assert!(lines.take("other", true).await.is_ok());
        let_others_run().await;
        assert!(!waiting.is_finished());
        held.end();
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn r19_each_host_has_a_rate_of_its_own() {
        let (lines, clock) = lines();
        let begun = Arc::new(Mutex::new(Vec::new()));
        for host in ["one", "other", "one", "one", "other"] {
            let (lines, clock, begun) = (Arc::clone(&lines), Arc::clone(&clock), Arc::clone(&begun));
            tokio::spawn(async move {
                let turn = lines.take(host, false).await.unwrap();
                begun.lock().unwrap().push((host, (clock.now() - start()).num_milliseconds()));
                turn.end();
            });
        }
        for tenths in 0..50 {
            clock.set(start() + TimeDelta::milliseconds(100 * tenths));
            let_others_run().await;
        }
        let mut begun = begun.lock().unwrap().clone();
        begun.sort_unstable();
        assert_eq!(begun, [("one", 0), ("one", 1000), ("one", 2000), ("other", 0), ("other", 1000)]);
    }

    #[tokio::test]
    async fn r19_the_limiter_counts_other_peoples_servers_only() {
        let (lines, clock) = lines();
        drop(lines.take("host", false).await.unwrap());
        lines.take("own", true).await.unwrap().end();
        let early = |host: &str| lines.rate.check_key(&host.to_owned()).is_err();
        assert!(early("host"), "also what was given up half-way");
        assert!(!early("own"));
        clock.set(start() + SECOND);
        assert!(!early("host"));
    }

    #[tokio::test]
    async fn a_gap_too_long_to_stand_in_line_for() {
        let clock = Arc::new(ManualClock::at(start()));
        for gap in [Duration::ZERO, Duration::from_secs(100), Duration::MAX] {
            let lines = Lines::new(gap, Arc::clone(&clock) as Arc<dyn Clock>);
            assert!(lines.rate.check_key(&"host".to_owned()).is_ok());
            let expected = (gap > LONGEST_WAIT).then(|| start() + gap.min(Duration::from_hours(24)));
            assert_eq!(
                futures_util::future::FutureExt::now_or_never(lines.take("host", false)).and_then(Result::err),
                expected
            );
        }
    }

    #[tokio::test]
    async fn r64_a_clock_set_back_a_day_stalls_nobody() {
        let (lines, clock) = lines();
        lines.take("host", false).await.unwrap().end();
        clock.set(start() - TimeDelta::days(1));
        let mut next = Box::pin(lines.take("host", false));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        clock.set(start() - TimeDelta::days(1) + SECOND);
        assert!(next.await.is_ok());
    }

    #[tokio::test]
    async fn r64_a_clock_set_back_a_day_while_waiting_stalls_nobody() {
        let clock = Arc::new(ManualClock::at(start()));
        let lines = Lines::new(Duration::from_millis(10), Arc::clone(&clock) as Arc<dyn Clock>);
        lines.take("host", false).await.unwrap().end();
        let mut next = Box::pin(lines.take("host", false));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        let back = start() - TimeDelta::days(1);
        clock.set(back);
        let onward = async {
            for milliseconds in 1..1000 {
                tokio::time::sleep(Duration::from_millis(1)).await;
                clock.set(back + TimeDelta::milliseconds(milliseconds));
            }
        };
        tokio::select! {
            turn = next => assert!(turn.is_ok()),
            () = onward => panic!("a second has passed where a hundredth is enough"),
        }
    }

    #[tokio::test]
    async fn r64_a_clock_set_forward_a_day_lets_in_one_at_a_time() {
        let (lines, clock) = lines();
        lines.take("host", false).await.unwrap().end();
        clock.set(start() + TimeDelta::days(1));
        lines.take("host", false).await.unwrap().end();
        let mut next = Box::pin(lines.take("host", false));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
    }

    #[tokio::test]
    async fn idle_hosts_are_forgotten_when_there_are_many() {
        let (lines, clock) = lines();
        lines.slow("slow", 3600.0);
        lines.take("slow", false).await.unwrap().end();
        for number in 1..MANY {
            lines.take(&number.to_string(), false).await.unwrap().end();
        }
        assert_eq!(lines.rate.len(), MANY);
        clock.set(start() + TimeDelta::minutes(11));
        lines.take("new", false).await.unwrap().end();
        assert_eq!(lines.rate.len(), 1);
        let mut hosts: Vec<_> = lines.hosts.lock().unwrap().keys().cloned().collect();
        hosts.sort();
        assert_eq!(hosts, ["new", "slow"], "a long pause is not forgotten before it is over");
    }
}
