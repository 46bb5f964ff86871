//! `inspect stories`: which articles of a stream tell of one happening, by the same code and in the same order as the loops.

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::batch::{self, Problem, Tally};
use crate::address;
use crate::model::{ArticleId, Reading, StoryId, Time};
use crate::story::{self, Candidate, NewArticle, Settings};

#[derive(Deserialize)]
struct Line {
    #[serde(deserialize_with = "batch::id")]
    id: Value,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

/// Candidates that a new article is compared with, as in the loops.
const CANDIDATES: usize = 60;

/// Articles that a key leads to, the latest first, as in the loops.
const PER_KEY: usize = 200;

/// Reads NDJSON of `id, title, text, published, source, url?` and writes `id, story, duplicate_of, follows` of each.
///
/// # Errors
/// Where the input cannot be read or the output cannot be written.
pub fn run(input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Tally> {
    let mut known = Known::default();
    batch::each_record_in_order(input, output, &mut |line: Line| known.place(&line))
}

/// The articles seen so far, by their keys.
#[derive(Default)]
struct Known {
    articles: Vec<Candidate>,
    by_key: HashMap<i64, Vec<usize>>,
    ids: HashMap<ArticleId, Value>,
    settings: Settings,
}

impl Known {
    fn place(&mut self, line: &Line) -> Result<Value, Problem> {
        batch::something_to_read(line.title.as_ref(), line.text.as_ref())?;
        let published = line.published.as_deref().map(instant).transpose()?;
        let article = ArticleId(line.id.to_string());
        let reading = Reading {
            title: line.title.as_deref().unwrap_or_default(),
            text: line.text.as_deref().unwrap_or_default(),
            ..Reading::default()
        };
        let keys = story::keys(&reading, Vec::new(), &self.settings);
        let publisher_domain = line.url.as_deref().and_then(address::domain).or_else(|| line.source.clone());
        let new = NewArticle { id: article.clone(), published, publisher_domain, sketch: &keys.sketch };
        let candidates = self.candidates(&keys.lookup, published);
        let assignment = story::assign(&new, &candidates, &self.settings, published.unwrap_or_default());
        let story = assignment.story.unwrap_or_else(|| StoryId::opened_by(&article));
        for key in keys.kept(assignment.crowded) {
            self.by_key.entry(*key).or_default().push(self.articles.len());
        }
        let told = json!({
            "id": line.id, "story": story, "follows": assignment.follows,
            "duplicate_of": assignment.duplicate_of.and_then(|original| self.ids.get(&original).cloned()),
        });
        self.ids.insert(article.clone(), line.id.clone());
        let publisher_domain = new.publisher_domain.clone();
        self.articles.push(Candidate { article, story, published, publisher_domain, sketch: keys.sketch });
        Ok(told)
    }

    /// Articles that share a key and lie within the window; those that share most keys first.
    fn candidates(&self, lookup: &[i64], published: Option<Time>) -> Vec<Candidate> {
        let since = published.map(|at| at - self.settings.window());
        let in_window =
            |place: &&usize| self.articles[**place].published.is_none_or(|at| since.is_none_or(|since| at >= since));
        let mut shared: HashMap<usize, u32> = HashMap::new();
        for places in lookup.iter().filter_map(|key| self.by_key.get(key)) {
            for place in places.iter().rev().filter(in_window).take(PER_KEY) {
                *shared.entry(*place).or_insert(0) += 1;
            }
        }
        let mut shared: Vec<_> = shared.into_iter().collect();
        shared.sort_by_key(|(place, count)| (std::cmp::Reverse(*count), std::cmp::Reverse(*place)));
        shared.into_iter().take(CANDIDATES).map(|(place, _)| self.articles[place].clone()).collect()
    }
}

fn instant(text: &str) -> Result<Time, Problem> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|error| Problem::new("bad_date", format!("published {text:?} is not RFC 3339: {error}")))
}
