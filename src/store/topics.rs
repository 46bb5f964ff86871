//! What reports say of topics.

use super::{Session, StoreError, from_json, millis, to_json};
use crate::model::{ArticleId, StoryId, Time, TopicReport, TopicTold};

/// Writes what an article says of topics in place of what it said before.
///
/// # Errors
/// Where the database refuses.
pub async fn write(session: &mut Session, article: &ArticleId, reports: &[TopicReport]) -> Result<(), StoreError> {
    run!(session, "DELETE FROM topic_report WHERE article = $1", article.as_str())?;
    for report in reports {
        run!(
            session,
            "INSERT INTO topic_report (article, topic, at, body) VALUES ($1, $2, $3, $4)",
            article.as_str(),
            report.topic.as_str(),
            millis(report.evidence.published),
            to_json(report)?
        )?;
    }
    Ok(())
}

/// What the reports of a story say of topics, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn of_story(session: &mut Session, story: &StoryId) -> Result<Vec<TopicTold>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, String),
        "SELECT article.story, article.independent, topic_report.body
         FROM topic_report JOIN article ON article.id = topic_report.article
         WHERE article.story = $1 ORDER BY topic_report.at, topic_report.article, topic_report.topic",
        story.as_str()
    )?;
    read(rows)
}

/// What the reports published from `since` to before `until` say of topics, oldest first.
///
/// # Errors
/// Where the database refuses.
pub async fn between(session: &mut Session, since: Time, until: Time) -> Result<Vec<TopicTold>, StoreError> {
    let rows = rows!(
        session,
        (String, i64, String),
        "SELECT article.story, article.independent, topic_report.body
         FROM topic_report JOIN article ON article.id = topic_report.article
         WHERE topic_report.at >= $1 AND topic_report.at < $2
         ORDER BY topic_report.at, topic_report.article, topic_report.topic",
        millis(since),
        millis(until)
    )?;
    read(rows)
}

fn read(rows: Vec<(String, i64, String)>) -> Result<Vec<TopicTold>, StoreError> {
    let one = |(story, independent, body): (String, i64, String)| {
        let report = from_json("what a report says of a topic", &body)?;
        Ok(TopicTold { story: StoryId(story), independent: independent != 0, report })
    };
    rows.into_iter().map(one).collect()
}
