//! Takes facts in: good ones are kept, bad ones told; telling them again changes nothing.

use serde::Serialize;

use super::Draft;
use crate::model::{Actor, FactId, Time, Watchlist};
use crate::pipeline::roster::table::Refused;
use crate::store::facts::{self, Taken};
use crate::store::{Store, StoreError, changes};

/// What taking facts in came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TakenIn {
    /// What is new.
    pub added: Vec<FactId>,
    /// What had been told otherwise.
    pub changed: Vec<FactId>,
    /// How many had been told just so.
    pub unchanged: usize,
    /// What was not taken: by line of a file, or by place in a list, from 1.
    pub refused: Vec<Refused>,
}

/// Keeps these facts, in one transaction; with `dry_run` nothing is kept.
///
/// # Errors
/// Where the database refuses.
pub async fn take(
    store: &Store,
    drafts: &[(usize, Draft)],
    watchlist: &Watchlist,
    who: &Actor,
    now: Time,
    dry_run: bool,
) -> Result<TakenIn, StoreError> {
    let mut taken = TakenIn::default();
    let mut session = store.write().await?;
    for (place, draft) in drafts {
        match draft.settle(watchlist, now) {
            Err(reason) => taken.refused.push(Refused { line: Some(*place), reason }),
            Ok(fact) => match facts::put(&mut session, &fact, who, now).await? {
                Taken::Added => taken.added.push(fact.id),
                Taken::Changed => taken.changed.push(fact.id),
                Taken::Unchanged => taken.unchanged += 1,
            },
        }
    }
    if !(taken.added.is_empty() && taken.changed.is_empty()) {
        let detail = format!("{} added, {} changed", taken.added.len(), taken.changed.len());
        changes::note(&mut session, now, who, "facts told", "facts", &detail).await?;
    }
    if !dry_run {
        session.commit().await?;
    }
    Ok(taken)
}
