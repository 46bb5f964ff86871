//! Articles, their versions and mentions, and the sequence by which the index follows them.

use std::collections::HashMap;

use super::{Session, StoreError, from_json, millis, time, to_json};
use crate::model::{AccountId, Article, ArticleId, FeedId, Mention, Salience, StoryId, Time};

/// An article with its place among the others.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredArticle {
    /// The article; its text is empty once retention has let it go.
    pub article: Article,
    /// The story it belongs to.
    pub story: StoryId,
    /// The earlier article that it is a copy of.
    pub duplicate_of: Option<ArticleId>,
    /// It speaks for itself: no copy, another publisher.
    pub independent: bool,
}

/// Where an article stands among the others, with what story assignment needs of it later.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// The story it belongs to.
    pub story: &'a StoryId,
    /// The earlier article that it is a copy of.
    pub duplicate_of: Option<&'a ArticleId>,
    /// It speaks for itself: no copy, another publisher.
    pub independent: bool,
    /// Its sketch, as JSON.
    pub sketch: &'a str,
}

#[derive(sqlx::FromRow)]
struct ArticleRow {
    story: String,
    duplicate_of: Option<String>,
    independent: i64,
    body: String,
    text: Option<String>,
}

impl ArticleRow {
    fn read(self) -> Result<StoredArticle, StoreError> {
        let mut article: Article = from_json("an article", &self.body)?;
        article.text = self.text.unwrap_or_default();
        Ok(StoredArticle {
            article,
            story: StoryId(self.story),
            duplicate_of: self.duplicate_of.map(ArticleId),
            independent: self.independent != 0,
        })
    }
}

/// Version and content hash of an article that is known already.
///
/// # Errors
/// Where the database refuses.
pub async fn known(session: &mut Session, id: &ArticleId) -> Result<Option<(u32, String)>, StoreError> {
    let row = row!(session, (i64, String), "SELECT version, content_hash FROM article WHERE id = $1", id.as_str())?;
    Ok(row.map(|(version, hash)| (u32::try_from(version).unwrap_or(1), hash)))
}

/// One article.
///
/// # Errors
/// Where the database refuses.
pub async fn get(session: &mut Session, id: &ArticleId) -> Result<Option<StoredArticle>, StoreError> {
    row!(
        session,
        ArticleRow,
        "SELECT story, duplicate_of, independent, body, text FROM article WHERE id = $1",
        id.as_str()
    )?
    .map(ArticleRow::read)
    .transpose()
}

/// Articles in the order of publication, after the one published at `after.0` with the id `after.1`; at most `limit`.
///
/// # Errors
/// Where the database refuses.
pub async fn page_by_date(
    session: &mut Session,
    after: (Time, &ArticleId),
    limit: i64,
) -> Result<Vec<StoredArticle>, StoreError> {
    rows!(
        session,
        ArticleRow,
        "SELECT story, duplicate_of, independent, body, text FROM article
         WHERE published >= $1 AND (published > $1 OR id > $2) ORDER BY published, id LIMIT $3",
        millis(after.0),
        after.1.as_str(),
        limit
    )?
    .into_iter()
    .map(ArticleRow::read)
    .collect()
}

/// The articles of a story, oldest first, without their texts.
///
/// # Errors
/// Where the database refuses.
pub async fn of_story(session: &mut Session, story: &StoryId) -> Result<Vec<StoredArticle>, StoreError> {
    rows!(
        session,
        ArticleRow,
        "SELECT story, duplicate_of, independent, body, CAST(NULL AS TEXT) AS text FROM article
         WHERE story = $1 ORDER BY published, id",
        story.as_str()
    )?
    .into_iter()
    .map(ArticleRow::read)
    .collect()
}

/// Writes an article (a new one, or the next version of a known one) with its mentions, and tells the index.
///
/// # Errors
/// Where the database refuses.
pub async fn write(
    session: &mut Session,
    article: &Article,
    place: &Place<'_>,
    mentions: &[Mention],
    now: Time,
) -> Result<(), StoreError> {
    keep_previous(session, &article.id, now).await?;
    let without_text = Article { text: String::new(), ..article.clone() };
    run!(
        session,
        "INSERT INTO article (id, version, content_hash, feed, published, first_seen, story, duplicate_of, independent,
                              origin, sketch, body, text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, content_hash = excluded.content_hash,
             published = excluded.published, story = excluded.story, duplicate_of = excluded.duplicate_of,
             independent = excluded.independent, origin = excluded.origin, sketch = excluded.sketch,
             body = excluded.body, text = excluded.text",
        article.id.as_str(),
        i64::from(article.version),
        &article.content_hash,
        article.feed.as_ref().map(|feed| feed.0.clone()),
        millis(article.published),
        millis(article.first_seen),
        place.story.as_str(),
        place.duplicate_of.map(|id| id.0.clone()),
        i64::from(place.independent),
        article.publisher_domain.clone().unwrap_or_default(),
        place.sketch,
        to_json(&without_text)?,
        &article.text
    )?;
    write_mentions(session, &article.id, mentions, article.published).await?;
    changed(session, &article.id, now).await
}

/// Keeps the version that is about to be replaced.
async fn keep_previous(session: &mut Session, id: &ArticleId, now: Time) -> Result<(), StoreError> {
    let Some(previous) = get(session, id).await? else { return Ok(()) };
    run!(
        session,
        "INSERT INTO article_version (article, version, content_hash, title, text, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (article, version) DO NOTHING",
        id.as_str(),
        i64::from(previous.article.version),
        &previous.article.content_hash,
        &previous.article.title,
        &previous.article.text,
        millis(now)
    )?;
    Ok(())
}

async fn write_mentions(
    session: &mut Session,
    id: &ArticleId,
    mentions: &[Mention],
    at: Time,
) -> Result<(), StoreError> {
    run!(session, "DELETE FROM mention WHERE article = $1", id.as_str())?;
    for (place, mention) in (0_i64..).zip(mentions) {
        run!(
            session,
            "INSERT INTO mention (article, place, account, accepted, about, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id.as_str(),
            place,
            mention.account.as_str(),
            i64::from(mention.accepted),
            i64::from(mention.salience == Salience::About),
            millis(at),
            to_json(mention)?
        )?;
    }
    Ok(())
}

/// Tells the index that an article, its mentions or its signals changed.
///
/// # Errors
/// Where the database refuses.
pub async fn changed(session: &mut Session, id: &ArticleId, now: Time) -> Result<(), StoreError> {
    session.lock(CHANGE_ORDER).await?;
    run!(session, "INSERT INTO article_change (article, at) VALUES ($1, $2)", id.as_str(), millis(now))?;
    Ok(())
}

/// Held from taking a number of the change sequence to commit, so that no lower number appears later.
const CHANGE_ORDER: i64 = 0x7469_6469_6e67_7301;

/// The articles changed after `seq`, with the highest number of each, in order; at most `limit`.
///
/// # Errors
/// Where the database refuses.
pub async fn changed_after(session: &mut Session, seq: i64, limit: i64) -> Result<Vec<(i64, ArticleId)>, StoreError> {
    let rows = rows!(
        session,
        (i64, String),
        "SELECT seq, article FROM article_change WHERE seq > $1 ORDER BY seq LIMIT $2",
        seq,
        limit
    )?;
    Ok(rows.into_iter().map(|(seq, article)| (seq, ArticleId(article))).collect())
}

/// The highest number of the change sequence.
///
/// # Errors
/// Where the database refuses.
pub async fn last_change(session: &mut Session) -> Result<i64, StoreError> {
    let row = row!(session, (Option<i64>,), "SELECT MAX(seq) FROM article_change")?;
    Ok(row.and_then(|(seq,)| seq).unwrap_or(0))
}

/// Article ids after `after` in order of id, for rebuilding the index.
///
/// # Errors
/// Where the database refuses.
pub async fn page_of_ids(session: &mut Session, after: &str, limit: i64) -> Result<Vec<ArticleId>, StoreError> {
    let rows = rows!(session, (String,), "SELECT id FROM article WHERE id > $1 ORDER BY id LIMIT $2", after, limit)?;
    Ok(rows.into_iter().map(|(id,)| ArticleId(id)).collect())
}

/// The mentions of an article in order of place, suppressed ones included.
///
/// # Errors
/// Where the database refuses.
pub async fn mentions(session: &mut Session, id: &ArticleId) -> Result<Vec<Mention>, StoreError> {
    rows!(session, (String,), "SELECT body FROM mention WHERE article = $1 ORDER BY place", id.as_str())?
        .iter()
        .map(|(body,)| from_json("a mention", body))
        .collect()
}

/// Accounts that an article names (believed), and whether it is about them.
///
/// # Errors
/// Where the database refuses.
pub async fn accounts(session: &mut Session, id: &ArticleId) -> Result<Vec<(AccountId, bool)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64),
        "SELECT account, MAX(about) FROM mention WHERE article = $1 AND accepted = 1 GROUP BY account ORDER BY account",
        id.as_str()
    )?;
    Ok(rows.into_iter().map(|(account, about)| (AccountId(account), about != 0)).collect())
}

/// Accepted and suppressed mentions since `since`.
///
/// # Errors
/// Where the database refuses.
pub async fn mention_counts(session: &mut Session, since: Time) -> Result<(i64, i64), StoreError> {
    let rows = rows!(
        session,
        (i64, i64),
        "SELECT accepted, COUNT(*) FROM mention WHERE at >= $1 GROUP BY accepted",
        millis(since)
    )?;
    let count = |accepted| rows.iter().find(|(flag, _)| *flag == accepted).map_or(0, |(_, count)| *count);
    Ok((count(1), count(0)))
}

/// How much was told of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Whom it names.
    pub account: AccountId,
    /// Articles that name it, copies included.
    pub articles: u64,
    /// Stories among them.
    pub stories: u64,
    /// Publishers among them, by registrable domain.
    pub publishers: u64,
}

/// How much was told of each account in articles published from `since` to before `until`, by believed mentions.
///
/// # Errors
/// Where the database refuses.
pub async fn volumes(session: &mut Session, since: Time, until: Time) -> Result<Vec<Volume>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, i64, i64),
        "SELECT mention.account, COUNT(DISTINCT article.id), COUNT(DISTINCT article.story),
                COUNT(DISTINCT NULLIF(article.origin, ''))
         FROM mention JOIN article ON article.id = mention.article
         WHERE mention.accepted = 1 AND mention.at >= $1 AND mention.at < $2
         GROUP BY mention.account ORDER BY mention.account",
        millis(since),
        millis(until)
    )?;
    let count = |count: i64| u64::try_from(count).unwrap_or(0);
    let read = |(account, articles, stories, publishers)| Volume {
        account: AccountId(account),
        articles: count(articles),
        stories: count(stories),
        publishers: count(publishers),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// When each account was last named by a believed mention, also of an article that is no longer kept.
///
/// # Errors
/// Where the database refuses.
pub async fn last_named(session: &mut Session) -> Result<HashMap<AccountId, Time>, StoreError> {
    let rows = rows!(
        session,
        (String, i64),
        "SELECT account, MAX(at) FROM (
             SELECT account, at FROM mention WHERE accepted = 1 UNION ALL SELECT account, at FROM last_named
         ) named GROUP BY account"
    )?;
    Ok(rows.into_iter().map(|(account, at)| (AccountId(account), time(at))).collect())
}

/// Accepted and suppressed mentions of each account since `since`.
///
/// # Errors
/// Where the database refuses.
pub async fn mention_counts_by_account(
    session: &mut Session,
    since: Time,
) -> Result<Vec<(AccountId, i64, i64)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, i64),
        "SELECT account, COUNT(CASE WHEN accepted = 1 THEN 1 END), COUNT(CASE WHEN accepted = 0 THEN 1 END)
         FROM mention WHERE at >= $1 GROUP BY account ORDER BY account",
        millis(since)
    )?;
    Ok(rows.into_iter().map(|(account, accepted, suppressed)| (AccountId(account), accepted, suppressed)).collect())
}

/// The latest suppressed mentions of an account since `since`, newest first, each with its article.
///
/// # Errors
/// Where the database refuses.
pub async fn suppressed_of(
    session: &mut Session,
    account: &AccountId,
    since: Time,
    limit: i64,
) -> Result<Vec<(ArticleId, Mention)>, StoreError> {
    let rows = rows!(
        session,
        (String, String),
        "SELECT article, body FROM mention WHERE account = $1 AND accepted = 0 AND at >= $2
         ORDER BY at DESC, article, place LIMIT $3",
        account.as_str(),
        millis(since),
        limit
    )?;
    rows.into_iter().map(|(article, body)| Ok((ArticleId(article), from_json("a mention", &body)?))).collect()
}

/// The feeds whose articles named an account since `since`: how many articles, and when the latest was published.
///
/// # Errors
/// Where the database refuses.
pub async fn feeds_naming(
    session: &mut Session,
    account: &AccountId,
    since: Time,
) -> Result<Vec<(FeedId, i64, Time)>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, i64),
        "SELECT article.feed, COUNT(DISTINCT article.id), MAX(mention.at) FROM mention
         JOIN article ON article.id = mention.article
         WHERE mention.account = $1 AND mention.accepted = 1 AND mention.at >= $2 AND article.feed IS NOT NULL
         GROUP BY article.feed ORDER BY article.feed",
        account.as_str(),
        millis(since)
    )?;
    Ok(rows.into_iter().map(|(feed, count, at)| (FeedId(feed), count, time(at))).collect())
}

/// How many articles there are.
///
/// # Errors
/// Where the database refuses.
pub async fn count(session: &mut Session) -> Result<i64, StoreError> {
    Ok(row!(session, (i64,), "SELECT COUNT(*) FROM article")?.map_or(0, |(count,)| count))
}

/// Earlier versions of an article: version, title, and when each was replaced.
///
/// # Errors
/// Where the database refuses.
pub async fn versions(session: &mut Session, id: &ArticleId) -> Result<Vec<(u32, String, Time)>, StoreError> {
    let rows = rows!(
        session,
        (i64, String, i64),
        "SELECT version, title, at FROM article_version WHERE article = $1 ORDER BY version",
        id.as_str()
    )?;
    Ok(rows.into_iter().map(|(version, title, at)| (u32::try_from(version).unwrap_or(0), title, time(at))).collect())
}
