//! A card as text for the terminal.

use std::fmt::Write;

use crate::model::{Check, CheckState, Remote, RemoteState, StepRecord, TouchPoint};

/// The last eight digits of a card's id: the part that differs from card to card.
pub(super) fn short_id(card: &TouchPoint) -> String {
    let id = card.id.to_string();
    id[id.len() - 8..].to_owned()
}

/// The record of a card in a destination, and how far it is there.
pub(super) fn task(destination: &str, task: &Remote) -> String {
    let state = match task.state {
        RemoteState::Open => "open",
        RemoteState::Done => "done there",
        RemoteState::Cancelled => "called off there",
        RemoteState::Gone => "deleted there; none is made anew",
    };
    let url = task.url.as_deref().map(|url| format!(" {url}")).unwrap_or_default();
    format!("task      {destination}: {}, {state}{url}", task.id)
}

/// The whole card with its life.
pub(super) fn card(card: &TouchPoint, steps: &[StepRecord]) -> String {
    let mut text = String::new();
    let mut line = |line: String| {
        let _ = writeln!(text, "{line}");
    };
    line(card.title.clone());
    line(format!("{} · {} · due {} · {}", short_id(card), card.state.as_str(), card.due, people(card)));
    line(String::new());
    line(format!("why       {}", card.why));
    for evidence in &card.evidence {
        line(format!("          “{}”", evidence.quote.split_whitespace().collect::<Vec<_>>().join(" ")));
        line(format!(
            "          {}, {} {}",
            evidence.publisher.as_deref().unwrap_or("unknown publisher"),
            evidence.published.date_naive(),
            evidence.url.as_deref().unwrap_or("")
        ));
    }
    for (place, check) in card.checks.iter().enumerate() {
        line(format!("check   {:>1} {}", place + 1, check_text(check)));
        for found in &check.found {
            line(format!("          {found}"));
        }
    }
    if !card.gate.approvers.is_empty() && card.approval {
        line(format!("approval  by {}", card.gate.approvers.join(" or ")));
    }
    if let Some(code) = card.ended {
        let words = card.outcome.as_deref().map(|words| format!(": {words}")).unwrap_or_default();
        line(format!("outcome   {}{words}", code.as_str()));
    }
    if let Some(opening) = &card.opening {
        line(format!("say       {opening}"));
    }
    for question in &card.questions {
        line(format!("ask       {question}"));
    }
    for point in &card.talking_points {
        line(format!("mention   {point}"));
    }
    for never in &card.avoid {
        line(format!("avoid     {never}"));
    }
    line(String::new());
    line(format!("priority  {:.2}{}", card.priority.total, if card.alarm { ", alarm" } else { "" }));
    for factor in &card.priority.factors {
        line(format!("          {:>4.2}  {:<12} {}", factor.value, factor.name, factor.why));
    }
    let playbook = card.playbook.as_deref().map(|version| format!(" · playbook {version}")).unwrap_or_default();
    line(format!("play      {}{playbook} · cause {} · id {}", card.play, card.cause, card.id));
    for step in steps {
        let note = step.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
        line(format!("          {}  {} by {}{note}", step.at.format("%Y-%m-%d %H:%M"), step.step.as_str(), step.who));
    }
    text.truncate(text.trim_end().len());
    text
}

fn people(card: &TouchPoint) -> String {
    let owner = card.owner.as_deref().map_or("no owner".to_owned(), |owner| format!("owner {owner}"));
    let contact = card.contact.as_deref().map_or("no contact on record".to_owned(), |name| format!("contact {name}"));
    format!("{owner} · {contact}")
}

fn check_text(check: &Check) -> String {
    let by = check.by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
    match &check.state {
        CheckState::NotConnected => format!("{}: not connected, ask yourself", check.what),
        CheckState::Open if check.is_in_the_way() => format!("{}: settle it first", check.what),
        CheckState::Open => format!("{}: open", check.what),
        CheckState::Passed(answer) => format!("{}: {answer}{by}", check.what),
        CheckState::Waived(reason) => format!("{}: waived, {reason}{by}", check.what),
    }
}
