//! Small feeds and pages that the tests serve: all invented.

use std::fmt::Write;

use chrono::TimeDelta;
use tidings::model::{Clock, SystemClock};

use crate::origin::Document;

/// An article of a feed.
#[derive(Clone)]
pub(crate) struct Report {
    pub(crate) guid: &'static str,
    pub(crate) link: String,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

pub(crate) const ACQUIRED: &str = "Globex Corporation said on Monday it had agreed to acquire Acme Robotics for $1.2 billion in \
    cash. Acme Robotics, which makes warehouse robots in Dayton, will become a unit of Globex. The deal is expected to close \
    in the first quarter, the companies said.";

pub(crate) const ACQUIRED_AS_COPIED: &str = "DAYTON (Wire) - Globex Corporation said on Monday it had agreed to acquire Acme \
    Robotics for $1.2 billion in cash. Acme Robotics, which makes warehouse robots in Dayton, will become a unit of Globex. \
    The deal is expected to close in the first quarter, the companies said.";

pub(crate) const LAUNCHED: &str = "Palletron Systems on Tuesday launched PalletOne, a new sorting robot for small warehouses. \
    Palletron Systems said the machine is available immediately in Europe and North America.";

pub(crate) const RAIN: &str = "Heavy rain is expected in the north over the weekend. Farmers hope for a better harvest than in \
    the dry year before, and rivers have begun to rise again.";

impl Report {
    pub(crate) fn new(guid: &'static str, link: String, title: &'static str, text: &'static str) -> Self {
        Self { guid, link, title, text }
    }
}

/// An RSS 2.0 document, dated an hour ago.
pub(crate) fn rss(title: &str, reports: &[Report]) -> Document {
    let date = (SystemClock.now() - TimeDelta::hours(1)).to_rfc2822();
    let mut feed =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel><title>{title}</title>");
    for Report { guid, link, title, text } in reports {
        let _ = write!(
            feed,
            "<item><guid isPermaLink=\"false\">{guid}</guid><link>{link}</link><title>{title}</title>\
             <description>{text}</description><pubDate>{date}</pubDate></item>"
        );
    }
    feed.push_str("</channel></rss>");
    Document::new("application/rss+xml", feed)
}

/// An Atom document with the whole text as content, dated an hour ago.
pub(crate) fn atom(title: &str, reports: &[Report]) -> Document {
    let date = (SystemClock.now() - TimeDelta::hours(1)).to_rfc3339();
    let mut feed = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{title}</title><id>urn:x</id><updated>{date}</updated>"
    );
    for Report { guid, link, title, text } in reports {
        let _ = write!(
            feed,
            "<entry><id>{guid}</id><link href=\"{link}\"/><title>{title}</title><updated>{date}</updated>\
             <published>{date}</published><content type=\"html\">&lt;p&gt;{text}&lt;/p&gt;</content></entry>"
        );
    }
    feed.push_str("</feed>");
    Document::new("application/atom+xml", feed)
}

/// A page with a headline and this text.
pub(crate) fn page(title: &str, text: &str) -> Document {
    Document::new(
        "text/html; charset=utf-8",
        format!(
            "<!doctype html><html lang=\"en\"><head><title>{title}</title></head><body><nav><a href=\"/\">Home</a></nav>\
             <main><article><h1>{title}</h1><p>{text}</p><p>{RAIN}</p></article></main></body></html>"
        ),
    )
}

/// One source with these feeds, our own server, so that nothing waits.
pub(crate) fn source(id: &str, feeds: &[(&str, String)]) -> String {
    let mut text = format!("[[source]]\nid = \"{id}\"\nname = \"The {id}\"\nown = true\n");
    for (id, url) in feeds {
        let _ = write!(text, "\n[[source.feed]]\nid = \"{id}\"\nurl = \"{url}\"\n");
    }
    text.push('\n');
    text
}
