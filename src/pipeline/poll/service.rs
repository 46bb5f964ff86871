//! Services bear less than feeds do: how many requests an hour each gets, whatever is due, and how long it rests when it
//! asks to be asked less often in an answer of status 200.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::address;
use crate::config::Config;
use crate::feed::{parse_of, service};
use crate::fetch::Outcome;
use crate::model::{Feed, Service, Time};
use crate::pipeline::Engine;
use crate::store::feeds::{self, FeedState};
use crate::store::{Session, StoreError};

/// The time that a budget is for.
const BUDGET_OF: TimeDelta = TimeDelta::hours(1);

/// Rest of a service after it asked to be asked less often; doubled for each failure in a row, at most a day.
const REST: TimeDelta = TimeDelta::hours(1);
const LONGEST_REST: TimeDelta = TimeDelta::days(1);

/// Puts off those of the leased feeds for which their service has no request left in this hour; gives the others. What was
/// asked counts, and what was leased before and is about to be.
///
/// # Errors
/// Where the database refuses.
pub(super) async fn within_budget(
    session: &mut Session,
    config: &Config,
    leased: Vec<FeedState>,
    now: Time,
) -> Result<Vec<FeedState>, StoreError> {
    let services: HashMap<_, Service> =
        config.feeds().filter_map(|(_, feed)| Some((feed.id.clone(), feed.service?))).collect();
    if !leased.iter().any(|state| services.contains_key(&state.id)) {
        return Ok(leased);
    }
    let mut asked: HashMap<Service, Vec<Time>> = HashMap::new();
    for (id, at) in feeds::attempts_since(session, now - BUDGET_OF).await? {
        if let Some(service) = services.get(&id) {
            asked.entry(*service).or_default().push(at);
        }
    }
    for id in feeds::leased(session, now).await? {
        if let Some(service) = services.get(&id)
            && !leased.iter().any(|state| state.id == id)
        {
            asked.entry(*service).or_default().push(now);
        }
    }
    let mut within = Vec::new();
    let mut put_off: HashMap<Service, usize> = HashMap::new();
    for mut state in leased {
        let budget = services.get(&state.id).and_then(|service| {
            Some((*service, usize::try_from(config.settings.searches.budget(*service)?).unwrap_or(usize::MAX)))
        });
        let Some((service, budget)) = budget else {
            within.push(state);
            continue;
        };
        let times = asked.entry(service).or_default();
        if times.len() < budget {
            times.push(now);
            within.push(state);
            continue;
        }
        // One of the requests of this hour falls out of it at a time; those who wait take these places in turn.
        times.sort_unstable();
        let place = put_off.entry(service).or_insert(0);
        let rounds = TimeDelta::hours(i64::try_from(*place / budget.max(1)).unwrap_or(0));
        state.next_poll = times[*place % times.len()] + BUDGET_OF + rounds;
        state.next_why = format!("{} gets no more than {budget} requests an hour", service.name());
        *place += 1;
        feeds::record(session, &state).await?;
    }
    Ok(within)
}

/// Tells the fetcher how long the service's host is left alone between two requests.
pub(super) fn keep_pace(engine: &Engine, feed: &Feed) {
    let Some(service) = feed.service.or_else(|| service::of_address(&feed.url)) else { return };
    if let Some(host) = address::host(&feed.url).filter(|host| service::is_own_host(service, host)) {
        engine.fetcher.slow(&host, f64::from(service::limits(service).gap_seconds));
    }
}

/// The same outcome; but an answer in which a service asks to be asked less often is no answer: its host rests.
pub(super) fn listened_to(engine: &Engine, feed: &Feed, state: &FeedState, outcome: Outcome, now: Time) -> Outcome {
    let Outcome::Fresh(fetched) = &outcome else { return outcome };
    if feed.service.is_none() {
        return outcome;
    }
    let parsed = parse_of(feed, &fetched.body, fetched.content_type.as_deref(), Some(fetched.url.as_str()));
    let reason = parsed.warnings.into_iter().next().filter(|reason| reason.code == service::RATE_LIMITED);
    let Some(reason) = reason else { return outcome };
    let rest = REST.checked_mul(1 << state.failures.min(5)).unwrap_or(LONGEST_REST).min(LONGEST_REST);
    let (until, why) = (now + rest, reason.message);
    let backoff = engine.fetcher.rest(&state.url, until, &why);
    Outcome::Limited { until, why, backoff }
}
