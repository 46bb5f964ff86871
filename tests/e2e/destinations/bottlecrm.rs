//! Tasks in a BottleCRM server that runs beside the tests: it tells no ids and takes the same task twice.

use tidings::model::RemoteState;

use super::real_story::{self, Beside, Kind};

const BOTTLECRM: Kind = Kind {
    variable: "TIDINGS_TEST_BOTTLECRM",
    word: "bottlecrm",
    path: "",
    records: "SELECT id, custom_fields->>'tidings_key' AS key, title, description AS text, status AS state, \
              account_id AS account FROM task",
    open: "New",
    cancelled: "Completed",
    done: "Completed",
};

#[test]
fn r54_each_card_is_one_task() {
    real_story::each_card_is_one_record(&BOTTLECRM);
}

#[test]
fn r55_an_answer_that_never_came_makes_no_second_task() {
    real_story::what_is_cut_is_there_once(&BOTTLECRM);
}

#[test]
fn r55_a_power_cut_makes_no_second_task() {
    real_story::a_power_cut_leaves_one_record(&BOTTLECRM);
}

#[test]
fn accounts_come_in_tasks_go_there_and_what_is_done_there_is_done_here() {
    let Some((beside, cards)) = real_story::accounts_come_in_by_their_domains(&BOTTLECRM) else { return };
    let id = beside.records(&cards[0])[0]["id"].as_str().unwrap().to_owned();
    beside.crm.execute(&format!("UPDATE task SET status = 'Completed' WHERE id = '{id}'"));
    beside.desk.pass();
    let show = |card: &String| beside.desk.place.run(&["inbox", "show", card, "--json"]).ended(0).json();
    let done = show(&cards[0]);
    assert_eq!(done["card"]["state"], "done", "{done}");
    assert_eq!(done["steps"].as_array().unwrap().last().unwrap()["who"], "crm:crm");
    assert_eq!(show(&cards[1])["card"]["state"], "accepted");
}

#[test]
fn accounts_come_in_with_their_people_and_their_owner() {
    let Some(beside) = Beside::of(&BOTTLECRM) else { return };
    let accounts = beside.accounts();
    for client in 0..3 {
        let id = beside.crm.account(client);
        let account = accounts.iter().find(|account| account.id == id).unwrap_or_else(|| panic!("{accounts:?}"));
        assert_eq!(account.name, format!("Client {client} Ltd"));
        assert_eq!(account.website.as_deref(), Some(&*format!("https://client{client}.example")));
        assert_eq!(account.owner.as_ref().unwrap().id, beside.crm.text("profile"));
        assert_eq!(account.owner.as_ref().unwrap().email.as_deref(), Some("mia@own.example"));
        assert_eq!((&*account.contacts[0].name, account.contacts[0].role.as_deref()), ("Ruth Okafor", Some("COO")));
        assert_eq!(account.contacts[0].email.as_deref(), Some(&*format!("ruth@client{client}.example")));
        assert!(!account.deleted);
    }
}

/// What people there do is told: done is done, deleted is gone.
#[test]
fn what_people_there_do_is_told() {
    let Some(beside) = Beside::of(&BOTTLECRM) else { return };
    let cards = beside.accepted();
    beside.desk.pass();
    let ids: Vec<_> = cards.iter().map(|card| beside.records(card)[0]["id"].clone()).collect();
    let id = |place: usize| ids[place].as_str().unwrap();
    beside.crm.execute(&format!("UPDATE task SET status = 'Completed' WHERE id = '{}'", id(0)));
    beside.crm.execute(&format!("DELETE FROM task WHERE id = '{}'", id(2)));
    assert_eq!(beside.look(&ids[0]), RemoteState::Done);
    assert_eq!(beside.look(&ids[2]), RemoteState::Gone);
    assert_eq!(beside.look(&ids[1]), RemoteState::Open);
    // Neither is opened or made again by what is told of the cards later.
    for card in &cards {
        beside.desk.place.run(&["inbox", "done", card, "--outcome", "replied"]).ended(0);
    }
    beside.desk.pass();
    assert_eq!(cards.iter().map(|card| beside.records(card).len()).collect::<Vec<_>>(), [1, 1, 0]);
}

/// A field that is not defined is dropped there without a word: nothing is made before it is.
#[test]
fn without_its_field_nothing_is_made() {
    let Some(beside) = Beside::of(&BOTTLECRM) else { return };
    let settings = beside.desk.place.config().join("tidings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}key_field = \"no_such_field\"\n")).unwrap();
    let before = beside.crm.rows("SELECT count(*) AS n FROM task WHERE custom_fields = '{}'");
    beside.accepted();
    beside.desk.pass();
    let status = beside.desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    assert!(status.to_string().contains("no custom field `no_such_field`"), "{status}");
    assert_eq!(beside.crm.rows("SELECT count(*) AS n FROM task WHERE custom_fields = '{}'"), before);
}
