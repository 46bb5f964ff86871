//! The parameters of a search, checked.

use super::AskError;
use crate::model::Time;
use crate::pipeline::export::FoundFormat;
use crate::search::{FacetField, MOST, Query, SearchRequest, Sort, Spacing};

const NAMES: &[&str] = &[
    "q",
    "sort",
    "limit",
    "offset",
    "cursor",
    "any",
    "every_report",
    "fragments",
    "facets",
    "histogram",
    "like",
    "own_story",
    "format",
];

/// What is asked for.
#[derive(Debug)]
pub struct Asked {
    pub(super) query: Option<Query>,
    /// But for the time, which the answerer tells.
    pub(super) request: SearchRequest,
    pub(super) facets: Option<Vec<FacetField>>,
    pub(super) histogram: Option<Spacing>,
    pub(super) like: Option<String>,
    pub(super) own_story: bool,
    /// Unset: JSON.
    pub format: Option<FoundFormat>,
}

impl Asked {
    /// Reads the part of an address after the question mark. What is unknown or comes twice is refused: a filter that is
    /// passed over in silence gives wrong answers.
    ///
    /// # Errors
    /// Names the parameter and what it takes.
    pub fn of(query: &str) -> Result<Self, AskError> {
        let request = SearchRequest::at(Time::UNIX_EPOCH);
        let mut asked =
            Self { query: None, request, facets: None, histogram: None, like: None, own_story: false, format: None };
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if seen.iter().any(|known| *known == name) {
                return Err(bad(&name, &format!("{name} comes twice")));
            }
            asked.take(&name, &value)?;
            seen.push(name.into_owned());
        }
        if asked.query.is_none() && asked.like.is_none() {
            return Err(missing());
        }
        let counted = asked.facets.is_some() || asked.histogram.is_some();
        if asked.like.is_some() && (counted || asked.format.is_some()) {
            return Err(bad("like", "like goes with q and gives JSON; it has no facets, histogram or other format"));
        }
        if counted && asked.format.is_some() {
            return Err(bad("format", "facets and histogram come with format=json alone"));
        }
        let request = &mut asked.request;
        request.collapse = request.collapse && !request.any;
        Ok(asked)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), AskError> {
        let request = &mut self.request;
        match name {
            "q" => self.query = Some(Query::parse(value)?),
            "sort" => {
                let sort = Sort::ALL.iter().find(|(_, word)| *word == value).map(|(sort, _)| *sort);
                request.sort = Some(sort.ok_or_else(|| bad(name, "sort is date, relevance or recent"))?);
            }
            "limit" => request.limit = number(name, value, MOST)?,
            "offset" => request.offset = number(name, value, MOST)?,
            "cursor" => request.cursor = Some(value.to_owned()).filter(|cursor| !cursor.is_empty()),
            "fragments" => request.fragments = number(name, value, 10)?,
            "any" => request.any = flag(name, value)?,
            "every_report" => request.collapse = !flag(name, value)?,
            "facets" => self.facets = Some(FacetField::list(value).map_err(|why| bad(name, &why))?),
            "histogram" => {
                let why = "histogram is hour, day, week, month or year";
                self.histogram = Some(Spacing::of(value).ok_or_else(|| bad(name, why))?);
            }
            "like" => self.like = Some(value.to_owned()),
            "own_story" => self.own_story = flag(name, value)?,
            "format" if value == "json" => self.format = None,
            "format" => {
                let known = FoundFormat::ALL.iter().find(|(_, word)| *word == value);
                let known = known.ok_or_else(|| bad(name, "format is json, csv, ndjson or atom"))?;
                self.format = Some(known.0);
            }
            unknown => {
                let message = format!("there is no parameter {unknown}");
                return Err(hinted(unknown, &message, &format!("the parameters are {}", NAMES.join(", "))));
            }
        }
        Ok(())
    }
}

/// Neither words nor an article to go by.
pub(super) fn missing() -> AskError {
    hinted("q", "q is missing", "q is a query, as in /api/v1/search?q=acme%20layoffs; like an id of an article")
}

fn number(name: &str, value: &str, most: usize) -> Result<usize, AskError> {
    let number = value.parse::<usize>().ok().filter(|number| *number <= most);
    number.ok_or_else(|| bad(name, &format!("{name} is a number from 0 to {most}")))
}

fn flag(name: &str, value: &str) -> Result<bool, AskError> {
    match value {
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(bad(name, &format!("{name} is true or false"))),
    }
}

fn bad(parameter: &str, message: &str) -> AskError {
    AskError::Parameter { parameter: parameter.to_owned(), message: message.to_owned(), hint: None }
}

fn hinted(parameter: &str, message: &str, hint: &str) -> AskError {
    let (parameter, message) = (parameter.to_owned(), message.to_owned());
    AskError::Parameter { parameter, message, hint: Some(hint.to_owned()) }
}
