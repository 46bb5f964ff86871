//! A place with clients and destinations, whose cards come from facts that other systems tell: no news is needed.

use std::cell::Cell;
use std::fmt::Write as _;

use axum::Router;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::model::{Clock, SystemClock};
use tokio::sync::oneshot;

use crate::program::Place;

/// A server on loopback that answers by its routes until it is dropped.
pub(crate) struct Served {
    /// Where it listens, without a slash at the end.
    pub(crate) url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// Serves these routes on a free port of loopback.
pub(crate) fn serve(router: Router) -> Served {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            tokio::select! {
                served = axum::serve(listener, router) => served.unwrap(),
                _ = stopped => {}
            }
        });
    });
    Served { url, stop: Some(stop), thread: Some(thread) }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A place with these destinations and clients `client0`, `client1` …
pub(crate) struct Desk {
    pub(crate) place: Place,
    told: Cell<usize>,
}

impl Desk {
    /// `destinations` are `[[deliver.destinations]]` tables of `tidings.toml`. Client number *n* has the record `ids(n)` in
    /// each of `systems`.
    pub(crate) fn new(destinations: &str, clients: usize, systems: &[&str], ids: impl Fn(usize) -> String) -> Self {
        let place = Place::new("");
        let mut settings = "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\ndaily_new = 1000\nweekly_aim = 1000\n\
                            weekly_capacity = 1000\n\n"
            .to_owned();
        settings += destinations;
        place.write("tidings.toml", &settings);
        let mut watchlist = String::new();
        for client in 0..clients {
            let ids: Vec<_> = systems.iter().map(|system| format!("{system} = \"{}\"", ids(client))).collect();
            let _ = write!(
                watchlist,
                "[[account]]\nid = \"client{client}\"\nname = \"Client {client} Ltd\"\nowner = \"mia\"\n\
                 domains = [\"client{client}.example\"]\nexternal_ids = {{ {} }}\n\
                 contacts = [{{ name = \"Ruth Okafor\", role = \"COO\", email = \"ruth@client{client}.example\" }}]\n\n",
                ids.join(", ")
            );
        }
        place.write("watchlist.toml", &watchlist);
        Self { place, told: Cell::new(0) }
    }

    /// A card of each of these clients, ready in the inbox; what it causes is sent. Gives the cards as `inbox list --json`
    /// tells them.
    pub(crate) fn cards(&self, clients: std::ops::Range<usize>) -> Vec<Value> {
        let at = (SystemClock.now() - TimeDelta::hours(1)).to_rfc3339();
        let lines: Vec<String> = clients
            .map(|client| {
                let told = self.told.replace(self.told.get() + 1);
                json!({ "system": "shop", "id": format!("fall-{told}"), "kind": "orders_down", "amount": 40,
                        "account": format!("client{client}"), "at": at })
                .to_string()
            })
            .collect();
        self.place.write("told.ndjson", &lines.join("\n"));
        let file = self.place.config().join("told.ndjson");
        self.place.run(&["fact", "import", file.to_str().unwrap()]).ended(0);
        self.pass();
        self.place.run(&["inbox", "list", "--json"]).ended(0).lines()
    }

    /// A card of `client0`, accepted by a person but not yet sent anywhere that waits for that; its id.
    pub(crate) fn accepted(&self) -> String {
        let cards = self.cards(0..1);
        let id = cards[0]["id"].as_str().unwrap().to_owned();
        self.place.run(&["inbox", "accept", &id]).ended(0);
        id
    }

    /// Everything that is due, once; gives what the program says of it, whether or not deliveries failed.
    pub(crate) fn pass(&self) -> Value {
        self.place.run(&["run", "--once", "--now", "--json"]).json()
    }

    /// Passes until the delivery of this card is no longer due, or was tried three times; gives it.
    pub(crate) fn settle(&self, card: &str) -> Value {
        for _ in 0..40 {
            self.pass();
            let delivery = self.delivery(card);
            if delivery["state"] != "due" || delivery["attempts"].as_u64() > Some(2) {
                return delivery;
            }
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        self.delivery(card)
    }

    /// What `deliver status --json` tells of the latest delivery that has this id of a touch point.
    pub(crate) fn delivery(&self, card: &str) -> Value {
        let status = self.place.run(&["deliver", "status", "--json"]).ended(0).json();
        let of_card = |delivery: &&Value| delivery["touch_point"] == card;
        status["latest"].as_array().unwrap().iter().find(of_card).cloned().unwrap_or_default()
    }
}
