//! The card that passes a story on.

use super::topic_news::TopicNews;
use super::wording::shorten;
use super::{Occasion, Play, compose, hand_over, priority, title};
use crate::model::{Account, AccountKind, Evidence, TouchPoint};
use crate::text::sanitise::plain_line;

/// The longest headline within a line, in characters.
const LONGEST_HEADLINE: usize = 90;

/// Other clients named on one card.
const MOST_OTHERS: usize = 5;

/// The card of `account` for `news`; `others` are those of the same owner whom it fits as well.
pub(super) fn card(
    account: &Account,
    news: &TopicNews,
    play: &Play,
    others: &[&Account],
    occasion: &Occasion,
) -> TouchPoint {
    let super::Occasion { playbook, settings, watchlist, now, .. } = *occasion;
    let mut words = compose::words_of(account);
    let headline = shorten(&plain_line(&news.headline), LONGEST_HEADLINE);
    words.set("event", Some(&format!("“{headline}”")));
    words.set("date", Some(&compose::long_date(news.first_at.date_naive())));
    words.set("topic", watchlist.get(&news.topic).map(compose::firm));
    if let Some(first) = news.evidence.first() {
        words.set_quote(&plain_line(&first.quote));
        words.set("publisher", first.publisher.as_deref());
    }
    let mut card = compose::frame(account, super::story_cause(&news.story), (playbook, play), &words, settings, now);
    card.contact = account.first_contact().map(|contact| contact.name.clone());
    let day = news.first_at.date_naive();
    card.title = title::title(play.action, card.contact.as_deref(), compose::firm(account), &headline, day);
    card.why = compose::join([card.why, compose::told_by(news.evidence.first(), news.origins)]);
    card.evidence = news.evidence.iter().take(compose::MOST_QUOTES).cloned().collect();
    card.signals = vec![news.id.clone()];
    card.priority = priority::of_topic(play.weight, account, news, settings, now);
    card.talking_points.extend(beside(account, news, others, watchlist));
    card.talking_points.extend(play.follow_up.as_ref().and_then(|follow_up| words.fill(follow_up)));
    compose::decide_gate(&mut card);
    compose::keep_decent(&mut card, &mut std::iter::once(play), playbook);
    hand_over::to_whom_is_there(&mut card, account, play, settings, now.date_naive());
    card
}

/// The report that a share card passes on, in one line.
pub(super) fn told(card: &TouchPoint) -> Option<String> {
    let quote = card.evidence.first()?;
    Some(source_line(&quote.quote, quote))
}

/// `“headline” (publisher, day), address`.
pub(super) fn source_line(headline: &str, source: &Evidence) -> String {
    let publisher = source.publisher.as_deref().map(|publisher| format!("{}, ", plain_line(publisher)));
    let address = source.url.as_deref().map(|url| format!(", {url}")).unwrap_or_default();
    let day = compose::long_date(source.published.date_naive());
    let headline = shorten(&plain_line(headline), LONGEST_HEADLINE);
    format!("“{headline}” ({}{day}){address}", publisher.unwrap_or_default())
}

/// For the owner to know: whom it fits besides, and which competitors the reports name.
fn beside(
    account: &Account,
    news: &TopicNews,
    others: &[&Account],
    watchlist: &crate::model::Watchlist,
) -> Vec<String> {
    let mut lines = Vec::new();
    let names: Vec<&str> =
        others.iter().filter(|other| other.id != account.id).map(|other| compose::firm(other)).collect();
    if !names.is_empty() {
        let more = match names.len().saturating_sub(MOST_OTHERS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        lines.push(format!("Inside: also fits {}{more}.", names[..names.len().min(MOST_OTHERS)].join(", ")));
    }
    let named = news.named.keys().filter_map(|id| watchlist.get(id));
    let rivals: Vec<&str> =
        named.filter(|other| other.kind == AccountKind::Competitor).map(compose::firm).take(MOST_OTHERS).collect();
    if !rivals.is_empty() {
        lines.push(format!("Inside: it names {} in passing; read it before you pass it on.", rivals.join(", ")));
    }
    lines
}
