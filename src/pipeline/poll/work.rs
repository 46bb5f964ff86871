//! The work of the poll loop: leases what is due as hands come free, has the crew ask, and writes many answers at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;
use tracing::info;

use super::crew::{Crew, Turn};
use super::{Came, IN_FLIGHT, LEASE, Polled, Told, Visit, archive, ask, clock, kinds, service};
use crate::address;
use crate::config::Config;
use crate::model::{Feed, FeedId, Source, Time};
use crate::pipeline::Engine;
use crate::store::StoreError;
use crate::store::feeds::{self, FeedState};

/// Feeds leased at once.
const BATCH: usize = 128;

/// Feeds of one host that are leased at a time, all processes together: enough that its line does not run dry, few enough
/// that the others find room.
const OF_ONE_HOST: usize = 32;

/// Feeds of one host in line at most; the others come back when their lease ends.
const LINE: usize = 4 * OF_ONE_HOST;

/// Feeds in line at most, all hosts together.
const ALL_LINES: usize = 8192;

/// Answers that may wait to be written; while there are more, nobody is asked.
const UNWRITTEN: usize = 64;

/// How long after a lease that brought too little work the next is tried, while some of the crew are still at work.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// A feed in line, as it was when it was leased.
struct Leased {
    state: FeedState,
    until: Time,
}

/// Polls every feed that is due, and what falls due meanwhile, until none is. `told` hears what each came to.
///
/// Asking and the database go on side by side: while some answers are written, others come in, and all that have come
/// are written together next. So the disk is waited for once for many, and validators still stand or fall with their
/// entries.
///
/// # Errors
/// Where the database refuses; a feed that fails is told in the result.
pub async fn while_due(engine: &Engine, told: &mut (dyn FnMut(Polled) + Send)) -> Result<(), StoreError> {
    let mut crew = Crew::new(IN_FLIGHT, LINE);
    let mut known = Arc::new(Known::of(engine.config()));
    let mut asking = FuturesUnordered::new();
    let mut answers: Vec<Answer> = Vec::new();
    // At most one thing at a time is done with the database. An answer that needs more than to be written, and an archive,
    // see to that themselves, beside it.
    let mut desk: Option<BoxFuture<'_, Result<Desk, StoreError>>> = None;
    let mut archives: VecDeque<(Arc<Known>, FeedId)> = VecDeque::new();
    let mut reading_on = FuturesUnordered::new();
    let mut look_again = Instant::now();
    loop {
        while answers.len() < UNWRITTEN && !engine.stopping() {
            let Some(turn) = crew.next_turn() else { break };
            asking.push(answer(engine, Arc::clone(&known), turn));
        }
        while reading_on.len() < IN_FLIGHT && !engine.stopping() {
            let Some((known, id)) = archives.pop_front() else { break };
            reading_on.push(read_on(engine, known, id));
        }
        if desk.is_none() {
            let idle = asking.is_empty() && answers.is_empty() && reading_on.is_empty();
            let early = Instant::now() < look_again && !idle;
            if crew.is_idle() && !early && !engine.stopping() {
                let room = BATCH.min(ALL_LINES.saturating_sub(crew.waiting()));
                desk = Some(Box::pin(lease(engine, room)));
            } else if !answers.is_empty() {
                desk = Some(Box::pin(write_all(engine, std::mem::take(&mut answers))));
            } else if idle {
                return give_back(engine, crew.send_home()).await;
            }
        }
        tokio::select! {
            Some(done) = maybe(&mut desk) => {
                desk = None;
                match done? {
                    Desk::Written(written) => {
                        for one in written {
                            archives.extend(one.archive.map(|known| (known, one.id)));
                            told(one.polled);
                        }
                        // Whoever was written made room for others of its host.
                        look_again = Instant::now();
                    }
                    Desk::Leased { due, put_off } => {
                        let nobody = due.is_empty() && put_off == 0;
                        if put_off > 0 {
                            told(Polled { put_off, ..Polled::default() });
                        }
                        let busy = !asking.is_empty() || !answers.is_empty() || !reading_on.is_empty();
                        if nobody && !busy && crew.waiting() == 0 {
                            return Ok(());
                        }
                        look_again = Instant::now() + if nobody { LOOK_AGAIN } else { Duration::ZERO };
                        if !Arc::ptr_eq(&known.config, &engine.config()) {
                            known = Arc::new(Known::of(engine.config()));
                        }
                        line_up(&mut crew, due);
                    }
                }
            }
            Some(((host, id), answered)) = asking.next() => {
                crew.done(&host, &id);
                match answered? {
                    Asked::Answered(answer) => answers.push(*answer),
                    Asked::Written(polled) => {
                        look_again = Instant::now();
                        told(polled);
                    }
                    Asked::Nothing => {}
                }
            }
            Some(read) = reading_on.next() => told(read?),
            () = tokio::time::sleep_until(look_again), if desk.is_none() && crew.is_idle() && !engine.stopping() => {}
        }
    }
}

/// Polls a feed that is leased; nothing where it is configured no more.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn alone(engine: &Engine, state: FeedState) -> Result<Option<Polled>, StoreError> {
    let known = Arc::new(Known::of(engine.config()));
    let mut written = match asked(engine, &known, state).await? {
        Asked::Nothing => return Ok(None),
        Asked::Written(polled) => return Ok(Some(polled)),
        Asked::Answered(answer) => write_together(engine, std::slice::from_ref(&answer)).await?,
    };
    let Some(Written { id, mut polled, archive }) = written.pop() else { return Ok(None) };
    if let Some(known) = archive {
        polled.new_entries += read_on(engine, known, id).await?.new_entries;
    }
    Ok(Some(polled))
}

/// Completes with what the future gives, if there is one.
async fn maybe<T>(future: &mut Option<BoxFuture<'_, T>>) -> Option<T> {
    match future {
        Some(future) => Some(future.await),
        None => None,
    }
}

/// What was done with the database.
enum Desk {
    Leased { due: Vec<Leased>, put_off: usize },
    Written(Vec<Written>),
}

/// A feed that was asked, and what came of it.
struct Answer {
    known: Arc<Known>,
    state: FeedState,
    came: Came,
}

impl Answer {
    /// True where the feed tells of an archive.
    fn names_archive(&self) -> bool {
        match &self.came.told {
            Told::Read(read) if !read.0.only_new => read.1.hints.prev_archive.is_some(),
            _ => self.state.hints.prev_archive.is_some(),
        }
    }
}

/// What asking a feed led to.
enum Asked {
    /// It may not be asked, or nobody knows it any more.
    Nothing,
    /// An answer to be written with others.
    Answered(Box<Answer>),
    /// An answer that was written already.
    Written(Polled),
}

/// A feed of which an answer was written.
struct Written {
    id: FeedId,
    polled: Polled,
    /// It has an archive, of which more may be to read.
    archive: Option<Arc<Known>>,
}

/// Leases what is due and may be asked.
async fn lease(engine: &Engine, room: usize) -> Result<Desk, StoreError> {
    let now = engine.now();
    let mut session = engine.store.write().await?;
    if clock::was_set_back(last_look(engine, now), now) {
        clock::mend(&mut session, &engine.settings().schedule, now).await?;
    }
    let count = |number: usize| i64::try_from(number).unwrap_or(1);
    let due = feeds::lease_due(&mut session, now, now, now + LEASE, count(room), count(OF_ONE_HOST)).await?;
    session.commit().await?;
    if due.is_empty() {
        return Ok(Desk::Leased { due: Vec::new(), put_off: 0 });
    }
    engine.follow_roster().await?;
    let leased = due.len();
    let mut session = engine.store.write().await?;
    let due = service::within_budget(&mut session, &engine.config(), due, now).await?;
    session.commit().await?;
    let put_off = leased - due.len();
    Ok(Desk::Leased { due: due.into_iter().map(|state| Leased { state, until: now + LEASE }).collect(), put_off })
}

/// When feeds were last looked at; now is the last time from here on.
fn last_look(engine: &Engine, now: Time) -> Option<Time> {
    engine.last_look.lock().unwrap_or_else(PoisonError::into_inner).replace(now)
}

/// Gives back those who stood in line when the program was told to stop.
async fn give_back(engine: &Engine, unasked: Vec<Leased>) -> Result<(), StoreError> {
    if unasked.is_empty() {
        return Ok(());
    }
    let mut session = engine.store.write().await?;
    for Leased { state, .. } in unasked {
        feeds::give_back(&mut session, &state.id, state.fence).await?;
    }
    session.commit().await
}

fn line_up(crew: &mut Crew<FeedId, Leased>, due: Vec<Leased>) {
    for leased in due {
        // Without a host there is nobody to be polite to: it fails at once, in a line of its own.
        let host = address::host(&leased.state.url).unwrap_or_else(|| leased.state.id.0.clone());
        crew.enlist(&host, leased.state.id.clone(), leased);
    }
}

/// Asks a feed whose turn it is; nothing where it may no longer be asked.
async fn answer(
    engine: &Engine,
    known: Arc<Known>,
    turn: Turn<FeedId, Leased>,
) -> ((String, FeedId), Result<Asked, StoreError>) {
    let Turn { host, key, feed: leased } = turn;
    let answered = match renewed(engine, leased).await {
        Ok(Some(state)) => asked(engine, &known, state).await,
        Ok(None) => Ok(Asked::Nothing),
        Err(error) => Err(error),
    };
    ((host, key), answered)
}

/// Asks a leased feed. What needs more than to be written is seen to at once.
async fn asked(engine: &Engine, known: &Arc<Known>, state: FeedState) -> Result<Asked, StoreError> {
    let Some((source, feed)) = known.feed(&state.id) else { return Ok(Asked::Nothing) };
    let Came { at, mut told } = ask(engine, source, feed, &state).await;
    if let Told::Other(outcome) = told {
        let visit = visit(engine, (source, feed), state.clone(), at);
        match kinds::take_in(engine, visit, *outcome).await? {
            Ok(polled) => return Ok(Asked::Written(polled)),
            Err(outcome) => told = Told::Other(Box::new(outcome)),
        }
    }
    Ok(Asked::Answered(Box::new(Answer { known: Arc::clone(known), state, came: Came { at, told } })))
}

fn visit<'a>(engine: &'a Engine, (source, feed): (&'a Source, &'a Feed), state: FeedState, at: Time) -> Visit<'a> {
    Visit { store: &engine.store, schedule: &engine.settings().schedule, source, feed, state, at }
}

/// Reads on in the archive of a feed.
async fn read_on(engine: &Engine, known: Arc<Known>, id: FeedId) -> Result<Polled, StoreError> {
    match known.feed(&id) {
        Some((source, feed)) => archive::read_on(engine, source, feed).await,
        None => Ok(Polled::default()),
    }
}

/// Writes answers together. Where that is refused, each alone, so that one that cannot be written takes no other along.
async fn write_all(engine: &Engine, answers: Vec<Answer>) -> Result<Desk, StoreError> {
    let polled = match write_together(engine, &answers).await {
        Err(error) if answers.len() > 1 && error.is_of_a_statement() => {
            let mut polled = Vec::new();
            let mut refused = Ok(());
            for answer in &answers {
                match write_together(engine, std::slice::from_ref(answer)).await {
                    Ok(written) => polled.extend(written),
                    Err(error) => refused = Err(error),
                }
            }
            refused.map(|()| polled)
        }
        written => written,
    };
    polled.map(Desk::Written)
}

/// Writes answers in one transaction; those whose lease another worker has taken over meanwhile are dropped.
async fn write_together(engine: &Engine, answers: &[Answer]) -> Result<Vec<Written>, StoreError> {
    let mut session = engine.store.write().await?;
    let mut written = Vec::with_capacity(answers.len());
    for answer in answers {
        let Answer { known, state, came } = answer;
        let Some(at_hand) = known.feed(&state.id) else { continue };
        if feeds::is_held(&mut session, &state.id, state.fence).await? {
            let visit = visit(engine, at_hand, state.clone(), came.at);
            let polled = visit.write(&mut session, &came.told).await?;
            let well = polled.feeds > 0 && polled.failed.is_empty();
            let archive = (well && answer.names_archive()).then(|| Arc::clone(known));
            written.push(Written { id: state.id.clone(), polled, archive });
        } else {
            info!(feed.id = %state.id, "leased by another worker meanwhile; this answer is dropped");
        }
    }
    session.commit().await?;
    Ok(written)
}

/// A feed that stood in line for long is looked at anew: it may have been paused or moved, or be another worker's.
async fn renewed(engine: &Engine, leased: Leased) -> Result<Option<FeedState>, StoreError> {
    let now = engine.now();
    if leased.until - now > LEASE / 2 {
        return Ok(Some(leased.state));
    }
    let mut session = engine.store.write().await?;
    let state = feeds::renew_lease(&mut session, &leased.state.id, leased.state.fence, now + LEASE).await?;
    session.commit().await?;
    Ok(state)
}

/// The feeds of a configuration, found by id.
pub(super) struct Known {
    config: Arc<Config>,
    places: HashMap<FeedId, (usize, usize)>,
}

impl Known {
    pub(super) fn of(config: Arc<Config>) -> Self {
        let feeds_of = |(at, source): (usize, &Source)| {
            let ids: Vec<_> = source.feeds.iter().map(|feed| feed.id.clone()).collect();
            ids.into_iter().enumerate().map(move |(place, id)| (id, (at, place)))
        };
        let places = config.sources.iter().enumerate().flat_map(feeds_of).collect();
        Self { config, places }
    }

    pub(super) fn feed(&self, id: &FeedId) -> Option<(&Source, &Feed)> {
        let (at, place) = self.places.get(id)?;
        let source = self.config.sources.get(*at)?;
        Some((source, source.feeds.get(*place)?))
    }
}
