//! What the tests of files and of lists to subscribe to share: clients whose names try to break out of what they are written
//! into, and the life of a few cards.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tidings::model::{Clock, SystemClock};

use super::desk::Desk;

/// Names of clients.
pub(super) fn names() -> Vec<String> {
    vec![
        "Plain Ltd".to_owned(),
        "Acme\r\nSTATUS:COMPLETED\r\nX-EVIL: 1".to_owned(),
        "<script>alert(1)</script> & <b onclick=x>".to_owned(),
        "semi;comma,back\\slash\\n\"quoted\"".to_owned(),
        "Fab 🏭🚀 👩\u{200d}👩\u{200d}👧 GmbH".to_owned(),
        "long ".repeat(1000),
        "\u{202e}שלום בע\"מ".to_owned(),
        "=HYPERLINK(\"http://evil.example\")".to_owned(),
    ]
}

/// A desk with one destination of this kind, called `desk`, and a client for each of the names.
pub(super) fn desk(kind: &str) -> Desk {
    let desk =
        Desk::new(&format!("[[deliver.destinations]]\nkind = \"{kind}\"\nid = \"desk\"\n"), names().len(), &[], |_| {
            String::new()
        });
    let mut watchlist = String::new();
    for (client, name) in names().iter().enumerate() {
        // A string of JSON is one of TOML.
        let name = serde_json::to_string(name).unwrap();
        watchlist += &format!(
            "[[account]]\nid = \"client{client}\"\nname = {name}\nowner = \"mia\"\ndomains = [\"client{client}.example\"]\n\
             contacts = [{{ name = \"Ruth, \\\"R\\\"; Okafor\", role = \"COO\" }}]\n\n"
        );
    }
    desk.place.write("watchlist.toml", &watchlist);
    desk
}

/// What became of the cards: whose they are by the number of the client.
pub(super) struct Life {
    /// The ids of the cards by client.
    pub(super) ids: Vec<String>,
    /// The card of client 0 was accepted, then done; that of client 1 accepted; that of the invoice taken back.
    pub(super) withdrawn: String,
}

/// A card for each client and one for an invoice; one is done, one accepted, one withdrawn; each step is sent.
pub(super) fn live(desk: &Desk) -> Life {
    let cards = desk.cards(0..names().len());
    let id = |client: usize| {
        let account = format!("client{client}");
        let card = cards.iter().find(|card| card["account"] == account.as_str()).expect("each client has a card");
        card["id"].as_str().unwrap().to_owned()
    };
    let ids: Vec<_> = (0..names().len()).map(id).collect();
    let invoice = |kind: &str, key: &str| {
        let at = (SystemClock.now() - TimeDelta::hours(1)).to_rfc3339();
        let told = json!({ "system": "books", "id": key, "kind": kind, "reference": "invoice 77", "account": "client2",
                           "amount": 90_000, "at": at, "text": "=1+1\r\n<script>" });
        desk.place.write("invoice.ndjson", &told.to_string());
        let file = desk.place.config().join("invoice.ndjson");
        desk.place.run(&["fact", "import", file.to_str().unwrap()]).ended(0);
        desk.pass();
    };
    invoice("invoice_overdue", "i-1");
    let open = desk.place.run(&["inbox", "list", "--json"]).ended(0).lines();
    let new = open.iter().find(|card| !ids.iter().any(|id| card["id"] == id.as_str())).expect("a card of the invoice");
    let withdrawn = new["id"].as_str().unwrap().to_owned();
    desk.place.run(&["inbox", "accept", &ids[0]]).ended(0);
    desk.pass();
    desk.place.run(&["inbox", "done", &ids[0], "--outcome", "meeting", "--note", "+49 30 \r\n=1"]).ended(0);
    desk.place.run(&["inbox", "accept", &ids[1]]).ended(0);
    invoice("invoice_paid", "i-2");
    Life { ids, withdrawn }
}

/// The file that the desk's destination writes.
pub(super) fn written(desk: &Desk, ending: &str) -> String {
    let path = desk.place.data().join("delivered").join(format!("desk.{ending}"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Sends everything that was sent once more, and holds that it changes nothing.
pub(super) fn again_changes_nothing(desk: &Desk, ending: &str) {
    let before = written(desk, ending);
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let latest = status["latest"].as_array().unwrap();
    assert!(latest.len() > 5 && latest.iter().all(|delivery| delivery["state"] == "delivered"), "{status}");
    for delivery in latest {
        desk.place.run(&["deliver", "retry", delivery["id"].as_str().unwrap()]).ended(0);
    }
    let pass: Value = desk.pass();
    assert_eq!(pass["delivered"], latest.len(), "{pass}");
    assert_eq!(written(desk, ending), before);
}
