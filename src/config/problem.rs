//! What is wrong with the configuration, told with its place and what to write instead.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which file or folder.
    pub file: PathBuf,
    /// Line and column, from 1; nothing where the whole file is meant.
    #[serde(flatten)]
    pub place: Option<Place>,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A place in a file, counted from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.display())?;
        if let Some(Place { line, column }) = self.place {
            write!(out, ":{line}:{column}")?;
        }
        write!(out, ": {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(out, "\n\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a configuration, in the order of files and lines. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// These problems, put in order.
    pub(super) fn of(mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|one, other| (&one.file, one.place).cmp(&(&other.file, other.place)));
        Self(problems)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            write!(out, "{}{problem}", if place > 0 { "\n\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// `did you mean …?` with the known name that is most like `name`, where one is like it.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"))
}

/// The known name that is most like `name`: a third of its letters may be wrong, or one begins with the other.
fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let likeness = |other: &str| {
        let other = other.to_lowercase();
        let begins = lower.len() > 2 && other.len() > 2 && (other.starts_with(&lower) || lower.starts_with(&other));
        let likeness = strsim::normalized_damerau_levenshtein(&lower, &other);
        if begins { likeness.max(0.7) } else { likeness }
    };
    known
        .into_iter()
        .map(|other| (other, likeness(other)))
        .filter(|(_, likeness)| *likeness > 0.6)
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(other, _)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let known = ["aliases", "name", "domains", "cadence_days", "yearly_value"];
        for (name, expected) in [
            ("alias", Some("aliases")),
            ("alaises", Some("aliases")),
            ("Name", Some("name")),
            ("domain", Some("domains")),
            ("cadence", Some("cadence_days")),
            ("value", None),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
    }

    #[test]
    fn a_problem_reads_as_place_message_and_hint() {
        let problem = Problem {
            file: "config/watchlist.toml".into(),
            place: Some(Place { line: 12, column: 5 }),
            message: "unknown key `alias` in account `acme`".to_owned(),
            hint: Some("did you mean `aliases`?".to_owned()),
        };
        assert_eq!(
            problem.to_string(),
            "config/watchlist.toml:12:5: unknown key `alias` in account `acme`\n\nhint: did you mean `aliases`?"
        );
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!((json["line"].as_u64(), json["column"].as_u64()), (Some(12), Some(5)));
        assert_eq!(Problem { place: None, hint: None, ..problem }.to_string().lines().count(), 1);
    }
}
