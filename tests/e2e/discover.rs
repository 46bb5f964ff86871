//! A site is looked at for what can be polled, and the best is added.

use crate::documents::{ACQUIRED, RAIN, Report, rss, source};
use crate::origin::{Document, Origin};
use crate::program::Place;

fn feeds(place: &Place) -> usize {
    place.run(&["feed", "list", "--json"]).ended(0).lines().len()
}

#[test]
fn r12_a_site_is_looked_at_each_candidate_once_and_the_best_is_added() {
    let origin = Origin::start();
    let page = "<!doctype html><html><head><title>Acme</title>\
        <link rel=\"alternate\" type=\"application/rss+xml\" title=\"Comments\" href=\"/comments/feed\">\
        <link rel=\"alternate\" type=\"application/rss+xml\" title=\"Empty\" href=\"/empty.xml\"></head>\
        <body><a href=\"/newsroom\">Newsroom</a><a href=\"/closed/press\">Presse</a></body></html>";
    origin.serve("/", Document::new("text/html", page));
    let room = "<html><link rel=\"alternate\" type=\"application/rss+xml\" href=\"/newsroom/rss.xml\"></html>";
    origin.serve("/newsroom", Document::new("text/html", room));
    origin.serve("/closed/press", Document::new("text/html", room));
    let report = |guid, path: &str| Report::new(guid, origin.url(path), "Globex to acquire Acme Robotics", ACQUIRED);
    origin.serve("/newsroom/rss.xml", rss("Acme news", &[report("n1", "/n1"), report("n2", "/n2")]));
    origin.serve("/comments/feed", rss("Comments on Acme", &[Report::new("c1", origin.url("/c1"), "Re: rain", RAIN)]));
    origin.serve("/empty.xml", rss("Empty", &[]));
    let robots = format!("User-agent: *\nDisallow: /closed/\nSitemap: {}\n", origin.url("/maps/news.xml"));
    origin.serve("/robots.txt", Document::new("text/plain", robots));
    let map = format!(
        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>{}</loc></url></urlset>",
        origin.url("/n1")
    );
    origin.serve("/maps/news.xml", Document::new("application/xml", map));
    let place = Place::new(&source("other", &[("other", "https://other.example/feed".to_owned())]));
    let home = origin.url("/");
    let told = place.run(&["feed", "discover", &home, "--json"]).ended(0).json();
    let found: Vec<_> = told["found"].as_array().unwrap().iter().map(|found| found["url"].as_str().unwrap()).collect();
    let expected = ["/newsroom/rss.xml", "/maps/news.xml", "/comments/feed", "/empty.xml"].map(|path| origin.url(path));
    assert_eq!(found, expected, "{told}");
    let best = &told["found"][0];
    assert_eq!((&best["entries"], &best["last_30_days"], &best["own"]), (&2.into(), &2.into(), &true.into()), "{best}");
    assert!(best["newest"].is_string() && best["named_news"] == true, "{best}");
    assert_eq!(told["found"][1]["kind"], "sitemap");
    assert_eq!(told["newsrooms"].as_array().unwrap().len(), 2, "{told}");
    assert!(told["failed"].to_string().contains("robots.txt"), "{told}");
    let asked = origin.take_asked();
    let mut paths: Vec<_> = asked.iter().map(|asked| asked.path.as_str()).collect();
    paths.sort_unstable();
    let once = ["/", "/comments/feed", "/empty.xml", "/maps/news.xml", "/newsroom", "/newsroom/rss.xml", "/robots.txt"];
    assert_eq!(paths, once, "each is asked for once, nothing is guessed");
    assert_eq!(feeds(&place), 1, "looking changes nothing");

    let added = place.run(&["feed", "discover", &home, "--add", "--json"]).ended(0).json();
    assert_eq!((&added["feed"]["url"], &added["entries"]), (&expected[0].as_str().into(), &2.into()), "{added}");
    assert_eq!(origin.asked("/newsroom/rss.xml").len(), 1, "the body that was looked at is used");
    assert_eq!(feeds(&place), 2);
}

#[test]
fn r12_common_places_are_tried_last_and_only_until_one_is_found() {
    let origin = Origin::start();
    origin.serve("/", Document::new("text/html", "<html><body><a href='/press'>Press</a></body></html>"));
    origin.serve("/rss.xml", rss("Acme", &[Report::new("n1", origin.url("/n1"), "Rain", RAIN)]));
    let place = Place::new("");
    place.run(&["feed", "discover", &origin.url("/")]).ended(0).said(&[
        "/rss.xml",
        "newsroom",
        "next: tidings feed add",
    ]);
    assert!(origin.asked("/atom.xml").is_empty());
    origin.serve("/rss.xml", crate::origin::Answer::Status(404, Vec::new()));
    place.run(&["feed", "discover", &origin.url("/")]).ended(1).said(&["no feed or sitemap", "hint:", "/press"]);
    place.run(&["feed", "discover", "http://10.0.0.1/"]).ended(1).said(&["10.0.0.1"]);
    place.run(&["feed", "discover", "two words"]).ended(2);
}

#[test]
fn r50_an_outline_with_only_a_page_is_told_with_what_to_do() {
    let place = Place::new("");
    let list = "<opml><body>\n<outline text=\"A\" htmlUrl=\"https://a.example/\"/>\n\
                <outline text=\"B\" xmlUrl=\"https://b.example/feed\"/>\n</body></opml>";
    let file = place.config().join("list.opml");
    std::fs::write(&file, list).unwrap();
    let ran = place.run(&["feed", "import", file.to_str().unwrap()]).ended(3);
    ran.said(&["line 2", "feed discover https://a.example/", "1 added"]);
}
