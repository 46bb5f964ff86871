//! Every search has an address: the query and what is asked beside it, as the path that answers it, and back.

use url::form_urlencoded::{Serializer, parse};

use super::{SearchRequest, Sort};

/// The path that answers.
const PATH: &str = "/api/v1/search";

/// A search as an address carries it: `/api/v1/search?q=acme&sort=date&every_report=true&cursor=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The query as it was typed.
    pub query: String,
    /// The order; `sort:` in the query itself goes before it.
    pub sort: Option<Sort>,
    /// Where the page before it ended.
    pub cursor: Option<String>,
    /// Every report of a story.
    pub every_report: bool,
}

/// Why an address is none of a search.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No `q`.
    #[error("the address has no `q`, the query")]
    NoQuery,
    /// A part of it says something unknown.
    #[error("`{name}` takes {takes}, and not {value:?}")]
    Value {
        /// Which part.
        name: &'static str,
        /// What it says.
        value: String,
        /// What it may say.
        takes: &'static str,
    },
}

impl Link {
    /// The path with its parameters; those that say what holds anyway are left out.
    #[must_use]
    pub fn path(&self) -> String {
        let mut parameters = Serializer::new(String::new());
        parameters.append_pair("q", &self.query);
        if let Some(sort) = self.sort {
            parameters.append_pair("sort", sort.as_str());
        }
        if self.every_report {
            parameters.append_pair("every_report", "true");
        }
        if let Some(cursor) = &self.cursor {
            parameters.append_pair("cursor", cursor);
        }
        format!("{PATH}?{}", parameters.finish())
    }

    /// Reads the part of an address after the question mark. Parameters of other names are let pass.
    ///
    /// # Errors
    /// Where there is no query, or `sort` or `every_report` say something unknown.
    pub fn read(parameters: &str) -> Result<Self, LinkError> {
        let mut link = Self::default();
        let mut asked = false;
        for (name, value) in parse(parameters.as_bytes()) {
            match (&*name, &*value) {
                ("q", query) => (link.query, asked) = (query.to_owned(), true),
                ("sort" | "cursor", "") => {}
                ("sort", word) => {
                    let known = Sort::ALL.iter().find(|(_, name)| *name == word).map(|(sort, _)| *sort);
                    let refused = || value_error("sort", word, "relevance, date or recent");
                    link.sort = Some(known.ok_or_else(refused)?);
                }
                ("every_report", "" | "true" | "1") => link.every_report = true,
                ("every_report", "false" | "0") => link.every_report = false,
                ("every_report", other) => return Err(value_error("every_report", other, "true or false")),
                ("cursor", cursor) => link.cursor = Some(cursor.to_owned()),
                _ => {}
            }
        }
        if asked { Ok(link) } else { Err(LinkError::NoQuery) }
    }

    /// What it asks beside the query.
    #[must_use]
    pub fn request(&self, usual: &SearchRequest) -> SearchRequest {
        SearchRequest { sort: self.sort, cursor: self.cursor.clone(), collapse: !self.every_report, ..usual.clone() }
    }
}

fn value_error(name: &'static str, value: &str, takes: &'static str) -> LinkError {
    LinkError::Value { name, value: value.to_owned(), takes }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_says_what_differs_from_the_usual() {
        let plain = Link { query: "acme \"data breach\"".to_owned(), ..Link::default() };
        assert_eq!(plain.path(), "/api/v1/search?q=acme+%22data+breach%22");
        let full = Link { sort: Some(Sort::Date), cursor: Some("ab".to_owned()), every_report: true, ..plain };
        assert_eq!(full.path(), "/api/v1/search?q=acme+%22data+breach%22&sort=date&every_report=true&cursor=ab");
    }

    #[test]
    fn what_an_address_cannot_mean_is_refused() {
        assert_eq!(Link::read("sort=date"), Err(LinkError::NoQuery));
        let why = Link::read("q=a&sort=best").unwrap_err().to_string();
        assert_eq!(why, "`sort` takes relevance, date or recent, and not \"best\"");
        assert!(Link::read("q=a&every_report=perhaps").is_err());
        let link = Link::read("q=a&sort=&utm_source=mail&every_report=0").unwrap();
        assert_eq!(link, Link { query: "a".to_owned(), ..Link::default() });
    }

    proptest! {
        #[test]
        fn every_search_comes_back_from_its_address(
            query in "\\PC{0,60}",
            sort in prop::sample::select(vec![None, Some(Sort::Date), Some(Sort::Relevance), Some(Sort::Recent)]),
            cursor in prop::option::of("[A-Za-z0-9_-]{1,40}"),
            every_report in any::<bool>(),
        ) {
            let link = Link { query, sort, cursor, every_report };
            let path = link.path();
            prop_assert!(path.is_ascii());
            prop_assert_eq!(Link::read(path.split_once('?').unwrap().1), Ok(link));
        }
    }
}
