//! A clock that was set back: what was put off by the old time must not wait for it to come again (R64). A clock that was
//! set forward makes many feeds due at once; the queues of hosts and the few feeds in flight keep that polite.

use chrono::TimeDelta;
use tracing::warn;

use super::LEASE;
use crate::model::Time;
use crate::schedule;
use crate::store::{Session, StoreError, feeds};

/// By how much a clock may be mended, or clocks of processes differ, without being taken for set back.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// Mends the times of feeds that were asked later than the clock now shows.
///
/// # Errors
/// Where the database refuses.
pub(in crate::pipeline) async fn mend(
    session: &mut Session,
    settings: &schedule::Settings,
    now: Time,
) -> Result<(), StoreError> {
    let spread = TimeDelta::seconds(i64::from(settings.start_spread_seconds));
    let mended = feeds::mend_after_clock_set_back(session, now, SLACK, LEASE, spread).await?;
    if mended > 0 {
        warn!(feeds = mended, "the clock was set back; feeds keep their waits, counted from now");
    }
    Ok(())
}

/// True where the clock was set back since `before`.
pub(super) fn was_set_back(before: Option<Time>, now: Time) -> bool {
    before.is_some_and(|before| before - now > SLACK)
}
