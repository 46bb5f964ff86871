//! What the script beside this folder starts (`benches/search/run`): invented articles and questions, put and asked by the
//! program's library and by its engine alone. Each verb is a process of its own, so that its time and memory are too.
//!
//! `write COUNT FOLDER`, then `put tidings|engine FOLDER`, then `ask tidings|apart|engine FOLDER`; `ask` prints one line of
//! JSON for each question.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on ends")]

mod engine;
mod made_up;
mod questions;
mod tidings;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use questions::Question;

/// Articles between two commits.
const COMMIT: usize = 10_000;

/// Memory for articles that wait to be written, in megabytes: the same for both.
const MEMORY_MB: u32 = 64;

/// Results of a page.
const PAGE: usize = 10;

/// Rounds after the first, which warms up; fewer where they take longer than [`LONG_ENOUGH`].
const ROUNDS: usize = 3;
const LONG_ENOUGH: Duration = Duration::from_secs(30);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["write", count, folder] => made_up::write(count.parse().unwrap(), Path::new(folder)),
        ["put", "tidings", folder] => tidings::put(Path::new(folder)),
        ["put", "engine", folder] => engine::put(Path::new(folder)),
        ["ask", "tidings", folder] => ask(folder, tidings::open(Path::new(folder), true)),
        ["ask", "apart", folder] => ask(folder, tidings::open(Path::new(folder), false)),
        ["ask", "engine", folder] => ask(folder, engine::open(Path::new(folder))),
        _ => eprintln!("usage: write COUNT FOLDER | put tidings|engine FOLDER | ask tidings|apart|engine FOLDER"),
    }
}

/// Asks every question, gets how many articles answer, and prints the middle of its times over some rounds.
fn ask(folder: &str, answer: impl Fn(&Question) -> usize) {
    let questions = questions::read(Path::new(folder));
    let mut times: Vec<Vec<(Duration, Duration)>> = vec![Vec::new(); questions.len()];
    let mut found = vec![0; questions.len()];
    let mut begun = Instant::now();
    for round in 0..=ROUNDS {
        if round == 1 {
            begun = Instant::now();
        } else if round > 1 && begun.elapsed() > LONG_ENOUGH {
            break;
        }
        for (number, question) in questions.iter().enumerate() {
            let (cpu, wall) = (processor(), Instant::now());
            found[number] = answer(question);
            let wall = wall.elapsed();
            let taken = (processor().saturating_sub(cpu), wall);
            if round > 0 {
                times[number].push(taken);
            }
        }
    }
    for ((question, times), found) in questions.iter().zip(&mut times).zip(found) {
        let cpu = middle(times.iter().map(|(cpu, _)| *cpu).collect());
        let wall = middle(times.iter().map(|(_, wall)| *wall).collect());
        println!("{}", serde_json::json!({ "kind": question.kind, "cpu": cpu, "wall": wall, "found": found }));
    }
}

/// Milliseconds.
fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

/// Time that this thread had the processor. The system brings it up to date when the thread steps aside.
fn processor() -> Duration {
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
}

fn articles(folder: &Path) -> PathBuf {
    folder.join("articles.ndjson")
}
