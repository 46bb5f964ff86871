//! The clock: made once in `main` and handed down, so that weeks can run in seconds.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

/// An instant in UTC.
pub type Time = DateTime<Utc>;

/// What tells the time and lets one wait for it.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Time;

    /// Completes once `now()` has reached `until`.
    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The longest single wait: a clock that was set back or forward is noticed within it.
const LONGEST_NAP: Duration = Duration::from_mins(1);

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    fn now(&self) -> Time {
        Utc::now()
    }

    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            while let Ok(left) = (until - self.now()).to_std() {
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(LONGEST_NAP)).await;
            }
        })
    }
}

/// A clock that stands still until it is moved: for the demo, simulations and tests.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Time>,
    moved: watch::Sender<()>,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Time) -> Self {
        Self { now: Mutex::new(now), moved: watch::Sender::new(()) }
    }

    /// Moves the clock to `now`, forward or back, and wakes who waits.
    pub fn set(&self, now: Time) {
        *self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
        self.moved.send_replace(());
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        *self.now.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut moved = self.moved.subscribe();
        Box::pin(async move {
            while self.now() < until {
                if moved.changed().await.is_err() {
                    return;
                }
            }
        })
    }
}
