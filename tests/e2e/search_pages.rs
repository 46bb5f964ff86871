//! Searching by the command line: pages while articles come, addresses, errors that say what is meant.

use crate::program::Place;

fn articles(first: usize, count: usize) -> String {
    let line = |number: usize| {
        format!(
            "{{\"id\":\"a{number}\",\"title\":\"Acme report {number}\",\"text\":\"Acme burns.\",\"published\":\"2026-03-{:02}\"}}\n",
            1 + number % 28
        )
    };
    (first..first + count).map(line).collect()
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let place = Place::new("");
    place.write("first.ndjson", &articles(0, 7));
    place.write("second.ndjson", &articles(7, 15));
    let first = place.config().join("first.ndjson").display().to_string();
    let second = place.config().join("second.ndjson").display().to_string();
    place.run(&["import", &first]).ended(0);
    let mut seen = Vec::new();
    let mut cursor = "start".to_owned();
    for _ in 0..10 {
        let mut lines =
            place.run(&["search", "--json", "--limit", "3", "--cursor", &cursor, "acme sort:date"]).ended(0).lines();
        let next = lines.pop().unwrap()["next"].as_str().map(str::to_owned);
        seen.extend(lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()));
        place.run(&["import", &second]).ended(0);
        let Some(next) = next else { break };
        cursor = next;
    }
    assert_eq!(seen, ["a6", "a5", "a4", "a3", "a2", "a1", "a0"]);
    place.run(&["search", "--cursor", &cursor, "other"]).ended(2).said(&["is of another query", "--cursor start"]);
}

#[test]
fn a_search_has_an_address_and_an_error_a_way_out() {
    let place = Place::new("");
    let address = place.run(&["search", "--url", "--every-report", "acme \"data breach\" sort:date"]);
    address.ended(0).said(&["/api/v1/search?q=acme+%22data+breach%22+sort%3Adate&every_report=true"]);
    place.run(&["search", "lang:german"]).ended(2).said(&["lang: takes a code", "^", "perhaps: lang:de"]);
}
