//! A clock that goes faster than the machine's and skips waits: whoever sleeps is woken at once, and the clock shows what they
//! waited for. Retries that lie days ahead are made in minutes, while whatever is under way keeps its own pace: a lease of
//! ten minutes is still ten times as long as what is sent under it may take.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use tidings::model::{Clock, SystemClock, Time};

/// How many times faster it goes.
const PACE: i32 = 15;

/// Waits below this are waited for: a pause between requests is none to skip.
const SHORT: TimeDelta = TimeDelta::seconds(1);

/// The clock. When it began and how far it has skipped is written down, so that it goes on from there after a kill.
pub(crate) struct Skipping {
    began: Time,
    skipped: AtomicI64,
    memory: PathBuf,
}

impl Skipping {
    /// The clock that wrote this file; one that begins now where there is none.
    pub(crate) fn remembered(memory: &Path) -> Self {
        let written = std::fs::read_to_string(memory).unwrap_or_default();
        let mut numbers = written.split_whitespace().map_while(|number| number.parse::<i64>().ok());
        let (skipped, began) = (numbers.next().unwrap_or(0), numbers.next().and_then(DateTime::from_timestamp_millis));
        let began = began.unwrap_or_else(|| SystemClock.now());
        let clock = Self { began, skipped: AtomicI64::new(skipped), memory: memory.to_owned() };
        clock.write_down(skipped);
        clock
    }

    fn write_down(&self, skipped: i64) {
        let beside = self.memory.with_extension("new");
        std::fs::write(&beside, format!("{skipped} {}", self.began.timestamp_millis())).unwrap();
        std::fs::rename(&beside, &self.memory).unwrap();
    }
}

impl Clock for Skipping {
    fn now(&self) -> Time {
        let passed = (SystemClock.now() - self.began) * PACE;
        self.began + passed + TimeDelta::milliseconds(self.skipped.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let span = until - self.now();
            if span > SHORT {
                // A moment in which what rings may be heard.
                tokio::time::sleep(Duration::from_millis(1)).await;
                let left = (until - self.now()).num_milliseconds().max(0);
                self.write_down(self.skipped.fetch_add(left, Ordering::SeqCst) + left);
            } else if let Ok(span) = (span / PACE).to_std() {
                tokio::time::sleep(span).await;
            }
        })
    }
}
