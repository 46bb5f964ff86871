//! Articles that a page lists for machines (JSON-LD, <https://schema.org/Article>).

use std::collections::HashMap;

use serde_json::Value;

use super::date;
use super::newsroom::same_link;
use super::selector::{Page, collapsed, parse};
use crate::model::{Entry, Time};

/// More objects than this are not looked at.
const MOST: usize = 5_000;

/// What is known of an article.
#[derive(Clone, Debug, Default)]
struct Told {
    link: String,
    title: Option<String>,
    published: Option<Time>,
}

/// The articles of a page, by address.
#[derive(Debug, Default)]
pub(super) struct Articles {
    known: HashMap<String, Told>,
    order: Vec<String>,
}

impl Articles {
    /// Every article that the page's scripts describe with its address.
    pub(super) fn of(page: &Page) -> Self {
        let mut articles = Self::default();
        let Ok(scripts) = parse("script[type='application/ld+json']") else { return articles };
        for script in page.all(&scripts) {
            let text: String = script.text().collect();
            if let Ok(value) = serde_json::from_str::<Value>(text.trim()) {
                articles.gather(page, &value);
            }
        }
        articles
    }

    fn gather(&mut self, page: &Page, root: &Value) {
        let mut open = vec![root];
        for _ in 0..MOST {
            let Some(value) = open.pop() else { break };
            match value {
                Value::Array(list) => open.extend(list.iter().rev()),
                Value::Object(fields) => {
                    if is_article(value) {
                        self.note(page, value);
                    }
                    open.extend(fields.values().filter(|inner| inner.is_object() || inner.is_array()));
                }
                _ => {}
            }
        }
    }

    fn note(&mut self, page: &Page, value: &Value) {
        let text = |name: &str| value[name].as_str().or_else(|| value[name]["@id"].as_str());
        let link = ["url", "mainEntityOfPage", "@id"].into_iter().find_map(text).and_then(|link| page.address(link));
        let Some(link) = link else { return };
        let title = ["headline", "name"].into_iter().find_map(text).map(collapsed).filter(|title| !title.is_empty());
        let published = ["datePublished", "dateCreated"].into_iter().find_map(text).and_then(date::read);
        let key = same_link(&link);
        if self.known.insert(key.clone(), Told { link, title, published }).is_none() {
            self.order.push(key);
        }
    }

    /// Adds to an entry of the list what it does not say itself.
    pub(super) fn complete(&self, entry: &mut Entry) {
        let Some(told) = entry.link.as_deref().and_then(|link| self.known.get(&same_link(link))) else { return };
        if entry.title.is_none() {
            entry.title.clone_from(&told.title);
        }
        entry.published = entry.published.or(told.published);
    }

    /// The articles as entries of a list, where the page shows none that can be read.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let told = self.order.iter().filter_map(|key| self.known.get(key)).filter(|told| told.title.is_some());
        told.map(|told| Entry {
            title: told.title.clone(),
            link: Some(told.link.clone()),
            published: told.published,
            ..Entry::default()
        })
        .collect()
    }
}

fn is_article(value: &Value) -> bool {
    let kind = &value["@type"];
    let names = kind.as_str().into_iter().chain(kind.as_array().into_iter().flatten().filter_map(Value::as_str));
    names.into_iter().any(|name| name.ends_with("Article") || name.ends_with("Posting") || name == "Report")
}
