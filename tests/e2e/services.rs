//! Searches, filings and social feeds: made from the watchlist, within a budget, and never a proof by themselves.

use serde_json::Value;

use crate::documents::{ACQUIRED, LAUNCHED, Report, page, rss, source};
use crate::origin::{Answer, Document, Origin};
use crate::program::{Place, Ran};

const HEADLINE: &str = "Globex to acquire Acme Robotics for $1.2 billion";

/// What Google News answers: one headline, with the publisher behind a link that hides it.
fn google(title: &str, publisher: &str, domain: &str) -> Document {
    let date = {
        use tidings::model::{Clock, SystemClock};
        (SystemClock.now() - chrono::TimeDelta::minutes(50)).to_rfc2822()
    };
    let link = "https://news.google.com/rss/articles/CBMiSample0000?oc=5";
    Document::new(
        "application/xml; charset=utf-8",
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Google News</title><item><title>{title} - {publisher}\
             </title><link>{link}</link><guid isPermaLink=\"false\">CBMiSample0000</guid><pubDate>{date}</pubDate><description>\
             &lt;a href=\"{link}\"&gt;{title}&lt;/a&gt; {publisher}</description><source url=\"https://{domain}\">{publisher}\
             </source></item></channel></rss>"
        ),
    )
}

/// Settings with searches of one service, answered by the origin.
fn settings(origin: &Origin, service: &str, more: &str) -> String {
    let contact = "[fetch]\ncontact = \"https://me.example/bot\"\n";
    format!(
        "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\nrhythm = false\n\n{contact}\n[searches]\non = true\nservices = [\"{service}\"]\n{more}\n\
         [searches.base]\n{service} = \"{url}\"\nedgar = \"{url}\"\nmastodon = \"{url}\"\n",
        url = origin.url("")
    )
}

/// A place without feeds of its own whose searches are answered by the origin.
fn place(origin: &Origin, service: &str, more: &str) -> Place {
    let place = Place::new("");
    place.write("tidings.toml", &settings(origin, service, more));
    place
}

fn feeds(place: &Place) -> Vec<Value> {
    place.run(&["feed", "list", "--json"]).ended(0).lines()
}

fn feed(place: &Place, id: &str) -> Value {
    let all = feeds(place);
    all.iter().find(|feed| feed["id"] == id).unwrap_or_else(|| panic!("no {id} in {all:?}")).clone()
}

fn pass(place: &Place) -> Ran {
    place.run(&["run", "--once", "--json"])
}

fn found(place: &Place, query: &str) -> Vec<Value> {
    place.run(&["search", "--json", query]).lines()
}

#[test]
fn nothing_is_asked_before_it_is_turned_on() {
    let origin = Origin::start();
    let place = place(&origin, "google_news", "");
    let text = settings(&origin, "google_news", "").replace("on = true", "on = false");
    place.write("tidings.toml", &text);
    pass(&place).ended(0);
    assert!(feeds(&place).is_empty());
    assert!(origin.take_asked().is_empty());
}

#[test]
fn an_account_that_is_added_is_searched_for_and_one_that_is_removed_no_longer() {
    let origin = Origin::start();
    let place = place(&origin, "google_news", "");
    let listed: Vec<_> = feeds(&place).iter().map(|feed| feed["id"].clone()).collect();
    assert_eq!(listed, ["search-google-news-acme", "search-google-news-palletron"]);
    place
        .run(&["watch", "add", "Initech Systems, Inc.", "--tier", "A", "--social", "@initech@social.example"])
        .ended(0);
    let added = feed(&place, "search-google-news-initech-systems");
    assert_eq!((&added["origin"], &added["kind"]), (&"generated".into(), &"search".into()), "{added}");
    let asked = added["url"].as_str().unwrap();
    assert!(asked.contains("q=%22Initech+Systems%22"), "{asked}");
    let own = feed(&place, "social-mastodon-initech-systems");
    assert_eq!(own["url"], origin.url("/@initech.rss").as_str());
    let exported = place.run(&["feed", "export"]).ended(0).stdout();
    assert!(!exported.contains("rss/search"), "what is generated is in no list: {exported}");
    place.run(&["feed", "pause", "search-google-news-acme"]).ended(0);
    place.run(&["feed", "remove", "search-google-news-acme"]).ended(2).said(&["[searches]", "feed pause"]);
    pass(&place);
    assert_eq!(feed(&place, "search-google-news-acme")["state"], "paused");
    assert_eq!(origin.asked("/rss/search").len(), 2, "the paused one is not asked");
    place.run(&["watch", "remove", "initech-systems"]).ended(0);
    pass(&place);
    let left = feeds(&place).iter().filter(|feed| feed["id"].as_str().unwrap().contains("initech")).count();
    assert_eq!(left, 0);
}

#[test]
fn r27_a_headline_of_an_aggregator_makes_no_call_until_its_text_is_there() {
    let origin = Origin::start();
    origin.serve("/rss/search", google(HEADLINE, "The Ledger", "ledger.example"));
    let place = place(&origin, "google_news", "kinds = [\"client\"]");
    pass(&place).ended(0);
    let articles = found(&place, "Globex");
    assert_eq!(articles.len(), 1, "{articles:?}");
    let article = &articles[0];
    assert_eq!((&article["title"], &article["publisher"]), (&HEADLINE.into(), &"The Ledger".into()), "{article}");
    assert!(article["url"].as_str().unwrap().starts_with("https://news.google.com/"), "{article}");
    assert!(place.run(&["inbox", "list", "--json"]).ended(0).lines().is_empty(), "a line in the brief, no call");
    place.run(&["report"]).ended(0).said(&["Acme Robotics"]);
    let report = Report::new("l1", origin.url("/l1"), HEADLINE, ACQUIRED);
    origin.serve("/wire.xml", rss("The Ledger", &[report]));
    place.write("sources.toml", &source("wire", &[("wire", origin.url("/wire.xml"))]));
    pass(&place).ended(0);
    let articles = found(&place, "Globex");
    assert_eq!(articles.len(), 1, "one story: {articles:?}");
    let cards = place.run(&["inbox", "list", "--json"]).ended(0).lines();
    assert!(!cards.is_empty(), "the text is there: {cards:?}");
}

#[test]
fn r27_the_same_headline_of_two_publishers_is_one_source() {
    let origin = Origin::start();
    let one = String::from_utf8(google(HEADLINE, "The Ledger", "ledger.example").body.to_vec()).unwrap();
    let item = &one[one.find("<item>").unwrap()..one.find("</channel>").unwrap()];
    let copy = item.replace("The Ledger", "Harbour Gazette").replace("ledger.example", "gazette.example");
    let both = one.replace(item, &format!("{item}{}", copy.replace("CBMiSample0000", "CBMiSample0001")));
    origin.serve("/rss/search", Document::new("application/xml", both));
    let place = place(&origin, "google_news", "kinds = [\"client\"]");
    pass(&place).ended(0);
    let reports = place.run(&["search", "--json", "--every-report", "Globex"]).ended(0).lines();
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert_eq!(reports[0]["story"], reports[1]["story"], "{reports:?}");
    assert!(place.run(&["inbox", "list", "--json"]).ended(0).lines().is_empty(), "a copy bears nothing out");
}

#[test]
fn r27_what_a_wire_brought_is_not_read_again_for_a_search() {
    let origin = Origin::start();
    let wire = Report::new("w1", origin.url("/w1"), "Palletron Systems launches new sorting robot", LAUNCHED);
    origin.serve("/wire.xml", rss("Wire", &[wire]));
    origin.serve("/w1", page("Palletron Systems launches new sorting robot", LAUNCHED));
    origin.serve("/w2", page("Palletron Systems launches in France", LAUNCHED));
    let hit = |path: &str, title: &str| {
        let target = origin.url(path).replace(':', "%3a").replace('/', "%2f");
        format!(
            "<item><title>{title}</title><link>http://www.bing.com/news/apiclick.aspx?ref=FexRss&amp;url={target}&amp;c=1</link>\
             <description>It was shown ...</description><News:Source>The Wire</News:Source></item>"
        )
    };
    let (one, two) = (hit("/w1", "Palletron: new robot"), hit("/w2", "Palletron Systems launches in France"));
    let feed = format!(
        "<rss version=\"2.0\" xmlns:News=\"https://www.bing.com/news/search\"><channel><title>x</title>{one}{two}</channel></rss>"
    );
    origin.serve("/news/search", Document::new("text/xml", feed));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    pass(&place).ended(0);
    place.write("tidings.toml", &settings(&origin, "bing_news", "kinds = [\"competitor\"]"));
    pass(&place).ended(0);
    assert_eq!((origin.asked("/w1").len(), origin.asked("/w2").len()), (0, 1), "only what is new is read");
    let articles = found(&place, "Palletron");
    let first = articles.iter().find(|article| article["url"] == origin.url("/w1").as_str());
    assert_eq!(first.unwrap()["title"], "Palletron Systems launches new sorting robot", "{articles:?}");
}

#[test]
fn a_budget_holds_whatever_is_due() {
    let origin = Origin::start();
    origin.serve("/rss/search", google("Rain in the north", "The Ledger", "ledger.example"));
    let place = place(&origin, "google_news", "requests_per_hour = 1\nkinds = [\"client\", \"competitor\"]");
    pass(&place).ended(0);
    place.run(&["run", "--once", "--now"]).ended(0);
    assert_eq!(origin.asked("/rss/search").len(), 1);
    let waiting: Vec<_> = feeds(&place)
        .into_iter()
        .filter(|feed| feed["next_why"].as_str().unwrap().contains("no more than 1 requests an hour"))
        .collect();
    assert!(!waiting.is_empty(), "{:?}", feeds(&place));
}

#[test]
fn a_service_that_wants_fewer_requests_rests_and_one_that_changed_says_so() {
    let origin = Origin::start();
    let place = place(&origin, "gdelt", "kinds = [\"client\"]");
    let plain = |text: &str| Answer::from(Document::new("text/html", text.to_owned()));
    origin.serve("/api/v2/doc/doc", plain("{\"records\": []}"));
    pass(&place).ended(3).said(&["GDELT changed its format", "`articles`"]);
    let place = self::place(&origin, "gdelt", "kinds = [\"client\"]");
    origin.serve("/api/v2/doc/doc", plain("Please limit requests to one every 5 seconds or contact us."));
    pass(&place).ended(3).said(&["less often"]);
    let listed = feed(&place, "search-gdelt-acme");
    assert_eq!(listed["health"], "failing", "{listed}");
    assert!(listed["reason"].as_str().unwrap().contains("GDELT asks to be asked less often"), "{listed}");
    let asked = origin.asked("/api/v2/doc/doc").len();
    place.run(&["run", "--once", "--now"]);
    assert_eq!(origin.asked("/api/v2/doc/doc").len(), asked, "it rests");
}

#[test]
fn filings_are_read_with_form_and_items_in_words() {
    let origin = Origin::start();
    let table = r#"{"cik":"0001999001","name":"ACME ROBOTICS, INC.","filings":{"recent":{
        "accessionNumber":["0001999001-26-000012"],"filingDate":["2026-11-02"],"acceptanceDateTime":["2026-11-02T21:05:12.000Z"],
        "form":["8-K"],"items":["1.03,9.01"],"primaryDocument":["a.htm"]}}}"#;
    origin.serve("/submissions/CIK0001999001.json", Document::new("application/json", table));
    let place = place(&origin, "gdelt", "tiers = []");
    place.write("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme Robotics, Inc.\"\ncik = \"1999001\"\n");
    pass(&place).ended(0);
    let articles = found(&place, "client:acme");
    assert_eq!(articles.len(), 1, "{articles:?}");
    let article = &articles[0];
    assert_eq!(article["title"], "ACME ROBOTICS, INC. files 8-K Item 1.03: bankruptcy or receivership");
    assert_eq!(article["publisher"], "SEC EDGAR");
    let asked = origin.asked("/submissions/CIK0001999001.json");
    assert!(asked[0].headers["user-agent"].to_str().unwrap().contains("https://me.example/bot"));
}

#[test]
fn feeds_of_services_stand_in_the_file_too_and_mistakes_are_named() {
    let origin = Origin::start();
    origin.serve("/rss/search", google(HEADLINE, "The Ledger", "ledger.example"));
    let place = place(&origin, "google_news", "");
    let text = settings(&origin, "google_news", "").replace("on = true", "on = false");
    place.write("tidings.toml", &text);
    let head = "[[source]]\nid = \"google\"\nname = \"Google News\"\nlanguage = \"de\"\ncountry = \"DE\"\n";
    let with = |keys: &str| format!("{head}\n[[source.feed]]\nid = \"found\"\n{keys}\n");
    place.write("sources.toml", &with("kind = \"search\"\nservice = \"google_news\"\naccount = \"acme\""));
    pass(&place).ended(0);
    let listed = feed(&place, "found");
    assert_eq!((&listed["origin"], &listed["kind"]), (&"file".into(), &"search".into()));
    assert!(listed["url"].as_str().unwrap().contains("ceid=DE%3Ade"), "{listed}");
    assert_eq!(found(&place, "Globex").len(), 1);
    for (keys, said) in [
        ("kind = \"search\"\nservice = \"gogle_news\"\nquery = \"x\"", vec!["`service`", "did you mean `google_news`"]),
        ("kind = \"search\"\nquery = \"x\"", vec!["missing key `service`", "hacker_news"]),
        ("kind = \"search\"\nservice = \"google_news\"", vec!["missing key `query`"]),
        ("kind = \"social\"\nservice = \"gdelt\"\nquery = \"x\"", vec!["of another kind", "mastodon"]),
        ("service = \"youtube\"\nquery = \"@acme\"", vec!["cannot be asked", "UC…"]),
        ("service = \"edgar\"\naccount = \"acme\"", vec!["neither a `cik` nor a ticker"]),
        ("kind = \"rss\"", vec!["missing key `url`"]),
        ("service = \"gdelt\"\nquery = \"x\"\nmarket = \"german\"", vec!["such as de-DE"]),
    ] {
        place.write("sources.toml", &with(keys));
        place.run(&["check"]).ended(2).said(&said);
    }
    place.write("sources.toml", "");
    for (old, new, said) in [
        ("[\"google_news\"]", "[\"mastodon\"]", "is no search"),
        ("on = false", "on = false\nmarkets = [\"english\"]", "write it as de-DE"),
        ("\ngoogle_news =", "\ngogle_news =", "did you mean `google_news`"),
    ] {
        place.write("tidings.toml", &text.replace(old, new));
        place.run(&["check"]).ended(2).said(&[said]);
    }
}

#[expect(clippy::print_stdout, reason = "the figures are for whoever runs this with --nocapture")]
#[test]
fn nine_hundred_accounts_are_searched_for_within_the_budget() {
    let services = ["google_news", "bing_news", "gdelt", "hacker_news", "reddit"];
    let place = Place::new("");
    place.write("tidings.toml", &format!("[searches]\non = true\nservices = {services:?}\n"));
    let accounts: Vec<String> = (0..900)
        .map(|number| {
            let tier = ["A", "B", "B", "B", "C", "C", "C", "C", "C"][number % 9];
            format!("[[account]]\nid = \"c{number}\"\nname = \"Company{number} Robotics, Inc.\"\ntier = \"{tier}\"\n")
        })
        .collect();
    place.write("watchlist.toml", &accounts.concat());
    let all = feeds(&place);
    for service in services {
        let source = format!("search-{}", service.replace('_', "-"));
        let intervals: Vec<u64> = all
            .iter()
            .filter(|feed| feed["source"] == source.as_str())
            .map(|feed| feed["every_minutes"].as_u64().unwrap())
            .collect();
        let queries = intervals.len();
        let daily = intervals.iter().map(|minutes| 1440.0 / f64::from(u32::try_from(*minutes).unwrap())).sum::<f64>();
        let longest = intervals.iter().max().unwrap() / 60;
        println!("{service}: {queries} queries, {daily:.0} polls a day, each at least every {longest} h");
        assert!(daily <= 30.0 * 24.0, "{service}: {daily} polls a day");
        assert!(queries <= 900 && *intervals.iter().min().unwrap() >= 60, "{service}");
    }
}
