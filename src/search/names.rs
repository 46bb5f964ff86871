//! What the numbers of columns stand for. Each segment of the index numbers the values of a column by itself; here every
//! value gets one number for all segments, so that counts are added as numbers and only what is shown becomes text.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader, TantivyError};

use super::layout::PARTED;
use crate::text::fold::fold;

/// The values of each column that was asked for, as far as known. Segments never change, so that only new ones are read.
#[derive(Default)]
pub(super) struct Names {
    columns: Mutex<HashMap<&'static str, Arc<Column>>>,
}

/// The values of a column.
#[derive(Clone, Default)]
pub(super) struct Column {
    /// By their number; of several spellings of one value that of the newest segment read.
    pub(super) values: Vec<String>,
    places: HashMap<String, u32>,
    segments: HashMap<SegmentId, Arc<[u32]>>,
}

impl Names {
    /// The values of `column` in everything that `searcher` sees.
    pub(super) fn column(&self, searcher: &Searcher, column: &'static str) -> Result<Arc<Column>, TantivyError> {
        let known = self.columns.lock().unwrap_or_else(PoisonError::into_inner).get(column).cloned();
        let seen: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        let known = known.filter(|known| known.segments.keys().all(|segment| seen.contains(segment)));
        if let Some(known) = known.as_ref().filter(|known| known.segments.len() == seen.len()) {
            return Ok(Arc::clone(known));
        }
        // After a merge it begins afresh: what no segment holds any more must go.
        let mut fresh = known.map_or_else(Column::default, |known| Column::clone(&known));
        for segment in searcher.segment_readers() {
            if fresh.segments.contains_key(&segment.segment_id()) {
                continue;
            }
            let mut numbers = Vec::new();
            if let Some(values) = segment.fast_fields().str(column)? {
                numbers.reserve(values.num_terms());
                let mut terms = values.dictionary().stream()?;
                while terms.advance() {
                    numbers.push(fresh.number(column, &String::from_utf8_lossy(terms.key())));
                }
            }
            fresh.segments.insert(segment.segment_id(), numbers.into());
        }
        let fresh = Arc::new(fresh);
        self.columns.lock().unwrap_or_else(PoisonError::into_inner).insert(column, Arc::clone(&fresh));
        Ok(fresh)
    }
}

impl Column {
    /// The numbers of the values as this segment counts them.
    pub(super) fn of_segment(&self, segment: SegmentId) -> &[u32] {
        self.segments.get(&segment).map_or(&[], |numbers| numbers)
    }

    fn number(&mut self, column: &str, value: &str) -> u32 {
        let key = key(column, value);
        if let Some(place) = self.places.get(&key) {
            value.clone_into(&mut self.values[*place as usize]);
            return *place;
        }
        let place = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.to_owned());
        self.places.insert(key, place);
        place
    }
}

/// What tells values apart: an account is known by its kind and id whatever its name is now; "REUTERS" is "Reuters".
fn key(column: &str, value: &str) -> String {
    match column {
        "account" => value.rsplit_once(PARTED).map_or(value, |(account, _)| account).to_owned(),
        "publisher" => fold(value),
        _ => value.to_owned(),
    }
}
