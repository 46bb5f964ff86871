//! Each site's robots.txt: asked for once, believed for a day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use http::header::{self, HeaderValue};
use tokio::sync::Mutex as Single;
use url::Url;

use super::fetcher::Fetcher;
use super::robots::{self, Robots};
use super::walk::{Cap, Errand, Manners, Stop};
use crate::model::Time;

/// The most redirects of a robots.txt that are followed; beyond them it counts as missing (RFC 9309, section 2.3.1.2).
const MOST_REDIRECTS: usize = 5;

/// Sites remembered: beyond that, those whose file is too old are forgotten, and if that is not enough, all.
const MANY: usize = 1024;

/// The files read so far, by site (scheme, host, port). A lock is held while its file is fetched, so that it is asked
/// for once.
#[derive(Debug, Default)]
pub(super) struct RobotsCache {
    sites: Mutex<HashMap<String, Arc<Single<Option<Known>>>>>,
}

#[derive(Clone, Debug)]
struct Known {
    read: Time,
    says: Arc<Robots>,
}

impl RobotsCache {
    fn site(&self, url: &Url, good: &dyn Fn(&Known) -> bool) -> Arc<Single<Option<Known>>> {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let name = url.origin().ascii_serialization();
        if sites.len() >= MANY && !sites.contains_key(&name) {
            let in_use = |site: &Arc<Single<Option<Known>>>| Arc::strong_count(site) > 1;
            sites.retain(|_, site| in_use(site) || site.try_lock().is_ok_and(|known| known.as_ref().is_some_and(good)));
            if sites.len() >= MANY {
                sites.retain(|_, site| in_use(site));
            }
        }
        Arc::clone(sites.entry(name).or_default())
    }
}

impl Fetcher {
    /// Gives leave to ask for the page at `url`, and slows down where the site asks for that.
    ///
    /// # Errors
    /// Where robots.txt forbids it, or cannot be read now: then nothing of the site may be asked for
    /// (RFC 9309, section 2.3.1.4).
    pub(super) async fn ask_robots(&self, url: &Url, own: bool) -> Result<(), Stop> {
        let says = self.robots_of(url, own).await?;
        let host = url.host_str().unwrap_or_default();
        if let Some(seconds) = says.crawl_delay() {
            self.lines.slow(host, seconds);
        }
        let verdict = says.judge(url.as_str());
        if verdict.allowed {
            return Ok(());
        }
        let (name, rule) = (self.settings.robots_name(), verdict.rule.unwrap_or_default());
        Err(Stop::Refused(format!("robots.txt of {host} forbids {name} this page (Disallow: {rule})")))
    }

    /// The sitemaps that robots.txt of the site of `address` names: full addresses. None where it
    /// cannot be read.
    pub async fn sitemaps(&self, address: &str) -> Vec<String> {
        let Ok(url) = Url::parse(address) else { return Vec::new() };
        let Ok(says) = self.robots_of(&url, false).await else { return Vec::new() };
        let full = says.sitemaps().iter().filter_map(|stated| url.join(stated.trim()).ok());
        full.filter(|map| matches!(map.scheme(), "http" | "https")).map(String::from).collect()
    }

    async fn robots_of(&self, url: &Url, own: bool) -> Result<Arc<Robots>, Stop> {
        let hours = i64::try_from(self.settings.robots_cache_hours.clamp(1, 24)).unwrap_or(24);
        let now = self.clock.now();
        let good = |known: &Known| known.read <= now && now - known.read < TimeDelta::hours(hours);
        let site = self.robots.site(url, &good);
        let mut known = site.lock().await;
        if let Some(known) = known.as_ref().filter(|known| good(known)) {
            return Ok(Arc::clone(&known.says));
        }
        let says = Arc::new(self.fetch_robots(url, own).await?);
        *known = Some(Known { read: self.clock.now(), says: Arc::clone(&says) });
        Ok(says)
    }

    /// The file of the site of `url`. One that is missing (4xx, or redirects without end) allows everything.
    async fn fetch_robots(&self, url: &Url, own: bool) -> Result<Robots, Stop> {
        let host = url.host_str().unwrap_or_default();
        let address =
            url.join("/robots.txt").map_err(|error| Stop::Refused(format!("no robots.txt for {host}: {error}")))?;
        let mut headers = self.headers();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/plain, */*;q=0.5"));
        let cap = Cap::Start(robots::MAX_BYTES);
        let manners = Manners { own, rest_scope: None, ask_robots: false };
        let errand = Errand { headers, manners, redirects: MOST_REDIRECTS, cap };
        let told = |why: String| format!("robots.txt of {host} cannot be read, so its pages are left alone: {why}");
        match self.walk(address, &errand).await {
            Ok(arrival) if arrival.status.is_success() => Ok(Robots::parse(&arrival.body, self.settings.robots_name())),
            Ok(_) | Err(Stop::TooManyRedirects(_)) => Ok(Robots::default()),
            Err(Stop::Limited { until, why, backoff }) => Err(Stop::Limited { until, why: told(why), backoff }),
            Err(Stop::Failed { transient, why, backoff }) => Err(Stop::Failed { transient, why: told(why), backoff }),
            Err(Stop::Refused(why)) => Err(Stop::Refused(told(why))),
        }
    }
}
