//! Searches that watch, and what matched them.

use super::{Session, StoreError, from_json, millis, roster, time, to_json};
use crate::model::{ArticleId, SavedSearch, SearchMatch, StoryId, Time};

/// A search as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSearch {
    /// The search.
    pub search: SavedSearch,
    /// Who saved it, or changed it last.
    pub who: String,
    /// When it was first saved.
    pub created: Time,
}

/// How often a search matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Name of the search.
    pub search: String,
    /// Stories of which at least one report matched.
    pub stories: i64,
    /// Reports that matched.
    pub articles: i64,
    /// When one last did.
    pub last: Option<Time>,
}

/// Every search that was saved at run time, in order of name.
///
/// # Errors
/// Where the database refuses.
pub async fn all(session: &mut Session) -> Result<Vec<KeptSearch>, StoreError> {
    let rows = rows!(session, (String, String, i64), "SELECT body, who, created FROM saved_search ORDER BY name")?;
    let read = |(body, who, created): (String, String, i64)| {
        Ok(KeptSearch { search: from_json("a saved search", &body)?, who, created: time(created) })
    };
    rows.into_iter().map(read).collect()
}

/// Keeps a search, in place of an earlier one with its name.
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, search: &SavedSearch, who: &str, now: Time) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO saved_search (name, body, who, created, updated) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (name) DO UPDATE SET body = excluded.body, who = excluded.who, updated = excluded.updated",
        &search.name,
        to_json(search)?,
        who,
        millis(now)
    )?;
    roster::changed(session).await
}

/// Forgets a search with its matches. False where there is none.
///
/// # Errors
/// Where the database refuses.
pub async fn remove(session: &mut Session, name: &str) -> Result<bool, StoreError> {
    let touched = run!(session, "DELETE FROM saved_search WHERE name = $1", name)?;
    run!(session, "DELETE FROM saved_search_match WHERE search = $1", name)?;
    roster::changed(session).await?;
    Ok(touched > 0)
}

/// Writes that an article matched. Gives whether it is news: the first report of its story that this search matched.
/// An article that is known to match (an earlier version did) stays as it is and is none.
///
/// # Errors
/// Where the database refuses.
pub async fn note_match(
    session: &mut Session,
    search: &str,
    article: &ArticleId,
    story: &StoryId,
    now: Time,
) -> Result<bool, StoreError> {
    let touched = run!(
        session,
        "INSERT INTO saved_search_match (search, article, story, at, first)
         SELECT $1, $2, $3, $4, CASE WHEN EXISTS (SELECT 1 FROM saved_search_match AS earlier
                                                  WHERE earlier.search = $1 AND earlier.story = $3) THEN 0 ELSE 1 END WHERE 1 = 1
         ON CONFLICT (search, article) DO NOTHING",
        search,
        article.as_str(),
        story.as_str(),
        millis(now)
    )?;
    if touched == 0 {
        return Ok(false);
    }
    let row = row!(
        session,
        (i64,),
        "SELECT first FROM saved_search_match WHERE search = $1 AND article = $2",
        search,
        article.as_str()
    )?;
    Ok(row.is_some_and(|(first,)| first != 0))
}

/// The matches of a search since `since`, newest first; at most `limit`.
///
/// # Errors
/// Where the database refuses.
pub async fn matches(
    session: &mut Session,
    search: &str,
    since: Time,
    limit: i64,
) -> Result<Vec<SearchMatch>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64, i64),
        "SELECT article, story, at, first FROM saved_search_match WHERE search = $1 AND at >= $2
         ORDER BY at DESC, first, article LIMIT $3",
        search,
        millis(since),
        limit
    )?;
    let read = |(article, story, at, first): (String, String, i64, i64)| SearchMatch {
        search: search.to_owned(),
        article: ArticleId(article),
        story: StoryId(story),
        at: time(at),
        first: first != 0,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How often each search matched that ever did.
///
/// # Errors
/// Where the database refuses.
pub async fn counts(session: &mut Session) -> Result<Vec<Counts>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, i64, i64),
        "SELECT search, COUNT(DISTINCT story), COUNT(*), MAX(at) FROM saved_search_match GROUP BY search ORDER BY search"
    )?;
    let read = |(search, stories, articles, last)| Counts { search, stories, articles, last: Some(time(last)) };
    Ok(rows.into_iter().map(read).collect())
}
