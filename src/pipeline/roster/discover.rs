//! What a site has to be polled: asks for each candidate once, politely, and keeps what came for whoever adds it (R12).

use std::sync::Arc;

use serde::Serialize;

use super::subscribe::{Asking, SITEMAP, Subscribed, Wish, full_address, read};
use super::{Desk, RosterError};
use crate::address;
pub use crate::feed::discover::Found;
use crate::feed::discover::{self, COMMON_PATHS, How, NewsLink, PageLinks};
use crate::feed::{self, Parsed, sitemap};
use crate::fetch::{Fetched, Outcome};
use crate::model::{Clock, FeedKind};

/// Candidates asked for at most; what is announced beyond is not looked at.
const MOST_ASKED: usize = 16;

/// Newsroom pages that are looked at for feeds of their own.
const MOST_NEWSROOMS: usize = 2;

/// What a site has.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Discovered {
    /// The address that was looked at.
    pub site: String,
    /// What can be polled, the best first.
    pub found: Vec<Found>,
    /// Pages that the site names as its news.
    pub newsrooms: Vec<NewsLink>,
    /// What could not be read, with the reason.
    pub failed: Vec<(String, String)>,
}

struct Search<'a> {
    asking: Asking<'a>,
    told: Discovered,
    /// The answers, for whoever subscribes; their bodies are read and let go.
    answers: Vec<(String, Fetched, Parsed)>,
    asked: Vec<String>,
}

impl Desk {
    /// Looks at an address: a site, a page, a profile or a feed. Nothing is kept.
    ///
    /// # Errors
    /// Where the address is none or nothing of it can be read; where the database refuses.
    pub async fn discover(&self, typed: &str, clock: Arc<dyn Clock>) -> Result<Discovered, RosterError> {
        Ok(self.search(typed, clock).await?.told)
    }

    /// The same, and adds the best of what has entries, with the body that came.
    ///
    /// # Errors
    /// As [`Desk::discover`]; where there is nothing to add.
    pub async fn discover_and_add(
        &self,
        wish: &Wish,
        clock: Arc<dyn Clock>,
    ) -> Result<(Discovered, Subscribed), RosterError> {
        let url = full_address(&wish.url)?;
        if self.dry_run {
            return Ok((Discovered { site: url.clone(), ..Discovered::default() }, Subscribed::WouldAsk(url)));
        }
        let Search { told, mut answers, .. } = self.search(&wish.url, clock).await?;
        let best = told.found.iter().find(|found| found.entries > 0 && !found.comments);
        let place = best.and_then(|best| answers.iter().position(|(url, ..)| *url == best.url));
        let Some(place) = place else {
            let why = "no feed or sitemap with entries was found".to_owned();
            return Err(RosterError::NoFeed { url, why });
        };
        let (url, fetched, parsed) = answers.swap_remove(place);
        let subscribed = self.keep_answer(wish, &url, fetched, parsed).await?;
        Ok((told, subscribed))
    }

    async fn search(&self, typed: &str, clock: Arc<dyn Clock>) -> Result<Search<'_>, RosterError> {
        let site = full_address(typed)?;
        let asking = self.asking(clock).await?;
        let told = Discovered { site: site.clone(), ..Discovered::default() };
        let mut search = Search { asking, told, answers: Vec::new(), asked: Vec::new() };
        if let Some(feed) = discover::service_feed(&site) {
            search.ask(&feed, How::Service).await?;
            if !search.told.found.is_empty() {
                return Ok(search);
            }
        }
        search.asked.push(site.clone());
        let (fetched, parsed) = search.first(typed, &site).await?;
        search.told.site = fetched.url.to_string();
        if parsed.understood {
            search.note(fetched.url.to_string(), How::Given, fetched, parsed);
        } else {
            search.of_page(&fetched).await?;
        }
        discover::rank(&mut search.told.found);
        Ok(search)
    }
}

impl Search<'_> {
    /// The address itself; of a bare domain that does not answer, also with `www.`.
    async fn first(&self, typed: &str, site: &str) -> Result<(Fetched, Parsed), RosterError> {
        let answer = self.asking.get(site, false, None).await;
        let Some(host) = address::host(site).filter(|_| answer.is_err() && !typed.contains("://")) else {
            return answer;
        };
        if address::domain(site).as_deref() != Some(&host) || !host.contains('.') {
            return answer;
        }
        let with = site.replacen(&host, &format!("www.{host}"), 1);
        self.asking.get(&with, false, None).await.or(answer)
    }

    /// What a page leads to: what it announces and links, what its newsroom announces, sitemaps, and at last guesses.
    async fn of_page(&mut self, page: &Fetched) -> Result<(), RosterError> {
        let links = self.of_links(page).await?;
        self.told.newsrooms = links.newsrooms;
        for room in self.told.newsrooms.clone().into_iter().take(MOST_NEWSROOMS) {
            match self.asking.fetcher.page(&room.url, false).await {
                Outcome::Fresh(room) => drop(self.of_links(&room).await?),
                Outcome::Refused(why) | Outcome::Limited { why, .. } | Outcome::Failed { why, .. } => {
                    self.told.failed.push((room.url, why));
                }
                Outcome::Gone | Outcome::Unchanged { .. } => {}
            }
        }
        let mut sitemaps = self.asking.fetcher.sitemaps(page.url.as_str()).await;
        let how = if sitemaps.is_empty() { How::Guessed } else { How::Robots };
        if sitemaps.is_empty() {
            sitemaps.extend(page.url.join("/sitemap.xml").map(String::from));
        }
        sitemaps.sort_by_key(|map| !is_of_news(map));
        for map in sitemaps.into_iter().take(3) {
            self.ask(&map, how).await?;
        }
        for path in COMMON_PATHS {
            let any = self.told.found.iter().any(|found| found.kind == FeedKind::Rss && found.entries > 0);
            let Some(guess) = page.url.join(path).ok().filter(|_| !any) else { break };
            self.guess(guess.as_str()).await;
        }
        Ok(())
    }

    async fn of_links(&mut self, page: &Fetched) -> Result<PageLinks, RosterError> {
        let base = page.url.as_str();
        for alternate in feed::alternates(&page.body, page.content_type.as_deref(), base) {
            self.ask(&alternate.url, How::Announced).await?;
        }
        let links = discover::page_links(&page.body, page.content_type.as_deref(), base);
        for feed in &links.feeds {
            self.ask(feed, How::Linked).await?;
        }
        Ok(links)
    }

    /// Asks for a candidate, once. An index of sitemaps leads to the one of news.
    async fn ask(&mut self, url: &str, how: How) -> Result<(), RosterError> {
        let mut next = Some(url.to_owned());
        for _ in 0..2 {
            let Some(url) = next.take() else { break };
            if self.asked.len() > MOST_ASKED || self.asked.contains(&url) {
                break;
            }
            self.asked.push(url.clone());
            match self.asking.get(&url, false, None).await {
                Ok((fetched, parsed)) if parsed.understood => {
                    let base = fetched.url.to_string();
                    if parsed.warnings.iter().any(|warning| warning.code == "sitemap_index") {
                        let index = sitemap::read(&fetched.body, fetched.content_type.as_deref(), Some(&base));
                        next = index
                            .ok()
                            .and_then(|map| map.places.into_iter().map(|place| place.loc).find(|map| is_of_news(map)));
                    }
                    self.note(url, how, fetched, parsed);
                }
                Ok((_, parsed)) => {
                    let why = parsed.warnings.first().map_or("not a feed", |reason| reason.message.as_str());
                    self.told.failed.push((url, why.to_owned()));
                }
                Err(RosterError::NoFeed { url, why }) => {
                    if how != How::Guessed {
                        self.told.failed.push((url, why));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Looks at a common place, where robots.txt gives leave: nobody told us of it.
    async fn guess(&mut self, url: &str) {
        if self.asked.len() > MOST_ASKED || self.asked.iter().any(|asked| asked == url) {
            return;
        }
        self.asked.push(url.to_owned());
        if let Outcome::Fresh(fetched) = self.asking.fetcher.page(url, false).await {
            let parsed = read(&fetched, None, self.asking.desk.files.settings.fetch.max_body_bytes);
            if parsed.understood {
                self.note(url.to_owned(), How::Guessed, fetched, parsed);
            }
        }
    }

    fn note(&mut self, url: String, how: How, mut fetched: Fetched, parsed: Parsed) {
        let sitemap = parsed.warnings.iter().any(|warning| warning.code == SITEMAP);
        let kind = if sitemap { FeedKind::Sitemap } else { FeedKind::Rss };
        fetched.body = bytes::Bytes::new();
        let found = discover::describe(&parsed, &url, kind, how, &self.told.site, self.asking.desk.now);
        self.told.found.push(found);
        self.answers.push((url, fetched, parsed));
    }
}

fn is_of_news(map: &str) -> bool {
    let map = map.to_ascii_lowercase();
    ["news", "press", "post", "blog", "article"].iter().any(|word| map.contains(word))
}
