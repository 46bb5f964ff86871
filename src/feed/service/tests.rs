use super::*;
use crate::feed::{parse_as, parse_of};
use crate::model::{Entry, Feed, FeedKind, Tier};

fn entries(service: Service, sample: &str) -> Vec<Entry> {
    let parsed = read(service, sample.as_bytes(), None, None);
    assert!(parsed.understood, "{service:?}: {:?}", parsed.warnings);
    parsed.entries
}

fn title(entry: &Entry) -> &str {
    entry.title.as_deref().unwrap_or_default()
}

fn link(entry: &Entry) -> &str {
    entry.link.as_deref().unwrap_or_default()
}

fn publisher(entry: &Entry) -> (&str, &str) {
    let source = entry.source.as_ref().unwrap();
    (source.name.as_deref().unwrap_or_default(), source.url.as_deref().unwrap_or_default())
}

fn ask(query: &str) -> Ask {
    Ask { query: query.to_owned(), market: Market::parse("de-DE"), days: 2, base: None }
}

/// A parameter of an address.
fn parameter(url: &str, name: &str) -> Option<String> {
    Url::parse(url).unwrap().query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[test]
fn r27_google_news_names_the_publisher_and_keeps_its_own_link() {
    let found = entries(Service::GoogleNews, include_str!("samples/google_news.xml"));
    assert_eq!(title(&found[0]), "Palletron Systems to lay off 240 people in Ohio");
    assert_eq!(publisher(&found[0]), ("Harbour Gazette", "https://www.harbour-gazette.example"));
    assert!(link(&found[0]).starts_with("https://news.google.com/rss/articles/"), "{}", link(&found[0]));
    assert!(!leads_to_page(link(&found[0])));
    assert_eq!((&found[0].summary, &found[0].content), (&None, &None), "the description is no text of the article");
    assert_eq!(title(&found[1]), "Sorting - faster and cheaper", "only the publisher goes");
}

#[test]
fn r27_bing_links_lead_to_the_publisher_without_a_request() {
    let found = entries(Service::BingNews, include_str!("samples/bing_news.xml"));
    assert_eq!(link(&found[0]), "https://www.werkzeitung.example/leipzig?id=7");
    assert_eq!(publisher(&found[0]), ("Werkzeitung on MSN", "https://www.werkzeitung.example/"));
    assert_eq!(publisher(&found[1]), ("", "https://cargo.example/"));
    assert!(found[0].summary.as_deref().unwrap().contains("sorting robots"));
}

#[test]
fn gdelt_gives_addresses_of_publishers_and_titles_in_one_piece() {
    let found = entries(Service::Gdelt, include_str!("samples/gdelt.json"));
    assert_eq!(title(&found[0]), "Palletron Systems, Inc. to lay off 240 people: union protests");
    assert_eq!(publisher(&found[0]), ("harbour-gazette.example", "https://harbour-gazette.example/"));
    assert_eq!(found[0].published.unwrap().to_rfc3339(), "2026-03-02T08:30:00+00:00");
    assert_eq!(found[1].language.as_deref(), Some("de"));
}

#[test]
fn hacker_news_leads_outside_where_a_story_does() {
    let found = entries(Service::HackerNews, include_str!("samples/hacker_news.json"));
    assert_eq!(link(&found[0]), "https://blog.palletron.example/gripper");
    assert_eq!(publisher(&found[0]).0, "blog.palletron.example");
    assert_eq!(link(&found[1]), "https://news.ycombinator.com/item?id=47000002");
    assert_eq!(publisher(&found[1]).0, "Hacker News");
    assert!(found[1].summary.as_deref().unwrap().contains("40 of their arms"));
}

#[test]
fn reddit_leads_to_what_was_submitted() {
    let found = entries(Service::Reddit, include_str!("samples/reddit.xml"));
    assert_eq!(link(&found[0]), "https://harbour-gazette.example/palletron?a=1&b=2");
    assert_eq!((&found[0].summary, &found[0].content), (&None, &None));
    assert_eq!(link(&found[1]), "https://www.reddit.com/r/robotics/comments/1abd/arm/");
    assert_eq!(publisher(&found[1]).0, "Reddit");
    assert!(found[1].content.as_deref().unwrap().contains("after a week"));
}

#[test]
fn filings_say_form_and_items_in_words() {
    let found = entries(Service::Edgar, include_str!("samples/edgar.json"));
    let titles: Vec<&str> = found.iter().map(title).collect();
    assert_eq!(
        titles,
        [
            "PALLETRON SYSTEMS, INC. files 8-K Item 5.02: departure, election or appointment of directors or officers",
            "PALLETRON SYSTEMS, INC. files 10-K (annual report)",
            "PALLETRON SYSTEMS, INC. files 8-K/A Item 1.03: bankruptcy or receivership",
        ],
        "Form 4 is of a person, 9.01 are exhibits"
    );
    let folder = "https://www.sec.gov/Archives/edgar/data/1999001";
    assert_eq!(link(&found[0]), format!("{folder}/000199900126000012/pltr-20260228.htm"));
    assert_eq!(link(&found[2]), format!("{folder}/000199900126000009/0001999001-26-000009-index.htm"));
    assert_eq!(found[0].published.unwrap().to_rfc3339(), "2026-03-02T21:05:12+00:00");
    let by_ticker = entries(Service::Edgar, include_str!("samples/edgar.atom"));
    assert_eq!(
        title(&by_ticker[0]),
        "PALLETRON SYSTEMS, INC. files 8-K Item 2.05: costs of exit or disposal activities; \
         Item 5.02: departure, election or appointment of directors or officers"
    );
    assert_eq!(by_ticker[0].id, found[0].id, "the same filing by both ways");
}

#[test]
fn social_entries_have_a_headline() {
    let found = entries(Service::Mastodon, include_str!("samples/mastodon.rss"));
    assert!(title(&found[0]).starts_with("We open our second plant") && title(&found[0]).ends_with(" …"));
    let found = entries(Service::Bluesky, include_str!("samples/bluesky.rss"));
    assert_eq!(title(&found[0]), "Our new arm lifts 80 kg.");
    let found = entries(Service::Youtube, include_str!("samples/youtube.xml"));
    assert_eq!(
        (title(&found[0]), link(&found[0])),
        ("How our gripper works", "https://www.youtube.com/watch?v=aaaaaaaaaaa")
    );
}

#[test]
fn nothing_found_is_no_failure() {
    for (service, sample) in [
        (Service::GoogleNews, include_str!("samples/google_news_empty.xml")),
        (Service::Gdelt, "{}"),
        (Service::Gdelt, r#"{"articles": []}"#),
        (Service::HackerNews, r#"{"hits": [], "nbHits": 0}"#),
    ] {
        assert!(entries(service, sample).is_empty(), "{service:?}");
    }
}

#[test]
fn each_way_to_fail_has_its_name() {
    let google = include_str!("samples/google_news.xml");
    let no_publisher = google.replace("<source", "<origin").replace("</source", "</origin");
    let hidden = include_str!("samples/bing_news.xml").replace("&amp;url=", "&amp;u=");
    let table = include_str!("samples/edgar.json").replace("accessionNumber", "accession");
    for (service, answer, code, said) in [
        (Service::Gdelt, "Please limit requests to one every 5 seconds or contact us.", "rate_limited", "less often"),
        (Service::Gdelt, "The specified phrase is too short.", "refused_query", "longer name"),
        (Service::Gdelt, r#"{"items": []}"#, "changed_format", "`articles`"),
        (Service::Gdelt, r#"{"articles": [{"link": "https://a.example"}]}"#, "changed_format", "`url`"),
        (Service::Gdelt, "<html><head><title>502 Bad Gateway</title></head></html>", "error_page", "502 Bad Gateway"),
        (Service::HackerNews, r#"{"results": []}"#, "changed_format", "`hits`"),
        (Service::GoogleNews, &no_publisher, "changed_format", "publisher"),
        (
            Service::GoogleNews,
            "<!doctype html><html><title>Before you continue to Google</title>",
            "refused_query",
            "consent",
        ),
        (
            Service::GoogleNews,
            "<html><body>Our systems have detected unusual traffic</body></html>",
            "rate_limited",
            "",
        ),
        (Service::GoogleNews, "", "empty", "empty"),
        (Service::BingNews, &hidden, "changed_format", "publisher"),
        (
            Service::Edgar,
            "<html><body>Your Request Originates from an Undeclared Automated Tool</body></html>",
            "refused_query",
            "contact",
        ),
        (
            Service::Edgar,
            "<html><title>SEC.gov | Request Rate Threshold Exceeded</title></html>",
            "rate_limited",
            "Threshold",
        ),
        (Service::Edgar, &table, "changed_format", "filings.recent"),
        (Service::Reddit, "<html><title>whoa there, pardner!</title></html>", "rate_limited", "pardner"),
        (Service::Bluesky, r#"{"error":"InvalidRequest"}"#, "changed_format", "InvalidRequest"),
    ] {
        let parsed = read(service, answer.as_bytes(), None, None);
        assert!(!parsed.understood && parsed.entries.is_empty(), "{service:?} {answer}");
        let reason = &parsed.warnings[0];
        assert_eq!(reason.code, code, "{service:?} {answer}: {reason}");
        assert!(reason.message.contains(said), "{reason}");
    }
}

#[test]
fn the_errors_of_a_bridge_are_no_articles() {
    let sample = include_str!("samples/rss_bridge_error.xml");
    let parsed = parse_as(FeedKind::Rss, sample.as_bytes(), None, None);
    assert!(!parsed.understood && parsed.entries.is_empty());
    assert_eq!(parsed.warnings[0].message, "the bridge could not read its page: bridge returned error 403!");
    let article = "<item><title>Bridge returned error-free results</title></item><item><title>Bridge";
    let parsed = parse_as(FeedKind::Rss, sample.replacen("<item><title>Bridge", article, 1).as_bytes(), None, None);
    assert!(parsed.understood);
    assert_eq!(parsed.entries.len(), 1, "{:?}", parsed.entries);
    assert!(parsed.warnings.iter().any(|warning| warning.code == "bridge_error"));
}

#[test]
fn r27_links_that_count_clicks_tell_where_they_lead() {
    for (link, told) in [
        ("https://news.url.google.com/?url=https%3A%2F%2Fa.example%2Fx", Some("https://a.example/x")),
        ("https://www.google.com/url?rct=j&url=https://a.example/x&ct=ga", Some("https://a.example/x")),
        ("http://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fa.example%2fx", Some("https://a.example/x")),
        ("https://www.bing.com/news/search?q=x&url=https://a.example", None),
        ("https://news.google.com/rss/articles/CBMi?oc=5", None),
        ("https://www.google.com/url?url=javascript:alert(1)", None),
        ("https://t.example/abc", None),
    ] {
        assert_eq!(resolve(link).as_deref(), told, "{link}");
    }
    let feed = r#"<rss version="2.0"><channel><title>Alerts</title><item><title>A</title>
        <link>https://www.google.com/url?url=https://a.example/x</link></item></channel></rss>"#;
    assert_eq!(link(&parse_as(FeedKind::Rss, feed.as_bytes(), None, None).entries[0]), "https://a.example/x");
}

#[test]
fn r27_feedburner_tells_the_true_address() {
    let feed = r#"<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>A</title>
        <item><title>A</title><link>http://feedproxy.google.com/~r/a/~3/x/</link>
        <feedburner:origLink>https://a.example/x</feedburner:origLink></item></channel></rss>"#;
    assert_eq!(link(&parse_as(FeedKind::Rss, feed.as_bytes(), None, None).entries[0]), "https://a.example/x");
}

#[test]
fn addresses_follow_the_services() {
    let of = |service, query: &str| address(service, &ask(query)).unwrap();
    let google = of(Service::GoogleNews, "\"Acme Robotics\"");
    assert_eq!(parameter(&google, "q").unwrap(), "\"Acme Robotics\" when:2d");
    assert_eq!(["hl", "gl", "ceid"].map(|name| parameter(&google, name).unwrap()), ["de", "DE", "DE:de"]);
    let english = Ask { market: Market::parse("en-GB"), ..ask("x") };
    let google = address(Service::GoogleNews, &english).unwrap();
    assert_eq!(["hl", "gl", "ceid"].map(|name| parameter(&google, name).unwrap()), ["en-GB", "GB", "GB:en"]);
    assert_eq!(parameter(&of(Service::Gdelt, "\"Acme\""), "query").unwrap(), "\"Acme\" sourcelang:german");
    for (service, query, path) in [
        (Service::Reddit, "r/robotics", "https://www.reddit.com/r/robotics/new.rss"),
        (Service::Edgar, "320193", "https://data.sec.gov/submissions/CIK0000320193.json"),
        (Service::Mastodon, "@acme@social.example", "https://social.example/@acme.rss"),
        (Service::Mastodon, "#robots@social.example", "https://social.example/tags/robots.rss"),
        (Service::Bluesky, "acme.example", "https://bsky.app/profile/acme.example/rss"),
    ] {
        assert_eq!(of(service, query), path);
    }
    let channel = of(Service::Youtube, "UCsampleSampleSample0001");
    assert_eq!(channel, "https://www.youtube.com/feeds/videos.xml?channel_id=UCsampleSampleSample0001");
    let stand_in = Ask { base: Some("http://127.0.0.1:9/sec/".to_owned()), ..ask("ACME") };
    assert!(address(Service::Edgar, &stand_in).unwrap().starts_with("http://127.0.0.1:9/sec/cgi-bin/browse-edgar?"));
    for (service, query) in [
        (Service::Youtube, "@palletron"),
        (Service::Edgar, "Palletron Systems"),
        (Service::Mastodon, "acme"),
        (Service::Bluesky, "acme"),
        (Service::Reddit, "r/a/b"),
        (Service::GoogleNews, " "),
    ] {
        assert!(address(service, &ask(query)).is_err(), "{service:?} {query}");
    }
}

#[test]
fn handles_are_read_from_what_people_write() {
    let query = |text: &str| handle(text).map(|handle| (handle.service, handle.query));
    for (text, service, name) in [
        ("@acme@social.example", Service::Mastodon, "@acme@social.example"),
        ("https://social.example/@acme", Service::Mastodon, "@acme@social.example"),
        ("acme.bsky.social", Service::Bluesky, "acme.bsky.social"),
        ("https://bsky.app/profile/acme.example", Service::Bluesky, "acme.example"),
        ("https://www.youtube.com/channel/UCsampleSampleSample0001", Service::Youtube, "UCsampleSampleSample0001"),
        ("https://www.reddit.com/r/acme/", Service::Reddit, "r/acme"),
    ] {
        assert_eq!(query(text), Ok((service, name.to_owned())));
    }
    assert!(query("https://www.youtube.com/@acme").unwrap_err().contains("UC"));
    assert!(query("acme").is_err() && query("https://x.example/a/b").is_err());
}

#[test]
fn an_address_of_a_service_is_known() {
    let feed = Feed { url: "https://news.google.com/rss/search?q=x".to_owned(), ..Feed::default() };
    let parsed = parse_of(&feed, include_bytes!("samples/google_news.xml"), None, None);
    assert_eq!(title(&parsed.entries[0]), "Palletron Systems to lay off 240 people in Ohio");
    for service in Service::ALL.iter().filter(|service| **service != Service::Mastodon) {
        let query = match service {
            Service::Youtube => "UCsampleSampleSample0001",
            Service::Edgar => "12",
            _ => "acme.example",
        };
        let url = address(*service, &ask(query)).unwrap();
        assert_eq!(of_address(&url), Some(*service), "{url}");
        assert!(is_own_host(*service, Url::parse(&url).unwrap().host_str().unwrap()));
    }
    assert_eq!(of_address("https://news.example/rss/search"), None);
}

fn wanted(id: usize, tier: Tier) -> Wanted {
    let name = format!("Company{id} Robotics");
    Wanted { account: format!("c{id}").into(), tier, names: vec![name], ..Wanted::default() }
}

#[test]
fn a_query_names_context_and_exclusions_in_the_words_of_the_service() {
    let target = Wanted {
        account: "target".into(),
        names: vec!["Target".to_owned(), "Target Stores".to_owned()],
        context: vec!["retail".to_owned(), "big box".to_owned()],
        exclude: vec!["Target Hospitality".to_owned()],
        domains: vec!["target.example".to_owned()],
        ..Wanted::default()
    };
    let of = |service| query_of(service, &target).unwrap();
    assert_eq!(
        of(Service::GoogleNews),
        "(\"Target\" OR \"Target Stores\") (retail OR \"big box\") -\"Target Hospitality\" -site:target.example"
    );
    assert!(of(Service::Gdelt).ends_with("-domainis:target.example"));
    assert_eq!(of(Service::HackerNews), "\"Target\" retail", "it knows no OR");
    let long = Wanted { names: vec!["word ".repeat(40)], ..target };
    assert!(query_of(Service::GoogleNews, &long).unwrap_err().contains("too long"));
}

#[test]
fn few_accounts_are_each_looked_for_alone() {
    let settings = Settings { markets: vec!["en-US".to_owned(), "de-DE".to_owned()], ..Settings::default() };
    let (planned, _) = plan(Service::GoogleNews, &[wanted(1, Tier::A), wanted(2, Tier::C)], &settings);
    let told: Vec<_> = planned.iter().map(|one| (one.id.as_str(), one.every_minutes, one.accounts.len())).collect();
    assert_eq!(
        told,
        [
            ("search-google-news-c1", 60, 1),
            ("search-google-news-c2", 720, 1),
            ("search-google-news-c1-de-de", 60, 1),
            ("search-google-news-c2-de-de", 720, 1)
        ]
    );
}

#[test]
fn nine_hundred_accounts_stay_within_the_budget() {
    let tier = |number| match number % 9 {
        0 => Tier::A,
        1..=3 => Tier::B,
        _ => Tier::C,
    };
    let all: Vec<Wanted> = (0..900).map(|number| wanted(number, tier(number))).collect();
    let settings = Settings::default();
    for service in Service::ALL.into_iter().filter(|service| service.kind() == FeedKind::Search) {
        let (planned, left_out) = plan(service, &all, &settings);
        assert!(left_out.is_empty());
        let daily: f64 = planned.iter().map(|one| 24.0 * 60.0 / f64::from(one.every_minutes)).sum();
        assert!(daily <= f64::from(settings.requests_per_hour) * 24.0, "{daily}");
        let looked_for: usize = planned.iter().map(|one| one.accounts.len()).sum();
        assert_eq!(looked_for, 900, "each account once");
        let every = |id: &str| {
            let one = planned.iter().find(|one| one.accounts.iter().any(|account| account.as_str() == id)).unwrap();
            one.every_minutes
        };
        assert!(every("c0") < every("c1") && every("c1") < every("c4"), "top accounts more often");
        let limits = limits(service);
        assert!(planned.iter().all(|one| one.query.chars().count() <= limits.most_characters));
        assert!(planned.iter().all(|one| one.every_minutes >= 60));
    }
}

#[test]
fn another_account_does_not_disturb_the_queries_before_it() {
    let all: Vec<Wanted> = (0..900).map(|number| wanted(number, Tier::C)).collect();
    let settings = Settings::default();
    let (before, _) = plan(Service::GoogleNews, &all[..899], &settings);
    let (after, _) = plan(Service::GoogleNews, &all, &settings);
    let same = before.iter().zip(&after).filter(|(one, other)| one.query == other.query).count();
    assert!(same + 1 >= before.len(), "{same} of {}", before.len());
}
