//! `search`: full-text search of what was read.

use std::fmt::Write as _;
use std::io::{self, BufWriter, ErrorKind, IsTerminal};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::search_counts::counts;
use super::{Common, Ending, Failure, print_json, say};
use crate::config::{self, settings_alone};
use crate::model::Clock;
use crate::pipeline::export::{self, ExportError, FoundFormat, Showing, open_sources};
use crate::search::{
    Excerpt, FEW, FacetField, Found, Link, Match, Query, QueryError, Reader, SearchError, SearchRequest, Settings,
    Sort, Spacing, Suggestion, Survey, SurveyRequest, is_being_built, names_of,
};
use crate::store::folder::articles_in;

/// Search what was read.
///
/// All of the words must occur, in any of their forms. "A phrase" in quotes, -without, this OR that, ( groups ), begin*.
/// Fields: title: client: competitor: prospect: partner: topic: account: kind: signal: story: source: country: lang:
/// has: after: before: on: last:7d sort:date. docs/search.md has the grammar and examples.
/// Put the whole query in single quotes where it holds quotes or brackets.
///
/// With --json each result is one object on a line; with --facets or --histogram one more object comes last:
/// {"total", "facets", "histogram", "suggestion"}. Articles are counted, not stories. `GET /api/v1/search` of a running
/// program takes the same names, with q for the query.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to look for.
    #[arg(required_unless_present = "like", allow_hyphen_values = true, value_name = "QUERY")]
    query: Vec<String>,
    /// One of the words is enough; every article for itself.
    #[arg(long)]
    any: bool,
    /// Most results to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Results to skip first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
    /// Order of the results, unless the query says so with sort:.
    #[arg(long, value_enum)]
    sort: Option<Order>,
    /// Every report of a story, not only the best one.
    #[arg(long)]
    every_report: bool,
    /// Page by page: `start`, then what the page before it told. Nothing is shown twice or missed, though articles come.
    #[arg(long, value_name = "CURSOR", conflicts_with_all = ["facets", "histogram", "format", "like"])]
    cursor: Option<String>,
    /// Print the address at which a running program answers this search, and search nothing.
    #[arg(long, conflicts_with_all = ["any", "offset", "facets", "histogram", "format", "like"])]
    url: bool,
    /// Parts of each article to show, up to 10.
    #[arg(long, value_name = "N", default_value_t = 1)]
    fragments: usize,
    /// Count the articles by account, kind, signal, source, language, country, source_country; all where none is named.
    #[arg(long, value_name = "FACET,…", num_args = 0..=1, default_missing_value = "all", value_parser = facets)]
    facets: Option<Facets>,
    /// Count the articles over time, in the time zone of the settings; weeks begin on Monday.
    #[arg(long, value_name = "hour|day|week|month|year", value_parser = spacing)]
    histogram: Option<Spacing>,
    /// Articles like the one of this id; a query then only narrows them.
    #[arg(long, value_name = "ARTICLE-ID", conflicts_with_all = ["facets", "histogram", "format", "any", "sort"])]
    like: Option<String>,
    /// Also the other reports of the same story.
    #[arg(long, requires = "like")]
    own_story: bool,
    /// Write the articles for other programs, up to 10000, with their text where the source allows it, else an excerpt.
    #[arg(long, value_enum, conflicts_with_all = ["facets", "histogram", "fragments"])]
    format: Option<Form>,
}

/// The form of an export of what was found.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Form {
    /// A table with a line of names first; what a spreadsheet might take for a formula gets an apostrophe.
    Csv,
    /// One JSON object a line, as `tidings import` reads it.
    Ndjson,
    /// An Atom feed (RFC 4287).
    Atom,
}

/// What to count by.
#[derive(Clone, Debug)]
pub(super) struct Facets(Vec<FacetField>);

fn facets(text: &str) -> Result<Facets, String> {
    FacetField::list(text).map(Facets)
}

fn spacing(text: &str) -> Result<Spacing, String> {
    Spacing::of(text).ok_or_else(|| "it is hour, day, week, month or year".to_owned())
}

/// Order of the results.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Order {
    /// Best first.
    Relevance,
    /// Newest first.
    Date,
    /// Best first, but age counts.
    Recent,
}

impl From<Order> for Sort {
    fn from(order: Order) -> Self {
        match order {
            Order::Relevance => Self::Relevance,
            Order::Date => Self::Date,
            Order::Recent => Self::Recent,
        }
    }
}

impl Search {
    pub(super) fn run(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        let text = self.query.join(" ");
        let query = match (text.trim(), &self.like) {
            ("", Some(_)) => None,
            _ => Some(Query::parse(&text).map_err(|error| misread(&text, &error, common))?),
        };
        let cursor = self.cursor.clone().filter(|cursor| cursor != "start");
        if self.url {
            let sort = self.sort.map(Sort::from);
            say(&Link { query: text, sort, cursor, every_report: self.every_report }.path());
            return Ok(Ending::Done);
        }
        let (reader, settings) = open(common).map_err(unreadable)?;
        let request = SearchRequest {
            limit: self.limit,
            offset: self.offset,
            cursor,
            any: self.any,
            collapse: !self.any && !self.every_report,
            sort: self.sort.map(Sort::from),
            fragments: self.fragments,
            now: clock.now(),
        };
        let query = match (query, &self.like) {
            (query, Some(id)) => return like(&reader, id, self.own_story, query.as_ref(), &request, common),
            (Some(query), None) => query,
            (None, None) => return Ok(Ending::Done),
        };
        if let Some(form) = self.format {
            return write(&reader, &query, &request, form, &settings, common);
        }
        let found = reader.search(&query, &request).map_err(|error| match error {
            SearchError::Cursor { .. } => Failure::misused(error).hint("begin again with --cursor start"),
            other => other.into(),
        })?;
        let survey = self.survey(&reader, &query, &request, &settings)?;
        let suggestion = if found.total <= FEW {
            let config = crate::config::load(&common.config).ok();
            let names = config.map(|config| names_of(&config.watchlist)).unwrap_or_default();
            reader.suggest(&query, &request, &names)?
        } else {
            None
        };
        show(&found, common);
        if common.json && self.cursor.is_some() {
            print_json(&json!({ "next": found.next }));
        }
        match &survey {
            Some(survey) if common.json => print_json(&json!({
                "total": survey.total,
                "facets": json!(survey)["facets"],
                "histogram": survey.histogram,
                "suggestion": suggestion,
            })),
            Some(survey) => say(&counts(survey)),
            None => {}
        }
        if !common.quiet {
            if !common.json {
                eprintln!("{}", summary(found.total, found.results.len(), reader.len(), self.any));
            }
            if let Some(horizon) = reader.horizon()?.filter(|_| !common.json) {
                let day = horizon.date_naive();
                eprintln!("what was published before {day} is not in the index: it has reached search.disk_mb");
            }
            if let Some(next) = found.next.as_ref().filter(|_| self.cursor.is_some() && !common.json) {
                eprintln!("next page: --cursor {next}");
            }
            if let Some(Suggestion { query, total }) = &suggestion {
                eprintln!("did you mean: {}  ({total} articles)", printable(query, false));
            }
        }
        Ok(Ending::Done)
    }

    fn survey(
        &self,
        reader: &Reader,
        query: &Query,
        request: &SearchRequest,
        settings: &config::Settings,
    ) -> Result<Option<Survey>, SearchError> {
        if self.facets.is_none() && self.histogram.is_none() {
            return Ok(None);
        }
        let wanted = SurveyRequest {
            facets: self.facets.clone().map(|facets| facets.0).unwrap_or_default(),
            histogram: self.histogram,
            zone: settings.operator.zone(),
            ..SurveyRequest::default()
        };
        reader.survey(query, request, &wanted).map(Some)
    }
}

/// The results, one object a line or for a person.
fn show(found: &Found, common: &Common) {
    if common.json {
        found.results.iter().for_each(print_json);
        return;
    }
    let bold = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    for result in &found.results {
        say(&shown(result, bold));
        if common.verbose > 0 {
            say(&format!("  id {}\n", printable(&result.id, false)));
        }
    }
}

/// Articles like one.
fn like(
    reader: &Reader,
    id: &str,
    own_story: bool,
    query: Option<&Query>,
    request: &SearchRequest,
    common: &Common,
) -> Result<Ending, Failure> {
    let Some(found) = reader.similar(id, own_story, query, request)? else {
        return Err(Failure::failed(format!("there is no article {id} in the index"))
            .hint("`tidings search … --json`, or -v, shows the ids of articles"));
    };
    show(&found, common);
    if !common.json && !common.quiet {
        eprintln!("{} shown of {} articles that share telling words with it", found.results.len(), found.total);
    }
    Ok(Ending::Done)
}

/// What was found, for other programs.
fn write(
    reader: &Reader,
    query: &Query,
    request: &SearchRequest,
    form: Form,
    settings: &config::Settings,
    common: &Common,
) -> Result<Ending, Failure> {
    let format = match form {
        Form::Csv => FoundFormat::Csv,
        Form::Ndjson => FoundFormat::Ndjson,
        Form::Atom => FoundFormat::Atom,
    };
    let documents = reader.documents(query, request)?;
    let total = documents.total;
    let open_sources = config::load(&common.config).map(|config| open_sources(&config)).unwrap_or_default();
    let letters = settings.search.excerpt_letters as usize;
    let showing = Showing { open_sources, letters, address: None, now: request.now };
    let mut output = BufWriter::new(io::stdout().lock());
    match export::found(documents, query, &showing, format, &mut output) {
        Err(ExportError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(Ending::Done),
        Err(error) => Err(error.into()),
        Ok(count) => {
            if !common.quiet {
                eprintln!("{count} of {total} articles");
            }
            Ok(Ending::Done)
        }
    }
}

/// The index under the settings of the configuration. What `import` wrote needs none and is of the usual make.
pub(super) fn open(common: &Common) -> Result<(Reader, config::Settings), SearchError> {
    let folder = articles_in(&common.data_dir);
    let settings = match settings_alone(&common.config) {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems.iter().filter(|_| !common.quiet) {
                eprintln!("note: the usual settings of search are taken: {problem}");
            }
            config::Settings::default()
        }
    };
    let reader = Reader::open(&folder, &settings.search)?;
    if reader.is_own() {
        return Ok((reader, settings));
    }
    // What `import` wrote, else what waits for being built anew.
    let usual = Reader::open(&folder, &Settings::default()).ok().filter(Reader::is_own);
    Ok((usual.unwrap_or(reader), settings))
}

/// One result for a person: headline, where it is from, excerpt, address.
pub(super) fn shown(result: &Match, bold: bool) -> String {
    let (before, after) = if bold { ("\u{1b}[1m", "\u{1b}[0m") } else { ("*", "*") };
    let title = Excerpt { text: result.title.clone(), marks: result.title_marks.clone() };
    let mut lines = if result.title.is_empty() { "(no title)".to_owned() } else { title.marked(before, after) };
    let mut origin: Vec<String> = Vec::new();
    origin.extend(result.published.map(|at| at.format("%Y-%m-%d").to_string()));
    origin.extend(result.publisher.clone().or_else(|| result.source.clone()));
    if result.more_sources > 0 {
        let plural = if result.more_sources == 1 { "" } else { "s" };
        origin.push(format!("+{} source{plural}", result.more_sources));
    }
    origin.extend(result.accounts.iter().map(|account| format!("{} {}", account.kind.as_str(), account.name)));
    origin.extend(result.signals.iter().map(|signal| signal.replace('_', " ")));
    let mut parts = vec![origin.join(" · "), result.excerpt.marked(before, after)];
    parts.extend(result.more_excerpts.iter().map(|excerpt| excerpt.marked(before, after)));
    for line in parts {
        if !line.is_empty() {
            let _ = write!(lines, "\n  {line}");
        }
    }
    if let Some(url) = &result.url {
        let _ = write!(lines, "\n  {url}");
    }
    lines.push('\n');
    printable(&lines, bold)
}

/// Without control characters that an article might carry to play with the terminal.
fn printable(text: &str, bold: bool) -> String {
    text.chars().filter(|letter| !letter.is_control() || *letter == '\n' || (bold && *letter == '\u{1b}')).collect()
}

fn summary(total: usize, shown: usize, indexed: u64, any: bool) -> String {
    match (total, shown) {
        (0, _) if any => format!("nothing found in {indexed} articles"),
        (0, _) => format!("nothing found in {indexed} articles; with --any one of the words is enough"),
        _ => format!("{shown} shown, {total} of {indexed} articles found"),
    }
}

/// The query with a pointer to what is wrong in it.
pub(super) fn misread(text: &str, error: &QueryError, common: &Common) -> Failure {
    let failure = if common.json || text.chars().any(char::is_control) || text.len() > 200 {
        Failure::misused(error)
    } else {
        let pointer = format!("{}{}", " ".repeat(error.column - 1), "^".repeat(error.length));
        Failure::misused(format!("{}\n\n  {text}\n  {pointer}", error.message))
    };
    if text.split_whitespace().any(|word| word.len() > 2 && word.starts_with("--")) {
        return failure.hint("options stand before the query");
    }
    match &error.suggestion {
        Some(instead) => failure.hint(format!("perhaps: {instead}")),
        None => failure,
    }
}

/// Why the index cannot be read, and what to do.
pub(super) fn unreadable(error: SearchError) -> Failure {
    let hint = match &error {
        SearchError::OtherMake { folder } | SearchError::Missing { folder } if is_being_built(folder) => {
            "a new one is being built from the database; ask again when it stands"
        }
        SearchError::Missing { .. } => {
            "`tidings run --once` reads the feeds, `tidings import FILE` a file; --data-dir names the folder to look in"
        }
        SearchError::OtherMake { .. } => "`tidings reindex` builds it anew from the database; import the file again",
        _ => "`tidings reindex` builds it anew from the database",
    };
    Failure::failed(error).hint(hint)
}
