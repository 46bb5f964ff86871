//! How feeds fare, as the people who run the program see it.

use crate::documents::{ACQUIRED, Report, rss, source};
use crate::origin::{Answer, Origin};
use crate::program::Place;

#[test]
fn r14_r62_feeds_that_are_gone_or_fail_are_visible_with_reason_and_next_poll() {
    let origin = Origin::start();
    let report = Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED);
    origin.serve("/good.xml", rss("Good", &[report]).etag("\"1\""));
    origin.serve("/gone.xml", Answer::Status(410, Vec::new()));
    let feeds =
        [("failing", origin.url("/missing.xml")), ("gone", origin.url("/gone.xml")), ("good", origin.url("/good.xml"))];
    let sources = source("wire", &feeds).replace("id = \"gone\"\n", "id = \"gone\"\naccount = \"acme\"\n");
    let place = Place::new(&sources);
    place.run(&["run", "--once"]).ended(3);
    let listed = place.run(&["feed", "list", "--broken", "--json"]).ended(0).lines();
    let ids: Vec<_> = listed.iter().map(|feed| feed["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["gone", "failing"], "the worst first");
    let (gone, failing) = (&listed[0], &listed[1]);
    assert_eq!((&gone["state"], &gone["owner"]), (&"gone".into(), &"mia".into()), "{gone}");
    assert!(gone["broken_since"].is_string() && gone["next_poll"].is_null(), "{gone}");
    assert_eq!((&failing["health"], &failing["failures"]), (&"failing".into(), &1.into()), "{failing}");
    assert!(failing["broken_since"].is_null() && failing["next_poll"].is_string(), "{failing}");
    assert!(failing["reason"].as_str().unwrap().contains("404"), "{failing}");
    place.run(&["feed", "list"]).ended(0).said(&["404", "failed once", "for mia to mend"]);
    place.run(&["doctor", "--offline"]).said(&["feeds", "1 broken: gone (for mia)", "feed list --broken"]);
    place.run(&["report"]).ended(0).said(&["gone", "broken since"]);
    let asked = origin.asked("/gone.xml").len();
    place.run(&["run", "--once", "--now"]);
    assert_eq!(origin.asked("/gone.xml").len(), asked, "a feed that is gone is not asked again");
}

#[test]
fn r20_servers_are_told_whom_to_reach_and_doctor_complains_where_they_are_not() {
    let origin = Origin::start();
    origin.serve("/good.xml", rss("Good", &[]).etag("\"1\""));
    let place = Place::new(&source("wire", &[("good", origin.url("/good.xml"))]));
    place.run(&["doctor", "--offline"]).said(&["contact", "no address to reach you"]);
    place
        .write("tidings.toml", "[net]\nallow = [\"127.0.0.0/8\"]\n\n[fetch]\ncontact = \"https://firm.example/bot\"\n");
    place.run(&["run", "--once"]).ended(0);
    let agent = origin.asked("/good.xml")[0].headers["user-agent"].to_str().unwrap().to_owned();
    assert!(agent.starts_with("Tidings/") && agent.ends_with("(+https://firm.example/bot)"), "{agent}");
    place.run(&["doctor", "--offline"]).said(&["https://firm.example/bot"]);
}
