//! Leads in a Tryton server that runs beside the tests.

use tidings::model::RemoteState;

use super::real_story::{self, Beside, Kind};

const TRYTON: Kind = Kind {
    variable: "TIDINGS_TEST_TRYTON",
    word: "tryton",
    path: "/crm",
    records: "SELECT id, reference AS key, description AS title, comment AS text, state, party AS account \
              FROM sale_opportunity",
    open: "lead",
    cancelled: "cancelled",
    // What becomes of a lead is for those who sell to say.
    done: "lead",
};

#[test]
fn r54_each_card_is_one_lead() {
    real_story::each_card_is_one_record(&TRYTON);
}

#[test]
fn r55_an_answer_that_never_came_makes_no_second_lead() {
    real_story::what_is_cut_is_there_once(&TRYTON);
}

#[test]
fn r55_a_power_cut_makes_no_second_lead() {
    real_story::a_power_cut_leaves_one_record(&TRYTON);
}

#[test]
fn parties_become_accounts_and_leads_hang_on_them() {
    real_story::accounts_come_in_by_their_domains(&TRYTON);
}

#[test]
fn parties_come_in_with_their_people() {
    let Some(beside) = Beside::of(&TRYTON) else { return };
    let accounts = beside.accounts();
    for client in 0..3 {
        let id = beside.crm.account(client);
        let account = accounts.iter().find(|account| account.id == id).unwrap_or_else(|| panic!("{accounts:?}"));
        assert_eq!(account.name, format!("Client {client} Ltd"));
        assert_eq!(account.website.as_deref(), Some(&*format!("https://client{client}.example")));
        assert_eq!(account.contacts[0].name, "Ruth Okafor");
        assert_eq!(account.contacts[0].email.as_deref(), Some(&*format!("ruth@client{client}.example")));
        assert!(account.modified.is_some() && !account.deleted && account.merged_into.is_none());
    }
}

#[test]
fn a_lead_that_is_not_there_is_gone() {
    let Some(beside) = Beside::of(&TRYTON) else { return };
    assert_eq!(beside.look(&987_654.into()), RemoteState::Gone);
}

/// An unknown field is answered 500 with a page of HTML: the message must say what to look at.
#[test]
fn a_field_that_tryton_does_not_have_is_named() {
    let Some(beside) = Beside::of(&TRYTON) else { return };
    let settings = beside.desk.place.config().join("tidings.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}key_field = \"no_such_field\"\n")).unwrap();
    let cards = beside.accepted();
    beside.desk.pass();
    let delivery = beside.desk.delivery(&cards[0]);
    let error = delivery.to_string();
    assert!(error.contains("no_such_field") && !error.contains("<html"), "{error}");
}

#[test]
fn a_key_that_is_not_accepted_stops_the_destination() {
    let Some(beside) = Beside::of(&TRYTON) else { return };
    beside.desk.place.write("key", "nonsense");
    let cards = beside.accepted();
    beside.desk.pass();
    let status = beside.desk.place.run(&["deliver", "status", "--json"]).ended(0).json();
    assert!(status.to_string().contains("REST API"), "{status}");
    assert_eq!(beside.records(&cards[0]), Vec::<serde_json::Value>::new());
}
