//! `watch battlecard`: the log of a competitor, as text or Markdown.

use std::fmt::Write;

use crate::model::AccountId;
use crate::pipeline::roster::battlecard::{Battlecard, Entry};

/// The headings in the order in which they are read.
const HEADINGS: &[&str] =
    &["Products", "Prices", "Campaigns and prizes", "Business won and lost", "People", "Deals", "Other moves"];

/// Clients named on the card; the rest is counted.
const SHOWN: usize = 12;

/// The log by headings, newest first; `markdown` for a wiki or a page, where corrections are struck through.
pub(super) fn text(card: &Battlecard, markdown: bool) -> String {
    let mut out = String::new();
    let (title, heading) = if markdown { ("# ", "## ") } else { ("", "") };
    let _ = writeln!(out, "{title}{}: battlecard since {}", escaped(&card.name, markdown), card.since);
    if card.entries.is_empty() {
        let _ = writeln!(out, "\nNothing was read about it in these days.");
    }
    for name in HEADINGS {
        let entries: Vec<&Entry> = card.entries.iter().filter(|entry| entry.heading == *name).collect();
        if !entries.is_empty() {
            let name = if markdown { (*name).to_owned() } else { name.to_uppercase() };
            let _ = writeln!(out, "\n{heading}{name}\n");
            for entry in entries {
                one(&mut out, entry, markdown);
            }
        }
    }
    let who = if markdown { "Clients it may reach" } else { "CLIENTS IT MAY REACH" };
    let _ = writeln!(out, "\n{heading}{who}\n");
    let bullet = if markdown { "- " } else { "  " };
    for client in card.exposed.iter().take(SHOWN) {
        let owner = client.owner.as_deref().unwrap_or("nobody");
        let renewal = client.renewal.map(|day| format!(", renewal {day}")).unwrap_or_default();
        let name = escaped(&client.name, markdown);
        let _ = writeln!(out, "{bullet}{name} ({owner}): {}{renewal}", client.by.join(", "));
    }
    match card.exposed.len() {
        0 => out.push_str("none that is known to: relations uses, customer_of and in_industry say who is\n"),
        all if all > SHOWN => {
            let _ = writeln!(out, "{bullet}and {} more", all - SHOWN);
        }
        _ => {}
    }
    out
}

fn one(out: &mut String, entry: &Entry, markdown: bool) {
    let (bullet, inner) = if markdown { ("- ", "  ") } else { ("  ", "              ") };
    let what = escaped(&entry.what, markdown);
    let publishers = match entry.origins {
        0 | 1 => "1 publisher".to_owned(),
        origins => format!("{origins} publishers"),
    };
    let _ = match entry.struck {
        Some(why) if markdown => writeln!(out, "{bullet}~~{}: {what}~~ ({why})", entry.day),
        Some(why) => writeln!(out, "{bullet}{}  no longer true ({why}): {what}", entry.day),
        None => writeln!(out, "{bullet}{}{} {what} ({publishers})", entry.day, if markdown { ":" } else { " " }),
    };
    if let Some(quote) = &entry.quote {
        let publisher = escaped(entry.publisher.as_deref().unwrap_or("unknown publisher"), markdown);
        let quote = format!("“{}”", escaped(quote, markdown));
        let quote = if markdown && entry.struck.is_some() { format!("~~{quote}~~") } else { quote };
        let _ = match entry.url.as_deref() {
            Some(url) if markdown => writeln!(out, "{inner}{quote} [{publisher}](<{url}>)"),
            Some(url) => writeln!(out, "{inner}{quote} {publisher}\n{inner}{url}"),
            None => writeln!(out, "{inner}{quote} {publisher}"),
        };
    }
    if let (Some(ask), None) = (&entry.so_what, entry.struck) {
        let _ = writeln!(out, "{inner}So what: {}", escaped(ask, markdown));
    }
    if !entry.client_cards.is_empty() {
        let clients: Vec<&str> = entry.client_cards.iter().map(AccountId::as_str).collect();
        let _ = writeln!(out, "{inner}Cards for {}", escaped(&clients.join(", "), markdown));
    }
}

/// Words of others may hold signs that Markdown takes for its own (CommonMark 2.4: a backslash takes their meaning).
fn escaped(text: &str, markdown: bool) -> String {
    if !markdown {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if "\\`*_[]<>~#|!".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
