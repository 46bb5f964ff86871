//! Feeds that are no feeds: sitemaps with all below them, newsrooms, and pages whose parts are watched.

use std::fmt::Write as _;
use std::io::Write as _;

use chrono::TimeDelta;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tidings::model::{Clock, SystemClock};

use crate::documents::{ACQUIRED, page};
use crate::origin::{Answer, Document, Origin};
use crate::program::Place;

fn days_ago(days: i64) -> String {
    (SystemClock.now() - TimeDelta::days(days)).format("%FT%TZ").to_string()
}

fn sitemap(pages: &[(String, Option<i64>)]) -> Document {
    listing("urlset", "url", pages)
}

fn index(children: &[(String, Option<i64>)]) -> Document {
    listing("sitemapindex", "sitemap", children)
}

fn listing(root: &str, element: &str, places: &[(String, Option<i64>)]) -> Document {
    let mut text = format!("<{root} xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
    for (loc, days) in places {
        let date = days.map(|days| format!("<lastmod>{}</lastmod>", days_ago(days))).unwrap_or_default();
        let _ = write!(text, "<{element}><loc>{loc}</loc>{date}</{element}>");
    }
    let _ = write!(text, "</{root}>");
    Document::new("application/xml", text)
}

fn packed(document: &Document) -> Document {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&document.body).unwrap();
    Document::new("application/gzip", encoder.finish().unwrap())
}

/// A list of releases: link, headline, days ago.
fn newsroom(releases: &[(&str, &str, Option<i64>)]) -> Document {
    let mut list = String::new();
    for (link, title, days) in releases {
        let date = days.map(|days| format!("<time datetime=\"{}\">then</time>", days_ago(days))).unwrap_or_default();
        let _ = write!(list, "<li class=\"release\"><h3><a href=\"{link}\">{title}</a></h3>{date}</li>");
    }
    html(&format!("<ul>{list}</ul>"))
}

fn html(body: &str) -> Document {
    let text =
        format!("<!doctype html><html lang=\"en\"><head><title>Palletron</title></head><body>{body}</body></html>");
    Document::new("text/html; charset=utf-8", text)
}

fn pricing(body: &str) -> Document {
    html(&format!("<div class=\"cookie-banner\">{}</div><main>{body}</main>", days_ago(0)))
}

/// A source of our own with one feed, which says this beside id and address.
fn source(url: &str, options: &str) -> String {
    format!(
        "[[source]]\nid = \"palletron\"\nname = \"Palletron site\"\nown = true\n[[source.feed]]\nid = \"f\"\nurl = \"{url}\"\n{options}\n"
    )
}

fn pass(place: &Place) -> Value {
    place.run(&["run", "--once", "--now", "--json"]).ended(0).json()
}

fn titles(place: &Place) -> Vec<String> {
    let articles = place.run(&["export"]).ended(0).lines();
    let mut titles: Vec<_> = articles.iter().map(|article| article["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

#[test]
fn an_index_is_followed_to_what_changed() {
    let origin = Origin::start();
    let url = |path: &str| origin.url(path);
    origin.serve("/sitemap.xml", index(&[(url("/inner.xml"), Some(0)), (url("/old.xml"), Some(900))]).etag("\"i\""));
    origin.serve("/inner.xml", index(&[(url("/news.xml.gz"), None), (url("/deep.xml"), None)]).etag("\"n\""));
    origin.serve("/deep.xml", index(&[(url("/never.xml"), None)]));
    let listed = sitemap(&[(url("/news/1"), Some(1)), (url("/news/2"), Some(900)), (url("/shop/1"), Some(1))]);
    origin.serve("/news.xml.gz", packed(&listed).etag("\"g\""));
    for path in ["/news/1", "/news/2", "/news/3"] {
        origin.serve(path, page(&format!("Report of {path}"), ACQUIRED));
    }
    let place = Place::new(&source(&url("/sitemap.xml"), "kind = \"sitemap\"\nsitemap = { include = [\"/news/\"] }"));
    let first = pass(&place);
    assert_eq!((&first["new_entries"], &first["articles"]), (&1.into(), &1.into()), "only what is recent: {first}");
    assert_eq!(titles(&place), ["Report of /news/1"], "the title is read from the page");
    assert!(origin.asked("/old.xml").is_empty() && origin.asked("/never.xml").is_empty());
    place.run(&["feed", "list"]).ended(0).said(&["too deep"]);

    origin.take_asked();
    let second = pass(&place);
    assert_eq!((&second["new_entries"], &second["unchanged"]), (&0.into(), &1.into()), "{second}");
    let child = origin.asked("/news.xml.gz");
    assert_eq!((child.len(), child[0].status), (1, 304), "each is asked by its own validators");
    assert!(origin.asked("/inner.xml").is_empty(), "its index tells that it has not changed");

    let more = sitemap(&[(url("/news/3"), None), (url("/news/1"), Some(0)), (url("/news/2"), Some(900))]);
    origin.serve("/news.xml.gz", packed(&more).etag("\"g2\""));
    let third = pass(&place);
    assert_eq!(third["new_entries"], 1, "only what was never seen: {third}");
    assert_eq!(titles(&place), ["Report of /news/1", "Report of /news/3"]);
}

#[test]
fn r35_a_sitemap_that_is_a_bomb_once_unpacked_is_told() {
    let origin = Origin::start();
    let blanks = Document::new("application/xml", vec![b' '; 40 << 20]);
    origin.serve("/sitemap.xml.gz", packed(&blanks));
    let place = Place::new(&source(&origin.url("/sitemap.xml.gz"), "kind = \"sitemap\""));
    place.run(&["run", "--once"]).ended(3).said(&["15 MiB once unpacked"]);
}

#[test]
fn a_newsroom_gives_only_links_never_seen_before() {
    let origin = Origin::start();
    let all = [
        ("/n/3", "Third report of the firm", None),
        ("/n/2", "Second report of the firm", Some(2)),
        ("/n/1", "First report of the firm", Some(400)),
    ];
    origin.serve("/news", newsroom(&all));
    origin.serve("/n/4", page("Fourth report of the firm", ACQUIRED));
    let options = "kind = \"newsroom\"\naccount = \"palletron\"\nnewsroom = { entry = \"li.release\" }";
    let place = Place::new(&source(&origin.url("/news"), options));
    assert_eq!(pass(&place)["new_entries"], 1, "the first look keeps what is dated and recent");
    assert_eq!(titles(&place), ["Second report of the firm"]);
    assert_eq!(origin.asked("/robots.txt").len(), 1, "r21: it is a page");

    let mut sorted = all;
    sorted.reverse();
    origin.serve("/news", newsroom(&sorted));
    assert_eq!(pass(&place)["new_entries"], 0, "sorted otherwise");
    origin.serve("/news", newsroom(&[all[1], all[2], ("/n/0", "An older report that moved up", None)]));
    assert_eq!(pass(&place)["new_entries"], 0, "one went, and an older one moved up");
    origin.serve("/news", newsroom(&[("/n/4", "Fourth report of the firm", None), all[1], all[2]]));
    assert_eq!(pass(&place)["new_entries"], 1);
    assert_eq!(titles(&place), ["Fourth report of the firm", "Second report of the firm"]);
}

#[test]
fn a_newsroom_without_its_list_is_a_failure_and_loses_nothing() {
    let origin = Origin::start();
    let list = [("/n/1", "First report of the firm", Some(1))];
    origin.serve("/news", newsroom(&list));
    let options = "kind = \"newsroom\"\nnewsroom = { entry = \"li.release\" }";
    let place = Place::new(&source(&origin.url("/news"), options));
    pass(&place);
    origin.serve("/news", html("<div>All is new here</div>").etag("\"new\""));
    let told = "layout changed? selector `li.release` matches nothing";
    place.run(&["run", "--once", "--now"]).ended(3).said(&[told]);
    place.run(&["feed", "list", "--broken"]).ended(0).said(&["failing", told]);
    assert_eq!(titles(&place), ["First report of the firm"]);
    let listed = place.run(&["feed", "list", "--json"]).ended(0).lines();
    assert_eq!(listed[0]["failures"], 1, "{listed:?}");
}

#[test]
fn r21_robots_txt_keeps_us_from_a_newsroom() {
    let origin = Origin::start();
    origin.serve("/robots.txt", Document::new("text/plain", "User-agent: *\nDisallow: /news\n"));
    origin.serve("/news", newsroom(&[("/n/1", "First report of the firm", Some(1))]));
    let place = Place::new(&source(&origin.url("/news"), "kind = \"newsroom\""));
    place.run(&["run", "--once"]).ended(3).said(&["robots.txt"]);
    assert!(origin.asked("/news").is_empty());
}

#[test]
fn a_rival_that_raises_its_price_makes_a_battlecard() {
    let origin = Origin::start();
    let plan = |price: &str| pricing(&format!("<div id=pro><b>Pro</b> <span>{price}</span><i>/month</i></div>"));
    origin.serve("/pricing", plan("$50"));
    let options = "kind = \"watch\"\naccount = \"palletron\"\nwatch = [{ name = \"the Pro plan\", select = \"#pro span, #pro i\" }]";
    let place = Place::new(&source(&origin.url("/pricing"), options));
    assert_eq!(pass(&place)["new_entries"], 0, "the first sight is the measure");
    origin.serve("/pricing", plan("  US$ 50 "));
    assert_eq!(pass(&place)["new_entries"], 0, "the same price in other words");
    origin.serve("/pricing", plan("$56"));
    let raised = pass(&place);
    assert_eq!((&raised["new_entries"], &raised["articles"]), (&1.into(), &1.into()), "{raised}");
    let told = "Palletron Systems raises price of the Pro plan: 50 USD → 56 USD a month";
    assert_eq!(titles(&place), [told]);

    let cards = place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines();
    let card = cards.iter().find(|card| card["account"] == "palletron").expect("a card about the rival");
    assert_eq!(card["action"], "battlecard", "{card}");
    let quote = card["evidence"][0]["quote"].as_str().unwrap();
    assert!(told.contains(quote) || quote.contains("from 50 USD to 56 USD a month, by 12 percent"), "{quote}");
    let explained = place.run(&["explain", "--json", card["id"].as_str().unwrap()]).ended(0).json();
    let signal = explained["signals"].as_array().unwrap().iter().find(|signal| signal["type"] == "pricing_change");
    let signal = signal.unwrap_or_else(|| panic!("no change of a price in {explained}"));
    assert_eq!((&signal["account"], &signal["direction"]), (&"palletron".into(), &"up".into()), "{signal}");

    origin.serve("/pricing", plan("$50"));
    assert_eq!(pass(&place)["new_entries"], 0, "back within a day: told once");
    origin.serve("/pricing", plan("$56"));
    assert_eq!(pass(&place)["new_entries"], 0);
    origin.serve("/pricing", plan("$45"));
    assert_eq!(pass(&place)["articles"], 1, "a change of its own");
    assert_eq!(titles(&place).len(), 2);
}

#[test]
fn a_part_that_is_gone_is_told_and_the_others_are_read() {
    let origin = Origin::start();
    origin.serve("/pricing", pricing("<p id=a>10 € a month</p><p id=b>20 € a month</p>"));
    let options = "kind = \"watch\"\naccount = \"palletron\"\nwatch = [{ name = \"Team\", select = \"#a\" }, { name = \"Pro\", select = \"#b\" }]";
    let place = Place::new(&source(&origin.url("/pricing"), options));
    pass(&place);
    origin.serve("/pricing", pricing("<p id=b>25 € a month</p>").etag("\"p\""));
    place.run(&["run", "--once", "--now"]).ended(3).said(&["layout changed? Team: selector `#a` matches nothing"]);
    assert_eq!(titles(&place), ["Palletron Systems raises price of Pro: 20 EUR → 25 EUR a month"]);
}

#[test]
fn pages_are_added_by_address() {
    let origin = Origin::start();
    origin.serve(
        "/news",
        newsroom(&[
            ("/n/1", "First report of the firm", Some(1)),
            ("/n/2", "Second report of the firm", Some(2)),
            ("/n/3", "Third report of the firm", Some(400)),
        ]),
    );
    origin.serve("/pricing", pricing("<p id=a>10 € a month</p>"));
    origin.serve("/all.xml", index(&[(origin.url("/some.xml"), Some(0))]));
    origin.serve("/some.xml", sitemap(&[(origin.url("/n/1"), Some(1))]));
    let place = Place::new("");
    place.write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n[fetch]\ngap_seconds = 1\n");
    let (news, prices, all) = (origin.url("/news"), origin.url("/pricing"), origin.url("/all.xml"));
    place.run(&["feed", "add", &news, "--kind", "newsroom"]).ended(0).said(&["added", "2 entries"]);
    let select = ["feed", "add", &prices, "--kind", "watch", "--account", "palletron", "--select"];
    place.run(&[&select[..], &["#a"]].concat()).ended(2).said(&["has no name", "the Pro plan=#a"]);
    place.run(&[&select[..], &["Team=p..x"]].concat()).ended(2).said(&["`p..x`", "character 2 on"]);
    place.run(&[&select[..], &["Team=#gone"]].concat()).ended(1).said(&["`#gone` matches nothing"]);
    place.run(&[&select[..], &["Team=#a"]].concat()).ended(0).said(&["added"]);
    place.run(&["feed", "add", &all, "--kind", "sitemap"]).ended(0).said(&["added"]);
    let listed = place.run(&["feed", "list", "--json"]).ended(0).lines();
    let mut kinds: Vec<_> = listed.iter().map(|feed| feed["kind"].as_str().unwrap().to_owned()).collect();
    kinds.sort();
    assert_eq!(kinds, ["newsroom", "sitemap", "watch"]);
    let list = place.run(&["feed", "export"]).ended(0).stdout();
    let other = Place::new("");
    std::fs::write(other.config().join("list.opml"), list).unwrap();
    other.run(&["feed", "import", other.config().join("list.opml").to_str().unwrap()]).ended(0).said(&["3 added"]);
}

#[test]
fn a_page_that_is_down_is_told_like_any_feed() {
    let origin = Origin::start();
    origin.serve("/news", Answer::Status(404, Vec::new()));
    let place = Place::new(&source(&origin.url("/news"), "kind = \"newsroom\""));
    place.run(&["run", "--once"]).ended(3).said(&["404"]);
}

#[test]
fn a_list_is_tried_before_it_is_added() {
    let place = Place::new("");
    let file = place.config().join("page.html");
    std::fs::write(&file, newsroom(&[("/n/1", "First report of the firm", Some(1))]).body).unwrap();
    let file = file.to_str().unwrap();
    let select = ["inspect", "newsroom", "--url", "https://firm.example/news", "--select", "li.release", file];
    let told = place.run(&select).ended(0).json();
    assert_eq!(told["entries"][0]["link"], "https://firm.example/n/1", "{told}");
    assert_eq!(told["entries"][0]["title"], "First report of the firm", "{told}");
    place.run(&["inspect", "newsroom", file]).ended(3).said(&["newsroom.entry"]);
    place.run(&["inspect", "newsroom", "--select", "author=b", file]).ended(2).said(&["no `author`"]);
}
