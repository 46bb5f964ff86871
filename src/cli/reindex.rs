//! `reindex`: build the search index anew from the database.

use std::sync::Arc;

use clap::Args;

use super::{Common, Ending, Failure, load_config, print_json, say};
use crate::model::Clock;
use crate::pipeline::{Engine, index};
use crate::store::DataFolder;

/// Build the search index anew from the database.
#[derive(Debug, Args)]
pub(super) struct Reindex {}

impl Reindex {
    pub(super) async fn run(self, common: &Common, clock: Arc<dyn Clock>) -> Result<Ending, Failure> {
        let config = Arc::new(load_config(common)?);
        let folder = DataFolder::hold(&common.data_dir)
            .map_err(|error| Failure::failed(error).hint("stop the running tidings first"))?;
        let engine = Engine::start(config, folder, clock).await?;
        let articles = index::rebuild(&engine).await?;
        engine.store.close().await;
        if common.json {
            print_json(&serde_json::json!({ "articles": articles }));
        } else {
            say(&format!("{articles} articles indexed anew"));
        }
        Ok(Ending::Done)
    }
}
