//! How the wording of every play reads, filled with much and with little.

use super::super::wording::{PLACEHOLDERS, Words, banned_in};
use super::super::{Play, compose};
use super::*;

/// What each placeholder may stand for.
fn example(name: &str) -> &'static str {
    match name {
        "account" => "Acme Systems",
        "event" => "the acquisition by Globex",
        "date" => "24 November 2026",
        "contact" => "Ruth Okafor",
        "person" | "newcomer" | "promoted" => "Rosa Lind",
        "counterparty" | "acquirer" => "Globex",
        "target" => "Initech",
        "rival" => "Palletron Systems",
        "area" => "warehouse software",
        "goal" => "shorter queues",
        "amount" => "7",
        "renewal" => "31 March 2027",
        "last_contact" => "1 September 2026",
        "useful_item" => "“Depots want robots”",
        "reference" => "ticket 123",
        "topic" => "warehouse robots",
        "quote" => "“Every second operator plans to buy some.”",
        "publisher" => "The Herald",
        other => panic!("no example of {{{other}}}"),
    }
}

fn words(all: bool) -> Words {
    let mut words = Words::default();
    for (name, _) in PLACEHOLDERS.iter().filter(|(_, always)| all || *always) {
        words.set(name, Some(example(name)));
    }
    words
}

fn card(play: &Play, words: &Words) -> TouchPoint {
    let account = Account { id: "acme".into(), name: "Acme Systems".into(), ..Account::default() };
    compose::frame(&account, "story:s1".into(), (&Playbook::default(), play), words, &Settings::default(), now())
}

/// Every line of a card, and whether it is said to somebody.
fn lines(card: &TouchPoint) -> Vec<(&str, bool)> {
    let spoken = card.opening.iter().chain(&card.talking_points).chain(&card.questions);
    let read = card.avoid.iter().chain([&card.why]);
    let inside = |line: &str| line.starts_with("Inside: ");
    spoken.map(|line| (line.as_str(), !inside(line))).chain(read.map(|line| (line.as_str(), false))).collect()
}

fn check(play: &Play, line: &str, spoken: bool) {
    let told = format!("{}: {line:?}", play.id);
    assert!(!line.trim().is_empty() && line.trim() == line, "{told}");
    for wrong in ["{", "}", "  ", "None", "Some(", " .", " ,", " ?", " :", "..", ",.", "“”", "()", "the the "] {
        assert!(!line.contains(wrong), "{wrong:?} in {told}");
    }
    let begins = line.chars().next().is_some_and(|first| first.is_uppercase() || "“0123456789".contains(first));
    assert!(begins, "{told}");
    assert!(!spoken || line.ends_with(['.', '?', '!']), "{told}");
    if spoken {
        let tact = play.tact.then_some(&SHIPPED.tact_banned).into_iter().flatten();
        let banned = SHIPPED.banned.iter().chain(tact).chain(&play.banned);
        assert_eq!(banned_in(line, banned), None, "{told}");
    }
}

#[test]
fn every_play_reads_well_with_much_and_with_little() {
    for play in &SHIPPED.plays {
        for all in [true, false] {
            let card = card(play, &words(all));
            assert!(!card.why.is_empty(), "{} says no why", play.id);
            assert!(card.opening.is_some() || play.opening.is_empty(), "{} is mute", play.id);
            for (line, spoken) in lines(&card) {
                check(play, line, spoken);
            }
        }
        // Each variant of its own, not only the first that can be filled.
        for variant in play.why.iter().chain(&play.opening) {
            check(play, &words(true).fill(variant).unwrap(), play.opening.contains(variant));
        }
    }
}

#[test]
fn every_play_that_goes_outside_asks_or_says_something() {
    for play in &SHIPPED.plays {
        let outside = super::super::gate::is_outward(play.action);
        assert!(!outside || !play.opening.is_empty(), "{} opens nothing", play.id);
        assert!(!outside || !play.never.is_empty(), "{} says nothing to avoid", play.id);
        assert!(outside || !play.inside.is_empty(), "{} asks nothing inside", play.id);
    }
}

fn appointed(account: Account) -> TouchPoint {
    let kind = account.kind;
    let mut world = World::of(vec![account]);
    let mut signal = signal("acme", SignalType::LeadershipChange, Role::AppointedBy);
    signal.person = Some("Rosa Lind".into());
    let heard = world.hear(&[signal]);
    assert_eq!(heard.born.len(), 1, "{kind:?}: {:?}", heard.refused);
    heard.born[0].clone()
}

#[test]
fn a_welcome_reaches_the_one_who_is_welcome() {
    for kind in [AccountKind::Client, AccountKind::Prospect] {
        let known = appointed(account("acme", kind));
        assert_eq!(known.contact.as_deref(), Some("Jane Acme"));
        let opening = known.opening.unwrap();
        assert!(opening.contains("introduce us") && !opening.starts_with("Welcome"), "{opening}");

        let nobody = appointed(Account { contacts: Vec::new(), ..account("acme", kind) });
        assert_eq!(nobody.contact.as_deref(), Some("Rosa Lind"));
        assert!(nobody.opening.unwrap().starts_with("Welcome, Rosa Lind."));
        assert!(nobody.title.starts_with("Note to Rosa Lind, Acme"), "{}", nobody.title);

        let contacts = vec![
            Contact { name: "Jane Acme".into(), sponsor: true, ..Contact::default() },
            Contact { name: "Rosa Lind".into(), ..Contact::default() },
        ];
        let promoted = appointed(Account { contacts, ..account("acme", kind) });
        assert_eq!(promoted.contact.as_deref(), Some("Rosa Lind"));
        assert!(promoted.opening.unwrap().starts_with("All the best in the new post, Rosa Lind."));
    }
}

#[test]
fn what_is_new_is_named_in_the_words_of_the_report() {
    let heard = |kind: AccountKind, of: SignalType, role: Role, headline: &str| {
        let mut world = World::of(vec![account("acme", kind)]);
        let mut signal = signal("acme", of, role);
        signal.subject = "Acme".into();
        signal.evidence[0].quote = headline.into();
        signal.evidence[0].span = Span::title(0, headline.len());
        world.hear(&[signal]).born.remove(0)
    };
    let launch = heard(AccountKind::Client, SignalType::ProductLaunch, Role::Maker, "Acme launches PalletOne robot");
    assert_eq!(launch.title, "Note to Jane Acme, Acme: launches PalletOne robot, 25 Nov");
    assert_eq!(
        launch.opening.as_deref(),
        Some("Saw “Acme launches PalletOne robot”. What will it take from your team?")
    );
    let site = heard(AccountKind::Prospect, SignalType::Expansion, Role::Operator, "New plant for Acme in Gdansk");
    assert!(site.title.contains("New plant for Acme in Gdansk"), "{}", site.title);
    assert!(site.opening.as_deref().unwrap().contains("“New plant for Acme in Gdansk”"), "{:?}", site.opening);
    let rival = heard(AccountKind::Competitor, SignalType::ProductLaunch, Role::Maker, "Acme launches PalletOne robot");
    assert!(rival.why.starts_with("Acme: “Acme launches PalletOne robot”. Write down"), "{}", rival.why);
}
