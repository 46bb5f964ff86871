//! What could not be seen: times in which feeds could not be read, and articles that could not be understood.

use super::{Session, StoreError, millis, time};
use crate::model::{AccountId, ArticleId, FeedId, Time};

/// A time in which a feed could not be read, and which is over.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Gap {
    /// Which feed.
    pub feed: FeedId,
    /// When it had last been read well.
    pub since: Time,
    /// When it was read well again.
    pub until: Time,
    /// What was wrong at the end.
    pub why: String,
}

/// Articles of one language without cues that name an account.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MentionOnly {
    /// Whom they name.
    pub account: AccountId,
    /// ISO 639-1; "?" where it is not known.
    pub language: String,
    /// How many.
    pub articles: u64,
}

/// Keeps a gap. The same again changes nothing.
///
/// # Errors
/// Where the database refuses.
pub async fn keep_gap(session: &mut Session, gap: &Gap) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO coverage_gap (feed, since, until_at, why) VALUES ($1, $2, $3, $4) ON CONFLICT (feed, since) DO NOTHING",
        gap.feed.as_str(),
        millis(gap.since),
        millis(gap.until),
        &gap.why
    )?;
    Ok(())
}

/// The gaps that reach into the time from `since` to `until`, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn gaps(session: &mut Session, since: Time, until: Time) -> Result<Vec<Gap>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, i64, String),
        "SELECT feed, since, until_at, why FROM coverage_gap WHERE until_at > $1 AND since < $2 ORDER BY since, feed",
        millis(since),
        millis(until)
    )?;
    let read = |(feed, since, until, why)| Gap { feed: FeedId(feed), since: time(since), until: time(until), why };
    Ok(rows.into_iter().map(read).collect())
}

/// Writes down in which language without cues an article is, or that it is in none.
///
/// # Errors
/// Where the database refuses.
pub async fn set_mention_only(
    session: &mut Session,
    article: &ArticleId,
    language: Option<&str>,
) -> Result<(), StoreError> {
    match language {
        Some(language) => run!(
            session,
            "INSERT INTO mention_only (article, language) VALUES ($1, $2)
             ON CONFLICT (article) DO UPDATE SET language = excluded.language",
            article.as_str(),
            language
        )?,
        None => run!(session, "DELETE FROM mention_only WHERE article = $1", article.as_str())?,
    };
    Ok(())
}

/// How many articles in languages without cues name each account, by believed mentions of this time.
///
/// # Errors
/// Where the database refuses.
pub async fn mentions_only(session: &mut Session, since: Time, until: Time) -> Result<Vec<MentionOnly>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64),
        "SELECT mention.account, mention_only.language, COUNT(DISTINCT mention.article)
         FROM mention_only JOIN mention ON mention.article = mention_only.article
         WHERE mention.accepted = 1 AND mention.at >= $1 AND mention.at < $2
         GROUP BY mention.account, mention_only.language ORDER BY mention.account, mention_only.language",
        millis(since),
        millis(until)
    )?;
    let read = |(account, language, articles)| MentionOnly {
        account: AccountId(account),
        language,
        articles: u64::try_from(articles).unwrap_or(0),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The feeds whose articles named each account since `since`.
///
/// # Errors
/// Where the database refuses.
pub async fn feeds_of_accounts(session: &mut Session, since: Time) -> Result<Vec<(AccountId, FeedId)>, StoreError> {
    let rows = rows!(
        session,
        (String, String),
        "SELECT DISTINCT mention.account, article.feed FROM mention JOIN article ON article.id = mention.article
         WHERE mention.accepted = 1 AND mention.at >= $1 AND article.feed IS NOT NULL
         ORDER BY mention.account, article.feed",
        millis(since)
    )?;
    Ok(rows.into_iter().map(|(account, feed)| (AccountId(account), FeedId(feed))).collect())
}
