//! `/`: the cards that wait, in the order to work through them; what is done with one or many of them.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;
use uuid::Uuid;

use super::own_path::with;
use super::steps::{self, Choices, Undo};
use super::{Fault, Fields, Frame, Page, Said};
use crate::model::{AccountKind, Promise, PromiseState, TouchPointId};
use crate::pipeline::desk::{self, Asked, Pile, Sheet};
use crate::pipeline::follow;

pub(super) const PAGE: Page = Page {
    templates: &[
        ("inbox.html", include_str!("templates/inbox.html")),
        ("steps.html", include_str!("templates/steps.html")),
    ],
    routes: |router| {
        router
            .route("/", get(show))
            .route("/inbox/steps", post(many))
            .route("/inbox/undo", post(undo))
            .route("/promises/{id}", post(promise))
    },
    said: &[
        said("accepted", "Accepted: it is yours.", "{n} cards accepted."),
        said("approved", "Approved: it is ready.", "{n} cards approved."),
        said("done", "Done, with its outcome.", "{n} cards done."),
        said("dismissed", "Dismissed; the next ones like it are judged by that.", "{n} cards dismissed."),
        said("snoozed", "Put off.", "{n} cards put off."),
        said("reworded", "Reworded.", ""),
        said("settled", "Noted at the gate.", ""),
        Said { code: "undone", one: "Taken back.", many: "{n} cards are as they were before.", undo: "" },
        Said { code: "nothing", one: "Nothing was changed.", many: "", undo: "" },
        Said { code: "promise-kept", one: "The promise is kept.", many: "", undo: "/promises/undo" },
        Said { code: "promise-broken", one: "The promise is given up.", many: "", undo: "/promises/undo" },
        Said { code: "promise-open", one: "The promise is open again.", many: "", undo: "" },
    ],
};

const fn said(code: &'static str, one: &'static str, many: &'static str) -> Said {
    Said { code, one, many, undo: "/inbox/undo" }
}

/// Rows of a page.
const ROWS: usize = 25;

/// Cards that are changed at a time.
const MOST_AT_A_TIME: usize = 200;

/// What `inbox.html` shows.
#[derive(Serialize)]
struct Inbox {
    sheet: Sheet,
    promises: Vec<Owed>,
    tabs: Vec<Tab>,
    pile: &'static str,
    owner: String,
    kind: &'static str,
    kinds: Vec<(&'static str, &'static str)>,
    filtered: bool,
    first: String,
    next: String,
    #[serde(flatten)]
    choices: Choices,
    /// Accounts are watched and feeds polled; else the first thing to do is to add some.
    accounts: usize,
    feeds: usize,
}

#[derive(Serialize)]
struct Owed {
    promise: Promise,
    account: String,
}

#[derive(Serialize)]
struct Tab {
    path: String,
    words: &'static str,
    current: bool,
    count: Option<usize>,
}

const KINDS: &[(AccountKind, &str, &str)] = &[
    (AccountKind::Client, "client", "Clients"),
    (AccountKind::Competitor, "competitor", "Competitors"),
    (AccountKind::Prospect, "prospect", "Prospects"),
    (AccountKind::Partner, "partner", "Partners"),
    (AccountKind::Topic, "topic", "Topics"),
];

/// Shows a page of the list.
async fn show(frame: Frame) -> Result<Response, Fault> {
    let asked = asked(&frame);
    let store = &frame.engine.store;
    let sheet = desk::sheet(store, &frame.config, &asked, frame.now).await?;
    let whose = asked.owner.as_deref().filter(|owner| !owner.is_empty());
    let today = frame.today();
    let name = |promise: &Promise| {
        frame
            .config
            .watchlist
            .get(&promise.account)
            .map_or_else(|| promise.account.0.clone(), |known| known.name.clone())
    };
    let owed = follow::promises(store, whose, false).await?;
    let owed = owed.into_iter().filter(|promise| promise.is_overdue(today));
    let owed = owed.map(|promise| Owed { account: name(&promise), promise }).collect();
    let here = |pile: &str, after: &str| {
        let kept = |name| frame.query.get(name).unwrap_or_default();
        let pile = if pile == "waiting" { "" } else { pile };
        with("/", &[("pile", pile), ("owner", kept("owner")), ("kind", kept("kind")), ("after", after)])
    };
    let pile = word(asked.pile);
    let tabs = Pile::ALL.iter().map(|(pile, word)| Tab {
        path: here(word, ""),
        words: named(*pile),
        current: *pile == asked.pile,
        count: sheet.piles.iter().find(|(known, _)| known == pile).map(|(_, count)| *count),
    });
    let next = sheet.next.map(|(place, id)| here(pile, &format!("{place}.{id}"))).unwrap_or_default();
    let content = Inbox {
        promises: if asked.pile == Pile::Waiting && asked.after.is_none() { owed } else { Vec::new() },
        tabs: tabs.collect(),
        pile,
        owner: frame.query.get("owner").unwrap_or_default().to_owned(),
        kind: KINDS.iter().find(|(kind, ..)| Some(*kind) == asked.kind).map_or("", |(_, word, _)| *word),
        kinds: KINDS.iter().map(|(_, word, words)| (*word, *words)).collect(),
        filtered: asked.owner.is_some() || asked.kind.is_some(),
        first: if sheet.first > 0 { here(pile, "") } else { String::new() },
        next,
        choices: Choices::on(today),
        accounts: frame.config.watchlist.accounts().len(),
        feeds: frame.config.feeds().count(),
        sheet,
    };
    frame.show("inbox.html", &content)
}

fn asked(frame: &Frame) -> Asked {
    let query = &frame.query;
    let after = query.get("after").and_then(|after| after.split_once('.'));
    Asked {
        pile: Pile::ALL
            .iter()
            .find(|(_, word)| query.get("pile") == Some(word))
            .map_or(Pile::Waiting, |(pile, _)| *pile),
        owner: query.get("owner").map(|owner| if owner == "-" { String::new() } else { owner.to_owned() }),
        mine: frame.viewer.owner.clone(),
        kind: KINDS.iter().find(|(_, word, _)| query.get("kind") == Some(word)).map(|(kind, ..)| *kind),
        after: after.and_then(|(place, id)| Some((place.parse().ok()?, TouchPointId(Uuid::parse_str(id).ok()?)))),
        limit: ROWS,
    }
}

fn word(pile: Pile) -> &'static str {
    Pile::ALL.iter().find(|(known, _)| *known == pile).map_or("", |(_, word)| *word)
}

fn named(pile: Pile) -> &'static str {
    match pile {
        Pile::Waiting => "To do",
        Pile::Gate => "At the gate",
        Pile::Accepted => "Accepted",
        Pile::Later => "No room yet",
        Pile::Snoozed => "Snoozed",
        Pile::Closed => "Closed lately",
    }
}

/// Has all chosen cards take a step; those that cannot are left as they are and counted.
async fn many(frame: Frame, fields: Fields) -> Result<Response, Fault> {
    let step = fields.need("step", "what to do")?;
    let chosen: Vec<&str> = fields.all("id").take(MOST_AT_A_TIME).collect();
    let (code, command) = steps::command(step, &fields, &frame)?;
    let mut undo = Undo::default();
    let mut left = 0;
    for id in &chosen {
        match steps::hand(&frame).step(id, &command).await {
            Ok(card) => undo.add(&card, frame.now),
            Err(error) if steps::is_refusal(&error) => left += 1,
            Err(error) => return Err(error.into()),
        }
    }
    let code = if undo.is_empty() { "nothing" } else { code };
    let (n, left) = (undo.len().to_string(), left.to_string());
    Ok(frame.lead(&fields, "/", &[("done", code), ("n", &n), ("left", &left), ("undo", &undo.token())]))
}

/// Takes steps back: those that the token names, and no earlier ones.
async fn undo(frame: Frame, fields: Fields) -> Result<Response, Fault> {
    let undo = Undo::of(fields.need("undo", "what to take back")?)?;
    let (mut done, mut left) = (0, 0);
    for (id, at) in undo.steps() {
        match desk::undo(&steps::hand(&frame), id, *at).await {
            Ok(_) => done += 1,
            Err(error) if steps::is_refusal(&error) => left += 1,
            Err(error) => return Err(error.into()),
        }
    }
    let code = if done == 0 { "nothing" } else { "undone" };
    Ok(frame.lead(&fields, "/", &[("done", code), ("n", &done.to_string()), ("left", &left.to_string())]))
}

/// Turns a promise: kept, given up, or open again (`/promises/undo` takes its id as what to take back).
async fn promise(frame: Frame, Path(id): Path<String>, fields: Fields) -> Result<Response, Fault> {
    let (id, state) = match (id.as_str(), fields.get("state")) {
        ("undo", _) => (fields.need("undo", "what to take back")?, PromiseState::Open),
        (id, Some("kept")) => (id, PromiseState::Kept),
        (id, Some("broken")) => (id, PromiseState::Broken),
        _ => return Err(Fault::bad_form("A promise is kept or given up.")),
    };
    let (code, why) = match state {
        PromiseState::Kept => ("promise-kept", "kept"),
        PromiseState::Broken => ("promise-broken", "given up"),
        _ => ("promise-open", "taken back"),
    };
    let turned = steps::hand(&frame).promise(id, state, fields.get("reason").unwrap_or(why)).await?;
    Ok(frame.lead(&fields, "/", &[("done", code), ("undo", &turned.id)]))
}
