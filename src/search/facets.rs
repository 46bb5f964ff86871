//! Counts over everything that answers a query: how many articles by account, kind, event, publisher, language, country,
//! and over time. Articles are counted, not stories. One pass over the matches looks at numbers only; one article may
//! count under several accounts, kinds and events.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{self, ColumnIndex};
use tantivy::index::SegmentId;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DateTime, DocId, Score, SegmentOrdinal, SegmentReader};

use super::compile::compile;
use super::histogram::{self, Histogram, Moments, Spacing};
use super::layout::PARTED;
use super::names::Column;
use super::query::{Query, Wanted};
use super::reader::{Reader, SearchRequest};
use super::{Clause, SearchError};
use crate::model::{AccountKind, SignalType};
use crate::text::fold::fold;

/// What articles are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FacetField {
    /// The accounts that it names.
    Account,
    /// What those are to us.
    Kind,
    /// Kinds of event that it reports.
    Signal,
    /// Its publisher, by name.
    Source,
    /// Its language.
    Language,
    /// Countries of the accounts that it names, as the watchlist tells them.
    Country,
    /// The country of its publisher, by the end of the domain; none for `.com` and its like.
    SourceCountry,
}

impl FacetField {
    /// All, in the order in which they are shown.
    pub const ALL: &[Self] =
        &[Self::Account, Self::Kind, Self::Signal, Self::Source, Self::Language, Self::Country, Self::SourceCountry];

    /// The word used in requests and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Kind => "kind",
            Self::Signal => "signal",
            Self::Source => "source",
            Self::Language => "language",
            Self::Country => "country",
            Self::SourceCountry => "source_country",
        }
    }

    /// Reads names parted by commas; "all" or nothing for all of them. Each comes once.
    ///
    /// # Errors
    /// Names what is none and the nearest that is.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        let mut fields = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "all") {
            let word = name.to_lowercase().replace('-', "_");
            let Some(field) = Self::ALL.iter().find(|field| field.as_str() == word) else {
                let likeness = |field: &&Self| strsim::normalized_damerau_levenshtein(&word, field.as_str());
                let nearest = Self::ALL.iter().max_by(|left, right| likeness(left).total_cmp(&likeness(right)));
                let nearest = nearest.filter(|field| likeness(field) >= 0.5);
                let hint = nearest.map_or_else(String::new, |field| format!("; did you mean \"{}\"?", field.as_str()));
                let names: Vec<_> = Self::ALL.iter().map(|field| field.as_str()).collect();
                return Err(format!("there is no facet \"{name}\"{hint} (facets: {})", names.join(", ")));
            };
            if !fields.contains(field) {
                fields.push(*field);
            }
        }
        Ok(if fields.is_empty() { Self::ALL.to_vec() } else { fields })
    }

    fn column(self) -> &'static str {
        match self {
            Self::Signal => "signals",
            Self::Source => "publisher",
            other => other.as_str(),
        }
    }
}

/// What to count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyRequest {
    /// By what.
    pub facets: Vec<FacetField>,
    /// Values of each facet to give, the most frequent.
    pub most: usize,
    /// Over time, where wanted.
    pub histogram: Option<Spacing>,
    /// The zone in which hours, days and weeks begin.
    pub zone: chrono_tz::Tz,
}

impl Default for SurveyRequest {
    fn default() -> Self {
        Self { facets: Vec::new(), most: 10, histogram: None, zone: chrono_tz::Tz::UTC }
    }
}

/// What was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Articles that answer the query.
    pub total: u64,
    /// By field, as an object with the name of each as key.
    #[serde(serialize_with = "by_name")]
    pub facets: Vec<Facet>,
    /// Over time.
    pub histogram: Option<Histogram>,
}

/// The counts of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// Which field.
    #[serde(skip)]
    pub field: FacetField,
    /// The most frequent values, then by name.
    pub values: Vec<FacetValue>,
    /// How many further values occur.
    pub more: usize,
}

/// A value and how many articles have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// As programs know it: an id, a word, a code, a name.
    pub value: String,
    /// As people know it.
    pub label: String,
    /// What an account is to us.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<AccountKind>,
    /// Articles.
    pub count: u64,
    /// What to add to the query to see these only, where the query language can say it.
    pub query: Option<String>,
}

impl Reader {
    /// Counts what answers `query`; limit, offset and order of `request` do not matter.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn survey(
        &self,
        query: &Query,
        request: &SearchRequest,
        wanted: &SurveyRequest,
    ) -> Result<Survey, SearchError> {
        let searcher = self.engine.searcher();
        let compiled = compile(query, request.any, request.now, &searcher, &self.layout, &self.settings)?;
        let columns = wanted.facets.iter().map(|field| field.column()).collect();
        let tally = Tally { columns, grain: wanted.histogram.map(|spacing| histogram::grain(spacing, wanted.zone)) };
        let segments = searcher.search(&*compiled.query, &tally)?;
        let mut facets = Vec::with_capacity(wanted.facets.len());
        for (number, field) in wanted.facets.iter().enumerate() {
            let column = self.names.column(&searcher, field.column())?;
            facets.push(facet(*field, number, &column, &segments, wanted.most));
        }
        let total = segments.iter().map(|segment| segment.total).sum();
        let moments = segments.into_iter().filter_map(|segment| segment.moments);
        let histogram = wanted.histogram.map(|spacing| histogram::of(moments, total, spacing, wanted.zone));
        Ok(Survey { total, facets, histogram })
    }
}

fn facet(field: FacetField, number: usize, column: &Column, segments: &[SegmentTally], most: usize) -> Facet {
    let mut counts = vec![0_u64; column.values.len()];
    for segment in segments {
        for (count, place) in segment.counts[number].iter().zip(column.of_segment(segment.id)) {
            counts[*place as usize] += u64::from(*count);
        }
    }
    let mut present: Vec<(u64, usize)> =
        counts.into_iter().enumerate().filter(|(_, count)| *count > 0).map(|(place, count)| (count, place)).collect();
    // Most by far are seldom: names are only compared among those that may be shown.
    if present.len() > most && most > 0 {
        present.select_nth_unstable_by(most - 1, |left, right| right.0.cmp(&left.0));
        let least = present[most - 1].0;
        let (mut front, rest): (Vec<_>, Vec<_>) = present.iter().partition(|(count, _)| *count >= least);
        front.sort_by_cached_key(|(count, place)| (std::cmp::Reverse(*count), label(field, &column.values[*place])));
        let more = front.len() - most + rest.len();
        front.truncate(most);
        return Facet { field, values: front.iter().map(|entry| value(field, column, *entry)).collect(), more };
    }
    let more = if most == 0 { std::mem::take(&mut present).len() } else { 0 };
    present.sort_by_cached_key(|(count, place)| (std::cmp::Reverse(*count), label(field, &column.values[*place])));
    Facet { field, values: present.iter().map(|entry| value(field, column, *entry)).collect(), more }
}

/// What values of one count are ordered by.
fn label(field: FacetField, value: &str) -> String {
    let name = if field == FacetField::Account { value.rsplit(PARTED).next().unwrap_or(value) } else { value };
    fold(name)
}

fn value(field: FacetField, column: &Column, (count, place): (u64, usize)) -> FacetValue {
    let whole = &column.values[place];
    if field == FacetField::Account {
        let mut parts = whole.splitn(3, PARTED);
        let (kind, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let kind = AccountKind::ALL.iter().find(|known| known.as_str() == kind).copied();
        let query = kind.map(|kind| Clause::Account(kind, name_of(id)).to_string());
        let label = parts.next().unwrap_or(id).to_owned();
        return FacetValue { value: id.to_owned(), label, kind, count, query };
    }
    let clause = match field {
        FacetField::Kind => {
            let kind = AccountKind::ALL.iter().find(|kind| kind.as_str() == whole);
            kind.map(|kind| Clause::Account(*kind, Wanted::Anything))
        }
        FacetField::Signal => whole.parse::<SignalType>().ok().map(|kind| Clause::Signal(Some(kind))),
        FacetField::Source => Some(Clause::Source(name_of(whole))),
        FacetField::Language => Some(Clause::Language(whole.clone())),
        FacetField::Account | FacetField::Country | FacetField::SourceCountry => None,
    };
    // A name may hold what the language cannot say (quotes).
    let query = clause.map(|clause| clause.to_string()).filter(|text| Query::parse(text).is_ok());
    let label = if field == FacetField::Signal { whole.replace('_', " ") } else { whole.clone() };
    FacetValue { value: whole.clone(), label, kind: None, count, query }
}

/// A name as the query language takes it: in quotes where it is more than one plain word.
pub(super) fn name_of(name: &str) -> Wanted {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '.' | '_');
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(plain) {
        return Wanted::Word(name.to_owned());
    }
    Wanted::Phrase(name.replace(['"', '“', '”', '„', '«', '»'], " ").trim().to_owned())
}

fn by_name<S: Serializer>(facets: &[Facet], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(facets.len()))?;
    for facet in facets {
        map.serialize_entry(facet.field.as_str(), facet)?;
    }
    map.end()
}

/// Counts values by the numbers that they have in each segment.
struct Tally {
    columns: Vec<&'static str>,
    /// Seconds that are counted as one, where times are counted.
    grain: Option<i64>,
}

/// The counts of one segment.
struct SegmentTally {
    id: SegmentId,
    total: u64,
    /// For each column, by number.
    counts: Vec<Vec<u32>>,
    moments: Option<Moments>,
}

struct Child {
    tally: SegmentTally,
    columns: Vec<Option<columnar::Column<u64>>>,
    dates: Option<columnar::Column<DateTime>>,
    /// Articles that came one by one and wait to be looked at together.
    waiting: Vec<DocId>,
    rows: Vec<u32>,
    docs: Vec<DocId>,
    values: Vec<u64>,
    times: Vec<DateTime>,
}

impl Collector for Tally {
    type Fruit = Vec<SegmentTally>;
    type Child = Child;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Child> {
        let (mut columns, mut counts) = (Vec::new(), Vec::new());
        for column in &self.columns {
            let column = segment.fast_fields().str(column)?;
            counts.push(vec![0; column.as_ref().map_or(0, |column| column.num_terms())]);
            columns.push(column.map(|column| column.ords().clone()));
        }
        let dates = match self.grain {
            Some(grain) => segment.fast_fields().column_opt::<DateTime>("published")?.map(|dates| (dates, grain)),
            None => None,
        };
        let moments = dates.as_ref().map(|(dates, grain)| {
            let (first, last) = (dates.min_value(), dates.max_value());
            Moments::between(first.into_timestamp_secs(), last.into_timestamp_secs(), *grain)
        });
        let dates = dates.map(|(dates, _)| dates);
        let tally = SegmentTally { id: segment.segment_id(), total: 0, counts, moments };
        let waiting = Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN);
        let (rows, docs, values, times) = Default::default();
        Ok(Child { tally, columns, dates, waiting, rows, docs, values, times })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<SegmentTally>) -> tantivy::Result<Vec<SegmentTally>> {
        Ok(segments)
    }
}

impl SegmentCollector for Child {
    type Fruit = SegmentTally;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.waiting.push(doc);
        if self.waiting.len() >= COLLECT_BLOCK_BUFFER_LEN {
            self.look();
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        self.count(docs);
    }

    fn harvest(mut self) -> SegmentTally {
        self.look();
        self.tally
    }
}

impl Child {
    fn look(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.count(&waiting);
        self.waiting = waiting;
        self.waiting.clear();
    }

    fn count(&mut self, docs: &[DocId]) {
        if docs.is_empty() {
            return;
        }
        self.tally.total += docs.len() as u64;
        for (column, counts) in self.columns.iter().zip(&mut self.tally.counts) {
            let Some(column) = column else { continue };
            read(column, docs, &mut self.docs, &mut self.rows, &mut self.values);
            for number in &self.values {
                if let Some(count) = usize::try_from(*number).ok().and_then(|number| counts.get_mut(number)) {
                    *count += 1;
                }
            }
        }
        if let (Some(dates), Some(moments)) = (&self.dates, &mut self.tally.moments) {
            read(dates, docs, &mut self.docs, &mut self.rows, &mut self.times);
            for time in &self.times {
                moments.add(time.into_timestamp_secs());
            }
        }
    }
}

/// All values of these articles, read together: one look at a column for many articles is far cheaper than many looks.
fn read<T: PartialOrd + Copy + std::fmt::Debug + Default + Send + Sync + 'static>(
    column: &columnar::Column<T>,
    docs: &[DocId],
    docs_out: &mut Vec<DocId>,
    rows: &mut Vec<u32>,
    values: &mut Vec<T>,
) {
    let rows: &[u32] = if let ColumnIndex::Full = column.index {
        docs
    } else {
        docs_out.clear();
        rows.clear();
        column.row_ids_for_docs(docs, docs_out, rows);
        rows
    };
    values.clear();
    values.resize(rows.len(), T::default());
    column.values.get_vals(rows, values);
}
