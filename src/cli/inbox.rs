//! `inbox`: the touch points that wait for a person.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};

use super::card_text::{self, short_id};
use super::desk::in_effect;
use super::inbox_follow::{CheckArgs, DoneArgs};
use super::inbox_log::LogArgs;
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::config::Config;
use crate::model::{Actor, AnswerState, Clock, DeliveryState, DismissalCode, PromiseState, Time, TouchPoint};
use crate::pipeline::engine::open_store;
use crate::pipeline::inbox::{self, Filter, InboxError};
use crate::store::{Store, deliveries, folder, remotes};
use crate::touchpoint::life::Command;

/// What to do with touch points. An ID may be shortened to its beginning or end.
#[derive(Debug, Subcommand)]
pub(super) enum Inbox {
    /// Cards in the order to work through them.
    List {
        /// Only cards of this owner.
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Closed and snoozed ones too.
        #[arg(long)]
        all: bool,
    },
    /// One card, with evidence, questions and every step of its life.
    Show {
        /// Which card.
        id: String,
    },
    /// I will do it: it goes to the destinations that take accepted cards.
    Accept(StepArgs),
    /// It is done: how it ended, what was learned, what was promised.
    Done(DoneArgs),
    /// Not worth a contact, and why.
    Dismiss {
        #[command(flatten)]
        step: StepArgs,
        /// Why: each code tunes one part of the program.
        #[arg(long, value_enum)]
        code: Code,
        /// In your words.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Later: it comes back by itself and is not suggested again before.
    Snooze {
        #[command(flatten)]
        step: StepArgs,
        /// A day (2026-12-01) or an instant (RFC 3339).
        #[arg(long, value_name = "WHEN")]
        until: String,
        /// In your words.
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Answer or waive a check at the gate.
    Check(CheckArgs),
    /// Approve a card that waits at the gate.
    Approve(StepArgs),
    /// Say it with other words.
    Reword {
        #[command(flatten)]
        step: StepArgs,
        /// The first sentence to say.
        #[arg(long, value_name = "TEXT")]
        opening: String,
    },
    /// Take back the last step that a person took with a card, or what was done with a promise (`p…`), an answer (`n…`)
    /// or a lesson (`t…`).
    Undo(StepArgs),
    /// What was promised, overdue first.
    Promises {
        /// Only promises of this owner.
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Kept, broken and withdrawn ones too.
        #[arg(long)]
        all: bool,
    },
    /// A promise was kept.
    Kept(StepArgs),
    /// A promise will not be kept.
    Broken {
        #[command(flatten)]
        step: StepArgs,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// What clients told: proposed changes of their accounts, until a person confirms them.
    Answers {
        /// Confirmed, rejected and withdrawn ones too.
        #[arg(long)]
        all: bool,
    },
    /// An answer is right.
    Confirm(StepArgs),
    /// An answer is wrong.
    Reject(StepArgs),
    /// What dismissals taught the program.
    Lessons,
    /// Who changed what and when, newest first; and how to take it back.
    Log(LogArgs),
    /// Take lessons back: the program forgets them, the cards stay dismissed. `undo` has them count again.
    Unlearn {
        /// Which ones.
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Who does this; the name in the log.
        #[arg(long, value_name = "NAME", env = "TIDINGS_WHO")]
        who: Option<String>,
        /// Say what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Which card, and who acts.
#[derive(Debug, Args)]
pub(super) struct StepArgs {
    /// Which one.
    pub(super) id: String,
    /// Who does this; the name in the log.
    #[arg(long, value_name = "NAME", env = "TIDINGS_WHO")]
    pub(super) who: Option<String>,
    /// Say what would happen, change nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Why a card is dismissed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Code {
    /// Another firm of that name.
    WrongCompany,
    /// Only named in passing.
    PassingMention,
    /// Known already.
    Known,
    /// Came too late.
    TooLate,
    /// Not worth a contact.
    Trivial,
}

impl From<Code> for DismissalCode {
    fn from(code: Code) -> Self {
        match code {
            Code::WrongCompany => Self::WrongCompany,
            Code::PassingMention => Self::PassingMention,
            Code::Known => Self::Known,
            Code::TooLate => Self::TooLate,
            Code::Trivial => Self::Trivial,
        }
    }
}

impl Inbox {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = load_config(common)?;
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let now = clock.now();
        let desk = Desk { config: &config, store: &store, common, now };
        let ending = desk.serve(self).await;
        store.close().await;
        ending
    }
}

/// The database, where there is one already.
pub(super) async fn open_existing(config: &Config, common: &Common) -> Result<Store, Failure> {
    let file = folder::database_in(&common.data_dir);
    if config.settings.store.url.is_none() && !file.exists() {
        return Err(Failure::failed(format!("nothing has been read yet into {}", common.data_dir.display()))
            .hint("`tidings run --once` polls the configured feeds; --data-dir names another folder"));
    }
    Ok(open_store(config, &file).await?)
}

pub(super) struct Desk<'a> {
    pub(super) config: &'a Config,
    pub(super) store: &'a Store,
    pub(super) common: &'a Common,
    pub(super) now: Time,
}

impl Desk<'_> {
    async fn serve(&self, request: Inbox) -> Result<Ending, Failure> {
        match request {
            Inbox::List { owner, all } => self.list(Filter { owner, all }).await,
            Inbox::Show { id } => self.show(&id).await,
            Inbox::Accept(step) => self.step(&step, Command::Accept).await,
            Inbox::Done(done) => self.done(&done).await,
            Inbox::Check(check) => self.check(&check).await,
            Inbox::Reword { step, opening } => self.step(&step, Command::Reword { opening }).await,
            Inbox::Promises { owner, all } => self.promises(owner.as_deref(), all).await,
            Inbox::Kept(step) => self.turn_promise(&step, PromiseState::Kept, "kept").await,
            Inbox::Broken { step, reason } => self.turn_promise(&step, PromiseState::Broken, &reason).await,
            Inbox::Answers { all } => self.answers(all).await,
            Inbox::Confirm(step) => self.turn_answer(&step, AnswerState::Confirmed).await,
            Inbox::Reject(step) => self.turn_answer(&step, AnswerState::Rejected).await,
            Inbox::Lessons => self.lessons().await,
            Inbox::Log(asked) => self.log(asked).await,
            Inbox::Unlearn { ids, who, dry_run } => {
                for id in ids {
                    self.turn_lesson(&StepArgs { id, who: who.clone(), dry_run }, false).await?;
                }
                Ok(Ending::Done)
            }
            Inbox::Dismiss { step, code, note } => self.step(&step, Command::Dismiss { code: code.into(), note }).await,
            Inbox::Snooze { step, until, reason } => {
                let until = self.instant(&until)?;
                self.step(&step, Command::Snooze { until, reason }).await
            }
            Inbox::Approve(step) if step.who.is_none() => Err(Failure::misused("whoever approves must be named")
                .hint("`tidings inbox approve ID --who NAME`, or set TIDINGS_WHO")),
            Inbox::Approve(step) => self.step(&step, Command::Approve).await,
            Inbox::Undo(step) => match step.id.trim().chars().next() {
                Some('p') => self.turn_promise(&step, PromiseState::Open, "taken back").await,
                Some('n') => self.turn_answer(&step, AnswerState::Proposed).await,
                Some('t') => self.turn_lesson(&step, true).await,
                _ => self.undo(&step).await,
            },
        }
    }

    async fn list(&self, filter: Filter) -> Result<Ending, Failure> {
        let tiers: HashMap<_, _> =
            self.config.watchlist.accounts().iter().map(|account| (account.id.clone(), account.tier)).collect();
        let cards = inbox::list(self.store, &filter, &tiers).await.map_err(|error| told(&error))?;
        if self.common.json {
            cards.iter().for_each(print_json);
            return Ok(Ending::Done);
        }
        if cards.is_empty() {
            say("nothing waits for you");
            return Ok(Ending::Done);
        }
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(["id", "due", "state", "priority", "owner", "card"]);
        for card in &cards {
            table.add_row([
                short_id(card),
                card.due.to_string(),
                card.state.as_str().to_owned(),
                format!("{:.2}{}", card.priority.total, if card.alarm { " !" } else { "" }),
                card.owner.clone().unwrap_or_default(),
                card.title.clone(),
            ]);
        }
        say(&table.to_string());
        Ok(Ending::Done)
    }

    async fn show(&self, id: &str) -> Result<Ending, Failure> {
        let (card, steps) = inbox::show(self.store, id).await.map_err(|error| told(&error))?;
        let mut session = self.store.read().await?;
        let tasks = remotes::of_touch_point(&mut session, card.id).await?;
        let mut held = deliveries::of_touch_point(&mut session, card.id).await?;
        held.retain(|delivery| delivery.state == DeliveryState::Held);
        if self.common.json {
            let tasks: Vec<_> = tasks
                .iter()
                .map(|(destination, task)| serde_json::json!({ "destination": destination, "task": task }))
                .collect();
            print_json(&serde_json::json!({ "card": card, "steps": steps, "tasks": tasks, "held": held }));
        } else {
            say(&card_text::card(&card, &steps));
            for (destination, task) in &tasks {
                say(&card_text::task(destination.as_str(), task));
            }
            for delivery in &held {
                let why = delivery.last_error.as_deref().unwrap_or_default();
                say(&format!("held      {}: {why}", delivery.destination));
            }
        }
        Ok(Ending::Done)
    }

    async fn step(&self, step: &StepArgs, command: Command) -> Result<Ending, Failure> {
        let who = actor(step);
        let card = self.hand(&who, step).step(&step.id, &command).await.map_err(|error| told(&error))?;
        self.tell(&card, step.dry_run, None);
        Ok(Ending::Done)
    }

    async fn undo(&self, step: &StepArgs) -> Result<Ending, Failure> {
        let who = actor(step);
        let undone = self.hand(&who, step).undo(&step.id).await;
        let (taken_back, card) = undone.map_err(|error| told(&error))?;
        self.tell(&card, step.dry_run, Some(taken_back.step.as_str()));
        Ok(Ending::Done)
    }

    pub(super) fn tell(&self, card: &TouchPoint, dry_run: bool, taken_back: Option<&str>) {
        if self.common.json {
            print_json(card);
            return;
        }
        let would = if dry_run { "would be " } else { "" };
        let undone = taken_back.map(|step| format!(" (taken back: {step})")).unwrap_or_default();
        say(&format!("{} {would}{}{undone}: {}", short_id(card), card.state.as_str(), card.title));
    }

    /// A day begins at midnight in the operator's time zone.
    fn instant(&self, text: &str) -> Result<Time, Failure> {
        let instant = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).ok().or_else(|| {
            let midnight = text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?;
            let local = midnight.and_local_timezone(self.config.settings.operator.zone()).earliest()?;
            Some(local.to_utc())
        });
        instant.ok_or_else(|| {
            Failure::misused(format!("{text:?} is neither a day nor an instant"))
                .hint("write 2026-12-01, or 2026-12-01T09:00:00+01:00")
        })
    }
}

pub(super) fn actor(step: &StepArgs) -> Actor {
    person(step.who.as_deref())
}

/// Who acts: as told, else the name of this machine's user.
pub(super) fn person(who: Option<&str>) -> Actor {
    let user = || std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).ok();
    Actor::person(who.map(str::to_owned).or_else(user).as_deref().unwrap_or("someone at the terminal"))
}

pub(super) fn told(error: &InboxError) -> Failure {
    match error {
        InboxError::Unknown(_) => {
            Failure::failed(error).hint("`tidings inbox list --all` shows every card with its id")
        }
        InboxError::Ambiguous { .. } => Failure::misused(error).hint("type a little more of the id"),
        InboxError::Life(life) => {
            let hint = life.hint();
            Failure::failed(error).hint(hint)
        }
        InboxError::NoSuch { what, .. } => Failure::failed(error).hint(match *what {
            "promise" => "`tidings inbox promises --all` shows every promise with its id",
            "answer" => "`tidings inbox answers --all` shows every answer with its id",
            _ => "`tidings inbox lessons` shows what counts",
        }),
        InboxError::Banned(_) => {
            Failure::misused(error).hint("say it in other words; playbook.toml lists what is banned")
        }
        InboxError::StandsSo(..) | InboxError::NothingToUndo(_) | InboxError::Store(_) => Failure::failed(error),
    }
}
