//! Serves real feeds and pages from a corpus until it is told to stop, and writes the configuration that polls them:
//! `cargo run --release --example origin -- CONFIG_DIR [PORT]`, then `tidings --config CONFIG_DIR run --once --now`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "an origin that cannot serve ends")]

#[path = "mod.rs"]
mod origin;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let config = PathBuf::from(arguments.next().expect("usage: origin CONFIG_DIR [PORT]"));
    let port = arguments.next().unwrap_or_else(|| "8099".to_owned());
    let corpora = origin::corpus::corpora().expect("the corpora: set TIDINGS_CORPORA to their folder");
    let site = origin::Origin::start_at(&format!("127.0.0.1:{port}"));
    let served = origin::corpus::serve(&site, &corpora, &config);
    eprintln!(
        "{} feeds with validators, {} without, {} pages at {}; configuration in {}",
        served.with_validators.len(),
        served.without_validators.len(),
        served.pages,
        site.url("/"),
        config.display()
    );
    loop {
        std::thread::park();
    }
}
