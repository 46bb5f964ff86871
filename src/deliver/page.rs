//! What a mailbox or a chat is told, as headings, lines, quotes and lists, before it is written in the language of either.
//! All texts are single lines without control characters (R44, R52); nothing is escaped yet.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Answer, Class, Refusal, Task};
use crate::model::{Delivery, Step, TouchPointState};
use crate::text::sanitise::plain_line;

/// Quotes shown of one card.
const QUOTES: usize = 3;

/// Characters of any text.
const LONGEST_TEXT: usize = 1_000;

/// Blocks of a page: what a digest may hold.
const MOST_BLOCKS: usize = 200;

/// Something to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The line on top: subject of a mail, header of a chat.
    pub title: String,
    /// Alarms only.
    #[serde(default)]
    pub urgent: bool,
    /// Who of us it is for; none where it is for all who listen.
    #[serde(default)]
    pub owner: Option<String>,
    /// What stands below.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading among several.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// What somebody published, verbatim.
    Quote {
        /// The words.
        text: String,
        /// Publisher and day.
        source: String,
        /// Where a person reads it.
        url: Option<String>,
    },
    /// Names and values ("Due", "2026-03-02").
    Facts(Vec<(String, String)>),
    /// Lines that belong together.
    List {
        /// What they are; empty for none.
        heading: String,
        /// The lines.
        entries: Vec<String>,
    },
    /// Where to go on.
    Link {
        /// What opens.
        label: String,
        /// An address of http or https.
        url: String,
    },
    /// What matters little.
    Small(String),
}

/// What only a page shows of a card, beside its task.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Extra {
    checks: Vec<String>,
    approval: bool,
}

impl Page {
    /// The page that a delivery is to be shown as. `card_url` is the address of a card for people, `{id}` in it replaced.
    ///
    /// # Errors
    /// Where the stored message cannot be read: it was written by a later version.
    pub fn of(delivery: &Delivery, card_url: Option<&str>) -> Result<Self, Answer> {
        let message: Value = serde_json::from_str(&delivery.payload).map_err(|error| unreadable(&error))?;
        let kind = message["type"].as_str().unwrap_or_default();
        let data = &message["data"];
        let page = match kind {
            "digest" => Self::deserialize(&data["page"]).map_err(|error| unreadable(&error))?,
            "saved_search.matched" => of_match(data),
            _ if kind.starts_with("touch_point.") => of_card(delivery, data, card_url)?,
            _ => plain(kind, data),
        };
        Ok(page.cleaned())
    }

    /// Every text as a single line of bounded length, every address one that a person may follow.
    fn cleaned(mut self) -> Self {
        self.title = clip(&self.title, 200);
        if self.title.is_empty() {
            "Tidings".clone_into(&mut self.title);
        }
        self.owner = self.owner.map(|owner| clip(&owner, 200));
        self.blocks.truncate(MOST_BLOCKS);
        let blocks = self.blocks.into_iter().filter_map(Block::cleaned);
        Self { blocks: blocks.collect(), ..self }
    }
}

impl Block {
    fn cleaned(self) -> Option<Self> {
        let line = |text: String| Some(clip(&text, LONGEST_TEXT)).filter(|text| !text.is_empty());
        Some(match self {
            Self::Heading(text) => Self::Heading(line(text)?),
            Self::Text(text) => Self::Text(line(text)?),
            Self::Small(text) => Self::Small(line(text)?),
            Self::Quote { text, source, url } => {
                Self::Quote { text: line(text)?, source: clip(&source, 300), url: url.filter(|url| is_web(url)) }
            }
            Self::Facts(facts) => {
                let facts = facts.into_iter().filter_map(|(name, value)| Some((line(name)?, line(value)?)));
                Some(facts.collect::<Vec<_>>()).filter(|facts| !facts.is_empty()).map(Self::Facts)?
            }
            Self::List { heading, entries } => {
                let entries: Vec<_> = entries.into_iter().filter_map(line).take(50).collect();
                Some(entries)
                    .filter(|entries| !entries.is_empty())
                    .map(|entries| Self::List { heading: clip(&heading, 200), entries })?
            }
            Self::Link { label, url } if is_web(&url) => Self::Link { label: line(label)?, url },
            Self::Link { .. } => return None,
        })
    }
}

fn unreadable(error: &serde_json::Error) -> Answer {
    Answer::Refused(Refusal::new(Class::Dead, format!("its message cannot be read by this version: {error}")))
}

fn of_card(delivery: &Delivery, data: &Value, card_url: Option<&str>) -> Result<Page, Answer> {
    let task = Task::of(delivery)?;
    let extra = Extra::deserialize(data).unwrap_or_default();
    let word = headline(&task);
    let alarm = if task.high_priority && word.is_empty() { "Alarm: " } else { "" };
    let mut blocks = Vec::new();
    match task.state {
        TouchPointState::Withdrawn => {
            blocks.push(Block::Text("What caused this was taken back: nothing is to be done any more.".to_owned()));
        }
        state if task.is_cancelled() => {
            blocks.push(Block::Text(format!("This no longer stands: it is {}.", state.as_str())));
        }
        _ => {}
    }
    blocks.push(Block::Text(task.why.clone()));
    let quotes = task.evidence.iter().take(QUOTES).map(|one| Block::Quote {
        text: one.quote.clone(),
        source: source(one.publisher.as_deref(), &one.published.date_naive().to_string()),
        url: one.url.clone(),
    });
    blocks.extend(quotes);
    let fact = |name: &str, value: Option<String>| value.map(|value| (name.to_owned(), value));
    let facts = [
        fact("Do by", Some(task.due.to_string())),
        fact("Action", Some(task.action.verb().to_owned())),
        fact("Account", Some(task.account.clone())),
        fact("Contact", task.contact.clone()),
        fact("Owner", task.owner.clone()),
        fact("Outcome", task.outcome.clone()),
    ];
    blocks.push(Block::Facts(facts.into_iter().flatten().collect()));
    let list =
        |heading: &str, entries: &[String]| Block::List { heading: heading.to_owned(), entries: entries.to_vec() };
    let mut first = if extra.approval { vec!["approval".to_owned()] } else { Vec::new() };
    first.extend(extra.checks.into_iter().filter(|check| !check.contains(": passed") && !check.contains(": waived")));
    blocks.push(list("Check first", &first));
    blocks.extend(task.opening.iter().map(|opening| Block::Text(format!("Opening: {opening}"))));
    blocks.push(list("Ask", &task.questions));
    blocks.push(list("May come up", &task.talking_points));
    blocks.push(list("Never say", &task.avoid));
    let open =
        card_url.map(|base| Block::Link { label: "Open the card".to_owned(), url: base.replace("{id}", &task.id) });
    blocks.extend(open);
    blocks.push(Block::Small(format!("How this came to be: tidings explain {}", task.id)));
    Ok(Page { title: format!("{word}{alarm}{}", task.subject), urgent: task.high_priority, owner: task.owner, blocks })
}

/// What stands before the subject of a card that is not new; empty for a new one.
fn headline(task: &Task) -> String {
    let word = match (task.step, task.state) {
        (Step::Undone, _) => "Taken back",
        (Step::Updated, _) => "Updated",
        (Step::Woken, _) => "Again",
        (_, TouchPointState::Accepted) => "Accepted",
        (_, TouchPointState::Done) => "Done",
        (_, TouchPointState::Dismissed) => "Dismissed",
        (_, TouchPointState::Snoozed) => "Put off",
        (_, TouchPointState::Expired) => "Expired",
        (_, TouchPointState::Withdrawn) => "Withdrawn",
        (_, TouchPointState::Suggested | TouchPointState::Checking | TouchPointState::Ready) => return String::new(),
    };
    format!("{word}: ")
}

fn of_match(data: &Value) -> Page {
    let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
    let (search, title) = (text("search"), text("title"));
    let accounts: Vec<_> =
        data["accounts"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    let signals: Vec<_> = data["signals"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let published = text("published");
    let day = published.split('T').next().unwrap_or_default();
    let facts = [("Names", accounts.join(", ")), ("Events", signals.join(", ").replace('_', " "))];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let blocks = vec![
        Block::Quote {
            text: title.clone(),
            source: source(data["publisher"].as_str(), day),
            url: data["url"].as_str().map(str::to_owned),
        },
        Block::Facts(facts.map(|(name, value)| (name.to_owned(), value)).collect()),
        Block::Small(format!("Saved search {search}: {}", text("query"))),
    ];
    Page {
        title: format!("{search}: {title}"),
        urgent: false,
        owner: data["owner"].as_str().map(str::to_owned),
        blocks,
    }
}

/// Any other message: its subject and body where it has them, else what kind it is and its plain texts.
fn plain(kind: &str, data: &Value) -> Page {
    let text = |key: &str| data[key].as_str().filter(|text| !text.trim().is_empty());
    let title = text("subject").map_or_else(|| format!("Tidings: {kind}"), str::to_owned);
    let mut blocks: Vec<_> = match text("body").or_else(|| text("message")) {
        Some(body) => body.lines().map(|line| Block::Text(line.to_owned())).collect(),
        None => Vec::new(),
    };
    if blocks.is_empty() {
        let facts = data.as_object().into_iter().flatten().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name.clone(), text.clone())),
            Value::Number(_) | Value::Bool(_) => Some((name.clone(), value.to_string())),
            _ => None,
        });
        blocks.push(Block::Facts(facts.collect()));
    }
    let urgent = data["high_priority"] == true || kind.ends_with(".failing");
    Page { title, urgent, owner: text("owner").map(str::to_owned), blocks }
}

/// `Publisher, 2026-03-02`
pub fn source(publisher: Option<&str>, day: &str) -> String {
    [publisher, Some(day)].into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An address of http or https without anything that could end it where it is quoted.
fn is_web(url: &str) -> bool {
    url.len() <= 2_000
        && !url.chars().any(|letter| letter.is_whitespace() || letter.is_control() || "<>\"'`\\".contains(letter))
        && url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// A single line of at most `room` characters; the cut shown.
pub fn clip(text: &str, room: usize) -> String {
    let line = plain_line(text);
    if line.chars().count() <= room {
        return line;
    }
    let kept: String = line.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
