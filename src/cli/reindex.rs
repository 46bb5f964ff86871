//! `reindex`: build the search index anew from the database.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::Clock;
use crate::pipeline::index::request::{Progress, Request};
use crate::pipeline::{Engine, index};
use crate::store::DataFolder;
use crate::store::folder::{FolderError, articles_in};

/// How often it is looked how far the running program is.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Looks after which a person is told that nobody has taken the request up.
const PATIENCE: u32 = 100;

/// Build the search index anew from the database.
///
/// The old index answers until the new one stands. Where tidings runs on this data folder, it is asked to do it.
#[derive(Debug, Args)]
pub(super) struct Reindex {
    /// Where tidings runs, leave it the request and do not wait until it is done.
    #[arg(long)]
    no_wait: bool,
}

impl Reindex {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = Arc::new(load_config(common)?);
        let folder = match DataFolder::hold(&common.data_dir) {
            Ok(folder) => folder,
            Err(FolderError::InUse { .. }) => match self.ask(common).await? {
                Asked::Done(ending) => return Ok(ending),
                Asked::NobodyThere(folder) => folder,
            },
            Err(error) => return Err(Failure::failed(error).hint("--data-dir names another folder")),
        };
        let engine = Engine::start(config, folder, clock).await?;
        let articles = index::rebuild(&engine).await?;
        Request::take_back(&engine.articles);
        engine.store.close().await;
        done(articles, common);
        Ok(Ending::Done)
    }

    /// Asks the process that holds the folder, and waits for it.
    async fn ask(&self, common: &Common) -> Result<Asked, Failure> {
        let articles = articles_in(&common.data_dir);
        let own = uuid::Uuid::now_v7().to_string();
        let request = Request::leave(&articles, own).map_err(Failure::failed)?;
        if self.no_wait {
            say(if common.json { "{\"asked\":true}" } else { "the running tidings is asked to build it anew" });
            return Ok(Asked::Done(Ending::Done));
        }
        let mut shown = String::new();
        for look in 0_u32.. {
            tokio::time::sleep(LOOK_EVERY).await;
            match progress(&articles, &request.id) {
                Some(Progress::Done { articles }) => {
                    done(articles, common);
                    return Ok(Asked::Done(Ending::Done));
                }
                Some(Progress::Failed { why }) => {
                    return Err(Failure::failed(format!("the running tidings could not build it anew: {why}"))
                        .hint("the old index stands; `tidings doctor` looks at folder and disk"));
                }
                Some(Progress::Building { done, of }) => tell(&mut shown, format!("{done} of {of} changes"), common),
                Some(Progress::Asked) if look == PATIENCE => tell(
                    &mut shown,
                    "the process that works there has not taken it up yet; does it run the index loop (--roles)?"
                        .to_owned(),
                    common,
                ),
                Some(Progress::Asked) => {}
                None => break,
            }
            if let Ok(folder) = DataFolder::hold(&common.data_dir) {
                return Ok(Asked::NobodyThere(folder));
            }
        }
        Err(Failure::failed("the request to the running tidings is gone").hint("ask again: `tidings reindex`"))
    }
}

/// What came of asking.
enum Asked {
    Done(Ending),
    /// The process that held the folder has ended.
    NobodyThere(DataFolder),
}

fn progress(articles: &Path, id: &str) -> Option<Progress> {
    Request::read(articles).filter(|request| request.id == id).map(|request| request.progress)
}

fn done(articles: u64, common: &Common) {
    if common.json {
        print_json(&serde_json::json!({ "articles": articles }));
    } else {
        say(&format!("{articles} articles indexed anew"));
    }
}

/// Says how far it is, once.
fn tell(shown: &mut String, text: String, common: &Common) {
    if !common.quiet && !common.json && *shown != text {
        eprintln!("{text}");
        *shown = text;
    }
}
