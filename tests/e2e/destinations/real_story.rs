//! What must hold for every CRM that runs beside the tests, told once: each card is one record there, whatever is cut.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use tidings::deliver::{CrmAccount, Destination, SecretReader, Tokens, Wire};
use tidings::model::{Clock as _, Remote, RemoteState, SystemClock};
use tidings::net;

use super::desk::Desk;
use super::real::{Crm, Line};

/// A kind of CRM, with what a test must know of it to look past its interface.
pub(super) struct Kind {
    pub(super) variable: &'static str,
    pub(super) word: &'static str,
    /// What stands after the server's address.
    pub(super) path: &'static str,
    /// Gives `key`, `title`, `text`, `state`, `account` and `id` of all records that have a key.
    pub(super) records: &'static str,
    /// The words of its states: open, cancelled, and what a card that is done leaves.
    pub(super) open: &'static str,
    pub(super) cancelled: &'static str,
    pub(super) done: &'static str,
}

/// A desk of three clients beside a CRM, and the line between them.
pub(super) struct Beside {
    pub(super) crm: Crm,
    pub(super) desk: Desk,
    pub(super) line: Line,
    kind: &'static Kind,
    destination: String,
}

impl Beside {
    pub(super) fn of(kind: &'static Kind) -> Option<Self> {
        let crm = Crm::of(kind.variable)?;
        let line = Line::to(&crm.text("url"));
        let desk = Desk::new("", 3, &["crm"], |client| crm.account(client));
        desk.place.write("key", &crm.text("key"));
        let key = desk.place.config().join("key");
        let mut destination = String::new();
        let _ = write!(
            destination,
            "kind = \"{}\"\nid = \"crm\"\nurl = \"{}{}\"\nkey_file = \"{}\"\n",
            kind.word,
            line.url,
            kind.path,
            key.display()
        );
        let settings = std::fs::read_to_string(desk.place.config().join("tidings.toml")).unwrap();
        desk.place.write("tidings.toml", &format!("{settings}[[deliver.destinations]]\n{destination}"));
        Some(Self { crm, desk, line, kind, destination })
    }

    /// Cards of the three clients, accepted but not yet sent; their ids, by client.
    pub(super) fn accepted(&self) -> Vec<String> {
        let cards = self.desk.cards(0..3);
        let ids: Vec<String> = (0..3)
            .map(|client| {
                let of = |card: &&Value| card["account"] == format!("client{client}");
                cards.iter().find(of).unwrap_or_else(|| panic!("{cards:?}"))["id"].as_str().unwrap().to_owned()
            })
            .collect();
        for id in &ids {
            self.desk.place.run(&["inbox", "accept", id]).ended(0);
        }
        ids
    }

    /// The records of a card, read from the database of the CRM.
    pub(super) fn records(&self, card: &str) -> Vec<Value> {
        let key = Value::String(format!("{card}:crm"));
        self.crm.rows(self.kind.records).into_iter().filter(|row| row["key"] == key).collect()
    }

    #[track_caller]
    fn only(&self, card: &str) -> Value {
        let records = self.records(card);
        assert_eq!(records.len(), 1, "{card}: {records:?}\n{}", self.desk.delivery(card));
        records[0].clone()
    }

    /// Sends what is due until this card's delivery is delivered; a retry waits some seconds.
    #[track_caller]
    fn pass_until_delivered(&self, card: &str) {
        for _ in 0..30 {
            self.desk.pass();
            if self.desk.delivery(card)["state"] == "delivered" {
                return;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        panic!("never delivered: {}", self.desk.delivery(card));
    }

    fn asked<T>(&self, ask: impl AsyncFnOnce(&Destination, &Wire<'_>) -> T) -> T {
        let mut destination: Destination = toml::from_str(&self.destination).unwrap();
        let folder = self.desk.place.config();
        let reader = SecretReader { folder: &folder, environment: &|_| None };
        assert_eq!(destination.prepare(reader), []);
        let client = net::Client::new(&net::Settings { allow: vec!["127.0.0.0/8".to_owned()], ..Default::default() });
        let (client, tokens) = (client.unwrap(), Tokens::default());
        let wire = Wire { client: &client, tokens: &tokens, now: SystemClock.now() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(ask(&destination, &wire))
    }

    pub(super) fn accounts(&self) -> Vec<CrmAccount> {
        self.asked(async |crm, wire| crm.accounts(wire, None).await.unwrap())
    }

    /// What the CRM says of the state of this record.
    pub(super) fn look(&self, id: &Value) -> RemoteState {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let remote = Remote { id, ..Remote::default() };
        self.asked(async |crm, wire| crm.look(wire, &[remote]).await.unwrap())[0].state
    }
}

/// Three clients, three cards, three records; one is done, one taken back, one stays.
pub(super) fn each_card_is_one_record(kind: &'static Kind) {
    let Some(beside) = Beside::of(kind) else { return };
    let cards = beside.accepted();
    beside.desk.pass();
    for (client, card) in cards.iter().enumerate() {
        let record = beside.only(card);
        assert_eq!(record["state"], kind.open, "{record}");
        assert_eq!(record["account"].to_string().trim_matches('"'), beside.crm.account(client));
        assert!(record["text"].as_str().unwrap().contains("Why now:"), "{record}");
        assert_eq!(beside.look(&record["id"]), RemoteState::Open);
    }
    let place = &beside.desk.place;
    place.run(&["inbox", "done", &cards[0], "--outcome", "she asked for a visit"]).ended(0);
    place.run(&["inbox", "undo", &cards[1]]).ended(0);
    beside.desk.pass();
    let done = beside.only(&cards[0]);
    assert_eq!(done["state"], kind.done, "{done}");
    assert!(done["text"].as_str().unwrap().contains("she asked for a visit"), "{done}");
    let cancelled = beside.only(&cards[1]);
    assert_eq!(cancelled["state"], kind.cancelled, "{cancelled}");
    assert_eq!(beside.look(&cancelled["id"]), RemoteState::Cancelled);
    assert_eq!(beside.only(&cards[2])["state"], kind.open);
    // Taken again by a person: the record that we cancelled is opened, none is made beside it.
    place.run(&["inbox", "accept", &cards[1]]).ended(0);
    beside.desk.pass();
    let again = beside.only(&cards[1]);
    assert_eq!((&again["state"], &again["id"]), (&kind.open.into(), &cancelled["id"]), "{again}");
}

/// The CRM does what it is asked and the answer is lost: no second record, whether the line or the program was cut.
pub(super) fn what_is_cut_is_there_once(kind: &'static Kind) {
    let Some(beside) = Beside::of(kind) else { return };
    let cards = beside.accepted();
    beside.line.swallow(2);
    beside.desk.pass();
    assert_eq!(beside.line.left(), 0, "answers were cut off");
    for card in &cards {
        beside.pass_until_delivered(card);
        beside.only(card);
    }
}

/// The program is killed after the CRM took the record and before that was written down.
pub(super) fn a_power_cut_leaves_one_record(kind: &'static Kind) {
    let Some(beside) = Beside::of(kind) else { return };
    let cards = beside.accepted();
    let running = beside.desk.place.start(&["run", "--once", "--now"]);
    beside.line.kill_at_next(running.id());
    assert_eq!(running.end(), None, "it was killed");
    for card in &cards {
        beside.pass_until_delivered(card);
        beside.only(card);
    }
}

/// Accounts come in by the verb and are known by their domains; a card then goes to the record that was found so.
pub(super) fn accounts_come_in_by_their_domains(kind: &'static Kind) -> Option<(Beside, Vec<String>)> {
    let beside = Beside::of(kind)?;
    let place = &beside.desk.place;
    let watchlist = std::fs::read_to_string(place.config().join("watchlist.toml")).unwrap();
    let named: Vec<_> = watchlist.lines().filter(|line| !line.starts_with("external_ids")).collect();
    place.write("watchlist.toml", &named.join("\n"));
    let imported = place.run(&["crm", "import", "crm", "--json"]).json();
    for client in 0..3 {
        let account = format!("client{client}");
        assert!(imported["linked"].as_array().unwrap().contains(&account.clone().into()), "{imported}");
        let shown = place.run(&["watch", "show", &account, "--json"]).ended(0).json();
        assert_eq!(shown["account"]["external_ids"]["crm"], beside.crm.account(client), "{shown}");
    }
    let again = place.run(&["crm", "import", "crm", "--json"]).json();
    assert_eq!((&again["added"], &again["conflicts"]), (&Value::Array(vec![]), &0.into()), "{again}");
    let cards = beside.accepted();
    beside.desk.pass();
    for (client, card) in cards.iter().enumerate() {
        let record = beside.only(card);
        assert_eq!(record["account"].to_string().trim_matches('"'), beside.crm.account(client), "{record}");
    }
    Some((beside, cards))
}
