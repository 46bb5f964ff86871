//! The binary with a configuration and a data folder of its own.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A place where the program is installed: `config/` and `index/` in a folder that goes away with it.
pub(crate) struct Place {
    folder: TempDir,
}

/// The secret of the webhook in [`Place::with_webhook`].
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Firms of the watchlist, one of each kind.
const WATCHLIST: &str = r#"
[[account]]
id = "acme"
name = "Acme Robotics, Inc."
aliases = ["Acme Robotics"]
domains = ["acme-robotics.example"]
tier = "A"
owner = "mia"
area = "warehouse software"
contacts = [{ name = "Ruth Okafor", role = "COO", sponsor = true }]
relations = [{ kind = "in_industry", to = "robotics" }]

[[account]]
id = "palletron"
kind = "competitor"
name = "Palletron Systems"
relations = [{ kind = "in_industry", to = "robotics" }]

[[account]]
id = "robotics"
kind = "topic"
name = "warehouse robots"
"#;

/// Settings that allow the origins of the tests.
const LOOPBACK: &str = "[net]\nallow = [\"127.0.0.0/8\"]\n";

impl Place {
    /// A place that allows loopback, with these sources.
    pub(crate) fn new(sources: &str) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.config()).unwrap();
        place.write("tidings.toml", LOOPBACK);
        place.write("watchlist.toml", WATCHLIST);
        place.write("sources.toml", sources);
        place
    }

    /// The same with one signed webhook, told of cards that are ready and of every later step.
    pub(crate) fn with_webhook(sources: &str, url: &str) -> Self {
        let place = Self::new(sources);
        place.write("secret", SECRET);
        let secret = place.config().join("secret");
        place.write(
            "tidings.toml",
            &format!(
                "{LOOPBACK}\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\n\
                 url = \"{url}\"\nsecret_file = \"{}\"\n",
                secret.display()
            ),
        );
        place
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    /// Writes a file of the configuration. Settings that say nothing of the calendar's rhythm go without it: what the
    /// cadence asks for depends on the day on which a test is run.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let mut text = text.to_owned();
        if name == "tidings.toml" && !text.contains("rhythm") {
            let with_table = text.contains("[touchpoint]\n");
            text = if with_table {
                text.replacen("[touchpoint]\n", "[touchpoint]\nrhythm = false\n", 1)
            } else {
                format!("{text}\n[touchpoint]\nrhythm = false\n")
            };
        }
        std::fs::write(self.config().join(name), text).unwrap();
    }

    /// A command on this place.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidings"));
        command.arg("--config").arg(self.config()).arg("--data-dir").arg(self.data()).args(arguments);
        command.env_remove("TIDINGS_LOG").env("TIDINGS_WHO", "tester").stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().unwrap())
    }

    /// Starts it in the background by another command that becomes it.
    #[expect(clippy::unused_self, reason = "what runs in a place is started there")]
    pub(crate) fn start_as(&self, mut command: Command) -> Running {
        command.env_remove("TIDINGS_LOG").env("TIDINGS_WHO", "tester").stdin(Stdio::null());
        Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Starts the program in the background.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }
}

/// A program that ended.
pub(crate) struct Ran(Output);

impl Ran {
    /// A program that a test ran by itself.
    pub(crate) fn of(output: Output) -> Self {
        Self(output)
    }

    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Standard output as one JSON object.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout())
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout(), self.stderr()))
    }

    /// Standard output as one JSON object a line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Ended with this exit code, else everything it said.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "out: {}\nerr: {}", self.stdout(), self.stderr());
        self
    }

    /// Said each of these, wherever.
    #[track_caller]
    pub(crate) fn said(self, words: &[&str]) -> Self {
        let said = format!("{}{}", self.stdout(), self.stderr());
        for word in words {
            assert!(said.contains(word), "no {word:?} in: {said}");
        }
        self
    }
}

/// A program that runs; killed when dropped.
pub(crate) struct Running(Child);

impl Running {
    /// Tells it to stop and waits for its end.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let killed = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(killed.success());
        self.wait()
    }

    /// Kills it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Waits for its end; none where a signal ended it.
    pub(crate) fn end(mut self) -> Option<i32> {
        self.wait()
    }

    fn wait(&mut self) -> Option<i32> {
        let started = Instant::now();
        while started.elapsed() < Duration::from_mins(1) {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until `done`, at most a minute.
#[track_caller]
pub(crate) fn eventually(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_mins(1), "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
