//! The weekly brief below what waits.

use super::Request;
use crate::config::Config;
use crate::deliver::page::{Block, source};
use crate::pipeline::report::{self, Brief, Window};
use crate::store::{Store, StoreError};
use crate::text::count::counted;

/// Lines of any list.
const LINES: usize = 8;

/// What the brief of the last seven days says beyond what waits; empty where that is nothing.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn blocks(store: &Store, config: &Config, request: &Request<'_>) -> Result<Vec<Block>, StoreError> {
    let window = Window::last_week(request.now, request.reader.zone);
    let brief = report::brief(store, config, &window, request.reader.owner.as_deref(), request.now).await?;
    Ok(of_brief(&brief))
}

fn of_brief(brief: &Brief) -> Vec<Block> {
    let mut blocks = Vec::new();
    let renewals = brief.renewals.iter().map(|one| format!("{}: {} ({} days)", one.name, one.day, one.days));
    list("Renewals within 90 days", renewals.collect(), &mut blocks);
    if !brief.rival_moves.is_empty() {
        blocks.push(Block::Heading("Rivals".to_owned()));
        for one in brief.rival_moves.iter().take(LINES) {
            blocks.push(Block::Text(format!("{}: {}", one.name, one.what)));
            blocks.extend(one.quote.as_ref().map(|quote| Block::Quote {
                text: quote.clone(),
                source: source(None, &one.day.to_string()),
                url: one.url.clone(),
            }));
            blocks.extend(one.so_what.as_ref().map(|question| Block::Text(question.clone())));
        }
    }
    let lines = brief.lines.iter().map(|line| {
        format!(
            "{}: “{}” ({}): {}",
            line.name,
            line.quote,
            source(line.publisher.as_deref(), &line.day.to_string()),
            line.reason
        )
    });
    list("Not sure enough for a card", lines.collect(), &mut blocks);
    let corrections = brief.corrections.iter().map(|one| format!("{}: {} ({})", one.name, one.what, one.day));
    list("Corrections", corrections.collect(), &mut blocks);
    let outcomes = &brief.outcomes;
    let counts = [
        (outcomes.done, "done"),
        (outcomes.replies, "answered"),
        (outcomes.meetings, "led to a meeting"),
        (outcomes.renewals, "led to a renewal"),
    ];
    let counts: Vec<_> = counts
        .into_iter()
        .filter(|(cards, _)| *cards > 0)
        .map(|(cards, what)| format!("{} {what}", counted(cards, "card")))
        .collect();
    list("Outcomes", counts, &mut blocks);
    blocks
}

fn list(heading: &str, mut entries: Vec<String>, blocks: &mut Vec<Block>) {
    if entries.is_empty() {
        return;
    }
    if let Some(rest) = entries.len().checked_sub(LINES).filter(|rest| *rest > 0) {
        entries.truncate(LINES);
        entries.push(format!("and {rest} more"));
    }
    blocks.push(Block::Heading(heading.to_owned()));
    blocks.push(Block::List { heading: String::new(), entries });
}
