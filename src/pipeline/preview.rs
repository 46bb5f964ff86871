//! What destinations would get for a card: worded as it would be, sent nowhere, written nowhere.

use serde::Serialize;
use serde_json::Value;

use super::hooks;
use super::inbox::{self, InboxError};
use crate::config::Config;
pub use crate::deliver::Template;
use crate::deliver::outbox::{delivery_to, step_into};
use crate::deliver::{Around, Templates, sample};
use crate::model::{DestinationId, Step, Time};
use crate::store::{Store, accounts};

/// What a destination would get.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// Which destination.
    pub destination: DestinationId,
    /// The template that words it; none for the shipped wording.
    pub template: Option<String>,
    /// It is told of the card as it now stands, by its list of steps.
    pub told: bool,
    /// The subject of the task.
    pub subject: String,
    /// The body of the task.
    pub body: String,
    /// What was wrong with the template.
    pub trouble: Option<String>,
    /// The whole message, as a webhook gets it.
    pub message: Value,
}

/// What is to be shown.
#[derive(Clone, Debug, Default)]
pub struct Asked<'a> {
    /// A card by its id or a part of it; without one a made-up card.
    pub card: Option<&'a str>,
    /// Only this destination.
    pub destination: Option<&'a str>,
    /// A template to be tried, in place of the configured ones, with its name.
    pub template: Option<(&'a str, &'a Template)>,
}

/// What each destination would get for a card. Without `store` only for a made-up one.
///
/// # Errors
/// Where the card cannot be found, or the database refuses.
pub async fn preview(
    store: Option<&Store>,
    config: &Config,
    asked: &Asked<'_>,
    now: Time,
) -> Result<Vec<Preview>, InboxError> {
    let settings = &config.settings.deliver;
    let (mut card, mut account) = (sample::card(now), Some(sample::account()));
    let mut step = Step::Accepted;
    let mut destinations = settings.destinations.clone();
    if let Some(store) = store {
        let mut session = store.read().await?;
        destinations = hooks::destinations(&mut session, config).await?;
        if let Some(part) = asked.card {
            card = inbox::find(&mut session, part).await?;
            step = step_into(card.state);
            account = config.watchlist.get(&card.account).cloned();
            if account.is_none() {
                account = accounts::get(&mut session, &card.account).await?.map(|kept| kept.account);
            }
        }
    }
    let base = config.settings.serve.base();
    let tried: Option<Templates> = asked.template.map(|(_, template)| {
        let names = destinations.iter().map(|known| known.rules().template.unwrap_or_default().to_owned());
        names.map(|name| (name, template.clone())).collect()
    });
    let around = Around {
        account: account.as_ref(),
        base: &base,
        templates: Some(tried.as_ref().unwrap_or(&settings.templates)),
    };
    let wanted = destinations.into_iter().filter(|known| asked.destination.is_none_or(|id| known.id().as_str() == id));
    Ok(wanted
        .map(|mut destination| {
            if tried.is_some() && destination.rules().template.is_none() {
                destination.word_by(String::new());
            }
            let rules = destination.rules();
            let message = delivery_to(&destination, &card, step, &around, now).payload;
            let message: Value = serde_json::from_str(&message).unwrap_or_default();
            let text = |key: &str| message["data"][key].as_str().map(str::to_owned);
            let template = asked.template.map(|(name, _)| name).or(rules.template);
            Preview {
                destination: rules.id.clone(),
                template: template.map(str::to_owned),
                told: rules.on.contains(&step) && (card.alarm || !rules.alarms_only),
                subject: text("subject").unwrap_or_default(),
                body: text("body").unwrap_or_default(),
                trouble: text("template_trouble"),
                message,
            }
        })
        .collect())
}
