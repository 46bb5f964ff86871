//! What programs ask by HTTP about what was read: parameters are checked, the index is kept open, answers are made.

mod asked;

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

pub use asked::Asked;

use super::Engine;
use super::export::{ExportError, FoundFormat, Showing, found, open_sources};
use crate::search::{Documents, FEW, Query, QueryError, Reader, SearchError, SearchRequest, SurveyRequest, names_of};

/// Why a question is not answered.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// A parameter is wrong.
    #[error("{message}")]
    Parameter {
        /// Which.
        parameter: String,
        /// What is wrong with it.
        message: String,
        /// What to send instead.
        hint: Option<String>,
    },
    /// The query cannot be read.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// `like` names no article of the index.
    #[error("there is no article of this id")]
    NoArticle,
    /// The index cannot be asked now; worth a retry.
    #[error("{}", for_callers(.0))]
    Index(#[from] SearchError),
}

/// Answers from one index, opened when first asked for.
pub struct Desk {
    engine: Arc<Engine>,
    reader: Mutex<Option<Arc<Reader>>>,
}

/// What answers a question, ready to be written.
pub struct Sheaf {
    reader: Arc<Reader>,
    query: Query,
    request: SearchRequest,
    format: FoundFormat,
    showing: Showing,
}

impl Desk {
    /// A desk that answers for `engine`.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, reader: Mutex::default() }
    }

    /// The open index. It sees by itself what is written; after an error it is opened afresh.
    fn reader(&self) -> Result<Arc<Reader>, SearchError> {
        let mut held = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = &*held {
            return Ok(Arc::clone(reader));
        }
        let reader = Arc::new(Reader::open(&self.engine.articles, &self.engine.settings().search)?);
        *held = Some(Arc::clone(&reader));
        Ok(reader)
    }

    /// Lets the index go where it failed.
    fn looked_after<T>(&self, answered: Result<T, AskError>) -> Result<T, AskError> {
        if let Err(AskError::Index(_)) = &answered {
            *self.reader.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        answered
    }

    /// The answer as one JSON object: `query`, `total`, `results`, and what else was asked for. It reads files and computes:
    /// not for a thread that others wait for.
    ///
    /// # Errors
    /// Where `like` names no article or the index cannot be read.
    pub fn answer(&self, asked: &Asked) -> Result<Value, AskError> {
        self.looked_after(self.found(asked))
    }

    fn found(&self, asked: &Asked) -> Result<Value, AskError> {
        let reader = self.reader()?;
        let request = SearchRequest { now: self.engine.now(), ..asked.request.clone() };
        if let Some(id) = &asked.like {
            let found = reader.similar(id, asked.own_story, asked.query.as_ref(), &request)?;
            let found = found.ok_or(AskError::NoArticle)?;
            return Ok(json!({ "total": found.total, "results": found.results }));
        }
        let query = asked.query.as_ref().ok_or_else(asked::missing)?;
        let found = reader.search(query, &request).map_err(of_cursor)?;
        let mut body =
            json!({ "query": query.to_string(), "total": found.total, "results": found.results, "next": found.next });
        if asked.facets.is_some() || asked.histogram.is_some() {
            let wanted = SurveyRequest {
                facets: asked.facets.clone().unwrap_or_default(),
                histogram: asked.histogram,
                zone: self.engine.settings().operator.zone(),
                ..SurveyRequest::default()
            };
            let survey = reader.survey(query, &request, &wanted)?;
            body["facets"] = json!(survey)["facets"].take();
            body["histogram"] = json!(survey.histogram);
        }
        if found.total <= FEW {
            let names = names_of(&self.engine.config().watchlist);
            body["suggestion"] = json!(reader.suggest(query, &request, &names)?);
        }
        Ok(body)
    }

    /// What answers in this form, for [`Sheaf::write`]; `address` is where the answer itself is had.
    ///
    /// # Errors
    /// Where the index cannot be opened.
    pub fn sheaf(&self, asked: Asked, format: FoundFormat, address: Option<String>) -> Result<Sheaf, AskError> {
        let query = asked.query.ok_or_else(asked::missing)?;
        let reader = self.looked_after(self.reader().map_err(AskError::from))?;
        let now = self.engine.now();
        let letters = self.engine.settings().search.excerpt_letters as usize;
        let showing = Showing { open_sources: open_sources(&self.engine.config()), letters, address, now };
        Ok(Sheaf { reader, query, request: SearchRequest { now, ..asked.request }, format, showing })
    }
}

impl Sheaf {
    /// Looks for what answers, before anything is written.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn documents(&self) -> Result<Documents<'_>, AskError> {
        self.reader.documents(&self.query, &self.request).map_err(of_cursor)
    }

    /// Writes what was found; gives how many articles.
    ///
    /// # Errors
    /// Where the index cannot be read or the output cannot be written.
    pub fn write(&self, documents: Documents<'_>, output: &mut dyn Write) -> Result<u64, ExportError> {
        found(documents, &self.query, &self.showing, self.format, output)
    }
}

/// A cursor that is of another query or index is the caller's mistake, and no fault of the index.
fn of_cursor(error: SearchError) -> AskError {
    match error {
        SearchError::Cursor { .. } => AskError::Parameter {
            parameter: "cursor".to_owned(),
            message: error.to_string(),
            hint: Some("begin again without a cursor".to_owned()),
        },
        other => other.into(),
    }
}

/// Without paths of this machine.
fn for_callers(why: &SearchError) -> &'static str {
    match why {
        SearchError::Missing { .. } => "there is no search index yet",
        SearchError::OtherMake { .. } => "the search index is being built anew",
        _ => "the search index cannot be read",
    }
}
