//! Two feeds at one address: the one that moved there stops, the one that was there goes on (R13).

use super::{Polled, Visit, actor};
use crate::model::FeedId;
use crate::store::feeds::{self, FeedLife, PausedBy};
use crate::store::{Session, StoreError, changes};

/// Two feeds that move to one address at the same time must not both find it free.
const MOVING: i64 = 0x6d6f_7665;

impl Visit<'_> {
    /// The feed that is polled already at the address that this one moved to.
    pub(super) async fn already_at(&self, session: &mut Session, moved: &str) -> Result<Option<FeedId>, StoreError> {
        session.lock(MOVING).await?;
        feeds::polled_at(session, moved, &self.feed.id).await
    }

    /// Stops this feed in favour of `other`. The answer at hand is not kept: `other` reads the same document itself, and
    /// what this feed has brought so far stays.
    pub(super) async fn merge(
        mut self,
        session: &mut Session,
        other: &FeedId,
        moved: &str,
    ) -> Result<Polled, StoreError> {
        let why = format!("moved for good to {moved}, where feed `{other}` is polled already; that one goes on");
        self.succeed(feeds::MERGED);
        self.state.state = FeedLife::Paused;
        self.state.paused_by = Some(PausedBy::Program);
        self.state.next_why.clone_from(&why);
        changes::note(session, self.at, &actor(), "feed merged", self.feed.id.as_str(), &why).await?;
        tracing::info!(feed.id = %self.feed.id, %other, "feed merged into another");
        self.record(session).await?;
        Ok(Polled { feeds: 1, unchanged: 1, ..Polled::default() })
    }
}
