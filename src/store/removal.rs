//! Taking out some feeds and accounts with all that came of them and of nothing else, as if they had never been.
//!
//! This is not what removing a feed or an account does for a person (that archives): it is for rows that were made up,
//! such as the demo's. What other feeds also told is kept: their articles, and the stories these belong to.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Session, StoreError, articles, follow, from_json, retention, roster, signals, stories, to_json, topics};
use crate::model::{
    AccountId, Article, ArticleId, Claim, Evidence, FeedId, Lesson, Signal, SourceId, Span, StoryId, TopicTold,
    TouchPoint,
};

/// What is to go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Feeds, with their entries and the articles that no other feed has.
    pub feeds: Vec<FeedId>,
    /// Sources of such feeds.
    pub sources: Vec<SourceId>,
    /// Accounts, with their mentions, claims, signals and touch points.
    pub accounts: Vec<AccountId>,
}

/// Rows taken out, by table; tables of which none was are left out.
pub type Counts = BTreeMap<&'static str, u64>;

/// Takes it out and gives how much that was. The search index has to be built anew afterwards. A session that is dropped
/// has counted only.
///
/// # Errors
/// Where the database refuses, or a stored value cannot be read.
pub async fn remove(session: &mut Session, removal: &Removal) -> Result<Counts, StoreError> {
    let mut work = Work { session, counts: Counts::new(), gone: HashSet::new() };
    let mut touched = BTreeSet::new();
    for feed in &removal.feeds {
        touched.extend(work.articles_of(feed, removal).await?);
        work.feed(feed).await?;
    }
    for source in &removal.sources {
        work.changes_of(source.as_str()).await?;
    }
    for account in &removal.accounts {
        work.account(account).await?;
    }
    for story in touched {
        work.story(&story).await?;
    }
    // Lessons and answers that went no longer count.
    roster::changed(work.session).await?;
    Ok(work.counts)
}

struct Work<'s> {
    session: &'s mut Session,
    counts: Counts,
    gone: HashSet<ArticleId>,
}

/// Deletes the rows of a table by one column and counts them.
macro_rules! delete {
    ($work:expr, $table:literal, $column:literal, $value:expr) => {{
        let sql = concat!("DELETE FROM ", $table, " WHERE ", $column, " = $1");
        let rows = run!(&mut *$work.session, sql, $value)?;
        $work.count($table, rows);
    }};
}

impl Work<'_> {
    fn count(&mut self, table: &'static str, rows: u64) {
        if rows > 0 {
            *self.counts.entry(table).or_default() += rows;
        }
    }

    /// Takes out the articles that only feeds of the removal have; gives their stories.
    async fn articles_of(&mut self, feed: &FeedId, removal: &Removal) -> Result<Vec<StoryId>, StoreError> {
        let sql = "SELECT id, story FROM article WHERE feed = $1";
        let rows = rows!(&mut *self.session, (String, String), sql, feed.as_str())?;
        let mut touched = Vec::new();
        for (id, story) in rows {
            let sql = "SELECT DISTINCT feed FROM entry WHERE article = $1";
            let told_by = rows!(&mut *self.session, (String,), sql, &id)?;
            if told_by.iter().any(|(teller,)| !removal.feeds.iter().any(|feed| feed.as_str() == teller)) {
                continue;
            }
            delete!(self, "mention", "article", &id);
            delete!(self, "claim", "article", &id);
            delete!(self, "topic_report", "article", &id);
            delete!(self, "article_version", "article", &id);
            delete!(self, "article_change", "article", &id);
            delete!(self, "story_key", "article", &id);
            delete!(self, "saved_search_match", "article", &id);
            delete!(self, "article", "id", &id);
            self.changes_of(&id).await?;
            self.gone.insert(ArticleId(id));
            touched.push(StoryId(story));
        }
        Ok(touched)
    }

    async fn feed(&mut self, feed: &FeedId) -> Result<(), StoreError> {
        delete!(self, "entry", "feed", feed.as_str());
        delete!(self, "known_link", "feed", feed.as_str());
        delete!(self, "feed_part", "feed", feed.as_str());
        delete!(self, "feed_archive", "feed", feed.as_str());
        delete!(self, "websub", "feed", feed.as_str());
        delete!(self, "feed", "id", feed.as_str());
        self.changes_of(feed.as_str()).await
    }

    async fn account(&mut self, account: &AccountId) -> Result<(), StoreError> {
        let sql = "SELECT id FROM touch_point WHERE account = $1";
        for (card,) in rows!(&mut *self.session, (String,), sql, account.as_str())? {
            self.card(&card).await?;
        }
        delete!(self, "fact", "account", account.as_str());
        delete!(self, "promise", "account", account.as_str());
        delete!(self, "answer", "account", account.as_str());
        delete!(self, "asked", "account", account.as_str());
        delete!(self, "mention", "account", account.as_str());
        delete!(self, "claim", "account", account.as_str());
        delete!(self, "signal", "account", account.as_str());
        delete!(self, "topic_report", "topic", account.as_str());
        delete!(self, "not_suggested", "account", account.as_str());
        delete!(self, "last_named", "account", account.as_str());
        self.crm_records(account).await?;
        self.changes_of(&format!("account:{account}")).await
    }

    /// What CRMs told of an account, its people included.
    async fn crm_records(&mut self, account: &AccountId) -> Result<(), StoreError> {
        let sql = "DELETE FROM crm_person WHERE EXISTS (SELECT 1 FROM crm_record WHERE account = $1
                   AND crm_record.destination = crm_person.destination AND crm_record.record = crm_person.record)";
        let rows = run!(&mut *self.session, sql, account.as_str())?;
        self.count("crm_person", rows);
        delete!(self, "crm_record", "account", account.as_str());
        Ok(())
    }

    /// A touch point with its life and its deliveries, and what it brought and taught.
    async fn card(&mut self, id: &str) -> Result<(), StoreError> {
        if let Ok(card) = from_json("the id of a touch point", &format!("\"{id}\"")) {
            for brought in follow::brought_by(self.session, card).await? {
                self.changes_of(&brought).await?;
            }
            let lesson = Lesson::id_of(card);
            delete!(self, "lesson", "id", &lesson);
            self.changes_of(&lesson).await?;
        }
        delete!(self, "delivery", "touch_point", id);
        delete!(self, "remote", "touch_point", id);
        delete!(self, "promise", "touch_point", id);
        delete!(self, "answer", "touch_point", id);
        delete!(self, "asked", "touch_point", id);
        delete!(self, "touch_point_step", "touch_point", id);
        delete!(self, "touch_point", "id", id);
        self.changes_of(id).await
    }

    async fn changes_of(&mut self, subject: &str) -> Result<(), StoreError> {
        delete!(self, "change", "subject", subject);
        Ok(())
    }

    /// A story of which articles went: with the last of them it goes as well, else it is told by those that are left.
    async fn story(&mut self, story: &StoryId) -> Result<(), StoreError> {
        if retention::is_closed(self.session, story).await? {
            // Others told of it too, whose articles are no longer kept: it stands as it is.
            return Ok(());
        }
        let left = articles::of_story(self.session, story).await?;
        if left.is_empty() {
            self.cards_of_story(story, |_| None).await?;
            delete!(self, "signal", "story", story.as_str());
            delete!(self, "not_suggested", "story", story.as_str());
            delete!(self, "story", "id", story.as_str());
            // What a saved search said of it names it in its message.
            let told = format!("%\"story\":\"{story}\"%");
            let sql = "DELETE FROM delivery WHERE search IS NOT NULL AND payload LIKE $1";
            let rows = run!(&mut *self.session, sql, told)?;
            self.count("delivery", rows);
            run!(&mut *self.session, "UPDATE story SET follows = NULL WHERE follows = $1", story.as_str())?;
            return Ok(());
        }
        self.stand_alone(&left).await?;
        self.first_matches(story).await?;
        let opener = &left[0].article;
        if self.gone.iter().any(|article| StoryId::opened_by(article) == *story) {
            let sql = "UPDATE story SET title = $2 WHERE id = $1";
            run!(&mut *self.session, sql, story.as_str(), &opener.title)?;
        }
        stories::refresh(self.session, story, &opener.title, None).await?;
        self.signals_of_story(story, &left).await
    }

    /// A saved search whose first match of the story went has the next of them as its first.
    async fn first_matches(&mut self, story: &StoryId) -> Result<(), StoreError> {
        run!(
            &mut *self.session,
            "UPDATE saved_search_match SET first = 1 WHERE story = $1
             AND NOT EXISTS (SELECT 1 FROM saved_search_match AS told WHERE told.story = $1 AND told.first = 1
                             AND told.search = saved_search_match.search)
             AND article = (SELECT MIN(other.article) FROM saved_search_match AS other WHERE other.story = $1
                            AND other.search = saved_search_match.search)",
            story.as_str()
        )?;
        Ok(())
    }

    /// Copies of an article that went are copies of the first of them; that one speaks for itself now.
    async fn stand_alone(&mut self, left: &[articles::StoredArticle]) -> Result<(), StoreError> {
        let mut first_of = BTreeMap::<&ArticleId, &ArticleId>::new();
        for copy in left {
            let Some(gone) = copy.duplicate_of.as_ref().filter(|original| self.gone.contains(original)) else {
                continue;
            };
            let id = copy.article.id.as_str();
            if let Some(first) = first_of.get(gone) {
                let sql = "UPDATE article SET duplicate_of = $2 WHERE id = $1";
                run!(&mut *self.session, sql, id, first.as_str())?;
                continue;
            }
            first_of.insert(gone, &copy.article.id);
            let publisher = &copy.article.publisher_domain;
            let known = left.iter().any(|other| other.independent && other.article.publisher_domain == *publisher);
            let sql = "UPDATE article SET duplicate_of = NULL, independent = $2 WHERE id = $1";
            run!(&mut *self.session, sql, id, i64::from(!known))?;
        }
        Ok(())
    }

    /// Signals rest on what is left; one that rests on nothing goes, and so do the cards that rest on none.
    async fn signals_of_story(&mut self, story: &StoryId, left: &[articles::StoredArticle]) -> Result<(), StoreError> {
        let claims = signals::claims_of_story(self.session, story).await?;
        let known = signals::of_story(self.session, story).await?;
        let before = known.len();
        let mut kept: Vec<Signal> = Vec::new();
        for mut signal in known {
            signal.evidence.retain(|evidence| !self.gone.contains(&evidence.article));
            let says = |article: &&articles::StoredArticle| {
                claims
                    .get(&article.article.id)
                    .into_iter()
                    .flatten()
                    .any(|claim| claim.kind == signal.kind && claim.entity.as_ref() == Some(&signal.account))
            };
            let telling: Vec<_> = left.iter().filter(says).collect();
            let origins: HashSet<_> = telling.iter().map(|article| &article.article.publisher_domain).collect();
            let (Some(first), Some(last)) = (telling.first(), telling.last()) else { continue };
            (signal.first_at, signal.last_at) = (first.article.published, last.article.published);
            signal.reports = u32::try_from(telling.len()).unwrap_or(u32::MAX);
            signal.origins = u32::try_from(origins.len()).unwrap_or(u32::MAX);
            if signal.evidence.is_empty() {
                let quoted = claims.get(&first.article.id).into_iter().flatten();
                let of_it =
                    |claim: &&Claim| claim.kind == signal.kind && claim.entity.as_ref() == Some(&signal.account);
                signal.evidence.extend(quoted.filter(of_it).take(1).map(|claim| evidence(&first.article, claim)));
            }
            kept.push(signal);
        }
        signals::write_signals(self.session, story, &kept).await?;
        self.count("signal", u64::try_from(before - kept.len()).unwrap_or_default());
        let gone = self.gone.clone();
        let news: HashSet<_> = topics::of_story(self.session, story).await?.iter().map(TopicTold::news).collect();
        self.cards_of_story(story, |mut card| {
            let had = card.signals.len();
            card.signals.retain(|id| news.contains(id) || kept.iter().any(|signal| signal.id == *id));
            let had_evidence = !card.evidence.is_empty();
            card.evidence.retain(|evidence| !gone.contains(&evidence.article));
            if had_evidence && card.evidence.is_empty() {
                let its = kept.iter().filter(|signal| card.signals.contains(&signal.id));
                card.evidence.extend(its.flat_map(|signal| signal.evidence.clone()));
            }
            (had == 0 || !card.signals.is_empty()).then_some(card)
        })
        .await
    }

    /// The cards that a story caused, its corrections included: each as `kept` leaves it, or gone.
    async fn cards_of_story(
        &mut self,
        story: &StoryId,
        kept: impl Fn(TouchPoint) -> Option<TouchPoint>,
    ) -> Result<(), StoreError> {
        let sql = "SELECT id, body FROM touch_point WHERE cause = $1 OR cause LIKE $2";
        let cause = format!("story:{story}");
        let rows = rows!(&mut *self.session, (String, String), sql, &cause, format!("{cause}:%"))?;
        for (id, body) in rows {
            let before: TouchPoint = from_json("a touch point", &body)?;
            match kept(before.clone()) {
                Some(after) if after == before => {}
                Some(after) => {
                    let sql = "UPDATE touch_point SET body = $2 WHERE id = $1";
                    run!(&mut *self.session, sql, &id, to_json(&after)?)?;
                }
                None => self.card(&id).await?,
            }
        }
        Ok(())
    }
}

/// What an article says, as evidence.
fn evidence(article: &Article, claim: &Claim) -> Evidence {
    Evidence {
        article: article.id.clone(),
        version: article.version,
        content_hash: article.content_hash.clone(),
        span: Span { field: claim.evidence.field, start: claim.evidence.start, end: claim.evidence.end },
        quote: claim.evidence.quote.clone(),
        url: article.url.clone(),
        publisher: article.publisher.clone(),
        published: article.published,
        level: article.level,
    }
}
