//! An Atom feed in a file (RFC 4287), for feed readers and for programs that read feeds.
//!
//! * One entry a touch point, newest change first. Its id is `urn:uuid:` and the id of the touch point, the same for ever
//!   (section 4.2.6); `updated` is when the card last changed (4.2.15), `published` when it was born.
//! * The link is that of the first quote; an entry without a link needs content (4.1.2), so every entry has the card's text
//!   as plain text: nothing in it can act in a reader (R44).
//! * Categories: `account:`, `action:`, `state:` and `signal:` with their words.
//! * What a file destination promises stands in `book.rs`.

use std::path::PathBuf;

use atom_syndication::{Category, Content, Entry, Error, Feed, Generator, Link, Person, Text, TextType};
use chrono::{DateTime, FixedOffset, SubsecRound};
use uuid::Builder;

use super::book::Book;
use super::rules::destination;
use super::{Attempt, Fault, Listed, SecretReader, Sent};
use crate::model::Time;
use crate::text::xml::legal;

destination! {
    /// An Atom feed in a file, one entry a touch point.
    pub struct Atom on "super::book::usual_steps" {
        /// The file; a path that begins at no root is taken from the folder `delivered` in the data folder. Without it,
        /// `ID.atom` there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub path: Option<PathBuf>,
        /// Most touch points in the file; closed ones go first, then those that changed longest ago.
        #[serde(default = "super::book::usual_keep")]
        pub keep: u32,
        /// Days after its last change for which a touch point stays in the file.
        #[serde(default = "super::book::usual_days")]
        pub keep_days: u32,
        /// The data folder, once it is known.
        #[serde(skip)]
        pub(super) data: Option<PathBuf>,
    }
}

impl Atom {
    /// Where and how long touch points are kept.
    pub(super) fn book(&self) -> Book<'_> {
        Book {
            id: &self.id,
            on: &self.on,
            path: self.path.as_deref(),
            ending: "atom",
            keep: self.keep,
            days: self.keep_days,
            data: self.data.as_deref(),
        }
    }

    /// Writes the touch point into the file.
    pub(super) async fn send(&self, attempt: &Attempt<'_>) -> Sent {
        let heading = Heading { list: self.id.0.clone(), address: None };
        self.book().send(attempt, move |listed| feed(&heading, listed)).await.into()
    }

    /// Gives what is wrong with path and limits.
    pub(super) fn prepare(&mut self, _: SecretReader<'_>) -> Vec<Fault> {
        self.book().faults()
    }
}

/// What a feed says of itself.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The list that it shows; the feed's id follows from it.
    pub list: String,
    /// Where the feed itself is had, if anywhere.
    pub address: Option<String>,
}

/// The feed of these touch points, newest change first. The same touch points give the same bytes.
///
/// # Errors
/// Where the writer of XML refuses, which it never does in memory.
pub fn feed(heading: &Heading, listed: &[Listed]) -> Result<Vec<u8>, Error> {
    let mut newest: Vec<&Listed> = listed.iter().collect();
    newest.sort_by(|one, other| other.updated.cmp(&one.updated).then_with(|| one.id.cmp(&other.id)));
    let own = heading.address.iter().map(|address| Link {
        href: legal(address),
        rel: "self".to_owned(),
        mime_type: Some("application/atom+xml".to_owned()),
        ..Link::default()
    });
    let feed = Feed {
        id: name(&heading.list),
        title: Text::plain(legal(&format!("Tidings: touch points ({})", heading.list))),
        updated: instant(newest.first().map_or(Time::UNIX_EPOCH, |listed| listed.updated)),
        authors: vec![person("Tidings")],
        generator: Some(Generator {
            value: "Tidings".to_owned(),
            uri: None,
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        links: own.collect(),
        entries: newest.into_iter().map(entry).collect(),
        ..Feed::default()
    };
    let mut bytes = feed.write_to(Vec::new())?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn entry(listed: &Listed) -> Entry {
    let mut terms = vec![
        ("account", listed.account.clone()),
        ("action", listed.action_word()),
        ("state", listed.state.as_str().to_owned()),
    ];
    terms.extend(listed.signal_type.map(|kind| ("signal", kind.as_str().to_owned())));
    let category = |(kind, word): (&str, String)| Category {
        term: legal(&format!("{kind}:{word}")),
        scheme: None,
        label: Some(legal(&word.replace('_', " "))),
    };
    let link = listed.url.iter().map(|url| Link { href: legal(url), rel: "alternate".to_owned(), ..Link::default() });
    Entry {
        id: format!("urn:uuid:{}", listed.id),
        title: Text { value: legal(&title(listed)), r#type: TextType::Text, ..Text::default() },
        updated: instant(listed.updated),
        published: Some(instant(listed.created)),
        authors: vec![person(listed.owner.as_deref().unwrap_or("Tidings"))],
        categories: terms.into_iter().map(category).collect(),
        links: link.collect(),
        content: Some(Content {
            value: Some(legal(&listed.body)),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

/// What a reader sees first: a closed card says that it is.
fn title(listed: &Listed) -> String {
    let subject = if listed.subject.is_empty() { "(no title)" } else { &listed.subject };
    if listed.is_done() {
        format!("Done: {subject}")
    } else if listed.cancelled {
        format!("No longer: {subject}")
    } else {
        subject.to_owned()
    }
}

fn person(name: &str) -> Person {
    Person { name: legal(name), ..Person::default() }
}

/// Whole seconds: feed readers compare instants as text.
fn instant(at: Time) -> DateTime<FixedOffset> {
    at.trunc_subsecs(0).fixed_offset()
}

/// An id that is the same for the same list for ever: a version 8 UUID (RFC 9562) of a hash.
fn name(list: &str) -> String {
    let hash = blake3::hash(format!("touchpoints\n{list}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    format!("urn:uuid:{}", Builder::from_custom_bytes(bytes).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::listed_tests::{hostile, listed};

    #[test]
    fn r44_another_reader_reads_every_part_whatever_the_title_holds() {
        let (plain, evil) = (listed(1), hostile(2));
        let heading =
            Heading { list: "desk".to_owned(), address: Some("http://127.0.0.1:1/feeds/x?a=1&b=2".to_owned()) };
        let bytes = feed(&heading, &[plain.clone(), evil.clone()]).unwrap();
        let read = feed_rs::parser::parse(bytes.as_slice()).unwrap();
        assert_eq!(read.entries.len(), 2);
        let (newest, oldest) = (&read.entries[0], &read.entries[1]);
        assert_eq!(newest.title.as_ref().unwrap().content, evil.subject);
        assert!(newest.links.is_empty(), "no address of the web");
        assert_eq!(newest.content.as_ref().unwrap().body.as_deref(), Some(evil.body.as_str()));
        assert_eq!(oldest.id, format!("urn:uuid:{}", plain.id));
        assert_eq!(oldest.links[0].href, "https://news.example/a?x=1&y=2");
        assert_eq!(read.updated.unwrap(), evil.updated);
        assert_eq!(bytes, feed(&heading, &[evil, plain]).unwrap(), "the order of the list does not matter");
        let empty = feed(&heading, &[]).unwrap();
        assert!(feed_rs::parser::parse(empty.as_slice()).unwrap().entries.is_empty());
    }

    #[test]
    fn a_closed_card_says_so() {
        let done = Listed { state: crate::model::TouchPointState::Done, ..listed(1) };
        assert!(title(&done).starts_with("Done: Call"));
        assert!(title(&Listed { cancelled: true, ..listed(1) }).starts_with("No longer: Call"));
    }
}
