//! Tasks in HubSpot, against a contract server written from its documentation.

use serde_json::{Value, json};
use tidings::deliver::Destination;
use tidings::model::{Clock, Remote, RemoteState, SystemClock};

use super::contract::hubspot::{KEY, Portal};
use super::contract::{Fault, Vendor, page, reply, sign_in};
use super::desk::Desk;
use super::reading::Reader;

const COMPANY: &str = "4242";

fn settings(url: &str, more: &str) -> String {
    format!(
        "[[deliver.destinations]]\nkind = \"hubspot\"\nid = \"crm\"\nurl = \"{url}\"\ntoken_file = \"token\"\n\
         timeout_seconds = 2\n{more}\n"
    )
}

fn desk(portal: &Vendor<Portal>, more: &str) -> Desk {
    let desk = Desk::new(&settings(portal.url(), more), 1, &["crm"], |_| COMPANY.to_owned());
    desk.place.write("token", "pat-eu1-x\n");
    desk
}

fn portal() -> Vendor<Portal> {
    Vendor::of(Portal::default())
}

fn by_key() -> String {
    format!("unique_property = \"{KEY}\"\nstatus_cancelled = \"DEFERRED\"")
}

fn tasks(portal: &Vendor<Portal>) -> Vec<Value> {
    portal.state.lock().unwrap().tasks.iter().map(|task| json!(task)).collect()
}

#[test]
fn a_card_is_one_task_of_its_company_until_it_is_done() {
    for more in [by_key(), String::new()] {
        let portal = portal();
        let owners = "[deliver.destinations.import]\nowners = { mia = \"77\" }";
        let desk = desk(&portal, &format!("{more}\n{owners}"));
        let card = desk.accepted();
        desk.pass();
        let task = tasks(&portal).pop().unwrap_or_else(|| panic!("{}", desk.delivery(&card)));
        for (name, right) in
            [("hs_task_status", "NOT_STARTED"), ("hs_task_priority", "MEDIUM"), ("hubspot_owner_id", "77")]
        {
            assert_eq!(task[name], right, "{task}");
        }
        let id = task["hs_object_id"].as_str().unwrap().to_owned();
        assert_eq!(portal.state.lock().unwrap().of[&id], (COMPANY.to_owned(), 192));
        if more.is_empty() {
            assert!(task["hs_task_body"].as_str().unwrap().ends_with(&format!("<br>Tidings: {card}:crm")), "{task}");
        } else {
            assert_eq!(task[KEY], format!("{card}:crm"));
        }
        desk.place.run(&["inbox", "done", &card, "--outcome", "she asked for a visit"]).ended(0);
        assert_eq!(desk.settle(&card)["state"], "delivered");
        assert_eq!(tasks(&portal).len(), 1);
        assert_eq!(tasks(&portal)[0]["hs_task_status"], "COMPLETED");
    }
}

#[test]
fn what_is_undone_is_withdrawn_and_a_persons_text_stays() {
    let portal = portal();
    let desk = desk(&portal, &by_key());
    let card = desk.accepted();
    desk.pass();
    let subject = json!("Ring Ruth, not Paul");
    portal.state.lock().unwrap().tasks[0].insert("hs_task_subject".to_owned(), subject.clone());
    desk.place.run(&["inbox", "undo", &card]).ended(0);
    assert_eq!(desk.settle(&card)["state"], "delivered");
    assert_eq!(tasks(&portal)[0]["hs_task_status"], "DEFERRED");
    assert_eq!(tasks(&portal)[0]["hs_task_subject"], subject);
}

#[test]
fn r55_whatever_happens_to_the_answer_there_is_one_task() {
    for (more, at) in [(by_key(), "tasks/batch/upsert"), (String::new(), "POST crm/v3/objects/tasks!")] {
        for fault in
            [Fault::Late, Fault::Cut, Fault::Answer(reply(200, json!({ "status": "COMPLETE", "results": [] })))]
        {
            let portal = portal();
            let desk = desk(&portal, &more);
            portal.fault(at, fault);
            let card = desk.accepted();
            desk.pass();
            assert_eq!(desk.settle(&card)["state"], "delivered", "{more}");
            assert_eq!(tasks(&portal).len(), 1, "{more}");
            assert_eq!(portal.state.lock().unwrap().of["1000"].0, COMPANY, "{more}");
        }
    }
}

#[test]
fn r55_where_nothing_can_be_proven_a_person_looks() {
    let portal = portal();
    let desk = desk(&portal, "");
    portal.state.lock().unwrap().lags = true;
    portal.fault("POST crm/v3/objects/tasks!", Fault::Late);
    let card = desk.accepted();
    desk.pass();
    assert_eq!(desk.delivery(&card)["state"], "due");
    let delivery = desk.settle(&card);
    assert_eq!((delivery["state"].as_str(), tasks(&portal).len()), (Some("unknown"), 1), "{delivery}");
    let why = delivery["last_error"].as_str().unwrap();
    assert!(why.contains(&format!("Tidings: {card}:crm")) && why.contains("unique_property"), "{why}");
}

#[test]
fn each_bad_answer_ends_in_its_class_with_its_advice() {
    let error = |status, category: &str, message: &str| {
        Fault::Instead(reply(status, json!({ "status": "error", "category": category, "message": message })))
    };
    let row = json!({ "status": "COMPLETE", "results": [], "numErrors": 1, "errors": [
        { "status": "error", "category": "VALIDATION_ERROR", "message": "owner is not active" }] });
    let daily =
        json!({ "status": "error", "errorType": "RATE_LIMIT", "policyName": "DAILY", "message": "daily limit" });
    let secondly = json!({ "status": "error", "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING" });
    for (fault, state, paused, said) in [
        (Fault::Instead(page(502)), "due", false, "502 Bad Gateway"),
        (Fault::Instead(page(200)), "due", true, "a page for people instead of JSON"),
        (Fault::Instead(sign_in()), "due", true, "redirected to login.example"),
        (Fault::Instead(reply(207, row)), "dead", false, "owner is not active"),
        (Fault::Instead(reply(429, daily)), "due", false, "after midnight of its time zone"),
        (Fault::Instead(reply(429, secondly)), "due", false, "429 Too Many Requests"),
        (error(401, "INVALID_AUTHENTICATION", "no"), "due", true, "put the private app's present token in place"),
        (error(403, "MISSING_SCOPES", "no"), "due", true, "give the private app the scopes"),
        (error(400, "VALIDATION_ERROR", "Property \"x\" does not exist"), "due", true, "create that property"),
        (error(400, "VALIDATION_ERROR", "bad value"), "dead", false, "check the statuses and ids"),
    ] {
        let portal = portal();
        let desk = desk(&portal, &by_key());
        portal.fault("tasks/batch/upsert", fault);
        let card = desk.accepted();
        desk.pass();
        let delivery = desk.delivery(&card);
        let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
        assert_eq!(delivery["state"], state, "{delivery}");
        assert!(delivery["last_error"].as_str().unwrap().contains(said), "{said:?} in {delivery}");
        assert_eq!(status["destinations"][0]["state"] == "paused", paused, "{delivery}");
    }
}

fn destination(portal: &Vendor<Portal>, more: &str) -> Destination {
    Reader::destination(&settings(portal.url(), more), &[("token", "pat-eu1-x")])
}

fn with_companies(portal: &Vendor<Portal>) {
    let day = (SystemClock.now() + chrono::TimeDelta::days(30)).date_naive();
    let rows = [
        (
            "companies",
            "1",
            json!({ "name": "Client 0 Ltd", "domain": "client0.example", "country": "Germany",
            "hubspot_owner_id": "77", "hs_lastmodifieddate": "2026-03-02T09:00:00Z", "hs_merged_object_ids": "8;9",
            "account_tier": "Gold", "yearly": "120000.5", "spoke": "2026-02-11" }),
        ),
        ("companies", "2", json!({ "name": "Client 1 Ltd", "domain": "client1.example" })),
        (
            "contacts",
            "31",
            json!({ "firstname": "Ruth", "lastname": "Okafor", "jobtitle": "COO",
            "email": "ruth@client0.example", "associatedcompanyid": "1" }),
        ),
        (
            "deals",
            "61",
            json!({ "closedate": format!("{day}T00:00:00Z"), "pipeline": "renewals", "hs_is_closed": "false" }),
        ),
        ("deals", "62", json!({ "closedate": format!("{day}T00:00:00Z"), "pipeline": "new", "hs_is_closed": "false" })),
    ];
    let mut state = portal.state.lock().unwrap();
    for (kind, id, properties) in rows {
        let row = json!({ "id": id, "properties": properties, "archived": false });
        state.objects.insert((kind.to_owned(), id.to_owned()), row);
    }
    let gone =
        json!({ "id": "3", "properties": { "name": "Gone" }, "archived": true, "archivedAt": "2026-03-02T09:00:00Z" });
    state.objects.insert(("companies".to_owned(), "3".to_owned()), gone);
    state.belongs.insert(("1".to_owned(), "contacts".to_owned()), vec![31]);
    state.belongs.insert(("1".to_owned(), "deals".to_owned()), vec![62, 61]);
}

#[test]
fn companies_come_over_pages_with_their_people_and_renewals() {
    let portal = portal();
    with_companies(&portal);
    let more = "renewal_pipeline = \"renewals\"\n[deliver.destinations.import]\ntier = \"account_tier\"\n\
                yearly_value = \"yearly\"\nlast_contact = \"spoke\"";
    let reader = Reader::new();
    let all = reader.accounts(&destination(&portal, more), None).unwrap();
    let first = all.iter().find(|one| one.id == "1").unwrap();
    assert_eq!((first.name.as_str(), first.website.as_deref()), ("Client 0 Ltd", Some("client0.example")));
    assert_eq!(first.owner.as_ref().map(|owner| owner.name.as_str()), Some("Mia Holm"));
    assert_eq!((first.contacts[0].name.as_str(), first.contacts[0].role.as_deref()), ("Ruth Okafor", Some("COO")));
    assert_eq!((first.tier.as_deref(), first.yearly_value), (Some("Gold"), Some(120_000.5)));
    assert_eq!((first.opportunity.as_deref(), first.renewal.is_some()), (Some("61"), true));
    assert_eq!(first.last_contact.unwrap().to_string(), "2026-02-11");
    let merged: Vec<_> = all.iter().filter(|one| one.merged_into.as_deref() == Some("1")).collect();
    assert_eq!(merged.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["8", "9"]);
    assert!(all.iter().any(|one| one.id == "2"), "the second page");
    let since = Some("2026-03-01T00:00:00Z".parse().unwrap());
    let changed = reader.accounts(&destination(&portal, more), since).unwrap();
    assert!(changed.iter().any(|one| one.id == "3" && one.deleted), "{changed:?}");
    let searches = portal.state.lock().unwrap().searches.clone();
    assert_eq!(searches[0]["filterGroups"][0]["filters"][0]["propertyName"], "hs_lastmodifieddate");
}

#[test]
fn tasks_are_read_back_row_by_row() {
    let portal = portal();
    for (id, status) in [("1000", "NOT_STARTED"), ("1001", "COMPLETED"), ("1002", "DEFERRED")] {
        let task = json!({ "hs_object_id": id, "hs_task_status": status });
        portal.state.lock().unwrap().tasks.push(task.as_object().unwrap().clone());
    }
    let records = ["1000", "1001", "1002", "9"].map(|id| Remote { id: id.to_owned(), ..Remote::default() });
    let seen = Reader::new().look(&destination(&portal, &by_key()), &records).unwrap();
    let states: Vec<_> = seen.iter().map(|seen| seen.state).collect();
    assert_eq!(states, [RemoteState::Open, RemoteState::Done, RemoteState::Cancelled, RemoteState::Gone]);
}
