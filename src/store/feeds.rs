//! How each feed stands: its validators, its health and when it is due.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::{Session, StoreError, coverage, from_json, millis, time, to_json};
use crate::address;
use crate::model::{FeedId, PollHints, Time, Validators, Warning};

/// The outcome of a feed that moved to an address which another one reads.
pub const MERGED: &str = "merged";

impl FeedState {
    /// True where another feed reads its address: nothing is missed while this one rests.
    #[must_use]
    pub fn is_merged(&self) -> bool {
        self.state == FeedLife::Paused && self.outcome.as_deref() == Some(MERGED)
    }
}

/// How a feed stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedState {
    /// Which feed.
    pub id: FeedId,
    /// The address that is polled: the configured one, or where that moved for good.
    pub url: String,
    /// Whether it is polled at all.
    pub state: FeedLife,
    /// Who paused it, while it is paused.
    pub paused_by: Option<PausedBy>,
    /// What it calls itself.
    pub title: Option<String>,
    /// What to ask again by; stored only together with the entries parsed from the same answer.
    pub validators: Validators,
    /// What its last document said about when to come back.
    pub hints: PollHints,
    /// Not polled before this.
    pub next_poll: Time,
    /// Why then.
    pub next_why: String,
    /// When it was last asked.
    pub last_attempt: Option<Time>,
    /// When it last answered well, changed or not.
    pub last_success: Option<Time>,
    /// When it last had something new.
    pub last_new: Option<Time>,
    /// What the last attempt came to ("fresh", "unchanged", "failed").
    pub outcome: Option<String>,
    /// What went wrong, while something does.
    pub error: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Since when it could not be read, while it cannot.
    pub failing_since: Option<Time>,
    /// When its owner was told that it is broken; nothing once it is read again.
    pub told_broken: Option<Time>,
    /// Remarks on its last document.
    pub warnings: Vec<Warning>,
    /// Raised with each lease; a result counts only under the fence it was leased with.
    pub fence: i64,
}

/// Whether a feed is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedLife {
    /// Polled when due.
    Active,
    /// Stopped by a person or by a very long Retry-After; history kept.
    Paused,
    /// The origin said it is gone for good (410); history kept.
    Gone,
    /// No longer configured; history kept.
    Archived,
}

impl FeedLife {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Gone => "gone",
            Self::Archived => "archived",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "paused" => Self::Paused,
            "gone" => Self::Gone,
            "archived" => Self::Archived,
            _ => Self::Active,
        }
    }
}

/// Who paused a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PausedBy {
    /// The files say so (`paused = true`).
    File,
    /// A person did, at run time; what the files say does not undo it.
    Person,
    /// The program did, since the server asked for a very long rest.
    Program,
}

impl PausedBy {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Person => "person",
            Self::Program => "program",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "file" => Self::File,
            "person" => Self::Person,
            _ => Self::Program,
        }
    }
}

#[derive(sqlx::FromRow)]
struct FeedRow {
    id: String,
    url: String,
    state: String,
    paused_by: Option<String>,
    title: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    hints: String,
    next_poll: i64,
    next_why: String,
    last_attempt: Option<i64>,
    last_success: Option<i64>,
    last_new: Option<i64>,
    outcome: Option<String>,
    error: Option<String>,
    failures: i64,
    failing_since: Option<i64>,
    told_broken: Option<i64>,
    warnings: String,
    fence: i64,
}

impl FeedRow {
    fn read(self) -> Result<FeedState, StoreError> {
        Ok(FeedState {
            hints: from_json("the hints of a feed", &self.hints)?,
            warnings: from_json("the warnings of a feed", &self.warnings)?,
            id: FeedId(self.id),
            url: self.url,
            state: FeedLife::from_word(&self.state),
            paused_by: self.paused_by.as_deref().map(PausedBy::from_word),
            title: self.title,
            validators: Validators { etag: self.etag, last_modified: self.last_modified },
            next_poll: time(self.next_poll),
            next_why: self.next_why,
            last_attempt: self.last_attempt.map(time),
            last_success: self.last_success.map(time),
            last_new: self.last_new.map(time),
            outcome: self.outcome,
            error: self.error,
            failures: u32::try_from(self.failures).unwrap_or(0),
            failing_since: self.failing_since.map(time),
            told_broken: self.told_broken.map(time),
            fence: self.fence,
        })
    }
}

/// Makes a feed known, due at `first_poll`. Known already: a changed configured address is taken over and its
/// validators are forgotten; an archived one comes back. `paused` is what the configuration says: it never undoes the
/// pause of a person, and only its own pause ends when it says otherwise.
///
/// # Errors
/// Where the database refuses.
pub async fn declare(
    session: &mut Session,
    id: &FeedId,
    url: &str,
    paused: bool,
    first_poll: Time,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO feed (id, configured_url, url, host, state, hints, next_poll, next_why, failures, warnings)
         VALUES ($1, $2, $2, $5, 'active', $3, $4, 'first poll', 0, '[]') ON CONFLICT (id) DO NOTHING",
        id.as_str(),
        url,
        to_json(&PollHints::default())?,
        millis(first_poll),
        host_of(url)
    )?;
    run!(session, "UPDATE feed SET host = $2 WHERE id = $1 AND host = ''", id.as_str(), host_of(url))?;
    run!(
        session,
        "UPDATE feed SET configured_url = $2, url = $2, host = $4, etag = NULL, last_modified = NULL, failures = 0,
                error = NULL, failing_since = NULL, told_broken = NULL,
                state = CASE WHEN paused_by = 'person' THEN state ELSE 'active' END,
                paused_by = CASE WHEN paused_by = 'person' THEN paused_by ELSE NULL END,
                next_poll = $3, next_why = 'address changed'
         WHERE id = $1 AND configured_url <> $2",
        id.as_str(),
        url,
        millis(first_poll),
        host_of(url)
    )?;
    let statement = if paused {
        "UPDATE feed SET state = 'paused', paused_by = 'file' WHERE id = $1 AND state IN ('active', 'archived')"
    } else {
        "UPDATE feed SET state = 'active', paused_by = NULL WHERE id = $1 AND (state = 'archived' OR paused_by = 'file')"
    };
    run!(session, statement, id.as_str())?;
    Ok(())
}

/// A feed as it is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared<'a> {
    /// Which feed.
    pub id: &'a FeedId,
    /// Its address.
    pub url: &'a str,
    /// Not to be polled.
    pub paused: bool,
    /// When it is polled first.
    pub first_poll: Time,
}

/// The most feeds that one statement makes known.
const AT_ONCE: usize = 50;

/// Makes feeds known, each as [`declare`] does; those that stand as they are declared cost nothing.
///
/// # Errors
/// Where the database refuses.
pub async fn declare_all(session: &mut Session, declared: &[Declared<'_>]) -> Result<(), StoreError> {
    type Row = (String, String, String, Option<String>);
    // One that does not know its host yet, for it is older than that column, is declared anew.
    let rows = rows!(session, Row, "SELECT id, configured_url, state, paused_by FROM feed WHERE host <> ''")?;
    let known: HashMap<String, (String, String, Option<String>)> =
        rows.into_iter().map(|(id, url, state, by)| (id, (url, state, by))).collect();
    let hostless: HashSet<String> =
        rows!(session, (String,), "SELECT id FROM feed WHERE host = ''")?.into_iter().map(|(id,)| id).collect();
    let mut new = Vec::new();
    for feed in declared {
        match known.get(feed.id.as_str()) {
            None if !feed.paused && !hostless.contains(feed.id.as_str()) => new.push(feed),
            Some((url, state, by)) if url == feed.url && stands(state, by.as_deref(), feed.paused) => {}
            _ => declare(session, feed.id, feed.url, feed.paused, feed.first_poll).await?,
        }
    }
    for some in new.chunks(AT_ONCE) {
        insert(session, some).await?;
    }
    Ok(())
}

/// True where the configuration's word on pausing changes nothing.
fn stands(state: &str, paused_by: Option<&str>, paused: bool) -> bool {
    if paused { !matches!(state, "active" | "archived") } else { state != "archived" && paused_by != Some("file") }
}

async fn insert(session: &mut Session, feeds: &[&Declared<'_>]) -> Result<(), StoreError> {
    let row = |place: usize| {
        let [id, url, first, host] = [1, 2, 3, 4].map(|column| 1 + place * 4 + column);
        format!("(${id}, ${url}, ${url}, ${host}, 'active', $1, ${first}, 'first poll', 0, '[]')")
    };
    let rows: Vec<_> = (0..feeds.len()).map(row).collect();
    let sql = format!(
        "INSERT INTO feed (id, configured_url, url, host, state, hints, next_poll, next_why, failures, warnings)
         VALUES {}
         ON CONFLICT (id) DO NOTHING",
        rows.join(", ")
    );
    let hints = to_json(&PollHints::default())?;
    many_run!(session, sql, |query| {
        feeds.iter().fold(query.bind(&hints), |query, feed| {
            query.bind(feed.id.as_str()).bind(feed.url).bind(millis(feed.first_poll)).bind(host_of(feed.url))
        })
    })
}

/// Pauses a feed in the name of a person; also one that is paused already, which is theirs from then on. False where
/// there is no such feed that could be polled.
///
/// # Errors
/// Where the database refuses.
pub async fn pause(session: &mut Session, id: &FeedId) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE feed SET state = 'paused', paused_by = 'person' WHERE id = $1 AND state IN ('active', 'paused')",
        id.as_str()
    )?;
    Ok(touched > 0)
}

/// Has a feed polled again that was paused or gone: when it would have been, a gone one at `now`. False where it was
/// neither.
///
/// # Errors
/// Where the database refuses.
pub async fn resume(session: &mut Session, id: &FeedId, now: Time) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE feed SET next_poll = CASE WHEN state = 'gone' THEN $2 ELSE next_poll END,
                next_why = CASE WHEN state = 'gone' THEN 'asked for' ELSE next_why END,
                failures = CASE WHEN state = 'gone' THEN 0 ELSE failures END,
                failing_since = NULL, told_broken = NULL, state = 'active', paused_by = NULL
         WHERE id = $1 AND state IN ('paused', 'gone')",
        id.as_str(),
        millis(now)
    )?;
    Ok(touched > 0)
}

/// Archives a feed: no longer polled, history kept.
///
/// # Errors
/// Where the database refuses.
pub async fn archive(session: &mut Session, id: &FeedId) -> Result<(), StoreError> {
    run!(session, "UPDATE feed SET state = 'archived', paused_by = NULL WHERE id = $1", id.as_str())?;
    Ok(())
}

/// Makes one active feed due at `now`, where nothing was wrong with it at its last poll. False where it keeps its time.
///
/// # Errors
/// Where the database refuses.
pub async fn ask_for(session: &mut Session, id: &FeedId, now: Time) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "UPDATE feed SET next_poll = CASE WHEN next_poll > $2 THEN $2 ELSE next_poll END, next_why = 'asked for'
         WHERE id = $1 AND state = 'active' AND failures = 0",
        id.as_str(),
        millis(now)
    )?;
    Ok(touched > 0)
}

/// Every known feed, in order of id.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<FeedState>, StoreError> {
    rows!(session, FeedRow, "SELECT * FROM feed ORDER BY id")?.into_iter().map(FeedRow::read).collect()
}

/// One feed.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: &FeedId) -> Result<Option<FeedState>, StoreError> {
    row!(session, FeedRow, "SELECT * FROM feed WHERE id = $1", id.as_str())?.map(FeedRow::read).transpose()
}

/// Leases the feeds that are due at `due`, longest due first, until `lease_until`; each lease raises the fence. Of one
/// host at most `of_one_host` come at a time, and none while that many of it are leased, so that its queue does not keep
/// all others waiting.
///
/// # Errors
/// Where the database refuses.
pub async fn lease_due(
    session: &mut Session,
    due: Time,
    now: Time,
    lease_until: Time,
    limit: i64,
    of_one_host: i64,
) -> Result<Vec<FeedState>, StoreError> {
    let rows = leased!(
        session,
        FeedRow,
        "UPDATE feed SET lease_until = $3, fence = fence + 1 WHERE id IN (
             SELECT id FROM feed WHERE state = 'active' AND next_poll <= $1 AND lease_until <= $2 AND id IN (
                 SELECT id FROM (
                     SELECT id, ROW_NUMBER() OVER (PARTITION BY host ORDER BY next_poll, id) AS place FROM (
                         SELECT id, host, next_poll FROM feed
                         WHERE state = 'active' AND next_poll <= $1 AND lease_until <= $2 AND host NOT IN (
                             SELECT host FROM feed WHERE lease_until > $2 GROUP BY host HAVING COUNT(*) >= $5)
                         ORDER BY next_poll, id LIMIT 512
                     ) AS due
                 ) AS placed WHERE place <= $5)
             ORDER BY next_poll, id LIMIT $4",
        ") RETURNING *",
        millis(due),
        millis(now),
        millis(lease_until),
        limit,
        of_one_host
    )?;
    rows.into_iter().map(FeedRow::read).collect()
}

/// Leases one feed, if it is due at `now` and free; each lease raises the fence.
///
/// # Errors
/// Where the database refuses.
pub async fn lease_one(
    session: &mut Session,
    id: &FeedId,
    now: Time,
    lease_until: Time,
) -> Result<Option<FeedState>, StoreError> {
    let row = row!(
        session,
        FeedRow,
        "UPDATE feed SET lease_until = $3, fence = fence + 1
         WHERE id = $1 AND state = 'active' AND next_poll <= $2 AND lease_until <= $2 RETURNING *",
        id.as_str(),
        millis(now),
        millis(lease_until)
    )?;
    row.map(FeedRow::read).transpose()
}

/// Leases a feed anew that is leased under `fence`; each lease raises the fence. Nothing where it is no longer active, or
/// leased by another worker.
///
/// # Errors
/// Where the database refuses.
pub async fn renew_lease(
    session: &mut Session,
    id: &FeedId,
    fence: i64,
    lease_until: Time,
) -> Result<Option<FeedState>, StoreError> {
    let row = row!(
        session,
        FeedRow,
        "UPDATE feed SET lease_until = $3, fence = fence + 1 WHERE id = $1 AND state = 'active' AND fence = $2
         RETURNING *",
        id.as_str(),
        fence,
        millis(lease_until)
    )?;
    row.map(FeedRow::read).transpose()
}

/// True where the feed is still leased under `fence`; until this session ends, nobody else leases it.
///
/// # Errors
/// Where the database refuses.
pub async fn is_held(session: &mut Session, id: &FeedId, fence: i64) -> Result<bool, StoreError> {
    let touched = locked!(session, "SELECT 1 FROM feed WHERE id = $1 AND fence = $2", id.as_str(), fence)?;
    Ok(touched)
}

/// Writes the result of a poll under the fence it was leased with and ends the lease. A pause or removal by a person
/// while the poll was under way holds.
/// False where another worker has leased it since: then nothing is written.
///
/// # Errors
/// Where the database refuses.
pub async fn record(session: &mut Session, feed: &FeedState) -> Result<bool, StoreError> {
    end_gap(session, feed).await?;
    let touched = run!(
        session,
        "UPDATE feed SET url = $2, title = $4, etag = $5, last_modified = $6, hints = $7, next_poll = $8,
                next_why = $9, last_attempt = $10, last_success = $11, last_new = $12, outcome = $13, error = $14,
                failures = $15, warnings = $16, lease_until = 0, failing_since = $19, told_broken = $20, host = $21,
                state = CASE WHEN state IN ('paused', 'archived') AND $3 = 'active' THEN state ELSE $3 END,
                paused_by = CASE WHEN state = 'paused' THEN paused_by WHEN $3 = 'paused' THEN $18 ELSE NULL END
         WHERE id = $1 AND fence = $17",
        feed.id.as_str(),
        &feed.url,
        feed.state.as_str(),
        &feed.title,
        &feed.validators.etag,
        &feed.validators.last_modified,
        to_json(&feed.hints)?,
        millis(feed.next_poll),
        &feed.next_why,
        feed.last_attempt.map(millis),
        feed.last_success.map(millis),
        feed.last_new.map(millis),
        &feed.outcome,
        &feed.error,
        i64::from(feed.failures),
        to_json(&feed.warnings)?,
        feed.fence,
        feed.paused_by.map(PausedBy::as_str),
        feed.failing_since.map(millis),
        feed.told_broken.map(millis),
        host_of(&feed.url)
    )?;
    Ok(touched == 1)
}

/// A poll that is so long overdue was not made: nothing ran, or the feed was paused.
pub const OVERDUE: TimeDelta = TimeDelta::hours(36);

/// Feeds are asked at least once a day: one that was not read for longer could not be looked into.
pub const BLIND_AFTER: TimeDelta = TimeDelta::days(2);

/// Where a feed is read well again after a long time, that time is kept: what was quiet then is not known.
async fn end_gap(session: &mut Session, feed: &FeedState) -> Result<(), StoreError> {
    let Some(until) = feed.last_success.filter(|_| feed.error.is_none()) else { return Ok(()) };
    let row = row!(
        session,
        (Option<i64>, Option<i64>, i64, Option<String>),
        "SELECT last_success, last_attempt, next_poll, error FROM feed WHERE id = $1 AND fence = $2",
        feed.id.as_str(),
        feed.fence
    )?;
    let Some((Some(since), attempt, due, error)) = row else { return Ok(()) };
    let failed = attempt.is_some_and(|attempt| attempt > since);
    let (since, overdue) = (time(since), until - time(due) > OVERDUE);
    if until - since <= BLIND_AFTER || !(failed || overdue) {
        return Ok(());
    }
    let usual = if failed { "it could not be read" } else { "nobody asked: it was paused, or nothing ran" };
    let why = error.unwrap_or_else(|| usual.to_owned());
    coverage::keep_gap(session, &coverage::Gap { feed: feed.id.clone(), since, until, why }).await
}

/// The soonest instant at which an active feed is due.
///
/// # Errors
/// Where the database refuses.
pub async fn next_due(session: &mut Session) -> Result<Option<Time>, StoreError> {
    let row = row!(
        session,
        (Option<i64>,),
        "SELECT MIN(CASE WHEN lease_until > next_poll THEN lease_until ELSE next_poll END) FROM feed WHERE state = 'active'"
    )?;
    Ok(row.and_then(|(at,)| at).map(time))
}

/// Archives every feed that is not among the configured ones: no longer polled, history kept.
///
/// # Errors
/// Where the database refuses.
pub async fn archive_others(session: &mut Session, configured: &[FeedId]) -> Result<u64, StoreError> {
    let mut archived = 0;
    let configured: HashSet<&str> = configured.iter().map(FeedId::as_str).collect();
    for (id,) in rows!(session, (String,), "SELECT id FROM feed WHERE state = 'active'")? {
        if !configured.contains(id.as_str()) {
            archived += run!(session, "UPDATE feed SET state = 'archived' WHERE id = $1", id)?;
        }
    }
    Ok(archived)
}

/// How many feeds are polled when due.
///
/// # Errors
/// Where the database refuses.
pub async fn count_active(session: &mut Session) -> Result<i64, StoreError> {
    let row = row!(session, (i64,), "SELECT COUNT(*) FROM feed WHERE state = 'active'")?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Feeds that were asked after `since`, with when each last was.
///
/// # Errors
/// Where the database refuses.
pub async fn attempts_since(session: &mut Session, since: Time) -> Result<Vec<(FeedId, Time)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64),
        "SELECT id, last_attempt FROM feed WHERE last_attempt > $1 ORDER BY last_attempt",
        millis(since)
    )?;
    Ok(rows.into_iter().map(|(id, at)| (FeedId(id), time(at))).collect())
}

/// Feeds that some worker holds at `now`.
///
/// # Errors
/// Where the database refuses.
pub async fn leased(session: &mut Session, now: Time) -> Result<Vec<FeedId>, StoreError> {
    let rows = rows!(session, (String,), "SELECT id FROM feed WHERE lease_until > $1 ORDER BY id", millis(now))?;
    Ok(rows.into_iter().map(|(id,)| FeedId(id)).collect())
}

/// Makes every healthy active feed due at `now`; those that failed keep the time they were put off to.
///
/// # Errors
/// Where the database refuses.
pub async fn bring_forward(session: &mut Session, now: Time) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE feed SET next_poll = $1, next_why = 'asked for' WHERE state = 'active' AND failures = 0 AND next_poll > $1",
        millis(now)
    )
}

/// When a feed was last asked, the latest of all.
///
/// # Errors
/// Where the database refuses.
pub async fn last_attempt(session: &mut Session) -> Result<Option<Time>, StoreError> {
    let row = row!(session, (Option<i64>,), "SELECT MAX(last_attempt) FROM feed")?;
    Ok(row.and_then(|(at,)| at).map(time))
}

/// Gives a leased feed back unasked, under the fence it was leased with: it is as due as before.
///
/// # Errors
/// Where the database refuses.
pub async fn give_back(session: &mut Session, id: &FeedId, fence: i64) -> Result<(), StoreError> {
    run!(session, "UPDATE feed SET lease_until = 0 WHERE id = $1 AND fence = $2", id.as_str(), fence)?;
    Ok(())
}

/// Another feed that is polled at this address.
///
/// # Errors
/// Where the database refuses.
pub async fn polled_at(session: &mut Session, url: &str, but: &FeedId) -> Result<Option<FeedId>, StoreError> {
    let sql = "SELECT id FROM feed WHERE url = $1 AND id <> $2 AND state = 'active' ORDER BY id LIMIT 1";
    Ok(row!(session, (String,), sql, url, but.as_str())?.map(|(id,)| FeedId(id)))
}

/// Feeds whose owner was told that they are broken, in order of id.
///
/// # Errors
/// Where the database refuses.
pub async fn told_broken(session: &mut Session) -> Result<Vec<FeedState>, StoreError> {
    let sql = "SELECT * FROM feed WHERE told_broken IS NOT NULL AND state <> 'archived' ORDER BY id";
    rows!(session, FeedRow, sql)?.into_iter().map(FeedRow::read).collect()
}

/// Mends what a clock that was set back leaves behind: feeds that were asked later than `now` shows. Each keeps the wait
/// it had from its last poll, counted from `now`; leases that cannot be of this time end, and
/// first polls come at once, which never lie further ahead than `spread`. Gives how many feeds had been asked later.
///
/// # Errors
/// Where the database refuses.
pub async fn mend_after_clock_set_back(
    session: &mut Session,
    now: Time,
    slack: TimeDelta,
    lease: TimeDelta,
    spread: TimeDelta,
) -> Result<u64, StoreError> {
    let (now_at, slack_at, lease_at) = (millis(now), millis(now + slack), millis(now + slack + lease));
    run!(session, "UPDATE feed SET lease_until = 0, fence = fence + 1 WHERE lease_until > $1", lease_at)?;
    let first_at = millis(now + slack + spread);
    run!(session, "UPDATE feed SET next_poll = $1 WHERE last_attempt IS NULL AND next_poll > $2", now_at, first_at)?;
    run!(
        session,
        "UPDATE feed SET next_poll = CASE WHEN next_poll > last_attempt THEN $1 + (next_poll - last_attempt) ELSE $1 END,
                last_success = CASE WHEN last_success > $1 THEN $1 ELSE last_success END,
                last_new = CASE WHEN last_new > $1 THEN $1 ELSE last_new END,
                failing_since = CASE WHEN failing_since > $1 THEN $1 ELSE failing_since END,
                told_broken = CASE WHEN told_broken > $1 THEN $1 ELSE told_broken END,
                last_attempt = $1
         WHERE last_attempt > $2",
        now_at,
        slack_at
    )
}

/// The host of an address, as its queue is called.
fn host_of(url: &str) -> String {
    address::host(url).unwrap_or_default()
}
