//! `sources.toml`: what a feed says about how its kind is read.

use std::collections::HashSet;

use super::is_blank;
use crate::config::document::Document;
use crate::config::problem::Problem;
use crate::feed::selector_fault;
use crate::feed::sitemap_paths::Paths;
use crate::model::{Feed, FeedKind};

/// What is wrong with the options of a feed, which stands at `path`.
pub(super) fn kind_of(feed: &Feed, document: &Document<'_>, path: &str, problems: &mut Vec<Problem>) {
    let id = &feed.id;
    let mut wrong = |key: &str, message: String, hint: Option<&str>| {
        problems.push(document.problem(&format!("{path}.{key}"), message, hint.map(str::to_owned)));
    };
    let stated = [
        ("sitemap", FeedKind::Sitemap, feed.sitemap.is_some()),
        ("newsroom", FeedKind::Newsroom, feed.newsroom.is_some()),
        ("watch", FeedKind::Watch, !feed.watch.is_empty()),
    ];
    for (name, ..) in stated.iter().filter(|(_, kind, stated)| *stated && *kind != feed.kind) {
        let hint = format!("write kind = \"{name}\", or take `{name}` out");
        wrong(name, format!("`{name}` in feed `{id}` is not for a feed of its kind"), Some(&hint));
    }
    if let Some(choice) = &feed.sitemap {
        for bad in Paths::of(choice).1 {
            wrong(&format!("sitemap.{}", bad.place), format!("`sitemap` in feed `{id}`: {}", bad.why), None);
        }
        if choice.recent_days == 0 {
            wrong("sitemap.recent_days", format!("`recent_days` in feed `{id}` must be at least 1"), None);
        }
    }
    if let Some(list) = &feed.newsroom {
        for (name, selector) in list.stated() {
            if let Some(why) = selector_fault(selector) {
                wrong(&format!("newsroom.{name}"), format!("`{name}` in feed `{id}`: {why}"), None);
            }
        }
        if list.entry.is_none() && list.stated().next().is_some() {
            let hint = "it selects an element of the list, such as \"li.release\"; the others are looked for within it";
            wrong("newsroom", format!("`newsroom` in feed `{id}` has no `entry`"), Some(hint));
        }
        if list.recent_days == 0 {
            wrong("newsroom.recent_days", format!("`recent_days` in feed `{id}` must be at least 1"), None);
        }
    }
    if feed.kind == FeedKind::Watch && feed.watch.is_empty() {
        let hint = "write watch = [{ name = \"the Pro plan\", select = \"#pro .price\" }]";
        wrong("kind", format!("feed `{id}` watches a page but does not say what of it"), Some(hint));
    }
    let mut names = HashSet::new();
    for (place, part) in feed.watch.iter().enumerate() {
        if is_blank(&part.name) {
            wrong(&format!("watch.{place}.name"), format!("a watched part of feed `{id}` has no name"), None);
        } else if !names.insert(&part.name) {
            let message = format!("two watched parts of feed `{id}` are called `{}`", part.name);
            wrong(&format!("watch.{place}.name"), message, None);
        }
        if let Some(why) = selector_fault(&part.select) {
            wrong(&format!("watch.{place}.select"), format!("`select` of `{}` in feed `{id}`: {why}", part.name), None);
        }
    }
}
