//! When the article was published and when it was changed.

mod parse;
mod visible;

pub(super) use parse::Stated;

use chrono::Datelike;
use trafilatura::dom::Document;
use trafilatura::{HtmlDateMode, Options};

use super::json_ld::Linked;
use super::survey::Survey;
use crate::model::DateOrigin;

/// The dates of a page.
#[derive(Debug, Default)]
pub(super) struct Dates {
    /// First publication, and where it was found.
    pub(super) published: Option<(Stated, DateOrigin)>,
    /// Last change.
    pub(super) modified: Option<Stated>,
}

/// Names of meta elements that tell the first publication, the surest first (names gathered by htmldate, Barbaresi 2020).
const PUBLISHED: [&str; 47] = [
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "article:published_date",
    "article:publicationdate",
    "publish-date",
    "publish_date",
    "publishdate",
    "published_time",
    "publication_date",
    "published-date",
    "published_date",
    "publisheddate",
    "date_published",
    "originalpublicationdate",
    "article_date_original",
    "pubdate",
    "og:pubdate",
    "og:publish_date",
    "og:datepublished",
    "rnews:datepublished",
    "bt:pubdate",
    "citation_publication_date",
    "citation_date",
    "cxenseparse:recs:publishtime",
    "mediator_published_time",
    "vr:published_time",
    "shareaholic:article_published_time",
    "rbpubdate",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dc.created",
    "dc.date",
    "dcterms.date",
    "article.created",
    "datecreated",
    "created",
    "date",
    "displaydate",
    "video:release_date",
];

/// Names of meta elements that tell the last change.
const MODIFIED: [&str; 14] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "og:modified_time",
    "article:modified",
    "lastmod",
    "last-modified",
    "lastmodified",
    "dc.date.modified",
    "dcterms.modified",
    "dc.modified",
    "modified",
    "article:modified_date",
    "bt:moddate",
];

/// The dates of a page. The first publication is looked for where publishers state it for machines, then in the address,
/// then in what people see near the headline.
pub(super) fn of(document: &Document, survey: &Survey, linked: &Linked, address: Option<&str>) -> Dates {
    let modified = modified(survey, linked);
    let in_address = address.and_then(visible::in_address);
    let day = in_address.as_ref().map(Stated::day);
    let published = from_data(survey, linked)
        .map(|(date, from)| (date.placed(day), from))
        .or_else(|| in_address.map(|date| (date, DateOrigin::Address)))
        .or_else(|| visible::near_headline(survey, address))
        .or_else(|| modified.clone().map(|date| (date, DateOrigin::Meta)))
        .or_else(|| anywhere(document).map(|date| (date, DateOrigin::Text)));
    Dates { published, modified }
}

/// The library's search of the whole source, scripts and comments too: slow and less sure, so it comes last.
fn anywhere(document: &Document) -> Option<Stated> {
    let options = Options::default().with_html_date_mode(HtmlDateMode::Extensive);
    let day = trafilatura::metadata::extract_metadata(document, &options).date?;
    // It makes the first day of a month or year alone, which is no day that the page told.
    Some(Stated::Day(day)).filter(|stated| parse::plausible(stated) && day.day() > 1)
}

fn from_data(survey: &Survey, linked: &Linked) -> Option<(Stated, DateOrigin)> {
    let data = linked.published.as_deref().and_then(parse::machine).map(|date| (date, DateOrigin::JsonLd));
    let meta = survey.meta(&PUBLISHED).find_map(parse::machine).map(|date| (date, DateOrigin::Meta));
    let property = || {
        let mut told = survey.properties.iter().filter(|(name, _)| name == "datepublished" || name == "pubdate");
        told.find_map(|(_, value)| parse::machine(value)).map(|date| (date, DateOrigin::TimeElement))
    };
    data.or(meta).or_else(property)
}

fn modified(survey: &Survey, linked: &Linked) -> Option<Stated> {
    let data = linked.modified.as_deref().into_iter().chain(survey.meta(&MODIFIED));
    let told = survey.properties.iter().filter(|(name, _)| name == "datemodified" || name == "dateupdated");
    data.chain(told.map(|(_, value)| value.as_str())).find_map(parse::machine)
}
