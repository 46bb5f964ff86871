//! Everything that is known about one card, as its page shows it.

use serde::Serialize;

use super::list::{is_of, marks};
use crate::config::Config;
use crate::model::{
    Account, Answer, Contact, Delivery, DestinationId, Evidence, Mention, Promise, Remote, StepRecord, Told, TouchPoint,
};
use crate::pipeline::explain::{ArticleFacts, explain};
use crate::pipeline::inbox::{self, InboxError};
use crate::store::stories::StoredStory;
use crate::store::{Store, articles, follow, remotes, touchpoints};

/// A card with all that belongs to it.
#[derive(Clone, Debug, Serialize)]
pub struct CardFile {
    /// The card.
    pub card: TouchPoint,
    /// Its account, where it is still watched.
    pub account: Option<Account>,
    /// The person to contact, where the account knows more than the name.
    pub contact: Option<Contact>,
    /// Its quotes.
    pub quotes: Vec<Quote>,
    /// Its steps, the latest first, each with whether it was taken back.
    #[serde(rename = "steps_taken")]
    pub steps: Vec<(StepRecord, bool)>,
    /// What was sent of it.
    pub deliveries: Vec<Delivery>,
    /// Its records in the destinations that keep one.
    pub remotes: Vec<(DestinationId, Remote)>,
    /// Its story.
    pub story: Option<StoredStory>,
    /// The articles of the story, oldest first, with what names the account there.
    pub reports: Vec<Report>,
    /// Other cards of the same story.
    pub others: Vec<TouchPoint>,
    /// What was promised when it was closed.
    pub promises: Vec<Promise>,
    /// What was learned then.
    pub answers: Vec<Answer>,
    /// What the account told in earlier contacts.
    pub told: Vec<Told>,
    /// A step of a person can be taken back.
    pub undoable: bool,
}

/// A quote with what is marked in it.
#[derive(Clone, Debug, Serialize)]
pub struct Quote {
    /// The quote.
    pub evidence: Evidence,
    /// Byte ranges of its words that are the account's name.
    pub marks: Vec<(usize, usize)>,
    /// The article is kept in another version, or no longer at all.
    pub changed: bool,
}

/// An article of the story.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The article.
    pub article: ArticleFacts,
    /// The strongest mention of the account in it, with its reasons.
    pub named: Option<Mention>,
    /// How often it names the account.
    pub times: usize,
}

/// Everything about the card with this id, or of which this is the beginning or end of the id.
///
/// # Errors
/// Where none or several fit, or the database refuses.
pub async fn card(store: &Store, config: &Config, part: &str) -> Result<CardFile, InboxError> {
    let (card, _) = inbox::show(store, part).await?;
    let explanation = explain(store, config, &card.id.to_string()).await?;
    let mut session = store.read().await?;
    let mut quotes = Vec::new();
    for evidence in &card.evidence {
        let fits = is_of(evidence, articles::known(&mut session, &evidence.article).await?);
        let named = if fits { articles::mentions(&mut session, &evidence.article).await? } else { Vec::new() };
        quotes.push(Quote { marks: marks(evidence, &card, &named), evidence: evidence.clone(), changed: !fits });
    }
    let mut steps = touchpoints::steps_with_undone(&mut session, card.id).await?;
    steps.reverse();
    let remotes = remotes::of_touch_point(&mut session, card.id).await?;
    let undoable = touchpoints::last_undoable(&mut session, card.id).await?.is_some();
    let mut promises = follow::promises(&mut session, true).await?;
    promises.retain(|promise| promise.touch_point == card.id);
    let mut answers = follow::answers(&mut session, true).await?;
    answers.retain(|answer| answer.touch_point == card.id);
    let account = config.watchlist.get(&card.account).cloned();
    let called = |contact: &&Contact| Some(&contact.name) == card.contact.as_ref();
    let contact = account.as_ref().and_then(|account| account.contacts.iter().find(called)).cloned();
    let mut others = explanation.cards.into_iter();
    let deliveries = others.next().map(|own| own.deliveries).unwrap_or_default();
    Ok(CardFile {
        account,
        contact,
        quotes,
        steps,
        deliveries,
        remotes,
        story: explanation.story,
        reports: explanation.articles.into_iter().map(|article| report(article, &card)).collect(),
        others: others.map(|other| other.card).collect(),
        promises,
        answers,
        told: explanation.told,
        undoable,
        card,
    })
}

fn report(mut article: ArticleFacts, card: &TouchPoint) -> Report {
    let named: Vec<Mention> = std::mem::take(&mut article.mentions)
        .into_iter()
        .filter(|mention| mention.accepted && mention.account == card.account)
        .collect();
    let times = named.len();
    let strongest = named.into_iter().reduce(|best, next| if next.score > best.score { next } else { best });
    Report { article, named: strongest, times }
}
