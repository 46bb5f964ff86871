//! The weekly brief as text for the terminal, or as Markdown. Empty sections say so in few words.

use std::cmp::Ordering;
use std::fmt::Write;

use chrono::NaiveDate;

use crate::model::{DismissalCode, TouchPointId};
use crate::pipeline::report::{
    Brief, Judged, Line, Outcomes, Quiet, RivalMove, ShareWith, Unseen, Unsure, WorthSharing,
};
use crate::text::count::counted;

/// For whom the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// A person at a terminal.
    Terminal,
    /// A mail or a page.
    Markdown,
}

/// Entries shown of a section that may be long; the rest is counted.
const SHOWN: usize = 5;

/// Letters of a quote or reason that are shown.
const WIDTH: usize = 110;

/// The whole brief.
pub(super) fn brief(brief: &Brief, week: Option<&str>, face: Face) -> String {
    let week = week.map(|week| format!("{week}, ")).unwrap_or_default();
    let owner = brief.owner.as_deref().map(|owner| format!(", for {owner}")).unwrap_or_default();
    let mut page = Page { text: String::new(), face };
    page.title(&format!("Weekly brief: {week}{} to {} ({}){owner}", brief.from, brief.to, brief.time_zone));
    if !brief.not_delivered.is_empty() {
        page.section("Not delivered", &not_delivered(brief), "");
    }
    page.section("Promises overdue", &promises(brief), "every promise was kept in time");
    page.section("Top cards", &top(brief), "no card waits");
    page.section("Overdue", &overdue(brief), "nothing that was accepted is overdue");
    page.section("Renewals within 90 days", &renewals(brief), "none");
    page.section("Quiet", &quiet(&brief.quiet), "every client was in the news");
    page.section("Rivals", &rivals(brief), "no move seen");
    page.section("Not sure enough for a card", &shown(&brief.lines, line), "nothing");
    page.section("Topics (stories)", &topics(brief), "none watched");
    page.section("Corrections", &corrections(brief), "none");
    page.section("Outcomes", &outcomes(brief), "no card was done or dismissed");
    page.section("Right cards", &precision(brief), "nobody has judged a card yet");
    page.section("Learned from dismissals", &learned(brief), "nothing");
    page.text.truncate(page.text.trim_end().len());
    page.text
}

struct Page {
    text: String,
    face: Face,
}

impl Page {
    fn title(&mut self, title: &str) {
        let title = self.clean(title);
        let _ = match self.face {
            Face::Terminal => writeln!(self.text, "{title}\n"),
            Face::Markdown => writeln!(self.text, "# {title}\n"),
        };
    }

    fn section(&mut self, title: &str, lines: &[String], empty: &str) {
        match (self.face, lines) {
            (Face::Terminal, []) => self.line(&format!("{}: {empty}", title.to_uppercase())),
            (Face::Terminal, lines) => {
                self.line(&title.to_uppercase());
                for line in lines {
                    let line = self.clean(line);
                    self.line(&format!("  {line}"));
                }
            }
            (Face::Markdown, lines) => {
                self.line(&format!("## {title}\n"));
                for line in lines {
                    let line = self.clean(line);
                    self.line(&format!("- {line}"));
                }
                self.line(if lines.is_empty() { format!("{empty}\n") } else { String::new() }.as_str());
            }
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    /// Without control characters that an article might carry; in Markdown without marks that it might carry.
    fn clean(&self, text: &str) -> String {
        let visible = text.chars().filter(|letter| !letter.is_control());
        match self.face {
            Face::Terminal => visible.collect(),
            Face::Markdown => visible.fold(String::new(), |mut safe, letter| {
                if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
                    safe.push('\\');
                }
                safe.push(letter);
                safe
            }),
        }
    }
}

fn top(brief: &Brief) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for card in &brief.top {
        let alarm = if card.alarm { "ALARM " } else { "" };
        let owner = card.owner.as_deref().filter(|_| brief.owner.is_none());
        let owner = owner.map(|owner| format!(" ({owner})")).unwrap_or_default();
        lines.push(format!(
            "{alarm}{}{owner}, due {} [{}]: {}",
            card.title,
            card.due,
            short(card.card),
            cut(&card.why)
        ));
    }
    let rest = brief.waiting - brief.top.len();
    if rest > 0 {
        lines.push(format!("and {rest} more: tidings inbox list"));
    }
    lines
}

fn overdue(brief: &Brief) -> Vec<String> {
    shown(&brief.overdue, |card| {
        let owner = card.owner.as_deref().unwrap_or("no owner");
        format!("{} ({owner}), {} since {} [{}]", card.title, days(card.days), card.due, short(card.card))
    })
}

fn promises(brief: &Brief) -> Vec<String> {
    shown(&brief.promises, |promise| {
        let late = format!("{} since {}", days(promise.days), promise.by);
        format!(
            "{}: “{}” ({}), {late} [{}]",
            promise.name,
            cut(&promise.what),
            promise.owner,
            &promise.id[..9.min(promise.id.len())]
        )
    })
}

fn renewals(brief: &Brief) -> Vec<String> {
    shown(&brief.renewals, |renewal| {
        let owner = renewal.owner.as_deref().unwrap_or("no owner");
        let left = if renewal.days == 0 { "today".to_owned() } else { format!("in {}", days(renewal.days)) };
        format!(
            "{} {} ({owner}), {left}, last human contact {}",
            renewal.day,
            renewal.name,
            contact(renewal.last_contact)
        )
    })
}

fn quiet(quiet: &Quiet) -> Vec<String> {
    let mut lines = Vec::new();
    if quiet.blind {
        lines.push("nobody can say who was quiet: too many feeds could not be read".to_owned());
    } else if !quiet.accounts.is_empty() {
        lines.push(format!("no news of {} of {} clients:", quiet.accounts.len(), quiet.clients));
    }
    lines.extend(shown(&quiet.accounts, |account| {
        let named = account.last_named.map_or("never named".to_owned(), |day| format!("last named {day}"));
        format!("{}, {named}, last human contact {}", account.name, contact(account.last_contact))
    }));
    lines.extend(shown(&quiet.unseen, unseen));
    lines.extend(shown(&quiet.mention_only, |only| {
        format!("{}: mention only, {} in {}, which has no cues", only.account, articles(only.articles), only.language)
    }));
    let could_not = &quiet.could_not_look;
    if !could_not.is_empty() {
        lines.push(format!("{} of {} feeds could not be read:", could_not.len(), quiet.feeds));
        lines.extend(shown(could_not, |feed| {
            let whose = feed.account.as_ref().map(|account| format!(" (news of {account})")).unwrap_or_default();
            let since = feed.since.map_or("could never look".to_owned(), |day| format!("could not look since {day}"));
            let until = feed.until.map(|day| format!(" until {day}")).unwrap_or_default();
            let broken = feed.broken_since.map_or(String::new(), |day| format!(", broken since {day}"));
            format!("{since}{until}: feed {}{whose}{broken}, {}", feed.feed, cut(&feed.why))
        }));
    }
    lines
}

/// A client whose silence means nothing.
fn unseen(client: &Unseen) -> String {
    let contact = contact(client.last_contact);
    if client.feeds.is_empty() {
        return format!("{}: could not look, no feed covers it, last human contact {contact}", client.name);
    }
    let since = client.since.map_or("could never look".to_owned(), |day| format!("could not look since {day}"));
    let until = client.until.map(|day| format!(" until {day}")).unwrap_or_default();
    let mut feeds = client.feeds.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    if client.feeds.len() > 3 {
        let _ = write!(feeds, " and {} more", client.feeds.len() - 3);
    }
    format!("{}: {since}{until} ({feeds}), last human contact {contact}", client.name)
}

fn rivals(brief: &Brief) -> Vec<String> {
    let mut lines: Vec<String> = brief.rival_moves.iter().map(rival).collect();
    let rest = brief.rival_moves_in_all - brief.rival_moves.len();
    if rest > 0 {
        lines.push(format!("and {rest} more: tidings inbox list"));
    }
    lines
}

fn rival(rival: &RivalMove) -> String {
    let mut touched = rival.touches.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ");
    if rival.touches.len() > 3 {
        let _ = write!(touched, " and {} more", rival.touches.len() - 3);
    }
    let reach = if touched.is_empty() {
        "touches no client that is known to".to_owned()
    } else {
        format!("may reach {touched}")
    };
    let ask = rival.so_what.as_deref().map(|ask| format!("; {}", cut(ask))).unwrap_or_default();
    let what = rival.quote.as_deref().map_or_else(|| rival.what.clone(), |quote| format!("“{}”", cut(quote)));
    format!("{}: {what} ({}). So what: {reach}{ask}", rival.name, rival.day)
}

fn line(line: &Line) -> String {
    let unsure = match line.unsure {
        Unsure::Rumour => "rumour",
        Unsure::Denied => "rumour, denied since",
        Unsure::HeadlineOnly => "headline only",
    };
    let publisher = line.publisher.as_deref().unwrap_or("unknown publisher");
    let kind = line.kind.as_str().replace('_', " ");
    format!("{}, {kind}, {unsure}: “{}” ({publisher}, {})", line.name, cut(&line.quote), line.day)
}

fn topics(brief: &Brief) -> Vec<String> {
    let mut lines = Vec::new();
    for topic in brief.topics.iter().take(SHOWN) {
        let places = match topic.countries.len() {
            0 => String::new(),
            count => format!(" in {} ({})", plural(count as u64, "country", "countries"), topic.countries.join(", ")),
        };
        lines.push(format!(
            "{}: {} ({}), {}, from {}{places}",
            topic.name,
            plural(topic.stories, "story", "stories"),
            plural(topic.reports, "report", "reports"),
            movement(topic.stories_before, topic.stories),
            plural(topic.publishers, "publisher", "publishers"),
        ));
        lines.extend(topic.moved.iter().map(|moved| {
            format!(
                "  “{}” ({})",
                cut(&moved.title),
                plural(moved.publishers.max(1).into(), "independent publisher", "independent publishers")
            )
        }));
        lines.extend(topic.worth_sharing.iter().map(worth_sharing));
    }
    if brief.topics.len() > SHOWN {
        lines.push(format!("and {} more", brief.topics.len() - SHOWN));
    }
    lines
}

fn worth_sharing(story: &WorthSharing) -> String {
    let named = |one: &ShareWith| match &one.owner {
        Some(owner) => format!("{} ({owner})", one.name),
        None => one.name.clone(),
    };
    let mut names: Vec<String> = story.with.iter().take(SHOWN).map(named).collect();
    if story.with.len() > SHOWN {
        names.push(format!("{} more", story.with.len() - SHOWN));
    }
    let publisher = story.publisher.as_deref().unwrap_or("unknown publisher");
    format!("  worth sharing with {}: “{}” ({publisher}, {})", names.join(", "), cut(&story.title), story.day)
}

/// Which way it went since the days before.
fn movement(before: u64, now: u64) -> String {
    match now.cmp(&before) {
        Ordering::Greater => format!("up from {before}"),
        Ordering::Less => format!("down from {before}"),
        Ordering::Equal => "as many as in the days before".to_owned(),
    }
}

fn plural(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn corrections(brief: &Brief) -> Vec<String> {
    shown(&brief.corrections, |correction| {
        let card = correction.card.map(|card| format!(" [{}]", short(card))).unwrap_or_default();
        format!("{}: taken back: {} ({}){card}", correction.name, cut(&correction.what), correction.day)
    })
}

fn outcomes(brief: &Brief) -> Vec<String> {
    let outcomes = &brief.outcomes;
    let dismissed: usize = outcomes.dismissed.iter().map(|dismissed| dismissed.cards).sum();
    if outcomes.done + dismissed + outcomes.answers == 0 {
        return Vec::new();
    }
    let codes: Vec<String> =
        outcomes.dismissed.iter().map(|dismissed| format!("{} {}", word(dismissed.code), dismissed.cards)).collect();
    let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    let mut lines = vec![came_back(outcomes)];
    lines.extend(shown(&outcomes.words, |words| format!("{}: {}", words.title, cut(&words.outcome))));
    lines.extend(shown(&outcomes.by_play, |play| {
        let ended: Vec<String> = play.ended.iter().map(|(word, count)| format!("{word} {count}")).collect();
        format!("play {}: {} of {} answered ({})", play.play, play.answered, play.done, ended.join(", "))
    }));
    lines.push(format!("behind it: {} done, {dismissed} dismissed{codes}", outcomes.done));
    lines
}

/// What clients gave back. How much was done says nothing of that.
fn came_back(outcomes: &Outcomes) -> String {
    let confirmed = if outcomes.confirmed > 0 { format!(" ({} confirmed)", outcomes.confirmed) } else { String::new() };
    let all = [
        (outcomes.replies, "reply", ""),
        (outcomes.meetings, "meeting", ""),
        (outcomes.renewals, "renewal", ""),
        (outcomes.answers, "answer", confirmed.as_str()),
    ];
    let some: Vec<String> = all
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, more)| format!("{}{more}", counted(*count, what)))
        .collect();
    if some.is_empty() { "no reply, meeting, renewal or answer yet".to_owned() } else { some.join(", ") }
}

/// What dismissals moved, and how to take it back.
fn not_delivered(brief: &Brief) -> Vec<String> {
    shown(&brief.not_delivered, |failing| {
        let waiting = counted_deliveries(failing.waiting);
        let (id, state, since) = (&failing.id, failing.state, failing.since.date_naive());
        format!("{id} is {state} since {since}, {waiting}: {} (`tidings deliver status`)", failing.why)
    })
}

fn counted_deliveries(count: i64) -> String {
    if count == 1 { "1 delivery waits".to_owned() } else { format!("{count} deliveries wait") }
}

fn learned(brief: &Brief) -> Vec<String> {
    shown(&brief.learned, |part| {
        let ids: Vec<&str> = part.lessons.iter().map(|id| id.get(..9).unwrap_or(id)).take(SHOWN).collect();
        let more = part.lessons.len().saturating_sub(ids.len());
        let more = if more > 0 { format!(" and {more} more of `tidings inbox lessons`") } else { String::new() };
        format!(
            "{} ({}), since {}, by {}; back with: tidings inbox unlearn {}{more}",
            part.moves,
            word(part.code),
            part.since.date_naive(),
            counted(part.dismissals, "dismissal"),
            ids.join(" ")
        )
    })
}

fn word(code: DismissalCode) -> &'static str {
    DismissalCode::ALL.iter().find(|(known, _)| *known == code).map_or("", |(_, word)| *word)
}

fn precision(brief: &Brief) -> Vec<String> {
    let precision = &brief.precision;
    let list = |judged: &[Judged]| {
        let told = judged.iter().take(SHOWN).map(|one| format!("{} {} of {}", one.name, one.right, one.judged));
        told.collect::<Vec<_>>().join(", ")
    };
    if precision.by_type.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("by type, since {}: {}", precision.since, list(&precision.by_type))];
    if !precision.by_source.is_empty() {
        lines.push(format!("by source: {}", list(&precision.by_source)));
    }
    lines
}

/// The first few, and how many more.
fn shown<T>(all: &[T], told: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines: Vec<String> = all.iter().take(SHOWN).map(told).collect();
    if all.len() > SHOWN {
        lines.push(format!("and {} more", all.len() - SHOWN));
    }
    lines
}

fn contact(day: Option<NaiveDate>) -> String {
    day.map_or("unknown".to_owned(), |day| day.to_string())
}

fn articles(count: u64) -> String {
    if count == 1 { "1 article".to_owned() } else { format!("{count} articles") }
}

fn days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn short(card: TouchPointId) -> String {
    let id = card.to_string();
    id[id.len() - 8..].to_owned()
}

fn cut(text: &str) -> String {
    let mut letters = text.chars();
    let mut start: String = letters.by_ref().take(WIDTH).collect();
    if letters.next().is_some() {
        start.truncate(start.trim_end().len());
        start.push('…');
    }
    start
}
