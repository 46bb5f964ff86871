//! An account, and what names match in a text, as people read them.

use std::path::Path;

use super::desk::when;
use super::{say, told_text};
use crate::model::{Account, Claim, Field, Mention, Span};
use crate::pipeline::roster::accounts::{Origin, Shown};
use crate::pipeline::roster::ledger::{Coverage, Health, Ledger, Line};
use crate::pipeline::roster::trial::{Found, Trial};
use crate::text::count::counted;

/// Letters shown on either side of a marked name.
const AROUND: usize = 40;

/// Its names: the full one, then the others.
pub(super) fn names(account: &Account) -> String {
    let others: Vec<&str> = account.aliases.iter().map(|alias| alias.text.as_str()).collect();
    if others.is_empty() { account.name.clone() } else { format!("{} ({})", account.name, others.join(", ")) }
}

/// Everything about an account.
pub(super) fn show(shown: &Shown, folder: &Path) {
    let account = &shown.account.account;
    say(&format!("{}  {}", account.id, names(account)));
    let origin = match shown.account.origin {
        Origin::File => "in watchlist.toml",
        Origin::Database => "added at run time",
        Origin::Generated => "generated",
    };
    say(&format!("{}, tier {:?}, {origin}", account.kind.as_str(), account.tier));
    for (heading, text) in facts(account) {
        say(&format!("{heading:<14}{text}"));
    }
    if !shown.told.is_empty() {
        say("\ntold in contacts");
        for told in &shown.told {
            say(&format!("  {}", told_text::line(told, folder)));
        }
    }
    say("");
    say(&format!(
        "last 30 days  {} accepted, {} suppressed",
        counted(shown.account.mentions, "mention"),
        shown.account.suppressed
    ));
    quiet(shown);
    ledger(&shown.ledger);
    if !shown.signals.is_empty() {
        say("\nsignals of 90 days");
        for signal in &shown.signals {
            let withdrawn = if signal.withdrawn { ", withdrawn" } else { "" };
            say(&format!(
                "  {}  {} {}, {} as {}, confidence {:.2}, {}{withdrawn}",
                when(Some(signal.last_at)),
                signal.id,
                signal.kind.as_str(),
                signal.status.as_str(),
                signal.role.as_str(),
                signal.confidence,
                counted(signal.origins, "origin")
            ));
        }
    }
    if !shown.cards.is_empty() {
        say("\nopen cards");
        for card in &shown.cards {
            say(&format!(
                "  {}  {} due {}: {}",
                super::card_text::short_id(card),
                card.state.as_str(),
                card.due,
                card.title
            ));
        }
    }
    if !shown.suppressed_by.is_empty() {
        say("\nsuppressed mentions of 30 days, by the reason that spoke most against them");
        for (reason, count) in &shown.suppressed_by {
            say(&format!("  {count:>5}  {reason}"));
        }
        for suppressed in &shown.suppressed {
            let mention = &suppressed.mention;
            say(&format!("  “{}” in {:?}, score {:.2}", mention.alias, suppressed.title, mention.score));
            reasons(mention);
        }
    }
    if !shown.changes.is_empty() {
        say("\nchanges");
        for change in &shown.changes {
            say(&format!("  {}  {} by {}: {}", when(Some(change.at)), change.what, change.who, change.detail));
        }
    }
}

fn facts(account: &Account) -> Vec<(&'static str, String)> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let list = |list: &[String]| Some(list.join(", ")).filter(|text| !text.is_empty());
    let contacts: Vec<String> = account
        .contacts
        .iter()
        .map(|contact| {
            let parts = [&contact.role, &contact.email, &contact.phone].into_iter().flatten();
            let parts: Vec<&str> = std::iter::once(contact.name.as_str()).chain(parts.map(String::as_str)).collect();
            format!("{}{}", parts.join(", "), if contact.sponsor { " (sponsor)" } else { "" })
        })
        .collect();
    let relations: Vec<String> = account
        .relations
        .iter()
        .map(|relation| format!("{} {}", format!("{:?}", relation.kind).to_lowercase(), relation.to))
        .collect();
    let all = [
        ("domains", list(&account.domains)),
        ("tickers", list(&account.tickers)),
        ("cik", account.cik.clone()),
        ("social", list(&account.social)),
        ("people", list(&account.people)),
        ("products", list(&account.products)),
        ("must occur", list(&account.context.require)),
        ("must not", list(&account.context.exclude)),
        ("relations", list(&relations)),
        ("contacts", list(&contacts)),
        ("owner", account.owner.clone()),
        ("deputy", account.deputy.clone()),
        ("yearly value", account.yearly_value.map(|value| value.to_string())),
        ("signed", day(account.signed)),
        ("renewal", day(account.renewal)),
        ("cadence", account.cadence_days.map(|days| format!("{days} days"))),
        ("last contact", day(account.last_contact)),
        ("country", account.country.clone()),
        ("goal", account.goal.clone()),
        ("area", account.area.clone()),
    ];
    all.into_iter().filter_map(|(heading, text)| text.map(|text| (heading, text))).collect()
}

/// "Quiet" is only said where somebody looked.
fn quiet(shown: &Shown) {
    let last = shown.account.last_signal;
    let since = last.map_or_else(|| "no signal yet".to_owned(), |at| format!("last signal {}", when(Some(at))));
    let unread = shown.ledger.lines.iter().filter(|line| line.health != Health::Well).count();
    let of = shown.ledger.lines.len();
    let all = if of == 1 { "the only feed is".to_owned() } else { format!("all {of} feeds are") };
    let coverage = match (shown.ledger.coverage, shown.ledger.could_not_look_since) {
        (Coverage::Healthy, _) if !shown.mention_only.is_empty() => format!("{all} read"),
        (Coverage::Healthy, _) => format!("{all} read: what is quiet is quiet"),
        (Coverage::Partly, _) => format!("{unread} of {of} feeds are not read: news in them would be missed"),
        (Coverage::NoFeed, _) => {
            format!("could not look: no feed covers it; `tidings feed add URL --account {}`", shown.account.account.id)
        }
        (Coverage::CouldNotLook, Some(since)) => format!("could not look since {}", when(Some(since))),
        (Coverage::CouldNotLook, None) => "could not look: a feed was never read".to_owned(),
    };
    say(&format!("{since}; {coverage}"));
    for only in &shown.mention_only {
        say(&format!(
            "mention only: {} in {} {} it; there are no cues for that language, so what is said there is not known",
            counted(only.articles, "article"),
            only.language,
            if only.articles == 1 { "names" } else { "name" }
        ));
    }
}

/// The feeds that news of it comes by, and of the others those that are not read.
fn ledger(ledger: &Ledger) {
    let shown = |line: &&Line| line.closely || line.health != Health::Well || !line.gaps.is_empty();
    if ledger.lines.iter().any(|line| shown(&line)) {
        say("\nfeeds         last read well");
    }
    for line in ledger.lines.iter().filter(shown) {
        let named = match line.articles {
            0 => String::new(),
            1 => ", 1 article names it".to_owned(),
            many => format!(", {many} articles name it"),
        };
        let trouble = line.trouble.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
        say(&format!("  {}  {} {}{named}{trouble}", when(line.last_success), line.health.as_str(), line.feed));
        for gap in &line.gaps {
            let (since, until) = (when(Some(gap.since)), when(Some(gap.until)));
            say(&format!("    could not look from {since} to {until}: {}", one_line(&gap.why)));
        }
    }
    let rest = ledger.lines.iter().filter(|line| !shown(line)).count();
    if rest > 0 {
        say(&format!("  and {rest} more, which are read"));
    }
}

/// Which names match in a text, and what happened by it.
pub(super) fn found(trial: &Trial, found: &Found) {
    if found.mentions.is_empty() && found.absent.is_empty() {
        say("no watched name occurs");
    }
    for absent in &found.absent {
        say(&format!("{}: none of its names occurs ({})", absent.account, absent.names.join(", ")));
    }
    for mention in &found.mentions {
        let verdict = if mention.accepted { "matches" } else { "does not match" };
        say(&format!(
            "{} {verdict}: score {:.2}, {:?}, by the name {:?}",
            mention.account, mention.score, mention.salience, mention.alias
        ));
        say(&format!("  {}", marked(trial, mention.span)));
        reasons(mention);
    }
    found.signals.iter().for_each(claim);
    if found.signals.is_empty() && found.mentions.iter().any(|mention| mention.accepted) {
        say("no signal: the text does not say that something happened to a watched name");
    }
}

fn reasons(mention: &Mention) {
    for reason in &mention.why {
        say(&format!("    {:+.2}  {}: {}", reason.weight, reason.code, reason.detail));
    }
}

fn claim(claim: &Claim) {
    let entity = claim.entity.as_ref().map_or("nobody watched", |account| account.as_str());
    say(&format!(
        "signal {} for {entity} as {}, {}, confidence {:.2}: “{}”",
        claim.kind.as_str(),
        claim.role.as_str(),
        claim.status.as_str(),
        claim.confidence,
        one_line(&claim.evidence.quote)
    ));
}

/// The place with what stands around it, on one line: "… a unit of »Acme« since …".
fn marked(trial: &Trial, span: Span) -> String {
    let field = match span.field {
        Field::Title => &trial.title,
        Field::Text => &trial.text,
    };
    let (Some(before), Some(name), Some(after)) =
        (field.get(..span.start), field.get(span.start..span.end), field.get(span.end..))
    else {
        return String::new();
    };
    let start = before.char_indices().rev().nth(AROUND).map_or(0, |(place, _)| place);
    let end = after.char_indices().nth(AROUND).map_or(after.len(), |(place, _)| place);
    let cut = |at: bool| if at { "…" } else { "" };
    let (left, right) = (cut(start > 0), cut(end < after.len()));
    one_line(&format!("{left}{}»{name}«{}{right}", &before[start..], &after[..end]))
}

fn one_line(text: &str) -> String {
    crate::text::sanitise::plain_line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_marked_where_it_stands() {
        let trial = Trial {
            title: "Globex buys Acme".to_owned(),
            text: "ü".repeat(50) + "Acme\n\u{1b}[31m!",
            ..Trial::default()
        };
        assert_eq!(marked(&trial, Span::title(12, 16)), "Globex buys »Acme«");
        let shown = marked(&trial, Span::text(100, 104));
        assert!(shown.starts_with("…ü") && shown.contains("»Acme«") && !shown.contains(['\n', '\u{1b}']), "{shown}");
        assert_eq!(marked(&trial, Span::text(1, 2)), "", "no boundary of a letter");
    }
}
