//! Searches, filings and social feeds that follow from the watchlist, and the addresses of those that stand in
//! `sources.toml`.

use std::collections::{BTreeMap, HashSet};

use super::{Config, Settings};
use crate::feed::service::{self, Ask, Handle, Market, Planned, Wanted};
use crate::mention::{bare_name, needs_context};
use crate::model::{Account, AccountId, AccountKind, Feed, FeedId, FeedKind, Service, Source, SourceId, Watchlist};
use crate::text::count::counted;

/// How many days back a search of `sources.toml` looks.
const DAYS: u32 = 7;

/// Accounts named in a remark.
const NAMED: usize = 5;

/// Adds what follows from the watchlist, where the settings say so. Gives what to know about it, lower case, no full
/// stop: who is not searched for, and why.
pub fn add(config: &mut Config) -> Vec<String> {
    let settings = &config.settings;
    if !settings.searches.on {
        return Vec::new();
    }
    let mut made = Made::default();
    made.searches(&config.watchlist, settings);
    made.filings(&config.watchlist, settings);
    made.social(&config.watchlist, settings);
    let Made { feeds, mut notes } = made;
    let mut known: HashSet<String> = HashSet::new();
    for (_, feed) in config.feeds() {
        known.extend([feed.id.0.clone(), feed.url.clone()]);
    }
    for (service, mut feeds) in feeds {
        feeds.retain(|feed| !known.contains(feed.id.as_str()) && known.insert(feed.url.clone()));
        if feeds.is_empty() {
            continue;
        }
        let id = SourceId(format!("search-{}", service.as_str().replace('_', "-")));
        match config.sources.iter_mut().find(|source| source.id == id) {
            Some(source) => source.feeds.extend(feeds),
            None => config.sources.push(source_of(id, service, feeds)),
        }
    }
    notes.sort();
    notes
}

/// Gives each feed of a service its address and kind. What cannot be asked is told with the places of source and feed.
pub(super) fn fill(sources: &mut [Source], watchlist: &Watchlist, settings: &Settings) -> Vec<(usize, usize, String)> {
    let mut wrong = Vec::new();
    for (place, source) in sources.iter_mut().enumerate() {
        let around = source.language.as_ref().zip(source.country.as_ref());
        let around = around.map(|(language, country)| format!("{language}-{country}"));
        for (number, feed) in source.feeds.iter_mut().enumerate() {
            let Some(service) = feed.service else { continue };
            feed.kind = service.kind();
            if !feed.url.is_empty() || (feed.query.is_none() && feed.account.is_none()) {
                continue;
            }
            let market = feed.market.clone().or_else(|| around.clone());
            let market = market.or_else(|| settings.searches.markets.first().cloned());
            let account = feed.account.as_ref().map(|account| watchlist.get(account));
            let query = match (&feed.query, account) {
                (Some(query), _) => Ok(query.clone()),
                (None, Some(Some(account))) => query_for(service, account, settings),
                // An unknown account is told elsewhere.
                (None, _) => continue,
            };
            let asked = query.and_then(|query| {
                let ask = ask(service, &query, market.as_deref().and_then(Market::parse), DAYS, settings);
                Ok((service::address(service, &ask)?, query))
            });
            match asked {
                Ok((url, query)) => {
                    feed.url = url;
                    feed.query = Some(query);
                }
                Err(why) => wrong.push((place, number, format!("feed `{}` cannot be asked: {why}", feed.id))),
            }
        }
    }
    wrong
}

/// What a service is asked for an account.
fn query_for(service: Service, account: &Account, settings: &Settings) -> Result<String, String> {
    match service.kind() {
        FeedKind::Filing => filing_query(account)
            .ok_or_else(|| format!("account `{}` has neither a `cik` nor a ticker with country US", account.id)),
        FeedKind::Social => {
            let handles = account.social.iter().filter_map(|text| service::handle(text).ok());
            let handle = handles.into_iter().find(|handle| handle.service == service);
            let missing = || format!("account `{}` has nothing of {} in `social`", account.id, service.name());
            handle.map(|handle| handle.query).ok_or_else(missing)
        }
        _ => service::query_of(service, &wanted(account, settings.mention.short_letters)?),
    }
}

/// An account in words to look for.
///
/// # Errors
/// Why it cannot be looked for, lower case, no full stop.
pub fn wanted(account: &Account, short_letters: usize) -> Result<Wanted, String> {
    let topic = account.kind == AccountKind::Topic;
    let bare = if topic { account.name.clone() } else { bare_name(&account.name) };
    let aliases = account.aliases.iter().filter(|alias| alias.require.is_empty());
    let mut names: Vec<(String, bool)> = vec![(bare.clone(), needs_context(&bare, short_letters))];
    for alias in aliases {
        let text = if topic { alias.text.clone() } else { bare_name(&alias.text) };
        let weak = alias.needs_context.unwrap_or_else(|| needs_context(&text, short_letters));
        names.push((text, weak));
    }
    let strong: Vec<String> = names.iter().filter(|(_, weak)| !weak || topic).map(|(name, _)| name.clone()).collect();
    let context: Vec<String> = account.context.require.clone();
    let context = if context.is_empty() { [&account.products[..], &account.people].concat() } else { context };
    let whole = account.name.trim();
    let (names, context) = if !strong.is_empty() {
        (strong, Vec::new())
    } else if !context.is_empty() {
        (names.into_iter().map(|(name, _)| name).collect(), context)
    } else if whole != bare && !bare.is_empty() {
        // "Target Corporation" is rarely written, but is nobody else.
        (vec![whole.to_owned()], Vec::new())
    } else {
        return Err(format!("`{bare}` alone is too short or too ordinary; give words in context.require"));
    };
    Ok(Wanted {
        account: account.id.clone(),
        tier: account.tier,
        names: without_longer(names),
        context,
        exclude: account.context.exclude.clone(),
        domains: account.domains.iter().take(1).cloned().collect(),
    })
}

/// Each name once; a phrase finds whatever holds it, so that a longer name that holds a shorter one is not needed.
fn without_longer(names: Vec<String>) -> Vec<String> {
    let padded = |name: &str| format!(" {} ", name.to_lowercase());
    let mut kept: Vec<String> = Vec::new();
    for name in names.into_iter().filter(|name| !name.trim().is_empty()) {
        if kept.iter().any(|known| padded(&name).contains(&padded(known))) {
            continue;
        }
        kept.retain(|known| !padded(known).contains(&padded(&name)));
        kept.push(name);
    }
    kept
}

/// What the SEC knows an account by: its CIK, or a ticker where its country says that it is of the United States; the
/// same letters are somebody else's at another exchange.
fn filing_query(account: &Account) -> Option<String> {
    let ticker = || account.tickers.first().filter(|_| account.country.as_deref() == Some("US"));
    account.cik.clone().or_else(|| ticker().map(|ticker| ticker.rsplit(':').next().unwrap_or(ticker).trim().to_owned()))
}

/// Feeds by service, and what to know.
#[derive(Default)]
struct Made {
    feeds: BTreeMap<Service, Vec<Feed>>,
    notes: Vec<String>,
}

impl Made {
    fn searches(&mut self, watchlist: &Watchlist, settings: &Settings) {
        let searches = &settings.searches;
        let mut left_out: Vec<(AccountId, String)> = Vec::new();
        let mut all = Vec::new();
        let accounts = watchlist.accounts().iter();
        for account in accounts.filter(|one| searches.kinds.contains(&one.kind) && searches.tiers.contains(&one.tier)) {
            match wanted(account, settings.mention.short_letters) {
                Ok(wanted) => all.push(wanted),
                Err(why) => left_out.push((account.id.clone(), why)),
            }
        }
        for service in searches.services.iter().copied().filter(|service| service.kind() == FeedKind::Search) {
            let (planned, more) = service::plan(service, &all, searches);
            left_out.extend(more);
            for Planned { id, query, market, accounts, every_minutes, days } in planned {
                let shown = market.as_ref().map(Market::to_string);
                let ask = ask(service, &query, market, days, settings);
                let account = match accounts.as_slice() {
                    [one] => Some(one.clone()),
                    _ => None,
                };
                self.put(
                    service,
                    id,
                    &ask,
                    Feed {
                        account,
                        every_minutes: Some(every_minutes),
                        looks_for: accounts,
                        market: shown,
                        ..Feed::default()
                    },
                );
            }
        }
        left_out.dedup();
        if !left_out.is_empty() {
            let told: Vec<String> = left_out.iter().take(NAMED).map(|(id, why)| format!("`{id}` ({why})")).collect();
            let more = left_out.len().saturating_sub(NAMED);
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.notes.push(format!("not searched for: {}{rest}", told.join(", ")));
        }
    }

    fn filings(&mut self, watchlist: &Watchlist, settings: &Settings) {
        let searches = &settings.searches;
        let found: Vec<(&Account, String)> = watchlist
            .accounts()
            .iter()
            .filter(|_| searches.filings)
            .filter_map(|account| Some((account, filing_query(account)?)))
            .collect();
        if found.is_empty() {
            return;
        }
        if settings.fetch.contact.as_deref().is_none_or(|contact| contact.trim().is_empty()) {
            self.notes.push(format!(
                "filings of {} are not followed: the SEC answers only where `contact` in [fetch] is set",
                counted(found.len(), "account")
            ));
            return;
        }
        let hourly: f64 =
            found.iter().map(|(account, _)| 60.0 / f64::from(searches.every_minutes.of(account.tier).max(1))).sum();
        let stretch = (hourly / f64::from(searches.filings_per_hour.max(1))).max(1.0);
        for (account, query) in found {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, far below 2^32")]
            let every = (f64::from(searches.every_minutes.of(account.tier)) * stretch).ceil() as u32;
            let ask = ask(Service::Edgar, &query, None, DAYS, settings);
            let feed = Feed { account: Some(account.id.clone()), every_minutes: Some(every), ..Feed::default() };
            self.put(Service::Edgar, format!("filing-edgar-{}", account.id), &ask, feed);
        }
    }

    fn social(&mut self, watchlist: &Watchlist, settings: &Settings) {
        for account in watchlist.accounts().iter().filter(|_| settings.searches.social) {
            let mut counts: BTreeMap<Service, usize> = BTreeMap::new();
            for text in &account.social {
                // What is no handle is told when it is written.
                let Ok(Handle { service, query }) = service::handle(text) else { continue };
                let number = counts.entry(service).or_insert(0);
                *number += 1;
                let suffix = if *number > 1 { format!("-{number}") } else { String::new() };
                let id = format!("social-{}-{}{suffix}", service.as_str(), account.id);
                let ask = ask(service, &query, None, DAYS, settings);
                self.put(service, id, &ask, Feed { account: Some(account.id.clone()), ..Feed::default() });
            }
        }
    }

    fn put(&mut self, service: Service, id: String, ask: &Ask, feed: Feed) {
        match service::address(service, ask) {
            Ok(url) => self.feeds.entry(service).or_default().push(Feed {
                id: FeedId(id),
                url,
                kind: service.kind(),
                service: Some(service),
                query: Some(ask.query.clone()),
                generated: true,
                ..feed
            }),
            Err(why) => self.notes.push(format!("no feed `{id}`: {why}")),
        }
    }
}

fn ask(service: Service, query: &str, market: Option<Market>, days: u32, settings: &Settings) -> Ask {
    Ask { base: settings.searches.base_of(service), query: query.to_owned(), market, days }
}

fn source_of(id: SourceId, service: Service, feeds: Vec<Feed>) -> Source {
    Source {
        id,
        name: service.name().to_owned(),
        country: None,
        language: None,
        own: false,
        rest_scope: None,
        retention_days: None,
        wire: false,
        show_full_text: false,
        fetch: service::fetch_mode(service),
        feeds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Alias, ContextRules, Tier};

    fn account(id: &str, name: &str) -> Account {
        Account { id: id.into(), name: name.to_owned(), ..Account::default() }
    }

    fn names(account: &Account) -> Result<(Vec<String>, Vec<String>), String> {
        wanted(account, 3).map(|wanted| (wanted.names, wanted.context))
    }

    #[test]
    fn short_and_ordinary_names_get_context_or_are_left_out() {
        let some = |names: &[&str], context: &[&str]| {
            let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            Ok((texts(names), texts(context)))
        };
        let acme = Account {
            aliases: vec!["Acme Robotics Labs".into(), "ACMR".into()],
            ..account("a", "Acme Robotics, Inc.")
        };
        assert_eq!(names(&acme), some(&["Acme Robotics", "ACMR"], &[]), "the longer one is found by the shorter");
        let bare = account("t", "Target");
        assert!(names(&bare).unwrap_err().contains("context.require"));
        assert_eq!(names(&account("t", "Target Corporation")), some(&["Target Corporation"], &[]));
        let rules = ContextRules { require: vec!["retail".to_owned()], ..ContextRules::default() };
        assert_eq!(names(&Account { context: rules, ..bare.clone() }), some(&["Target"], &["retail"]));
        let products = Account { products: vec!["RedCard".to_owned()], ..bare.clone() };
        assert_eq!(names(&products), some(&["Target"], &["RedCard"]));
        let ruled = Alias { text: "Zantrix".to_owned(), needs_context: Some(true), ..Alias::default() };
        assert_eq!(names(&Account { aliases: vec![ruled], ..account("z", "Zantrix Holdings") }).unwrap().0.len(), 1);
    }

    fn config(accounts: Vec<Account>, change: impl FnOnce(&mut Settings)) -> Config {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let mut config = crate::config::load(&folder).unwrap();
        config.watchlist = Watchlist::new(accounts);
        config.settings.searches.on = true;
        change(&mut config.settings);
        config
    }

    fn ids(config: &Config) -> Vec<&str> {
        config.feeds().filter(|(_, feed)| feed.generated).map(|(_, feed)| feed.id.as_str()).collect()
    }

    #[test]
    fn nothing_is_asked_of_anyone_unless_it_is_turned_on() {
        let mut off = config(vec![account("acme", "Acme Robotics")], |settings| settings.searches.on = false);
        let before = off.sources.len();
        assert!(add(&mut off).is_empty() && off.sources.len() == before && ids(&off).is_empty());
    }

    #[test]
    fn an_account_gets_searches_filings_and_social_feeds() {
        let acme = Account {
            cik: Some("1999001".to_owned()),
            social: vec!["@acme@social.example".to_owned(), "https://www.reddit.com/r/acme".to_owned()],
            ..account("acme", "Acme Robotics")
        };
        let foreign = Account {
            tickers: vec!["MC".to_owned()],
            country: Some("FR".to_owned()),
            ..account("maison", "Maison Corvin")
        };
        let home = Account {
            tickers: vec!["NYSE: HML".to_owned()],
            country: Some("US".to_owned()),
            ..account("hml", "Hamlet Mills")
        };
        let topic = Account { kind: AccountKind::Topic, ..account("robots", "warehouse robots") };
        let mut found = config(vec![acme, foreign, home, topic], |settings| {
            settings.fetch.contact = Some("me@a.example".to_owned());
        });
        assert_eq!(add(&mut found), Vec::<String>::new());
        assert_eq!(
            ids(&found),
            [
                "search-google-news-acme",
                "search-google-news-maison",
                "search-google-news-hml",
                "search-gdelt-acme",
                "search-gdelt-maison",
                "search-gdelt-hml",
                "social-reddit-acme",
                "filing-edgar-acme",
                "filing-edgar-hml",
                "social-mastodon-acme",
            ],
            "a ticker of another country is somebody else's at the SEC"
        );
        let speaker = |id: &str| found.feed(&id.into()).unwrap().1.speaker().map(AccountId::as_str);
        assert_eq!(speaker("search-google-news-acme"), None, "a search proves no firm");
        assert_eq!(speaker("filing-edgar-acme"), Some("acme"), "a CIK is nobody else's");
        assert_eq!(speaker("filing-edgar-hml"), None, "a ticker may be");
        assert_eq!(speaker("social-mastodon-acme"), Some("acme"));
        assert_eq!(speaker("social-reddit-acme"), None);
        let url = &found.feed(&"filing-edgar-hml".into()).unwrap().1.url;
        assert!(url.contains("CIK=HML"), "{url}");
    }

    #[test]
    fn what_is_not_searched_for_is_told_with_its_reason() {
        let mut found = config(
            vec![account("target", "Target"), Account { cik: Some("12".to_owned()), ..account("z", "Zantrix") }],
            |_| {},
        );
        let notes = add(&mut found);
        assert!(notes.iter().any(|note| note.contains("`target` (`Target` alone is too short")), "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("`contact` in [fetch]")), "{notes:?}");
    }

    #[test]
    fn a_feed_of_the_file_wins() {
        let acme = account("acme", "Acme Robotics");
        let mut found = config(vec![acme], |_| {});
        let own = Feed { id: "search-gdelt-acme".into(), url: "https://a.example/x".to_owned(), ..Feed::default() };
        found.sources[0].feeds.push(own);
        add(&mut found);
        assert_eq!(ids(&found), ["search-google-news-acme"]);
    }

    #[test]
    fn tiers_and_kinds_are_chosen() {
        let rival = Account { kind: AccountKind::Competitor, ..account("rival", "Palletron Systems") };
        let small = Account { tier: Tier::C, ..account("small", "Small Fry Robotics") };
        let mut found = config(vec![rival, small], |settings| {
            settings.searches.kinds = vec![AccountKind::Client];
            settings.searches.tiers = vec![Tier::A, Tier::B];
        });
        add(&mut found);
        assert!(ids(&found).is_empty());
    }
}
