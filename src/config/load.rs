//! Reads the files of a folder.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::document::Document;
use super::problem::Place;
use super::stated::{self, Stated};
use super::{Config, LazyLexicon, Problem, Problems, Settings, check, searches};
use crate::deliver::SecretReader;
use crate::model::{Account, SavedSearch, Source, Watchlist};
use crate::signal::{Lexicon, LexiconError};
use crate::touchpoint::Playbook;

/// The content of `watchlist.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WatchlistFile {
    /// Whom we watch.
    #[serde(default, rename = "account")]
    accounts: Vec<Account>,
}

/// The content of `sources.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourcesFile {
    /// Where news comes from.
    #[serde(default, rename = "source")]
    sources: Vec<Source>,
}

/// The content of `saved.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedFile {
    /// What every article is held up to.
    #[serde(default, rename = "saved_search")]
    saved_searches: Vec<SavedSearch>,
}

/// Reads and checks the configuration in `folder`. Secrets come from the environment or from files; relative paths are
/// taken from `folder`.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn load(folder: &Path) -> Result<Config, Problems> {
    load_with(folder, &|name| std::env::var(name).ok())
}

/// The settings alone, without secrets and without a look at the other files: for verbs that work beside a
/// configuration which is not whole. The defaults where there is no `tidings.toml`.
///
/// # Errors
/// Everything in the file that is no setting.
pub fn settings_alone(folder: &Path) -> Result<Settings, Problems> {
    let mut loading = Loading { folder, problems: Vec::new() };
    let text = loading.text_of("tidings.toml", false).unwrap_or_default();
    let read = loading.parsed("tidings.toml", &text).and_then(|mut document| document.read(&mut loading.problems));
    match read.filter(|_: &Settings| loading.problems.is_empty()) {
        Some(settings) => Ok(settings),
        None => Err(Problems::of(loading.problems)),
    }
}

/// [`load`] with another environment.
pub(super) fn load_with(folder: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Config, Problems> {
    let mut loading = Loading { folder, problems: Vec::new() };
    if let Some(problem) = loading.wrong_folder() {
        loading.problems.push(problem);
    }
    if loading.problems.is_empty() {
        let settings = loading.settings(environment);
        let (accounts, known, stated) = loading.accounts();
        let watchlist = Watchlist::new(accounts);
        let sources = loading.sources(known.as_ref(), &watchlist, &settings);
        let saved_searches = loading.saved_searches(known.as_ref(), &settings);
        let playbook = loading.playbook();
        let lexicon = loading.lexicon();
        if let (Some(playbook), Some(lexicon), true) = (playbook, lexicon, loading.problems.is_empty()) {
            let playbook = playbook.stamped();
            let lexicon = Arc::new(LazyLexicon::new(lexicon));
            return Ok(Config { settings, watchlist, stated, sources, saved_searches, playbook, lexicon });
        }
    }
    Err(Problems::of(loading.problems))
}

/// Reads and checks a playbook in any file, by the rules of `playbook.toml`.
///
/// # Errors
/// Everything that is wrong with it, at once; also where there is no such file.
pub fn playbook_in(file: &Path) -> Result<Playbook, Problems> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut loading = Loading { folder, problems: Vec::new() };
    let playbook = loading.text_of(name, true).and_then(|text| loading.playbook_of(name, &text));
    match playbook {
        Some(playbook) if loading.problems.is_empty() => Ok(playbook),
        _ => Err(Problems::of(loading.problems)),
    }
}

struct Loading<'f> {
    folder: &'f Path,
    problems: Vec<Problem>,
}

impl Loading<'_> {
    fn wrong_folder(&self) -> Option<Problem> {
        let message = match std::fs::metadata(self.folder) {
            Ok(found) if found.is_dir() => return None,
            Ok(_) => "this is no folder".to_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => "there is no such folder".to_owned(),
            Err(error) => format!("cannot be read: {error}"),
        };
        let hint = "`tidings init` writes a starting configuration; `--config DIR` names another folder".to_owned();
        Some(Problem { file: self.folder.to_owned(), place: None, message, hint: Some(hint) })
    }

    fn settings(&mut self, environment: &dyn Fn(&str) -> Option<String>) -> Settings {
        let text = self.text_of("tidings.toml", false).unwrap_or_default();
        let Some(mut document) = self.parsed("tidings.toml", &text) else { return Settings::default() };
        let mut settings: Settings = document.read(&mut self.problems).unwrap_or_default();
        let reader = SecretReader { folder: self.folder, environment };
        check::settings(&mut settings, reader, &document, &mut self.problems);
        settings
    }

    /// The accounts, and the ids of all that are meant to be; no ids where the file cannot be read at all.
    fn accounts(&mut self) -> (Vec<Account>, Option<BTreeSet<String>>, Stated) {
        let nothing = || (Vec::new(), None, Stated::default());
        let Some(text) = self.text_of("watchlist.toml", true) else { return nothing() };
        let Some(mut document) = self.parsed("watchlist.toml", &text) else { return nothing() };
        let stated = stated::read(&document);
        let known = document.ids("account");
        let WatchlistFile { accounts } = document.read(&mut self.problems).unwrap_or_default();
        check::accounts(&accounts, &known, &document, &mut self.problems);
        (accounts, Some(known), stated)
    }

    fn sources(
        &mut self,
        accounts: Option<&BTreeSet<String>>,
        watchlist: &Watchlist,
        settings: &Settings,
    ) -> Vec<Source> {
        let Some(text) = self.text_of("sources.toml", true) else { return Vec::new() };
        let Some(mut document) = self.parsed("sources.toml", &text) else { return Vec::new() };
        let SourcesFile { mut sources } = document.read(&mut self.problems).unwrap_or_default();
        check::sources(&sources, accounts, &document, &mut self.problems);
        for (place, number, message) in searches::fill(&mut sources, watchlist, settings) {
            self.problems.push(document.problem(&format!("source.{place}.feed.{number}"), message, None));
        }
        sources
    }

    fn saved_searches(&mut self, accounts: Option<&BTreeSet<String>>, settings: &Settings) -> Vec<SavedSearch> {
        let Some(text) = self.text_of("saved.toml", false) else { return Vec::new() };
        let Some(mut document) = self.parsed("saved.toml", &text) else { return Vec::new() };
        let SavedFile { saved_searches } = document.read(&mut self.problems).unwrap_or_default();
        check::saved_searches(&saved_searches, accounts, settings, &document, &mut self.problems);
        saved_searches
    }

    fn playbook(&mut self) -> Option<Playbook> {
        let Some(text) = self.text_of("playbook.toml", false) else {
            let shipped = Playbook::shipped();
            return shipped.map_err(|error| self.broken("playbook.toml", &error.to_string())).ok();
        };
        self.playbook_of("playbook.toml", &text)
    }

    fn playbook_of(&mut self, name: &str, text: &str) -> Option<Playbook> {
        let mut document = self.parsed(name, text)?;
        let playbook: Playbook = document.read(&mut self.problems)?;
        for problem in playbook.problems() {
            // Of plays with one id the last is the one too many.
            let place = problem.play.as_ref().and_then(|id| playbook.plays.iter().rposition(|play| play.id == *id));
            let table = place.map(|place| format!("play.{place}.")).unwrap_or_default();
            let whose = problem.play.map(|id| format!(" in play `{id}`")).unwrap_or_default();
            let message = format!("`{}`{whose}: {}", problem.field, problem.message);
            self.problems.push(document.problem(&format!("{table}{}", problem.field), message, None));
        }
        Some(playbook)
    }

    /// How to come by the cues: those of a file are read here and now, so that its mistakes are told.
    fn lexicon(&mut self) -> Option<Box<dyn FnOnce() -> Lexicon + Send>> {
        let Some(text) = self.text_of("signals.toml", false) else { return Some(Box::new(Lexicon::shipped)) };
        let document = self.parsed("signals.toml", &text)?;
        let error = match Lexicon::parse(&text) {
            Ok(lexicon) => {
                self.compare_examples(&lexicon);
                return Some(Box::new(|| lexicon));
            }
            Err(error) => error,
        };
        let file = self.path("signals.toml");
        self.problems.push(match error {
            LexiconError::Syntax(error) => document.refused(&error),
            LexiconError::Value { line, kind, what, problem } => {
                let message = format!("{what} of type `{kind}`: {problem}");
                Problem { file, place: Some(Place { line, column: 1 }), message, hint: None }
            }
            other @ LexiconError::TooLarge { .. } => {
                Problem { file, place: None, message: other.to_string(), hint: None }
            }
        });
        None
    }

    /// An operator's own cues are held to the examples that stand beside them; the shipped ones are by a test.
    fn compare_examples(&mut self, lexicon: &Lexicon) {
        let file = self.path("signals.toml");
        self.problems.extend(lexicon.disagreements().into_iter().map(|wrong| Problem {
            file: file.clone(),
            place: None,
            message: format!("example {:?} of type `{}` {}", wrong.text, wrong.kind.as_str(), wrong.why),
            hint: None,
        }));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The text of a file; nothing, and a problem where it must be there or cannot be read, else.
    fn text_of(&mut self, name: &str, required: bool) -> Option<String> {
        let file = self.path(name);
        let (place, message, hint) = match std::fs::read(&file) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => return Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
                Err(error) => {
                    let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                    let line = memchr::memchr_iter(b'\n', good).count() + 1;
                    let column = good.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
                    (Some(Place { line, column }), "this is not UTF-8".to_owned(), "save the file as UTF-8")
                }
            },
            Err(error) if error.kind() == ErrorKind::NotFound && !required => return None,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                (None, "there is no such file".to_owned(), "`tidings init` writes the files that are missing")
            }
            Err(error) => (None, format!("cannot be read: {error}"), "look at its owner and permissions"),
        };
        self.problems.push(Problem { file, place, message, hint: Some(hint.to_owned()) });
        None
    }

    fn parsed<'t>(&mut self, name: &str, text: &'t str) -> Option<Document<'t>> {
        Document::parse(&self.path(name), text).map_err(|problems| self.problems.extend(problems)).ok()
    }

    fn broken(&mut self, name: &str, why: &str) {
        let message = format!("the shipped file cannot be read: {why}");
        self.problems.push(Problem { file: self.path(name), place: None, message, hint: None });
    }
}
