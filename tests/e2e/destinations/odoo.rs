//! Activities in Odoo, against a server that keeps to its documentation.

use std::time::Duration;

use super::contract::odoo::{KEY, Odoo, router};
use super::desk::{Desk, Served, serve};

fn desk_beside(odoo: &Odoo) -> (Desk, Served) {
    let served = serve(router(odoo));
    let desk = Desk::new("", 1, &["odoo"], |client| (40 + client).to_string());
    desk.place.write("key", KEY);
    let key = desk.place.config().join("key");
    let settings = std::fs::read_to_string(desk.place.config().join("tidings.toml")).unwrap();
    desk.place.write(
        "tidings.toml",
        &format!(
            "{settings}[[deliver.destinations]]\nkind = \"odoo\"\nid = \"odoo\"\nurl = \"{}\"\nkey_file = \"{}\"\n",
            served.url,
            key.display()
        ),
    );
    (desk, served)
}

#[test]
fn r54_a_card_is_one_activity_until_it_is_done() {
    let odoo = Odoo::default();
    let (desk, _served) = desk_beside(&odoo);
    let card = desk.accepted();
    desk.pass();
    let activities = odoo.lock().unwrap().activities.clone();
    assert_eq!(activities.len(), 1, "{}", desk.delivery(&card));
    assert_eq!((&activities[0]["res_model_id"], &activities[0]["res_id"]), (&93.into(), &40.into()));
    assert!(activities[0]["note"].as_str().unwrap().contains(&format!("Tidings: {card}:odoo")), "{activities:?}");
    desk.place.run(&["inbox", "done", &card, "--outcome", "she asked for a visit"]).ended(0);
    desk.pass();
    let activities = odoo.lock().unwrap().activities.clone();
    assert_eq!((activities.len(), &activities[0]["active"]), (1, &false.into()), "{activities:?}");
    assert_eq!(activities[0]["feedback"], "she asked for a visit");
}

#[test]
fn r55_an_error_page_after_it_was_done_makes_no_second_activity() {
    let odoo = Odoo::default();
    odoo.lock().unwrap().lost_answers = 1;
    let (desk, _served) = desk_beside(&odoo);
    let card = desk.accepted();
    for _ in 0..30 {
        desk.pass();
        if desk.delivery(&card)["state"] == "delivered" {
            break;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
    assert_eq!(desk.delivery(&card)["state"], "delivered");
    assert_eq!(odoo.lock().unwrap().activities.len(), 1);
}

#[test]
fn what_a_person_must_settle_stops_the_destination() {
    for (expired, redirects, said) in [(true, 0, "API key"), (false, 1, "signing in")] {
        let odoo = Odoo::default();
        {
            let mut kept = odoo.lock().unwrap();
            (kept.expired, kept.redirects) = (expired, redirects);
        }
        let (desk, _served) = desk_beside(&odoo);
        desk.accepted();
        desk.pass();
        let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
        assert!(status.to_string().contains(said), "{status}");
        assert!(odoo.lock().unwrap().activities.is_empty());
    }
}

#[test]
fn an_activity_that_was_deleted_there_is_not_made_again() {
    let odoo = Odoo::default();
    let (desk, _served) = desk_beside(&odoo);
    let card = desk.accepted();
    desk.pass();
    odoo.lock().unwrap().activities.clear();
    desk.place.run(&["inbox", "done", &card, "--outcome", "replied"]).ended(0);
    desk.pass();
    assert!(odoo.lock().unwrap().activities.is_empty());
    assert_eq!(desk.delivery(&card)["state"], "delivered");
}
