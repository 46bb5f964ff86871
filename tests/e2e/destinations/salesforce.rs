//! Tasks in Salesforce, against a contract server written from its documentation.

use serde_json::{Value, json};

use super::contract::salesforce::{KEY, Org};
use super::contract::{Fault, Vendor, page, reply, sign_in};
use super::desk::Desk;

const ACCOUNT: &str = "001000000000000AAA";

/// A desk whose only destination is this org.
fn desk(org: &Vendor<Org>, more: &str) -> Desk {
    let desk = Desk::new(&settings(org.url(), more), 1, &["crm"], |_| ACCOUNT.to_owned());
    desk.place.write("consumer", "s3cr+t&\n");
    desk
}

fn settings(url: &str, more: &str) -> String {
    format!(
        "[[deliver.destinations]]\nkind = \"salesforce\"\nid = \"crm\"\nurl = \"{url}\"\nclient_id = \"tidings\"\n\
         client_secret_file = \"consumer\"\ntimeout_seconds = 2\n{more}\n"
    )
}

fn org() -> Vendor<Org> {
    Vendor::of(Org::default())
}

fn by_key() -> String {
    format!("external_id_field = \"{KEY}\"\nstatus_cancelled = \"Withdrawn\"")
}

fn tasks(org: &Vendor<Org>) -> Vec<Value> {
    org.state.lock().unwrap().tasks.iter().map(|task| json!(task)).collect()
}

#[test]
fn an_accepted_card_is_one_task_with_the_right_fields_and_is_closed_when_done() {
    let org = org();
    let owners = "[deliver.destinations.import]\nowners = { mia = \"005000000000000AAA\" }";
    let desk = desk(&org, &format!("{}\nlink = \"https://tidings.example/{{id}}\"\n{owners}", by_key()));
    let card = desk.accepted();
    desk.pass();
    let task = tasks(&org).pop().unwrap();
    assert_eq!(task[KEY], format!("{card}:crm"));
    for (field, right) in [("Status", "Not Started"), ("Priority", "Normal"), ("WhatId", ACCOUNT)] {
        assert_eq!(task[field], right, "{task}");
    }
    assert_eq!(task["OwnerId"], "005000000000000AAA");
    assert!(task["Description"].as_str().unwrap().ends_with(&format!("https://tidings.example/{card}")), "{task}");
    assert!(task["ActivityDate"].is_string(), "{task}");
    desk.place.run(&["inbox", "done", &card, "--outcome", "she asked for a visit"]).ended(0);
    assert_eq!(desk.settle(&card)["state"], "delivered");
    assert_eq!(tasks(&org).len(), 1);
    assert_eq!(tasks(&org)[0]["Status"], "Completed");
    assert!(tasks(&org)[0]["Description"].as_str().unwrap().contains("she asked for a visit"), "{}", tasks(&org)[0]);
}

#[test]
fn what_is_undone_is_withdrawn_there_and_open_again_when_taken_again() {
    let org = org();
    let desk = desk(&org, &by_key());
    let card = desk.accepted();
    desk.pass();
    desk.place.run(&["inbox", "undo", &card]).ended(0);
    desk.settle(&card);
    let task = tasks(&org).pop().unwrap();
    assert_eq!(task["Status"], "Withdrawn", "{task}");
    assert!(task["Subject"].as_str().unwrap().starts_with("Withdrawn: "), "{task}");
    desk.place.run(&["inbox", "accept", &card]).ended(0);
    desk.settle(&card);
    assert_eq!(tasks(&org).len(), 1);
    assert_eq!(tasks(&org)[0]["Status"], "Not Started");
}

#[test]
fn what_a_person_wrote_stays_and_what_they_closed_is_not_opened() {
    let org = org();
    let desk = desk(&org, &by_key());
    let card = desk.accepted();
    desk.pass();
    {
        let mut state = org.state.lock().unwrap();
        state.tasks[0].insert("Description".to_owned(), json!("Ruth is away"));
        state.tasks[0].insert("Status".to_owned(), json!("Completed"));
        state.tasks[0].insert("IsClosed".to_owned(), json!(true));
    }
    desk.place.run(&["inbox", "undo", &card]).ended(0);
    assert_eq!(desk.settle(&card)["state"], "delivered");
    assert_eq!(tasks(&org)[0]["Description"], "Ruth is away");
    assert_eq!(tasks(&org)[0]["Status"], "Completed");
}

#[test]
fn r55_whatever_happens_to_the_answer_there_is_one_task() {
    for more in [by_key(), String::new()] {
        let writes = if more.is_empty() { "POST services/data/v68.0/sobjects/Task" } else { "PATCH services/data" };
        for fault in [
            Fault::Late,
            Fault::Cut,
            Fault::Answer(reply(200, Value::Null)),
            Fault::Answer(reply(201, json!({ "success": true, "errors": [] }))),
        ] {
            let org = org();
            let desk = desk(&org, &more);
            org.fault(writes, fault);
            let card = desk.accepted();
            desk.pass();
            assert_eq!(tasks(&org).len(), 1, "it was stored");
            assert_eq!(desk.settle(&card)["state"], "delivered", "{more}");
            assert_eq!(tasks(&org).len(), 1, "{more}");
        }
    }
}

#[test]
fn a_token_that_expires_in_the_middle_is_renewed_once() {
    let org = org();
    let desk = desk(&org, &by_key());
    let expired = json!([{ "message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID" }]);
    org.fault("PATCH services/data", Fault::Instead(reply(401, expired)));
    let card = desk.accepted();
    desk.pass();
    assert_eq!(desk.delivery(&card)["state"], "delivered");
    let given = org.state.lock().unwrap().tokens;
    assert_eq!((given, tasks(&org).len()), (2, 1));
}

/// State of the delivery and of the destination, and why, after the write met this.
fn met(at: &str, fault: Fault, more: &str) -> (String, String, String) {
    let org = org();
    let desk = desk(&org, more);
    org.fault(at, fault);
    let card = desk.accepted();
    desk.pass();
    let status = desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    let delivery = desk.delivery(&card);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&delivery["state"]), text(&status["destinations"][0]["state"]), text(&delivery["last_error"]))
}

#[test]
fn each_bad_answer_ends_in_its_class_with_its_advice() {
    let error = |status, code: &str| {
        let body = json!([{ "message": "no", "errorCode": code, "fields": ["Status"] }]);
        Fault::Instead(reply(status, body))
    };
    let row = json!({ "id": null, "success": false, "created": false, "errors": [
        { "statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Call first", "fields": [] }] });
    for (fault, state, destination, said) in [
        (Fault::Instead(page(503)), "due", "", "503 Service Unavailable"),
        (Fault::Instead(page(200)), "due", "paused", "a page for people instead of JSON"),
        (Fault::Instead(sign_in()), "due", "paused", "redirected to login.example"),
        (Fault::Instead(reply(200, row)), "dead", "", "Call first"),
        (error(403, "REQUEST_LIMIT_EXCEEDED"), "due", "", "tried again in an hour"),
        (error(403, "API_DISABLED_FOR_ORG"), "due", "paused", "allow the API"),
        (error(400, "UNABLE_TO_LOCK_ROW"), "due", "", "tried again later"),
        (error(400, "REQUIRED_FIELD_MISSING"), "dead", "", "REQUIRED_FIELD_MISSING (Status)"),
        (error(400, "INVALID_FIELD"), "due", "paused", "check the field names"),
    ] {
        let (found, of_destination, why) = met("PATCH services/data", fault, &by_key());
        assert_eq!(found, state, "{why}");
        assert!(why.contains(said), "{said:?} in {why:?}");
        assert_eq!(of_destination == "paused", destination == "paused", "{of_destination}: {why}");
    }
}

#[test]
fn settings_that_the_org_does_not_have_are_told() {
    let done = format!("{}\nstatus_done = \"Finished\"", by_key());
    let (state, destination, why) = met("nothing", Fault::Cut, &done);
    assert_eq!((state.as_str(), destination.as_str()), ("due", "paused"));
    assert!(why.contains("no value \"Finished\" in this org; it has: Not Started, Completed, Withdrawn"), "{why}");
    let (_, destination, why) = met("nothing", Fault::Cut, "external_id_field = \"Nothing__c\"");
    assert_eq!(destination, "paused");
    assert!(why.contains("check the field names") || why.contains("unique external id"), "{why}");
}

#[test]
fn several_tasks_with_one_key_and_a_spent_limit_stop_before_anything_is_written() {
    let org = org();
    org.state.lock().unwrap().twice = true;
    let desk_of = desk(&org, &by_key());
    let card = desk_of.accepted();
    desk_of.pass();
    let delivery = desk_of.delivery(&card);
    assert_eq!(delivery["state"], "dead");
    assert!(delivery["last_error"].as_str().unwrap().contains("00T1, 00T2"), "{delivery}");

    let org = self::org();
    org.state.lock().unwrap().usage = Some((95, 100));
    let desk_of = desk(&org, &by_key());
    let card = desk_of.accepted();
    desk_of.pass();
    let delivery = desk_of.delivery(&card);
    assert_eq!((delivery["state"].as_str(), tasks(&org).len()), (Some("due"), 0), "{delivery}");
    assert!(delivery["last_error"].as_str().unwrap().contains("95 of its 100 requests"), "{delivery}");
    let (state, destination, why) =
        met("oauth2/token", Fault::Instead(reply(400, json!({ "error": "invalid_client" }))), "");
    assert_eq!((state.as_str(), destination.as_str()), ("due", "paused"), "{why}");
    assert!(why.contains("invalid_client; check client_id"), "{why}");
}

mod reading {
    use tidings::deliver::Destination;
    use tidings::model::{Remote, RemoteState};

    use super::super::reading::Reader;
    use super::*;

    fn destination(org: &Vendor<Org>, more: &str) -> Destination {
        Reader::destination(&settings(org.url(), more), &[("consumer", "s3cr+t&")])
    }

    #[test]
    fn accounts_come_over_pages_with_their_people_and_what_was_deleted_or_merged() {
        let org = org();
        org.state.lock().unwrap().pages = vec![
            json!({ "totalSize": 3, "done": false, "nextRecordsUrl": "/services/data/v68.0/query/01g-1", "records": [{
                "Id": "0011", "Name": "Client 0 Ltd", "Website": "https://client0.example", "ParentId": "0019",
                "OwnerId": "0051", "Owner": { "Name": "Mia Holm", "Email": "mia@firm.example" },
                "BillingCountry": "Germany", "SystemModstamp": "2026-03-02T09:00:00.000+0000", "IsDeleted": false,
                "MasterRecordId": null, "Tier__c": "Gold", "Value__c": 120_000.5, "Renewal__c": "2026-09-30",
                "Last__c": "2026-02-11",
                "Contacts": { "totalSize": 1, "done": true, "records": [{ "Id": "0031", "Name": "Ruth Okafor",
                    "Title": "COO", "Email": "ruth@client0.example", "Phone": null }] },
                "Opportunities": { "totalSize": 1, "done": true, "records": [{ "Id": "0061", "CloseDate": "2026-05-01" }] }
            }] }),
            json!({ "totalSize": 3, "done": true, "records": [
                { "Id": "0012", "Name": "Gone", "IsDeleted": true, "MasterRecordId": "0011", "Contacts": null },
            ] }),
        ];
        let more = "renewals = \"Type = 'Renewal'\"\n[deliver.destinations.import]\nonly = \"Type = 'Customer'\"\n\
                    tier = \"Tier__c\"\nyearly_value = \"Value__c\"\nrenewal = \"Renewal__c\"\nlast_contact = \"Last__c\"";
        let reader = Reader::new();
        let since = Some("2026-03-01T00:00:00Z".parse().unwrap());
        let accounts = reader.accounts(&destination(&org, more), since).unwrap();
        let first = &accounts[0];
        assert_eq!((first.id.as_str(), first.name.as_str()), ("0011", "Client 0 Ltd"));
        assert_eq!(first.owner.as_ref().unwrap().email.as_deref(), Some("mia@firm.example"));
        assert_eq!(first.contacts[0].role.as_deref(), Some("COO"));
        assert_eq!((first.tier.as_deref(), first.yearly_value), (Some("Gold"), Some(120_000.5)));
        assert_eq!(first.renewal.unwrap().to_string(), "2026-09-30");
        assert_eq!(first.opportunity.as_deref(), Some("0061"));
        assert_eq!(first.last_contact.unwrap().to_string(), "2026-02-11");
        assert_eq!(first.modified.unwrap().to_rfc3339(), "2026-03-02T09:00:00+00:00");
        assert_eq!((accounts[1].deleted, accounts[1].merged_into.as_deref()), (true, Some("0011")));
        let queries = org.state.lock().unwrap().queries.join("\n");
        assert!(queries.contains("WHERE (Type = 'Customer') AND SystemModstamp >= 2026-03-01T00:00:00Z"), "{queries}");
        assert!(queries.contains("SELECT AccountId FROM Contact WHERE SystemModstamp"), "{queries}");
        assert!(!queries.contains("LastActivityDate"), "{queries}");
        assert!(org.count("GET services/data/v68.0/queryAll") >= 3);
    }

    #[test]
    fn tasks_are_read_back_and_bad_answers_lose_nothing() {
        let org = org();
        let mut state = org.state.lock().unwrap();
        for (id, status, closed, deleted) in [
            ("00T1", "Not Started", false, false),
            ("00T2", "Completed", true, false),
            ("00T3", "Withdrawn", true, false),
            ("00T4", "Completed", true, true),
        ] {
            let task = json!({ "Id": id, "Status": status, "IsClosed": closed, "IsDeleted": deleted, "WhatId": null });
            state.tasks.push(task.as_object().unwrap().clone());
        }
        drop(state);
        let record = |id: &str| Remote { id: id.to_owned(), ..Remote::default() };
        let records = ["00T1", "00T2", "00T3", "00T4", "00T9"].map(record);
        let reader = Reader::new();
        let destination = destination(&org, "status_cancelled = \"Withdrawn\"");
        let states: Vec<_> = reader.look(&destination, &records).unwrap().iter().map(|seen| seen.state).collect();
        let gone = RemoteState::Gone;
        assert_eq!(states, [RemoteState::Open, RemoteState::Done, RemoteState::Cancelled, gone, gone]);
        org.fault("queryAll", Fault::Cut);
        assert!(reader.look(&destination, &records).is_err(), "half an answer is none");
    }
}
