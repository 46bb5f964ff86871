//! What is to be read of a sitemap, a newsroom or a watched page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far back a first look reaches, days.
const FORTNIGHT: u32 = 14;

/// Which addresses of a sitemap are read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SitemapChoice {
    /// Only paths that begin so ("/news/"), or that match a regular expression where the text begins with `^`. Empty
    /// takes all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<String>,
    /// But not these; written alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// An address with a date is only read where that is at most so many days ago.
    #[schemars(range(min = 1))]
    pub recent_days: u32,
}

impl Default for SitemapChoice {
    fn default() -> Self {
        Self { include: Vec::new(), exclude: Vec::new(), recent_days: FORTNIGHT }
    }
}

/// Where the list of a newsroom stands, by CSS selectors. Without `entry` the list is found by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewsroomList {
    /// An entry of the list ("li.release").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Its link, within the entry; else that of its heading, else its first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Its headline, within the entry; else its heading, else the words of its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its date, within the entry; else its `time`, else the first date in its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Its short text, within the entry; else none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// An entry with a date is only news where that is at most so many days ago.
    #[schemars(range(min = 1))]
    pub recent_days: u32,
}

impl Default for NewsroomList {
    fn default() -> Self {
        Self { entry: None, link: None, title: None, date: None, summary: None, recent_days: FORTNIGHT }
    }
}

impl NewsroomList {
    /// The selectors that are stated, with the name of each.
    pub fn stated(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("entry", &self.entry),
            ("link", &self.link),
            ("title", &self.title),
            ("date", &self.date),
            ("summary", &self.summary),
        ];
        all.into_iter().filter_map(|(name, selector)| Some((name, selector.as_deref()?)))
    }
}

/// A part of a page whose changes are news.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchedPart {
    /// What it is, as people will read it: "the Pro plan".
    pub name: String,
    /// CSS selector of it.
    pub select: String,
    /// What it is read as.
    #[serde(default)]
    pub read: ReadAs,
}

/// What a watched part is read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReadAs {
    /// A price where the part is short and holds one, else text.
    #[default]
    Auto,
    /// The first price in it.
    Price,
    /// Its lines.
    Text,
}
