//! `digest`: what each reader should know this morning.

use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::desk::in_effect;
use super::inbox::{open_existing, person};
use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::config::Config;
use crate::model::{Clock, Time};
use crate::pipeline::digest::{self, Mail, Page, Reader, Request, Rhythm};
use crate::store::Store;

/// The digest of a day: alarms first, what to begin with, what is overdue, what changed. Put into the outbox, at most once
/// for each reader and day; `run` does so by itself at the time of each reader's morning.
#[derive(Debug, Args)]
pub(super) struct Digest {
    /// Only that of this owner.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Print what would be mailed and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The day; without it, today where its reader is. What waits is told as it stands now.
    #[arg(long, value_name = "DAY")]
    date: Option<NaiveDate>,
    /// Print as a page for a browser or a printer, and write nothing.
    #[arg(long, conflicts_with = "json")]
    html: bool,
    /// Let the owner of --owner have the digest again, after they stopped it.
    #[arg(long, conflicts_with_all = ["dry_run", "date", "html"])]
    resume: bool,
    /// Who does this; the name in the log.
    #[arg(long, value_name = "NAME", env = "TIDINGS_WHO")]
    who: Option<String>,
}

impl Digest {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = load_config(common)?;
        let store = open_existing(&config, common).await?;
        let config = in_effect(config, &store).await?;
        let ending = self.with(&store, &config, common, clock.now()).await;
        store.close().await;
        ending
    }

    async fn with(&self, store: &Store, config: &Config, common: &Common, now: Time) -> Result<Ending, Failure> {
        let mut told = Vec::new();
        for (mail, reader) in self.wanted(config)? {
            let day = self.date.unwrap_or_else(|| now.with_timezone(&reader.zone).date_naive());
            let name = reader.owner.as_deref().unwrap_or("everybody else");
            let Some(mail) = mail.filter(|_| !self.dry_run && !self.html) else {
                let page = self.page(store, config, (mail, &reader), now).await?;
                match &page {
                    _ if common.json => {}
                    Some(page) if self.html => say(&digest::html_page(page, None)),
                    Some(page) => say(&format!("{}\n\n{}", page.title, digest::text_page(page, None))),
                    None => eprintln!("{name}: nothing to say"),
                }
                told.push(json!({ "owner": reader.owner, "day": day, "page": page }));
                continue;
            };
            let words = if self.resume {
                let resumed = digest::resume(store, mail, &reader, &person(self.who.as_deref()), now).await?;
                if resumed { "gets the digest again" } else { "had not stopped it" }
            } else {
                digest::write(store, config, mail, &reader, mail.period(day), now).await?.words()
            };
            if !common.json {
                say(&format!("{}, {name}, {day}: {words}", mail.id));
            }
            told.push(json!({ "destination": mail.id, "owner": reader.owner, "day": day, "result": words }));
        }
        if common.json {
            print_json(&told);
        }
        Ok(Ending::Done)
    }

    /// The readers that are asked for; without any mailbox, who could be one.
    fn wanted<'c>(&self, config: &'c Config) -> Result<Vec<(Option<&'c Mail>, Reader)>, Failure> {
        let zone = config.settings.operator.zone();
        let asked = |reader: &Reader| self.owner.is_none() || reader.owner == self.owner;
        let mut wanted = Vec::new();
        for mail in digest::mails(config).filter(|mail| mail.digest != Rhythm::Off) {
            wanted.extend(mail.readers(zone).into_iter().filter(asked).map(|reader| (Some(mail), reader)));
        }
        if wanted.is_empty() && (self.dry_run || self.html) {
            wanted.push((None, Reader { owner: self.owner.clone(), zone, others: Vec::new() }));
        }
        if wanted.is_empty() {
            let whom = self.owner.as_deref().map(|owner| format!(" to {owner}")).unwrap_or_default();
            return Err(Failure::misused(format!("no destination mails a digest{whom}")).hint(
                "write `digest = \"daily\"` into a destination of `kind = \"mail\"`; --dry-run shows one without",
            ));
        }
        Ok(wanted)
    }

    async fn page(
        &self,
        store: &Store,
        config: &Config,
        (mail, reader): (Option<&Mail>, &Reader),
        now: Time,
    ) -> Result<Option<Page>, Failure> {
        let at = self
            .date
            .map_or(now, |day| mail.map_or_else(|| digest::morning(reader, day), |mail| mail.instant(reader, day)));
        let since = digest::since_of(store, mail, reader, at).await?;
        let rhythm = mail.map_or(Rhythm::Daily, |mail| mail.digest);
        let card_url = mail.and_then(|mail| mail.card_url.as_deref());
        Ok(digest::page(store, config, &Request { reader, rhythm, since, now: at, card_url }).await?)
    }
}
