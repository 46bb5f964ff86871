//! The shipped playbook, and what is said of a broken one.

use super::super::{Relation, Trigger};
use super::*;

#[test]
fn the_shipped_playbook_has_no_problems() {
    let problems = Playbook::shipped().unwrap().problems();
    assert!(problems.is_empty(), "{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_play_that_was_asked_for_is_there() {
    use AccountKind::{Client, Competitor, Partner, Prospect};
    let table: &[(AccountKind, SignalType, Role, &str)] = &[
        (Client, SignalType::Acquisition, Role::Target, "client-acquired"),
        (Client, SignalType::Acquisition, Role::Acquirer, "client-acquires"),
        (Client, SignalType::Acquisition, Role::MergerParty, "client-merger"),
        (Client, SignalType::Divestiture, Role::Seller, "client-divests"),
        (Client, SignalType::Divestiture, Role::Asset, "client-sold"),
        (Client, SignalType::Layoffs, Role::Employer, "client-layoffs"),
        (Client, SignalType::Closure, Role::Operator, "client-layoffs"),
        (Client, SignalType::LeadershipChange, Role::AppointedBy, "client-new-executive"),
        (Client, SignalType::LeadershipChange, Role::DepartedFrom, "client-executive-left"),
        (Client, SignalType::Breach, Role::Victim, "client-breach"),
        (Client, SignalType::Funding, Role::Issuer, "client-good-news"),
        (Client, SignalType::Ipo, Role::Issuer, "client-good-news"),
        (Client, SignalType::ContractWin, Role::Supplier, "client-good-news"),
        (Client, SignalType::Award, Role::Winner, "client-good-news"),
        (Client, SignalType::Distress, Role::Debtor, "client-distress"),
        (Client, SignalType::ContractLoss, Role::Supplier, "client-contract-lost"),
        (Client, SignalType::Hiring, Role::Employer, "client-grows"),
        (Client, SignalType::Expansion, Role::Operator, "client-grows"),
        (Client, SignalType::ProductLaunch, Role::Maker, "client-grows"),
        (Client, SignalType::ProductEnd, Role::Maker, "client-product-end"),
        (Client, SignalType::Partnership, Role::Partner, "client-partnership"),
        (Client, SignalType::Earnings, Role::Reporter, "client-results"),
        (Client, SignalType::Legal, Role::Defendant, "client-legal"),
        (Client, SignalType::Regulatory, Role::Regulated, "client-regulatory"),
        (Client, SignalType::Outage, Role::Operator, "client-outage"),
        (Client, SignalType::Recall, Role::Maker, "client-recall"),
        (Client, SignalType::Procurement, Role::Buyer, "client-procurement"),
        (Client, SignalType::Reputation, Role::Criticised, "client-reputation"),
        (Client, SignalType::LaborDispute, Role::Employer, "client-labour-dispute"),
        (Competitor, SignalType::PricingChange, Role::PriceSetter, "rival-offer"),
        (Competitor, SignalType::ProductLaunch, Role::Maker, "rival-offer"),
        (Competitor, SignalType::ProductEnd, Role::Maker, "rival-offer"),
        (Competitor, SignalType::ContractWin, Role::Supplier, "rival-business"),
        (Competitor, SignalType::Acquisition, Role::Acquirer, "rival-deal"),
        (Competitor, SignalType::Marketing, Role::Brand, "rival-growth"),
        (Competitor, SignalType::Breach, Role::Victim, "rival-trouble"),
        (Competitor, SignalType::LeadershipChange, Role::AppointedBy, "rival-people"),
        (Prospect, SignalType::LeadershipChange, Role::AppointedBy, "prospect-new-executive"),
        (Prospect, SignalType::Procurement, Role::Buyer, "prospect-procurement"),
        (Prospect, SignalType::Funding, Role::Issuer, "prospect-grows"),
        (Partner, SignalType::Acquisition, Role::Target, "partner-changes-hands"),
        (Partner, SignalType::Breach, Role::Victim, "partner-incident"),
        (Partner, SignalType::Distress, Role::Debtor, "partner-trouble"),
        (Partner, SignalType::PricingChange, Role::PriceSetter, "partner-offer"),
    ];
    for (kind, of, role, play) in table {
        let mut world = World::of(vec![account("acme", *kind)]);
        let heard = world.hear(&[signal("acme", *of, *role)]);
        assert_eq!(heard.plays(), [*play], "{kind:?} {of:?} {role:?} {:?}", heard.refused);
    }
}

#[test]
fn every_type_in_every_role_is_answered_without_a_slip() {
    let people = [None, Some("Jane Acme"), Some("Rosa Lind")];
    for kind in
        [AccountKind::Client, AccountKind::Competitor, AccountKind::Prospect, AccountKind::Partner, AccountKind::Topic]
    {
        let mut world = World::of(vec![account("acme", kind), rival("beta")]);
        for of in SignalType::ALL {
            for role in Role::ALL {
                for (person, other) in people.iter().zip([None, Some("Beta"), Some("Somebody Else Ltd")]) {
                    for direction in [None, Some(Direction::Down)] {
                        world.cards.clear();
                        let mut signal = signal("acme", *of, *role);
                        signal.person = person.map(str::to_owned);
                        signal.counterparty = other.map(str::to_owned);
                        signal.direction = direction;
                        for card in world.hear(&[signal]).born {
                            let lines = card.opening.iter().chain(&card.questions).chain(&card.talking_points);
                            for line in lines.chain([&card.title, &card.why]) {
                                assert!(!line.contains(['{', '}']) && !line.contains("  "), "{line}");
                            }
                            assert!(
                                card.opening.is_some() || card.approach == Approach::Internal,
                                "{} is mute",
                                card.play
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_broken_playbook_is_told_where() {
    type Edit = fn(&mut Playbook);
    let cases: &[(&str, &str, Edit)] = &[
        ("id", "earlier play", |book| book.plays[1].id = book.plays[0].id.clone()),
        ("opening", "unknown placeholder {teem}", |book| book.plays[0].opening.push("Hello {teem}".into())),
        ("opening", "last variant", |book| book.plays[0].opening = vec!["About {area}".into()]),
        ("questions", "banned phrase", |book| book.plays[0].questions.push("Just checking in?".into())),
        ("questions", "banned phrase", |book| {
            let play = book.plays.iter_mut().find(|play| play.tact).unwrap();
            play.questions.push("Time for an upgrade?".into());
        }),
        ("why", "at least one", |book| book.plays[0].why.clear()),
        ("relation", "at least one", |book| book.plays[0].relation.clear()),
        ("weight", "0.5–2", |book| book.plays[0].weight = 7.0),
        ("min_confidence", "0–1", |book| book.plays[0].min_confidence = f64::NAN),
        ("when.types", "name kinds", |book| book.plays[0].when = Trigger::default()),
        ("when.statuses", "never make a card", |book| book.plays[0].when.statuses.push(Status::Rumoured)),
        ("when.whose", "clients only", |book| {
            book.plays[0].when.whose = Relation::Rival;
            book.plays[0].relation = vec![AccountKind::Partner];
        }),
        ("approval", "needs approval", |book| {
            let play = book.plays.iter_mut().find(|play| play.tact).unwrap();
            play.approval = false;
        }),
        ("direction", "does not sell", |book| {
            let play = book.plays.iter_mut().find(|play| play.tact).unwrap();
            play.direction = Approach::Marketing;
        }),
        ("banned", "bans nothing", |book| book.banned.push(" ".into())),
    ];
    for (field, words, edit) in cases {
        let mut book = Playbook::shipped().unwrap();
        edit(&mut book);
        let problems = book.problems();
        assert!(
            problems.iter().any(|problem| problem.field == *field && problem.message.contains(words)),
            "{field} {words}: {problems:?}"
        );
    }
}

#[test]
fn unknown_keys_are_refused_and_a_playbook_survives_its_own_writing() {
    assert!(toml::from_str::<Playbook>("[[play]]\nid = \"x\"\nnmae = \"y\"").is_err());
    assert!(toml::from_str::<Playbook>("bannd = []").is_err());
    let book = Playbook::shipped().unwrap();
    assert_eq!(toml::from_str::<Playbook>(&toml::to_string(&book).unwrap()).unwrap(), book);
    assert_eq!(toml::from_str::<Settings>("daily_new = 3").unwrap().daily_new, 3);
    assert!(toml::from_str::<Settings>("dayly_new = 3").is_err());
    let schema = serde_json::to_string(&schemars::schema_for!(Playbook)).unwrap();
    assert!(schema.contains("min_confidence") && schema.contains("headline_only"));
}
