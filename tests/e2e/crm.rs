//! Both ways with a CRM that answers: accounts come in, tasks go there, and what became of them comes back.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::destinations::desk::{Desk, Served, serve};
use crate::program::SECRET;

/// An org with accounts and tasks.
#[derive(Default)]
struct Org {
    accounts: Vec<Value>,
    tasks: Vec<Value>,
    changes: usize,
    queries: Vec<String>,
    heard: Vec<Value>,
}

type Shared = Arc<Mutex<Org>>;

#[derive(serde::Deserialize)]
struct Soql {
    q: String,
}

async fn query(State(org): State<Shared>, Query(Soql { q }): Query<Soql>) -> Json<Value> {
    let mut org = org.lock().unwrap();
    let rows: Vec<Value> = if q.contains("FROM TaskStatus") {
        vec![json!({ "ApiName": "Completed" })]
    } else if q.contains("FROM Task WHERE Id IN") {
        org.tasks.clone()
    } else if q.contains("FROM Task ") {
        let has_key = |task: &&Value| q.contains(task["Key__c"].as_str().unwrap());
        org.tasks.iter().filter(has_key).cloned().collect()
    } else if q.contains("FROM Account") {
        let wants = |account: &&Value| !q.contains("IsDeleted = false AND") || account["IsDeleted"] == false;
        let whole = !q.contains("SystemModstamp >=");
        org.accounts.iter().filter(wants).filter(|account| !whole || account["IsDeleted"] == false).cloned().collect()
    } else {
        Vec::new()
    };
    org.queries.push(q);
    Json(json!({ "totalSize": rows.len(), "done": true, "records": rows }))
}

async fn describe() -> Json<Value> {
    let value = |word: &str, usual: bool| json!({ "value": word, "active": true, "defaultValue": usual });
    Json(json!({ "fields": [
        { "name": "Status", "picklistValues": [value("Not Started", true), value("Completed", false)] },
        { "name": "Priority", "picklistValues": [value("High", false), value("Normal", true)] },
    ] }))
}

async fn upsert(
    State(org): State<Shared>,
    Path(key): Path<String>,
    Json(mut task): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let mut org = org.lock().unwrap();
    let id = format!("T{}", org.tasks.len() + 1);
    task["Id"] = json!(id);
    task["Key__c"] = json!(key);
    task["IsClosed"] = json!(false);
    task["IsDeleted"] = json!(false);
    org.tasks.push(task);
    (StatusCode::CREATED, Json(json!({ "id": id, "success": true, "errors": [] })))
}

async fn read(State(org): State<Shared>, Path(id): Path<String>) -> (StatusCode, Json<Value>) {
    let org = org.lock().unwrap();
    match org.tasks.iter().find(|task| task["Id"] == id && task["IsDeleted"] == false) {
        Some(task) => (StatusCode::OK, Json(task.clone())),
        None => (StatusCode::NOT_FOUND, Json(json!([{ "errorCode": "NOT_FOUND", "message": "no such task" }]))),
    }
}

async fn change(State(org): State<Shared>, Path(id): Path<String>, Json(fields): Json<Value>) -> StatusCode {
    let mut org = org.lock().unwrap();
    org.changes += 1;
    let Some(task) = org.tasks.iter_mut().find(|task| task["Id"] == id) else { return StatusCode::NOT_FOUND };
    for (name, value) in fields.as_object().unwrap() {
        task[name] = value.clone();
    }
    task["IsClosed"] = json!(task["Status"] == "Completed");
    StatusCode::NO_CONTENT
}

async fn hear(State(org): State<Shared>, Json(message): Json<Value>) -> StatusCode {
    org.lock().unwrap().heard.push(message);
    StatusCode::NO_CONTENT
}

fn account(id: &str, name: &str, website: &str, owner: (&str, &str)) -> Value {
    json!({ "Id": id, "Name": name, "Website": website, "ParentId": null, "OwnerId": owner.0, "MasterRecordId": null,
            "Owner": { "Name": owner.1, "Email": format!("{}@us.example", owner.1) }, "IsDeleted": false,
            "SystemModstamp": "2026-03-02T09:00:00.000+0000", "Tier__c": "Gold", "Last_Human__c": "2026-02-27",
            "Contacts": { "done": true, "records": [
                { "Id": format!("C-{id}"), "Name": "Ruth Okafor", "Title": "COO", "Email": "ruth@there.example" } ] } })
}

/// An org, a hook that hears everything, and a place with two clients that have no record yet.
fn scene(more: &str) -> (Shared, Served, Desk) {
    let org = Shared::default();
    let data = "/services/data/v68.0";
    let router = Router::new()
        .route(
            "/services/oauth2/token",
            post(|| async { Json(json!({ "access_token": "t", "token_type": "Bearer" })) }),
        )
        .route(&format!("{data}/query"), get(query))
        .route(&format!("{data}/queryAll"), get(query))
        .route(&format!("{data}/sobjects/Task/describe"), get(describe))
        .route(&format!("{data}/sobjects/Task/Key__c/{{key}}"), patch(upsert))
        .route(&format!("{data}/sobjects/Task/{{id}}"), get(read).patch(change))
        .route("/hook", post(hear))
        .with_state(Arc::clone(&org));
    let served = serve(router);
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), SECRET).unwrap();
    let (_, secret) = secret.keep().unwrap();
    let destinations = format!(
        "[[deliver.destinations]]\nkind = \"salesforce\"\nid = \"crm\"\nurl = \"{url}\"\nclient_id = \"us\"\n\
         client_secret_file = \"{file}\"\nexternal_id_field = \"Key__c\"\n\
         import = {{ tier = \"Tier__c\", tiers = {{ Gold = \"A\" }}, last_contact = \"Last_Human__c\"{more} }}\n\n\
         [[deliver.destinations]]\nkind = \"webhook\"\nid = \"hook\"\nurl = \"{url}/hook\"\nsecret_file = \"{file}\"\n",
        url = served.url,
        file = secret.display(),
    );
    let desk = Desk::new(&destinations, 2, &[], |_| String::new());
    org.lock().unwrap().accounts = vec![
        account("A1", "Client Zero Group", "https://client0.example", ("u1", "mia")),
        account("A2", "Globex Corporation", "globex.example", ("u2", "tom")),
        account("A3", "Client 1", "www.client1.example", ("u1", "mia")),
    ];
    (org, served, desk)
}

fn show(desk: &Desk, card: &str) -> Value {
    desk.place.run(&["inbox", "show", card, "--json"]).ended(0).json()
}

#[test]
fn accounts_come_in_tasks_go_out_and_what_was_done_there_is_done_here() {
    let (org, _served, desk) = scene("");
    let card = desk.accepted();
    let pass = desk.pass();
    assert_eq!(pass["held"], 1, "no record there yet: {pass}");
    assert!(show(&desk, &card)["held"][0]["last_error"].as_str().unwrap().contains("tidings crm import crm"));

    let watched = || desk.place.run(&["watch", "list", "--json"]).ended(0).stdout().matches("\"id\":").count();
    let before = watched();
    let check = desk.place.run(&["crm", "check", "--json"]).ended(0).json();
    assert_eq!((&check["told"], &check["added"]), (&json!(3), &json!(["globex"])), "{check}");
    assert_eq!(watched(), before, "nothing is written");
    desk.place.run(&["crm", "check"]).ended(0).said(&[
        "tier from Tier__c",
        "last human contact from Last_Human__c",
        "globex",
    ]);
    assert!(org.lock().unwrap().tasks.is_empty());

    let imported = desk.place.run(&["crm", "import", "--json"]).ended(0).json();
    assert_eq!(
        (&imported["linked"], &imported["conflicts"]),
        (&json!(["client0", "client1"]), &json!(0)),
        "{imported}"
    );
    let globex = desk.place.run(&["watch", "show", "globex", "--json"]).ended(0).json();
    let globex = &globex["account"];
    assert_eq!((&globex["owner"], &globex["tier"]), (&json!("tom"), &json!("A")), "{globex}");
    assert_eq!(globex["last_contact"], "2026-02-27");
    assert_eq!(globex["external_ids"]["crm"], "A2");

    let pass = desk.pass();
    assert_eq!(pass["held"], 0, "{pass}");
    let task = org.lock().unwrap().tasks[0].clone();
    assert_eq!(
        (&task["WhatId"], &task["WhoId"], &task["OwnerId"]),
        (&json!("A1"), &json!("C-A1"), &json!("u1")),
        "{task}"
    );

    let changes = org.lock().unwrap().changes;
    org.lock().unwrap().tasks[0]["IsClosed"] = json!(true);
    desk.pass();
    let shown = show(&desk, &card);
    assert_eq!(
        (&shown["card"]["state"], &shown["card"]["outcome"]),
        (&json!("done"), &json!("done in crm")),
        "{shown}"
    );
    assert_eq!(shown["steps"].as_array().unwrap().last().unwrap()["who"], "crm:crm");
    assert_eq!(shown["tasks"][0]["task"]["state"], "done");
    desk.pass();
    let org = org.lock().unwrap();
    assert_eq!((org.changes, org.tasks.len()), (changes, 1), "no echo to where it came from");
    let heard: Vec<_> = org.heard.iter().map(|message| message["type"].as_str().unwrap()).collect();
    assert!(heard.last().unwrap().ends_with("done"), "the others are told: {heard:?}");
}

#[test]
fn what_is_deleted_there_is_told_and_not_made_anew() {
    let (org, _served, desk) = scene(", import_every_minutes = 60");
    desk.pass();
    assert!(desk.place.run(&["watch", "list"]).ended(0).stdout().contains("globex"), "imported by itself");
    let card = desk.accepted();
    desk.pass();
    assert_eq!(org.lock().unwrap().tasks.len(), 1);
    org.lock().unwrap().tasks[0]["IsDeleted"] = json!(true);
    desk.pass();
    desk.place.run(&["inbox", "show", &card]).ended(0).said(&["T1, deleted there; none is made anew"]);
    desk.place.run(&["inbox", "done", &card]).ended(0);
    desk.pass();
    assert_eq!(org.lock().unwrap().tasks.len(), 1);

    // An account that is merged or deleted there goes on here.
    let mut merged = account("A2", "Globex Corporation", "globex.example", ("u2", "tom"));
    merged["IsDeleted"] = json!(true);
    merged["MasterRecordId"] = json!("A4");
    org.lock().unwrap().accounts[1] = merged;
    org.lock().unwrap().accounts.push(account("A4", "Globex", "", ("u2", "tom")));
    org.lock().unwrap().accounts[2]["IsDeleted"] = json!(true);
    let imported = desk.place.run(&["crm", "import", "--json"]).ended(0).json();
    assert_eq!((&imported["merged"], &imported["gone"]), (&json!(1), &json!(1)), "{imported}");
    assert!(org.lock().unwrap().queries.last().unwrap().contains("SystemModstamp >="), "only what changed");
    let id = |account: &str| {
        let shown = desk.place.run(&["watch", "show", account, "--json"]).ended(0).json();
        shown["account"]["external_ids"]["crm"].clone()
    };
    assert_eq!((id("globex"), id("client1")), (json!("A4"), Value::Null));
    desk.place
        .run(&["crm", "conflicts"])
        .ended(0)
        .said(&["account `client1`: its record A3 in crm: it is no longer there"]);
    desk.place.run(&["inbox", "log", "globex"]).ended(0).said(&["crm:crm", "record A4"]);
}
