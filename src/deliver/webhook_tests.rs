use std::path::Path;

use super::*;
use crate::deliver::{Destination, Links, Tokens, test_message};
use crate::net;

/// Two secrets of 32 bytes, as `openssl rand -base64 32` gives them.
const CURRENT: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const FORMER: &str = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

fn prepared(toml: &str, secret: &str) -> (Webhook, Vec<Fault>) {
    let webhook: Webhook = toml::from_str(&format!("id = \"crm\"\n{toml}")).unwrap();
    let mut destination = Destination::Webhook(webhook);
    let environment = |name: &str| match name {
        "SECRET" => Some(secret.to_owned()),
        "ADDRESS" => Some("https://hooks.example/token-1234".to_owned()),
        _ => None,
    };
    let faults = destination.prepare(SecretReader { folder: Path::new("."), environment: &environment });
    let Destination::Webhook(webhook) = destination else { panic!("a webhook") };
    (webhook, faults)
}

const PLAIN: &str = "url = \"https://hooks.example/in\"\nsecret_env = \"SECRET\"";

#[test]
#[expect(clippy::disallowed_methods, reason = "the verifier compares with the wall clock")]
fn r55_the_signature_is_one_that_receivers_verify() {
    let now = chrono::Utc::now();
    let (webhook, faults) = prepared(PLAIN, &format!("{CURRENT}\n{FORMER}\n"));
    assert_eq!(faults, []);
    let delivery = test_message(&Destination::Webhook(webhook.clone()), now);
    let body = delivery.payload.as_bytes();
    let headers = webhook.headers(&delivery.id, body, now).unwrap();
    assert_eq!(headers["webhook-id"], delivery.id.as_str());
    assert_eq!(headers["webhook-timestamp"], now.timestamp().to_string().as_str());
    assert_eq!(headers["webhook-signature"].to_str().unwrap().split(' ').count(), 2);
    for secret in [CURRENT, FORMER] {
        standardwebhooks::Webhook::new(secret).unwrap().verify(body, &headers).unwrap();
    }
    let other = standardwebhooks::Webhook::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    assert!(other.verify(body, &headers).is_err());
    assert!(standardwebhooks::Webhook::new(CURRENT).unwrap().verify(b"{}", &headers).is_err());
}

#[test]
fn the_signature_is_that_of_the_specification() {
    // The example of the specification's own libraries.
    let (mut webhook, _) = prepared(PLAIN, CURRENT);
    webhook.secrets = vec![Secret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")];
    let body = br#"{"email":"test@example.com","username":"test_user"}"#;
    assert_eq!(
        webhook.signatures("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553, body).unwrap(),
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
    );
}

#[test]
fn what_is_wrong_with_a_webhook_is_said() {
    let long = format!("whsec_{}", "QUJD".repeat(22));
    for (toml, secret, key, message) in [
        ("secret_env = \"SECRET\"", CURRENT, "", "has no address"),
        (
            "url = \"ftp://x\"\nsecret_env = \"SECRET\"",
            CURRENT,
            "url",
            "is no address that begins with http:// or https://",
        ),
        (
            "url = \"hooks.example\"\nsecret_env = \"SECRET\"",
            CURRENT,
            "url",
            "is no address that begins with http:// or https://",
        ),
        (
            "url_env = \"NONE\"\nsecret_env = \"SECRET\"",
            CURRENT,
            "url_env",
            "the environment variable `NONE` is not set",
        ),
        (
            "url_env = \"ADDRESS\"\nurl = \"https://x.example\"\nsecret_env = \"SECRET\"",
            CURRENT,
            "url",
            "stands beside url_env or url_file",
        ),
        ("url = \"https://x.example\"", CURRENT, "", "has no secret to sign with"),
        (
            "url = \"https://x.example\"\nsecret_env = \"NONE\"",
            CURRENT,
            "secret_env",
            "the environment variable `NONE` is not set",
        ),
        (PLAIN, "whsec_!!!", "secret_env", "must hold `whsec_` and the base64 of 24 to 64 bytes"),
        (PLAIN, "whsec_c2hvcnQ=", "secret_env", "must hold `whsec_` and the base64 of 24 to 64 bytes"),
        (PLAIN, &long, "secret_env", "must hold `whsec_` and the base64 of 24 to 64 bytes"),
        (&format!("{PLAIN}\non = []"), CURRENT, "on", "names no step, so nothing would ever be sent"),
        (&format!("{PLAIN}\ntimeout_seconds = 0"), CURRENT, "timeout_seconds", "must lie between 1 and 60 seconds"),
        (&format!("{PLAIN}\ntimeout_seconds = 61"), CURRENT, "timeout_seconds", "must lie between 1 and 60 seconds"),
    ] {
        let (_, faults) = prepared(toml, secret);
        let said: Vec<_> = faults.iter().map(|fault| (fault.key.as_str(), fault.message.as_str())).collect();
        assert_eq!(said, [(key, message)], "{toml}");
        assert!(!format!("{faults:?}").contains(secret), "{toml}");
    }
}

#[test]
fn r53_secrets_of_a_webhook_are_never_shown() {
    let (webhook, faults) = prepared("url_env = \"ADDRESS\"\nsecret_env = \"SECRET\"", CURRENT);
    assert_eq!(faults, []);
    let shown =
        format!("{webhook:?}{}{}", serde_json::to_string(&webhook).unwrap(), toml::to_string(&webhook).unwrap());
    assert!(!shown.contains("token-1234") && !shown.contains("MDEyMzQ1"), "{shown}");
    assert_eq!(
        webhook.without_address("cannot reach https://hooks.example/token-1234: timed out"),
        "cannot reach its address: timed out"
    );
}

/// Answers one request with `answer` and gives the request as it came.
async fn receive_one(listener: tokio::net::TcpListener, answer: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        let count = stream.read(&mut part).await.unwrap();
        request.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&request);
        let length =
            text.to_lowercase().split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        let whole = text.split_once("\r\n\r\n").is_some_and(|(_, body)| length == Some(body.len()));
        if whole || count == 0 {
            break;
        }
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    String::from_utf8(request).unwrap()
}

async fn send(client: &net::Client, destination: &Destination, delivery: &Delivery) -> Sent {
    let (tokens, links) = (Tokens::default(), Links::default());
    let wire = Wire { client, tokens: &tokens, now: delivery.created };
    destination.send(&Attempt { delivery, remote: None, links: &links, wire }).await
}

#[tokio::test]
async fn a_delivery_arrives_whole_and_the_answer_comes_back() {
    let settings: net::Settings = toml::from_str("allow = [\"127.0.0.1/32\"]").unwrap();
    let client = net::Client::new(&settings).unwrap();
    let now: Time = "2026-03-02T09:00:00Z".parse().unwrap();
    for (answer, expected) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", "accepted with 204 No Content"),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno hook",
            "refused with 404 Not Found: no hook; nobody listens at this address: look at `url`",
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
            "redirected elsewhere with 302; a signed message does not follow: write the final address as `url`",
        ),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (webhook, faults) = prepared(&format!("url = \"http://{address}/in\"\nsecret_env = \"SECRET\""), CURRENT);
        assert_eq!(faults, []);
        let destination = Destination::Webhook(webhook);
        let delivery = test_message(&destination, now);
        let (request, sent) = tokio::join!(receive_one(listener, answer), send(&client, &destination, &delivery));
        assert_eq!(sent.answer.describe(), expected);
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("POST /in HTTP/1.1\r\n"), "{head}");
        assert!(head.to_lowercase().contains(&format!("webhook-id: {}", delivery.id)), "{head}");
        assert_eq!(body, delivery.payload);
    }
}

#[tokio::test]
async fn r32_an_address_inside_is_refused_and_said() {
    let client = net::Client::new(&net::Settings::default()).unwrap();
    let (webhook, _) = prepared("url = \"http://127.0.0.1:9/in\"\nsecret_env = \"SECRET\"", CURRENT);
    let destination = Destination::Webhook(webhook);
    let now: Time = "2026-03-02T09:00:00Z".parse().unwrap();
    let answer = send(&client, &destination, &test_message(&destination, now)).await.answer;
    assert_eq!(answer.status(), None);
    assert!(answer.describe().contains("127.0.0.1"), "{}", answer.describe());
}
