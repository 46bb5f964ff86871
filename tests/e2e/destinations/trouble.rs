//! A destination that does not work for a day is told by another one, once; and once that it works again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use chrono::TimeDelta;
use serde_json::Value;
use tidings::model::{Clock, SystemClock};
use tidings::store::{Store, deliveries};

use super::desk::{Desk, serve};
use crate::program::SECRET;

/// Has it fail since two days ago.
fn fails_since_long(desk: &Desk, id: &str) {
    let file = desk.place.data().join("tidings.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open_file(&file).await.unwrap();
        let mut session = store.write().await.unwrap();
        let long_ago = SystemClock.now() - TimeDelta::days(2);
        deliveries::failed(&mut session, &id.into(), None, long_ago).await.unwrap();
        session.commit().await.unwrap();
        store.close().await;
    });
}

#[test]
fn another_channel_tells_once_that_one_fails_and_once_that_it_works_again() {
    let works = Arc::new(AtomicBool::new(false));
    let told = Arc::new(Mutex::new(Vec::<Value>::new()));
    let (crm, chat) = (Arc::clone(&works), Arc::clone(&told));
    let router = Router::new()
        .route(
            "/crm",
            post(move || async move {
                if crm.load(Ordering::SeqCst) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
            }),
        )
        .route(
            "/chat",
            post(move |body: String| async move {
                chat.lock().unwrap().push(serde_json::from_str(&body).unwrap());
            }),
        );
    let served = serve(router);
    let desk = Desk::new("", 1, &[], |_| String::new());
    desk.place.write("secret", SECRET);
    let secret = desk.place.config().join("secret").display().to_string();
    let url = &served.url;
    desk.place.write(
        "tidings.toml",
        &format!(
            "[net]\nallow = [\"127.0.0.0/8\"]\n\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\n\
             url = \"{url}/crm\"\non = [\"accepted\"]\nsecret_file = \"{secret}\"\n\n\
             [[deliver.destinations]]\nkind = \"webhook\"\nid = \"chat\"\nurl = \"{url}/chat\"\non = [\"done\"]\n\
             secret_file = \"{secret}\"\n"
        ),
    );
    let card = desk.accepted();
    fails_since_long(&desk, "crm");
    for _ in 0..3 {
        desk.pass();
    }
    let messages = told.lock().unwrap().clone();
    assert_eq!(messages.len(), 1, "told once: {messages:?}");
    assert_eq!(
        (messages[0]["type"].as_str(), messages[0]["data"]["destination"].as_str()),
        (Some("destination.failing"), Some("crm"))
    );
    let body = messages[0]["data"]["body"].as_str().unwrap();
    assert!(body.contains("503 Service Unavailable") && body.contains("`tidings deliver test crm`"), "{body}");
    desk.place.run(&["report"]).ended(0).said(&["NOT DELIVERED", "crm is failing since"]);
    desk.place.run(&["doctor"]).said(&["crm fails since"]);
    works.store(true, Ordering::SeqCst);
    let id = desk.delivery(&card)["id"].as_str().unwrap().to_owned();
    desk.place.run(&["deliver", "retry", &id]).ended(0);
    for _ in 0..2 {
        desk.pass();
    }
    let kinds: Vec<_> = told.lock().unwrap().iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["destination.failing", "destination.recovered"]);
    assert_eq!(desk.delivery(&card)["state"], "delivered");
}
