//! What a person would look at first: the week, the inbox, one card with its reasons, a search, and where to go next.

use std::io::IsTerminal;

use super::Place;
use super::fit::fit;
use crate::cli::card_text::{self, short_id};
use crate::cli::{Common, Failure, brief_text, inbox as inbox_verb, print_json, say, search as search_verb};
use crate::demo::Played;
use crate::model::{StepRecord, TouchPoint, TouchPointState};
use crate::pipeline::engine::open_store;
use crate::pipeline::inbox::{self, Filter};
use crate::pipeline::report::{self, Brief, Window};
use crate::search::{Match, Query, Reader, SearchRequest, Settings};
use crate::store::folder::articles_in;

/// Cards that are shown of the inbox.
const SHOWN: usize = 8;

/// What is searched for.
const QUERY: &str = "client:dunmore jobs";

/// Results that are shown.
const RESULTS: usize = 3;

struct Shown {
    cards: Vec<TouchPoint>,
    example: Option<(TouchPoint, Vec<StepRecord>)>,
    brief: Brief,
    found: Vec<Match>,
    found_in_all: usize,
}

/// Shows what the demo came to.
pub(super) async fn tell(played: &Played, place: &Place, common: &Common) -> Result<(), Failure> {
    let shown = gather(played, place).await?;
    if common.json {
        print_json(&serde_json::json!({
            "articles": played.last.total.articles, "cards": played.cards, "total": played.last.total,
            "brief": shown.brief, "inbox": shown.cards,
            "search": { "query": QUERY, "results": shown.found, "total": shown.found_in_all },
        }));
        return Ok(());
    }
    let face = Face { bold: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() };
    face.figures(played, &shown);
    face.section("The week in one screen", place, "report");
    say(&fit(&brief_text::brief(&shown.brief, None, brief_text::Face::Terminal)));
    face.section("The inbox, in the order to work through it", place, "inbox list");
    list(&shown.cards);
    if let Some((card, steps)) = &shown.example {
        let verb = format!("inbox show {}", short_id(card));
        face.section("One card, with every reason", place, &verb);
        say(&fit(&card_text::card(card, steps)));
    }
    face.section("A search", place, &format!("search {QUERY}"));
    for result in &shown.found {
        say(&fit(&search_verb::shown(result, face.bold)));
    }
    say(&format!("{} shown, {} found", shown.found.len(), shown.found_in_all));
    if !common.quiet {
        face.next(place, shown.example.as_ref().map(|(card, _)| card));
    }
    Ok(())
}

/// What `init --demo` says when it is done.
pub(in crate::cli) fn next_after_init(place: &Place) {
    let next = [
        ("What waits, in the order to work through it:", "inbox list"),
        ("The week in one screen:", "report"),
        ("A search in all that was read:", &format!("search {QUERY}")),
        ("Watch somebody of your own, beside the demo's:", "watch add 'Acme Robotics, Inc.'"),
        ("Read news of your own (the demo's feeds are paused):", "feed add https://example.com"),
        ("", "run --once"),
    ];
    say("");
    for (what, verb) in next {
        let what = if what.is_empty() { String::new() } else { format!("{what}\n") };
        say(&format!("{what}  {}", place.command(verb)));
    }
    say(&format!("Take the demo's part out again, and nothing of yours:\n  {}", place.removal()));
}

async fn gather(played: &Played, place: &Place) -> Result<Shown, Failure> {
    let config = &played.config;
    let store = open_store(config, &place.database()).await?;
    let tiers = config.watchlist.accounts().iter().map(|account| (account.id.clone(), account.tier)).collect();
    let told = |error| inbox_verb::told(&error);
    let cards = inbox::list(&store, &Filter::default(), &tiers).await.map_err(told)?;
    let mut example = None;
    if let Some(card) = most_proven(&cards) {
        example = Some(inbox::show(&store, &card.id.to_string()).await.map_err(told)?);
    }
    let window = Window::last_week(played.ended, config.settings.operator.zone());
    let brief = report::brief(&store, config, &window, None, played.ended).await;
    store.close().await;
    let reader = Reader::open(&articles_in(&place.data), &Settings::default()).map_err(search_verb::unreadable)?;
    let request = SearchRequest { limit: RESULTS, collapse: true, ..SearchRequest::at(played.ended) };
    let found = reader.search(&Query::parse(QUERY)?, &request)?;
    Ok(Shown { cards, example, brief: brief?, found: found.results, found_in_all: found.total })
}

/// The card to be shown whole: of those at the top, the first of those with most quotes.
fn most_proven(cards: &[TouchPoint]) -> Option<&TouchPoint> {
    let top = cards.iter().take(SHOWN);
    top.enumerate().max_by_key(|(place, card)| (card.evidence.len(), usize::MAX - place)).map(|(_, card)| card)
}

struct Face {
    bold: bool,
}

impl Face {
    fn figures(&self, played: &Played, shown: &Shown) {
        let total = &played.last.total;
        say(&self.strong("Eight weeks of a newswire that we made up, read by the real program"));
        say(&fit(&format!(
            "{} articles from {} feeds told {} stories; these gave {} cards, of which {} wait now. The people of the desk \
             (mia, tom, lena) are made up too. Addresses at 127.0.0.1 answered only while the demo played.",
            total.articles,
            played.config.feeds().count(),
            total.stories,
            played.cards,
            shown.cards.len()
        )));
    }

    fn section(&self, title: &str, place: &Place, verb: &str) {
        say(&format!("{}\n$ {}\n", self.strong(title), place.command(verb)));
    }

    fn strong(&self, title: &str) -> String {
        if self.bold { format!("\u{1b}[1m{title}\u{1b}[0m") } else { format!("{title}\n{}", "-".repeat(title.len())) }
    }

    fn next(&self, place: &Place, card: Option<&TouchPoint>) {
        let id = card.map_or("ID".to_owned(), short_id);
        say(&format!("\n{}", self.strong("Go on from here")));
        let line = |what: &str, command: String| say(&format!("{what}\n  {command}"));
        line("How a card came to be, from feed to touch point:", place.command(&format!("explain {id}")));
        line("It is settled; the brief counts it:", place.command(&format!("inbox done {id}")));
        line("What was read of a client, and whether we could look:", place.command("watch show dunmore"));
        line("Take the demo away again, and nothing else:", place.removal());
        line("A configuration of your own:", "tidings init --config my-config".to_owned());
    }
}

/// The first cards, a line each.
fn list(cards: &[TouchPoint]) {
    for card in cards.iter().take(SHOWN) {
        let mark = if card.alarm { "!" } else { " " };
        let check = if card.state == TouchPointState::Checking { " (to be checked first)" } else { "" };
        let due = card.due.format("%d %b");
        say(fit(&format!("{mark} {}  {due}  {}{check}", short_id(card), card.title)).trim_end());
    }
    let rest = cards.len().saturating_sub(SHOWN);
    let more = if rest > 0 { format!("; {rest} more wait") } else { String::new() };
    say(&format!("\nid, day by which to act, what to do; ! marks an alarm{more}\n"));
}
