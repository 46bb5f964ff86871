//! `deliver preview`: what each destination would get for a card.

use std::path::{Path, PathBuf};

use clap::Args;

use super::inbox::open_existing;
use super::{Common, Ending, Failure, print_json, say};
use crate::config::Config;
use crate::model::Clock;
use crate::pipeline::preview::{self, Asked, Template};

/// What is to be shown.
#[derive(Debug, Args)]
pub(super) struct Preview {
    /// A card's id or a part of it; without one a made-up card that looks true.
    card: Option<String>,
    /// Only what this destination would get.
    #[arg(long, value_name = "ID")]
    destination: Option<String>,
    /// Try a template: its name in tidings.toml, a TOML file with `subject` and `body`, or any other file as the body.
    #[arg(long, value_name = "FILE|NAME")]
    template: Option<String>,
}

impl Preview {
    pub(super) async fn run(&self, config: &Config, common: &Common, clock: &dyn Clock) -> Result<Ending, Failure> {
        let template = self.template.as_deref().map(|name| template(config, name)).transpose()?;
        let asked = Asked {
            card: self.card.as_deref(),
            destination: self.destination.as_deref(),
            template: self.template.as_deref().zip(template.as_ref()),
        };
        // A made-up card needs no database; one that is there tells which webhooks were asked for.
        let store = match (open_existing(config, common).await, &self.card) {
            (Ok(store), _) => Some(store),
            (Err(_), None) => None,
            (Err(failure), Some(_)) => return Err(failure),
        };
        let previews = preview::preview(store.as_ref(), config, &asked, clock.now()).await;
        if let Some(store) = store {
            store.close().await;
        }
        let previews = previews?;
        if previews.is_empty() {
            return Err(Failure::misused("no such destination is configured")
                .hint("destinations stand under [[deliver.destinations]] in tidings.toml"));
        }
        let mut ending = Ending::Done;
        for preview in previews {
            if common.json {
                print_json(&preview);
            } else {
                let worded = preview.template.map(|name| format!(", worded by {name}")).unwrap_or_default();
                let told = if preview.told { "" } else { ", not told of a card that stands so" };
                say(&format!("── {}{worded}{told}", preview.destination));
                say(&format!("{}\n\n{}\n", preview.subject, preview.body));
            }
            if let Some(trouble) = preview.trouble {
                eprintln!("{}: {trouble}; worded as shipped", preview.destination);
                ending = Ending::Failed;
            }
        }
        Ok(ending)
    }
}

/// A template by its name in the settings, else from a file.
fn template(config: &Config, name: &str) -> Result<Template, Failure> {
    if let Some(known) = config.settings.deliver.templates.get(name) {
        return Ok(known.clone());
    }
    let file = PathBuf::from(name);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        Failure::misused(format!("{name:?} is no template in tidings.toml and no file that can be read: {error}"))
            .hint("templates stand under [deliver.templates.NAME]")
    })?;
    if Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
        return toml::from_str(&text).map_err(|error| Failure::misused(format!("{name} is no template: {error}")));
    }
    Ok(Template { subject: None, body: Some(text) })
}
