//! What a person does with saved searches: look, save, pause, forget.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Serialize;

use super::accounts::{Origin, Taken};
use super::{Desk, RosterError};
use crate::config::{Config, did_you_mean, saved_search_problems};
use crate::model::{SavedSearch, Time};
use crate::store::saved_searches::{self, Counts};
use crate::store::{Session, changes};

/// A saved search in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedSearch {
    /// The search.
    #[serde(flatten)]
    pub search: SavedSearch,
    /// Where it stands.
    pub origin: Origin,
    /// Who saved it or changed it last; none where it stands in a file.
    pub who: Option<String>,
    /// Stories of which at least one report matched.
    pub stories: i64,
    /// Reports that matched.
    pub articles: i64,
    /// When one last did.
    pub last: Option<Time>,
}

/// Puts the searches of the database beside those of the file; gives what of them is not in effect.
pub(super) fn add(config: &mut Config, searches: impl IntoIterator<Item = SavedSearch>) -> Vec<String> {
    let mut notes = Vec::new();
    let in_file: HashSet<String> = config.saved_searches.iter().map(|search| search.name.clone()).collect();
    for search in searches {
        if in_file.contains(&search.name) {
            let name = &search.name;
            notes.push(format!("saved search `{name}` is in the database and in saved.toml: the file wins"));
        } else {
            config.saved_searches.push(search);
        }
    }
    notes
}

impl Desk {
    /// Every saved search with how often it matched, and what of the database is not in effect.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn list_searches(&self) -> Result<(Vec<ListedSearch>, Vec<String>), RosterError> {
        let mut session = self.store.read().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let mut who: HashMap<String, String> =
            saved_searches::all(&mut session).await?.into_iter().map(|kept| (kept.search.name, kept.who)).collect();
        let mut counts: HashMap<String, Counts> =
            saved_searches::counts(&mut session).await?.into_iter().map(|one| (one.search.clone(), one)).collect();
        let listed = roster.config.saved_searches.iter().map(|search| {
            let Counts { stories, articles, last, .. } = counts.remove(&search.name).unwrap_or_default();
            let in_file = self.is_in_file(&search.name);
            ListedSearch {
                search: search.clone(),
                origin: if in_file { Origin::File } else { Origin::Database },
                who: who.remove(&search.name).filter(|_| !in_file),
                stories,
                articles,
                last,
            }
        });
        Ok((listed.collect(), roster.notes))
    }

    /// The saved search of this name.
    ///
    /// # Errors
    /// Where there is none, or the database refuses.
    pub async fn saved_search(&self, name: &str) -> Result<SavedSearch, RosterError> {
        let mut session = self.store.read().await?;
        self.find_search(&mut session, name).await
    }

    /// Saves a search, in place of an earlier one of its name.
    ///
    /// # Errors
    /// Where it makes no sense, stands in the file, or the database refuses.
    pub async fn save_search(&self, search: &SavedSearch) -> Result<Taken, RosterError> {
        self.refuse_file(&search.name)?;
        let mut session = self.store.write().await?;
        let roster = super::effective(&self.files, &mut session).await?;
        let accounts: BTreeSet<String> =
            roster.config.watchlist.accounts().iter().map(|account| account.id.0.clone()).collect();
        let problems = saved_search_problems(search, &accounts, &self.files.settings);
        if !problems.is_empty() {
            return Err(RosterError::Wrong(problems));
        }
        let before = roster.config.saved_searches.iter().find(|known| known.name == search.name);
        let (taken, what) = match before {
            Some(known) if known == search => return Ok(Taken::Unchanged),
            Some(_) => (Taken::Changed, "saved search changed"),
            None => (Taken::Added, "saved search added"),
        };
        self.keep_search(&mut session, search, what).await?;
        self.finish(session).await?;
        Ok(taken)
    }

    /// Pauses a search, or lets it go on. False where it is so already.
    ///
    /// # Errors
    /// Where there is none, it stands in the file, or the database refuses.
    pub async fn pause_search(&self, name: &str, paused: bool) -> Result<bool, RosterError> {
        self.refuse_file(name)?;
        let mut session = self.store.write().await?;
        let search = self.find_search(&mut session, name).await?;
        if search.paused == paused {
            return Ok(false);
        }
        let what = if paused { "saved search paused" } else { "saved search resumed" };
        self.keep_search(&mut session, &SavedSearch { paused, ..search }, what).await?;
        self.finish(session).await?;
        Ok(true)
    }

    /// Forgets a search with its matches; what was read stays, and so do touch points that it suggested.
    ///
    /// # Errors
    /// Where there is none, it stands in the file, or the database refuses.
    pub async fn forget_search(&self, name: &str) -> Result<SavedSearch, RosterError> {
        self.refuse_file(name)?;
        let mut session = self.store.write().await?;
        let search = self.find_search(&mut session, name).await?;
        saved_searches::remove(&mut session, name).await?;
        let what = "saved search forgotten";
        changes::note(&mut session, self.now, &self.who, what, &subject(name), &search.query).await?;
        self.finish(session).await?;
        Ok(search)
    }

    async fn keep_search(&self, session: &mut Session, search: &SavedSearch, what: &str) -> Result<(), RosterError> {
        saved_searches::put(session, search, &self.who.0, self.now).await?;
        changes::note(session, self.now, &self.who, what, &subject(&search.name), &search.query).await?;
        Ok(())
    }

    async fn find_search(&self, session: &mut Session, name: &str) -> Result<SavedSearch, RosterError> {
        let roster = super::effective(&self.files, session).await?;
        let mut known = roster.config.saved_searches.iter();
        known.clone().find(|search| search.name == name).cloned().ok_or_else(|| RosterError::UnknownSearch {
            name: name.to_owned(),
            nearest: did_you_mean(name, known.by_ref().map(|search| search.name.as_str())),
        })
    }

    fn is_in_file(&self, name: &str) -> bool {
        self.files.saved_searches.iter().any(|search| search.name == name)
    }

    fn refuse_file(&self, name: &str) -> Result<(), RosterError> {
        if self.is_in_file(name) {
            return Err(RosterError::InFile { what: "saved search", id: name.to_owned(), file: "saved.toml" });
        }
        Ok(())
    }
}

/// The subject under which changes of a search are noted.
fn subject(name: &str) -> String {
    format!("search:{name}")
}
