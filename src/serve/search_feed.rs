//! `GET /feeds/searches/NAME.atom`: what a saved search found, as an Atom feed (RFC 4287). One entry a story, under an id
//! that stays; further reports of it do not bring it up again. Title and address only: no text of others is passed on.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{SecondsFormat, TimeDelta};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use tracing::error;

use crate::model::{SavedSearch, Time};
use crate::pipeline::Engine;
use crate::pipeline::saved::{FoundStory, stories};
use crate::text::sanitise::plain_line;

/// Entries of a feed.
const MOST_ENTRIES: usize = 50;

/// How far a feed reaches back.
const REACH: TimeDelta = TimeDelta::days(365);

/// The feed of a saved search; 404 where no search has this name.
pub(super) async fn get(State(engine): State<Arc<Engine>>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let unknown = || (StatusCode::NOT_FOUND, "no saved search has this name\n").into_response();
    let Some(name) = file.strip_suffix(".atom") else { return unknown() };
    let broken = |why: &dyn std::fmt::Display| {
        error!(search = name, %why, "the feed of a saved search cannot be served");
        (StatusCode::SERVICE_UNAVAILABLE, "the feed cannot be served now; ask again later\n").into_response()
    };
    // A search that was saved a moment ago is served even where nothing was read since.
    if let Err(why) = engine.follow_roster().await {
        return broken(&why);
    }
    let config = engine.config();
    let Some(search) = config.saved_searches.iter().find(|search| search.name == name) else { return unknown() };
    let found = match engine.store.read().await {
        Ok(mut session) => stories(&mut session, name, engine.now() - REACH, MOST_ENTRIES).await,
        Err(why) => Err(why),
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let address = format!("http://{host}/feeds/searches/{file}");
    match found.map(|found| atom(search, &found, &address)) {
        Ok(Ok(feed)) => ([(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response(),
        Ok(Err(why)) => broken(&why),
        Err(why) => broken(&why),
    }
}

fn atom(search: &SavedSearch, found: &[FoundStory], address: &str) -> std::io::Result<Vec<u8>> {
    let mut out = Writer::new(Vec::new());
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let updated = found.iter().map(|story| story.at).max().unwrap_or_default();
    out.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom")).write_inner_content(|out| {
        text(out, "id", &format!("urn:tidings:search:{}", search.name))?;
        text(out, "title", &format!("Saved search: {}", search.name))?;
        text(out, "subtitle", &search.query)?;
        text(out, "updated", &instant(updated))?;
        out.create_element("link").with_attributes([("rel", "self"), ("href", address)]).write_empty()?;
        out.create_element("author").write_inner_content(|out| text(out, "name", "Tidings"))?;
        found.iter().try_for_each(|story| entry(out, search, story))
    })?;
    Ok(out.into_inner())
}

fn entry(out: &mut Writer<Vec<u8>>, search: &SavedSearch, story: &FoundStory) -> std::io::Result<()> {
    out.create_element("entry").write_inner_content(|out| {
        text(out, "id", &format!("urn:tidings:search:{}:{}", search.name, story.story))?;
        text(out, "title", &story.title)?;
        text(out, "updated", &instant(story.at))?;
        text(out, "published", &instant(story.published))?;
        if let Some(url) = &story.url {
            out.create_element("link").with_attribute(("href", plain_line(url).as_str())).write_empty()?;
        }
        if let Some(publisher) = &story.publisher {
            out.create_element("author").write_inner_content(|out| text(out, "name", publisher))?;
        }
        for account in &story.accounts {
            out.create_element("category").with_attribute(("term", plain_line(account).as_str())).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

/// An element with a line of text, without characters that XML cannot hold.
fn text(out: &mut Writer<Vec<u8>>, element: &str, content: &str) -> std::io::Result<()> {
    out.create_element(element).write_text_content(BytesText::new(&plain_line(content)))?;
    Ok(())
}

fn instant(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_well_formed_whatever_the_titles_hold() {
        let at = Time::from_timestamp(1_790_000_000, 0).unwrap();
        let story = FoundStory {
            story: "s1".into(),
            article: "a1".into(),
            title: "Profit < \"loss\" & \u{1}more".to_owned(),
            url: Some("https://news.example/?a=1&b=\"2\"".to_owned()),
            publisher: Some("Wire & Co".to_owned()),
            published: at - TimeDelta::hours(1),
            accounts: vec!["acme".to_owned()],
            at,
            more: 2,
        };
        let search = SavedSearch { name: "x".to_owned(), query: "\"a b\" -c".to_owned(), ..SavedSearch::default() };
        let feed = atom(&search, std::slice::from_ref(&story), "http://localhost:1/feeds/searches/x.atom").unwrap();
        let read = feed_rs::parser::parse(feed.as_slice()).unwrap();
        assert_eq!((read.id.as_str(), read.updated, read.entries.len()), ("urn:tidings:search:x", Some(at), 1));
        let entry = &read.entries[0];
        assert_eq!((entry.id.as_str(), entry.updated), ("urn:tidings:search:x:s1", Some(at)));
        assert_eq!(entry.title.as_ref().unwrap().content, "Profit < \"loss\" & more");
        assert_eq!(entry.links[0].href, "https://news.example/?a=1&b=%222%22");
        let empty = atom(&search, &[], "http://localhost/").unwrap();
        assert!(feed_rs::parser::parse(empty.as_slice()).unwrap().entries.is_empty());
    }
}
