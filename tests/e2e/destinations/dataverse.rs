//! Tasks in Dataverse, against a contract server written from its documentation.

use serde_json::{Value, json};
use tidings::deliver::Destination;
use tidings::model::{Remote, RemoteState};

use super::contract::dataverse::{Environment, KEY};
use super::contract::{Fault, Vendor, page, reply, sign_in};
use super::desk::Desk;
use super::reading::Reader;

const ACCOUNT: &str = "00000000-0000-0000-0000-000000000aaa";

fn settings(url: &str, more: &str) -> String {
    format!(
        "[[deliver.destinations]]\nkind = \"dataverse\"\nid = \"crm\"\nurl = \"{url}\"\nauthority = \"{url}\"\n\
         tenant = \"tenant-1\"\nclient_id = \"tidings\"\nclient_secret_file = \"client\"\ntimeout_seconds = 2\n{more}\n"
    )
}

fn desk(environment: &Vendor<Environment>, more: &str) -> Desk {
    let desk = Desk::new(&settings(environment.url(), more), 1, &["crm"], |_| ACCOUNT.to_owned());
    desk.place.write("client", "s3cret\n");
    desk
}

fn environment() -> Vendor<Environment> {
    let environment = Vendor::of(Environment::default());
    environment.url().clone_into(&mut environment.state.lock().unwrap().base);
    environment
}

fn by_key() -> String {
    format!("alternate_key = \"{KEY}\"")
}

fn tasks(environment: &Vendor<Environment>) -> Vec<Value> {
    environment.state.lock().unwrap().tasks.iter().map(|task| json!(task)).collect()
}

#[test]
fn a_card_is_one_task_until_it_is_done() {
    for more in [by_key(), String::new()] {
        let environment = environment();
        let owner = "00000000-0000-0000-0000-000000000077";
        let owners = format!("[deliver.destinations.import]\nowners = {{ mia = \"{owner}\" }}");
        let desk = desk(&environment, &format!("{more}\n{owners}"));
        let card = desk.accepted();
        desk.pass();
        let task = tasks(&environment).pop().unwrap_or_else(|| panic!("{}", desk.delivery(&card)));
        assert_eq!(task["regardingobjectid_account_task@odata.bind"], format!("/accounts({ACCOUNT})"));
        assert_eq!(task["ownerid@odata.bind"], format!("/systemusers({owner})"));
        assert_eq!((&task["prioritycode"], &task["statecode"]), (&json!(1), &json!(0)));
        if more.is_empty() {
            assert!(task["description"].as_str().unwrap().ends_with(&format!("\nTidings: {card}:crm")), "{task}");
        } else {
            assert_eq!(task[KEY], format!("{card}:crm"));
        }
        desk.place.run(&["inbox", "done", &card, "--outcome", "she asked for a visit"]).ended(0);
        assert_eq!(desk.settle(&card)["state"], "delivered");
        let all = tasks(&environment);
        assert_eq!((all.len(), &all[0]["statecode"], &all[0]["statuscode"]), (1, &json!(1), &json!(5)));
    }
}

#[test]
fn what_is_undone_is_cancelled_and_a_task_that_was_deleted_is_not_written_again() {
    let environment = environment();
    let desk = desk(&environment, &by_key());
    let card = desk.accepted();
    desk.pass();
    desk.place.run(&["inbox", "undo", &card]).ended(0);
    desk.settle(&card);
    assert_eq!(tasks(&environment)[0]["statecode"], 2);
    environment.state.lock().unwrap().tasks.clear();
    desk.place.run(&["inbox", "accept", &card]).ended(0);
    assert_eq!(desk.settle(&card)["state"], "delivered");
    assert_eq!(tasks(&environment).len(), 0);
}

#[test]
fn r55_whatever_happens_to_the_answer_there_is_one_task() {
    for (more, at) in [(by_key(), "PATCH api/data"), (String::new(), "POST api/data/v9.2/tasks!")] {
        for fault in [Fault::Late, Fault::Cut, Fault::Answer(reply(201, json!({ "subject": "x" })))] {
            let environment = environment();
            let desk = desk(&environment, &more);
            environment.fault(at, fault);
            let card = desk.accepted();
            desk.pass();
            assert_eq!(desk.settle(&card)["state"], "delivered", "{more}");
            assert_eq!(tasks(&environment).len(), 1, "{more}");
        }
    }
}

#[test]
fn each_bad_answer_ends_in_its_class_with_its_advice() {
    let error =
        |status, code: &str| Fault::Instead(reply(status, json!({ "error": { "code": code, "message": "no" } })));
    let refused = json!({ "error": "invalid_client", "error_description": "AADSTS7000222: expired" });
    for (at, fault, state, paused, said) in [
        ("PATCH", Fault::Instead(page(503)), "due", false, "503 Service Unavailable"),
        ("PATCH", Fault::Instead(page(200)), "due", true, "a page for people instead of JSON"),
        ("PATCH", Fault::Instead(sign_in()), "due", true, "redirected to login.example"),
        ("PATCH", error(429, "0x80072322"), "due", false, "429 Too Many Requests"),
        ("PATCH", error(403, "0x80048306"), "due", true, "give the application user a role"),
        ("PATCH", error(400, "0x80060888"), "due", true, "check the column names"),
        ("PATCH", error(400, "0x80048408"), "dead", false, "set it right there"),
        ("oauth2", Fault::Instead(reply(401, refused)), "due", true, "AADSTS7000222: expired; check client_id"),
        ("PATCH", Fault::Instead(reply(401, Value::Null)), "delivered", false, ""),
    ] {
        let environment = environment();
        let desk = desk(&environment, &by_key());
        environment.fault(at, fault);
        let card = desk.accepted();
        desk.pass();
        let delivery = desk.delivery(&card);
        let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
        assert_eq!(delivery["state"], state, "{delivery}");
        assert!(delivery["last_error"].as_str().unwrap_or_default().contains(said), "{said:?} in {delivery}");
        assert_eq!(status["destinations"][0]["state"] == "paused", paused, "{delivery}");
    }
}

fn destination(environment: &Vendor<Environment>, more: &str) -> Destination {
    Reader::destination(&settings(environment.url(), more), &[("client", "s3cret")])
}

#[test]
fn accounts_come_over_pages_of_the_same_host_only() {
    let environment = environment();
    let words = "new_tier@OData.Community.Display.V1.FormattedValue";
    environment.state.lock().unwrap().accounts = vec![
        json!({ "accountid": ACCOUNT, "name": "Client 0 Ltd", "websiteurl": "https://client0.example", "statecode": 0,
            "modifiedon": "2026-03-02T09:00:00Z", "address1_country": "Germany", "new_tier": 1, words: "Gold",
            "new_value": 120_000.5, "owninguser": { "systemuserid": "u1", "fullname": "Mia Holm",
            "internalemailaddress": "mia@firm.example" }, "contact_customer_accounts": [
            { "contactid": "c1", "fullname": "Ruth Okafor", "jobtitle": "COO", "emailaddress1": null }],
            "opportunity_customer_accounts": [{ "opportunityid": "o1", "estimatedclosedate": "2026-05-01" }] }),
        json!({ "accountid": "2", "name": "Old", "statecode": 1, "merged": true, "_masterid_value": ACCOUNT }),
    ];
    let more = "renewals = \"new_renewal eq true\"\n[deliver.destinations.import]\nonly = \"customertypecode eq 3\"\n\
                tier = \"new_tier\"\nyearly_value = \"new_value\"";
    let since = Some("2026-03-01T00:00:00Z".parse().unwrap());
    let reader = Reader::new();
    let accounts = reader.accounts(&destination(&environment, more), since).unwrap();
    let of = |id: &str| accounts.iter().find(|account| account.id == id).unwrap();
    let first = of(ACCOUNT);
    assert_eq!((first.tier.as_deref(), first.yearly_value), (Some("Gold"), Some(120_000.5)));
    assert_eq!(first.owner.as_ref().unwrap().email.as_deref(), Some("mia@firm.example"));
    assert_eq!((first.contacts.len(), first.opportunity.as_deref()), (1, Some("o1")));
    assert_eq!(first.renewal.unwrap().to_string(), "2026-05-01");
    assert_eq!((of("2").deleted, of("2").merged_into.as_deref()), (true, Some(ACCOUNT)));
    let filters = environment.state.lock().unwrap().filters.clone();
    assert_eq!(filters[0], "(customertypecode eq 3) and modifiedon ge 2026-03-01T00:00:00Z");
    environment.state.lock().unwrap().base = "http://127.0.0.2:9".to_owned();
    // The token of the first reading still holds; the next page is elsewhere.
    let refused = reader.accounts(&destination(&environment, more), since).unwrap_err();
    assert!(refused.describe().contains("on another host"), "{}", refused.describe());
}

#[test]
fn tasks_are_read_back() {
    let environment = environment();
    let id = |number: usize| format!("00000000-0000-0000-0000-{number:012}");
    for state in 0..3 {
        let task = json!({ "activityid": id(state), "statecode": state });
        environment.state.lock().unwrap().tasks.push(task.as_object().unwrap().clone());
    }
    let records: Vec<_> = (0..4).map(|number| Remote { id: id(number), ..Remote::default() }).collect();
    let seen = Reader::new().look(&destination(&environment, ""), &records).unwrap();
    let states: Vec<_> = seen.iter().map(|seen| seen.state).collect();
    assert_eq!(states, [RemoteState::Open, RemoteState::Done, RemoteState::Cancelled, RemoteState::Gone]);
}
