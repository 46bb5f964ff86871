//! Two records of one firm in the CRM, of one domain and two owners, and a subsidiary.

use serde_json::{Value, json};

use super::scene::{Scene, acme};

/// A record of the CRM as its export file has it.
fn record(id: &str, name: &str, website: &str, owner: &str) -> Value {
    json!({ "Id": id, "Name": name, "Website": website, "ParentId": null, "OwnerId": format!("u-{owner}"),
            "Owner Email": format!("{owner}@us.example"), "MasterRecordId": null })
}

fn with(mut record: Value, field: &str, value: &str) -> Value {
    record[field] = json!(value);
    record
}

/// The same records as a list of objects, as one object a line, or as a table.
fn written(records: &[Value], form: &str) -> String {
    match form {
        "json" => json!(records).to_string(),
        "ndjson" => records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n") + "\n",
        _ => {
            let names = ["Id", "Name", "Website", "ParentId", "OwnerId", "Owner Email", "MasterRecordId"];
            let mut text = names.join(";") + "\n";
            for record in records {
                let cells: Vec<_> = names.iter().map(|name| record[*name].as_str().unwrap_or_default()).collect();
                text += &(cells.join(";") + "\n");
            }
            text
        }
    }
}

fn import(scene: &Scene, records: &[Value], form: &str) -> Value {
    scene.place.write("export", &written(records, form));
    let file = scene.place.config().join("export");
    scene.place.run(&["crm", "import", "crm", "--file", file.to_str().unwrap(), "--full", "--json"]).ended(0).json()
}

fn conflicts(scene: &Scene) -> Vec<(String, Vec<String>)> {
    let report = scene.place.run(&["crm", "conflicts", "--json"]).ended(0).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let conflicts = report["conflicts"].as_array().unwrap().iter();
    conflicts
        .map(|one| (text(&one["record"]), one["accounts"].as_array().unwrap().iter().map(text).collect()))
        .collect()
}

/// What the destination was told of the cards of acme.
fn told(scene: &Scene) -> Vec<String> {
    let of_acme = |message: &Value| {
        message["data"]["touch_point"]["account"] == "acme" || message.to_string().contains("\"acme\"")
    };
    scene.notices().into_iter().filter(|(_, message)| of_acme(message)).map(|(kind, _)| kind).collect()
}

const HOME: &str = "https://www.acme-robotics.example/en";

/// Names of the two records, and of the subsidiary.
const WORDINGS: [(&str, &str, &str, &str); 3] = [
    ("Acme Robotics", "ACME ROBOTICS, INC.", "Acme Robotics Benelux B.V.", "json"),
    ("Acme", "Acme Robotics (EMEA)", "Benelux Conveyors", "csv"),
    ("acme robotics gmbh", "Acme", "Acme Benelux", "ndjson"),
];

/// A scene into which the three records came, with a card of acme that a person accepted; and the records.
fn doubled((one, other, child, form): (&str, &str, &str, &str)) -> (Scene, Vec<Value>) {
    let scene = Scene::new(&acme(""), &[]);
    let records = vec![
        record("R1", one, HOME, "mia"),
        record("R2", other, "acme-robotics.example", "tom"),
        with(record("R3", child, HOME, "tom"), "ParentId", "R1"),
        record("R4", "Globex Corporation", "globex.example", "tom"),
    ];
    let imported = import(&scene, &records, form);
    assert_eq!(imported["conflicts"], 2, "{imported}");
    assert_eq!(imported["added"].as_array().unwrap().len(), 2, "the subsidiary and Globex: {imported}");
    assert_eq!(imported["linked"], json!([]), "no merge by name or by a domain that two have: {imported}");
    scene.tell("acme", "t1", "orders_down", &json!({ "amount": 40 }));
    let pass = scene.pass();
    assert_eq!((&pass["delivered"], &pass["held"]), (&json!(0), &json!(1)), "{pass}");
    let cards = scene.cards_of("acme");
    assert_eq!(cards.len(), 1);
    scene.place.run(&["inbox", "accept", cards[0]["id"].as_str().unwrap()]).ended(0);
    scene.pass();
    assert_eq!(told(&scene), [""; 0], "nothing goes out before a person chose");
    (scene, records)
}

#[test]
fn case_12_a_person_chooses_before_delivery() {
    for wording in WORDINGS {
        let (scene, mut records) = doubled(wording);
        let both = |id: &str| (id.to_owned(), vec!["acme".to_owned()]);
        assert_eq!(conflicts(&scene), [both("R1"), both("R2")], "{wording:?}");
        scene.place.run(&["crm", "conflicts"]).ended(0).said(&[
            "record R2 has the domain acme-robotics.example too",
            "owner mia",
            "owner tom",
            "tidings crm link acme R1 --destination crm",
            "tidings crm skip R2 --destination crm",
        ]);
        scene.place.run(&["deliver", "status"]).ended(0).said(&[
            "held",
            "a person chooses before delivery",
            "tidings crm link acme",
        ]);
        scene.place.run(&["crm", "link", "acme", "R1", "--dry-run"]).ended(0);
        scene.pass();
        assert_eq!(told(&scene), [""; 0], "a dry run chooses nothing");
        scene.place.run(&["crm", "link", "acme", "R1", "--who", "lea"]).ended(0);
        let log = scene.place.run(&["inbox", "log", "acme", "--json"]).ended(0).lines();
        let chosen = log.iter().find(|one| one["what"] == "crm linked").unwrap();
        assert_eq!(chosen["who"], "lea");
        assert_eq!(chosen["back"]["with"], "tidings crm unlink acme --destination crm");
        scene.pass();
        let heard = told(&scene);
        assert_eq!(heard.len(), 2, "ready and accepted: {heard:?}");
        let shown = scene.account("acme");
        assert_eq!(shown["account"]["external_ids"]["crm"], "R1");
        let owns: Vec<_> = shown["account"]["relations"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(owns, ["parent_of"], "{shown}");

        // The CRM puts the two together: nothing is told twice, nothing is left to decide.
        records[1] = with(records[1].clone(), "MasterRecordId", "R1");
        let imported = import(&scene, &records, wording.3);
        assert_eq!((&imported["conflicts"], &imported["merged"]), (&json!(0), &json!(1)), "{imported}");
        scene.pass();
        assert_eq!(told(&scene), heard, "one task");
        assert_eq!(scene.cards_of("acme").len(), 1);
        assert_eq!(scene.account("acme")["account"]["external_ids"]["crm"], "R1");
    }
}

#[test]
fn case_12_the_crm_puts_the_two_together_before_anybody_chose() {
    for wording in WORDINGS {
        let (scene, mut records) = doubled(wording);
        records[0] = with(records[0].clone(), "MasterRecordId", "R2");
        records[2] = with(records[2].clone(), "ParentId", "R2");
        let imported = import(&scene, &records, wording.3);
        assert_eq!(imported["linked"][0], "acme", "{imported}");
        let pass = scene.pass();
        assert_eq!(pass["held"], 0, "{pass}");
        assert_eq!(told(&scene).len(), 2, "ready and accepted, once: {:?}", told(&scene));
        scene.pass();
        assert_eq!(told(&scene).len(), 2);
        assert_eq!(scene.account("acme")["account"]["external_ids"]["crm"], "R2");
        assert_eq!(conflicts(&scene), []);
    }
}

#[test]
fn case_12_a_record_that_nobody_wants_leaves_the_other() {
    let (scene, records) = doubled(WORDINGS[0]);
    scene.place.run(&["crm", "skip", "R1"]).ended(0);
    scene.pass();
    assert_eq!(told(&scene).len(), 2);
    assert_eq!(scene.account("acme")["account"]["external_ids"]["crm"], "R2");
    scene.place.run(&["crm", "unlink", "R1"]).ended(0).said(&["2 records left to decide"]);
    import(&scene, &records, "csv");
    assert_eq!(conflicts(&scene).len(), 2, "again, it changes nothing");
    // What went there before stays where it is.
    scene.pass();
    assert_eq!(told(&scene).len(), 2);
}
