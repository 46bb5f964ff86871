//! The life of a touch point: `suggested → checking → ready → accepted → done | dismissed | snoozed | expired | withdrawn`.
//!
//! A pure state machine. Closed states are left by [`undo`] only; every change raises the revision, so that each
//! destination can tell an older message from a newer one.

use chrono::NaiveDate;

use crate::model::{
    Actor, CheckState, DismissalCode, OutcomeCode, Step, StepRecord, Time, TouchPoint, TouchPointState as State,
};

use super::gate;

/// What somebody, or the clock, wants with a card.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Say yes to a card that waits at the gate.
    Approve,
    /// I will do it.
    Accept,
    /// It is done.
    Done {
        /// What came of it, in the owner's words.
        outcome: Option<String>,
    },
    /// It is done, and this is how it ended.
    Close {
        /// How it ended.
        code: OutcomeCode,
        /// What came of it, in the owner's words.
        words: Option<String>,
    },
    /// Say it with these words.
    Reword {
        /// The first sentence to say.
        opening: String,
    },
    /// Not worth a contact.
    Dismiss {
        /// Why.
        code: DismissalCode,
        /// In words.
        note: Option<String>,
    },
    /// Later.
    Snooze {
        /// When it comes back; must lie ahead.
        until: Time,
        /// Why, in words.
        reason: Option<String>,
    },
    /// Answer a check at the gate.
    Settle {
        /// Which check, as the card words it.
        what: String,
        /// The answer.
        state: CheckState,
    },
    /// Its snooze has ended.
    Wake {
        /// The day until which it is wanted now at the earliest, one on which its owner works.
        by: NaiveDate,
    },
    /// Its time went by.
    Expire,
    /// What caused it was taken back.
    Withdraw {
        /// Why, in words.
        reason: String,
    },
}

/// A card after a step, with the record of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The card as it now stands.
    pub card: TouchPoint,
    /// What was done, by whom.
    pub record: StepRecord,
}

/// Why a card cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifeError {
    /// It is closed; only undo leads back.
    #[error("the touch point is {} already", .0.as_str())]
    Closed(State),
    /// It is in that state already.
    #[error("the touch point is {} already", .0.as_str())]
    Already(State),
    /// Somebody must approve first.
    #[error("the touch point waits at the gate and needs approval first")]
    NeedsApproval,
    /// Something must be settled or waived before it can be approved.
    #[error("first settle or waive: {}", .0.join("; "))]
    SettleFirst(Vec<String>),
    /// Others must approve it.
    #[error("{who} cannot approve it; {} can", .may.join(" or "))]
    NotApprover {
        /// Who tried.
        who: String,
        /// Who may.
        may: Vec<String>,
    },
    /// Only cards at the gate are approved.
    #[error("the touch point is {} and needs no approval", .0.as_str())]
    NotAtGate(State),
    /// Only snoozed cards wake.
    #[error("the touch point is {}, not snoozed", .0.as_str())]
    NotSnoozed(State),
    /// A snooze must end in the future.
    #[error("the snooze would end at {0}, which is past")]
    SnoozeInPast(Time),
    /// The card has no such check.
    #[error("the touch point has no check {0:?}")]
    UnknownCheck(String),
    /// Accepted and snoozed cards do not expire: a person holds them.
    #[error("the touch point is {} and in a person's hands", .0.as_str())]
    InHand(State),
}

impl LifeError {
    /// What to do about it, for a person.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Closed(_) => "`tidings inbox undo ID` takes the last step back",
            Self::Already(_) | Self::NotAtGate(_) => "`tidings inbox show ID` shows every step it took",
            Self::NeedsApproval => "look at its checks with `tidings inbox show ID`, then `tidings inbox approve ID`",
            Self::SettleFirst(_) => "`tidings inbox check ID CHECK --answer TEXT`, or `--waive REASON`",
            Self::NotApprover { .. } => {
                "touchpoint.approvers and touchpoint.leads in tidings.toml name who may; say who with --who"
            }
            Self::NotSnoozed(_) => "only snoozed cards can be woken",
            Self::SnoozeInPast(_) => "name a day that lies ahead",
            Self::UnknownCheck(_) => "`tidings inbox show ID` lists its checks",
            Self::InHand(_) => "mark it as done or dismiss it",
        }
    }
}

/// Has `card` take the step of `command`; nothing is changed where it cannot.
///
/// # Errors
/// Where the state of the card does not allow the step.
pub fn step(card: &TouchPoint, command: &Command, who: &Actor, now: Time) -> Result<Change, LifeError> {
    if card.state.is_closed() {
        return Err(LifeError::Closed(card.state));
    }
    let mut next = card.clone();
    let (taken, note) = match command {
        Command::Approve => {
            if !at_gate(card) {
                return Err(LifeError::NotAtGate(card.state));
            }
            may_approve(card, who)?;
            next.state = State::Ready;
            next.gate.approved = Some(who.clone());
            (Step::Ready, Some(approval_note(card, who)))
        }
        Command::Accept => {
            if standing(card) == State::Accepted && card.state != State::Snoozed {
                return Err(LifeError::Already(card.state));
            }
            past_gate(card)?;
            next.state = State::Accepted;
            (Step::Accepted, None)
        }
        Command::Done { outcome } => {
            past_gate(card)?;
            next.state = State::Done;
            next.outcome.clone_from(outcome);
            (Step::Done, Some(outcome.clone().unwrap_or_else(|| "no outcome was told".to_owned())))
        }
        Command::Close { code, words } => {
            past_gate(card)?;
            next.state = State::Done;
            next.ended = Some(*code);
            next.outcome.clone_from(words);
            let words = words.as_ref().map(|words| format!(": {words}")).unwrap_or_default();
            (Step::Done, Some(format!("{}{words}", code.as_str())))
        }
        Command::Reword { opening } => {
            match &mut next.gate.held {
                Some(held) => held.opening = Some(opening.clone()),
                None => next.opening = Some(opening.clone()),
            }
            (Step::Updated, Some("reworded".to_owned()))
        }
        Command::Dismiss { code, note } => {
            next.state = State::Dismissed;
            next.dismissal = Some(*code);
            (Step::Dismissed, note.clone())
        }
        Command::Snooze { until, reason } => {
            if *until <= now {
                return Err(LifeError::SnoozeInPast(*until));
            }
            next.state = State::Snoozed;
            next.snoozed_from = Some(standing(card));
            next.snoozed_until = Some(*until);
            (Step::Snoozed, reason.clone())
        }
        Command::Settle { what, state } => {
            let check = next.checks.iter_mut().find(|check| check.what == *what);
            let check = check.ok_or_else(|| LifeError::UnknownCheck(what.clone()))?;
            check.state = state.clone();
            check.by = Some(who.clone());
            let note = match state {
                CheckState::Passed(answer) => format!("{what}: {answer}"),
                CheckState::Waived(reason) => format!("{what}: waived, {reason}"),
                CheckState::Open | CheckState::NotConnected => format!("{what}: open again"),
            };
            gate::present(&mut next);
            if card.state == State::Checking && gate::is_free(&next) {
                next.state = State::Ready;
                (Step::Ready, Some(note))
            } else {
                (Step::Updated, Some(note))
            }
        }
        Command::Wake { by } => {
            if card.state != State::Snoozed {
                return Err(LifeError::NotSnoozed(card.state));
            }
            next.state = standing(card);
            // Who put a card off wants it back as a task, not as one that is overdue.
            next.due = next.due.max(*by);
            (Step::Woken, None)
        }
        Command::Expire => {
            if matches!(card.state, State::Accepted | State::Snoozed) {
                return Err(LifeError::InHand(card.state));
            }
            next.state = State::Expired;
            let reason = if card.state == State::Suggested { "there was no room for it" } else { "nobody took it" };
            (Step::Expired, Some(format!("{reason} by {}", card.due)))
        }
        Command::Withdraw { reason } => {
            next.state = State::Withdrawn;
            (Step::Withdrawn, Some(reason.clone()))
        }
    };
    if next.state != State::Snoozed {
        next.snoozed_from = None;
        next.snoozed_until = None;
    }
    Ok(changed(card, next, taken, note, who, now))
}

/// Takes `step` back: the card is again what it was in `previous`, at a new revision. Undo is the only way out of a
/// closed state, so it is never refused.
#[must_use]
pub fn undo(card: &TouchPoint, previous: &TouchPoint, step: &StepRecord, who: &Actor, now: Time) -> Change {
    let note = Some(format!("taken back: {}", step.step.as_str()));
    changed(card, previous.clone(), Step::Undone, note, who, now)
}

/// The change from `card` to `next` by a step: one revision more than `card`, changed now.
pub(super) fn changed(
    card: &TouchPoint,
    mut next: TouchPoint,
    step: Step,
    note: Option<String>,
    who: &Actor,
    now: Time,
) -> Change {
    next.revision = card.revision.saturating_add(1);
    next.updated = now;
    Change { card: next, record: StepRecord { step, at: now, who: who.clone(), note } }
}

/// The state under a snooze, else the state.
fn standing(card: &TouchPoint) -> State {
    match card.state {
        State::Snoozed => card.snoozed_from.filter(|from| !from.is_closed()).unwrap_or(State::Ready),
        state => state,
    }
}

fn at_gate(card: &TouchPoint) -> bool {
    match standing(card) {
        State::Checking => true,
        State::Suggested => (card.approval && card.gate.approved.is_none()) || gate::is_blocked(card),
        _ => false,
    }
}

/// # Errors
/// Where something must be settled first, or somebody else must approve. The program never approves.
fn may_approve(card: &TouchPoint, who: &Actor) -> Result<(), LifeError> {
    let first = gate::in_the_way(card);
    if !first.is_empty() && !card.alarm {
        return Err(LifeError::SettleFirst(first));
    }
    let may = &card.gate.approvers;
    if who.is_program() || !(may.is_empty() || may.contains(&who.0)) {
        let may = if may.is_empty() { vec!["a person".to_owned()] } else { may.clone() };
        return Err(LifeError::NotApprover { who: who.0.clone(), may });
    }
    Ok(())
}

/// What was approved with it: checks that nobody answered stay in the log.
fn approval_note(card: &TouchPoint, who: &Actor) -> String {
    let open = card.checks.iter().filter(|check| matches!(check.state, CheckState::Open | CheckState::NotConnected));
    let open: Vec<&str> = open.map(|check| check.what.as_str()).collect();
    if open.is_empty() {
        format!("approved by {who}")
    } else {
        format!("approved by {who}, unanswered: {}", open.join("; "))
    }
}

fn past_gate(card: &TouchPoint) -> Result<(), LifeError> {
    if !at_gate(card) {
        return Ok(());
    }
    let first = gate::in_the_way(card);
    if first.is_empty() || card.alarm { Err(LifeError::NeedsApproval) } else { Err(LifeError::SettleFirst(first)) }
}
