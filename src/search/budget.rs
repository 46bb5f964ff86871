//! The disk budget: an index that outgrows it lets go of its oldest articles. The database keeps them.

use std::ops::Bound;

use tantivy::query::RangeQuery;
use tantivy::{DateTime, Searcher, TantivyError, Term};

use super::layout::{Layout, engine_time};
use crate::model::Time;

/// The part of the budget that is filled after articles were let go: a tenth is left, so that not every commit does it.
const FILLED: f64 = 0.9;

/// The instant before which articles have to leave for the index to keep within `budget_mb`; nothing where it does.
pub(super) fn horizon(searcher: &Searcher, budget_mb: u32) -> Result<Option<Time>, TantivyError> {
    let budget = u64::from(budget_mb) * 1_000_000;
    let size = searcher.space_usage()?.total().get_bytes();
    if budget == 0 || size <= budget {
        return Ok(None);
    }
    let mut dates = Vec::new();
    for segment in searcher.segment_readers() {
        let published = segment.fast_fields().date("published")?;
        dates.extend(segment.doc_ids_alive().filter_map(|document| published.first(document)));
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a number of articles; it is cut to what is there"
    )]
    let kept = (dates.len() as f64 * FILLED * budget as f64 / size as f64) as usize;
    let leave = dates.len().saturating_sub(kept.max(1));
    if leave == 0 {
        return Ok(None);
    }
    let (_, first_kept, _) = dates.select_nth_unstable(leave);
    Ok(Time::from_timestamp_millis(first_kept.into_timestamp_millis()))
}

/// What was published before `horizon`.
pub(super) fn older_than(horizon: Time, layout: &Layout) -> RangeQuery {
    let first: DateTime = engine_time(horizon);
    RangeQuery::new(Bound::Unbounded, Bound::Excluded(Term::from_field_date(layout.published, first)))
}
