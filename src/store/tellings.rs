//! Who told of an account, and in which stories.

use super::{Session, StoreError, millis};
use crate::model::{AccountId, FeedId, StoryId, Time};

/// A publisher that named an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Teller {
    /// Whom it named.
    pub account: AccountId,
    /// The feed that its article came by.
    pub feed: Option<FeedId>,
    /// Its registrable domain.
    pub domain: String,
}

/// A story that names an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Which.
    pub story: StoryId,
    /// Its headline.
    pub title: String,
    /// Independent publishers of it.
    pub origins: u32,
}

/// The publishers of articles from `since` to before `until`, by believed mentions, each once for an account and feed.
///
/// # Errors
/// Where the database refuses.
pub async fn tellers(session: &mut Session, since: Time, until: Time) -> Result<Vec<Teller>, StoreError> {
    let rows = rows!(
        session,
        (String, Option<String>, String),
        "SELECT DISTINCT mention.account, article.feed, article.origin
         FROM mention JOIN article ON article.id = mention.article
         WHERE mention.accepted = 1 AND mention.at >= $1 AND mention.at < $2 AND article.origin <> ''",
        millis(since),
        millis(until)
    )?;
    let read = |(account, feed, domain): (String, Option<String>, String)| Teller {
        account: AccountId(account),
        feed: feed.map(FeedId),
        domain,
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The stories that name `account` in these days, those of most independent publishers first, at most `most`.
///
/// # Errors
/// Where the database refuses.
pub async fn most_told(
    session: &mut Session,
    account: &AccountId,
    since: Time,
    until: Time,
    most: u32,
) -> Result<Vec<Telling>, StoreError> {
    let rows = rows!(
        session,
        (String, String, i64, i64),
        "SELECT DISTINCT story.id, story.title, story.origins, story.last_at
         FROM mention JOIN article ON article.id = mention.article JOIN story ON story.id = article.story
         WHERE mention.account = $1 AND mention.accepted = 1 AND mention.at >= $2 AND mention.at < $3
         ORDER BY story.origins DESC, story.last_at DESC, story.id LIMIT $4",
        account.as_str(),
        millis(since),
        millis(until),
        i64::from(most)
    )?;
    let read = |(story, title, origins, _): (String, String, i64, i64)| Telling {
        story: StoryId(story),
        title,
        origins: u32::try_from(origins).unwrap_or(0),
    };
    Ok(rows.into_iter().map(read).collect())
}
