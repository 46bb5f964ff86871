//! All loops side by side until told to stop; each in its own task, each restartable at any instant.

use std::future::Future;
use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::error;

use super::index::request::Request;
use super::index::{self, Follower, IndexError};
use super::roles::Role;
use super::{Engine, deliver, plan, poll, read, sync, websub};
use crate::model::{Clock, Time};
use crate::store::{self, StoreError, deliveries, entries, feeds};

/// The longest a loop sleeps: also how late a change made by another process is noticed.
const LONGEST_SLEEP: TimeDelta = TimeDelta::seconds(30);

/// How long a loop rests after trouble, so that a full disk or a lost database is not hammered.
const REST: TimeDelta = TimeDelta::seconds(10);

/// How often clock work and housekeeping are looked at.
const PLAN_EVERY: TimeDelta = TimeDelta::minutes(5);
const SYNC_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Wakes the next loop when one has made work for it.
#[derive(Default)]
struct Bells {
    articles: Notify,
    outbox: Notify,
}

/// Runs the loops of the engine's roles until `engine.stop` is cancelled; then lets each finish what it is at.
pub async fn run(engine: Arc<Engine>) {
    let bells = Arc::new(Bells::default());
    let mut loops = JoinSet::new();
    for role in engine.roles.iter() {
        let (engine, bells) = (Arc::clone(&engine), Arc::clone(&bells));
        match role {
            Role::Poll => loops.spawn(poll_loop(engine)),
            Role::Read => loops.spawn(read_loop(engine, bells)),
            Role::Plan => loops.spawn(plan_loop(engine, bells)),
            Role::Index => loops.spawn(index_loop(engine, bells)),
            Role::Deliver => loops.spawn(deliver_loop(engine, bells)),
            Role::Sync => loops.spawn(sync_loop(engine)),
        };
    }
    while let Some(ended) = loops.join_next().await {
        if let Err(why) = ended {
            error!(%why, "a loop broke down; the program stops so that it can be started afresh");
            engine.stop.cancel();
        }
    }
}

async fn poll_loop(engine: Arc<Engine>) {
    while !engine.stopping() {
        let mut told = |polled: poll::Polled| {
            if polled.new_entries + polled.changed_entries > 0 {
                engine.arrived.notify_one();
            }
            // There may be no end of what is due; the loop comes round with each feed.
            engine.progress.came_round("poll", engine.now(), None);
        };
        let result = poll::while_due(&engine, &mut told).await;
        let rest = settle(&engine, "poll", result);
        let due = due(&engine, async { feeds::next_due(&mut engine.store.read().await?).await }).await;
        sleep(&engine, rest.max(due), None).await;
    }
}

async fn read_loop(engine: Arc<Engine>, bells: Arc<Bells>) {
    while !engine.stopping() {
        let mut read = read::Read::default();
        let result = read::some_waiting(&engine, &mut read).await;
        if read.articles > 0 {
            bells.articles.notify_one();
        }
        if read.cards > 0 {
            bells.outbox.notify_one();
        }
        let busy = result.as_ref().is_ok_and(|count| *count > 0);
        let rest = settle(&engine, "read", result);
        if !busy {
            let due = due(&engine, async { entries::next_unread(&mut engine.store.read().await?).await }).await;
            sleep(&engine, rest.max(due), Some(&engine.arrived)).await;
        }
    }
}

async fn plan_loop(engine: Arc<Engine>, bells: Arc<Bells>) {
    while !engine.stopping() {
        let result = plan::all_due(&engine).await;
        bells.outbox.notify_one();
        let rest = settle(&engine, "plan", result);
        sleep(&engine, rest.max(engine.now() + PLAN_EVERY), Some(&engine.told)).await;
    }
}

async fn index_loop(engine: Arc<Engine>, bells: Arc<Bells>) {
    let mut follower = Follower::default();
    // Whoever reads here rings; what others read has to be looked for.
    let look = if engine.roles.has(Role::Read) { LONGEST_SLEEP } else { index::look_every(&engine) };
    while !engine.stopping() {
        let result = follower.keep_up(&engine).await;
        let failed = result.is_err();
        let rest = settle::<_, IndexError>(&engine, "index", result);
        let due = follower.due(&engine).unwrap_or(engine.now() + look);
        tokio::select! {
            () = sleep(&engine, rest.max(due), Some(&bells.articles)) => {}
            () = asked_anew(&engine), if !failed => {}
        }
    }
    if let Err(why) = follower.finish() {
        error!(%why, "the last changes are not in the search index yet; they follow at the next start");
    }
}

/// Completes when somebody asks for the search index to be built anew.
async fn asked_anew(engine: &Engine) {
    while Request::waiting(&engine.articles).is_none() {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

async fn deliver_loop(engine: Arc<Engine>, bells: Arc<Bells>) {
    while !engine.stopping() {
        let result = deliver::all_due(&engine).await;
        let rest = settle(&engine, "deliver", result);
        let due = due(&engine, async { deliveries::next_due(&mut engine.store.read().await?).await }).await;
        sleep(&engine, rest.max(due), Some(&bells.outbox)).await;
    }
}

async fn sync_loop(engine: Arc<Engine>) {
    let mut tidied = None;
    while !engine.stopping() {
        let mut result = websub::keep_up(&engine).await;
        let now = engine.now();
        // Also where the clock was set back.
        if tidied.is_none_or(|at: Time| (now - at).abs() >= SYNC_EVERY) {
            result = result.and(sync::all_due(&engine).await.map(drop));
            tidied = Some(now);
        }
        let rest = settle(&engine, "sync", result);
        let due = due(&engine, async { store::websub::next_due(&mut engine.store.read().await?).await }).await;
        sleep(&engine, rest.max(due), None).await;
    }
}

/// Notes that a loop came round; gives the instant before which it should not try again.
fn settle<T, E: std::fmt::Display>(engine: &Engine, name: &'static str, result: Result<T, E>) -> Time {
    let now = engine.now();
    match result {
        Ok(_) => {
            engine.progress.came_round(name, now, None);
            now
        }
        Err(why) => {
            error!(loop_name = name, %why, "loop in trouble; it tries again");
            engine.progress.came_round(name, now, Some(why.to_string()));
            now + REST
        }
    }
}

/// When there is next something to do, at most [`LONGEST_SLEEP`] from now.
async fn due(engine: &Engine, next: impl Future<Output = Result<Option<Time>, StoreError>>) -> Time {
    let latest = engine.now() + LONGEST_SLEEP;
    next.await.ok().flatten().map_or(latest, |at| at.min(latest))
}

/// Sleeps until `until`, or a bell rings, or the program is told to stop.
async fn sleep(engine: &Engine, until: Time, bell: Option<&Notify>) {
    let rung = async {
        match bell {
            Some(bell) => bell.notified().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(&*engine.clock, until) => {}
        () = rung => {}
        () = engine.stop.cancelled() => {}
    }
}

/// Waits until `until`. Where the clock is set back meanwhile, only as long as the wait was to be: `until` may then be a
/// day away (R64).
async fn wait(clock: &dyn Clock, until: Time) {
    let span = (until - clock.now()).to_std().unwrap_or_default();
    let _ = tokio::time::timeout(span, clock.sleep_until(until)).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ManualClock;

    #[tokio::test]
    async fn r64_a_clock_set_back_a_day_wakes_the_loops_all_the_same() {
        let start: Time = "2026-03-02T12:00:00Z".parse().unwrap();
        let clock = ManualClock::at(start);
        let mut waiting = Box::pin(wait(&clock, start + TimeDelta::milliseconds(20)));
        assert!(futures_util::poll!(waiting.as_mut()).is_pending());
        clock.set(start - TimeDelta::days(1));
        waiting.await;
    }
}
