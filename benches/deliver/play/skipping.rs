//! A clock that goes as the machine's does, but skips waits: whoever sleeps is woken at once, and the clock shows what they
//! waited for. Retries that lie days ahead are made in minutes, while whatever is under way keeps its own pace.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use tidings::model::{Clock, SystemClock, Time};

/// Waits below this are waited for: a pause between requests is none to skip.
const SHORT: TimeDelta = TimeDelta::milliseconds(500);

/// The clock. How far it has skipped is written down, so that it goes on from there after a kill.
pub(crate) struct Skipping {
    skipped: AtomicI64,
    memory: PathBuf,
}

impl Skipping {
    /// The clock that wrote this file; one that has not skipped yet where there is none.
    pub(crate) fn remembered(memory: &Path) -> Self {
        let skipped = std::fs::read_to_string(memory).ok().and_then(|text| text.trim().parse().ok());
        Self { skipped: AtomicI64::new(skipped.unwrap_or(0)), memory: memory.to_owned() }
    }
}

impl Clock for Skipping {
    fn now(&self) -> Time {
        SystemClock.now() + TimeDelta::milliseconds(self.skipped.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let span = until - self.now();
            if span > SHORT {
                // A moment in which what rings may be heard.
                tokio::time::sleep(Duration::from_millis(1)).await;
                let left = (until - self.now()).num_milliseconds().max(0);
                let skipped = self.skipped.fetch_add(left, Ordering::SeqCst) + left;
                let beside = self.memory.with_extension("new");
                std::fs::write(&beside, skipped.to_string()).unwrap();
                std::fs::rename(&beside, &self.memory).unwrap();
            } else if let Ok(span) = span.to_std() {
                tokio::time::sleep(span).await;
            }
        })
    }
}
