use super::*;

fn record(id: &str, key: &str, domain: &str) -> Record {
    let domain = Some(domain.to_owned()).filter(|domain| !domain.is_empty());
    Record { id: id.into(), key: key.into(), domain, ..Record::default() }
}

fn account(id: &str, key: &str, domain: &str) -> Known {
    let domains = Some(domain.to_owned()).filter(|domain| !domain.is_empty()).into_iter().collect();
    Known { id: id.into(), keys: vec![key.into()], domains, states: None }
}

fn linked(account: &str, how: How) -> Place {
    Place::Linked(account.into(), how)
}

fn candidates(place: &Place) -> Vec<&str> {
    match place {
        Place::Conflict { accounts, .. } => accounts.iter().map(AccountId::as_str).collect(),
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn an_id_or_a_domain_that_both_have_alone_is_enough_and_a_name_never_is() {
    let mut stated = account("globex", "globex", "globex.com");
    stated.states = Some("R2".into());
    let accounts = [account("acme", "acme robotics", "acme.com"), stated, account("hooli", "hooli", "")];
    let records = [
        record("R1", "acme", "acme.com"),
        record("R2", "something else", ""),
        record("R3", "hooli", "hooli.com"),
        record("R4", "initech", "initech.com"),
        record("R5", "", "nameless.com"),
    ];
    let places = place(&records, &accounts);
    assert_eq!(places[0], linked("acme", How::Domain));
    assert_eq!(places[1], linked("globex", How::Stated));
    assert_eq!(candidates(&places[2]), ["hooli"]);
    assert_eq!(places[3], Place::New);
    assert_eq!(candidates(&places[4]), [""; 0]);
}

#[test]
fn two_records_of_one_domain_or_one_name_are_for_a_person() {
    let accounts = [account("acme", "acme", "acme.com")];
    let two = [record("R1", "acme", "acme.com"), record("R2", "acme west", "acme.com")];
    for one in place(&two, &accounts) {
        assert_eq!(candidates(&one), ["acme"]);
    }
    let namesakes = [record("R1", "acme", "acme.com"), record("R2", "acme", "acme-foods.com")];
    let places = place(&namesakes, &[]);
    assert!(places.iter().all(|one| matches!(one, Place::Conflict { .. })), "{places:?}");
    // The domain says which of the namesakes is ours; the other one is for a person.
    let places = place(&namesakes, &accounts);
    assert_eq!(places[0], linked("acme", How::Domain));
    assert_eq!(candidates(&places[1]), ["acme"]);
}

#[test]
fn a_domain_of_several_accounts_is_no_id() {
    let accounts = [account("acme", "acme", "acme.com"), account("acme-west", "acme west", "acme.com")];
    let places = place(&[record("R1", "acme north", "acme.com")], &accounts);
    assert_eq!(candidates(&places[0]), ["acme", "acme-west"]);
}

#[test]
fn a_subsidiary_does_not_take_its_parent_s_domain() {
    let child = Record { parent: Some("R1".into()), ..record("R2", "acme west", "acme.com") };
    let accounts = [account("acme", "acme", "acme.com")];
    let places = place(&[record("R1", "acme", "acme.com"), child.clone()], &accounts);
    assert_eq!(places, [linked("acme", How::Domain), Place::New]);
    let unwanted = Record { chosen: Some(Chosen::Skip), ..record("R1", "acme", "acme.com") };
    let places = place(&[unwanted, child.clone(), record("R3", "acme gmbh", "acme.com")], &accounts);
    assert_eq!(places, [Place::Skipped, Place::New, linked("acme", How::Domain)]);
    let namesake = Record { key: "acme".into(), ..child };
    let places = place(&[record("R1", "acme", "acme.com"), namesake], &accounts);
    assert_eq!(candidates(&places[1]), ["acme"], "one name, so a person looks");
}

#[test]
fn what_a_person_chose_stands_and_the_rest_stays_for_them() {
    let accounts = [account("acme", "acme", "acme.com")];
    let chosen = Record { chosen: Some(Chosen::Account("acme".into())), ..record("R1", "acme", "acme.com") };
    let other = record("R2", "acme", "acme.com");
    let places = place(&[chosen.clone(), other.clone()], &accounts);
    assert_eq!(places[0], linked("acme", How::Chosen));
    assert_eq!(candidates(&places[1]), ["acme"]);
    let skipped = Record { chosen: Some(Chosen::Skip), ..other };
    let alone = Record { chosen: None, ..chosen };
    assert_eq!(place(&[alone, skipped], &accounts), [linked("acme", How::Domain), Place::Skipped]);
}

#[test]
fn after_a_merger_the_survivor_is_what_the_loser_was() {
    let accounts = [account("acme", "acme", "")];
    let loser = Record {
        merged_into: Some("R2".into()),
        was: Some(("acme".into(), How::Made)),
        ..record("R1", "acme", "acme.com")
    };
    let places = place(&[loser.clone(), record("R2", "acme corporation", "acme.com")], &accounts);
    assert_eq!(places, [Place::Merged("R2".into()), linked("acme", How::Made)]);
    let child = Record { parent: Some("R1".into()), ..record("R3", "acme west", "acme.com") };
    let family = [loser.clone(), record("R2", "acme corporation", "acme.com"), child];
    assert_eq!(place(&family, &accounts)[2], Place::New, "it belongs to the survivor now");
    let ring = [loser, Record { merged_into: Some("R1".into()), ..record("R2", "acme", "") }];
    assert!(place(&ring, &accounts).iter().all(|one| matches!(one, Place::Merged(_))), "comes to an end");
}

#[test]
fn a_link_that_was_stays_until_a_domain_speaks_against_it() {
    let accounts = [account("acme", "acme", "acme.com"), account("globex", "globex", "globex.com")];
    let was = |domain: &str| Record { was: Some(("acme".into(), How::Domain)), ..record("R1", "acme", domain) };
    assert_eq!(place(&[was("")], &accounts), [linked("acme", How::Domain)]);
    assert_eq!(place(&[was("acme.de")], &accounts), [linked("acme", How::Domain)]);
    assert_eq!(candidates(&place(&[was("globex.com")], &accounts)[0]), ["acme", "globex"]);
    let gone = Record { gone: true, ..was("acme.com") };
    assert_eq!(place(&[gone], &accounts), [Place::Gone]);
    assert_eq!(place(&[was("")], &[]), [Place::New], "its account is no longer here");
}

#[test]
fn two_records_that_come_to_one_account_are_parted() {
    let accounts = [account("acme", "acme", "acme.com")];
    let was = Record { was: Some(("acme".into(), How::Made)), ..record("R1", "acme west", "") };
    let places = place(&[was, record("R2", "acme corporation", "acme.com")], &accounts);
    assert!(places.iter().all(|one| candidates(one) == ["acme"]), "{places:?}");
}
