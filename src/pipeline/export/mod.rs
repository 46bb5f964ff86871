//! Articles and touch points for other programs: one JSON object a line, or CSV; what was found by a search also as Atom.
//!
//! The text of an article goes out only where its source says `show_full_text`; else its beginning, as an excerpt (R26).
//! Of an article whose publisher forbids keeping it, only title and address (R25).

mod article;
mod atom;
mod card;
mod found;
mod sheet;

use std::collections::HashSet;
use std::io::{self, Write};

pub use article::ArticleRecord;
pub use found::{FoundFormat, Showing, found, open_sources};
pub use sheet::Format;

use self::card::CardRow;
use self::sheet::Sheet;
use super::{index, subscribe};
use crate::config::Config;
use crate::model::{ArticleId, Time};
use crate::search::SearchError;
use crate::store::{Session, Store, StoreError, articles, touchpoints};

/// Articles read at once.
const BATCH: i64 = 500;

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index refused.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A list of touch points could not be written down.
    #[error(transparent)]
    List(#[from] subscribe::ListError),
    /// The output could not be written.
    #[error("cannot write the export: {0}")]
    Output(#[from] io::Error),
}

/// Writes articles in the order of publication: those with these ids, in their order, or all. Gives how many.
///
/// # Errors
/// Where the database refuses or the output cannot be written.
pub async fn articles(
    store: &Store,
    config: &Config,
    ids: Option<&[String]>,
    format: Format,
    output: &mut dyn Write,
) -> Result<u64, ExportError> {
    let mut session = store.read().await?;
    let mut press = Press {
        config,
        open_sources: config.sources.iter().filter(|source| source.show_full_text).map(|source| &source.id.0).collect(),
        sheet: Sheet::new(format, article::COLUMNS, output)?,
        count: 0,
    };
    if let Some(ids) = ids {
        for id in ids {
            if let Some(stored) = articles::get(&mut session, &ArticleId::from(id.as_str())).await? {
                press.put(&mut session, stored).await?;
            }
        }
    } else {
        let mut last = (Time::MIN_UTC, ArticleId::default());
        loop {
            let page = articles::page_by_date(&mut session, (last.0, &last.1), BATCH).await?;
            let Some(end) = page.last() else { break };
            last = (end.article.published, end.article.id.clone());
            for stored in page {
                press.put(&mut session, stored).await?;
            }
        }
    }
    press.sheet.finish()?;
    Ok(press.count)
}

/// Writes every touch point, oldest first: as JSON whole, as CSV in the columns that people sort by. Gives how many.
///
/// # Errors
/// Where the database refuses or the output cannot be written.
pub async fn touch_points(
    store: &Store,
    config: &Config,
    format: Format,
    output: &mut dyn Write,
) -> Result<u64, ExportError> {
    let mut session = store.read().await?;
    let cards = touchpoints::born_since(&mut session, Time::MIN_UTC).await?;
    let mut sheet = Sheet::new(format, card::COLUMNS, output)?;
    for card in &cards {
        sheet.put(card, || CardRow { card, account: config.watchlist.get(&card.account) }.cells())?;
    }
    sheet.finish()?;
    Ok(cards.len() as u64)
}

/// Writes the touch points that have been in the inbox as a list that calendar programs or feed readers know. Gives how many
/// touch points there are.
///
/// # Errors
/// Where the database refuses or the output cannot be written.
pub async fn touch_point_list(store: &Store, list: List, output: &mut dyn Write) -> Result<u64, ExportError> {
    let cards = touchpoints::born_since(&mut store.read().await?, Time::MIN_UTC).await?;
    let bytes = match list {
        List::Calendar => subscribe::as_calendar(&cards)?,
        List::Feed => subscribe::as_atom(&cards, None)?,
    };
    output.write_all(&bytes)?;
    output.flush()?;
    Ok(cards.len() as u64)
}

/// A list of touch points that other programs know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// iCalendar (RFC 5545).
    Calendar,
    /// Atom (RFC 4287).
    Feed,
}

struct Press<'a> {
    config: &'a Config,
    /// Sources whose full text may be shown.
    open_sources: HashSet<&'a String>,
    sheet: Sheet<'a>,
    count: u64,
}

impl Press<'_> {
    async fn put(&mut self, session: &mut Session, stored: articles::StoredArticle) -> Result<(), ExportError> {
        let restricted = stored.article.restricted;
        let open = stored.article.source.as_ref().is_some_and(|source| self.open_sources.contains(&source.0));
        let document = index::document(session, self.config, stored).await?;
        let letters = self.config.settings.search.excerpt_letters as usize;
        let record = ArticleRecord::of(document, open && !restricted, if restricted { 0 } else { letters });
        self.sheet.put(&record, || record.cells())?;
        self.count += 1;
        Ok(())
    }
}
