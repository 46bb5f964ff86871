//! The list of articles of a page, found without being told where it stands: of the links that stand alike, those that
//! read like headlines, best with a date beside them.

use std::collections::{BTreeMap, HashMap, HashSet};

use scraper::ElementRef;

use super::linked_data::Articles;
use super::newsroom::{date_of, same_link, title_of};
use super::selector::{Page, parse, words};
use crate::address;
use crate::model::{Entry, Warning};

/// More links of a page are not looked at.
const MOST_LINKS: usize = 3_000;

/// Fewer entries are no list.
const FEWEST: usize = 3;

/// Headlines have at least so many words, or so many letters where a language writes without blanks.
const HEADLINE_WORDS: usize = 3;
const HEADLINE_LETTERS: usize = 16;

/// What is around the news of a page and not of it.
const AROUND: &[&str] = &["nav", "aside", "form"];

/// What is around the news as well, unless it stands within one of [`PARTS`]: articles have headers too.
const ENDS: &[&str] = &["header", "footer"];
const PARTS: &[&str] = &["article", "main", "section", "li"];

/// What a dated entry counts more than one that only reads like a headline.
const DATED: usize = 2;

/// A link that may be of the list.
struct Candidate<'a> {
    anchor: ElementRef<'a>,
    link: String,
}

/// Links that stand alike and what can be made of them.
struct Group {
    place: String,
    entries: Vec<Entry>,
    score: usize,
}

/// The entries of the list that was found, with a warning that says which; a reason where there is none.
pub(super) fn find(page: &Page, warnings: &mut Vec<Warning>) -> Result<Vec<Entry>, Warning> {
    let mut alike: BTreeMap<String, Vec<Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates(page) {
        if let Some(place) = place_of(candidate.anchor) {
            alike.entry(place).or_default().push(candidate);
        }
    }
    let groups = alike.into_iter().filter_map(|(place, links)| group(page, place, &links));
    // Of equal ones, the first by place: the same page always gives the same list.
    let best = groups.reduce(|best, next| if next.score > best.score { next } else { best });
    let told = Articles::of(page).entries();
    if let Some(Group { place, entries, .. }) = best.filter(|best| told.len() < best.entries.len() * 2) {
        let dated = entries.iter().filter(|entry| entry.published.is_some()).count();
        let first = entries.first().and_then(|entry| entry.title.clone()).unwrap_or_default();
        let message = format!(
            "a list of {} links was found by itself ({dated} with a date, the first \"{first}\") at `{place}`; state \
             `newsroom.entry` to be sure",
            entries.len()
        );
        warnings.push(Warning::new("found_list", message));
        return Ok(entries);
    }
    if told.len() >= FEWEST {
        let message = format!("{} articles were taken from the page's JSON-LD", told.len());
        warnings.push(Warning::new("found_list", message));
        return Ok(told);
    }
    let message = "no list of articles was found on the page; say where it stands by `newsroom.entry`";
    Err(Warning::new("layout", message))
}

/// Links to pages of the same site that do not stand in its navigation.
fn candidates(page: &Page) -> Vec<Candidate<'_>> {
    let Ok(selector) = parse("a[href]") else { return Vec::new() };
    let site = page.base.as_ref().and_then(|base| address::domain(base.as_str()));
    let here = page.base.as_ref().map(|base| same_link(base.as_str()));
    let mut found = Vec::new();
    for anchor in page.all(&selector).into_iter().take(MOST_LINKS) {
        let Some(link) = anchor.attr("href").and_then(|href| page.address(href)) else { continue };
        let whole_site = url::Url::parse(&link).is_ok_and(|url| url.path().len() <= 1);
        if !whole_site && !is_around(anchor) && address::domain(&link) == site && Some(same_link(&link)) != here {
            found.push(Candidate { anchor, link });
        }
    }
    found
}

/// True for a link that stands in the navigation of the page, in its margin, or at its ends.
fn is_around(anchor: ElementRef<'_>) -> bool {
    let names: Vec<_> = anchor.ancestors().filter_map(ElementRef::wrap).map(|up| up.value().name()).collect();
    let end = names.iter().rposition(|name| ENDS.contains(name));
    names.iter().any(|name| AROUND.contains(name))
        || end.is_some_and(|end| !names.iter().skip(end).any(|name| PARTS.contains(name)))
}

/// Where a link stands: the names of the elements around it.
fn place_of(anchor: ElementRef<'_>) -> Option<String> {
    let mut names: Vec<_> = anchor.ancestors().filter_map(ElementRef::wrap).map(|up| up.value().name()).collect();
    names.retain(|name| !matches!(*name, "html" | "body"));
    names.reverse();
    names.push("a");
    (names.len() < 100).then(|| names.join(" > "))
}

fn group(page: &Page, place: String, links: &[Candidate<'_>]) -> Option<Group> {
    let cards = cards(links);
    let (mut seen, mut titles) = (HashSet::new(), HashSet::new());
    let (mut entries, mut headlines, mut score) = (Vec::new(), 0, 0);
    for (candidate, card) in links.iter().zip(cards) {
        if !seen.insert(same_link(&candidate.link)) {
            continue;
        }
        let own = Some(words(candidate.anchor)).filter(|words| is_headline(words));
        let title = match own {
            Some(own) if own.chars().count() <= 200 => Some(own),
            _ => title_of(card, &candidate.link, page),
        };
        let Some(title) = title.filter(|title| !title.is_empty()) else { continue };
        let published = date_of(page, card);
        if is_headline(&title) && titles.insert(title.clone()) {
            headlines += 1;
            score += 1 + if published.is_some() { DATED } else { 0 };
        }
        entries.push(Entry { title: Some(title), link: Some(candidate.link.clone()), published, ..Entry::default() });
    }
    (headlines >= FEWEST && headlines * 2 >= entries.len()).then_some(Group { place, entries, score })
}

/// For each link the largest element around it that holds no other link of its group.
fn cards<'a>(links: &[Candidate<'a>]) -> Vec<ElementRef<'a>> {
    let mut around = HashMap::new();
    for candidate in links {
        for up in candidate.anchor.ancestors() {
            let only = around.entry(up.id()).or_insert(Some(candidate.link.as_str()));
            if *only != Some(candidate.link.as_str()) {
                *only = None;
            }
        }
    }
    let largest = |candidate: &Candidate<'a>| {
        let ups = candidate.anchor.ancestors().take_while(|up| around.get(&up.id()).is_some_and(Option::is_some));
        ups.filter_map(ElementRef::wrap).last().unwrap_or(candidate.anchor)
    };
    links.iter().map(largest).collect()
}

fn is_headline(text: &str) -> bool {
    text.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count() >= HEADLINE_WORDS
        || text.chars().filter(|letter| !letter.is_ascii()).count() >= HEADLINE_LETTERS
}

#[cfg(test)]
mod tests {
    use crate::feed::newsroom::read;
    use crate::model::NewsroomList;

    fn found(html: &str) -> (Vec<(String, String, bool)>, Vec<String>) {
        let base = Some("https://firm.example/news");
        let parsed = read(html.as_bytes(), Some("text/html"), base, &NewsroomList::default());
        let told = parsed.entries.into_iter();
        let told = told.map(|entry| (entry.title.unwrap(), entry.link.unwrap(), entry.published.is_some())).collect();
        (told, parsed.warnings.into_iter().map(|warning| warning.message).collect())
    }

    #[test]
    fn the_list_with_dates_is_found_among_other_links() {
        let cards: Vec<String> = (1..=4)
            .map(|number| {
                format!(
                    "<div class='card c{number}'><a href='/news/{number}'><img></a><header><h3><a href='/news/{number}'>Firm \
                     opens plant number {number}</a></h3><span>1{number} March 2026</span> <a href='/tags/plants'>Plants and \
                     more</a></header></div>"
                )
            })
            .collect();
        let menu = "<nav><ul><li><a href='/about/who'>Who we are today</a><li><a href='/about/how'>How we do work</a>\
                    <li><a href='/about/where'>Where we may be</a><li><a href='/x/y'>Jobs at the firm</a></ul></nav>";
        let side = "<section><p><a href='/a/1'>Read our first story</a><p><a href='/a/2'>Read our second story</a>\
                    <p><a href='/a/3'>Read our third story</a></section>";
        let html = format!("<html lang=en><body>{menu}{side}<main>{}</main></body></html>", cards.concat());
        let (entries, warnings) = found(&html);
        let expected: Vec<_> = (1..=4)
            .map(|number| {
                (format!("Firm opens plant number {number}"), format!("https://firm.example/news/{number}"), true)
            })
            .collect();
        assert_eq!(entries, expected);
        assert!(warnings[0].contains("4 links") && warnings[0].contains("4 with a date"), "{warnings:?}");
    }

    #[test]
    fn a_page_of_scripts_alone_is_read_by_its_machine_data() {
        let article = |number: u8| {
            format!(
                "{{\"@type\":\"NewsArticle\",\"headline\":\"Plant {number} opens\",\"url\":\"/n/{number}\",\
                 \"datePublished\":\"2026-03-0{number}\"}}"
            )
        };
        let html = format!(
            "<div id=app></div><script type='application/ld+json'>[{},{},{}]</script>",
            article(1),
            article(2),
            article(3)
        );
        let (entries, warnings) = found(&html);
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[0], ("Plant 1 opens".to_owned(), "https://firm.example/n/1".to_owned(), true));
        assert!(warnings[0].contains("JSON-LD"), "{warnings:?}");
    }

    #[test]
    fn a_page_without_a_list_says_so() {
        let (entries, warnings) = found("<p>Nothing here. <a href='/x'>Contact our press office</a></p>");
        assert!(entries.is_empty() && warnings[0].contains("newsroom.entry"), "{warnings:?}");
    }
}
