//! From what was typed to the tree: a scan for what must be refused unread, words, then a descent over the words.

use std::ops::Range;

use super::fields::{self, Value};
use super::{Clause, DEEPEST_QUERY, LONGEST_QUERY, Query, QueryError, Sort, Wanted};
use crate::text::fold::is_unspaced;

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// Says what is wrong, in which column, and proposes a correction. What is too long or too deep is refused unread.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        // A correction that would be refused in its turn helps nobody.
        Self::read(text).map_err(|mut wrong| {
            let stands = |instead: &String| Self::read(instead).is_ok();
            wrong.suggestion = wrong.suggestion.take().filter(stands);
            if wrong.suggestion.is_none() && text.len() <= LONGEST_QUERY {
                wrong.suggestion = [without_the_fault(text, &wrong), words_alone(text)].into_iter().find(stands);
            }
            wrong
        })
    }

    fn read(text: &str) -> Result<Self, QueryError> {
        if text.len() > LONGEST_QUERY {
            let message = format!("the query is longer than {LONGEST_QUERY} bytes");
            return Err(QueryError { message, column: 1, length: 1, suggestion: None });
        }
        let pieces = pieces(text)?;
        refuse_depth(text, &pieces)?;
        let mut parser = Parser { text, pieces: &pieces, at: 0, sort: None };
        let clause = parser.all(true)?;
        let sort = parser.sort;
        match clause {
            Some(clause) => Ok(Self { clause, sort }),
            None if sort.is_some() => Ok(Self { clause: Clause::All(Vec::new()), sort }),
            None => Err(error(text, 0..text.len(), "the query holds no word to look for", None)),
        }
    }
}

/// One piece of the query, and where it stands.
#[derive(Clone, Debug)]
struct Piece {
    kind: Kind,
    place: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Minus,
    Or,
    And,
    /// A run of letters, without quotes.
    Word(String),
    /// What stood between quotes.
    Phrase(String),
    /// The name before a colon; what it asks for follows at once.
    Field(String),
}

/// Cuts the query into pieces.
fn pieces(text: &str) -> Result<Vec<Piece>, QueryError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let next = at + letter.len_utf8();
        if is_blank(letter) {
            at = next;
        } else if letter == '(' || letter == ')' {
            let kind = if letter == '(' { Kind::Open } else { Kind::Close };
            pieces.push(Piece { kind, place: at..next });
            at = next;
        } else if is_quote(letter) {
            let Some(length) = text[next..].find(is_quote) else {
                let closed = format!("{}\"", text.trim_end());
                return Err(error(text, at..text.len(), "a quote is not closed", Some(closed)));
            };
            let end = next + length;
            let after = end + text[end..].chars().next().map_or(0, char::len_utf8);
            pieces.push(Piece { kind: Kind::Phrase(text[next..end].trim().to_owned()), place: at..after });
            at = after;
        } else if letter == '-' {
            pieces.push(Piece { kind: Kind::Minus, place: at..next });
            at = next;
        } else {
            let in_value = matches!(pieces.last(), Some(Piece { kind: Kind::Field(_), place }) if place.end == at);
            let end = text[at..].find(ends_word).map_or(text.len(), |length| at + length);
            let word = &text[at..end];
            let name = word.split_once(':').map(|(name, _)| name).filter(|name| is_name(name) && !in_value);
            let (kind, end) = match (name, word) {
                (Some(name), _) => (Kind::Field(name.to_lowercase()), at + name.len() + 1),
                (None, "OR") if !in_value => (Kind::Or, end),
                (None, "AND") if !in_value => (Kind::And, end),
                (None, "NOT") if !in_value => (Kind::Minus, end),
                (None, word) => (Kind::Word(word.to_owned()), end),
            };
            pieces.push(Piece { kind, place: at..end });
            at = end;
        }
    }
    Ok(pieces)
}

fn refuse_depth(text: &str, pieces: &[Piece]) -> Result<(), QueryError> {
    let mut depth = 0_usize;
    for piece in pieces {
        match piece.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_QUERY {
            let message = format!("groups are nested more than {DEEPEST_QUERY} deep");
            return Err(error(text, piece.place.clone(), &message, None));
        }
    }
    Ok(())
}

struct Parser<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    at: usize,
    sort: Option<Sort>,
}

/// What one step of the descent gives: nothing where there was no letter to look for (a lone "&").
type Part = Result<Option<Clause>, QueryError>;

impl<'a> Parser<'a> {
    /// A run of alternatives that must all hold, up to the end or the closing bracket.
    fn all(&mut self, outermost: bool) -> Part {
        let mut parts = Vec::new();
        while let Some(piece) = self.peek() {
            match piece.kind {
                Kind::Close if outermost => {
                    let without = self.without(&piece.place);
                    return Err(self.error(piece.place.clone(), "a bracket is closed that was not opened", without));
                }
                Kind::Close => break,
                Kind::And => {
                    self.at += 1;
                    let next = self.peek().map(|piece| &piece.kind);
                    if parts.is_empty() || matches!(next, None | Some(Kind::Close | Kind::Or | Kind::And)) {
                        return Err(self.both_sides(piece, "AND"));
                    }
                }
                _ => match self.any(outermost)? {
                    Some(Clause::All(inner)) => parts.extend(inner),
                    other => parts.extend(other),
                },
            }
        }
        Ok(match parts.len() {
            0 => None,
            1 => parts.pop(),
            _ => Some(Clause::All(parts)),
        })
    }

    /// One thing, or several with OR between.
    fn any(&mut self, outermost: bool) -> Part {
        let mut parts = Vec::new();
        let mut alone = !self.next_is_or(1);
        loop {
            match self.signed(outermost && alone)? {
                Some(Clause::Any(inner)) => parts.extend(inner),
                other => parts.extend(other),
            }
            let Some(piece) = self.peek().filter(|piece| piece.kind == Kind::Or) else { break };
            self.at += 1;
            alone = false;
            if matches!(self.peek().map(|piece| &piece.kind), None | Some(Kind::Close | Kind::Or | Kind::And)) {
                return Err(self.both_sides(piece, "OR"));
            }
        }
        Ok(match parts.len() {
            0 => None,
            1 => parts.pop(),
            _ => Some(Clause::Any(parts)),
        })
    }

    /// One thing, perhaps with a minus before it.
    fn signed(&mut self, outermost: bool) -> Part {
        let Some(minus) = self.peek().filter(|piece| piece.kind == Kind::Minus) else { return self.one(outermost) };
        self.at += 1;
        match self.peek() {
            Some(Piece { kind: Kind::Minus, place }) => {
                let without = self.without(place);
                Err(self.error(place.clone(), "one minus is enough", without))
            }
            // A lone dash between words is a dash.
            Some(Piece { place, .. }) if place.start > minus.place.end && minus.place.len() == 1 => Ok(None),
            None | Some(Piece { kind: Kind::Close | Kind::Or | Kind::And, .. }) => Ok(None),
            Some(_) => Ok(self.one(false)?.map(|clause| match clause {
                Clause::Not(inner) => *inner,
                other => Clause::Not(Box::new(other)),
            })),
        }
    }

    /// A group, a word, a phrase, or a field with what it asks for.
    fn one(&mut self, outermost: bool) -> Part {
        let Some(piece) = self.peek() else { return Ok(None) };
        self.at += 1;
        match &piece.kind {
            Kind::Open => {
                let inner = self.all(false)?;
                if self.peek().is_none() {
                    let closed = format!("{})", self.text.trim_end());
                    return Err(self.error(piece.place.clone(), "a bracket is not closed", Some(closed)));
                }
                self.at += 1;
                Ok(inner)
            }
            Kind::Phrase(words) => Ok(has_letters(words).then(|| Clause::Text(Wanted::Phrase(words.clone())))),
            Kind::Word(word) => self.word(word, &piece.place).map(|wanted| wanted.map(Clause::Text)),
            Kind::Field(name) => self.field(name, &piece.place, outermost),
            Kind::Or => Err(self.both_sides(piece, "OR")),
            Kind::And => Err(self.both_sides(piece, "AND")),
            Kind::Minus | Kind::Close => Ok(None),
        }
    }

    fn word(&self, word: &str, place: &Range<usize>) -> Result<Option<Wanted>, QueryError> {
        let Some(beginning) = word.strip_suffix('*').map(|rest| rest.trim_end_matches('*')) else {
            return Ok(has_letters(word).then(|| Wanted::Word(word.to_owned())));
        };
        let letters = || beginning.chars().filter(|letter| letter.is_alphanumeric());
        match letters().next() {
            None => Ok(None),
            Some(first) if letters().count() < 2 && !is_unspaced(first) => {
                let whole_word =
                    Some(self.replaced(place.clone(), &format!("{}{beginning}", field_before(self.text, place))));
                Err(self.error(place.clone(), "a beginning needs at least two letters before the *", whole_word))
            }
            Some(_) => Ok(Some(Wanted::Prefix(beginning.to_owned()))),
        }
    }

    fn field(&mut self, name: &str, place: &Range<usize>, outermost: bool) -> Part {
        let Some(piece) = self.peek().filter(|piece| piece.place.start == place.end) else {
            let joined = self.peek().filter(|piece| matches!(piece.kind, Kind::Word(_) | Kind::Phrase(_)));
            let joined = joined.map(|next| self.replaced(place.end..next.place.start, ""));
            let joined = joined.or_else(|| Some(self.replaced(place.clone(), &format!("{name}:*"))));
            return Err(self.error(place.clone(), &format!("nothing follows {name}:"), joined));
        };
        let whole = place.start..piece.place.end;
        let (written, quoted) = match &piece.kind {
            Kind::Word(word) => (word.as_str(), false),
            Kind::Phrase(words) => (words.as_str(), true),
            _ => {
                let message = format!("{name}: takes one word or one phrase in quotes");
                return Err(self.error(whole, &message, None));
            }
        };
        self.at += 1;
        let wanted = match (quoted, written) {
            (false, "*") => Some(Wanted::Anything),
            (false, word) => self.word(word, &whole)?,
            (true, words) => has_letters(words).then(|| Wanted::Phrase(words.to_owned())),
        };
        let value = Value { written, wanted };
        match fields::read(name, &value) {
            Ok(fields::Meaning::Clause(clause)) => Ok(Some(clause)),
            Ok(fields::Meaning::Sort(_)) if !outermost => {
                let message = "sort: stands for the whole query, not for a part of it";
                let moved = format!("{} {}", self.replaced(whole.clone(), "").trim(), &self.text[whole.clone()]);
                Err(self.error(whole, message, Some(moved)))
            }
            Ok(fields::Meaning::Sort(sort)) => {
                self.sort = Some(sort);
                Ok(None)
            }
            Err(wrong) => {
                let suggestion = wrong.instead.map(|instead| self.replaced(whole.clone(), &instead));
                Err(self.error(whole, &wrong.message, suggestion))
            }
        }
    }

    fn peek(&self) -> Option<&'a Piece> {
        self.pieces.get(self.at)
    }

    /// True where OR follows the thing that is `ahead` pieces on: fields take two pieces.
    fn next_is_or(&self, ahead: usize) -> bool {
        let field = matches!(self.peek(), Some(Piece { kind: Kind::Field(_), .. }));
        let next = self.pieces.get(self.at + ahead + usize::from(field));
        next.is_some_and(|piece| piece.kind == Kind::Or)
    }

    fn both_sides(&self, piece: &Piece, word: &str) -> QueryError {
        let without = self.without(&piece.place);
        self.error(piece.place.clone(), &format!("{word} needs something on both sides"), without)
    }

    fn without(&self, place: &Range<usize>) -> Option<String> {
        let rest = self.replaced(place.clone(), "");
        let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        (!rest.is_empty()).then_some(rest)
    }

    fn replaced(&self, place: Range<usize>, with: &str) -> String {
        format!("{}{with}{}", &self.text[..place.start], &self.text[place.end..])
    }

    fn error(&self, place: Range<usize>, message: &str, suggestion: Option<String>) -> QueryError {
        error(self.text, place, message, suggestion)
    }
}

/// The rest, where what is wrong is left out.
fn without_the_fault(text: &str, wrong: &QueryError) -> String {
    let (first, beyond) = (wrong.column - 1, wrong.column - 1 + wrong.length);
    let rest = text.chars().enumerate().filter(|(place, _)| !(first..beyond).contains(place));
    let rest: String = rest.map(|(_, letter)| letter).collect();
    rest.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What was typed without any sign that means something.
fn words_alone(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !matches!(*word, "OR" | "AND" | "NOT")).collect::<Vec<_>>().join(" ")
}

fn error(text: &str, place: Range<usize>, message: &str, suggestion: Option<String>) -> QueryError {
    QueryError {
        message: message.to_owned(),
        column: text[..place.start].chars().count() + 1,
        length: text[place].chars().count().max(1),
        suggestion,
    }
}

/// The field's name with its colon, where `place` begins with one.
fn field_before<'t>(text: &'t str, place: &Range<usize>) -> &'t str {
    let whole = &text[place.clone()];
    whole.split_once(':').filter(|(name, _)| is_name(name)).map_or("", |(name, _)| &whole[..=name.len()])
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || letter.is_control()
}

/// Straight and typographic double quotes, all the same.
fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»')
}

fn ends_word(letter: char) -> bool {
    is_blank(letter) || is_quote(letter) || matches!(letter, '(' | ')')
}

/// A field's name is letters only: "10:30" is none.
fn is_name(name: &str) -> bool {
    name.len() > 1 && name.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '_')
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
