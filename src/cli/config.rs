//! `config`: the settings in force, the schemas of the files, and the settings with their defaults.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::config::{schema, shipped};

/// What to show of the configuration.
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// The settings in force, defaults included, and the version of the playbook; secrets are never shown.
    Show,
    /// JSON schemas of the files, for completion in editors.
    Schema {
        /// Only that of this file; without one, all of them in one object.
        file: Option<Name>,
        /// Write one file for each into this folder instead of printing.
        #[arg(long, value_name = "DIR", conflicts_with = "file")]
        dir: Option<PathBuf>,
    },
    /// A tidings.toml with every setting, its meaning and its default, commented out.
    Template,
}

/// A file of the configuration that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Name {
    /// Settings of the program.
    Tidings,
    /// Whom we watch.
    Watchlist,
    /// Where news comes from.
    Sources,
    /// What to do about it.
    Playbook,
}

impl Config {
    /// Prints, or writes schemas.
    pub(super) fn run(self, common: &Common) -> Result<Ending, Failure> {
        match self {
            Self::Show => show(common),
            Self::Schema { dir: Some(folder), .. } => write_schemas(&folder, common),
            Self::Schema { file: Some(name), .. } => {
                say(schema::FILES[name as usize].text().trim_end());
                Ok(Ending::Done)
            }
            Self::Schema { file: None, dir: None } => {
                let all: serde_json::Map<_, _> =
                    schema::FILES.iter().map(|file| (file.name.to_owned(), file.value())).collect();
                print_json(&all);
                Ok(Ending::Done)
            }
            Self::Template => {
                say(shipped::settings_text().trim_end());
                Ok(Ending::Done)
            }
        }
    }
}

fn show(common: &Common) -> Result<Ending, Failure> {
    let config = load_config(common)?;
    let version = config.playbook.version();
    let file = common.config.join("playbook.toml");
    let file = file.exists().then_some(file);
    if common.json {
        let mut shown = serde_json::to_value(&config.settings)?;
        shown["playbook"] = serde_json::json!({ "version": version, "file": file });
        print_json(&shown);
    } else {
        let from = file.map_or("the shipped one".to_owned(), |file| file.display().to_string());
        say(&format!("# playbook {version}: {from}"));
        say(toml::to_string(&config.settings)?.trim_end());
    }
    Ok(Ending::Done)
}

fn write_schemas(folder: &Path, common: &Common) -> Result<Ending, Failure> {
    let unwritable = |path: &Path, error: std::io::Error| {
        Failure::failed(format!("cannot write {}: {error}", path.display()))
            .hint("name a folder that this user may write to with --dir")
    };
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
    let mut written = Vec::new();
    for file in schema::FILES {
        let path = folder.join(file.file_name());
        std::fs::write(&path, file.text()).map_err(|error| unwritable(&path, error))?;
        written.push(path);
    }
    if common.json {
        print_json(&serde_json::json!({ "written": written }));
    } else {
        for path in &written {
            say(&path.display().to_string());
        }
    }
    Ok(Ending::Done)
}
