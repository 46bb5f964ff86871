//! Claims of articles, signals of stories, and why a signal led to no card.

use std::collections::HashMap;

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{AccountId, ArticleId, Claim, Signal, StoryId, Time};

/// Writes the claims of an article in place of earlier ones.
///
/// # Errors
/// Where the database refuses.
pub async fn write_claims(session: &mut Session, article: &ArticleId, claims: &[Claim]) -> Result<(), StoreError> {
    run!(session, "DELETE FROM claim WHERE article = $1", article.as_str())?;
    for (place, claim) in (0_i64..).zip(claims) {
        run!(
            session,
            "INSERT INTO claim (article, place, account, kind, body) VALUES ($1, $2, $3, $4, $5)",
            article.as_str(),
            place,
            claim.entity.as_ref().map(|account| account.0.clone()),
            claim.kind.as_str(),
            to_json(claim)?
        )?;
    }
    Ok(())
}

/// The claims of an article.
///
/// # Errors
/// Where the database refuses.
pub async fn claims(session: &mut Session, article: &ArticleId) -> Result<Vec<Claim>, StoreError> {
    rows!(session, (String,), "SELECT body FROM claim WHERE article = $1 ORDER BY place", article.as_str())?
        .iter()
        .map(|(body,)| from_json("a claim", body))
        .collect()
}

/// The claims of all articles of a story, by article.
///
/// # Errors
/// Where the database refuses.
pub async fn claims_of_story(
    session: &mut Session,
    story: &StoryId,
) -> Result<HashMap<ArticleId, Vec<Claim>>, StoreError> {
    let rows = rows!(
        session,
        (String, String),
        "SELECT claim.article, claim.body FROM claim JOIN article ON article.id = claim.article
         WHERE article.story = $1 ORDER BY claim.article, claim.place",
        story.as_str()
    )?;
    let mut claims = HashMap::<_, Vec<Claim>>::new();
    for (article, body) in rows {
        claims.entry(ArticleId(article)).or_default().push(from_json("a claim", &body)?);
    }
    Ok(claims)
}

/// Writes the signals of a story in place of earlier ones.
///
/// # Errors
/// Where the database refuses.
pub async fn write_signals(session: &mut Session, story: &StoryId, signals: &[Signal]) -> Result<(), StoreError> {
    run!(session, "DELETE FROM signal WHERE story = $1", story.as_str())?;
    for signal in signals {
        run!(
            session,
            "INSERT INTO signal (id, story, account, kind, status, confidence, withdrawn, first_at, last_at, body)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            signal.id.as_str(),
            story.as_str(),
            signal.account.as_str(),
            signal.kind.as_str(),
            signal.status.as_str(),
            signal.confidence,
            i64::from(signal.withdrawn),
            millis(signal.first_at),
            millis(signal.last_at),
            to_json(signal)?
        )?;
    }
    Ok(())
}

/// The signals of a story.
///
/// # Errors
/// Where the database refuses.
pub async fn of_story(session: &mut Session, story: &StoryId) -> Result<Vec<Signal>, StoreError> {
    rows!(session, (String,), "SELECT body FROM signal WHERE story = $1 ORDER BY id", story.as_str())?
        .iter()
        .map(|(body,)| from_json("a signal", body))
        .collect()
}

/// The signals of an account since `since`, newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn of_account(session: &mut Session, account: &AccountId, since: Time) -> Result<Vec<Signal>, StoreError> {
    rows!(
        session,
        (String,),
        "SELECT body FROM signal WHERE account = $1 AND last_at >= $2 ORDER BY last_at DESC, id",
        account.as_str(),
        millis(since)
    )?
    .iter()
    .map(|(body,)| from_json("a signal", body))
    .collect()
}

/// The signals of every account last told from `since` to before `until`, newest first.
///
/// # Errors
/// Where the database refuses.
pub async fn between(session: &mut Session, since: Time, until: Time) -> Result<Vec<Signal>, StoreError> {
    rows!(
        session,
        (String,),
        "SELECT body FROM signal WHERE last_at >= $1 AND last_at < $2 ORDER BY last_at DESC, id",
        millis(since),
        millis(until)
    )?
    .iter()
    .map(|(body,)| from_json("a signal", body))
    .collect()
}

/// When there was last news of each account that came to a signal.
///
/// # Errors
/// Where the database refuses.
pub async fn last_by_account(session: &mut Session) -> Result<Vec<(AccountId, Time)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64),
        "SELECT account, MAX(last_at) FROM signal WHERE withdrawn = 0 GROUP BY account ORDER BY account"
    )?;
    Ok(rows.into_iter().map(|(account, at)| (AccountId(account), time(at))).collect())
}

/// How many signals of each type there are.
///
/// # Errors
/// Where the database refuses.
pub async fn counts(session: &mut Session) -> Result<Vec<(String, i64)>, StoreError> {
    rows!(session, (String, i64), "SELECT kind, COUNT(*) FROM signal GROUP BY kind ORDER BY COUNT(*) DESC, kind")
}

/// Why a signal led to no card, as JSON; the latest word for one story, account and play.
///
/// # Errors
/// Where the database refuses.
pub async fn note_not_suggested(
    session: &mut Session,
    story: &StoryId,
    account: &AccountId,
    play: &str,
    at: Time,
    body: &str,
) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO not_suggested (story, account, play, at, body) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (story, account, play) DO UPDATE SET at = excluded.at, body = excluded.body",
        story.as_str(),
        account.as_str(),
        play,
        millis(at),
        body
    )?;
    Ok(())
}

/// Why signals of a story led to no card: account, play, when, and the reason as JSON.
///
/// # Errors
/// Where the database refuses.
pub async fn not_suggested(
    session: &mut Session,
    story: &StoryId,
) -> Result<Vec<(AccountId, String, Time, String)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64, String),
        "SELECT account, play, at, body FROM not_suggested WHERE story = $1 ORDER BY account, play",
        story.as_str()
    )?;
    Ok(rows.into_iter().map(|(account, play, at, body)| (AccountId(account), play, time(at), body)).collect())
}

/// Signals that led to no card from `since` to before `until`: story, account, play, when, and the reason as JSON.
///
/// # Errors
/// Where the database refuses.
pub async fn not_suggested_between(
    session: &mut Session,
    since: Time,
    until: Time,
) -> Result<Vec<(StoryId, AccountId, String, Time, String)>, StoreError> {
    let rows = rows!(
        session,
        (String, String, String, i64, String),
        "SELECT story, account, play, at, body FROM not_suggested WHERE at >= $1 AND at < $2
         ORDER BY at DESC, story, account, play",
        millis(since),
        millis(until)
    )?;
    let read = |(story, account, play, at, body)| (StoryId(story), AccountId(account), play, time(at), body);
    Ok(rows.into_iter().map(read).collect())
}

/// The story that a signal belongs to.
///
/// # Errors
/// Where the database refuses.
pub async fn story_of(session: &mut Session, id: &str) -> Result<Option<StoryId>, StoreError> {
    let row = row!(session, (String,), "SELECT story FROM signal WHERE id = $1", id)?;
    Ok(row.map(|(story,)| StoryId(story)))
}
