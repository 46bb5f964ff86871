//! What dismissals taught.

use super::{Session, StoreError, from_json, millis, roster, to_json};
use crate::model::{AccountId, ArticleId, Lesson, Mention};

/// Writes a lesson as it now stands; what runs takes it up.
///
/// # Errors
/// Where the database refuses.
pub async fn put(session: &mut Session, lesson: &Lesson) -> Result<(), StoreError> {
    run!(
        session,
        "INSERT INTO lesson (id, at, active, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET at = excluded.at, active = excluded.active, body = excluded.body",
        &lesson.id,
        millis(lesson.at),
        i64::from(lesson.active),
        to_json(lesson)?
    )?;
    roster::changed(session).await
}

/// Lessons that count, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn active(session: &mut Session) -> Result<Vec<Lesson>, StoreError> {
    let rows = rows!(session, (String,), "SELECT body FROM lesson WHERE active = 1 ORDER BY at, id")?;
    rows.into_iter().map(|(body,)| from_json("a lesson", &body)).collect()
}

/// Lessons whose id begins so, taken back or not.
///
/// # Errors
/// Where the database refuses.
pub async fn called(session: &mut Session, part: &str) -> Result<Vec<Lesson>, StoreError> {
    let rows =
        rows!(session, (String,), "SELECT body FROM lesson WHERE id LIKE $1 ORDER BY id LIMIT 3", format!("{part}%"))?;
    rows.into_iter().map(|(body,)| from_json("a lesson", &body)).collect()
}

/// The name by which an article was taken to speak of an account: that of its surest mention.
///
/// # Errors
/// Where the database refuses.
pub async fn alias_in(
    session: &mut Session,
    article: &ArticleId,
    account: &AccountId,
) -> Result<Option<String>, StoreError> {
    let rows = rows!(
        session,
        (String,),
        "SELECT body FROM mention WHERE article = $1 AND account = $2 AND accepted = 1 ORDER BY place",
        article.as_str(),
        account.as_str()
    )?;
    let mut mentions: Vec<Mention> =
        rows.into_iter().map(|(body,)| from_json("a mention", &body)).collect::<Result<_, _>>()?;
    mentions.sort_by(|one, other| other.score.total_cmp(&one.score));
    Ok(mentions.into_iter().next().map(|mention| mention.alias))
}
