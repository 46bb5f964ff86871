//! What saved searches found, told by story.

use serde::Serialize;

use crate::model::{ArticleId, SearchMatch, StoryId, Time};
use crate::store::{Session, StoreError, articles, saved_searches};

/// Matches looked through at most; of a search that matches more, the oldest are not told.
const MOST_MATCHES: i64 = 10_000;

/// A story that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundStory {
    /// The story.
    pub story: StoryId,
    /// The report that matched first.
    pub article: ArticleId,
    /// Its headline.
    pub title: String,
    /// Where a person reads it.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When it was published.
    pub published: Time,
    /// The accounts it names.
    pub accounts: Vec<String>,
    /// When it matched.
    pub at: Time,
    /// Further reports of the story that matched.
    pub more: usize,
}

/// The stories whose first match was since `since`, newest first; at most `limit`.
///
/// # Errors
/// Where the database refuses.
pub async fn stories(
    session: &mut Session,
    search: &str,
    since: Time,
    limit: usize,
) -> Result<Vec<FoundStory>, StoreError> {
    let matches = saved_searches::matches(session, search, since, MOST_MATCHES).await?;
    let mut found = Vec::new();
    for first in matches.iter().filter(|one| one.first).take(limit) {
        let Some(stored) = articles::get(session, &first.article).await? else { continue };
        let accounts = articles::accounts(session, &first.article).await?;
        let is_more = |other: &&SearchMatch| !other.first && other.story == first.story;
        found.push(FoundStory {
            story: first.story.clone(),
            article: first.article.clone(),
            title: stored.article.title,
            url: stored.article.url,
            publisher: stored.article.publisher,
            published: stored.article.published,
            accounts: accounts.into_iter().map(|(account, _)| account.0).collect(),
            at: first.at,
            more: matches.iter().filter(is_more).count(),
        });
    }
    Ok(found)
}
