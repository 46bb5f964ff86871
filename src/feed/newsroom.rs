//! Newsrooms: pages with a list of articles, read by selectors or, without them, by what repeats. For operators:
//! docs/feeds.md, "Newsrooms".

use std::collections::HashSet;

use scraper::{ElementRef, Selector};

use super::linked_data::Articles;
use super::selector::{self, Page, lines, nothing_found, words};
use super::{Parsed, date, day, found_list};
use crate::address;
use crate::model::{Entry, FeedInfo, NewsroomList, PollHints, Time, Warning};

/// More entries than this are no list of news.
const MOST_ENTRIES: usize = 500;

/// Longer headlines are cut, characters.
const LONGEST_TITLE: usize = 300;

/// Reads a newsroom without selectors.
pub(super) fn parse(bytes: &[u8], content_type: Option<&str>, base: Option<&str>) -> Parsed {
    read(bytes, content_type, base, &NewsroomList::default())
}

/// Reads the list of articles of a page: title, link, date and summary of each, in the page's order, each address once.
/// What the page says of them for machines (JSON-LD, `time`) fills in what the list leaves out. Not understood, with the
/// reason under the code `layout`, where there is no list.
#[must_use]
pub fn read(bytes: &[u8], content_type: Option<&str>, base: Option<&str>, list: &NewsroomList) -> Parsed {
    super::guarded(|| {
        let page = Page::read(bytes, content_type, base);
        let mut warnings = Vec::new();
        let found = match &list.entry {
            Some(entry) => by_selectors(&page, entry, list, &mut warnings),
            None => found_list::find(&page, &mut warnings),
        };
        let info = FeedInfo { title: page.title(), link: base.map(str::to_owned), ..FeedInfo::default() };
        let mut entries = match found {
            Ok(entries) => entries,
            Err(reason) => return Parsed::not_understood(reason, warnings),
        };
        let articles = Articles::of(&page);
        for entry in &mut entries {
            articles.complete(entry);
        }
        if list.date.is_none() && entries.iter().all(|entry| entry.published.is_none()) {
            let message = "no entry of the list has a date: each counts as published when it is first seen";
            warnings.push(Warning::new("undated", message));
        }
        Parsed { feed: info, entries, hints: PollHints::default(), warnings, understood: true }
    })
}

/// The selectors of a list, made ready.
struct Ready {
    link: Option<Selector>,
    title: Option<Selector>,
    date: Option<Selector>,
    summary: Option<Selector>,
}

fn by_selectors(
    page: &Page,
    entry: &str,
    list: &NewsroomList,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<Entry>, Warning> {
    let ready = |selector: &Option<String>| match selector {
        Some(selector) => selector::parse(selector).map(Some).map_err(|why| Warning::new("layout", why)),
        None => Ok(None),
    };
    let parts = Ready {
        link: ready(&list.link)?,
        title: ready(&list.title)?,
        date: ready(&list.date)?,
        summary: ready(&list.summary)?,
    };
    let elements = page.all(&selector::parse(entry).map_err(|why| Warning::new("layout", why))?);
    if elements.is_empty() {
        return Err(nothing_found("selector", entry));
    }
    let count = elements.len();
    let mut seen = HashSet::new();
    let found = elements.into_iter().take(MOST_ENTRIES).filter_map(|element| entry_of(page, element, &parts));
    let entries: Vec<Entry> = found.filter(|entry| seen.insert(entry.link.clone())).collect();
    for (name, stated) in list.stated().skip(1) {
        let missing = match name {
            "date" => entries.iter().all(|entry| entry.published.is_none()),
            "title" => entries.iter().all(|entry| entry.title.is_none()),
            "summary" => entries.iter().all(|entry| entry.summary.is_none()),
            _ => false,
        };
        if missing && !entries.is_empty() {
            let message = format!("selector `{stated}` for the {name} finds none in the {count} entries");
            warnings.push(Warning::new("layout", message));
        }
    }
    if entries.is_empty() {
        let which = list.link.as_deref().unwrap_or("a[href]");
        let message = format!("selector `{which}` finds no link in the {count} elements of `{entry}`");
        return Err(Warning::new("layout", message));
    }
    Ok(entries)
}

fn entry_of(page: &Page, element: ElementRef<'_>, parts: &Ready) -> Option<Entry> {
    let anchor = match &parts.link {
        Some(link) => anchors(element.select(link).next()?).next()?,
        None => heading(element).and_then(|heading| anchors(heading).next()).or_else(|| anchors(element).next())?,
    };
    let link = page.address(anchor.attr("href")?)?;
    let title = match &parts.title {
        Some(title) => element.select(title).next().map(words),
        None => title_of(element, &link, page).or_else(|| Some(words(anchor))),
    };
    let published = match &parts.date {
        Some(date) => element.select(date).next().and_then(|shown| date_of(page, shown)),
        None => date_of(page, element),
    };
    let summary = parts.summary.as_ref().and_then(|summary| element.select(summary).next()).map(words);
    Some(Entry {
        title: title.filter(|title| !title.is_empty()).map(|title| title.chars().take(LONGEST_TITLE).collect()),
        link: Some(link),
        published,
        summary: summary
            .filter(|summary| !summary.is_empty())
            .map(|summary| html_escape::encode_text(&summary).into_owned()),
        ..Entry::default()
    })
}

/// The element itself where it is a link, then the links in it.
pub(super) fn anchors(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    std::iter::once(element)
        .chain(element.descendent_elements())
        .filter(|inner| inner.value().name() == "a" && inner.attr("href").is_some())
}

fn heading(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    element.descendent_elements().find(|inner| matches!(inner.value().name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
}

/// The heading of an entry, else the longest words of its links to this address, else what those are labelled.
pub(super) fn title_of(element: ElementRef<'_>, link: &str, page: &Page) -> Option<String> {
    if let Some(words) = heading(element).map(words).filter(|words| !words.is_empty()) {
        return Some(words);
    }
    let own: Vec<_> = anchors(element)
        .filter(|anchor| anchor.attr("href").and_then(|href| page.address(href)).as_deref() == Some(link))
        .collect();
    let shown = own.iter().map(|anchor| words(*anchor)).max_by_key(|words| words.chars().count());
    let label = || own.iter().find_map(|anchor| anchor.attr("aria-label").or_else(|| anchor.attr("title")));
    shown.filter(|words| !words.is_empty()).or_else(|| label().map(selector::collapsed))
}

/// The date that an element shows: as its `time` or attributes tell machines, else in its words.
pub(super) fn date_of(page: &Page, element: ElementRef<'_>) -> Option<Time> {
    let around = || std::iter::once(element).chain(element.descendent_elements());
    let stated = around().find_map(|inner| {
        let told = inner.attr("datetime").or_else(|| inner.attr("content"))?;
        date::read(told)
    });
    let day_first = day::day_comes_first(page.language.as_deref());
    stated.or_else(|| {
        let mut times = around().filter(|inner| inner.value().name() == "time").map(words);
        let shown = times.find_map(|words| day::in_words(&words, day_first));
        shown.or_else(|| lines(element).iter().find_map(|line| day::in_words(line, day_first)))
    })
}

/// What two links to the same article have in common.
pub(super) fn same_link(link: &str) -> String {
    address::canonical(link).unwrap_or_else(|| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html lang="de"><title>Presse</title><body><nav><a href="/">Start</a></nav><ul>
        <li class="release"><span class="when">12.03.2026</span><h3><a href="/presse/1#top">Erste Meldung</a></h3><p>Kurz &amp; gut</p></li>
        <li class="release"><span class="when">3/12/2026</span><a href="2"><img alt=""></a><a href="2">Zweite Meldung heute</a></li>
        <li class="release"><a href="mailto:x@y.example">Mail</a></li>
        </ul></body></html>"#;

    fn list(entry: &str) -> NewsroomList {
        NewsroomList { entry: Some(entry.to_owned()), ..NewsroomList::default() }
    }

    fn read_page(html: &str, list: &NewsroomList) -> Parsed {
        read(html.as_bytes(), Some("text/html"), Some("https://firm.example/presse/"), list)
    }

    #[test]
    fn a_list_is_read_by_selectors() {
        let chosen = NewsroomList { summary: Some("p".into()), date: Some(".when".into()), ..list("li.release") };
        let parsed = read_page(PAGE, &chosen);
        let told: Vec<_> = parsed
            .entries
            .iter()
            .map(|entry| {
                let day = entry.published.map(|at| at.format("%F").to_string()).unwrap_or_default();
                (entry.link.clone().unwrap(), entry.title.clone().unwrap(), day)
            })
            .collect();
        let expected = [
            ("https://firm.example/presse/1", "Erste Meldung", "2026-03-12"),
            ("https://firm.example/presse/2", "Zweite Meldung heute", "2026-12-03"),
        ];
        assert_eq!(told, expected.map(|(link, title, day)| (link.to_owned(), title.to_owned(), day.to_owned())));
        assert_eq!(parsed.entries[0].summary.as_deref(), Some("Kurz &amp; gut"));
        assert_eq!(parsed.feed.title.as_deref(), Some("Presse"));
    }

    #[test]
    fn a_selector_that_finds_nothing_is_named() {
        for (chosen, named) in [
            (list("div.gone"), "selector `div.gone` matches nothing"),
            (NewsroomList { link: Some("a.x".into()), ..list("li.release") }, "`a.x` finds no link in the 3 elements"),
            (list("li..x"), "character 3 on"),
        ] {
            let parsed = read_page(PAGE, &chosen);
            let reason = &parsed.warnings[0];
            assert!(!parsed.understood && reason.code == "layout" && reason.message.contains(named), "{reason}");
        }
        let parsed = read_page(PAGE, &NewsroomList { date: Some("b".into()), ..list("li.release") });
        assert!(parsed.understood && parsed.warnings[0].message.contains("`b` for the date"), "{:?}", parsed.warnings);
    }

    #[test]
    fn machine_data_fills_in_what_the_list_leaves_out() {
        let html = r#"<div class=x><a href="/n/1">More</a></div><script type="application/ld+json">{"@graph":[
            {"@type":"NewsArticle","headline":"The headline","url":"https://firm.example/n/1","datePublished":"2026-03-12T08:00:00Z"}]}</script>"#;
        let parsed = read_page(html, &NewsroomList { title: Some("h9".into()), ..list(".x") });
        assert_eq!(parsed.entries[0].title.as_deref(), Some("The headline"));
        assert!(parsed.entries[0].published.is_some());
    }
}
