//! `explain ID`: the way from feed to card, with every reason.

use std::sync::Arc;

use clap::Args;

use super::card_text::{self, short_id};
use super::desk::in_effect;
use super::inbox::{open_existing, told};
use super::{Common, Ending, Failure, load_config, print_json, say, told_text};
use crate::config::Config;
use crate::model::{Claim, Evidence, Mention, Signal, TouchPoint, Watchlist};
use crate::pipeline::explain::{self, ArticleFacts, Explanation};
use crate::store::Store;
use crate::text::count::counted;

/// Explain a card, article (`a…`), story (`s…`) or signal (`g…`).
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Its id; a card's may be shortened to its beginning or end.
    id: String,
}

impl Explain {
    pub(super) async fn run(self, common: &Common) -> Result<Ending, Failure> {
        let config = load_config(common)?;
        let store = open_existing(&config, common).await?;
        let explained = self.look_up(config, &store).await;
        store.close().await;
        let (explanation, config) = explained?;
        if common.json {
            print_json(&explanation);
        } else {
            tell(&explanation, &config.watchlist, common);
        }
        Ok(Ending::Done)
    }

    async fn look_up(&self, config: Config, store: &Store) -> Result<(Explanation, Arc<Config>), Failure> {
        let config = in_effect(config, store).await?;
        let explanation = explain::explain(store, &config, &self.id).await.map_err(|error| told(&error))?;
        Ok((explanation, config))
    }
}

/// In the order in which it happened: feed, article, names, story, claims, signals, cards, deliveries.
fn tell(explanation: &Explanation, watchlist: &Watchlist, common: &Common) {
    for article in &explanation.articles {
        tell_article(article, watchlist);
    }
    explanation.gone.iter().for_each(tell_gone);
    if let Some(story) = &explanation.story {
        say(&format!(
            "story {}: {} from {}, {} to {}",
            story.id,
            counted(story.reports, "report"),
            counted(story.origins, "origin"),
            story.first_at.date_naive(),
            story.last_at.date_naive()
        ));
        if let Some(earlier) = &story.follows {
            say(&format!("  goes on from story {earlier}"));
        }
    }
    explanation.signals.iter().for_each(tell_signal);
    for reason in &explanation.not_suggested {
        let part = |name| reason.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        say(&format!("no card for {} by play {}: {}", part("account"), part("play"), part("reason")));
    }
    for told in &explanation.cards {
        say("");
        say(&card_text::card(&told.card, &told.steps));
        if let Some(changed) = playbook_changed(&told.card, &explanation.playbook) {
            say(&changed);
        }
        for delivery in &told.deliveries {
            let trouble = delivery.last_error.as_deref().map(|why| format!(", {why}")).unwrap_or_default();
            say(&format!(
                "sent      {} revision {} to {} as {}: {} after {}{trouble}",
                short_id(&told.card),
                delivery.revision,
                delivery.destination,
                delivery.step.as_str(),
                delivery.state.as_str(),
                counted(delivery.attempts, "attempt")
            ));
        }
    }
    if !explanation.told.is_empty() {
        say("\nthe account told");
        for told in &explanation.told {
            say(&format!("  {}", told_text::line(told, &common.config)));
        }
    }
}

/// Whether the rules are others now than when the card was written.
fn playbook_changed(card: &TouchPoint, now: &str) -> Option<String> {
    let then = card.playbook.as_deref()?;
    (then != now).then(|| {
        format!(
            "rules     written by playbook {then}; {now} is in force now: the playbook has changed since, and the card \
             keeps its words until there is news"
        )
    })
}

fn tell_article(article: &ArticleFacts, watchlist: &Watchlist) {
    for way in &article.came_by {
        let at = way.first_seen.format("%Y-%m-%d %H:%M");
        say(&format!("feed {} ({}) brought entry {} on {at}", way.feed, way.url.as_deref().unwrap_or("?"), way.entry));
    }
    say(&format!("article {} version {}: {}", article.id, article.version, article.title));
    say(&format!(
        "  {}, {}, {}",
        article.publisher.as_deref().unwrap_or("unknown publisher"),
        article.published.format("%Y-%m-%d %H:%M"),
        article.url.as_deref().unwrap_or("no address")
    ));
    if let Some(original) = &article.duplicate_of {
        say(&format!("  a copy of article {original}"));
    }
    article.mentions.iter().for_each(|mention| tell_mention(mention, watchlist));
    article.claims.iter().for_each(tell_claim);
}

fn tell_gone(evidence: &Evidence) {
    say(&format!(
        "article {} version {} is no longer kept (retention); what is quoted of it stays\n  {}, {}, {}",
        evidence.article,
        evidence.version,
        evidence.publisher.as_deref().unwrap_or("unknown publisher"),
        evidence.published.format("%Y-%m-%d %H:%M"),
        evidence.url.as_deref().unwrap_or("no address")
    ));
}

fn tell_mention(mention: &Mention, watchlist: &Watchlist) {
    let known = watchlist.get(&mention.account);
    let name = known.map_or_else(|| " (no longer watched)".to_owned(), |account| format!(" ({})", account.name));
    let verdict = if mention.accepted { "accepted" } else { "suppressed" };
    say(&format!(
        "  mention {}{name} by {:?}: {verdict}, score {:.2}, {:?} at {:?} {}–{}",
        mention.account,
        mention.alias,
        mention.score,
        mention.salience,
        mention.span.field,
        mention.span.start,
        mention.span.end
    ));
    for reason in &mention.why {
        say(&format!("    {:+.2}  {}: {}", reason.weight, reason.code, reason.detail));
    }
}

fn tell_claim(claim: &Claim) {
    let entity = claim.entity.as_ref().map_or("nobody watched", |account| account.as_str());
    say(&format!(
        "  claim {} about {entity} as {}, {}, confidence {:.2}: “{}”",
        claim.kind.as_str(),
        claim.role.as_str(),
        claim.status.as_str(),
        claim.confidence,
        claim.evidence.quote.split_whitespace().collect::<Vec<_>>().join(" ")
    ));
}

fn tell_signal(signal: &Signal) {
    say(&format!(
        "signal {} {}: {} as {}, {}, confidence {:.2}, {}{}",
        signal.id,
        signal.kind.as_str(),
        signal.account,
        signal.role.as_str(),
        signal.status.as_str(),
        signal.confidence,
        counted(signal.origins, "origin"),
        if signal.withdrawn { ", withdrawn" } else { "" }
    ));
}
