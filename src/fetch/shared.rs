//! One queue for a host among several processes (R24). Each process keeps its own queue; whoever comes to its head then
//! takes the turn among all, in whatever place they share. It ends by itself if its holder is killed.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use chrono::TimeDelta;

use super::fetcher::Fetcher;
use super::walk::Stop;
use crate::model::Time;

/// What is promised to be done or told later.
type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// How long a turn outlasts the deadline of its request, so that clocks of processes may differ by that much.
const MARGIN: TimeDelta = TimeDelta::seconds(30);

/// The longest wait before a look whether the host is free: its holder may be done sooner than it said.
const LOOK: TimeDelta = TimeDelta::seconds(1);

/// Who would have to wait longer than this is told to come back instead.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(2);

/// Whether a turn was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnTaken {
    /// It is ours under this number until its end, or until it runs out.
    Ours(i64),
    /// Another has it, or the host is still left alone: not before this.
    NotBefore(Time),
}

/// Where processes share the turns of hosts. Errors are for people: lower case, no full stop.
pub trait SharedTurns: Send + Sync {
    /// Takes the turn of `host` at `now`, until `until` at most.
    fn take<'a>(&'a self, host: &'a str, now: Time, until: Time) -> Later<'a, TurnTaken>;

    /// Ends the turn of this number at `now`; nobody is given the next before `free`.
    fn end<'a>(&'a self, host: &'a str, number: i64, now: Time, free: Time) -> Later<'a, ()>;
}

/// A turn among all processes.
pub(super) struct Among {
    host: String,
    number: i64,
}

impl Fetcher {
    /// Takes the turn of `host` among all processes for a request that lasts `budget` at most; none where there are no
    /// others, or it is our own server.
    ///
    /// # Errors
    /// When to come back, where others hold the host for long, or the shared place cannot be reached.
    pub(super) async fn take_among_all(&self, host: &str, own: bool, budget: Duration) -> Result<Option<Among>, Stop> {
        let Some(shared) = self.shared.as_ref().filter(|_| !own) else { return Ok(None) };
        let length = TimeDelta::from_std(budget).unwrap_or(TimeDelta::hours(1)) + MARGIN;
        let mut waited = TimeDelta::zero();
        loop {
            let now = self.clock.now();
            let taken = shared.take(host, now, now + length).await.map_err(|why| Stop::Failed {
                transient: true,
                why: format!("cannot take the turn of {host} among all processes: {why}"),
                backoff: None,
            })?;
            let until = match taken {
                TurnTaken::Ours(number) => return Ok(Some(Among { host: host.to_owned(), number })),
                TurnTaken::NotBefore(until) => until,
            };
            if waited > LONGEST_WAIT || until - now > LONGEST_WAIT.max(length) {
                let why = format!("{host} is being asked by another process");
                return Err(Stop::Limited { until, why, backoff: None });
            }
            let nap = (until - now).clamp(TimeDelta::milliseconds(20), LOOK);
            // When the clock is set back meanwhile, that instant may be far; the runtime's timer is not.
            let span = nap.to_std().unwrap_or_default();
            let _ = tokio::time::timeout(span, self.clock.sleep_until(now + nap)).await;
            waited += nap;
        }
    }

    /// Ends a turn; the host is left alone for `pause`. Where the shared place cannot be reached, the turn runs out.
    pub(super) async fn give_back(&self, turn: Option<Among>, pause: Duration) {
        let (Some(shared), Some(turn)) = (self.shared.as_ref(), turn) else { return };
        let now = self.clock.now();
        let free = TimeDelta::from_std(pause).ok().and_then(|pause| now.checked_add_signed(pause)).unwrap_or(now);
        if let Err(why) = shared.end(&turn.host, turn.number, now, free).await {
            tracing::warn!(host = %turn.host, %why, "a turn among all processes was not given back; it runs out by itself");
        }
    }
}
