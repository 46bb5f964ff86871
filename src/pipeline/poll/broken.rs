//! A feed that is broken is told to its owner once, and again only if it breaks anew after it recovered. The notice lasts:
//! it stands in `told_broken` and in the list of changes until the feed is read again.

use tracing::{info, warn};

use super::{Visit, actor};
use crate::schedule::{self, Trouble};
use crate::store::feeds::{FeedLife, FeedState, PausedBy};
use crate::store::{Session, StoreError, changes};

impl Visit<'_> {
    /// Sets, by how the feed now stands, whether its owner was told that it is broken.
    pub(super) async fn tell_if_broken(&mut self, session: &mut Session) -> Result<(), StoreError> {
        let broken = schedule::is_broken(&trouble(&self.state), self.schedule, self.at);
        match self.state.told_broken {
            None if broken => {
                self.state.told_broken = Some(self.at);
                let why = self.state.error.clone().unwrap_or_else(|| self.state.next_why.clone());
                changes::note(session, self.at, &actor(), "feed broken", self.feed.id.as_str(), &why).await?;
                warn!(feed.id = %self.feed.id, why = %why, "feed broken; its owner is told once");
            }
            Some(since) if self.state.error.is_none() => {
                self.state.told_broken = None;
                let detail = format!("broken since {}", since.format("%F %R UTC"));
                changes::note(session, self.at, &actor(), "feed recovered", self.feed.id.as_str(), &detail).await?;
                info!(feed.id = %self.feed.id, "feed recovered");
            }
            _ => {}
        }
        Ok(())
    }
}

fn trouble(state: &FeedState) -> Trouble {
    let paused_by_us = state.state == FeedLife::Paused && state.paused_by == Some(PausedBy::Program);
    Trouble {
        failures: state.failures,
        failing_since: state.failing_since,
        rests: state.outcome.as_deref() == Some("limited"),
        stopped: state.state == FeedLife::Gone || paused_by_us,
    }
}
