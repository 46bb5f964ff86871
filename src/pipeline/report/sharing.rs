//! Stories worth sharing, and with whom.

use std::cmp::Reverse;

use chrono::TimeDelta;

use super::compose::one_line;
use super::{Material, Request, ShareWith, Window, WorthSharing};
use crate::config::Config;
use crate::model::{Account, AccountId, Signal, TouchPoint};
use crate::store::{Session, StoreError, signals, topics};
use crate::touchpoint::{TopicNews, sharing};

/// A story that was told before these days began may still go on.
const BEGAN_BEFORE: TimeDelta = TimeDelta::days(14);

/// Stories told for each topic.
const MOST_STORIES: usize = 2;

/// The news of topics of these days that some play finds worth sharing, with the accounts it fits, best first.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn worth_sharing(
    session: &mut Session,
    config: &Config,
    window: &Window,
) -> Result<Vec<(TopicNews, Vec<AccountId>)>, StoreError> {
    let (since, end) = (window.start() - BEGAN_BEFORE, window.end());
    let (watchlist, playbook) = (&config.watchlist, &config.playbook);
    let mut news = TopicNews::of(&topics::between(session, since, end).await?, watchlist);
    news.retain(|news| news.last_at >= window.start());
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let told = signals::between(session, since, end).await?;
    let settings = &config.settings.touchpoint;
    let fitting = |news: TopicNews| {
        let own: Vec<Signal> = told.iter().filter(|signal| signal.story == news.story).cloned().collect();
        let play = sharing::worth(&news, &own, watchlist, playbook, news.last_at).ok()?;
        let fits = sharing::fitting(&news, play, watchlist, settings, news.last_at);
        let fits: Vec<AccountId> = fits.into_iter().map(|account| account.id.clone()).collect();
        Some((news, fits))
    };
    Ok(news.into_iter().filter_map(fitting).collect())
}

/// What is worth sharing of `topic`, those of most independent publishers first.
pub(super) fn of_topic(topic: &Account, material: &Material, request: &Request) -> Vec<WorthSharing> {
    let own = material.worth_sharing.iter().filter(|(news, _)| news.topic == topic.id);
    let mut own: Vec<&(TopicNews, Vec<AccountId>)> = own.collect();
    own.sort_by(|(one, _), (other, _)| {
        (Reverse(one.origins), Reverse(one.last_at), &one.story).cmp(&(
            Reverse(other.origins),
            Reverse(other.last_at),
            &other.story,
        ))
    });
    let told = own.into_iter().filter_map(|(news, fits)| {
        let with: Vec<ShareWith> =
            fits.iter().filter_map(|account| share_with(account, news, material, request)).collect();
        let source = news.evidence.first().filter(|_| !with.is_empty())?;
        Some(WorthSharing {
            story: news.story.clone(),
            title: one_line(&news.headline),
            publisher: source.publisher.clone(),
            url: source.url.clone(),
            day: request.window.day(source.published),
            with,
        })
    });
    told.take(MOST_STORIES).collect()
}

fn share_with(account: &AccountId, news: &TopicNews, material: &Material, request: &Request) -> Option<ShareWith> {
    let account = request.watchlist.get(account).filter(|account| request.owns(account.owner.as_deref()))?;
    let is_it = |card: &&TouchPoint| card.account == account.id && card.signals.contains(&news.id);
    Some(ShareWith {
        account: account.id.clone(),
        name: account.name.clone(),
        owner: account.owner.clone(),
        card: material.open.iter().chain(&material.recent).find(is_it).map(|card| card.id),
    })
}
