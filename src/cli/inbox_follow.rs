//! The parts of `inbox` that follow a contact: checks, outcomes, promises, answers, lessons.

use chrono::NaiveDate;
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use super::desk::in_effect;
use super::inbox::{Desk, StepArgs, actor, told};
use super::{Ending, Failure, load_config, print_json, say, told_text};
use crate::model::{
    Actor, Answer, AnswerField, AnswerKind, AnswerState, Check, CheckState, DismissalCode, OutcomeCode, PromiseState,
    Told, TouchPoint, Trend,
};
use crate::pipeline::follow::{self, Closing, Hand, Said};
use crate::pipeline::{inbox, lessons};
use crate::text::sanitise::plain_line;
use crate::touchpoint::life::Command;
use crate::touchpoint::{promises, tuning};

/// How a contact ended.
#[derive(Debug, Args)]
pub(super) struct DoneArgs {
    #[command(flatten)]
    step: StepArgs,
    /// How it ended: replied, meeting, renewed, no-answer, declined, other; anything else is taken as words.
    #[arg(long, value_name = "CODE|TEXT")]
    outcome: Option<String>,
    /// What came of it, in your words.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// What was learned: headcount, budget, buying, size or market = grown, same, shrunk or changed; contact, successor or
    /// left = NAME; renewal = DAY; goal or area = WORDS; words, or of a person the role, after a colon
    /// (`budget=cut:frozen until May`, `contact=Dana Reyes:CFO`). May be given several times.
    #[arg(long, value_name = "FIELD=WHAT")]
    answer: Vec<String>,
    /// What was promised. May be given several times, each with its --by.
    #[arg(long, value_name = "TEXT", requires = "by")]
    promise: Vec<String>,
    /// Until when; one for all promises, or one for each.
    #[arg(long, value_name = "DAY", requires = "promise")]
    by: Vec<NaiveDate>,
    /// Who keeps the promises, where it is not who says so.
    #[arg(long, value_name = "NAME", requires = "promise")]
    promised_by: Option<String>,
}

/// An answer to a check.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("verdict").required(true).args(["answer", "waive"])))]
pub(super) struct CheckArgs {
    /// Which card.
    id: String,
    /// Which check: its number on the card, its word (tickets, promises, invoices, contacted, contact, cards, selling),
    /// or how it begins.
    check: String,
    /// It is settled, and how.
    #[arg(long, value_name = "TEXT")]
    answer: Option<String>,
    /// It does not matter, and why.
    #[arg(long, value_name = "REASON")]
    waive: Option<String>,
    /// Who does this; the name in the log.
    #[arg(long, value_name = "NAME", env = "TIDINGS_WHO")]
    who: Option<String>,
    /// Say what would happen, change nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Desk<'_> {
    pub(super) fn hand<'h>(&'h self, who: &'h Actor, step: &StepArgs) -> Hand<'h> {
        Hand { store: self.store, config: self.config, who, now: self.now, dry_run: step.dry_run }
    }

    pub(super) async fn done(&self, done: &DoneArgs) -> Result<Ending, Failure> {
        let who = actor(&done.step);
        let closing = done.closing(&who)?;
        let card = self.hand(&who, &done.step).close(&done.step.id, &closing).await.map_err(|error| told(&error))?;
        self.tell(&card, done.step.dry_run, None);
        if !self.common.quiet && done.outcome.is_none() && done.note.is_none() {
            eprintln!(
                "note: without --outcome nobody can tell whether it was worth it; `tidings inbox undo` and do it again"
            );
        }
        Ok(Ending::Done)
    }

    pub(super) async fn check(&self, check: &CheckArgs) -> Result<Ending, Failure> {
        let (card, _) = inbox::show(self.store, &check.id).await.map_err(|error| told(&error))?;
        let what = found(&card, &check.check)?.what.clone();
        let verdict =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let state = match (verdict(&check.answer), verdict(&check.waive)) {
            (Some(answer), _) => CheckState::Passed(answer),
            (None, Some(reason)) => CheckState::Waived(reason),
            (None, None) => return Err(Failure::misused("the answer or reason is empty")),
        };
        let step = StepArgs { id: card.id.to_string(), who: check.who.clone(), dry_run: check.dry_run };
        let who = actor(&step);
        let command = Command::Settle { what, state };
        let card = self.hand(&who, &step).step(&step.id, &command).await.map_err(|error| told(&error))?;
        self.tell(&card, step.dry_run, None);
        Ok(Ending::Done)
    }

    pub(super) async fn promises(&self, owner: Option<&str>, all: bool) -> Result<Ending, Failure> {
        let today = self.now.date_naive();
        let list = follow::promises(self.store, owner, all).await?;
        if self.common.json {
            for promise in &list {
                let mut line = serde_json::to_value(promise).unwrap_or_default();
                line["days_late"] = promises::days_late(promise, today).into();
                print_json(&line);
            }
            return Ok(Ending::Done);
        }
        let mut table = headed(["id", "by", "state", "owner", "account", "promise"]);
        for promise in &list {
            let state = match promises::days_late(promise, today) {
                0 => promise.state.as_str().to_owned(),
                days => format!("overdue {days} d"),
            };
            let by = promise.by.to_string();
            table.add_row([short(&promise.id), &by, &state, &promise.owner, promise.account.as_str(), &promise.what]);
        }
        say(&if list.is_empty() { "nothing is promised".to_owned() } else { table.to_string() });
        Ok(Ending::Done)
    }

    pub(super) async fn turn_promise(
        &self,
        step: &StepArgs,
        state: PromiseState,
        why: &str,
    ) -> Result<Ending, Failure> {
        let who = actor(step);
        let promise = self.hand(&who, step).promise(&step.id, state, why).await.map_err(|error| told(&error))?;
        Ok(self.told(&promise, &format!("{} {}: {}", short(&promise.id), promise.state.as_str(), promise.what)))
    }

    pub(super) async fn answers(&self, all: bool) -> Result<Ending, Failure> {
        let list = follow::answers(self.store, all).await?;
        if self.common.json {
            list.iter().for_each(print_json);
            return Ok(Ending::Done);
        }
        let mut table = headed(["id", "told", "state", "account", "answer", "words"]);
        for answer in &list {
            let told = answer.at.date_naive().to_string();
            let words = answer.note.as_deref().unwrap_or_default();
            let what = answer.what();
            table.add_row([short(&answer.id), &told, answer.state.as_str(), answer.account.as_str(), &what, words]);
        }
        say(&if list.is_empty() { "no answer waits for a yes".to_owned() } else { table.to_string() });
        Ok(Ending::Done)
    }

    pub(super) async fn turn_answer(&self, step: &StepArgs, state: AnswerState) -> Result<Ending, Failure> {
        let who = actor(step);
        let answer = self.hand(&who, step).answer(&step.id, state).await.map_err(|error| told(&error))?;
        let line = format!("{} {}: {}: {}", short(&answer.id), answer.state.as_str(), answer.account, answer.what());
        let told = self.told_beside(&answer, step.dry_run).await?;
        if let (Some(told), false) = (&told, self.common.json) {
            say(&line);
            say(&format!("  {}", told_text::comes_to(told, &self.common.config)));
            return Ok(Ending::Done);
        }
        Ok(match told {
            Some(told) => self.told(&told, &line),
            None => self.told(&answer, &line),
        })
    }

    /// A confirmed answer with what it comes to beside the record of its account; nothing where it does not count, or the
    /// account is no longer watched.
    async fn told_beside(&self, answer: &Answer, dry_run: bool) -> Result<Option<Told>, Failure> {
        if dry_run || answer.state != AnswerState::Confirmed {
            return Ok(None);
        }
        let config = in_effect(load_config(self.common)?, self.store).await?;
        let account = config.watchlist.get(&answer.account);
        Ok(account.and_then(|account| account.told.iter().find(|told| told.answer.id == answer.id)).cloned())
    }

    pub(super) async fn lessons(&self) -> Result<Ending, Failure> {
        let list = lessons::active(self.store).await?;
        if self.common.json {
            for lesson in &list {
                let mut line = serde_json::to_value(lesson).unwrap_or_default();
                line["moves"] = tuning::told(lesson).into();
                print_json(&line);
            }
            return Ok(Ending::Done);
        }
        let mut table = headed(["id", "learned", "by", "because", "what it moves"]);
        for lesson in &list {
            let word = DismissalCode::ALL.iter().find(|(code, _)| *code == lesson.code).map_or("", |(_, word)| *word);
            let day = lesson.at.date_naive().to_string();
            table.add_row([short(&lesson.id), &day, &lesson.who.0, word, &tuning::told(lesson)]);
        }
        say(&if list.is_empty() { "nothing was learned from dismissals".to_owned() } else { table.to_string() });
        Ok(Ending::Done)
    }

    pub(super) async fn turn_lesson(&self, step: &StepArgs, active: bool) -> Result<Ending, Failure> {
        let who = actor(step);
        let lesson = self.hand(&who, step).lesson(&step.id, active).await.map_err(|error| told(&error))?;
        let word = if active { "counts" } else { "forgotten" };
        Ok(self.told(&lesson, &format!("{} {word}: {}", short(&lesson.id), tuning::told(&lesson))))
    }

    fn told<T: serde::Serialize>(&self, value: &T, line: &str) -> Ending {
        if self.common.json {
            print_json(value);
        } else {
            say(line);
        }
        Ending::Done
    }
}

impl DoneArgs {
    fn closing(&self, who: &Actor) -> Result<Closing, Failure> {
        let code = |text: &str| {
            OutcomeCode::ALL.iter().find(|(_, word)| *word == text.replace([' ', '_'], "-")).map(|(code, _)| *code)
        };
        let (code, words) = match self.outcome.as_deref() {
            None => (None, self.note.clone()),
            Some(text) => match (code(text), &self.note) {
                (Some(code), note) => (Some(code), note.clone()),
                (None, None) => (None, Some(text.to_owned())),
                (None, Some(note)) => (None, Some(format!("{text}; {note}"))),
            },
        };
        let answers = self.answer.iter().map(|text| learned(text)).collect::<Result<_, _>>()?;
        if !(self.by.len() == self.promise.len() || self.by.len() == 1) {
            return Err(Failure::misused("each --promise needs its --by, or all share one"));
        }
        let owner = self.promised_by.clone().unwrap_or_else(|| who.0.clone());
        let day = |place: usize| self.by.get(place).or_else(|| self.by.first()).copied();
        let promises = self.promise.iter().enumerate().filter_map(|(place, what)| {
            let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
            (!what.is_empty()).then_some((what, day(place)?, owner.clone()))
        });
        Ok(Closing { code, words, answers, promises: promises.collect() })
    }
}

/// `budget=cut:frozen until May`
fn learned(text: &str) -> Result<Said, Failure> {
    let wrong = || {
        Failure::misused(format!("{text:?} is no answer")).hint(
            "headcount, budget, buying, size or market = grown, same, shrunk or changed; contact, successor or left = NAME; \
             renewal = 2027-03-01; goal or area = WORDS: `--answer budget=shrunk`",
        )
    };
    let (field, rest) = text.split_once('=').ok_or_else(wrong)?;
    let field = AnswerField::ALL.iter().find(|(_, word)| *word == field.trim().to_lowercase()).ok_or_else(wrong)?.0;
    // Words are taken whole: they may hold colons.
    let (said, note) = match field.takes() {
        AnswerKind::Words => (rest, None),
        _ => rest.split_once(':').map_or((rest, None), |(said, note)| (said, Some(note))),
    };
    let said = plain_line(said);
    let note = note.map(plain_line).filter(|note| !note.is_empty());
    let trend = || Trend::WORDS.iter().find(|(word, _)| *word == said.to_lowercase()).map(|(_, trend)| *trend);
    let (trend, value) = match field.takes() {
        AnswerKind::Trend => (Some(trend().ok_or_else(wrong)?), None),
        AnswerKind::Day => (None, Some(said.parse::<NaiveDate>().map_err(|_| wrong())?.to_string())),
        AnswerKind::Person | AnswerKind::Words if said.is_empty() => return Err(wrong()),
        AnswerKind::Person | AnswerKind::Words => (None, Some(said)),
    };
    Ok(Said { field, trend, value, note })
}

/// The one check that is meant.
fn found<'a>(card: &'a TouchPoint, typed: &str) -> Result<&'a Check, Failure> {
    let typed = typed.trim().to_lowercase();
    let by_number = typed.parse::<usize>().ok().and_then(|number| card.checks.get(number.checked_sub(1)?));
    let by_word = || card.checks.iter().find(|check| check.about.is_some_and(|about| about.as_str() == typed));
    if let Some(check) = by_number.or_else(by_word) {
        return Ok(check);
    }
    let mut fits =
        card.checks.iter().filter(|check| !typed.is_empty() && check.what.to_lowercase().starts_with(&typed));
    match (fits.next(), fits.next()) {
        (Some(check), None) => Ok(check),
        (one, _) => {
            let word = if one.is_some() { "fits several checks" } else { "is no check of this card" };
            let all = card.checks.iter().enumerate().map(|(place, check)| format!("{} {}", place + 1, check.what));
            Err(Failure::misused(format!("{typed:?} {word}")).hint(all.collect::<Vec<_>>().join(" · ")))
        }
    }
}

fn headed<const N: usize>(columns: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(columns);
    table
}

/// The beginning of an id: enough to tell it from others.
fn short(id: &str) -> &str {
    id.get(..9).unwrap_or(id)
}
