//! What was added at run time, for those who look at the configuration and change nothing.

use std::path::Path;
use std::sync::Arc;

use super::{Roster, effective};
use crate::config::Config;
use crate::pipeline::engine::open_store;
use crate::store::{StoreError, folder, health};

/// The files together with what their database holds. Nothing where there is no database yet, or one that this program
/// would have to change before it could read it.
///
/// # Errors
/// Where the database cannot be opened or read.
pub async fn beside(files: &Arc<Config>, data: &Path) -> Result<Option<Roster>, StoreError> {
    let file = folder::database_in(data);
    let found = match &files.settings.store.url {
        Some(url) => health::of_server(url.reveal()).await?,
        None if !file.exists() => return Ok(None),
        None => health::of_file_in_outline(&file).await?,
    };
    if found.version == 0 || found.pending > 0 || found.unknown > 0 || !found.damage.is_empty() {
        return Ok(None);
    }
    let store = open_store(files, &file).await?;
    let mut session = store.read().await?;
    let roster = effective(files, &mut session).await;
    drop(session);
    store.close().await;
    roster.map(Some)
}
