//! A tree back as text. What is printed, read again, gives the same tree.

use std::fmt::{self, Display, Formatter};

use super::{Clause, Query, Wanted};

impl Display for Query {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.clause {
            Clause::All(parts) => joined(out, parts, " ")?,
            Clause::Any(parts) => joined(out, parts, " OR ")?,
            other => write!(out, "{other}")?,
        }
        match self.sort {
            Some(sort) if self.clause == Clause::All(Vec::new()) => write!(out, "sort:{}", sort.as_str()),
            Some(sort) => write!(out, " sort:{}", sort.as_str()),
            None => Ok(()),
        }
    }
}

impl Display for Clause {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => {
                out.write_str("(")?;
                joined(out, parts, " ")?;
                out.write_str(")")
            }
            Self::Any(parts) => {
                out.write_str("(")?;
                joined(out, parts, " OR ")?;
                out.write_str(")")
            }
            Self::Not(inner) => write!(out, "-{inner}"),
            Self::Text(wanted) => write!(out, "{wanted}"),
            Self::Title(wanted) => write!(out, "title:{wanted}"),
            Self::Account(kind, wanted) => write!(out, "{}:{wanted}", kind.as_str()),
            Self::AnyAccount(wanted) => write!(out, "account:{wanted}"),
            Self::Story(id) => write!(out, "story:\"{id}\""),
            Self::Country(Some(code)) => write!(out, "country:{code}"),
            Self::Country(None) => out.write_str("country:*"),
            Self::Source(wanted) => write!(out, "source:{wanted}"),
            Self::Signal(Some(kind)) => write!(out, "signal:{}", kind.as_str()),
            Self::Signal(None) => out.write_str("signal:*"),
            Self::Language(code) => write!(out, "lang:{code}"),
            Self::After(day) => write!(out, "after:{}", day.format("%Y-%m-%d")),
            Self::Before(day) => write!(out, "before:{}", day.format("%Y-%m-%d")),
            Self::Last(count, unit) => write!(out, "last:{count}{}", unit.letter()),
        }
    }
}

impl Display for Wanted {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => out.write_str(word),
            Self::Phrase(words) => write!(out, "\"{words}\""),
            Self::Prefix(beginning) => write!(out, "{beginning}*"),
            Self::Anything => out.write_str("*"),
        }
    }
}

fn joined(out: &mut Formatter<'_>, parts: &[Clause], between: &str) -> fmt::Result {
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            out.write_str(between)?;
        }
        write!(out, "{part}")?;
    }
    Ok(())
}
