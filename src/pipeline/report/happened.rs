//! What happened in the days of the brief: rivals, rumours, topics, corrections, and what came of cards.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::compose::{in_words, one_line, story_of};
use super::{
    Correction, Dismissed, Judged, Line, Material, Outcomes, PlayOutcomes, Precision, Request, RivalMove, Unsure,
    Words, judged_since,
};
use crate::model::{
    AccountId, Action, AnswerState, DismissalCode, EvidenceLevel, OutcomeCode, Signal, SignalType, Status, Step,
    TouchPoint, TouchPointId, TouchPointState as State,
};
use crate::touchpoint::tuning::{Learned, learned};

/// Moves of rivals that are told.
const MOVES: usize = 3;

/// What rivals did: battlecard entries of these days, then signals that led to none; the most urgent first.
pub(super) fn rival_moves(material: &Material, request: &Request) -> (Vec<RivalMove>, usize) {
    let window = request.window;
    let entries = material.recent.iter().filter(|card| {
        card.action == Action::Battlecard
            && window.holds(card.created)
            && !matches!(card.state, State::Dismissed | State::Withdrawn)
    });
    let mut entries: Vec<&TouchPoint> = entries.collect();
    entries.sort_by(|one, other| {
        (other.alarm.cmp(&one.alarm)).then_with(|| other.priority.total.total_cmp(&one.priority.total))
    });
    let mut moves: Vec<RivalMove> = entries.iter().filter_map(|card| move_of_card(card, request)).collect();
    let carded: HashSet<(&AccountId, &str)> =
        material.recent.iter().map(|card| (&card.account, story_of(card))).collect();
    let mut told: HashSet<(&AccountId, &str)> = HashSet::new();
    for signal in &material.signals {
        let key = (&signal.account, signal.story.as_str());
        let sure = !signal.withdrawn && matches!(signal.status, Status::Completed | Status::Announced) && signal.about;
        if sure && !carded.contains(&key) && told.insert(key) {
            moves.extend(move_of_signal(signal, request));
        }
    }
    let all = moves.len();
    moves.truncate(MOVES);
    (moves, all)
}

fn move_of_card(card: &TouchPoint, request: &Request) -> Option<RivalMove> {
    let rival = request.rival(&card.account)?;
    let what = card.title.strip_prefix(Action::Battlecard.verb()).unwrap_or(&card.title).trim_start();
    let what = what.strip_prefix(rival.name.as_str()).map_or(what, |rest| rest.trim_start_matches([':', ',', ' ']));
    let asked = card.questions.iter().map(|question| question.trim_start_matches("Inside: "));
    let so_what =
        asked.clone().find_map(|question| question.strip_prefix("So what: ")).or_else(|| asked.clone().next());
    Some(RivalMove {
        account: rival.id.clone(),
        name: rival.name.clone(),
        what: what.to_owned(),
        quote: card.evidence.first().map(|evidence| one_line(&evidence.quote)),
        day: request.window.day(card.created),
        touches: request.touched_by(rival),
        so_what: so_what.map(str::to_owned),
        card: Some(card.id),
        url: card.evidence.first().and_then(|evidence| evidence.url.clone()),
    })
}

fn move_of_signal(signal: &Signal, request: &Request) -> Option<RivalMove> {
    let rival = request.rival(&signal.account)?;
    let best = signal.evidence.first();
    Some(RivalMove {
        account: rival.id.clone(),
        name: rival.name.clone(),
        what: in_words(signal.kind.as_str()),
        quote: best.map(|evidence| one_line(&evidence.quote)),
        day: request.window.day(signal.last_at),
        touches: request.touched_by(rival),
        so_what: None,
        card: None,
        url: best.and_then(|evidence| evidence.url.clone()),
    })
}

/// Rumours, and what only a headline tells, as long as no card came of it.
pub(super) fn lines(material: &Material, request: &Request) -> Vec<Line> {
    let carded: HashSet<(&AccountId, &str)> =
        material.open.iter().chain(&material.recent).map(|card| (&card.account, story_of(card))).collect();
    let mut told = HashSet::new();
    let mut lines = Vec::new();
    for (story, account, reason) in &material.not_suggested {
        if carded.contains(&(account, story.as_str())) || !request.concerns(account) {
            continue;
        }
        for signal in material.signals.iter().filter(|signal| signal.story == *story && signal.account == *account) {
            let Some(unsure) = unsure(signal, &material.signals) else { continue };
            let Some(best) = signal.evidence.first() else { continue };
            if told.insert(&signal.id) {
                lines.push(Line {
                    account: account.clone(),
                    name: request.name(account),
                    kind: signal.kind,
                    unsure,
                    reason: reason.clone(),
                    quote: one_line(&best.quote),
                    publisher: best.publisher.clone(),
                    day: request.window.day(signal.last_at),
                    url: best.url.clone(),
                });
            }
        }
    }
    lines
}

fn unsure(signal: &Signal, all: &[Signal]) -> Option<Unsure> {
    if signal.withdrawn || !signal.about {
        return None;
    }
    let best = signal.evidence.iter().map(|evidence| evidence.level).max();
    match signal.status {
        Status::Rumoured if all.iter().any(|later| denies(later, signal)) => Some(Unsure::Denied),
        Status::Rumoured => Some(Unsure::Rumour),
        Status::Completed | Status::Announced if best == Some(EvidenceLevel::HeadlineOnly) && signal.origins < 2 => {
            Some(Unsure::HeadlineOnly)
        }
        _ => None,
    }
}

/// A later denial of the same firm's event, in whatever story. The sale of a firm and its purchase are one event.
fn denies(later: &Signal, rumour: &Signal) -> bool {
    let deal = |kind: SignalType| matches!(kind, SignalType::Acquisition | SignalType::Divestiture);
    later.status == Status::Denied
        && later.account == rumour.account
        && later.last_at >= rumour.last_at
        && (later.kind == rumour.kind || (deal(later.kind) && deal(rumour.kind)))
}

/// Signals that were taken back, and cards that went for another reason of that kind (a denial).
pub(super) fn corrections(material: &Material, request: &Request) -> Vec<Correction> {
    let cards: HashMap<TouchPointId, &TouchPoint> = material.recent.iter().map(|card| (card.id, card)).collect();
    let mut corrections = Vec::new();
    let mut told = HashSet::new();
    for (id, record) in material.steps.iter().filter(|(_, record)| record.step == Step::Withdrawn) {
        let Some(card) = cards.get(id).filter(|card| request.concerns(&card.account)) else { continue };
        // A planned contact that was made on news was not wrong.
        if !card.cause.starts_with("story:") {
            continue;
        }
        if told.insert((&card.account, story_of(card))) {
            corrections.push(Correction {
                account: card.account.clone(),
                name: request.name(&card.account),
                what: card.title.clone(),
                day: request.window.day(record.at),
                card: Some(card.id),
            });
        }
    }
    for signal in material.signals.iter().filter(|signal| signal.withdrawn && request.concerns(&signal.account)) {
        if told.insert((&signal.account, signal.story.as_str())) {
            let quote = signal.evidence.first().map(|evidence| one_line(&evidence.quote));
            corrections.push(Correction {
                account: signal.account.clone(),
                name: request.name(&signal.account),
                what: quote.unwrap_or_else(|| in_words(signal.kind.as_str())),
                day: request.window.day(signal.last_at),
                card: None,
            });
        }
    }
    corrections
}

/// The last judgement of a card counts, once.
pub(super) fn outcomes(material: &Material, request: &Request) -> Outcomes {
    let mut outcomes = Outcomes::default();
    let steps: HashSet<(TouchPointId, Step)> = material.steps.iter().map(|(id, record)| (*id, record.step)).collect();
    for card in material.recent.iter().filter(|card| request.owns(card.owner.as_deref())) {
        if card.state == State::Done && steps.contains(&(card.id, Step::Done)) {
            outcomes.done += 1;
            match card.ended {
                Some(OutcomeCode::Replied) => outcomes.replies += 1,
                Some(OutcomeCode::Meeting) => outcomes.meetings += 1,
                Some(OutcomeCode::Renewed) => outcomes.renewals += 1,
                _ => {}
            }
            let words = card.outcome.as_deref().map(one_line).filter(|words| !words.is_empty());
            note_play(&mut outcomes.by_play, card);
            outcomes.words.extend(words.map(|outcome| Words { card: card.id, title: card.title.clone(), outcome }));
        }
    }
    outcomes
        .by_play
        .sort_by(|one, other| (other.answered, other.done, &one.play).cmp(&(one.answered, one.done, &other.play)));
    let told = material.answers.iter().filter(|answer| answer.stands() && request.concerns(&answer.account));
    for answer in told {
        outcomes.answers += 1;
        outcomes.confirmed += usize::from(answer.state == AnswerState::Confirmed);
    }
    for (code, _) in DismissalCode::ALL {
        let dismissed = material.recent.iter().filter(|card| {
            card.state == State::Dismissed
                && card.dismissal == Some(*code)
                && request.owns(card.owner.as_deref())
                && steps.contains(&(card.id, Step::Dismissed))
        });
        let cards = dismissed.count();
        if cards > 0 {
            outcomes.dismissed.push(Dismissed { code: *code, cards });
        }
    }
    outcomes
}

/// Success is judged by what came of cards, not by how many were done.
fn note_play(by_play: &mut Vec<PlayOutcomes>, card: &TouchPoint) {
    let place = by_play.iter().position(|known| known.play == card.play.as_str()).unwrap_or_else(|| {
        by_play.push(PlayOutcomes { play: card.play.0.clone(), ..PlayOutcomes::default() });
        by_play.len() - 1
    });
    let play = &mut by_play[place];
    play.done += 1;
    let answered = [OutcomeCode::Replied, OutcomeCode::Meeting, OutcomeCode::Renewed];
    play.answered += usize::from(card.ended.is_some_and(|code| answered.contains(&code)));
    let ended = card.ended.map_or("not told", OutcomeCode::as_str);
    *play.ended.entry(ended.to_owned()).or_default() += 1;
}

/// What dismissals taught. A part that one play has for all accounts concerns everybody.
pub(super) fn lessons(material: &Material, request: &Request) -> Vec<Learned> {
    let for_all = |code| matches!(code, DismissalCode::TooLate | DismissalCode::Trivial);
    let own = material.lessons.iter().filter(|lesson| for_all(lesson.code) || request.concerns(&lesson.account));
    learned(&own.cloned().collect::<Vec<_>>())
}

pub(super) fn precision(material: &Material, request: &Request) -> Precision {
    let since = judged_since(request.window);
    let mut by_type: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut by_source: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let judged = material.recent.iter().filter(|card| {
        card.updated >= since && card.updated < request.window.end() && request.owns(card.owner.as_deref())
    });
    for card in judged {
        let Some(right) = judgement(card) else { continue };
        let kind = card.signal_type.map_or_else(|| without_news(card), |kind| in_words(kind.as_str()));
        let count = |tally: &mut BTreeMap<String, (usize, usize)>, name: String| {
            let entry = tally.entry(name).or_default();
            entry.0 += 1;
            entry.1 += usize::from(right);
        };
        count(&mut by_type, kind);
        let publishers: HashSet<&str> =
            card.evidence.iter().map(|evidence| evidence.publisher.as_deref().unwrap_or("unknown publisher")).collect();
        for publisher in publishers {
            count(&mut by_source, publisher.to_owned());
        }
    }
    Precision { since: request.window.day(since), by_type: most_first(by_type), by_source: most_first(by_source) }
}

/// Where a card comes from that no news brought about.
fn without_news(card: &TouchPoint) -> String {
    let from = card.cause.split(':').next().unwrap_or_default();
    match from {
        "fact" => "told by a system".to_owned(),
        "promise" => "overdue promise".to_owned(),
        _ => "planned".to_owned(),
    }
}

/// Whether a person found the card right. What came too late or was known already was true all the same.
fn judgement(card: &TouchPoint) -> Option<bool> {
    match (card.state, card.dismissal) {
        (State::Accepted | State::Done, _) => Some(true),
        (State::Dismissed, Some(code)) => Some(matches!(code, DismissalCode::Known | DismissalCode::TooLate)),
        _ => None,
    }
}

fn most_first(tally: BTreeMap<String, (usize, usize)>) -> Vec<Judged> {
    let mut judged: Vec<Judged> =
        tally.into_iter().map(|(name, (judged, right))| Judged { name, judged, right }).collect();
    judged.sort_by_key(|one| Reverse(one.judged));
    judged
}
