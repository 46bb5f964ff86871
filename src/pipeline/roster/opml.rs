//! Lists of feeds from and for other readers: OPML 2.0 (<http://opml.org/spec2.opml>).

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::accounts::Taken;
use super::import::Imported;
use super::subscribe::{Draft, Shelf};
use super::table::Refused;
use super::{Desk, RosterError};
use crate::config::Config;
use crate::feed::opml::{self, List, Outline};
use crate::feed::service;
use crate::model::{Feed, FeedId, FeedKind, Source, Time};
use crate::store::Session;

/// The name of our own attributes, which other readers pass over.
const NAMESPACE: &str = "urn:tidings:opml";

impl Desk {
    /// Adds the feeds of a list; they are polled when their turn comes. What is there already is left as it is, so that
    /// importing twice changes nothing (R50).
    ///
    /// # Errors
    /// Where the file is no OPML at all, or the database refuses.
    pub async fn import_feeds(&self, bytes: &[u8]) -> Result<Imported<FeedId>, RosterError> {
        let List { outlines, bad, .. } =
            opml::read(bytes, None).map_err(|reason| RosterError::Unreadable(reason.message))?;
        let mut session = self.store.write().await?;
        let mut shelf = Shelf::read(self, &mut session).await?;
        let mut imported = Imported::default();
        for outline in bad {
            let reason = if outline.page {
                format!("names only a page, no feed: `tidings feed discover {}` looks for its feeds", outline.address)
            } else {
                format!("`{}` is no web address", outline.address)
            };
            imported.refused.push(Refused { line: outline.line, reason });
        }
        let mut seen = std::collections::HashMap::new();
        for outline in &outlines {
            if let Some(id) = seen.get(&outline.xml_url) {
                let reason = format!("`{}` stands in the list already, as feed `{id}`", outline.xml_url);
                imported.refused.push(Refused { line: outline.line, reason });
                continue;
            }
            match self.take_outline(&mut session, &mut shelf, outline).await {
                Ok((id, taken)) => {
                    seen.insert(outline.xml_url.clone(), id.clone());
                    imported.note(id, taken);
                }
                Err(RosterError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    let reason = error.to_string().replace('\n', "; ");
                    imported.refused.push(Refused { line: outline.line, reason });
                }
            }
        }
        imported.refused.sort_by_key(|refused| refused.line);
        self.finish(session).await?;
        Ok(imported)
    }

    async fn take_outline(
        &self,
        session: &mut Session,
        shelf: &mut Shelf,
        outline: &Outline,
    ) -> Result<(FeedId, Taken), RosterError> {
        if let Some(known) = self.restore(session, shelf, &outline.xml_url).await? {
            return Ok((known.feed.id, known.taken));
        }
        let draft = Draft {
            url: &outline.xml_url,
            title: outline.title.as_deref(),
            source: outline.own("source"),
            id: outline.own("id"),
        };
        let (source, id) = shelf.place(&draft);
        let account = outline.own("account").map(Into::into);
        let mut options = options_of(outline.own("kind"), outline.own("options"));
        if let Some(service) = service::of_address(&outline.xml_url).filter(|_| options.kind == FeedKind::Rss) {
            (options.kind, options.service) = (service.kind(), Some(service));
        }
        let feed = Feed {
            id,
            url: outline.xml_url.clone(),
            site: outline.html_url.clone(),
            folders: outline.path.clone(),
            account: account.filter(|account| shelf.roster.config.watchlist.get(account).is_some()),
            ..options
        };
        self.keep_feed(session, &source, &feed, "imported").await?;
        shelf.note(&source, &feed);
        Ok((feed.id, Taken::Added))
    }

    /// All feeds as an OPML list, which [`Desk::import_feeds`] takes.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn export_feeds(&self) -> Result<String, RosterError> {
        let roster = self.roster().await?;
        write(&roster.config, self.now).map_err(|error| RosterError::Unreadable(error.to_string()))
    }
}

/// The list of all feeds.
fn write(config: &Config, now: Time) -> std::io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let opml = BytesStart::new("opml").with_attributes([("version", "2.0"), ("xmlns:tidings", NAMESPACE)]);
    writer.write_event(Event::Start(opml))?;
    writer.write_event(Event::Start(BytesStart::new("head")))?;
    for (name, text) in [("title", "Feeds of Tidings"), ("dateCreated", &now.to_rfc2822())] {
        writer.create_element(name).write_text_content(BytesText::new(text))?;
    }
    writer.write_event(Event::End(BytesEnd::new("head")))?;
    writer.write_event(Event::Start(BytesStart::new("body")))?;
    let feeds: Vec<_> = config.feeds().filter(|(_, feed)| !feed.generated).collect();
    write_folder(&mut writer, &feeds, 0)?;
    writer.write_event(Event::End(BytesEnd::new("body")))?;
    writer.write_event(Event::End(BytesEnd::new("opml")))?;
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

/// The feeds of one folder, `depth` folders down: those that stand in it, then the folders in it, in the order of the feeds.
fn write_folder(writer: &mut Writer<Vec<u8>>, feeds: &[(&Source, &Feed)], depth: usize) -> std::io::Result<()> {
    let mut folders: Vec<&str> = Vec::new();
    for (source, feed) in feeds {
        match feed.folders.get(depth) {
            Some(folder) if folders.contains(&folder.as_str()) => {}
            Some(folder) => folders.push(folder),
            None => write_feed(writer, source, feed)?,
        }
    }
    for folder in folders {
        let within: Vec<_> = feeds
            .iter()
            .copied()
            .filter(|(_, feed)| feed.folders.get(depth).is_some_and(|own| own == folder))
            .collect();
        writer.write_event(Event::Start(BytesStart::new("outline").with_attributes([("text", folder)])))?;
        write_folder(writer, &within, depth + 1)?;
        writer.write_event(Event::End(BytesEnd::new("outline")))?;
    }
    Ok(())
}

fn write_feed(writer: &mut Writer<Vec<u8>>, source: &Source, feed: &Feed) -> std::io::Result<()> {
    let mut outline = BytesStart::new("outline").with_attributes([
        ("type", "rss"),
        ("text", source.name.as_str()),
        ("xmlUrl", feed.url.as_str()),
        ("tidings:id", feed.id.as_str()),
        ("tidings:source", source.name.as_str()),
    ]);
    if let Some(site) = &feed.site {
        outline.push_attribute(("htmlUrl", site.as_str()));
    }
    if let Some(account) = &feed.account {
        outline.push_attribute(("tidings:account", account.as_str()));
    }
    let (kind, options) = written_options(feed);
    for (name, value) in [("tidings:kind", kind), ("tidings:options", options)] {
        if let Some(value) = value {
            outline.push_attribute((name, value.as_str()));
        }
    }
    writer.write_event(Event::Empty(outline))
}

/// What a list says of the kind of a feed and how it is read. What it says wrongly counts as not said; the feed is
/// checked as a whole afterwards.
fn options_of(kind: Option<&str>, options: Option<&str>) -> Feed {
    let said: serde_json::Value = options.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let kind = kind.and_then(|kind| serde_json::from_value(kind.into()).ok()).unwrap_or_default();
    Feed {
        kind,
        sitemap: serde_json::from_value(said["sitemap"].clone()).ok(),
        newsroom: serde_json::from_value(said["newsroom"].clone()).ok(),
        watch: serde_json::from_value(said["watch"].clone()).unwrap_or_default(),
        ..Feed::default()
    }
}

/// The same in writing; nothing where nothing is said.
fn written_options(feed: &Feed) -> (Option<String>, Option<String>) {
    let Ok(serde_json::Value::Object(mut said)) = serde_json::to_value(feed) else { return (None, None) };
    let kind = said.get("kind").and_then(|kind| kind.as_str()).map(str::to_owned);
    said.retain(|name, _| matches!(name.as_str(), "sitemap" | "newsroom" | "watch"));
    let options = serde_json::Value::Object(said);
    let any = options.as_object().is_some_and(|said| !said.is_empty());
    (kind.filter(|_| feed.kind != FeedKind::Rss), any.then(|| options.to_string()))
}
