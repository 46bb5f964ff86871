//! The way of a value, backwards: from a card (or article, story, signal) to the feed it came by, with every reason.

use serde::Serialize;

use super::inbox::{self, InboxError};
use crate::config::Config;
use crate::model::{
    ArticleId, Claim, Delivery, Evidence, Mention, Signal, StepRecord, StoryId, Time, Told, TouchPoint,
};
use crate::store::stories::StoredStory;
use crate::store::{Session, Store, StoreError, articles, deliveries, entries, feeds, signals, stories, touchpoints};

/// Everything known about how a card came to be.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Explanation {
    /// The card, where one was asked for or came of it.
    pub cards: Vec<CardStory>,
    /// The story.
    pub story: Option<StoredStory>,
    /// What its articles are taken to say, merged.
    pub signals: Vec<Signal>,
    /// Why signals led to no card.
    pub not_suggested: Vec<serde_json::Value>,
    /// Its articles, oldest first.
    pub articles: Vec<ArticleFacts>,
    /// Articles of it that are no longer kept, as far as cards and signals quote them.
    pub gone: Vec<Evidence>,
    /// The version of the playbook in force.
    pub playbook: String,
    /// What the account of the card told in contacts, as far as it was confirmed, oldest first.
    pub told: Vec<Told>,
}

/// A card with its life and deliveries.
#[derive(Clone, Debug, Serialize)]
pub struct CardStory {
    /// The card.
    pub card: TouchPoint,
    /// Its steps, oldest first.
    pub steps: Vec<StepRecord>,
    /// What was sent of it.
    pub deliveries: Vec<Delivery>,
}

/// An article with all that was found in it.
#[derive(Clone, Debug, Serialize)]
pub struct ArticleFacts {
    /// Its id.
    pub id: ArticleId,
    /// Its headline.
    pub title: String,
    /// Where a person reads it.
    pub url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// When.
    pub published: Time,
    /// Its version.
    pub version: u32,
    /// The earlier article that it is a copy of.
    pub duplicate_of: Option<ArticleId>,
    /// Speaks for itself.
    pub independent: bool,
    /// Feed, entry key, first sight, and the feed's address.
    pub came_by: Vec<CameBy>,
    /// Names found, believed or not, with reasons.
    pub mentions: Vec<Mention>,
    /// What it is taken to say.
    pub claims: Vec<Claim>,
}

/// How an article came in.
#[derive(Clone, Debug, Serialize)]
pub struct CameBy {
    /// The feed.
    pub feed: String,
    /// Its address.
    pub url: Option<String>,
    /// The entry's key within the feed.
    pub entry: String,
    /// When it was first seen.
    pub first_seen: Time,
}

/// Explains a card, article (`a…`), story (`s…`) or signal (`g…`), with the configuration in effect.
///
/// # Errors
/// Where nothing has this id, or the database refuses.
pub async fn explain(store: &Store, config: &Config, id: &str) -> Result<Explanation, InboxError> {
    let explanation = from_feed_to_card(store, id).await?;
    let account = explanation.cards.first().and_then(|told| config.watchlist.get(&told.card.account));
    let told = account.map(|account| account.told.clone()).unwrap_or_default();
    Ok(Explanation { playbook: config.playbook.version(), told, ..explanation })
}

async fn from_feed_to_card(store: &Store, id: &str) -> Result<Explanation, InboxError> {
    let mut session = store.read().await?;
    if let Some(story) = story_of(&mut session, id).await? {
        let mut explanation = explain_story(&mut session, &story).await?;
        explanation.gone = gone(&mut session, &explanation).await?;
        return Ok(explanation);
    }
    drop(session);
    let (card, steps) = inbox::show(store, id).await?;
    let mut session = store.read().await?;
    let story = card.cause.strip_prefix("story:").and_then(|story| story.split(':').next());
    let mut explanation = match story {
        Some(story) => explain_story(&mut session, &StoryId::from(story)).await?,
        None => Explanation::default(),
    };
    let deliveries = deliveries::of_touch_point(&mut session, card.id).await?;
    explanation.cards.retain(|other| other.card.id != card.id);
    explanation.cards.insert(0, CardStory { card, steps, deliveries });
    explanation.gone = gone(&mut session, &explanation).await?;
    Ok(explanation)
}

/// What is quoted of articles that are no longer kept, each once.
async fn gone(session: &mut Session, explanation: &Explanation) -> Result<Vec<Evidence>, StoreError> {
    let of_cards = explanation.cards.iter().flat_map(|told| &told.card.evidence);
    let of_signals = explanation.signals.iter().flat_map(|signal| &signal.evidence);
    let mut gone: Vec<Evidence> = Vec::new();
    for evidence in of_cards.chain(of_signals) {
        let told = gone.iter().any(|known| known.article == evidence.article);
        if !told && articles::known(session, &evidence.article).await?.is_none() {
            gone.push(evidence.clone());
        }
    }
    gone.sort_by_key(|evidence| evidence.published);
    Ok(gone)
}

async fn story_of(session: &mut Session, id: &str) -> Result<Option<StoryId>, StoreError> {
    let story = StoryId::from(id);
    if stories::get(session, &story).await?.is_some() {
        return Ok(Some(story));
    }
    if let Some(stored) = articles::get(session, &ArticleId::from(id)).await? {
        return Ok(Some(stored.story));
    }
    signals::story_of(session, id).await
}

async fn explain_story(session: &mut Session, id: &StoryId) -> Result<Explanation, StoreError> {
    let story = stories::get(session, id).await?;
    let mut facts = Vec::new();
    for stored in articles::of_story(session, id).await? {
        let article = stored.article;
        facts.push(ArticleFacts {
            came_by: came_by(session, &article.id).await?,
            mentions: articles::mentions(session, &article.id).await?,
            claims: signals::claims(session, &article.id).await?,
            id: article.id,
            title: article.title,
            url: article.url,
            publisher: article.publisher,
            published: article.published,
            version: article.version,
            duplicate_of: stored.duplicate_of,
            independent: stored.independent,
        });
    }
    let mut cards = Vec::new();
    for card in touchpoints::of_cause(session, &format!("story:{id}")).await? {
        let steps = touchpoints::steps(session, card.id).await?;
        let deliveries = deliveries::of_touch_point(session, card.id).await?;
        cards.push(CardStory { card, steps, deliveries });
    }
    let not_suggested = signals::not_suggested(session, id).await?;
    Ok(Explanation {
        cards,
        story,
        signals: signals::of_story(session, id).await?,
        not_suggested: not_suggested
            .into_iter()
            .filter_map(|(_, _, _, body)| serde_json::from_str(&body).ok())
            .collect(),
        articles: facts,
        ..Explanation::default()
    })
}

async fn came_by(session: &mut Session, article: &ArticleId) -> Result<Vec<CameBy>, StoreError> {
    let mut ways = Vec::new();
    for (feed, entry, first_seen) in entries::of_article(session, article).await? {
        let url = feeds::get(session, &feed).await?.map(|state| state.url);
        ways.push(CameBy { feed: feed.0, url, entry, first_seen });
    }
    Ok(ways)
}
