//! Stories and the keys by which their articles are found again.

use super::{Session, StoreError, millis, retention, time};
use crate::model::{ArticleId, StoryId, Time};

/// An article that may report the same happening, with its sketch as JSON.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct CandidateRow {
    /// The article.
    pub id: String,
    /// Its story.
    pub story: String,
    /// When it was published, epoch milliseconds.
    pub published: i64,
    /// Its publisher's registrable domain.
    pub origin: String,
    /// Its sketch.
    pub sketch: String,
}

/// A story as it stands.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StoredStory {
    /// Its id.
    pub id: StoryId,
    /// Headline of the article that opened it.
    pub title: String,
    /// When its first article was published.
    pub first_at: Time,
    /// When its last article was published.
    pub last_at: Time,
    /// Articles, copies included.
    pub reports: u32,
    /// Independent publishers.
    pub origins: u32,
    /// The earlier story that it goes on from.
    pub follows: Option<StoryId>,
}

/// Articles that share a key and were published since `since`; those that share most keys first.
///
/// # Errors
/// Where the database refuses.
pub async fn candidates(
    session: &mut Session,
    keys: &[i64],
    except: &ArticleId,
    since: Time,
    limit: usize,
) -> Result<Vec<CandidateRow>, StoreError> {
    let mut shared = std::collections::HashMap::<String, u32>::new();
    for key in keys {
        let rows = rows!(
            session,
            (String,),
            "SELECT article FROM story_key WHERE story_key = $1 AND at >= $2 ORDER BY at DESC LIMIT 200",
            *key,
            millis(since)
        )?;
        for (article,) in rows {
            *shared.entry(article).or_default() += 1;
        }
    }
    shared.remove(except.as_str());
    let mut ranked: Vec<_> = shared.into_iter().collect();
    ranked.sort_by(|(left, few), (right, many)| many.cmp(few).then_with(|| left.cmp(right)));
    let mut found = Vec::new();
    for (article, _) in ranked.into_iter().take(limit) {
        found.extend(row!(
            session,
            CandidateRow,
            "SELECT id, story, published, origin, sketch FROM article WHERE id = $1",
            article
        )?);
    }
    Ok(found)
}

/// Keeps the keys by which an article is found again, in place of earlier ones.
///
/// # Errors
/// Where the database refuses.
pub async fn keep_keys(session: &mut Session, article: &ArticleId, keys: &[i64], at: Time) -> Result<(), StoreError> {
    run!(session, "DELETE FROM story_key WHERE article = $1", article.as_str())?;
    for key in keys {
        run!(
            session,
            "INSERT INTO story_key (story_key, article, at) VALUES ($1, $2, $3) ON CONFLICT (story_key, article) DO NOTHING",
            *key,
            article.as_str(),
            millis(at)
        )?;
    }
    Ok(())
}

/// Opens a story, or brings the figures of a known one up to date from its articles.
///
/// # Errors
/// Where the database refuses.
pub async fn refresh(
    session: &mut Session,
    id: &StoryId,
    title: &str,
    follows: Option<&StoryId>,
) -> Result<StoredStory, StoreError> {
    // What is left does not tell how much there was.
    if retention::is_closed(session, id).await? {
        return get(session, id).await?.ok_or(StoreError::Refused(sqlx::Error::RowNotFound));
    }
    let (reports, first_at, last_at) = row!(
        session,
        (i64, Option<i64>, Option<i64>),
        "SELECT COUNT(*), MIN(published), MAX(published) FROM article WHERE story = $1",
        id.as_str()
    )?
    .unwrap_or((0, None, None));
    let (origins,) = row!(
        session,
        (i64,),
        "SELECT COUNT(DISTINCT origin) FROM article WHERE story = $1 AND independent = 1",
        id.as_str()
    )?
    .unwrap_or((0,));
    run!(
        session,
        "INSERT INTO story (id, title, first_at, last_at, reports, origins, follows) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at,
             reports = excluded.reports, origins = excluded.origins, follows = COALESCE(story.follows, excluded.follows)",
        id.as_str(),
        title,
        first_at.unwrap_or(0),
        last_at.unwrap_or(0),
        reports,
        origins,
        follows.map(|story| story.0.clone())
    )?;
    get(session, id).await?.ok_or(StoreError::Refused(sqlx::Error::RowNotFound))
}

/// One story.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: &StoryId) -> Result<Option<StoredStory>, StoreError> {
    let row = row!(
        session,
        (String, i64, i64, i64, i64, Option<String>),
        "SELECT title, first_at, last_at, reports, origins, follows FROM story WHERE id = $1",
        id.as_str()
    )?;
    Ok(row.map(|(title, first_at, last_at, reports, origins, follows)| StoredStory {
        id: id.clone(),
        title,
        first_at: time(first_at),
        last_at: time(last_at),
        reports: u32::try_from(reports).unwrap_or(0),
        origins: u32::try_from(origins).unwrap_or(0),
        follows: follows.map(StoryId),
    }))
}

/// Lets go of keys older than `before`: the window of story assignment has passed over them.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_keys(session: &mut Session, before: Time) -> Result<u64, StoreError> {
    run!(session, "DELETE FROM story_key WHERE at < $1", millis(before))
}

/// How many stories there are.
///
/// # Errors
/// Where the database refuses.
pub async fn count(session: &mut Session) -> Result<i64, StoreError> {
    Ok(row!(session, (i64,), "SELECT COUNT(*) FROM story")?.map_or(0, |(count,)| count))
}
