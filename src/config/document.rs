//! A TOML file with the places of everything in it: read into a type with all mistakes told at once, then asked for the
//! places of what is wrong in meaning.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem};
use super::wording::{self, Mistake};

/// Mistakes told of one file; more would not be read.
const MOST_MISTAKES: usize = 100;

/// Mistakes of syntax told of one file: what follows the first few is mostly their echo.
const MOST_SYNTAX_MISTAKES: usize = 3;

/// A parsed file.
pub(super) struct Document<'t> {
    file: PathBuf,
    text: &'t str,
    root: DeValue<'t>,
}

/// A step from a table or list to what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl<'t> Document<'t> {
    /// Parses `text`, the content of `file`. Dates are taken as text, so that they may be quoted or not.
    pub(super) fn parse(file: &Path, text: &'t str) -> Result<Self, Vec<Problem>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut root = DeValue::Table(root.into_inner());
        dates_as_text(&mut root);
        let document = Self { file: file.to_owned(), text, root };
        if errors.is_empty() {
            return Ok(document);
        }
        let mut errors: Vec<_> = errors
            .iter()
            .map(|error| {
                let place = document.place(error.span().map_or(0, |span| span.start));
                document.told(place, format!("this is not TOML: {}", error.message()), None)
            })
            .collect();
        errors.sort_by_key(|problem| problem.place);
        errors.dedup_by_key(|problem| problem.place.map(|place| place.line));
        errors.truncate(MOST_SYNTAX_MISTAKES);
        Err(errors)
    }

    /// Reads the file as a `T`. Every mistake is told and taken out, and the rest read again, until nothing is wrong; so
    /// what comes out lacks what was wrong. Nothing comes out where the file as a whole is no `T`; then at least one
    /// mistake was told.
    pub(super) fn read<T: DeserializeOwned>(&mut self, problems: &mut Vec<Problem>) -> Option<T> {
        let mut taken_out: Vec<(usize, String)> = Vec::new();
        for _ in 0..MOST_MISTAKES {
            let error = match read_whole::<T>(self.root.clone()) {
                Ok(value) => return Some(value),
                Err(error) => error,
            };
            let span = error.span().unwrap_or_default();
            let path = find(&self.root, &span).unwrap_or_default();
            let path = self.culprit::<T>(path, &span, error.message());
            let mistake = wording::of(error.message(), &self.root, &path);
            let table = self.span(parent(&mistake.path)).start;
            // A key that was wrong is missing in the next round: told already.
            let echo = mistake.missing.as_ref().is_some_and(|key| {
                let table = self.span(&mistake.path).start;
                taken_out.iter().any(|(known, name)| *known == table && name == key)
            });
            if !echo {
                problems.push(self.mistaken(&mistake));
            }
            if let Some(Step::Key(key)) = mistake.path.last() {
                taken_out.push((table, key.clone()));
            }
            let whole = if self.is_alone(&mistake.path) { parent(&mistake.path) } else { &mistake.path };
            if !take_out(&mut self.root, whole) {
                return None;
            }
        }
        None
    }

    /// What another reader of this text refused.
    pub(super) fn refused(&self, error: &toml::de::Error) -> Problem {
        let path = error.span().and_then(|span| find(&self.root, &span)).unwrap_or_default();
        self.mistaken(&wording::of(error.message(), &self.root, &path))
    }

    fn mistaken(&self, mistake: &Mistake) -> Problem {
        let span = if mistake.at_key { self.key_span(&mistake.path) } else { self.span(&mistake.path) };
        self.told(self.place(span.start), mistake.message.clone(), mistake.hint.clone())
    }

    /// The entry of a list that `said` is about, where the reader only knows the list (kinds of destinations are told
    /// apart after reading): the one that is refused in the same words when it stands alone.
    fn culprit<T: DeserializeOwned>(&self, path: Vec<Step>, span: &Range<usize>, said: &str) -> Vec<Step> {
        let list = if path.last() == Some(&Step::Index(0)) { parent(&path) } else { &path[..] };
        let Some(DeValue::Array(entries)) = at(&self.root, list) else { return path };
        if self.span(list) != *span {
            return path;
        }
        let refused = |place: &usize| {
            let mut root = self.root.clone();
            for other in (0..entries.len()).rev().filter(|other| other != place) {
                take_out(&mut root, &[list, &[Step::Index(other)]].concat());
            }
            read_whole::<T>(root).is_err_and(|error| error.message() == said)
        };
        match (0..entries.len().min(MOST_MISTAKES)).find(refused) {
            Some(place) => [list, &[Step::Index(place)]].concat(),
            None => path,
        }
    }

    /// True for the only entry of a list: without it the list says nothing, and is better not there.
    fn is_alone(&self, path: &[Step]) -> bool {
        matches!(at(&self.root, parent(path)), Some(DeValue::Array(list)) if list.len() == 1)
    }

    /// A problem with what stands at `path` ("account.3.relations.0.to"), or with what is nearest to it.
    pub(super) fn problem(&self, path: &str, message: impl Into<String>, hint: Option<String>) -> Problem {
        self.told(self.place(self.span(&steps(path)).start), message.into(), hint)
    }

    /// The line of what stands at `path`.
    pub(super) fn line(&self, path: &str) -> usize {
        self.problem(path, "", None).place.map_or(1, |place| place.line)
    }

    /// The `id` of every table in the list `key`, also of those that are wrong otherwise.
    pub(super) fn ids(&self, key: &str) -> BTreeSet<String> {
        let DeValue::Table(root) = &self.root else { return BTreeSet::new() };
        let Some(DeValue::Array(list)) = child(root, key).map(|(_, value)| value.get_ref()) else {
            return BTreeSet::new();
        };
        let id = |value: &Spanned<DeValue<'_>>| match value.get_ref() {
            DeValue::Table(table) => text_of(table, "id").map(str::to_owned),
            _ => None,
        };
        list.iter().filter_map(id).collect()
    }

    /// The tables of the list `key`, each with its line and the keys that stand in it. Lines are counted in one go.
    pub(super) fn tables(&self, key: &str) -> Vec<(usize, &DeTable<'t>)> {
        let DeValue::Table(root) = &self.root else { return Vec::new() };
        let Some(DeValue::Array(list)) = child(root, key).map(|(_, value)| value.get_ref()) else { return Vec::new() };
        let (mut line, mut at) = (1, 0);
        let mut tables = Vec::with_capacity(list.len());
        for one in list {
            let start = one.span().start.clamp(at, self.text.len());
            line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[at..start]).count();
            at = start;
            if let DeValue::Table(table) = one.get_ref() {
                tables.push((line, table));
            }
        }
        tables
    }

    /// The place of the table in the list at `path` whose `key` is `value`.
    pub(super) fn place_of(&self, path: &str, key: &str, value: &str) -> Option<usize> {
        let DeValue::Array(list) = at(&self.root, &steps(path))? else { return None };
        list.iter().position(|one| match one.get_ref() {
            DeValue::Table(table) => text_of(table, key) == Some(value),
            _ => false,
        })
    }

    /// Something stands at `path`.
    pub(super) fn has(&self, path: &str) -> bool {
        at(&self.root, &steps(path)).is_some()
    }

    fn told(&self, place: Place, message: String, hint: Option<String>) -> Problem {
        Problem { file: self.file.clone(), place: Some(place), message, hint }
    }

    fn place(&self, offset: usize) -> Place {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Place { line, column: String::from_utf8_lossy(&before[start..]).chars().count() + 1 }
    }

    /// The span of what stands at `path`, or of the nearest thing around it.
    fn span(&self, path: &[Step]) -> Range<usize> {
        let mut here = (0..0, &self.root);
        for step in path {
            match inside(here.1, step) {
                Some(next) => here = (next.span(), next.get_ref()),
                None => break,
            }
        }
        here.0
    }

    /// The span of the key that `path` ends with.
    fn key_span(&self, path: &[Step]) -> Range<usize> {
        match (at(&self.root, parent(path)), path.last()) {
            (Some(DeValue::Table(table)), Some(Step::Key(key))) => child(table, key).map(|(key, _)| key.span()),
            _ => None,
        }
        .unwrap_or_else(|| self.span(path))
    }
}

fn read_whole<T: DeserializeOwned>(root: DeValue<'_>) -> Result<T, toml::de::Error> {
    T::deserialize(toml::de::ValueDeserializer::from(Spanned::new(0..0, root)))
}

/// "account.3.name" in steps.
fn steps(path: &str) -> Vec<Step> {
    let steps = path.split('.').filter(|step| !step.is_empty());
    steps.map(|step| step.parse().map_or_else(|_| Step::Key(step.to_owned()), Step::Index)).collect()
}

/// The path without its last step.
fn parent(path: &[Step]) -> &[Step] {
    &path[..path.len().saturating_sub(1)]
}

/// What stands at `path`.
pub(super) fn at<'v, 't>(root: &'v DeValue<'t>, path: &[Step]) -> Option<&'v DeValue<'t>> {
    path.iter().try_fold(root, |value, step| inside(value, step).map(Spanned::get_ref))
}

/// The key and value of a table's entry.
pub(super) fn child<'v, 't>(
    table: &'v DeTable<'t>,
    key: &str,
) -> Option<(&'v Spanned<std::borrow::Cow<'t, str>>, &'v Spanned<DeValue<'t>>)> {
    table.iter().find(|(known, _)| known.get_ref() == key)
}

/// The text of a table's entry.
pub(super) fn text_of<'v>(table: &'v DeTable<'_>, key: &str) -> Option<&'v str> {
    match child(table, key)?.1.get_ref() {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

fn inside<'v, 't>(value: &'v DeValue<'t>, step: &Step) -> Option<&'v Spanned<DeValue<'t>>> {
    match (value, step) {
        (DeValue::Table(table), Step::Key(key)) => child(table, key).map(|(_, value)| value),
        (DeValue::Array(list), Step::Index(place)) => list.get(*place),
        _ => None,
    }
}

/// Something in a table or list.
pub(super) struct Child<'v, 't> {
    /// The step that leads to it.
    pub(super) step: Step,
    /// Where its key stands, in a table.
    key_span: Option<Range<usize>>,
    /// What it is.
    pub(super) value: &'v Spanned<DeValue<'t>>,
}

/// Everything in a table or list.
pub(super) fn children<'v, 't>(value: &'v DeValue<'t>) -> Vec<Child<'v, 't>> {
    match value {
        DeValue::Table(table) => table
            .iter()
            .map(|(key, value)| {
                let step = Step::Key(key.get_ref().clone().into_owned());
                Child { step, key_span: Some(key.span()), value }
            })
            .collect(),
        DeValue::Array(list) => {
            let child = |(place, value)| Child { step: Step::Index(place), key_span: None, value };
            list.iter().enumerate().map(child).collect()
        }
        _ => Vec::new(),
    }
}

/// The path of the innermost key or value with exactly this span.
fn find(value: &DeValue<'_>, span: &Range<usize>) -> Option<Vec<Step>> {
    children(value).into_iter().find_map(|child| {
        let below = find(child.value.get_ref(), span);
        let here = child.key_span.as_ref() == Some(span) || child.value.span() == *span;
        (here || below.is_some()).then(|| [vec![child.step], below.unwrap_or_default()].concat())
    })
}

/// Takes what stands at `path` out of its table or list; false where that cannot be.
fn take_out(value: &mut DeValue<'_>, path: &[Step]) -> bool {
    match (value, path) {
        (DeValue::Table(table), [Step::Key(key)]) => {
            let before = table.len();
            *table = std::mem::take(table).into_iter().filter(|(known, _)| known.get_ref() != key).collect();
            table.len() < before
        }
        (DeValue::Array(list), [Step::Index(place)]) => {
            let before = list.len();
            let kept = std::mem::replace(list, toml::de::DeArray::new()).into_iter().enumerate();
            *list = kept.filter(|(known, _)| known != place).map(|(_, value)| value).collect();
            list.len() < before
        }
        (DeValue::Table(table), [Step::Key(key), rest @ ..]) => table
            .iter_mut()
            .find(|(known, _)| known.get_ref() == key)
            .is_some_and(|(_, value)| take_out(value.get_mut(), rest)),
        (DeValue::Array(list), [Step::Index(place), rest @ ..]) => {
            list.get_mut(*place).is_some_and(|value| take_out(value.get_mut(), rest))
        }
        _ => false,
    }
}

fn dates_as_text(value: &mut DeValue<'_>) {
    match value {
        DeValue::Datetime(date) => *value = DeValue::String(date.to_string().into()),
        DeValue::Array(list) => list.iter_mut().for_each(|value| dates_as_text(value.get_mut())),
        DeValue::Table(table) => table.iter_mut().for_each(|(_, value)| dates_as_text(value.get_mut())),
        _ => {}
    }
}
