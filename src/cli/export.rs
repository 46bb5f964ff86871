//! `export`: articles and touch points for other programs.

use std::fs::Permissions;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::desk::in_effect;
use super::inbox::open_existing;
use super::search::{misread, unreadable};
use super::{Common, Ending, Failure, load_config, print_json};
use crate::config::Config;
use crate::model::Clock;
use crate::pipeline::export::{self, ExportError, Format, List};
use crate::pipeline::index;
use crate::search::{Query, Reader};
use crate::store::Store;
use crate::store::folder::articles_in;

/// Write articles or touch points as NDJSON or CSV, touch points also as iCalendar or Atom.
///
/// Articles carry their text where the source says `show_full_text`, else an excerpt. `tidings import` reads the NDJSON
/// again. Cells of CSV that a spreadsheet might take for formulas get an apostrophe before them.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Only articles that answer this, in the language of `tidings search`; without it, all.
    #[arg(allow_hyphen_values = true, value_name = "QUERY", conflicts_with = "touch_points")]
    query: Vec<String>,
    /// The form.
    #[arg(long, value_enum, default_value_t = Form::Ndjson)]
    format: Form,
    /// Touch points instead of articles.
    #[arg(long)]
    touch_points: bool,
    /// Write to this file instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Overwrite a file of this name.
    #[arg(long, requires = "output")]
    force: bool,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Form {
    /// One JSON object a line.
    Ndjson,
    /// A table with a line of names first.
    Csv,
    /// Touch points as a calendar (iCalendar).
    Ics,
    /// Touch points as a feed (Atom).
    Atom,
}

impl Export {
    pub(super) async fn run(self, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        if !self.touch_points && matches!(self.format, Form::Ics | Form::Atom) {
            return Err(Failure::misused("only touch points are written as ics or atom").hint("add --touch-points"));
        }
        let text = self.query.join(" ");
        let query = match text.trim() {
            "" => None,
            _ => Some(Query::parse(&text).map_err(|error| misread(&text, &error, common))?),
        };
        let config = load_config(common)?;
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let ending = self.write(query.as_ref(), &config, &store, common, clock).await;
        store.close().await;
        ending
    }

    async fn write(
        &self,
        query: Option<&Query>,
        config: &Config,
        store: &Store,
        common: &Common,
        clock: &dyn Clock,
    ) -> Result<Ending, Failure> {
        let ids = match query {
            Some(query) => Some(matching(query, config, store, common, clock).await?),
            None => None,
        };
        let fill = async |output: &mut dyn Write| {
            let format = match self.format {
                Form::Ndjson => Format::Ndjson,
                Form::Csv => Format::Csv,
                Form::Ics => return export::touch_point_list(store, List::Calendar, output).await,
                Form::Atom => return export::touch_point_list(store, List::Feed, output).await,
            };
            if self.touch_points {
                export::touch_points(store, config, format, output).await
            } else {
                export::articles(store, config, ids.as_deref(), format, output).await
            }
        };
        let Some(path) = &self.output else {
            let mut output = BufWriter::new(io::stdout().lock());
            return match fill(&mut output).await {
                Err(ExportError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(Ending::Done),
                Err(error) => Err(error.into()),
                Ok(count) => {
                    if !common.quiet {
                        eprintln!("{}", self.counted(count));
                    }
                    Ok(Ending::Done)
                }
            };
        };
        let unwritable = |error: io::Error| unwritable(path, &error);
        if !self.force && path.symlink_metadata().is_ok() {
            return Err(unwritable(ErrorKind::AlreadyExists.into()));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // As any file that a person makes: the umask decides who may read it.
        let mut scratch = tempfile::Builder::new();
        scratch.prefix(".tidings-export-").permissions(Permissions::from_mode(0o666));
        let scratch = scratch.tempfile_in(folder).map_err(unwritable)?;
        let mut output = BufWriter::new(scratch);
        let count = fill(&mut output).await?;
        let scratch = output.into_inner().map_err(|error| unwritable(error.into_error()))?;
        scratch.as_file().sync_all().map_err(unwritable)?;
        let kept = if self.force { scratch.persist(path) } else { scratch.persist_noclobber(path) };
        kept.map_err(|failed| unwritable(failed.error))?;
        if common.json {
            print_json(&json!({ "written": count, "output": path }));
        } else if !common.quiet {
            eprintln!("{} into {}", self.counted(count), path.display());
        }
        Ok(Ending::Done)
    }

    fn counted(&self, count: u64) -> String {
        let what = if self.touch_points { "touch point" } else { "article" };
        format!("{count} {what}{}", if count == 1 { "" } else { "s" })
    }
}

/// Ids of the articles that answer the query, oldest first.
async fn matching(
    query: &Query,
    config: &Config,
    store: &Store,
    common: &Common,
    clock: &dyn Clock,
) -> Result<Vec<String>, Failure> {
    let reader = Reader::open(&articles_in(&common.data_dir), &config.settings.search).map_err(unreadable)?;
    let behind = index::last_change(store).await? - reader.last_seq()?;
    if behind > 0 {
        eprintln!("note: the search index is {behind} changes behind; the newest articles may be missing");
    }
    Ok(reader.matching(query, clock.now())?)
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    if error.kind() == ErrorKind::AlreadyExists {
        return Failure::failed(format!("refusing to overwrite {}", path.display()))
            .hint("name another file, or overwrite it with --force");
    }
    Failure::failed(format!("cannot write {}: {error}", path.display()))
        .hint("look at owner, permissions and free space there")
}
