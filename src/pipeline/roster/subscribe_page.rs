//! A newsroom, a watched page or a sitemap by its address: what is there now is the measure of what comes later.

use super::accounts::Taken;
use super::subscribe::{AddedFeed, Asking, Draft, Shelf, Subscribed, Wish, name_of};
use super::{Desk, RosterError, source_called};
use crate::config::source_problems;
use crate::fetch::Fetched;
use crate::model::{Feed, FeedId, FeedKind, Source};
use crate::pipeline::poll::page::{self, Said};
use crate::pipeline::poll::sitemap::Gathered;
use crate::pipeline::poll::{Visit, kinds};
use crate::store::{Session, feeds};

impl Desk {
    /// Adds a page of this kind with what it says now, by one request. A page that cannot be read as wished is not added.
    pub(super) async fn subscribe_page(
        &self,
        wish: &Wish,
        url: &str,
        own: bool,
        kind: FeedKind,
        asking: &Asking<'_>,
    ) -> Result<Subscribed, RosterError> {
        let mut feed = Feed {
            id: FeedId::from("page"),
            url: url.to_owned(),
            kind,
            account: wish.account.clone(),
            newsroom: wish.newsroom.clone(),
            watch: wish.watch.clone(),
            ..Feed::default()
        };
        check_page(&feed)?;
        let mut fetched = asking.fetch(url, own, kind).await?;
        let said = page::read(&feed, &fetched).await;
        let faults: Vec<String> = match &said {
            Said::List(parsed) if parsed.understood => Vec::new(),
            Said::List(parsed) => parsed.warnings.first().map(|reason| reason.message.clone()).into_iter().collect(),
            Said::Parts(values) => {
                values.iter().filter_map(|value| Some(value.as_ref().err()?.message.clone())).collect()
            }
        };
        if !faults.is_empty() {
            return Err(RosterError::NoFeed { url: url.to_owned(), why: faults.join("; ") });
        }
        feed.url = fetched.moved_to.take().unwrap_or_else(|| url.to_owned());
        let title = match &said {
            Said::List(parsed) => parsed.feed.title.as_deref().map(name_of),
            Said::Parts(_) => None,
        };
        let mut session = self.store.write().await?;
        let shelf = Shelf::read(self, &mut session).await?;
        if let Some(known) = self.restore(&mut session, &shelf, &feed.url).await? {
            self.finish(session).await?;
            return Ok(Subscribed::Feed(Box::new(known)));
        }
        let title = title.filter(|title| !title.is_empty());
        let draft = Draft { url: &feed.url, title: title.as_deref(), source: wish.source.as_deref(), id: None };
        let (source, id) = shelf.place(&draft);
        feed.id = id;
        self.keep_feed(&mut session, &source, &feed, "added").await?;
        let Some(state) = feeds::get(&mut session, &feed.id).await? else {
            return Err(RosterError::Unreadable("the feed that was just kept is not there".to_owned()));
        };
        let schedule = &self.files.settings.schedule;
        let owner = kinds::owner(&shelf.roster.config, &source, &feed);
        let mut visit = Visit { store: &self.store, schedule, source: &source, feed: &feed, state, at: self.now };
        let settled = page::settle(&mut visit, &mut session, fetched, said, &owner).await?;
        feeds::record(&mut session, &visit.state).await?;
        self.finish(session).await?;
        Ok(Subscribed::Feed(Box::new(AddedFeed { feed, source, taken: Taken::Added, entries: settled.new })))
    }

    /// Takes the first answer of a sitemap. Where it is an index, its sitemaps are asked for at the next pass.
    pub(super) async fn take_sitemap(
        &self,
        visit: &mut Visit<'_>,
        session: &mut Session,
        fetched: Fetched,
    ) -> Result<usize, RosterError> {
        let mut gathered = Gathered::remembered(&self.store, visit.feed).await?;
        let cap = self.files.settings.fetch.max_body_bytes;
        let index = gathered
            .take_root(&fetched, cap)
            .await
            .map_err(|reason| RosterError::NoFeed { url: visit.feed.url.clone(), why: reason.message })?;
        let http = fetched.http.clone();
        let settled = gathered.settle(visit, session, Some(fetched), &http).await?;
        if index {
            visit.state.next_poll = self.now;
            "the sitemaps that it lists are to be read".clone_into(&mut visit.state.next_why);
        }
        Ok(settled.new)
    }
}

/// Tells what is wrong with the wish before any server is asked.
fn check_page(feed: &Feed) -> Result<(), RosterError> {
    let alone = Source { feeds: vec![feed.clone()], ..source_called("page".into(), "page") };
    let known = feed.account.iter().map(|account| account.0.clone()).collect();
    let problems = source_problems(&alone, &known);
    if problems.is_empty() { Ok(()) } else { Err(RosterError::Wrong(problems)) }
}
