//! CRMs that others wrote, running beside the tests (`tests/crms`), and a line to them that can be cut.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// What `tests/crms` tells of a CRM, as JSON in an environment variable.
pub(super) struct Crm {
    told: Value,
}

impl Crm {
    /// The CRM of this variable; nothing where it does not run, which only passes outside of CI.
    pub(super) fn of(variable: &str) -> Option<Self> {
        let Ok(told) = std::env::var(variable) else {
            assert!(std::env::var("CI").is_err(), "{variable} names no CRM: run tests/postgres tests/crms");
            eprintln!("left out: no CRM for {variable}; run this by tests/postgres tests/crms");
            return None;
        };
        Some(Self { told: serde_json::from_str(&told).expect("JSON") })
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.told[name].as_str().unwrap_or_else(|| panic!("{name} of {}", self.told)).to_owned()
    }

    /// The id there of client number `client`.
    pub(super) fn account(&self, client: usize) -> String {
        let id = &self.told["accounts"][client];
        id.as_str().map_or_else(|| id.to_string(), str::to_owned)
    }

    /// What a query of its database gives: rows of JSON, not by way of its interface.
    pub(super) fn rows(&self, query: &str) -> Vec<Value> {
        let output = Command::new("python3").args(["-c", QUERY, &self.text("database"), query]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Crm {
    /// Changes its database (PostgreSQL), as a person would by its pages.
    pub(super) fn execute(&self, statement: &str) {
        let output = Command::new("psql").args(["-qtA", &self.text("database"), "-c", statement]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// SQLite by its file, PostgreSQL by its address.
const QUERY: &str = r#"
import json, sqlite3, subprocess, sys
place, query = sys.argv[1:]
if place.startswith('postgres'):
    wrapped = f"SELECT coalesce(json_agg(t), '[]') FROM ({query}) t"
    print(subprocess.run(['psql', '-qtA', place, '-c', wrapped], check=True, capture_output=True, text=True).stdout)
else:
    base = sqlite3.connect(place, timeout=30)
    base.row_factory = sqlite3.Row
    print(json.dumps([dict(row) for row in base.execute(query)]))
"#;

/// A line to a server that hands requests on and, when asked to, swallows answers: the server has done what was asked of
/// it, and whoever asked never hears of it.
pub(super) struct Line {
    pub(super) url: String,
    swallow: Arc<AtomicUsize>,
    victim: Arc<Mutex<Option<u32>>>,
}

impl Line {
    /// A line to this address (`http://127.0.0.1:port`).
    pub(super) fn to(server: &str) -> Self {
        let server = server.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let swallow = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&swallow);
        let victim = Arc::new(Mutex::new(None));
        let shot = Arc::clone(&victim);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (server, swallow, victim) = (server.clone(), Arc::clone(&shared), Arc::clone(&shot));
                std::thread::spawn(move || drop(carry(client.unwrap(), &server, &swallow, &victim)));
            }
        });
        Self { url, swallow, victim }
    }

    /// Swallows the answers to this many POSTs that are to come.
    pub(super) fn swallow(&self, answers: usize) {
        self.swallow.store(answers, Ordering::SeqCst);
    }

    /// Kills this process, as a power cut would, instead of the answer to its next POST.
    pub(super) fn kill_at_next(&self, process: u32) {
        *self.victim.lock().unwrap() = Some(process);
        self.swallow(1);
    }

    /// Answers still to be swallowed.
    pub(super) fn left(&self) -> usize {
        self.swallow.load(Ordering::SeqCst)
    }
}

/// One request and its answer; the connection is not kept.
fn carry(
    mut client: TcpStream,
    server: &str,
    swallow: &AtomicUsize,
    victim: &Mutex<Option<u32>>,
) -> std::io::Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut request = Vec::new();
    let mut piece = [0; 16 * 1024];
    let (head, length) = loop {
        let read = client.read(&mut piece)?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&piece[..read]);
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).into_owned();
            let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
            });
            break (head, end + 4 + length.unwrap_or(0));
        }
    };
    while request.len() < length {
        let read = client.read(&mut piece)?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&piece[..read]);
    }
    let body = request.split_off(head.len() + 4);
    let kept: Vec<_> = head.lines().filter(|line| !line.to_lowercase().starts_with("connection:")).collect();
    let mut upstream = TcpStream::connect(server)?;
    upstream.write_all(format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n")).as_bytes())?;
    upstream.write_all(&body)?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    let counted = |left: usize| left.checked_sub(1);
    if head.starts_with("POST") && swallow.fetch_update(Ordering::SeqCst, Ordering::SeqCst, counted).is_ok() {
        if let Some(process) = victim.lock().unwrap().take() {
            assert!(Command::new("kill").args(["-KILL", &process.to_string()]).status().unwrap().success());
        }
        return client.shutdown(Shutdown::Both);
    }
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(answer.len());
    let lines = String::from_utf8_lossy(&answer[..end]).into_owned();
    let kept: Vec<_> = lines.lines().filter(|line| !line.to_lowercase().starts_with("connection:")).collect();
    client.write_all(format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n")).as_bytes())?;
    client.write_all(answer.get(end + 4..).unwrap_or_default())?;
    client.shutdown(Shutdown::Write)
}
