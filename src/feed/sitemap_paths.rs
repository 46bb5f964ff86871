//! Which addresses of a sitemap are wanted: beginnings of paths, or regular expressions that run in linear time (R39).

use regex::{Regex, RegexBuilder};
use url::Url;

use crate::model::SitemapChoice;

/// The largest compiled expression, bytes.
const LARGEST: usize = 1 << 18;

/// The addresses that are wanted.
#[derive(Debug, Default)]
pub struct Paths {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

#[derive(Debug)]
enum Pattern {
    Beginning(String),
    Expression(Regex),
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPattern {
    /// Which list, and its place in it: "include.0".
    pub place: String,
    /// What is wrong, in words.
    pub why: String,
}

impl Paths {
    /// Makes a choice ready. Patterns that cannot be read are told and match nothing.
    #[must_use]
    pub fn of(choice: &SitemapChoice) -> (Self, Vec<BadPattern>) {
        let mut bad = Vec::new();
        let mut ready = |name: &str, list: &[String]| {
            let mut patterns = Vec::new();
            for (place, text) in list.iter().enumerate() {
                match pattern(text) {
                    Ok(pattern) => patterns.push(pattern),
                    Err(why) => bad.push(BadPattern { place: format!("{name}.{place}"), why }),
                }
            }
            patterns
        };
        let paths = Self { include: ready("include", &choice.include), exclude: ready("exclude", &choice.exclude) };
        (paths, bad)
    }

    /// True for an address that is wanted. Patterns are held against its path, with the query where there is one.
    #[must_use]
    pub fn take(&self, address: &str) -> bool {
        if self.include.is_empty() && self.exclude.is_empty() {
            return true;
        }
        let Ok(url) = Url::parse(address) else { return false };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let any = |patterns: &[Pattern]| patterns.iter().any(|pattern| pattern.matches(path));
        (self.include.is_empty() || any(&self.include)) && !any(&self.exclude)
    }
}

impl Pattern {
    fn matches(&self, path: &str) -> bool {
        match self {
            Self::Beginning(text) => path.starts_with(text.as_str()),
            Self::Expression(expression) => expression.is_match(path),
        }
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    if text.starts_with('/') {
        return Ok(Pattern::Beginning(text.to_owned()));
    }
    if !text.starts_with('^') {
        return Err(format!("`{text}` is neither the beginning of a path (/news/) nor an expression (^/news/[0-9]+)"));
    }
    let built = RegexBuilder::new(text).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    built.map(Pattern::Expression).map_err(|error| {
        let reason = error.to_string();
        let last = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        format!("`{text}` is no regular expression: {last}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(include: &[&str], exclude: &[&str]) -> SitemapChoice {
        let list = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        SitemapChoice { include: list(include), exclude: list(exclude), ..SitemapChoice::default() }
    }

    #[test]
    fn paths_are_chosen_by_beginning_or_expression() {
        let (paths, bad) = Paths::of(&choice(&["/news/", r"^/\d{4}/"], &["/news/tags/"]));
        assert!(bad.is_empty());
        for (path, taken) in
            [("/news/a", true), ("/2026/b?x=1", true), ("/news/tags/a", false), ("/shop/", false), ("/", false)]
        {
            assert_eq!(paths.take(&format!("https://a.example{path}")), taken, "{path}");
        }
        assert!(Paths::default().take("https://a.example/anything"));
    }

    #[test]
    fn r39_bad_and_huge_expressions_are_refused() {
        let (paths, bad) = Paths::of(&choice(&["/news", "^(", "news"], &[r"^(\w{1000}){1000}$"]));
        let places: Vec<_> = bad.iter().map(|bad| bad.place.as_str()).collect();
        assert_eq!(places, ["include.1", "include.2", "exclude.0"]);
        assert!(paths.take("https://a.example/news"));
    }
}
