//! `feed add --kind … --select …`: how a page is to be read.

use clap::{Args, ValueEnum};

use super::Failure;
use crate::model::{FeedKind, NewsroomList, WatchedPart};
use crate::pipeline::roster::subscribe::Wish;

/// What is found at the address, and how it is read.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Reading {
    /// What is found at the address; without it, a feed, a sitemap or a site that announces feeds.
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// CSS selectors. Newsroom: SELECTOR of an entry of the list, or link=, title=, date=, summary= within it; without
    /// any, the list is found by itself. Watched page: NAME=SELECTOR, such as "the Pro plan=#pro .price".
    #[arg(long, value_name = "[NAME=]SELECTOR", requires = "kind")]
    select: Vec<String>,
}

/// Kinds that can be added by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// RSS, Atom or JSON Feed.
    Rss,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// A page with a list of articles.
    Newsroom,
    /// A page of which parts are watched, such as prices.
    Watch,
}

impl Reading {
    /// Adds to a wish how the page is to be read.
    pub(super) fn add_to(self, wish: &mut Wish) -> Result<(), Failure> {
        let Some(kind) = self.kind else { return Ok(()) };
        wish.kind = Some(match kind {
            Kind::Rss => FeedKind::Rss,
            Kind::Sitemap => FeedKind::Sitemap,
            Kind::Newsroom => FeedKind::Newsroom,
            Kind::Watch => FeedKind::Watch,
        });
        if let (Kind::Rss | Kind::Sitemap, Some(_)) = (kind, self.select.first()) {
            return Err(Failure::misused("--select is for newsrooms and watched pages"));
        }
        match kind {
            Kind::Watch => wish.watch = parts_of(&self.select)?,
            Kind::Newsroom if !self.select.is_empty() => wish.newsroom = Some(list_of(&self.select)?),
            _ => {}
        }
        Ok(())
    }
}

fn parts_of(select: &[String]) -> Result<Vec<WatchedPart>, Failure> {
    let part = |stated: &String| match parted(stated) {
        (Some(name), selector) => {
            Ok(WatchedPart { name: name.to_owned(), select: selector.to_owned(), ..WatchedPart::default() })
        }
        (None, _) => Err(Failure::misused(format!("`{stated}` has no name"))
            .hint(format!("say what it is: --select \"the Pro plan={stated}\""))),
    };
    select.iter().map(part).collect()
}

/// The selectors of a newsroom.
pub(super) fn list_of(select: &[String]) -> Result<NewsroomList, Failure> {
    let mut list = NewsroomList::default();
    for stated in select {
        let (name, selector) = parted(stated);
        let place = match name {
            None | Some("entry") => &mut list.entry,
            Some("link") => &mut list.link,
            Some("title") => &mut list.title,
            Some("date") => &mut list.date,
            Some("summary") => &mut list.summary,
            Some(other) => {
                return Err(Failure::misused(format!("a newsroom has no `{other}` to select"))
                    .hint("one of: entry, link, title, date, summary"));
            }
        };
        *place = Some(selector.to_owned());
    }
    Ok(list)
}

/// A name and a selector; an equals sign within brackets is the selector's own.
fn parted(stated: &str) -> (Option<&str>, &str) {
    match stated.split_once('=') {
        Some((name, selector)) if !name.contains('[') => (Some(name.trim()), selector.trim()),
        _ => (None, stated.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_selectors_are_parted() {
        assert_eq!(parted("the Pro plan = #pro .price"), (Some("the Pro plan"), "#pro .price"));
        assert_eq!(parted("li[data-x=y] a"), (None, "li[data-x=y] a"));
        assert_eq!(parted("title=a[rel=x]"), (Some("title"), "a[rel=x]"));
    }
}
