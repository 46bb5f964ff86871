//! How long a host is left alone between two requests. Pure: instants are spans on a clock that only goes forward.

use std::time::Duration;

/// How many times the duration of the last answer a host gets to breathe.
const BREATH: u32 = 5;

/// The longest gap that a slow answer brings about.
const LONGEST_BREATH: Duration = Duration::from_secs(30);

/// When a host was last talked to, and for how long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    last_end: Option<Duration>,
    last_took: Duration,
}

impl Pace {
    /// A request begins: it counts from now on, even if it is given up half-way.
    #[must_use]
    pub fn begun(now: Duration) -> Self {
        Self { last_end: Some(now), last_took: Duration::ZERO }
    }

    /// A request that began at `began` has ended.
    #[must_use]
    pub fn ended(began: Duration, now: Duration) -> Self {
        Self { last_end: Some(now), last_took: now.saturating_sub(began) }
    }

    /// How long the host is still to be left alone at `now`: the longest of `gap`, `crawl_delay` and five times the last
    /// answer, from the end of that answer. Nothing where it may be asked.
    #[must_use]
    pub fn left(&self, gap: Duration, crawl_delay: Duration, now: Duration) -> Option<Duration> {
        let end = self.last_end?;
        let left = (end + self.pause(crawl_delay).max(gap)).saturating_sub(now);
        (!left.is_zero()).then_some(left)
    }

    /// True where nothing has happened for longer than `span` and than its pause.
    #[must_use]
    pub fn idle(&self, span: Duration, crawl_delay: Duration, now: Duration) -> bool {
        self.last_end.is_none_or(|end| now.saturating_sub(end) > span.max(self.pause(crawl_delay)))
    }

    /// How long the host is left alone after the last answer, whatever the gap.
    pub(super) fn pause(&self, crawl_delay: Duration) -> Duration {
        self.last_took.saturating_mul(BREATH).min(LONGEST_BREATH).max(crawl_delay)
    }
}
