//! Real feeds and pages, 200 real companies: twice over, the second time with nothing new. Left out where the corpora are
//! not there; says so.

use crate::origin::{Origin, corpus};
use crate::program::Place;

#[test]
fn real_feeds_and_pages_are_read_once() {
    let Some(corpora) = corpus::corpora() else {
        eprintln!("left out: no corpora beside the project (TIDINGS_CORPORA)");
        return;
    };
    let origin = Origin::start();
    let place = Place::new("");
    let served = corpus::serve(&origin, &corpora, &place.config());
    let feeds = served.with_validators.len() + served.without_validators.len();

    let first = place.run(&["run", "--once", "--now", "--json"]).json();
    eprintln!("first pass: {first}");
    assert_eq!(first["feeds"], feeds);
    let failed = first["failed"].as_array().unwrap().len();
    // Web pages, other JSON and other XML lie among them; at least 125 are feeds, as Python's feedparser judges.
    assert!(feeds - failed >= 125, "{failed} of {feeds} feeds could not be read: {}", first["failed"]);
    for what in ["articles", "mentions", "cards"] {
        assert!(first[what].as_u64().unwrap() > 0, "no {what}: {first}");
    }
    assert!(!first["total"]["signals"].as_array().unwrap().is_empty());

    origin.take_asked();
    let second = place.run(&["run", "--once", "--now", "--json"]).json();
    eprintln!("second pass: {second}");
    assert_eq!(second["total"], first["total"], "not one new row");
    assert_eq!(
        (&second["new_entries"], &second["changed_entries"], &second["articles"], &second["cards"]),
        (&0.into(), &0.into(), &0.into(), &0.into())
    );
    let failed: Vec<String> =
        first["failed"].as_array().unwrap().iter().map(|failed| failed["feed"].to_string()).collect();
    for asked in origin.take_asked() {
        let number = asked.path.trim_start_matches("/feeds/");
        let read_well = !failed.contains(&format!("\"real-{number}\""));
        if served.with_validators.contains(&asked.path) && read_well {
            assert_eq!(asked.status, 304, "{} was asked without its validators", asked.path);
        }
    }
}
