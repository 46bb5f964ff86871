//! What was found as an Atom feed (RFC 4287), for a feed reader or another program.

use std::io::{self, Write};

use chrono::SecondsFormat;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use uuid::Builder;

use super::ArticleRecord;
use crate::model::Time;
use crate::text::xml::legal;

const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// What a feed says of itself.
#[derive(Clone, Debug)]
pub(super) struct Heading<'a> {
    /// What it holds, in words; the feed's id follows from it, so that the same query is the same feed.
    pub(super) query: &'a str,
    /// Where this feed itself is had, if anywhere.
    pub(super) address: Option<&'a str>,
    /// When anything in it last changed.
    pub(super) updated: Time,
}

/// Writes entry after entry.
pub(super) struct AtomFeed<'a> {
    writer: Writer<&'a mut dyn Write>,
}

impl<'a> AtomFeed<'a> {
    pub(super) fn new(heading: &Heading<'_>, output: &'a mut dyn Write) -> io::Result<Self> {
        let mut feed = Self { writer: Writer::new(output) };
        feed.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        feed.writer.write_event(Event::Start(BytesStart::new("feed").with_attributes([("xmlns", NAMESPACE)])))?;
        feed.text("id", &name("search", heading.query))?;
        feed.text("title", &format!("Tidings: {}", heading.query))?;
        feed.text("updated", &instant(heading.updated))?;
        feed.person("Tidings")?;
        if let Some(address) = heading.address.and_then(reference) {
            feed.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &address)])?;
        }
        let generator = BytesStart::new("generator").with_attributes([("version", env!("CARGO_PKG_VERSION"))]);
        feed.writer.write_event(Event::Start(generator))?;
        feed.writer.write_event(Event::Text(BytesText::new("Tidings")))?;
        feed.writer.write_event(Event::End(BytesEnd::new("generator")))?;
        Ok(feed)
    }

    pub(super) fn put(&mut self, record: &ArticleRecord) -> io::Result<()> {
        self.start("entry")?;
        self.text("id", &name("article", &record.id))?;
        self.text("title", if record.title.trim().is_empty() { "(no title)" } else { &record.title })?;
        // The RFC wants a date of every entry; one without a date gets one that never changes and that nobody believes.
        self.text("updated", &instant(record.published.unwrap_or(Time::UNIX_EPOCH)))?;
        if let Some(published) = record.published {
            self.text("published", &instant(published))?;
        }
        if let Some(publisher) = record.publisher.as_deref().or(record.source.as_deref()) {
            self.person(publisher)?;
        }
        let address = record.url.as_deref().and_then(reference);
        if let Some(address) = &address {
            self.empty("link", &[("rel", "alternate"), ("href", address)])?;
        }
        for account in &record.accounts {
            let (term, label) = (format!("{}:{}", account.kind.as_str(), account.id), legal(&account.name));
            self.empty("category", &[("term", &legal(&term)), ("label", &label)])?;
        }
        for signal in &record.signals {
            self.empty(
                "category",
                &[("term", &legal(&format!("signal:{signal}"))), ("label", &signal.replace('_', " "))],
            )?;
        }
        match (&record.text, &record.excerpt) {
            (Some(text), _) => self.text("content", text)?,
            // An entry without an address must have content (section 4.1.2).
            (None, excerpt) if address.is_none() => self.text("content", excerpt.as_deref().unwrap_or_default())?,
            (None, Some(excerpt)) => self.text("summary", excerpt)?,
            (None, None) => {}
        }
        self.end("entry")
    }

    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.end("feed")?;
        self.writer.get_mut().write_all(b"\n")?;
        self.writer.get_mut().flush()
    }

    fn person(&mut self, who: &str) -> io::Result<()> {
        self.start("author")?;
        self.text("name", who)?;
        self.end("author")
    }

    fn start(&mut self, element: &str) -> io::Result<()> {
        self.writer.write_event(Event::Start(BytesStart::new(element)))
    }

    fn end(&mut self, element: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(element)))
    }

    fn text(&mut self, element: &str, text: &str) -> io::Result<()> {
        self.start(element)?;
        self.writer.write_event(Event::Text(BytesText::new(&legal(text))))?;
        self.end(element)
    }

    fn empty(&mut self, element: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let element = BytesStart::new(element).with_attributes(attributes.iter().copied());
        self.writer.write_event(Event::Empty(element))
    }
}

/// An id that is the same for the same thing for ever: a version 8 UUID (RFC 9562) of a hash.
fn name(kind: &str, key: &str) -> String {
    let hash = blake3::hash(format!("{kind}\n{key}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    format!("urn:uuid:{}", Builder::from_custom_bytes(bytes).into_uuid())
}

/// RFC 3339, whole seconds, Z; years beyond its four digits are cut to those.
fn instant(at: Time) -> String {
    let (first, last) = (Time::from_timestamp(-62_135_596_800, 0), Time::from_timestamp(253_402_300_799, 0));
    let at = first.map_or(at, |first| at.max(first));
    last.map_or(at, |last| at.min(last)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An address as an attribute may hold it; nothing where it is none of the web.
fn reference(address: &str) -> Option<String> {
    let address = url::Url::parse(address).ok()?;
    matches!(address.scheme(), "http" | "https").then(|| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, AccountKind};
    use crate::search::Document;

    fn record(id: &str, text: &str, open: bool) -> ArticleRecord {
        let document = Document {
            id: id.to_owned(),
            title: "Acme <b>&\u{0} \u{1}\u{fffe}Söhne".to_owned(),
            text: text.to_owned(),
            url: Some("https://news.example/a b?x=1&y=\"2\"".to_owned()),
            publisher: Some("Example & News".to_owned()),
            published: Some("2026-03-09T08:00:00.5Z".parse().unwrap()),
            accounts: vec![(AccountKind::Client, AccountId::from("acme"), "Acme \"Robotics\"".to_owned())],
            signals: vec!["product_launch".to_owned()],
            ..Document::default()
        };
        ArticleRecord::of(document, open, 20)
    }

    fn written(records: &[ArticleRecord]) -> String {
        let mut output = Vec::new();
        let updated = "2026-03-09T08:00:00Z".parse().unwrap();
        let heading = Heading { query: "acme \"data & breach\"", address: Some("http://127.0.0.1:1/a?q=x"), updated };
        let mut feed = AtomFeed::new(&heading, &mut output).unwrap();
        for record in records {
            feed.put(record).unwrap();
        }
        feed.finish().unwrap();
        drop(feed);
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn another_reader_reads_every_part() {
        let long = "One two three four five six seven eight.";
        let text = written(&[record("1", long, true), record("2", long, false)]);
        let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
        assert_eq!(feed.feed_type, feed_rs::model::FeedType::Atom);
        assert_eq!(feed.title.unwrap().content, "Tidings: acme \"data & breach\"");
        assert_eq!(feed.updated.unwrap().to_rfc3339(), "2026-03-09T08:00:00+00:00");
        let [first, second] = feed.entries.as_slice() else { panic!("{text}") };
        assert_ne!(first.id, second.id);
        assert!(first.id.starts_with("urn:uuid:") && feed.id.starts_with("urn:uuid:"), "{text}");
        assert_eq!(first.title.as_ref().unwrap().content, "Acme <b>& Söhne");
        assert_eq!(first.links[0].href, "https://news.example/a%20b?x=1&y=%222%22");
        assert_eq!(first.authors[0].name.as_deref(), Some("Example & News"));
        assert_eq!(first.published, first.updated);
        assert_eq!(first.content.as_ref().unwrap().body.as_deref(), Some(long));
        assert!(second.content.is_none(), "r26: an excerpt where the whole text may not be shown");
        assert_eq!(second.summary.as_ref().unwrap().content, "One two three four …");
        let terms: Vec<_> = first.categories.iter().map(|category| category.term.as_str()).collect();
        assert_eq!(terms, ["client:acme", "signal:product_launch"]);
    }

    #[test]
    fn ids_are_the_same_for_ever_and_what_is_missing_harms_nothing() {
        let bare = ArticleRecord::of(Document { id: "x".to_owned(), ..Document::default() }, false, 20);
        let text = written(std::slice::from_ref(&bare));
        assert_eq!(text, written(&[bare]));
        assert!(text.contains("<id>urn:uuid:"), "{text}");
        assert!(
            text.contains("<title>(no title)</title><updated>1970-01-01T00:00:00Z</updated><content></content>"),
            "{text}"
        );
        assert_eq!(feed_rs::parser::parse(written(&[]).as_bytes()).unwrap().entries.len(), 0);
        assert_eq!(instant(Time::MAX_UTC), "9999-12-31T23:59:59Z");
        assert_eq!(instant(Time::MIN_UTC), "0001-01-01T00:00:00Z");
        assert_eq!(reference("javascript:alert(1)"), None);
    }
}
