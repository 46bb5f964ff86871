//! The operator's files → a checked configuration. What is wrong is told all at once, each thing with its place and,
//! where there is one, the nearest name that would be right.
//!
//! | file | | holds |
//! |---|---|---|
//! | `tidings.toml` | may be absent | [`Settings`] |
//! | `watchlist.toml` | | accounts |
//! | `sources.toml` | | sources and their feeds |
//! | `saved.toml` | may be absent | saved searches |
//! | `playbook.toml` | may be absent: the shipped one | plays |
//! | `signals.toml` | may be absent: the shipped one | cues of events |

mod account_line;
mod check;
mod document;
mod load;
mod problem;
pub mod schema;
pub mod searches;
mod settings;
pub mod shipped;
mod stated;
mod wording;

#[cfg(test)]
mod tests;

pub use account_line::account_line;
pub use check::{account_problems, saved_search_problems, source_problems};
pub use load::{load, playbook_in, settings_alone};
pub use problem::{Place, Problem, Problems, did_you_mean};
pub use settings::{Database, FactsDoor, HooksDoor, Oidc, Operator, Retention, Serve, Sessions, Settings};
pub use stated::{Stated, Statement};

use std::sync::{Arc, LazyLock};

use crate::model::{Feed, FeedId, SavedSearch, Source, Watchlist};
use crate::signal::Lexicon;
use crate::touchpoint::Playbook;

/// The cues, compiled when the first text is read: verbs that read none need not wait for them.
pub type LazyLexicon = LazyLock<Lexicon, Box<dyn FnOnce() -> Lexicon + Send>>;

/// A configuration in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Config {
    /// Settings of the program.
    pub settings: Settings,
    /// Whom we watch.
    pub watchlist: Watchlist,
    /// What the file says of accounts in so many words.
    pub stated: Stated,
    /// Where news comes from.
    pub sources: Vec<Source>,
    /// What every article is held up to.
    pub saved_searches: Vec<SavedSearch>,
    /// What to do about it.
    pub playbook: Playbook,
    /// By which words events are known.
    pub lexicon: Arc<LazyLexicon>,
}

impl Config {
    /// Every feed with its source, in the order of the file.
    pub fn feeds(&self) -> impl Iterator<Item = (&Source, &Feed)> {
        self.sources.iter().flat_map(|source| source.feeds.iter().map(move |feed| (source, feed)))
    }

    /// The feed with this id, with its source.
    #[must_use]
    pub fn feed(&self, id: &FeedId) -> Option<(&Source, &Feed)> {
        self.feeds().find(|(_, feed)| feed.id == *id)
    }
}
