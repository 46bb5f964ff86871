//! The message of a step: JSON that a program can use field by field, with a subject and a body (`template.rs`) that a CRM
//! can show as they are. Rendered when the step is taken, below 20 kB, without control characters in any line (R52).

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use super::Rules;
use super::context::{Around, Context};
use super::template::{LONGEST_SUBJECT, Worded, worded};
use super::trouble::Trouble;
use crate::model::{
    AccountKind, Action, Approach, Check, CheckState, DestinationId, DismissalCode, Evidence, EvidenceLevel, Factor,
    MatchNotice, OutcomeCode, SignalId, SignalType, Step, Tier, Time, TouchPoint, TouchPointState,
};
use crate::text::sanitise::plain_line;

/// Bytes that a message stays below: the advice of the Standard Webhooks specification (20 kB), less what an envelope of
/// CloudEvents puts around it.
const LONGEST_MESSAGE: usize = 19_500;

/// Characters of any other text.
const LONGEST_TEXT: usize = 500;

/// Characters of a name.
const LONGEST_NAME: usize = 120;

/// Entries of any list.
const LONGEST_LIST: usize = 12;

#[derive(Serialize)]
struct Message<'a> {
    /// `touch_point.` and the step.
    #[serde(rename = "type")]
    kind: String,
    timestamp: Time,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    /// Touch point and destination: the same for the life of the card, to find it again by.
    key: String,
    id: String,
    revision: u32,
    step: Step,
    state: TouchPointState,
    subject: String,
    body: String,
    high_priority: bool,
    account: String,
    /// The account's full name, where it is known.
    account_name: Option<String>,
    account_kind: Option<AccountKind>,
    account_tier: Option<Tier>,
    contact: Option<String>,
    owner: Option<String>,
    due: NaiveDate,
    action: Action,
    approach: Approach,
    play: String,
    cause: String,
    signal_type: Option<SignalType>,
    signals: Vec<&'a SignalId>,
    priority: f64,
    factors: Vec<&'a Factor>,
    alarm: bool,
    approval: bool,
    tact: bool,
    why: String,
    evidence: Vec<Quoted>,
    checks: Vec<String>,
    opening: Option<String>,
    talking_points: Vec<String>,
    questions: Vec<String>,
    avoid: Vec<String>,
    snoozed_until: Option<Time>,
    dismissal: Option<DismissalCode>,
    outcome: Option<String>,
    ended: Option<OutcomeCode>,
    /// The card's address in Tidings; empty where it has none.
    link: String,
    created: Time,
    updated: Time,
    /// What was wrong with the operator's template, where the shipped one stood in for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    template_trouble: Option<String>,
    /// Something was left out to stay below the limit.
    trimmed: bool,
}

#[derive(Serialize)]
struct Quoted {
    quote: String,
    publisher: Option<String>,
    published: Time,
    url: Option<String>,
    level: EvidenceLevel,
}

/// The message that tells a destination of a step; `card` is the card after it.
pub(super) fn of_step(card: &TouchPoint, step: Step, rules: &Rules<'_>, around: &Around<'_>, now: Time) -> String {
    let kind = format!("touch_point.{}", step.as_str());
    let template = rules.template.and_then(|name| around.templates?.get(name));
    let worded = worded(template, &Context::of(card, step, around));
    if let Some(trouble) = &worded.trouble {
        tracing::warn!(destination = %rules.id, card = %card.id, %trouble, "worded as shipped");
    }
    let mut message = Message { kind, timestamp: now, data: data(card, step, rules.id, worded, around) };
    loop {
        let text = serde_json::to_string(&message).unwrap_or_default();
        if text.len() < LONGEST_MESSAGE || !message.data.drop_one() {
            return text;
        }
        message.data.trimmed = true;
    }
}

/// The message that tells of a story that a saved search found; `key` is the same for all of that story.
pub(super) fn of_match(notice: &MatchNotice, key: &str, now: Time) -> String {
    let name = |text: &str| clip(text, LONGEST_NAME);
    let accounts = notice.accounts.iter().take(LONGEST_LIST);
    let accounts: Vec<_> =
        accounts.map(|(kind, id, name_of)| json!({ "kind": kind, "id": id, "name": name(name_of) })).collect();
    json!({
        "type": "saved_search.matched",
        "timestamp": now,
        "data": {
            "key": key,
            "search": notice.search,
            "query": plain_line(&notice.query),
            "owner": notice.owner.as_deref().map(name),
            "subject": clip(&format!("{}: {}", notice.search, notice.title), LONGEST_SUBJECT),
            "body": matched(notice),
            "story": notice.story,
            "article": notice.article,
            "title": clip(&notice.title, LONGEST_TEXT),
            // An address is whole or not there.
            "url": notice.url.as_ref().filter(|url| url.len() <= 4 * LONGEST_TEXT),
            "publisher": notice.publisher.as_deref().map(name),
            "published": notice.published,
            "language": notice.language,
            "accounts": accounts,
            "signals": notice.signals.iter().take(LONGEST_LIST).collect::<Vec<_>>(),
        },
    })
    .to_string()
}

/// Plain text for people: what was found, by whom it was told, where it stands.
fn matched(notice: &MatchNotice) -> String {
    let mut source: Vec<String> = notice.publisher.iter().map(|publisher| clip(publisher, 60)).collect();
    source.push(notice.published.date_naive().to_string());
    let mut lines = vec![format!("{} ({})", clip(&notice.title, 240), source.join(", "))];
    lines.extend(notice.url.as_deref().filter(|url| url.len() <= 400).map(plain_line));
    lines.push(format!("Found by the saved search {}", clip(&notice.search, 120)));
    lines.join("\n")
}

/// The message that a destination fails, or works again; `key` is the same for every attempt.
pub(super) fn of_trouble(trouble: &Trouble<'_>, key: &str, now: Time) -> String {
    let Trouble { destination, since, well, .. } = *trouble;
    let kind = if well { "destination.recovered" } else { "destination.failing" };
    json!({
        "type": kind,
        "timestamp": now,
        "data": {
            "key": key,
            "destination": destination,
            "since": since,
            "state": trouble.state,
            "why": clip(trouble.why, LONGEST_TEXT),
            "waiting": trouble.waiting,
            "subject": clip(&trouble.subject(), LONGEST_SUBJECT),
            "body": trouble.body(),
        },
    })
    .to_string()
}

/// The message that only proves that messages arrive.
pub(super) fn test(destination: &DestinationId, now: Time) -> String {
    json!({
        "type": "tidings.test",
        "timestamp": now,
        "data": {
            "destination": destination,
            "message": "This is a test of Tidings. Nothing needs to be done.",
            "subject": "Test of Tidings",
            "body": "This is a test of Tidings. Nothing needs to be done.",
        },
    })
    .to_string()
}

fn data<'a>(
    card: &'a TouchPoint,
    step: Step,
    destination: &DestinationId,
    Worded { subject, body, trouble }: Worded,
    around: &Around<'_>,
) -> Data<'a> {
    let name = |text: &str| clip(text, LONGEST_NAME);
    let text = |text: &str| clip(text, LONGEST_TEXT);
    let texts = |list: &[String]| list.iter().take(LONGEST_LIST).map(|one| text(one)).collect::<Vec<_>>();
    let long = [&card.talking_points, &card.questions, &card.avoid].iter().any(|list| list.len() > LONGEST_LIST);
    Data {
        key: format!("{}:{}", card.id, name(destination.as_str())),
        id: card.id.to_string(),
        revision: card.revision,
        step,
        state: card.state,
        subject,
        body,
        high_priority: card.alarm,
        account: name(card.account.as_str()),
        account_name: around.account.map(|account| name(&account.name)),
        account_kind: around.account.map(|account| account.kind),
        account_tier: around.account.map(|account| account.tier),
        contact: card.contact.as_deref().map(name),
        owner: card.owner.as_deref().map(name),
        due: card.due,
        action: card.action,
        approach: card.approach,
        play: name(card.play.as_str()),
        cause: name(&card.cause),
        signal_type: card.signal_type,
        signals: card.signals.iter().take(LONGEST_LIST).collect(),
        priority: card.priority.total,
        factors: card.priority.factors.iter().take(LONGEST_LIST).collect(),
        alarm: card.alarm,
        approval: card.approval,
        tact: card.tact,
        why: text(&card.why),
        evidence: card.evidence.iter().take(LONGEST_LIST).map(quoted).collect(),
        checks: card.checks.iter().take(LONGEST_LIST).map(|check| text(&checked(check))).collect(),
        opening: card.opening.as_deref().map(text),
        talking_points: texts(&card.talking_points),
        questions: texts(&card.questions),
        avoid: texts(&card.avoid),
        snoozed_until: card.snoozed_until,
        dismissal: card.dismissal,
        outcome: card.outcome.as_deref().map(text),
        ended: card.ended,
        link: around.link(card),
        created: card.created,
        updated: card.updated,
        template_trouble: trouble,
        trimmed: long || card.evidence.len() > LONGEST_LIST || card.checks.len() > LONGEST_LIST,
    }
}

impl Data<'_> {
    /// Leaves out the least needed entry; false where nothing is left to leave out. One quote stays longest.
    fn drop_one(&mut self) -> bool {
        self.factors.pop().is_some()
            || self.signals.pop().is_some()
            || (self.evidence.len() > 1 && self.evidence.pop().is_some())
            || self.talking_points.pop().is_some()
            || self.questions.pop().is_some()
            || self.checks.pop().is_some()
            || self.avoid.pop().is_some()
            || self.evidence.pop().is_some()
    }
}

fn quoted(evidence: &Evidence) -> Quoted {
    Quoted {
        quote: clip(&evidence.quote, LONGEST_TEXT),
        publisher: evidence.publisher.as_deref().map(|name| clip(name, LONGEST_NAME)),
        published: evidence.published,
        // An address is whole or not there.
        url: evidence.url.clone().filter(|url| url.len() <= 4 * LONGEST_TEXT),
        level: evidence.level,
    }
}

/// A check with how far it is.
pub(super) fn checked(check: &Check) -> String {
    let what = &check.what;
    match &check.state {
        CheckState::NotConnected => format!("{what}: not connected"),
        CheckState::Open => format!("{what}: open"),
        CheckState::Passed(answer) => format!("{what}: passed, {answer}"),
        CheckState::Waived(reason) => format!("{what}: waived, {reason}"),
    }
}

/// True where nothing of it is left to be settled.
pub(super) fn is_settled(check: &Check) -> bool {
    matches!(check.state, CheckState::Passed(_) | CheckState::Waived(_))
}

/// A single line of at most `room` characters; cut at a blank, the cut shown.
pub(super) fn clip(text: &str, room: usize) -> String {
    let line = plain_line(text);
    if line.chars().count() <= room {
        return line;
    }
    let kept: String = line.chars().take(room.saturating_sub(1)).collect();
    let end = kept.rfind(' ').filter(|end| *end > kept.len() / 2).unwrap_or(kept.len());
    format!("{}…", kept[..end].trim_end())
}
