//! Letting go of what need not be kept any longer: texts, suppressed mentions, whole articles. A bounded number at once, so
//! that nobody waits long for the database.
//!
//! What people rest decisions on stays: cards with all they quote, stories with their counts, signals with their evidence.
//! A story of which an article went is closed: it is not counted or read anew from what is left.

use super::{Session, StoreError, articles, millis};
use crate::model::{ArticleId, FeedId, StoryId, Time};

/// Which articles are past their time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Articles published before this go; none where nothing is set.
    pub general: Option<Time>,
    /// The same for feeds that have a limit of their own.
    pub own: Vec<(FeedId, Option<Time>)>,
    /// Only articles of stories that were last told before this go: until then new reports may join the story.
    pub quiet_since: Time,
}

impl Limits {
    /// True where an article of this feed and age would not be kept.
    #[must_use]
    pub fn is_past(&self, feed: Option<&FeedId>, published: Time) -> bool {
        let own = self.own.iter().find(|(id, _)| Some(id) == feed).map(|(_, before)| *before);
        own.unwrap_or(self.general).is_some_and(|before| published < before)
    }
}

/// How many articles are past their time, by feed; an article of no feed stands under none.
///
/// # Errors
/// Where the database refuses.
pub async fn due(session: &mut Session, limits: &Limits) -> Result<Vec<(Option<FeedId>, i64)>, StoreError> {
    let mut found = Vec::new();
    for (feed, before) in &limits.own {
        let Some(before) = before else { continue };
        let sql = "SELECT COUNT(*) FROM article JOIN story ON story.id = article.story
                   WHERE article.feed = $1 AND article.published < $2 AND story.last_at < $3";
        let quiet = millis(limits.quiet_since);
        let count = row!(session, (i64,), sql, feed.as_str(), millis(*before), quiet)?.map_or(0, |(count,)| count);
        if count > 0 {
            found.push((Some(feed.clone()), count));
        }
    }
    if let Some(before) = limits.general {
        let sql = format!(
            "SELECT article.feed, COUNT(*) FROM article JOIN story ON story.id = article.story
             WHERE article.published < $1 AND story.last_at < $2 {} GROUP BY article.feed ORDER BY article.feed",
            not_own(limits, 3)
        );
        let rows = many_rows!(session, (Option<String>, i64), sql, |query| {
            let query = query.bind(millis(before)).bind(millis(limits.quiet_since));
            limits.own.iter().fold(query, |query, (feed, _)| query.bind(feed.as_str()))
        })?;
        found.extend(rows.into_iter().map(|(feed, count)| (feed.map(FeedId), count)));
    }
    Ok(found)
}

/// Lets go of articles that are past their time, oldest first, at most `most`; tells the index. Gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_articles(session: &mut Session, limits: &Limits, most: i64, now: Time) -> Result<u64, StoreError> {
    let quiet = millis(limits.quiet_since);
    let mut going: Vec<(String, String)> = Vec::new();
    for (feed, before) in &limits.own {
        let left = most - i64::try_from(going.len()).unwrap_or(most);
        let Some(before) = before.filter(|_| left > 0) else { continue };
        let sql = "SELECT article.id, article.story FROM article JOIN story ON story.id = article.story
                   WHERE article.feed = $1 AND article.published < $2 AND story.last_at < $3
                   ORDER BY article.published LIMIT $4";
        going.extend(rows!(session, (String, String), sql, feed.as_str(), millis(before), quiet, left)?);
    }
    let left = most - i64::try_from(going.len()).unwrap_or(most);
    if let Some(before) = limits.general.filter(|_| left > 0) {
        let sql = format!(
            "SELECT article.id, article.story FROM article JOIN story ON story.id = article.story
             WHERE article.published < $1 AND story.last_at < $2 {} ORDER BY article.published LIMIT $3",
            not_own(limits, 4)
        );
        going.extend(many_rows!(session, (String, String), sql, |query| {
            let query = query.bind(millis(before)).bind(quiet).bind(left);
            limits.own.iter().fold(query, |query, (feed, _)| query.bind(feed.as_str()))
        })?);
    }
    for (id, story) in &going {
        forget(session, &ArticleId(id.clone()), &StoryId(story.clone()), now).await?;
    }
    Ok(u64::try_from(going.len()).unwrap_or(u64::MAX))
}

/// Lets go of the texts of articles published before `before`, and of earlier versions replaced before that; at most
/// `most` of each. Quotes of evidence stay; the index is told. Gives how many articles.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_texts(session: &mut Session, before: Time, most: i64, now: Time) -> Result<u64, StoreError> {
    run!(
        session,
        "UPDATE article_version SET text = NULL WHERE (article, version) IN
             (SELECT article, version FROM article_version WHERE at < $1 AND text IS NOT NULL LIMIT $2)",
        millis(before),
        most
    )?;
    let sql = "SELECT id FROM article WHERE published < $1 AND text IS NOT NULL ORDER BY published LIMIT $2";
    let due = rows!(session, (String,), sql, millis(before), most)?;
    for (id,) in &due {
        run!(session, "UPDATE article SET text = NULL WHERE id = $1", id)?;
        articles::changed(session, &ArticleId(id.clone()), now).await?;
    }
    Ok(u64::try_from(due.len()).unwrap_or(u64::MAX))
}

/// How many articles have a text that is past its time.
///
/// # Errors
/// Where the database refuses.
pub async fn due_texts(session: &mut Session, before: Time) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM article WHERE published < $1 AND text IS NOT NULL";
    Ok(row!(session, (i64,), sql, millis(before))?.map_or(0, |(count,)| count))
}

/// Lets go of suppressed mentions older than `before`, at most `most`. Gives how many.
///
/// # Errors
/// Where the database refuses.
pub async fn forget_suppressed(session: &mut Session, before: Time, most: i64) -> Result<u64, StoreError> {
    run!(
        session,
        "DELETE FROM mention WHERE (article, place) IN
             (SELECT article, place FROM mention WHERE accepted = 0 AND at < $1 LIMIT $2)",
        millis(before),
        most
    )
}

/// True where articles of this story were let go.
///
/// # Errors
/// Where the database refuses.
pub async fn is_closed(session: &mut Session, story: &StoryId) -> Result<bool, StoreError> {
    let row = row!(session, (i64,), "SELECT gone FROM story WHERE id = $1", story.as_str())?;
    Ok(row.is_some_and(|(gone,)| gone > 0))
}

/// One article with all that hangs on it. What it was the last to tell of an account is kept as a date.
async fn forget(session: &mut Session, id: &ArticleId, story: &StoryId, now: Time) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO last_named (account, at)
         SELECT account, MAX(at) FROM mention WHERE article = $1 AND accepted = 1 GROUP BY account
         ON CONFLICT (account) DO UPDATE SET
             at = CASE WHEN excluded.at > last_named.at THEN excluded.at ELSE last_named.at END",
        id.as_str()
    )?;
    run!(session, "DELETE FROM mention WHERE article = $1", id.as_str())?;
    run!(session, "DELETE FROM mention_only WHERE article = $1", id.as_str())?;
    run!(session, "DELETE FROM claim WHERE article = $1", id.as_str())?;
    run!(session, "DELETE FROM article_version WHERE article = $1", id.as_str())?;
    run!(session, "DELETE FROM story_key WHERE article = $1", id.as_str())?;
    run!(session, "DELETE FROM article_change WHERE article = $1", id.as_str())?;
    run!(session, "DELETE FROM article WHERE id = $1", id.as_str())?;
    run!(session, "UPDATE story SET gone = gone + 1 WHERE id = $1", story.as_str())?;
    articles::changed(session, id, now).await
}

/// The condition that leaves out the feeds with a limit of their own, whose binds begin with number `first`.
fn not_own(limits: &Limits, first: usize) -> String {
    if limits.own.is_empty() {
        return String::new();
    }
    let places: Vec<_> = (0..limits.own.len()).map(|place| format!("${}", place + first)).collect();
    format!("AND (article.feed IS NULL OR article.feed NOT IN ({}))", places.join(", "))
}
