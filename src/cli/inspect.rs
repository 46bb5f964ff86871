//! `inspect`: each stage from the command line.

use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::feed_kind::list_of;
use super::{Ending, Failure};
use crate::model::NewsroomList;
use crate::pipeline::inspect::{self, InspectError, Tally};

/// What to look at.
#[derive(Debug, Subcommand)]
pub(super) enum Inspect {
    /// Feed documents → feed, entries, warnings.
    Feed(Documents),
    /// HTML pages (also .gz) → text and metadata.
    Page(Documents),
    /// NDJSON of id, title, text on standard input → language, mentions, signals.
    Text {
        /// NDJSON of entity, name, aliases, domain, ticker, kind; or a watchlist.toml.
        #[arg(long, value_name = "FILE")]
        watchlist: Option<PathBuf>,
        /// Also claims about firms that are not watched.
        #[arg(long)]
        all_events: bool,
    },
    /// NDJSON of id, title, text, published, source on standard input → stories.
    Stories,
    /// Addresses on standard input → what a robots.txt says about them.
    Robots {
        /// Name of the crawler.
        #[arg(long, value_name = "NAME")]
        agent: String,
        /// The robots.txt to judge by.
        #[arg(long, value_name = "FILE")]
        robots: PathBuf,
    },
    /// Addresses on standard input → canonical form, host, domain.
    Url,
    /// Sitemaps → entries.
    Sitemap {
        /// The documents; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Pages with a list of articles → entries.
    Newsroom {
        /// CSS selectors: SELECTOR of an entry of the list, or link=, title=, date=, summary= within it.
        #[arg(long, value_name = "[NAME=]SELECTOR")]
        select: Vec<String>,
        #[command(flatten)]
        documents: Documents,
    },
    /// OPML lists → outlines.
    Opml {
        /// The documents; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Documents and how they were served.
#[derive(Debug, Args)]
pub(super) struct Documents {
    /// The address they were served at.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The Content-Type they were served with.
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// The documents; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Inspect {
    pub(super) fn run(self) -> Result<Ending, Failure> {
        let list = match &self {
            Self::Newsroom { select, .. } => list_of(select)?,
            _ => NewsroomList::default(),
        };
        match self.look(&list) {
            Ok(tally) => Ok(ending(tally)),
            // A reader that went away (`| head`) has what it wants.
            Err(InspectError::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Ending::Done),
            Err(error @ InspectError::Io(_)) => Err(Failure::failed(error)),
            Err(error @ InspectError::Unusable { .. }) => {
                let hint = match self {
                    Self::Robots { .. } => "`--robots FILE` names a robots.txt on this machine",
                    _ => {
                        "`--watchlist FILE` names a watchlist.toml, or a file with one account as a JSON object a line"
                    }
                };
                Err(Failure::misused(error).hint(hint))
            }
        }
    }

    fn look(&self, list: &NewsroomList) -> Result<Tally, InspectError> {
        let mut output = BufWriter::new(io::stdout().lock());
        let mut input = BufReader::new(io::stdin());
        let tally = match self {
            Self::Feed(documents) => inspect::feed::run(&documents.files, &documents.served(), &mut output)?,
            Self::Page(documents) => inspect::page::run(&documents.files, &documents.served(), &mut output)?,
            Self::Text { watchlist, all_events } => {
                inspect::text::run(watchlist.as_deref(), *all_events, &mut input, &mut output)?
            }
            Self::Stories => inspect::stories::run(&mut input, &mut output)?,
            Self::Robots { agent, robots } => inspect::robots::run(agent, robots, &mut input, &mut output)?,
            Self::Url => inspect::url::run(&mut input, &mut output)?,
            Self::Sitemap { files } => inspect::sitemap::run(files, &mut output)?,
            Self::Newsroom { documents, .. } => {
                inspect::newsroom::run(&documents.files, &documents.served(), list, &mut output)?
            }
            Self::Opml { files } => inspect::opml::run(files, &mut output)?,
        };
        output.flush()?;
        Ok(tally)
    }
}

impl Documents {
    fn served(&self) -> inspect::Served {
        inspect::Served::new(self.url.as_deref(), self.content_type.as_deref())
    }
}

fn ending(tally: Tally) -> Ending {
    if tally.bad == 0 { Ending::Done } else { Ending::Partly }
}
