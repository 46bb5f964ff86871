//! `explain ID`: the way from feed to card, with every reason.

use clap::Args;

use super::card_text::{self, short_id};
use super::desk::in_effect;
use super::inbox::{open_existing, told};
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::{Claim, Mention, Signal, Watchlist};
use crate::pipeline::explain::{self, ArticleFacts, Explanation};

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
        let explanation = explain::explain(&store, &self.id).await.map_err(|error| told(&error));
        let config = in_effect(config, &store).await;
        store.close().await;
        let explanation = explanation?;
        if common.json {
            print_json(&explanation);
        } else {
            tell(&explanation, &config?.watchlist);
        }
        Ok(Ending::Done)
    }
}

/// In the order in which it happened: feed, article, names, story, claims, signals, cards, deliveries.
fn tell(explanation: &Explanation, watchlist: &Watchlist) {
    for article in &explanation.articles {
        tell_article(article, watchlist);
    }
    if let Some(story) = &explanation.story {
        say(&format!(
            "story {}: {} report(s) from {} origin(s), {} to {}",
            story.id,
            story.reports,
            story.origins,
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
        for delivery in &told.deliveries {
            let trouble = delivery.last_error.as_deref().map(|why| format!(", {why}")).unwrap_or_default();
            say(&format!(
                "sent      {} revision {} to {} as {}: {} after {} attempt(s){trouble}",
                short_id(&told.card),
                delivery.revision,
                delivery.destination,
                delivery.step.as_str(),
                delivery.state.as_str(),
                delivery.attempts
            ));
        }
    }
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
        "signal {} {}: {} as {}, {}, confidence {:.2}, {} origin(s){}",
        signal.id,
        signal.kind.as_str(),
        signal.account,
        signal.role.as_str(),
        signal.status.as_str(),
        signal.confidence,
        signal.origins,
        if signal.withdrawn { ", withdrawn" } else { "" }
    ));
}
