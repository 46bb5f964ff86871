//! The brief from invented weeks.

use chrono_tz::Tz;

use super::*;
use crate::model::*;
use crate::store::feeds::FeedLife;

/// Wednesday noon in Berlin.
fn now() -> Time {
    "2026-03-04T11:00:00Z".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn window() -> Window {
    Window::last_week(now(), Tz::Europe__Berlin)
}

fn account(id: &str, kind: AccountKind) -> Account {
    let industry = Relation { kind: RelationKind::InIndustry, to: AccountId::from("robots") };
    Account {
        id: AccountId::from(id),
        kind,
        name: format!("The {id}"),
        owner: (kind == AccountKind::Client).then(|| if id == "beta" { "tom" } else { "mia" }.to_owned()),
        relations: vec![industry],
        ..Account::default()
    }
}

fn watchlist() -> Watchlist {
    let mut acme = account("acme", AccountKind::Client);
    acme.tier = Tier::A;
    acme.renewal = Some(day("2026-04-01"));
    let mut beta = account("beta", AccountKind::Client);
    beta.renewal = Some(day("2026-03-10"));
    beta.last_contact = Some(day("2026-01-02"));
    let mut late = account("gamma", AccountKind::Client);
    late.renewal = Some(day("2027-01-01"));
    Watchlist::new(vec![
        acme,
        beta,
        late,
        account("rival", AccountKind::Competitor),
        account("robots", AccountKind::Topic),
    ])
}

fn sources(own_feed_of: Option<&str>, general: usize) -> Vec<Source> {
    let feed = |id: String, account: Option<&str>| Feed {
        url: format!("https://news.example/{id}"),
        id: FeedId(id),
        kind: FeedKind::Rss,
        account: account.map(AccountId::from),
        ..Feed::default()
    };
    let mut feeds: Vec<Feed> = (0..general).map(|number| feed(format!("general-{number}"), None)).collect();
    feeds.extend(own_feed_of.map(|account| feed("own".to_owned(), Some(account))));
    vec![Source {
        id: SourceId::from("news"),
        name: "News".to_owned(),
        country: None,
        language: None,
        own: false,
        wire: false,
        show_full_text: false,
        fetch: FetchMode::Feed,
        rest_scope: None,
        retention_days: None,
        feeds,
    }]
}

fn feed_state(id: &str, last_success: Option<&str>, error: Option<&str>) -> FeedState {
    FeedState {
        paused_by: None,
        id: FeedId::from(id),
        url: format!("https://news.example/{id}"),
        state: FeedLife::Active,
        title: None,
        validators: Validators::default(),
        hints: PollHints::default(),
        next_poll: now(),
        next_why: String::new(),
        last_attempt: Some(now()),
        last_success: last_success.map(|at| at.parse().unwrap()),
        last_new: None,
        outcome: None,
        error: error.map(str::to_owned),
        failures: u32::from(error.is_some()),
        failing_since: None,
        told_broken: None,
        warnings: Vec::new(),
        fence: 1,
    }
}

fn evidence(quote: &str, level: EvidenceLevel) -> Evidence {
    Evidence {
        article: ArticleId::from("a1"),
        version: 1,
        content_hash: "h".to_owned(),
        span: Span::title(0, quote.len()),
        quote: quote.to_owned(),
        url: Some("https://news.example/1".to_owned()),
        publisher: Some("Ledger".to_owned()),
        published: now(),
        level,
    }
}

fn card(account: &str, story: &str, state: TouchPointState) -> TouchPoint {
    let client = !matches!(account, "rival");
    TouchPoint {
        id: TouchPointId::born_at(now()),
        account: AccountId::from(account),
        cause: format!("story:{story}"),
        play: PlayId::from("play"),
        playbook: None,
        signal_type: Some(SignalType::Layoffs),
        action: if client { Action::Call } else { Action::Battlecard },
        approach: Approach::Pull,
        title: format!("Call the {account}: {story}"),
        why: "It cut 40 jobs".to_owned(),
        evidence: vec![evidence("It cut 40 jobs", EvidenceLevel::FullText)],
        opening: None,
        talking_points: Vec::new(),
        questions: vec!["Inside: What changed?".to_owned(), "Inside: So what: whom does it touch?".to_owned()],
        avoid: Vec::new(),
        checks: Vec::new(),
        approval: false,
        tact: false,
        alarm: false,
        contact: None,
        owner: client.then(|| if account == "beta" { "tom" } else { "mia" }.to_owned()),
        due: day("2026-03-06"),
        state,
        snoozed_until: None,
        snoozed_from: None,
        dismissal: None,
        outcome: None,
        ended: None,
        gate: Gate::default(),
        priority: crate::model::Priority { total: 1.0, factors: Vec::new() },
        signals: Vec::new(),
        stands_for: Vec::new(),
        offered: None,
        revision: 1,
        backfilled: false,
        created: now(),
        updated: now(),
    }
}

fn signal(account: &str, story: &str, status: Status, level: EvidenceLevel) -> Signal {
    Signal {
        id: SignalId::from(format!("g-{account}-{story}")),
        story: StoryId::from(story),
        account: AccountId::from(account),
        kind: SignalType::Acquisition,
        role: Role::Target,
        subject: account.to_owned(),
        counterparty: None,
        counter_role: None,
        person: None,
        manner: None,
        direction: None,
        amount: None,
        status,
        confidence: 0.8,
        about: true,
        origins: 1,
        reports: 1,
        evidence: vec![evidence("It is said to be for sale", level)],
        first_at: now(),
        last_at: now(),
        withdrawn: false,
        backfilled: false,
    }
}

fn step(card: &TouchPoint, step: Step) -> (TouchPointId, StepRecord) {
    (card.id, StepRecord { step, at: now(), who: Actor::person("mia"), note: None })
}

fn volume(account: &str, stories: u64) -> Volume {
    Volume { account: AccountId::from(account), articles: stories * 2, stories, publishers: stories }
}

fn composed(material: &Material, owner: Option<&str>) -> Brief {
    let (watchlist, sources, window) = (watchlist(), sources(None, 1), window());
    let request = Request { watchlist: &watchlist, sources: &sources, window: &window, owner, now: now() };
    compose(material, &request)
}

fn looked() -> Vec<FeedState> {
    vec![feed_state("general-0", Some("2026-03-04T08:00:00Z"), None)]
}

#[test]
fn an_empty_week_is_a_brief_all_the_same() {
    let brief = composed(&Material { feeds: looked(), ..Material::default() }, None);
    assert!(brief.top.is_empty() && brief.overdue.is_empty() && brief.rival_moves.is_empty() && brief.lines.is_empty());
    assert_eq!((brief.from, brief.to), (day("2026-02-26"), day("2026-03-04")));
    assert_eq!(brief.quiet.accounts.len(), 3, "nobody was named");
    assert_eq!(brief.topics[0].stories, 0, "a watched topic is told even where nothing was written");
}

#[test]
fn alarms_come_first_and_five_are_shown() {
    let mut open: Vec<TouchPoint> =
        (0..7).map(|number| card("acme", &format!("s{number}"), TouchPointState::Ready)).collect();
    open[6].alarm = true;
    open[2].priority.total = 3.0;
    let mut battlecard = card("rival", "s9", TouchPointState::Ready);
    battlecard.priority.total = 9.0;
    open.push(battlecard);
    let brief = composed(&Material { open, ..Material::default() }, None);
    assert_eq!((brief.top.len(), brief.waiting), (5, 7), "battlecard entries stand among the moves");
    assert!(brief.top[0].alarm && brief.top[1].title.ends_with("s2"), "{:?}", brief.top);
}

#[test]
fn what_was_accepted_and_not_done_is_overdue() {
    let mut late = card("acme", "s1", TouchPointState::Accepted);
    late.due = day("2026-03-02");
    let mut ready = card("acme", "s2", TouchPointState::Ready);
    ready.due = day("2026-03-02");
    let brief = composed(&Material { open: vec![late.clone(), ready], ..Material::default() }, None);
    assert_eq!(brief.overdue.len(), 1);
    assert_eq!((brief.overdue[0].card, brief.overdue[0].days), (late.id, 2));
    assert_eq!(brief.top.len(), 1, "told once");
}

#[test]
fn renewals_are_soonest_first_and_unknown_contact_stays_unknown() {
    let brief = composed(&Material::default(), None);
    let told: Vec<_> = brief.renewals.iter().map(|renewal| (renewal.account.as_str(), renewal.days)).collect();
    assert_eq!(told, [("beta", 6), ("acme", 28)]);
    assert_eq!(brief.renewals[0].last_contact, Some(day("2026-01-02")));
    assert_eq!(brief.renewals[1].last_contact, None);
}

#[test]
fn an_owner_sees_only_what_concerns_them() {
    let open = vec![card("acme", "s1", TouchPointState::Ready), card("beta", "s2", TouchPointState::Ready)];
    let recent = vec![card("rival", "s3", TouchPointState::Ready)];
    let brief = composed(&Material { open, recent, feeds: looked(), ..Material::default() }, Some("tom"));
    assert_eq!(brief.top.iter().map(|card| card.owner.as_deref()).collect::<Vec<_>>(), [Some("tom")]);
    assert_eq!(brief.renewals.len(), 1);
    assert_eq!(brief.quiet.clients, 1);
    assert_eq!(brief.rival_moves[0].touches, ["The beta"], "a rival concerns whoever has a client exposed to it");
}

#[test]
fn silence_is_not_told_where_nobody_could_look() {
    let (watchlist, window) = (watchlist(), window());
    let compose_with = |sources: &[Source], feeds: Vec<FeedState>| {
        let request = Request { watchlist: &watchlist, sources, window: &window, owner: None, now: now() };
        compose(&Material { feeds, volumes: vec![volume("gamma", 1)], ..Material::default() }, &request).quiet
    };
    let good = |id: &str| feed_state(id, Some("2026-03-04T08:00:00Z"), None);
    let bad = |id: &str| feed_state(id, Some("2026-02-12T08:00:00Z"), Some("404 not found"));

    let quiet = compose_with(
        &sources(Some("acme"), 3),
        vec![good("general-0"), good("general-1"), good("general-2"), bad("own")],
    );
    assert_eq!(quiet.accounts.iter().map(|one| one.account.as_str()).collect::<Vec<_>>(), ["beta"]);
    assert_eq!((quiet.could_not_look.len(), quiet.feeds, quiet.blind), (1, 4, false));
    assert_eq!(quiet.could_not_look[0].since, Some(day("2026-02-12")));
    assert_eq!(quiet.could_not_look[0].why, "404 not found");

    let broken = (1..6).map(|number| bad(&format!("general-{number}"))).chain([good("general-0")]).collect();
    let quiet = compose_with(&sources(None, 6), broken);
    assert!(quiet.blind && quiet.accounts.is_empty(), "5 of 6 broken: {quiet:?}");

    let quiet = compose_with(&sources(None, 1), Vec::new());
    assert_eq!((quiet.could_not_look[0].since, quiet.could_not_look[0].why.as_str()), (None, "never asked yet"));
}

#[test]
fn r68_who_could_not_be_looked_after_is_named_and_not_called_quiet() {
    let (watchlist, window) = (watchlist(), window());
    let quiet = |sources: &[Source], material: Material| {
        let request = Request { watchlist: &watchlist, sources, window: &window, owner: None, now: now() };
        compose(&material, &request).quiet
    };
    let at = |text: &str| -> Time { text.parse().unwrap() };
    let good = |id: &str| feed_state(id, Some("2026-03-04T08:00:00Z"), None);
    let bad = |id: &str| feed_state(id, Some("2026-02-12T08:00:00Z"), Some("404 not found"));
    let names = |quiet: &Quiet| quiet.unseen.iter().map(|one| one.account.0.clone()).collect::<Vec<_>>();
    let calm = |quiet: &Quiet| quiet.accounts.iter().map(|one| one.account.0.clone()).collect::<Vec<_>>();

    // The feed that usually names a client is broken; the others are read.
    let named_by = HashMap::from([(AccountId::from("beta"), HashSet::from([FeedId::from("general-1")]))]);
    let feeds = vec![good("general-0"), bad("general-1"), good("general-2")];
    let found = quiet(&sources(None, 3), Material { feeds, named_by: named_by.clone(), ..Material::default() });
    assert_eq!((names(&found), calm(&found)), (vec!["beta".to_owned()], vec!["acme".to_owned(), "gamma".to_owned()]));
    assert_eq!((found.unseen[0].since, found.unseen[0].until), (Some(day("2026-02-12")), None));
    assert_eq!(
        (found.unseen[0].feeds.as_slice(), found.unseen[0].last_contact),
        (&["general-1".to_owned()][..], Some(day("2026-01-02")))
    );

    // Five of six are broken: nobody is quiet, everybody is told.
    let feeds = (1..6).map(|number| bad(&format!("general-{number}"))).chain([good("general-0")]).collect();
    let found = quiet(&sources(None, 6), Material { feeds, ..Material::default() });
    assert!(found.blind && found.accounts.is_empty());
    assert_eq!(names(&found), ["acme", "beta", "gamma"], "top tier first");
    assert_eq!(found.unseen[0].feeds.len(), 5);

    // It is read again, but was not for most of these days.
    let gap = |since: &str, until: &str| Gap {
        feed: FeedId::from("general-0"),
        since: at(since),
        until: at(until),
        why: "503".to_owned(),
    };
    let with_gap = |gap: Gap| {
        quiet(&sources(None, 1), Material { feeds: vec![good("general-0")], gaps: vec![gap], ..Material::default() })
    };
    let found = with_gap(gap("2026-02-12T08:00:00Z", "2026-03-04T08:00:00Z"));
    assert_eq!((found.unseen[0].since, found.unseen[0].until), (Some(day("2026-02-12")), Some(day("2026-03-04"))));
    let found = with_gap(gap("2026-02-12T08:00:00Z", "2026-02-26T08:00:00Z"));
    assert_eq!(calm(&found).len(), 3, "some hours of these days are no blindness: {found:?}");

    // It answers, and brings nothing.
    let silent = HashMap::from([(
        FeedId::from("general-0"),
        Silence { since: at("2026-01-10T08:00:00Z"), usual: TimeDelta::days(1) },
    )]);
    let found = quiet(&sources(None, 1), Material { feeds: vec![good("general-0")], silent, ..Material::default() });
    assert!(found.accounts.is_empty() && found.could_not_look[0].why.contains("gone silent"), "{found:?}");

    // A feed that skips the weekend is no blind one; a feed that was never polled is.
    let rested = FeedState { next_poll: now(), ..feed_state("general-0", Some("2026-03-01T08:00:00Z"), None) };
    let found = quiet(&sources(None, 1), Material { feeds: vec![rested], ..Material::default() });
    assert_eq!(calm(&found).len(), 3, "{found:?}");
    let found =
        quiet(&sources(None, 1), Material { feeds: vec![feed_state("general-0", None, None)], ..Material::default() });
    assert!(found.accounts.is_empty() && found.unseen[0].since.is_none(), "{found:?}");

    // Nobody's feed, and only another's own one.
    let found = quiet(&sources(Some("acme"), 0), Material { feeds: vec![good("own")], ..Material::default() });
    assert_eq!((names(&found), calm(&found)), (vec!["beta".to_owned(), "gamma".to_owned()], vec!["acme".to_owned()]));
    assert!(found.unseen.iter().all(|unseen| unseen.feeds.is_empty()), "no feed covers them");

    // Named, but in a language without cues.
    let only = MentionOnly { account: AccountId::from("beta"), language: "pl".to_owned(), articles: 4 };
    let named = |articles: u64| Material {
        feeds: looked(),
        volumes: vec![Volume { articles, ..volume("beta", 1) }],
        mention_only: vec![only.clone()],
        ..Material::default()
    };
    let found = quiet(&sources(None, 1), named(4));
    assert_eq!((found.mention_only.as_slice(), calm(&found).len()), (&[only.clone()][..], 2));
    assert!(quiet(&sources(None, 1), named(5)).mention_only.is_empty(), "one of five was understood");
}

#[test]
fn three_moves_with_so_what_and_entries_before_bare_signals() {
    let recent: Vec<TouchPoint> =
        (0..3).map(|number| card("rival", &format!("s{number}"), TouchPointState::Ready)).collect();
    let mut gone = card("rival", "s8", TouchPointState::Dismissed);
    gone.dismissal = Some(DismissalCode::Trivial);
    let signals = vec![
        signal("rival", "s0", Status::Completed, EvidenceLevel::FullText),
        signal("rival", "s5", Status::Completed, EvidenceLevel::FullText),
        signal("rival", "s6", Status::Rumoured, EvidenceLevel::FullText),
        signal("rival", "s8", Status::Completed, EvidenceLevel::FullText),
        signal("acme", "s7", Status::Completed, EvidenceLevel::FullText),
    ];
    let material = Material { recent: recent.into_iter().chain([gone]).collect(), signals, ..Material::default() };
    let brief = composed(&material, None);
    assert_eq!((brief.rival_moves.len(), brief.rival_moves_in_all), (3, 4), "s5 has no entry, s8 was dismissed");
    assert_eq!(brief.rival_moves[0].so_what.as_deref(), Some("whom does it touch?"));
    assert_eq!(brief.rival_moves[0].touches, ["The acme", "The beta", "The gamma"]);
}

#[test]
fn rumours_and_headlines_are_lines_until_a_card_is_there() {
    let reason = |story: &str| (StoryId::from(story), AccountId::from("acme"), "why not".to_owned());
    let signals = vec![
        signal("acme", "s1", Status::Rumoured, EvidenceLevel::FullText),
        signal("acme", "s2", Status::Completed, EvidenceLevel::HeadlineOnly),
        signal("acme", "s3", Status::Completed, EvidenceLevel::FullText),
        signal("acme", "s4", Status::Rumoured, EvidenceLevel::FullText),
    ];
    let material = Material {
        not_suggested: ["s1", "s1", "s2", "s3", "s4"].map(reason).to_vec(),
        open: vec![card("acme", "s4", TouchPointState::Ready)],
        signals,
        ..Material::default()
    };
    let told: Vec<_> = composed(&material, None).lines.iter().map(|line| line.unsure).collect();
    assert_eq!(told, [Unsure::Rumour, Unsure::HeadlineOnly]);
    assert!(composed(&material, Some("tom")).lines.is_empty());
}

#[test]
fn a_rumour_that_was_denied_since_is_told_as_such() {
    let rumour = signal("acme", "s1", Status::Rumoured, EvidenceLevel::FullText);
    let denial =
        Signal { kind: SignalType::Divestiture, ..signal("acme", "s2", Status::Denied, EvidenceLevel::FullText) };
    for (denial, expected) in [
        (denial.clone(), Unsure::Denied),
        (Signal { account: "beta".into(), ..denial.clone() }, Unsure::Rumour),
        (Signal { kind: SignalType::Layoffs, ..denial.clone() }, Unsure::Rumour),
        (Signal { last_at: rumour.last_at - TimeDelta::days(1), ..denial.clone() }, Unsure::Rumour),
    ] {
        let material = Material {
            not_suggested: vec![("s1".into(), "acme".into(), "why not".to_owned())],
            signals: vec![Signal { kind: SignalType::Acquisition, ..rumour.clone() }, denial],
            ..Material::default()
        };
        assert_eq!(composed(&material, None).lines[0].unsure, expected);
    }
}

#[test]
fn topics_are_set_against_the_days_before() {
    let material = Material {
        volumes: vec![volume("robots", 12)],
        volumes_before: vec![volume("robots", 7)],
        ..Material::default()
    };
    let topic = &composed(&material, None).topics[0];
    assert_eq!((topic.stories, topic.stories_before, topic.publishers, topic.reports), (12, 7, 12, 24));
}

#[test]
fn places_are_those_of_sources_and_of_domains_that_have_one() {
    let teller = |domain: &str| Teller { account: "robots".into(), feed: None, domain: domain.to_owned() };
    let told = Telling { story: StoryId::from("s1"), title: "Robots\nat work".to_owned(), origins: 3 };
    let material = Material {
        tellers: ["a.co.uk", "b.de", "c.de", "d.com", "e.io", "f.eu"].map(teller).to_vec(),
        most_told: vec![("robots".into(), told.clone()), ("acme".into(), told)],
        ..Material::default()
    };
    let topic = &composed(&material, None).topics[0];
    assert_eq!(topic.countries, ["DE", "GB"]);
    let moved: Vec<_> = topic.moved.iter().map(|moved| (moved.title.as_str(), moved.publishers)).collect();
    assert_eq!(moved, [("Robots at work", 3)]);
}

#[test]
fn what_was_taken_back_is_told_once() {
    let mut withdrawn = signal("acme", "s1", Status::Announced, EvidenceLevel::FullText);
    withdrawn.withdrawn = true;
    let mut other = signal("beta", "s2", Status::Announced, EvidenceLevel::FullText);
    other.withdrawn = true;
    let gone = card("acme", "s1", TouchPointState::Withdrawn);
    let steps = vec![step(&gone, Step::Withdrawn)];
    let material =
        Material { signals: vec![withdrawn, other], recent: vec![gone.clone()], steps, ..Material::default() };
    let brief = composed(&material, None);
    let told: Vec<_> = brief.corrections.iter().map(|one| (one.account.as_str(), one.card)).collect();
    assert_eq!(told, [("acme", Some(gone.id)), ("beta", None)]);
}

#[test]
fn outcomes_and_precision_by_type_and_source() {
    let mut done = card("acme", "s1", TouchPointState::Done);
    done.outcome = Some("she asked\nfor a visit".to_owned());
    let mut wrong = card("acme", "s2", TouchPointState::Dismissed);
    wrong.dismissal = Some(DismissalCode::WrongCompany);
    let mut known = card("beta", "s3", TouchPointState::Dismissed);
    known.dismissal = Some(DismissalCode::Known);
    known.signal_type = Some(SignalType::Funding);
    let reopened = card("acme", "s4", TouchPointState::Ready);
    let steps = vec![
        step(&done, Step::Done),
        step(&wrong, Step::Dismissed),
        step(&known, Step::Dismissed),
        step(&reopened, Step::Done),
    ];
    let mut earlier = card("acme", "s5", TouchPointState::Done);
    earlier.updated = "2026-01-10T00:00:00Z".parse().unwrap();
    let material = Material { recent: vec![done, wrong, known, reopened, earlier], steps, ..Material::default() };
    let brief = composed(&material, None);
    assert_eq!(brief.outcomes.done, 1, "only these days count, and only what still stands");
    assert_eq!(brief.outcomes.words[0].outcome, "she asked for a visit");
    let codes: Vec<_> = brief.outcomes.dismissed.iter().map(|one| (one.code, one.cards)).collect();
    assert_eq!(codes, [(DismissalCode::WrongCompany, 1), (DismissalCode::Known, 1)]);
    let told = |judged: &[Judged]| -> Vec<(String, usize, usize)> {
        judged.iter().map(|one| (one.name.clone(), one.judged, one.right)).collect()
    };
    assert_eq!(told(&brief.precision.by_type), [("layoffs".to_owned(), 3, 2), ("funding".to_owned(), 1, 1)]);
    assert_eq!(told(&brief.precision.by_source), [("Ledger".to_owned(), 4, 3)]);
}

#[test]
fn days_begin_where_the_operator_is() {
    let berlin = Window::week("2026-W13", Tz::Europe__Berlin).unwrap();
    assert_eq!((berlin.from(), berlin.to()), (day("2026-03-23"), day("2026-03-29")));
    assert_eq!(berlin.start(), "2026-03-22T23:00:00Z".parse::<Time>().unwrap());
    assert_eq!(berlin.end(), "2026-03-29T22:00:00Z".parse::<Time>().unwrap(), "summer time began on that Sunday");
    assert_eq!(berlin.iso_week().as_deref(), Some("2026-W13"));
    assert_eq!(berlin.before().from(), day("2026-03-16"));
    // In Beirut the clocks of that Sunday go from 0 to 1 o'clock: the day begins at 1.
    let beirut = Window::new(day("2026-03-29"), day("2026-03-29"), Tz::Asia__Beirut).unwrap();
    assert_eq!(beirut.start(), "2026-03-28T22:00:00Z".parse::<Time>().unwrap());
    let ten_days = Window::new(day("2026-03-01"), day("2026-03-10"), Tz::UTC).unwrap();
    assert_eq!(ten_days.before().from(), day("2026-02-15"), "whole weeks back");
    assert_eq!(ten_days.iso_week(), None);
}

#[test]
fn weeks_that_are_none() {
    for text in ["", "2026", "2026-W54", "2026-W00", "2026-53", "W09", "9999999999-W01", "2026-Wxx"] {
        assert_eq!(Window::week(text, Tz::UTC), Err(WindowError::Week(text.to_owned())));
    }
    assert!(Window::week("2026-W53", Tz::UTC).is_ok(), "2026 has 53 weeks");
    assert!(Window::new(day("2026-03-02"), day("2026-03-01"), Tz::UTC).is_err());
}
