//! A power cut between sending a delivery and writing down that it arrived: it is sent again under the same id, and a
//! receiver that honours the id has every touch point once.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};

use serde_json::Value;

use crate::documents::{ACQUIRED, LAUNCHED, Report, rss, source};
use crate::origin::Origin;
use crate::program::Place;

/// When the receiver cuts the power of the sender.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cut {
    /// It has taken the message in and has not answered yet.
    BeforeTheAnswer,
    /// It has answered; whether that was still read and written down is not known.
    AfterTheAnswer,
    /// The message itself is cut off, so it took nothing in.
    WithinTheMessage,
}

/// A message as it came in.
#[derive(Clone, Debug, PartialEq)]
struct Message {
    id: String,
    body: Vec<u8>,
    taken_in: bool,
}

#[derive(Default)]
struct Shared {
    /// The process whose power is cut at the next message, and when.
    victim: Mutex<Option<(u32, Cut)>>,
    armed: Condvar,
    came: Mutex<Vec<Message>>,
}

/// A receiver of webhooks.
struct Receiver {
    url: String,
    shared: Arc<Shared>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&own);
                std::thread::spawn(move || shared.receive(stream.unwrap()));
            }
        });
        Self { url, shared }
    }

    /// Runs the program, cuts its power at its first message, and waits for its end.
    fn run_and_cut(&self, place: &Place, cut: Cut) {
        // No message may be taken before it is known whose power to cut.
        let mut victim = self.shared.victim.lock().unwrap();
        let running = place.start(&["run", "--once"]);
        *victim = Some((running.id(), cut));
        self.shared.armed.notify_all();
        drop(victim);
        assert_eq!(running.end(), None, "{cut:?}: it was killed");
        assert_eq!(*self.shared.victim.lock().unwrap(), None, "{cut:?}: by the receiver");
    }

    fn came(&self) -> Vec<Message> {
        self.shared.came.lock().unwrap().clone()
    }

    /// What a receiver that honours the id has: one message for each id that it took in.
    fn honoured(&self) -> BTreeMap<String, Value> {
        let taken = self.came().into_iter().filter(|message| message.taken_in);
        taken.map(|message| (message.id, serde_json::from_slice(&message.body).unwrap())).collect()
    }
}

impl Shared {
    fn receive(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let Some((id, length)) = head(&mut reader) else { return };
        // One message at a time: the power is cut at the first.
        let mut victim = self.victim.lock().unwrap();
        let cut = victim.take();
        let mut body = vec![0; if matches!(cut, Some((_, Cut::WithinTheMessage))) { length / 2 } else { length }];
        reader.read_exact(&mut body).unwrap();
        let taken_in = body.len() == length;
        self.came.lock().unwrap().push(Message { id, body, taken_in });
        match cut {
            None => answer(&mut stream),
            Some((process, cut)) => {
                if cut == Cut::AfterTheAnswer {
                    answer(&mut stream);
                }
                assert!(Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap().success());
                // The other messages of this process find nobody.
                let mut rest = Vec::new();
                let _ = reader.read_to_end(&mut rest);
            }
        }
        drop(victim);
    }
}

/// The id of a message and the length of its body.
fn head(reader: &mut impl BufRead) -> Option<(String, usize)> {
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("webhook-id") => value.clone_into(&mut id),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
            None if line.trim_end().is_empty() => return Some((id, length)),
            _ => {}
        }
    }
}

fn answer(stream: &mut TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

/// Two firms with news, so that several deliveries are on their way.
fn place_sending_to(receiver: &Receiver) -> (Origin, Place) {
    let origin = Origin::start();
    let reports = [
        Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
        Report::new("w2", origin.url("/w2"), "Palletron Systems launches new sorting robot", LAUNCHED),
    ];
    origin.serve("/wire.xml", rss("Wire", &reports).etag("\"1\""));
    let place = Place::with_webhook(&source("wire", &[("wire", origin.url("/wire.xml"))]), &receiver.url);
    (origin, place)
}

#[test]
fn r54_r55_a_crash_between_send_and_record_sends_again_under_the_same_id() {
    for cuts in [
        &[Cut::BeforeTheAnswer][..],
        &[Cut::AfterTheAnswer],
        &[Cut::WithinTheMessage],
        &[Cut::BeforeTheAnswer, Cut::AfterTheAnswer, Cut::BeforeTheAnswer],
    ] {
        let receiver = Receiver::start();
        let (_origin, place) = place_sending_to(&receiver);
        for cut in cuts {
            receiver.run_and_cut(&place, *cut);
        }
        let interrupted = receiver.came()[0].clone();
        let waiting = place.run(&["deliver", "status", "--json"]).ended(0).json();
        assert_ne!(waiting["destinations"][0]["due"], 0, "{cuts:?}: what was not written down waits: {waiting}");

        place.run(&["run", "--once"]).ended(0);
        let came = receiver.came();
        let again: Vec<&Message> = came.iter().filter(|message| message.id == interrupted.id).collect();
        if cuts != [Cut::AfterTheAnswer] {
            assert!(again.len() >= 2, "{cuts:?}: it is sent again: {came:?}");
        }
        for message in again.iter().filter(|message| message.taken_in && interrupted.taken_in) {
            assert_eq!(message.body, interrupted.body, "{cuts:?}: the same message, under the same key");
        }

        let status = place.run(&["deliver", "status", "--json"]).ended(0).json();
        let rows = status["latest"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["state"] == "delivered"), "{cuts:?}: {status}");
        assert_eq!((&status["destinations"][0]["due"], &status["destinations"][0]["dead"]), (&0.into(), &0.into()));
        let honoured = receiver.honoured();
        let sent: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert!(sent.len() > 1 && honoured.len() == sent.len(), "{cuts:?}: each arrived once: {status} {honoured:?}");
        assert!(sent.iter().all(|id| honoured.contains_key(*id)), "{cuts:?}: none is lost");
        let mut points: Vec<(&Value, &Value)> =
            honoured.values().map(|body| (&body["data"]["key"], &body["data"]["revision"])).collect();
        points.sort_by_key(|point| format!("{point:?}"));
        points.dedup();
        assert_eq!(points.len(), honoured.len(), "{cuts:?}: no step of a touch point came under two ids");

        let count = receiver.came().len();
        place.run(&["run", "--once"]).ended(0);
        assert_eq!(receiver.came().len(), count, "{cuts:?}: what was written down is not sent again");
    }
}
