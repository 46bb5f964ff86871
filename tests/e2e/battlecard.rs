//! What a competitor did, as a log.

use crate::documents::{LAUNCHED, Report, rss, source};
use crate::origin::Origin;
use crate::program::Place;

#[test]
fn a_rivals_launch_is_in_its_log_with_quote_publisher_and_link() {
    let origin = Origin::start();
    let link = origin.url("/w2");
    let report = Report::new("w2", link.clone(), "Palletron Systems launches new sorting robot", LAUNCHED);
    origin.serve("/wire.xml", rss("Wire", &[report]));
    let place = Place::new(&source("wire", &[("wire", origin.url("/wire.xml"))]));
    place.run(&["run", "--once"]).ended(0);

    let card = place.run(&["watch", "battlecard", "palletron", "--json"]).ended(0).json();
    let entry = &card["entries"][0];
    assert_eq!(entry["kind"], "product_launch", "{card}");
    assert_eq!(entry["heading"], "Products");
    assert_eq!(entry["url"], link.as_str());
    assert_eq!(entry["struck"], serde_json::Value::Null);
    assert_eq!(entry["so_what"], "which of our offers does it touch?");
    assert_eq!(card["exposed"][0]["account"], "acme");
    assert_eq!(card["exposed"][0]["by"][0], "same industry");

    place.run(&["watch", "battlecard", "palletron"]).ended(0).said(&[
        "Palletron Systems: battlecard since ",
        "PRODUCTS",
        "So what: which of our offers does it touch?",
        "Acme Robotics, Inc. (mia): same industry",
    ]);
    place
        .run(&["watch", "battlecard", "palletron", "--markdown"])
        .ended(0)
        .said(&["## Products", &format!("(<{link}>)")]);
    place.run(&["watch", "battlecard", "acme"]).ended(2);
    place.run(&["watch", "battlecard", "palletro"]).ended(1);

    let id = entry["card"].as_str().unwrap();
    place.run(&["inbox", "dismiss", id, "--code", "wrong-company"]).ended(0);
    place.run(&["watch", "battlecard", "palletron", "--markdown"]).ended(0).said(&["~~", "(another firm)"]);
}
