//! What the script beside this folder starts (`benches/deliver/run`): touch points put into an outbox, the whole program under
//! a clock that skips what nobody does, and receivers that fail as receivers do. Each verb is a process of its own.
//!
//! `seed COUNT CONFIG DATA`, `receive PORT well|badly`; where `TIDINGS_BENCH_CLOCK` names a file, everything that `tidings`
//! takes: the same library with the same profile, but for the clock.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on ends")]

mod receivers;
mod skipping;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tidings::model::{
    AccountId, Action, Actor, Approach, ArticleId, Clock as _, Evidence, EvidenceLevel, Field, Gate, PlayId, Priority,
    SignalType, Span, Step, StepRecord, SystemClock, Time, TouchPoint, TouchPointId, TouchPointState,
};
use tidings::pipeline::cards;
use tidings::store::{DataFolder, Store};
use uuid::Uuid;

/// Touch points written together.
const TOGETHER: usize = 200;

/// Names the file in which the clock remembers how far it has skipped; with it, this process is `tidings`.
const CLOCK: &str = "TIDINGS_BENCH_CLOCK";

fn main() -> ExitCode {
    if let Some(memory) = std::env::var_os(CLOCK) {
        return tidings::cli::main(Arc::new(skipping::Skipping::remembered(Path::new(&memory))));
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["seed", count, config, data] => seed(count.parse().unwrap(), Path::new(config), Path::new(data)),
        ["receive", port, how] => receivers::serve(port.parse().unwrap(), *how == "badly"),
        _ => eprintln!("usage: seed COUNT CONFIG DATA | receive PORT well|badly; or with {CLOCK}: what tidings takes"),
    }
    ExitCode::SUCCESS
}

/// Bears touch points as the program does: card, steps and deliveries in one transaction.
#[tokio::main]
async fn seed(count: usize, config: &Path, data: &Path) {
    let config = tidings::config::load(config).unwrap();
    let folder = DataFolder::hold(data).unwrap();
    let store = Store::open_file(&folder.database()).await.unwrap();
    let born = SystemClock.now();
    for batch in (0..count).collect::<Vec<_>>().chunks(TOGETHER) {
        let mut session = store.write().await.unwrap();
        for number in batch {
            let at = born + chrono::TimeDelta::milliseconds(i64::try_from(*number).unwrap());
            let step = StepRecord { step: Step::Ready, at, who: Actor::program("bench"), note: None };
            cards::bear(&mut session, &card(*number, at), &[step], &config, at).await.unwrap();
        }
        session.commit().await.unwrap();
    }
    store.close().await;
    println!("{count}");
}

/// An invented card of the usual size.
fn card(number: usize, at: Time) -> TouchPoint {
    let quote = format!("Acme {number} said on Tuesday that it opens a plant in Leeds and hires 400 people by spring.");
    let evidence = Evidence {
        article: ArticleId(format!("article{number}")),
        version: 1,
        content_hash: "0".repeat(32),
        span: Span { field: Field::Text, start: 0, end: quote.len() },
        level: EvidenceLevel::FullText,
        quote,
        url: Some(format!("https://news.example/{number}/acme-opens-a-plant")),
        publisher: Some("Example News".to_owned()),
        published: at,
    };
    TouchPoint {
        id: TouchPointId(Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0000 + number as u128)),
        account: AccountId(format!("acme{number}")),
        cause: format!("story:{number}"),
        play: PlayId("congratulate".to_owned()),
        playbook: None,
        signal_type: Some(SignalType::Expansion),
        action: Action::Call,
        approach: Approach::Push,
        title: format!("Call Ruth Okafor, Acme {number}: new plant in Leeds, 25 Nov"),
        why: format!("Acme {number} opens a plant in Leeds. Their warehouse will double."),
        evidence: vec![evidence.clone(), evidence],
        opening: Some("Congratulations on Leeds. When do you open?".to_owned()),
        talking_points: vec!["What a second site asks of a warehouse".to_owned(); 3],
        questions: vec!["Who plans the new site?".to_owned(), "What must be ready by spring?".to_owned()],
        avoid: vec!["Do not offer a discount that nobody asked for".to_owned()],
        checks: Vec::new(),
        gate: Gate::default(),
        approval: false,
        tact: false,
        alarm: false,
        contact: Some("Ruth Okafor".to_owned()),
        owner: Some("mia".to_owned()),
        due: (at + chrono::TimeDelta::days(5)).date_naive(),
        state: TouchPointState::Ready,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        priority: Priority { total: 1.2, factors: Vec::new() },
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 1,
        backfilled: false,
        created: at,
        updated: at,
    }
}
