//! An article as it is exported. `import` reads it again.

use serde::Serialize;

use crate::model::Time;
use crate::search::{Document, MatchAccount};

/// An article with what was found in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArticleRecord {
    /// Its id.
    pub id: String,
    /// Headline.
    pub title: String,
    /// Body; only where the source allows it to be shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The beginning of the body, where it may not be shown whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// Where a person reads it.
    pub url: Option<String>,
    /// When it was published.
    pub published: Option<Time>,
    /// The publisher's name as shown.
    pub publisher: Option<String>,
    /// The publisher as configured.
    pub source: Option<String>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// The accounts it names.
    pub accounts: Vec<MatchAccount>,
    /// Kinds of event it reports.
    pub signals: Vec<String>,
    /// The happening it reports.
    pub story: Option<String>,
}

/// The columns of a table of articles.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "title",
    "text",
    "excerpt",
    "url",
    "published",
    "publisher",
    "source",
    "language",
    "accounts",
    "signals",
    "story",
];

impl ArticleRecord {
    /// With its whole text where that is `open`, else with an excerpt of at most `letters` letters; none for 0.
    #[must_use]
    pub fn of(document: Document, open: bool, letters: usize) -> Self {
        let excerpt = if open { String::new() } else { beginning(&document.text, letters) };
        let accounts = document.accounts.into_iter().map(|(kind, id, name)| MatchAccount { kind, id, name });
        Self {
            id: document.id,
            title: document.title,
            text: Some(document.text).filter(|text| open && !text.is_empty()),
            excerpt: Some(excerpt).filter(|excerpt| !excerpt.is_empty()),
            url: document.url,
            published: document.published,
            publisher: document.publisher,
            source: document.source,
            language: document.language,
            accounts: accounts.collect(),
            signals: document.signals,
            story: document.story,
        }
    }

    /// In the order of [`COLUMNS`].
    pub(super) fn cells(&self) -> Vec<String> {
        let accounts: Vec<&str> = self.accounts.iter().map(|account| account.name.as_str()).collect();
        let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.id.clone(),
            self.title.clone(),
            or_blank(&self.text),
            or_blank(&self.excerpt),
            or_blank(&self.url),
            self.published.map(|at| at.to_rfc3339()).unwrap_or_default(),
            or_blank(&self.publisher),
            or_blank(&self.source),
            or_blank(&self.language),
            accounts.join("; "),
            self.signals.join("; "),
            or_blank(&self.story),
        ]
    }
}

/// At most `letters` letters of a text, cut between words, with "…" where it goes on.
fn beginning(text: &str, letters: usize) -> String {
    let text = text.trim();
    let Some((cut, _)) = text.char_indices().nth(letters) else { return text.to_owned() };
    let start = &text[..cut];
    let whole_words = if text[cut..].starts_with(char::is_whitespace) {
        start
    } else {
        start.rsplit_once(char::is_whitespace).map_or(start, |(words, _)| words)
    };
    match whole_words.trim_end() {
        "" => String::new(),
        words => format!("{words} …"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document { id: "a1".to_owned(), title: "T".to_owned(), text: text.to_owned(), ..Document::default() }
    }

    #[test]
    fn r26_text_goes_out_only_where_it_may() {
        let text = "Acme Robotics cut forty jobs.";
        let open = ArticleRecord::of(document(text), true, 10);
        assert_eq!((open.text.as_deref(), open.excerpt), (Some(text), None));
        let closed = ArticleRecord::of(document(text), false, 10);
        assert_eq!((closed.text, closed.excerpt.as_deref()), (None, Some("Acme …")));
        let restricted = ArticleRecord::of(document(text), false, 0);
        assert_eq!((restricted.text, restricted.excerpt), (None, None), "r25");
        let gone = ArticleRecord::of(document(""), true, 10);
        assert_eq!((gone.text, gone.excerpt), (None, None));
    }

    #[test]
    fn an_excerpt_is_cut_between_words() {
        for (text, letters, excerpt) in [
            ("", 5, ""),
            ("one two", 7, "one two"),
            ("one two", 6, "one …"),
            ("one two", 3, "one …"),
            ("onetwo", 3, "one …"),
            ("äöü ß", 4, "äöü …"),
            ("  one  ", 3, "one"),
            ("日本語の文", 2, "日本 …"),
            ("one", 0, ""),
        ] {
            assert_eq!(beginning(text, letters), excerpt, "{text:?} {letters}");
        }
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        assert_eq!(ArticleRecord::of(document("x"), true, 10).cells().len(), COLUMNS.len());
    }
}
