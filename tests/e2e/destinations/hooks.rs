//! Webhooks that another program asks for: it subscribes, is told, signed, unsubscribes; a sample and a list to poll.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Map, Value, json};

use super::desk::{Desk, serve};
use crate::program::{Running, eventually};
use crate::verifier;

const TOKEN: &str = "0123456789abcdef0123456789";

/// A desk whose program runs and listens.
fn listening(desk: &Desk) -> (Running, u16) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    desk.place.write("token", TOKEN);
    let token = desk.place.config().join("token");
    desk.place.write(
        "tidings.toml",
        &format!(
            "[net]\nallow = [\"127.0.0.0/8\"]\n\n[serve]\nlisten = \"127.0.0.1:{port}\"\n[serve.hooks]\ntoken_file = \"{}\"\n",
            token.display()
        ),
    );
    let running = desk.place.start(&["run"]);
    eventually("it listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    (running, port)
}

fn ask(port: u16, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

type Taken = Arc<Mutex<Vec<(HeaderMap, String)>>>;

#[test]
fn a_program_asks_for_a_webhook_is_told_and_takes_it_out() {
    let taken = Taken::default();
    let kept = Arc::clone(&taken);
    let router = Router::new()
        .route(
            "/in",
            post(move |headers: HeaderMap, body: String| async move {
                kept.lock().unwrap().push((headers, body));
            }),
        )
        .route("/gone", post(|| async { StatusCode::GONE }));
    let served = serve(router);
    let desk = Desk::new("", 1, &[], |_| String::new());
    let (running, port) = listening(&desk);

    for token in ["", "wrong", &TOKEN[1..]] {
        for (method, path) in [
            ("POST", "/api/v1/hooks"),
            ("GET", "/api/v1/hooks"),
            ("DELETE", "/api/v1/hooks/hook_1"),
            ("GET", "/api/v1/hooks/sample"),
            ("GET", "/api/v1/touchpoints/recent"),
        ] {
            assert_eq!(ask(port, method, path, token, "{}").0, 401, "{method} {path} {token:?}");
        }
    }
    let post = |body: &Value| ask(port, "POST", "/api/v1/hooks", TOKEN, &body.to_string());
    for wrong in [
        json!({}),
        json!({ "target_url": "ftp://x.example/" }),
        json!({ "target_url": "http://10.0.0.1/in" }),
        json!({ "target_url": "http://169.254.169.254/latest" }),
        json!({ "target_url": "https://me:secret@x.example/" }),
        json!({ "target_url": format!("{}/in", served.url), "events": ["touch_point.exploded"] }),
    ] {
        let (status, problem) = post(&wrong);
        assert_eq!(status, 422, "{wrong}: {problem}");
    }
    let wish = json!({ "target_url": format!("{}/in", served.url), "events": ["touch_point.accepted", "done"] });
    let (status, hook) = post(&wish);
    assert_eq!(status, 201, "{hook}");
    let (id, secret) = (hook["id"].as_str().unwrap().to_owned(), hook["secret"].as_str().unwrap().to_owned());
    assert_eq!(post(&wish).1["id"], *id, "asked twice, there once");
    // The shape of Zapier's own examples.
    let gone = post(&json!({ "hookUrl": format!("{}/gone", served.url), "event": "touch_point.accepted" })).1;
    let (_, list) = ask(port, "GET", "/api/v1/hooks", TOKEN, "");
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert!(!list.to_string().contains("whsec_"), "{list}");

    let (status, samples) = ask(port, "GET", "/api/v1/hooks/sample?event=touch_point.accepted", TOKEN, "");
    assert_eq!(status, 200);
    let sample = &samples[0];
    assert!(sample["id"].is_string() && sample["data"]["subject"].as_str().unwrap().starts_with("Call "), "{sample}");
    assert_eq!(ask(port, "GET", "/api/v1/touchpoints/recent", TOKEN, "").1, json!([]));

    // It survives a restart.
    assert_eq!(running.stop(), Some(0));
    let card = desk.accepted();
    desk.pass();
    let (headers, body) = {
        let taken = taken.lock().unwrap();
        assert_eq!(taken.len(), 1, "{taken:?}");
        taken[0].clone()
    };
    let message: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (message["type"].as_str(), message["data"]["id"].as_str()),
        (Some("touch_point.accepted"), Some(&*card))
    );
    assert_eq!(message["data"]["account_name"], "Client 0 Ltd");
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&message["data"]), keys(&sample["data"]), "a sample has the fields of what comes");
    let headers: Map<String, Value> =
        headers.iter().map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap()))).collect();
    let signed = json!({ "headers": headers, "body": body }).to_string();
    if let Some(verdict) = verifier::ask("webhook.py", &[&secret], &signed) {
        assert_eq!(verdict["ok"], true, "{verdict}");
    }
    // 410 takes the other one out.
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let known: Vec<_> = status["destinations"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert!(known.contains(&json!(id)), "{status}");
    let left = status["destinations"].as_array().unwrap().iter().find(|one| one["id"] == gone["id"]).unwrap();
    assert_eq!((left["state"].as_str(), left["dropped"].as_i64()), (Some("not configured"), Some(1)), "{left}");

    let (running, port) = listening(&desk);
    let (_, recent) = ask(port, "GET", "/api/v1/touchpoints/recent?event=accepted", TOKEN, "");
    assert_eq!((recent.as_array().unwrap().len(), recent[0]["id"].as_str()), (1, Some(&*card)), "{recent}");
    let path = format!("/api/v1/hooks/{id}");
    assert_eq!(ask(port, "DELETE", &path, TOKEN, "").0, 204);
    assert_eq!(ask(port, "DELETE", &path, TOKEN, "").0, 404);
    assert_eq!(ask(port, "GET", "/api/v1/hooks", TOKEN, "").1, json!([]));
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn r48_without_a_token_in_the_settings_no_program_asks_for_anything() {
    let desk = Desk::new("", 1, &[], |_| String::new());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    desk.place.write("tidings.toml", &format!("[serve]\nlisten = \"127.0.0.1:{port}\"\n"));
    let running = desk.place.start(&["run"]);
    eventually("it listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    for path in ["/api/v1/hooks", "/api/v1/hooks/sample", "/api/v1/touchpoints/recent"] {
        let (status, problem) = ask(port, "GET", path, TOKEN, "");
        assert_eq!(status, 403, "{path}: {problem}");
        assert!(problem["hint"].as_str().unwrap().contains("[serve.hooks]"), "{problem}");
    }
    drop(running);
}
