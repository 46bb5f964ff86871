//! Pages as people use them: Chromium on the real program, driven by the scripts of `tests/browser`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::documents::{Report, rss, source};
use crate::origin::Origin;
use crate::program::{Place, Running, eventually};

/// Runs `script` of `tests/browser` against the program at `address`; a check that fails there fails here. Where the
/// packages of `tests/verifiers/with` or Chromium are not installed it says so, which only passes outside of CI.
#[track_caller]
pub(crate) fn run(script: &str, address: &str) {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let folder = std::env::var("TIDINGS_TEST_VERIFIERS").map(PathBuf::from);
    let Some(folder) = folder.ok().filter(|_| Path::new(&chromium).exists()) else {
        assert!(std::env::var("CI").is_err(), "no Chromium or no TIDINGS_TEST_VERIFIERS: run tests/verifiers/with");
        eprintln!("left out: {script} has no browser; install chromium and run this by tests/verifiers/with");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("node")
        .arg(root.join("tests/browser").join(script))
        .arg(address)
        .current_dir(root)
        .env("NODE_PATH", folder.join("node_modules"))
        .env("CHROMIUM", chromium)
        .stdin(Stdio::null())
        .output()
        .expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}: {said}{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_str(said.lines().last().unwrap_or_default()).expect("it prints its checks");
    assert!(told["checks"].as_u64() > Some(0), "{script} checked nothing");
}

/// A place filled with the demo's newswire, and the program running on it: its address first.
pub(crate) fn filled() -> (String, Running, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let played = Command::new(env!("CARGO_BIN_EXE_tidings"))
        .current_dir(folder.path())
        .args(["demo", "--no-input", "-q"])
        .output()
        .unwrap();
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    let port = free_port();
    let settings = folder.path().join("demo/config/tidings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let text = text.replacen("# listen = \"127.0.0.1:8017\"", &format!("listen = \"127.0.0.1:{port}\""), 1);
    assert!(text.contains(&port.to_string()), "the settings of the demo say where to listen");
    std::fs::write(&settings, text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
    command.current_dir(folder.path()).args(["--config", "demo/config", "--data-dir", "demo/index", "run"]);
    let running = Place::new("").start_as(command);
    let address = format!("http://127.0.0.1:{port}");
    answers(port);
    (address, running, folder)
}

/// Waits until something listens at `port` of this machine.
fn answers(port: u16) {
    eventually("the program listens", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn pages_are_sound_and_do_what_they_say() {
    let (address, _running, _folder) = filled();
    for script in ["touch_point.mjs", "inbox.mjs"] {
        run(script, &address);
    }
}

#[test]
fn r44_hostile_titles_names_and_texts_are_words_on_pages() {
    let origin = Origin::start();
    let title = "Acme Robotics &lt;img src=x onerror=window.ran=1&gt; agrees to be acquired by Globex &lt;script&gt;window.ran=1&lt;/script&gt;";
    let text = "Globex &amp;lt;svg onload=window.ran=1&amp;gt; Corporation said on Monday it had agreed to acquire Acme Robotics \
                &amp;lt;img src=x onerror=window.ran=1&amp;gt; for $1.2 billion in cash. Acme Robotics makes warehouse robots in Dayton.";
    origin.serve(
        "/feed.xml",
        rss("&lt;b onclick=window.ran=1&gt;Paper", &[Report::new("h1", origin.url("/h1"), title, text)]),
    );
    let sources = source("x", &[("feed", origin.url("/feed.xml"))]);
    let place = Place::new(&sources.replace("The x", "The <svg onload=window.ran=1>\\\" Paper"));
    let watchlist = std::fs::read_to_string(place.config().join("watchlist.toml")).unwrap();
    place.write("watchlist.toml", &watchlist.replace("Ruth Okafor", "Ruth <img src=x onerror=window.ran=1> Okafor"));
    let port = free_port();
    let settings = std::fs::read_to_string(place.config().join("tidings.toml")).unwrap();
    place.write("tidings.toml", &format!("{settings}\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"));
    place.run(&["run", "--once"]).ended(0);
    place.run(&["inbox", "list"]).ended(0).said(&["Acme Robotics"]);
    let _running = place.start(&["run"]);
    answers(port);
    run("hostile.mjs", &format!("http://127.0.0.1:{port}"));
}
