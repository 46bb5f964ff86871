//! What answers a query, document by document, so that thousands of them never lie in memory at once.

use tantivy::{DateTime, DocAddress, Searcher};

use super::query::Query;
use super::reader::{Ranking, Reader, SearchRequest};
use super::{Document, SearchError};
use crate::model::Time;

/// The documents that answer a query, in order.
pub struct Documents<'r> {
    reader: &'r Reader,
    searcher: Searcher,
    addresses: std::vec::IntoIter<DocAddress>,
    /// Articles that answer the query, those that were not wanted included.
    pub total: usize,
    /// When the newest of the wanted ones was published.
    pub newest: Option<Time>,
}

impl Reader {
    /// The documents that answer `query` as `request` wants them.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn documents(&self, query: &Query, request: &SearchRequest) -> Result<Documents<'_>, SearchError> {
        let searcher = self.engine.searcher();
        let Ranking { total, page, .. } = self.rank(&searcher, query, request)?;
        let addresses: Vec<DocAddress> = page.into_iter().map(|found| found.address).collect();
        let newest = newest(&searcher, &addresses)?;
        Ok(Documents { reader: self, searcher, addresses: addresses.into_iter(), total, newest })
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        let address = self.addresses.next()?;
        Some(self.reader.layout.read(&self.searcher, address))
    }
}

fn newest(searcher: &Searcher, addresses: &[DocAddress]) -> Result<Option<Time>, SearchError> {
    let mut columns = Vec::new();
    for segment in searcher.segment_readers() {
        columns.push(segment.fast_fields().column_opt::<DateTime>("published")?);
    }
    let published = |address: &DocAddress| columns.get(address.segment_ord as usize)?.as_ref()?.first(address.doc_id);
    let newest = addresses.iter().filter_map(published).max();
    Ok(newest.and_then(|newest| Time::from_timestamp_millis(newest.into_timestamp_millis())))
}
