//! `search`: full-text search of what was read.

use std::fmt::Write as _;
use std::io::IsTerminal;

use clap::{Args, ValueEnum};

use super::{Common, Ending, Failure, print_json, say};
use crate::config::settings_alone;
use crate::model::Clock;
use crate::search::{Excerpt, Match, Query, QueryError, Reader, SearchError, SearchRequest, Settings, Sort};
use crate::store::folder::articles_in;

/// Search what was read.
///
/// All of the words must occur, in any of their forms. "A phrase" in quotes, -without, this OR that, ( groups ), begin*.
/// Fields: title: client: competitor: prospect: partner: topic: signal: source: lang: after: before: last:7d sort:date.
/// Put the whole query in single quotes where it holds quotes or brackets.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to look for.
    #[arg(required = true, allow_hyphen_values = true, value_name = "QUERY")]
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
}

/// Order of the results.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Order {
    /// Best first.
    Relevance,
    /// Newest first.
    Date,
}

impl Search {
    pub(super) fn run(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        let text = self.query.join(" ");
        let query = Query::parse(&text).map_err(|error| misread(&text, &error, common))?;
        let reader = open(common).map_err(unreadable)?;
        let request = SearchRequest {
            limit: self.limit,
            offset: self.offset,
            any: self.any,
            collapse: !self.any && !self.every_report,
            sort: self.sort.map(|order| match order {
                Order::Relevance => Sort::Relevance,
                Order::Date => Sort::Date,
            }),
            fragments: 1,
            now: clock.now(),
        };
        let found = reader.search(&query, &request)?;
        if common.json {
            found.results.iter().for_each(print_json);
            return Ok(Ending::Done);
        }
        let bold = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        for result in &found.results {
            say(&shown(result, bold));
        }
        if !common.quiet {
            eprintln!("{}", summary(found.total, found.results.len(), reader.len(), self.any));
        }
        Ok(Ending::Done)
    }
}

/// The index under the settings of the configuration. What `import` wrote needs none and is of the usual make.
fn open(common: &Common) -> Result<Reader, SearchError> {
    let folder = articles_in(&common.data_dir);
    let settings = match settings_alone(&common.config) {
        Ok(settings) => settings.search,
        Err(problems) => {
            for problem in problems.iter().filter(|_| !common.quiet) {
                eprintln!("note: the usual settings of search are taken: {problem}");
            }
            Settings::default()
        }
    };
    match Reader::open(&folder, &settings) {
        Err(SearchError::OtherMake { .. }) if settings != Settings::default() => {
            Reader::open(&folder, &Settings::default())
        }
        opened => opened,
    }
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
    for line in [&origin.join(" · "), &result.excerpt.marked(before, after)] {
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
    match &error.suggestion {
        Some(instead) => failure.hint(format!("perhaps: {instead}")),
        None => failure,
    }
}

/// Why the index cannot be read, and what to do.
pub(super) fn unreadable(error: SearchError) -> Failure {
    let hint = match &error {
        SearchError::Missing { .. } => {
            "`tidings run --once` reads the feeds, `tidings import FILE` a file; --data-dir names the folder to look in"
        }
        SearchError::OtherMake { .. } => "`tidings reindex` builds it anew from the database; import the file again",
        _ => "`tidings reindex` builds it anew from the database",
    };
    Failure::failed(error).hint(hint)
}
