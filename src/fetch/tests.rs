use std::io::Write;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::*;
use crate::model::{Clock, Time, Validators};
use crate::net;
use crate::net::origin::{Asked, Origin, Says, answer, head};

/// A clock on which waiting takes no time.
#[derive(Debug)]
struct Leaping(Mutex<Time>);

impl Clock for Leaping {
    fn now(&self) -> Time {
        *self.0.lock().unwrap()
    }

    fn sleep_until(&self, until: Time) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.0.lock().unwrap();
        *now = until.max(*now);
        Box::pin(std::future::ready(()))
    }
}

fn start() -> Time {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

/// A fetcher that may ask the loopback, and its clock.
fn fetcher_with(settings: Settings) -> (Fetcher, Arc<Leaping>) {
    let wire = net::Client::new(&net::Settings { allow: vec!["127.0.0.1/32".to_owned()], ..net::Settings::default() });
    let clock = Arc::new(Leaping(Mutex::new(start())));
    (Fetcher::new(wire.unwrap(), settings, Arc::clone(&clock) as Arc<dyn Clock>), clock)
}

fn fetcher() -> Fetcher {
    fetcher_with(Settings::default()).0
}

fn feed(url: String) -> FeedRequest {
    FeedRequest { url, ..FeedRequest::default() }
}

fn fresh(outcome: Outcome) -> Fetched {
    match outcome {
        Outcome::Fresh(fetched) => fetched,
        other => panic!("not fresh: {other:?}"),
    }
}

/// Transience, reason and rest of a failure.
fn failure(outcome: Outcome) -> (bool, String, Option<crate::model::HostBackoff>) {
    match outcome {
        Outcome::Failed { transient, why, backoff } => (transient, why, backoff),
        other => panic!("no failure: {other:?}"),
    }
}

fn limit(outcome: Outcome) -> (Time, String, Option<crate::model::HostBackoff>) {
    match outcome {
        Outcome::Limited { until, why, backoff } => (until, why, backoff),
        other => panic!("not limited: {other:?}"),
    }
}

fn refusal(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused(why) => why,
        other => panic!("not refused: {other:?}"),
    }
}

fn conditional(asked: &Asked) -> Says {
    let fields = [
        ("etag", "W/\"a b, c\""),
        ("last-modified", "Mon, 2 Mar 2026 01:00:00 +0000"),
        ("cache-control", "max-age=900"),
    ];
    if asked.header("if-none-match") == Some("W/\"a b, c\"") {
        return answer("304 Not Modified", &fields[2..], b"");
    }
    answer("200 OK", &fields, b"<rss/>")
}

#[tokio::test]
async fn r1_r5_validators_go_back_byte_for_byte() {
    let origin = Origin::start(conditional).await;
    let asking = fetcher();
    let first = fresh(asking.feed(&feed(origin.url("/f"))).await);
    assert_eq!(first.validators.etag.as_deref(), Some("W/\"a b, c\""));
    assert!(first.http.validators);
    let again = FeedRequest { validators: first.validators, ..feed(origin.url("/f")) };
    let Outcome::Unchanged { http } = asking.feed(&again).await else { panic!("changed") };
    assert_eq!(http, crate::model::HttpHints { fresh_seconds: Some(900), validators: true });
    let asked = origin.asked();
    assert_eq!((asked[0].header("if-none-match"), asked[0].header("if-modified-since")), (None, None));
    assert_eq!(
        asked[1].header("if-modified-since"),
        Some("Mon, 2 Mar 2026 01:00:00 +0000"),
        "even where it is no HTTP date"
    );
}

#[tokio::test]
async fn r2_r3_new_validators_come_with_the_same_body() {
    let origin = Origin::start(|asked| {
        let etag = if asked.header("if-none-match").is_some() { "\"2\"" } else { "\"1\"" };
        answer("200 OK", &[("etag", etag), ("last-modified", "Mon, 02 Mar 2026 01:00:00 GMT")], b"same")
    })
    .await;
    let asking = fetcher();
    let first = fresh(asking.feed(&feed(origin.url("/f"))).await);
    let second = fresh(asking.feed(&FeedRequest { validators: first.validators, ..feed(origin.url("/f")) }).await);
    assert_eq!(second.validators.etag.as_deref(), Some("\"2\""));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn r4_validators_are_not_invented() {
    let origin = Origin::start(|_| answer("200 OK", &[("date", "Mon, 02 Mar 2026 01:00:00 GMT")], b"x")).await;
    let fetched = fresh(fetcher().feed(&feed(origin.url("/f"))).await);
    assert_eq!(fetched.validators, Validators::default());
    assert!(!fetched.http.validators);
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_a_failure() {
    let origin = Origin::start(|_| answer("304 Not Modified", &[], b"")).await;
    assert!(failure(fetcher().feed(&feed(origin.url("/f"))).await).1.contains("unconditional"));
}

#[tokio::test]
async fn r13_only_a_way_of_permanent_redirects_moves_the_feed() {
    let origin = Origin::start(|asked| {
        let (status, to) = match asked.target.as_str() {
            "/moved" => ("301 Moved Permanently", "/moved-on#part"),
            "/moved-on" => ("308 Permanent Redirect", "/feed"),
            "/found" => ("302 Found", "/feed"),
            "/other" => ("303 See Other", "feed"),
            "/temporary" => ("307 Temporary Redirect", "//127.0.0.1/feed"),
            "/mixed" => ("301 Moved Permanently", "/found"),
            "/feed" => return answer("200 OK", &[], b"feed"),
            _ => return answer("302 Found", &[], b""),
        };
        let to = to.replace("//127.0.0.1", &format!("//{}", asked.header("host").unwrap()));
        answer(status, &[("location", &to)], b"")
    })
    .await;
    let asking = fetcher();
    for (target, moves) in [
        ("/feed", false),
        ("/moved", true),
        ("/found", false),
        ("/other", false),
        ("/temporary", false),
        ("/mixed", false),
    ] {
        let fetched = fresh(asking.feed(&feed(origin.url(target))).await);
        assert_eq!(fetched.url.as_str(), origin.url("/feed"), "{target}");
        assert_eq!(fetched.moved_to, moves.then(|| origin.url("/feed")), "{target}");
    }
    let (transient, why, _) = failure(asking.feed(&feed(origin.url("/nowhere"))).await);
    assert!(!transient && why.contains("without saying where to"), "{why}");
}

#[tokio::test]
async fn r1_validators_follow_redirects() {
    let origin = Origin::start(|asked| match asked.target.as_str() {
        "/old" => answer("302 Found", &[("location", "/new")], b""),
        _ => conditional(asked),
    })
    .await;
    let asking = fetcher();
    let first = fresh(asking.feed(&feed(origin.url("/old"))).await);
    let again = FeedRequest { validators: first.validators, ..feed(origin.url("/old")) };
    assert!(matches!(asking.feed(&again).await, Outcome::Unchanged { .. }));
}

#[tokio::test]
async fn r31_ten_redirects_and_no_more() {
    let origin = Origin::start(|asked| match asked.target[1..].parse::<u32>() {
        Ok(0) => answer("200 OK", &[], b"there"),
        Ok(left) => answer("301 Moved Permanently", &[("location", &format!("/{}", left - 1))], b""),
        Err(_) => answer("302 Found", &[("location", &asked.target)], b""),
    })
    .await;
    let asking = fetcher();
    assert_eq!(&fresh(asking.feed(&feed(origin.url("/10"))).await).body[..], b"there");
    let (transient, why, _) = failure(asking.feed(&feed(origin.url("/11"))).await);
    assert_eq!((transient, why.as_str()), (false, "more than 10 redirects"));
    failure(asking.feed(&feed(origin.url("/loop"))).await);
    assert_eq!(origin.asked().len(), 33);
}

#[tokio::test]
async fn r31_each_hop_is_checked_anew() {
    let origin = Origin::start(|asked| answer("302 Found", &[("location", &asked.target[4..])], b"")).await;
    let asking = fetcher();
    for target in ["http://10.0.0.1/", "http://2130706434/", "http://[::ffff:127.0.0.2]/", "ftp://example.com/"] {
        let why = refusal(asking.feed(&feed(origin.url(&format!("/to/{target}")))).await);
        assert!(why.starts_with("refusing"), "{target}: {why}");
    }
    let why = refusal(asking.feed(&feed("file:///etc/passwd".to_owned())).await);
    assert!(why.contains("only http and https"), "{why}");
    assert!(!failure(asking.feed(&feed("nonsense".to_owned())).await).0);
}

#[tokio::test]
async fn r14_gone() {
    let origin = Origin::start(|_| answer("410 Gone", &[("retry-after", "60")], b"")).await;
    assert!(matches!(fetcher().feed(&feed(origin.url("/f"))).await, Outcome::Gone));
}

#[tokio::test]
async fn r10_r11_retry_after_rests_the_whole_host() {
    let cases = [
        ("429 Too Many Requests", "120", TimeDelta::seconds(120)),
        ("503 Service Unavailable", "Tue, 03 Mar 2026 12:00:00 GMT", TimeDelta::days(1)),
        ("403 Forbidden", "3600", TimeDelta::hours(1)),
        ("500 Internal Server Error", "3600", TimeDelta::hours(1)),
        ("302 Found", "60", TimeDelta::minutes(1)),
        ("429 Too Many Requests", "864000", TimeDelta::days(10)),
    ];
    for (status, after, wait) in cases {
        let origin = Origin::start(move |_| answer(status, &[("retry-after", after), ("location", "/x")], b"")).await;
        let (fetcher, clock) = fetcher_with(Settings::default());
        let (until, why, backoff) = limit(fetcher.feed(&feed(origin.url("/one"))).await);
        assert_eq!(until, start() + wait, "{status} {after}");
        assert!(why.contains("asks to be left alone until"), "{why}");
        let backoff = backoff.unwrap();
        assert_eq!((backoff.host.as_str(), backoff.until), ("127.0.0.1", until));
        let (again, why, stored) = limit(fetcher.feed(&feed(origin.url("/two"))).await);
        assert_eq!((again, stored), (until, None), "{why}");
        assert_eq!(origin.targets(), ["/one"], "a resting host is not asked");
        clock.sleep_until(until).await;
        limit(fetcher.feed(&feed(origin.url("/two"))).await);
        assert_eq!(origin.targets(), ["/one", "/two"], "but it is afterwards");
    }
}

#[tokio::test]
async fn r10_a_good_answer_with_retry_after_is_used() {
    let origin = Origin::start(|_| answer("200 OK", &[("retry-after", "7200")], b"x")).await;
    let asking = fetcher();
    fresh(asking.feed(&feed(origin.url("/f"))).await);
    assert_eq!(limit(asking.feed(&feed(origin.url("/f"))).await).0, start() + TimeDelta::hours(2));
}

#[tokio::test]
async fn r10_without_retry_after_each_fault_rests_longer() {
    let cases = [
        (answer("429 Too Many Requests", &[("retry-after", "soon")], b""), true),
        (answer("503 Service Unavailable", &[], b""), true),
        (answer("502 Bad Gateway", &[], b""), false),
        (Says::Close, false),
        (Says::Bytes(b"no http".to_vec()), false),
    ];
    for (says, limited) in cases {
        let origin = Origin::start(move |_| says.clone()).await;
        let (fetcher, clock) = fetcher_with(Settings::default());
        let mut rests = Vec::new();
        for _ in 0..4 {
            let asked_at = clock.now();
            // Our own servers are left alone as well.
            let outcome = fetcher.feed(&FeedRequest { own: true, ..feed(origin.url("/f")) }).await;
            let rest = if limited { limit(outcome).2 } else { failure(outcome).2 }.unwrap();
            rests.push((rest.until - asked_at).num_seconds());
            assert!(matches!(fetcher.feed(&feed(origin.url("/f"))).await, Outcome::Limited { backoff: None, .. }));
            clock.sleep_until(rest.until).await;
        }
        for (rest, least) in rests.iter().zip([60, 120, 240, 480]) {
            assert!((least..=least * 5 / 4).contains(rest), "{rests:?}");
        }
    }
}

#[tokio::test]
async fn r10_rests_survive_a_restart() {
    let origin = Origin::start(|_| answer("200 OK", &[], b"")).await;
    let (fetcher, _) = fetcher_with(Settings::default());
    let until = start() + TimeDelta::hours(3);
    let rest = crate::model::HostBackoff { host: "127.0.0.1".to_owned(), until, failures: 3, why: "429".to_owned() };
    fetcher.restore(vec![rest]);
    assert_eq!(limit(fetcher.feed(&feed(origin.url("/f"))).await).0, until);
    assert!(origin.asked().is_empty());
}

#[tokio::test]
async fn refusals_of_the_server_are_lasting_failures_without_rest() {
    for (status, transient) in
        [("404 Not Found", false), ("403 Forbidden", false), ("401 Unauthorized", false), ("408 Request Timeout", true)]
    {
        let origin = Origin::start(move |_| answer(status, &[], b"")).await;
        let (found, why, backoff) = failure(fetcher().feed(&feed(origin.url("/f"))).await);
        assert_eq!((found, backoff), (transient, None), "{status}");
        assert_eq!(why, format!("127.0.0.1 answered {status}"));
    }
}

#[tokio::test]
async fn r10_hosts_that_cannot_be_reached_rest() {
    let closed = Origin::start(|_| Says::Close).await.address.port();
    let (fetcher, _) = fetcher_with(Settings { timeout_seconds: 5, ..Settings::default() });
    let unheard = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = unheard.local_addr().unwrap().port();
    drop(unheard);
    for port in [closed, nobody] {
        let (fetcher, _) = fetcher_with(Settings::default());
        let (transient, why, backoff) = failure(fetcher.feed(&feed(format!("http://127.0.0.1:{port}/"))).await);
        assert!(transient && backoff.is_some(), "{why}");
    }
    let (transient, why, backoff) = failure(fetcher.feed(&feed("http://no-such-host.invalid/".to_owned())).await);
    assert!(transient && backoff.is_some() && why.contains("no-such-host.invalid"), "{why}");
}

#[tokio::test]
async fn r35_bodies_are_capped_after_decompression() {
    let zeros = vec![0_u8; 3 * 1024 * 1024];
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(&zeros).unwrap();
    let gzip = gzip.finish().unwrap();
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&zeros).unwrap();
    let zlib = zlib.finish().unwrap();
    assert!(gzip.len() < 64 * 1024);
    let origin = Origin::start(move |asked| match asked.target.as_str() {
        "/gzip" => answer("200 OK", &[("content-encoding", "gzip")], &gzip),
        "/deflate" => answer("200 OK", &[("content-encoding", "deflate")], &zlib),
        "/endless" => Says::Flood(head("200 OK", &[])),
        _ => answer("200 OK", &[], &vec![b'x'; 1024 * 1024]),
    })
    .await;
    let (fetcher, _) = fetcher_with(Settings { max_body_bytes: 1024 * 1024, ..Settings::default() });
    for target in ["/gzip", "/deflate", "/endless"] {
        let (transient, why, backoff) = failure(fetcher.feed(&feed(origin.url(target))).await);
        assert!(
            !transient && backoff.is_none() && why.contains("the cap of 1048576 bytes (after decompression)"),
            "{why}"
        );
    }
    assert_eq!(fresh(fetcher.feed(&feed(origin.url("/just"))).await).body.len(), 1024 * 1024);
    let (wide, _) = fetcher_with(Settings::default());
    assert_eq!(fresh(wide.feed(&feed(origin.url("/gzip"))).await).body.len(), 3 * 1024 * 1024);
}

#[tokio::test]
async fn r35_codings_that_were_not_asked_for_are_told() {
    let origin = Origin::start(|_| answer("200 OK", &[("content-encoding", "zstd")], b"(\xb5/\xfd")).await;
    let (_, why, _) = failure(fetcher().feed(&feed(origin.url("/f"))).await);
    assert!(why.contains("zstd"), "{why}");
    let broken = Origin::start(|_| answer("200 OK", &[("content-encoding", "gzip")], b"no gzip")).await;
    assert!(failure(fetcher().feed(&feed(broken.url("/f"))).await).0);
}

#[tokio::test]
async fn r36_one_deadline_for_the_whole_exchange() {
    let origin = Origin::start(|asked| match asked.target.as_str() {
        "/drip" => Says::Dribble(head("200 OK", &[])),
        _ => Says::Dribble(b"HTTP/1.1 200 OK\r\nx-slow: ".to_vec()),
    })
    .await;
    for target in ["/drip", "/head"] {
        let (fetcher, _) = fetcher_with(Settings { timeout_seconds: 1, ..Settings::default() });
        let (transient, why, backoff) = failure(fetcher.feed(&feed(origin.url(target))).await);
        assert!(transient && backoff.is_some(), "{target}");
        assert_eq!(why, "no complete answer from 127.0.0.1 within 1 s");
    }
}

#[tokio::test]
async fn r5_a_body_that_breaks_off_is_no_answer() {
    let origin = Origin::start(|_| {
        let mut bytes = head("200 OK", &[("content-length", "1000"), ("etag", "\"1\"")]);
        bytes.extend_from_slice(b"<rss>");
        Says::Bytes(bytes)
    })
    .await;
    assert!(failure(fetcher().feed(&feed(origin.url("/f"))).await).0);
}

#[tokio::test]
async fn r19_r23_requests_to_one_host_keep_their_gap() {
    let origin = Origin::start(|_| answer("200 OK", &[], b"x")).await;
    let (fetcher, clock) = fetcher_with(Settings { gap_seconds: 0, ..Settings::default() });
    let requests: Vec<_> = (0..5).map(|number| feed(origin.url(&format!("/{number}")))).collect();
    for outcome in futures_util::future::join_all(requests.iter().map(|request| fetcher.feed(request))).await {
        fresh(outcome);
    }
    assert_eq!(clock.now() - start(), TimeDelta::seconds(4), "a second at least, whatever is configured");
    assert_eq!(origin.most_at_once(), 1);
    assert_eq!(origin.targets(), ["/0", "/1", "/2", "/3", "/4"]);
    for request in &requests {
        fresh(fetcher.feed(&FeedRequest { own: true, ..request.clone() }).await);
    }
    assert_eq!(clock.now() - start(), TimeDelta::seconds(4), "our own servers have no gap");
}

#[tokio::test]
async fn r20_the_user_agent_names_a_contact() {
    let origin = Origin::start(|_| answer("200 OK", &[], b"x")).await;
    let contact = Some("https://firm.example/bot\r\nx: y\u{e9}".to_owned());
    let (fetcher, _) = fetcher_with(Settings { contact, ..Settings::default() });
    fresh(fetcher.feed(&feed(origin.url("/f"))).await);
    let asked = &origin.asked()[0];
    assert_eq!(asked.header("user-agent"), Some("Tidings/0.1 (+https://firm.example/botx: y)"));
    assert_eq!(asked.header("x"), None);
    assert!(asked.header("accept").unwrap().contains("application/rss+xml"));
    assert!(asked.header("accept-encoding").unwrap().contains("gzip"));
    assert_eq!(Settings::default().user_agent_field(), "Tidings/0.1");
    assert_eq!(Settings::default().robots_name(), "Tidings");
}

#[tokio::test]
async fn what_is_known_of_a_body_comes_with_it() {
    let fields = [
        ("content-type", "text/html; charset=x"),
        ("x-robots-tag", "noindex"),
        ("expires", "Mon, 02 Mar 2026 13:00:00 GMT"),
    ];
    let origin = Origin::start(move |_| answer("200 OK", &fields, b"<p>")).await;
    let address = origin.url("/f#part").replace("http://", "http://user:word@");
    let fetched = fresh(fetcher().feed(&feed(address)).await);
    assert_eq!(fetched.content_type.as_deref(), Some("text/html; charset=x"), "the feed room judges what it is");
    assert_eq!(fetched.restricted.as_deref(), Some("X-Robots-Tag says noindex"));
    assert_eq!(fetched.http.fresh_seconds, Some(3600));
    assert_eq!(fetched.url.as_str(), origin.url("/f"), "without password and fragment");
    assert!(origin.asked()[0].header("authorization").is_some());
}

/// A site with this robots.txt, and pages.
async fn site(robots: Says) -> Origin {
    Origin::start(move |asked| match asked.target.as_str() {
        "/robots.txt" => robots.clone(),
        "/away" => answer("302 Found", &[("location", "/private/page")], b""),
        _ => answer("200 OK", &[], b"page"),
    })
    .await
}

#[tokio::test]
async fn r21_robots_are_asked_once_and_obeyed() {
    let robots = "User-agent: other\nDisallow: /\n\nUser-agent: tidings\nDisallow: /private/\nAllow: /private/open\n";
    let origin = site(answer("200 OK", &[], robots.as_bytes())).await;
    let (fetcher, clock) = fetcher_with(Settings::default());
    fresh(fetcher.page(&origin.url("/page"), false).await);
    fresh(fetcher.page(&origin.url("/private/open"), false).await);
    let why = refusal(fetcher.page(&origin.url("/private/page"), false).await);
    assert_eq!(why, "robots.txt of 127.0.0.1 forbids Tidings this page (Disallow: /private/)");
    refusal(fetcher.page(&origin.url("/away"), false).await);
    assert_eq!(origin.targets(), ["/robots.txt", "/page", "/private/open", "/away"], "each hop needs leave");
    fresh(fetcher.feed(&feed(origin.url("/private/feed"))).await);
    clock.sleep_until(start() + TimeDelta::hours(25)).await;
    fresh(fetcher.page(&origin.url("/page"), false).await);
    assert_eq!(origin.targets()[5..], ["/robots.txt", "/page"], "believed for a day");
}

#[tokio::test]
async fn r21_a_missing_robots_allows_and_an_unreadable_one_forbids() {
    for status in ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"] {
        let origin = site(answer(status, &[], b"User-agent: *\nDisallow: /")).await;
        fresh(fetcher().page(&origin.url("/page"), false).await);
    }
    for says in [answer("500 Internal Server Error", &[], b""), Says::Close, Says::Dribble(head("200 OK", &[]))] {
        let origin = site(says).await;
        let (fetcher, _) = fetcher_with(Settings { timeout_seconds: 1, ..Settings::default() });
        let (transient, why, backoff) = failure(fetcher.page(&origin.url("/page"), false).await);
        assert!(transient && backoff.is_some(), "{why}");
        assert!(why.starts_with("robots.txt of 127.0.0.1 cannot be read, so its pages are left alone: "), "{why}");
        assert_eq!(origin.targets(), ["/robots.txt"]);
    }
    let origin = site(answer("429 Too Many Requests", &[("retry-after", "60")], b"")).await;
    assert_eq!(limit(fetcher().page(&origin.url("/page"), false).await).0, start() + TimeDelta::minutes(1));
}

#[tokio::test]
async fn r21_robots_redirects() {
    let hops = |most: u32| {
        Origin::start(move |asked| match asked.target.as_str() {
            "/robots.txt" => answer("301 Moved Permanently", &[("location", "/r/1")], b""),
            "/page" => answer("200 OK", &[], b"page"),
            target => match target[3..].parse::<u32>().unwrap() {
                number if number < most => answer("302 Found", &[("location", &format!("/r/{}", number + 1))], b""),
                _ => answer("200 OK", &[], b"User-agent: *\nDisallow: /"),
            },
        })
    };
    let (near, far) = (hops(5).await, hops(6).await);
    refusal(fetcher().page(&near.url("/page"), false).await);
    fresh(fetcher().page(&far.url("/page"), false).await);
}

#[tokio::test]
async fn r21_long_robots_are_read_beyond_500_kib() {
    let mut robots = "# a long remark\n".repeat(36_000).into_bytes();
    assert!(robots.len() > 500 * 1024);
    robots.extend_from_slice(b"User-agent: *\nDisallow: /private");
    let rules = robots.clone();
    robots.extend(vec![b'\n'; 2 * 1024 * 1024]);
    assert!(rules.len() < robots::MAX_BYTES);
    let origin = site(answer("200 OK", &[], &robots)).await;
    refusal(fetcher().page(&origin.url("/private"), false).await);
    fresh(fetcher().page(&origin.url("/page"), false).await);
}

#[tokio::test]
async fn r22_crawl_delay_slows_the_host() {
    let origin = site(answer("200 OK", &[], b"User-agent: *\nCrawl-delay: 20\n")).await;
    let (fetcher, clock) = fetcher_with(Settings::default());
    fresh(fetcher.page(&origin.url("/page"), false).await);
    fresh(fetcher.page(&origin.url("/page"), false).await);
    assert_eq!(clock.now() - start(), TimeDelta::seconds(40), "between all requests, that for robots.txt included");
    let slow = site(answer("200 OK", &[], b"User-agent: *\nCrawl-delay: 7200\n")).await;
    let (fetcher, clock) = fetcher_with(Settings::default());
    let (until, why, _) = limit(fetcher.page(&slow.url("/page"), false).await);
    assert_eq!(until, start() + TimeDelta::hours(2), "{why}");
    clock.sleep_until(until).await;
    fresh(fetcher.page(&slow.url("/page"), false).await);
}

#[tokio::test]
async fn r32_pages_are_guarded_like_feeds() {
    let asking = fetcher();
    assert!(refusal(asking.page("http://169.254.169.254/latest/meta-data/", false).await).contains("link-local"));
    assert!(refusal(asking.page("mailto:a@example.com", true).await).contains("only http and https"));
    assert!(!failure(asking.page("", false).await).0);
}

#[tokio::test]
async fn a_request_given_up_half_way_frees_the_host() {
    let origin = Origin::start(|asked| match asked.target.as_str() {
        "/slow" => Says::Dribble(head("200 OK", &[])),
        _ => answer("200 OK", &[], b"x"),
    })
    .await;
    let asking = fetcher();
    let slow = feed(origin.url("/slow"));
    assert!(tokio::time::timeout(Duration::from_millis(200), asking.feed(&slow)).await.is_err());
    fresh(asking.feed(&feed(origin.url("/f"))).await);
}
