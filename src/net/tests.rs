use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use http::HeaderMap;
use url::Url;

use super::origin::{Origin, Says, answer, head};
use super::*;

fn client(allow: &[&str]) -> Client {
    Client::new(&settings(allow)).unwrap()
}

fn settings(allow: &[&str]) -> Settings {
    Settings { allow: allow.iter().map(|entry| (*entry).to_owned()).collect(), ..Settings::default() }
}

fn url(address: &str) -> Url {
    Url::parse(address).unwrap()
}

async fn get(client: &Client, address: &str) -> Result<u16, Error> {
    client.get(&url(address), HeaderMap::new()).await.map(|answer| answer.status().as_u16())
}

#[test]
fn r32_kinds_of_addresses() {
    let refused = [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.8.8.8",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:1::1",
        "2001:db8::1",
        "3fff::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "100::1",
    ];
    for address in refused {
        assert!(NetworkKind::of(address.parse().unwrap()).is_some(), "{address}");
    }
    let public = [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ];
    for address in public {
        assert_eq!(NetworkKind::of(address.parse().unwrap()), None, "{address}");
    }
}

#[test]
fn r30_r32_every_spelling_of_a_literal_is_checked() {
    let guard = Guard::default();
    let spellings = [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://0/",
        "http://%31%32%37.0.0.1/",
        "http://１２７.0.0.1/",
        "http://user:word@127.0.0.1:8080/",
    ];
    for address in spellings {
        assert!(matches!(guard.check_url(&url(address)), Err(Error::Refused { .. })), "{address}");
    }
    assert_eq!(guard.check_url(&url("http://8.8.8.8/")), Ok(()));
}

#[test]
fn r33_schemes() {
    let guard = Guard::default();
    for address in ["ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:,x", "javascript:1"] {
        let error = guard.check_url(&url(address)).unwrap_err();
        assert!(matches!(error, Error::Scheme { .. }) && error.is_refusal(), "{address}");
    }
}

#[test]
fn r32_what_the_operator_allows() {
    let allowed = |entry: &str, host: &str, address: &str| {
        Guard::new(&settings(&[entry])).unwrap().check_address(host, address.parse().unwrap()).is_ok()
    };
    assert!(allowed("10.0.0.0/8", "x", "10.9.8.7"));
    assert!(allowed("127.0.0.1", "x", "127.0.0.1"));
    assert!(!allowed("127.0.0.1", "x", "127.0.0.2"));
    assert!(allowed("[::1]", "x", "::1"));
    assert!(allowed("10.0.0.0/8", "x", "::ffff:10.9.8.7"), "carried inside");
    assert!(!allowed("10.0.0.0/8", "x", "::ffff:127.0.0.1"));
    assert!(allowed("crm.internal", "CRM.internal.", "192.168.0.9"));
    assert!(!allowed("crm.internal", "evil.crm.internal", "192.168.0.9"));
    assert!(!allowed("crm.internal", "crm.internal.example", "192.168.0.9"));
    for entry in ["10.0.0.0/99", "a b", "", "http://x"] {
        assert!(matches!(Guard::new(&settings(&[entry])), Err(Error::Setting { .. })), "{entry:?}");
    }
}

#[tokio::test]
async fn r32_loopback_is_refused_by_default_and_allowed_by_setting() {
    let origin = Origin::start(|_| answer("200 OK", &[], b"hello")).await;
    let error = get(&client(&[]), &origin.url("/")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "refusing to connect to 127.0.0.1: it is a loopback address (127.0.0.0/8); to allow it, add \"127.0.0.1\" to \
         `allow` under [net]"
    );
    assert!(origin.asked().is_empty());
    assert_eq!(get(&client(&["127.0.0.1/32"]), &origin.url("/")).await, Ok(200));
}

#[tokio::test]
async fn r29_names_are_checked_by_what_they_resolve_to() {
    let origin = Origin::start(|_| answer("200 OK", &[], b"")).await;
    let named = format!("http://localhost:{}/", origin.address.port());
    let error = get(&client(&[]), &named).await.unwrap_err();
    assert!(matches!(&error, Error::Refused { host, address, .. } if host == "localhost" && address.is_loopback()));
    assert!(error.to_string().contains("localhost (") && error.to_string().contains("`allow` under [net]"));
    assert!(origin.asked().is_empty());
    assert_eq!(get(&client(&["localhost"]), &named).await, Ok(200));
    assert_eq!(get(&client(&["127.0.0.0/8"]), &named).await, Ok(200), "addresses not allowed are left out");
}

#[tokio::test]
async fn r29_only_checked_addresses_are_given_to_the_dialler() {
    let guard = Guard::new(&settings(&["127.0.0.0/8"])).unwrap();
    let addresses = resolve::checked(&guard, "localhost").await.unwrap();
    assert!(!addresses.is_empty() && addresses.iter().all(SocketAddr::is_ipv4));
    assert!(matches!(resolve::checked(&Guard::default(), "localhost").await, Err(Error::Refused { .. })));
}

#[tokio::test]
async fn r34_a_proxy_does_not_bypass_the_check() {
    let proxy = Origin::start(|_| answer("200 OK", &[], b"by proxy")).await;
    let through = |allow: &[&str]| Client::new(&Settings { proxy: Some(proxy.url("")), ..settings(allow) }).unwrap();
    for address in ["http://10.0.0.1/", "http://localhost/", "http://[::1]/"] {
        assert!(matches!(get(&through(&[]), address).await, Err(Error::Refused { .. })), "{address}");
    }
    assert!(proxy.asked().is_empty());
    assert_eq!(get(&through(&[]), "http://8.8.8.8/page").await, Ok(200), "the proxy itself need not be allowed");
    assert_eq!(proxy.targets(), ["http://8.8.8.8/page"]);
    assert_eq!(get(&through(&["localhost"]), "http://localhost/").await, Ok(200));
}

#[test]
fn r53_unusable_proxies_are_told_without_their_password() {
    for proxy in ["socks5://user:word@proxy:1080", "http://user:word@", "user:word@proxy"] {
        let error = Client::new(&Settings { proxy: Some(proxy.to_owned()), ..Settings::default() }).unwrap_err();
        assert!(error.to_string().starts_with("proxy = ") && !error.to_string().contains("word@"), "{error}");
    }
}

#[tokio::test]
async fn r56_post_sends_as_given_and_follows_no_redirect() {
    let origin =
        Origin::start(|_| answer("302 Found", &[("location", "/other"), ("x-told", "yes")], b"elsewhere")).await;
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", "msg_1".parse().unwrap());
    let body = br#"{"a":1}"#.to_vec();
    let reply =
        client(&["127.0.0.1"]).post(&origin.url("/in"), headers, body.clone(), Duration::from_secs(5)).await.unwrap();
    assert_eq!((reply.status, &reply.body[..]), (302, &b"elsewhere"[..]));
    assert_eq!(reply.headers["x-told"], "yes");
    let asked = origin.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method.as_str(), &asked[0].body), ("POST", &body));
    assert_eq!(asked[0].header("webhook-id"), Some("msg_1"));
}

#[tokio::test]
async fn post_cuts_long_answers_and_ends_in_time() {
    let origin = Origin::start(|asked| match asked.target.as_str() {
        "/long" => Says::Flood(head("200 OK", &[])),
        "/close" => Says::Close,
        _ => Says::Dribble(head("200 OK", &[])),
    })
    .await;
    let client = client(&["127.0.0.1"]);
    let post = async |target: &str, limit| {
        client.post(&origin.url(target), HeaderMap::new(), Vec::new(), Duration::from_millis(limit)).await
    };
    assert_eq!(post("/long", 20_000).await.unwrap().body.len(), 64 * 1024);
    let late = post("/slow", 200).await.unwrap_err();
    assert!(matches!(late, Error::TimedOut { .. }) && late.is_transient());
    let closed = post("/close", 20_000).await.unwrap_err();
    assert!(matches!(closed, Error::Broken { .. }) && closed.is_transient());
    let refused = client.post("http://10.0.0.1/", HeaderMap::new(), Vec::new(), Duration::from_secs(1)).await;
    assert!(refused.unwrap_err().is_refusal());
    let none = client.post("not an address", HeaderMap::new(), Vec::new(), Duration::from_secs(1)).await;
    assert!(matches!(none, Err(Error::Address(_))));
}

#[tokio::test]
async fn r53_errors_do_not_tell_paths_and_queries() {
    let origin = Origin::start(|_| Says::Close).await;
    let address = origin.url("/hooks/T0PSECRET?token=T0PSECRET");
    let error = get(&client(&["127.0.0.1"]), &address).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("T0PSECRET"), "{error:?}");
}

#[test]
fn addresses_carried_inside_are_those_judged() {
    let address: IpAddr = "64:ff9b::a00:1".parse().unwrap();
    assert_eq!(NetworkKind::of(address), NetworkKind::of("10.0.0.1".parse().unwrap()));
}
