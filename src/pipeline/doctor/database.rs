//! The database and what is derived from it or stands in it: the search index, destinations.

use std::path::Path;
use std::sync::Arc;

use super::Finding;
use crate::config::{Config, Settings};
use crate::model::Time;
use crate::pipeline::engine::open_store;
use crate::pipeline::outbox;
use crate::pipeline::roster::{self, Roster};
use crate::search::{self, Reader, SearchError};
use crate::store::feeds::FeedState;
use crate::store::folder::{articles_in, database_in};
use crate::store::health::{self, Health};
use crate::store::{Store, StoreError, articles, feeds, users};

/// What only the database tells.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// When a feed was last asked.
    pub(super) last_attempt: Option<Time>,
    /// The files with what was added at run time.
    pub(super) roster: Option<Roster>,
    /// How destinations are; empty where no configuration is known.
    pub(super) destinations: Vec<Finding>,
    /// How many may sign in.
    pub(super) users: usize,
}

/// Looks at database, index and destinations. Without a configuration only at the file in the data folder.
pub(super) async fn examine(
    config: Option<&Arc<Config>>,
    data: &Path,
    held: bool,
    findings: &mut Vec<Finding>,
) -> Found {
    let (finding, sound) = database(config.map(AsRef::as_ref), data, held).await;
    findings.push(finding);
    let mut found = Found::default();
    let mut last_change = None;
    if let (Some(config), true) = (config, sound) {
        match look_inside(config, data).await {
            Ok(inside) => {
                last_change = Some(inside.last_change);
                findings.push(super::feeds::broken(config, &inside.broken));
                found.last_attempt = inside.last_attempt;
                found.users = inside.users;
                found.roster = Some(inside.roster);
                found.destinations = destinations(&config.settings, Some(&inside.outbox));
            }
            Err(error) => findings.push(Finding::failed("database", error.to_string(), REPAIR)),
        }
    }
    if let (Some(config), true) = (config, found.destinations.is_empty()) {
        found.destinations = destinations(&config.settings, None);
    }
    let settings = config.map(|config| config.settings.search.clone()).unwrap_or_default();
    findings.push(index(&Reader::open(&articles_in(data), &settings), last_change, held));
    findings.extend(budget(&articles_in(data), &settings));
    found
}

const REPAIR: &str = "stop tidings and bring the last backup back: `tidings restore FILE --force`";

/// How the database is, and whether more can be read from it as it is now, without changing it.
async fn database(config: Option<&Config>, data: &Path, held: bool) -> (Finding, bool) {
    const PROBE: &str = "database";
    if let Some(url) = config.and_then(|config| config.settings.store.url.as_ref()) {
        return match health::of_server(url.reveal()).await {
            Ok(found) => {
                (judge("PostgreSQL", &found, held), found.version > 0 && found.pending == 0 && found.unknown == 0)
            }
            Err(error) => {
                let hint = "look whether the server runs and whether the address under [store] is right";
                (Finding::failed(PROBE, error.to_string(), hint), false)
            }
        };
    }
    let file = database_in(data);
    if !file.exists() {
        return (Finding::ok(PROBE, format!("{} is not there yet; the first run makes it", file.display())), false);
    }
    match health::of_file(&file).await {
        Ok(found) => {
            let sound = found.pending == 0 && found.unknown == 0 && found.damage.is_empty();
            (judge(&file.display().to_string(), &found, held), sound)
        }
        Err(error) => (Finding::failed(PROBE, error.to_string(), REPAIR), false),
    }
}

fn judge(name: &str, found: &Health, held: bool) -> Finding {
    const PROBE: &str = "database";
    if found.unknown > 0 {
        let what = format!("{name} was used by a newer tidings: {} of its steps are not known here", found.unknown);
        return Finding::failed(PROBE, what, "run the newer program, or restore a backup that this one made");
    }
    if let Some(first) = found.damage.first() {
        let more = if found.damage.len() > 1 { " …" } else { "" };
        return Finding::failed(PROBE, format!("{name} is damaged: {first}{more}"), REPAIR);
    }
    if found.pending > 0 {
        let what = format!("{name} is {} steps behind this program", found.pending);
        let hint = if held {
            "an older tidings works in the folder: stop it and start this one, which brings the database up to date"
        } else {
            "the next `tidings run` brings it up to date; make a backup before: `tidings backup FILE`"
        };
        return Finding::warning(PROBE, what, hint);
    }
    Finding::ok(PROBE, format!("{name} is sound and up to date"))
}

struct Inside {
    last_change: i64,
    last_attempt: Option<Time>,
    broken: Vec<FeedState>,
    roster: Roster,
    outbox: outbox::Status,
    users: usize,
}

async fn look_inside(config: &Arc<Config>, data: &Path) -> Result<Inside, StoreError> {
    let store = open_store(config, &database_in(data)).await?;
    let inside = read(&store, config).await;
    store.close().await;
    inside
}

async fn read(store: &Store, config: &Arc<Config>) -> Result<Inside, StoreError> {
    let outbox = outbox::status(store, &config.settings.deliver, 0).await?;
    let mut session = store.read().await?;
    Ok(Inside {
        last_change: articles::last_change(&mut session).await?,
        last_attempt: feeds::last_attempt(&mut session).await?,
        broken: feeds::told_broken(&mut session).await?,
        roster: roster::effective(config, &mut session).await?,
        users: users::all(&mut session).await?.len(),
        outbox,
    })
}

/// How the search index is. `last_change` is the last number of the sequence that it follows, where that is known.
fn index(opened: &Result<Reader, SearchError>, last_change: Option<i64>, held: bool) -> Finding {
    const PROBE: &str = "search index";
    const BY_ITSELF: &str = "the next `tidings run` does it by itself; at once: `tidings reindex`";
    let reader = match opened {
        Ok(reader) => reader,
        Err(SearchError::Missing { .. }) if last_change.unwrap_or(0) == 0 => {
            return Finding::ok(PROBE, "it is not there yet; the first run makes it");
        }
        Err(error @ SearchError::Missing { .. }) => return Finding::warning(PROBE, error.to_string(), BY_ITSELF),
        Err(error) => return Finding::warning(PROBE, format!("{error}; it will be built anew"), BY_ITSELF),
    };
    let seq = match reader.last_seq() {
        Ok(seq) => seq,
        Err(error) => return Finding::warning(PROBE, error.to_string(), BY_ITSELF),
    };
    let count = reader.len();
    match last_change {
        Some(last) if seq > last => {
            Finding::warning(PROBE, format!("{count} articles; it is not of this database"), BY_ITSELF)
        }
        Some(last) if seq < last && held => {
            Finding::ok(PROBE, format!("{count} articles; {} changes are being followed", last - seq))
        }
        Some(last) if seq < last => {
            Finding::warning(PROBE, format!("{count} articles; {} changes behind the database", last - seq), BY_ITSELF)
        }
        Some(_) => Finding::ok(PROBE, format!("{count} articles, up to date")),
        None => Finding::ok(PROBE, format!("{count} articles")),
    }
}

/// Where a disk budget is set: how much of it the index takes.
fn budget(folder: &Path, settings: &search::Settings) -> Option<Finding> {
    const PROBE: &str = "index room";
    const HINT: &str = "raise search.disk_mb in tidings.toml, then `tidings reindex`; 0 is no limit";
    let reader = Reader::open(folder, settings).ok().filter(|_| settings.disk_mb > 0)?;
    let (bytes, horizon) = match (reader.bytes(), reader.horizon()) {
        (Ok(bytes), Ok(horizon)) => (bytes, horizon),
        (Err(error), _) | (_, Err(error)) => return Some(Finding::warning(PROBE, error.to_string(), HINT)),
    };
    let what = format!("{} of {} MB", bytes.div_ceil(1_000_000), settings.disk_mb);
    Some(match horizon {
        Some(horizon) => {
            let day = horizon.date_naive();
            Finding::warning(PROBE, format!("{what}; what was published before {day} is not in the index"), HINT)
        }
        None if bytes * 10 > u64::from(settings.disk_mb) * 9_000_000 => {
            Finding::warning(PROBE, format!("{what}; soon the oldest articles leave the index"), HINT)
        }
        None => Finding::ok(PROBE, what),
    })
}

/// One finding for each destination. Their secrets are there: a configuration without them does not load.
fn destinations(settings: &Settings, outbox: Option<&outbox::Status>) -> Vec<Finding> {
    const PROBE: &str = "destination";
    let mut none = None;
    if settings.deliver.destinations.is_empty() {
        let what = "none is configured: touch points stay in the inbox";
        none = Some(Finding::warning(PROBE, what, "add one under [[deliver.destinations]] in tidings.toml"));
    }
    let findings = settings.deliver.destinations.iter().map(|destination| {
        let id = destination.id().as_str();
        let known = outbox.and_then(|outbox| outbox.destinations.iter().find(|known| known.id == id));
        match known {
            Some(known) if known.state != "open" => Finding::warning(
                PROBE,
                format!("{id} is {}: {}", known.state, known.why),
                format!("settle that, look with `tidings deliver test {id}`, then `tidings deliver retry {id}`"),
            ),
            Some(known) if known.failing_since.is_some() => Finding::warning(
                PROBE,
                format!("{id} fails since {}", known.failing_since.map(|at| at.to_rfc3339()).unwrap_or_default()),
                known.advice.first().cloned().unwrap_or_default(),
            ),
            Some(known) if known.unknown > 0 => Finding::warning(
                PROBE,
                format!("{id} may have got {} deliveries or not", known.unknown),
                known.advice.last().cloned().unwrap_or_default(),
            ),
            Some(known) if known.dead > 0 => Finding::warning(
                PROBE,
                format!("{id} refused {} deliveries for good", known.dead),
                format!("`tidings deliver status` tells why; `tidings deliver retry {id}` sends them again"),
            ),
            _ => Finding::ok(PROBE, format!("{id} has what it needs; `tidings deliver test {id}` sends a test")),
        }
    });
    // What stands beside the configuration: taken out of it, or asked for by a program.
    let configured = |id: &str| settings.deliver.destinations.iter().any(|known| known.id().as_str() == id);
    let others = outbox.iter().flat_map(|outbox| &outbox.destinations).filter(|known| !configured(&known.id));
    let others = others.filter_map(|known| {
        let advice = known.advice.first()?;
        Some(Finding::warning(PROBE, format!("{} is {}", known.id, known.state), advice.clone()))
    });
    none.into_iter().chain(findings).chain(others).collect()
}
