//! Eight weeks in under a minute: the clock is moved along, and at each stop the real program makes a pass.

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;

use super::newswire::{DAYS, Deed, Newswire, NewswireError};
use super::settings;
use super::site::Site;
use crate::config::{self, Config, Problems};
use crate::model::{Actor, DismissalCode, ManualClock, SignalType, Time, TouchPoint};
use crate::pipeline::inbox::{self, Filter, InboxError};
use crate::pipeline::pass::{self, Pass};
use crate::pipeline::{Engine, EngineError};
use crate::store::{DataFolder, StoreError, feeds};
use crate::touchpoint::life::Command;

/// Hours of a day at which the newswire is polled.
const HOURS: [i64; 2] = [8, 16];

/// Why the demo could not be played.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Its texts are wrong.
    #[error(transparent)]
    Newswire(#[from] NewswireError),
    /// A file or the port could not be had.
    #[error("the demo cannot be set up: {0}")]
    Io(#[from] std::io::Error),
    /// Its configuration is wrong.
    #[error("the configuration of the demo is wrong: {0}")]
    Config(String),
    /// The program could not be started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A card could not take a step.
    #[error(transparent)]
    Inbox(#[from] InboxError),
}

/// How far the demo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Days played.
    pub number: i64,
    /// Days there are.
    pub of: i64,
    /// Articles read so far.
    pub articles: usize,
    /// Cards born so far.
    pub cards: usize,
}

/// What the demo came to.
#[derive(Clone, Debug)]
pub struct Played {
    /// Articles read, edits of known ones included.
    pub articles: usize,
    /// Cards born.
    pub cards: usize,
    /// The last pass.
    pub last: Pass,
    /// The configuration it was played under, with its feeds not paused yet.
    pub config: Arc<Config>,
    /// The instant it ends at.
    pub ended: Time,
}

/// Plays the newswire whose last day is the day of `now`: writes the configuration into `folder`, what it finds into
/// `data`, and tells each day to `progress`. Its feeds are paused in the end.
///
/// # Errors
/// Where the configuration or the database cannot be written.
pub async fn play(
    folder: &Path,
    data: DataFolder,
    now: Time,
    progress: &mut (dyn FnMut(Day) + Send),
) -> Result<Played, DemoError> {
    let newswire = Arc::new(Newswire::ending(now)?);
    let clock = Arc::new(ManualClock::at(newswire.instant(0, 0)));
    let site = Site::open(Arc::clone(&newswire), clock.clone()).await?;
    settings::write(folder, &newswire, site.address)?;
    let mut config = config::load(folder).map_err(|problems| DemoError::Config(first_of(&problems)))?;
    // The newswire is served on loopback; nothing of this is left in the files.
    config.settings.net.allow.push(site.address.ip().to_string());
    let config = Arc::new(config);
    let engine = Engine::start(Arc::clone(&config), data, clock.clone()).await?;
    let mut played = Played { articles: 0, cards: 0, last: Pass::default(), config, ended: now };
    for day in 0..DAYS {
        for at in HOURS.map(|hour| newswire.instant(day, hour)).into_iter().filter(|at| *at <= now) {
            clock.set(at);
            played.take(pass::run(&engine, true).await?);
        }
        for deed in newswire.deeds.iter().filter(|deed| deed.day == day) {
            perform(&engine, deed, newswire.instant(day, 17).min(now)).await?;
        }
        progress(Day { number: day + 1, of: DAYS, articles: played.articles, cards: played.cards });
    }
    clock.set(now);
    played.take(pass::run(&engine, true).await?);
    rest(&engine).await?;
    engine.store.close().await;
    settings::pause_feeds(folder)?;
    Ok(played)
}

impl Played {
    fn take(&mut self, pass: Pass) {
        self.articles += pass.articles;
        self.cards += pass.cards + pass.planned + pass.told;
        self.last = pass;
    }
}

/// Pauses the feeds as the file will say: there is nothing to poll any more.
async fn rest(engine: &Engine) -> Result<(), StoreError> {
    let mut session = engine.store.write().await?;
    for (_, feed) in engine.config().feeds() {
        feeds::declare(&mut session, &feed.id, &feed.url, true, engine.now()).await?;
    }
    session.commit().await
}

fn first_of(problems: &Problems) -> String {
    problems.iter().next().map(ToString::to_string).unwrap_or_default()
}

/// Has one of our own people do something with the card it is about; where there is none, nothing is done.
async fn perform(engine: &Engine, deed: &Deed, now: Time) -> Result<(), DemoError> {
    let filter = Filter { owner: None, all: false };
    let cards = inbox::list(&engine.store, &filter, &std::collections::HashMap::new()).await?;
    let Some(card) = cards.iter().find(|card| is_meant(card, deed)) else { return Ok(()) };
    let Some(command) = command_of(deed, now) else { return Ok(()) };
    let who = Actor::person(&deed.who);
    let id = card.id.to_string();
    match inbox::step(&engine.store, &id, &command, &who, &engine.config(), now, false).await {
        // A card that is at another step than the deed expects is left as it is.
        Ok(_) | Err(InboxError::Life(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn is_meant(card: &TouchPoint, deed: &Deed) -> bool {
    let same_signal = |wanted: &String| card.signal_type.map(SignalType::as_str) == Some(wanted.as_str());
    card.account.as_str() == deed.account && deed.signal.as_ref().is_none_or(same_signal)
}

fn command_of(deed: &Deed, now: Time) -> Option<Command> {
    let with = deed.with.clone();
    Some(match deed.deed.as_str() {
        "approve" => Command::Approve,
        "accept" => Command::Accept,
        "done" => Command::Done { outcome: with },
        "dismiss" => {
            let (code, _) = DismissalCode::ALL.iter().find(|(_, word)| with.as_deref() == Some(*word))?;
            Command::Dismiss { code: *code, note: None }
        }
        "snooze" => {
            let days = with.and_then(|days| days.parse().ok()).unwrap_or(7);
            Command::Snooze { until: now + TimeDelta::days(days), reason: None }
        }
        _ => return None,
    })
}
