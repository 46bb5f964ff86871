//! Making an archive.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use tempfile::NamedTempFile;

use super::config_files::{Configuration, collect};
use super::{
    ArchiveError, CONFIG, DATABASE, FORMAT, FORMAT_VERSION, MANIFEST, Manifest, Member, folder_of, sync_folder,
    unreadable, unwritable,
};
use crate::model::Time;
use crate::store::folder::database_in;
use crate::store::health;

/// What is to be saved, and where to.
#[derive(Clone, Copy, Debug)]
pub struct BackupRequest<'a> {
    /// The archive to make.
    pub archive: &'a Path,
    /// Folder of the configuration.
    pub config: &'a Path,
    /// Data folder.
    pub data: &'a Path,
    /// Overwrite an archive of this name.
    pub force: bool,
}

/// An archive that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Made {
    /// Where it is.
    pub archive: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// Saves database and configuration, also while a process works on them. The archive appears whole or not at all, and
/// only its owner can read it.
///
/// # Errors
/// Where there is nothing to save, the database is on a server, or something cannot be read or written.
pub async fn backup(request: &BackupRequest<'_>, now: Time) -> Result<Made, ArchiveError> {
    let BackupRequest { archive, config, data, force } = *request;
    if !force && archive.symlink_metadata().is_ok() {
        return Err(ArchiveError::Exists(archive.to_owned()));
    }
    let configuration = collect(config)?;
    if configuration.on_server {
        return Err(ArchiveError::OnServer);
    }
    let database = database_in(data);
    if !database.is_file() {
        return Err(ArchiveError::NoDatabase(data.to_owned()));
    }
    let folder = folder_of(archive);
    let snapshot = scratch(folder)?;
    health::copy(&database, snapshot.path()).await?;
    health::without_secrets(snapshot.path()).await?;
    let database_version = health::of_file(snapshot.path()).await?.version;
    let manifest = describe(&configuration, snapshot.path(), database_version, now)?;

    let mut written = scratch(folder)?;
    pack(&manifest, &configuration, snapshot.path(), written.as_file_mut()).map_err(unwritable(archive))?;
    let bytes = written.as_file().metadata().map_err(unwritable(archive))?.len();
    let kept = if force { written.persist(archive) } else { written.persist_noclobber(archive) };
    kept.map_err(|failed| match failed.error.kind() {
        io::ErrorKind::AlreadyExists => ArchiveError::Exists(archive.to_owned()),
        _ => unwritable(archive)(failed.error),
    })?;
    sync_folder(folder)?;
    Ok(Made { archive: archive.to_owned(), bytes, manifest })
}

/// An empty file beside the archive, for its owner only; it goes away with its handle.
fn scratch(folder: &Path) -> Result<NamedTempFile, ArchiveError> {
    tempfile::Builder::new().prefix(".tidings-backup-").tempfile_in(folder).map_err(unwritable(folder))
}

fn describe(
    configuration: &Configuration,
    snapshot: &Path,
    database_version: i64,
    made_at: Time,
) -> Result<Manifest, ArchiveError> {
    let (size, blake3) = File::open(snapshot).and_then(hash).map_err(unreadable(snapshot))?;
    let mut members = vec![Member { path: DATABASE.to_owned(), size, blake3 }];
    for (name, content) in &configuration.files {
        let blake3 = blake3::hash(content).to_hex().to_string();
        members.push(Member { path: format!("{CONFIG}{name}"), size: content.len() as u64, blake3 });
    }
    Ok(Manifest {
        format: FORMAT.to_owned(),
        format_version: FORMAT_VERSION,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        database_version,
        members,
        not_included: configuration.not_included.clone(),
    })
}

/// Length and hash of what `input` gives.
pub(super) fn hash(mut input: impl Read) -> io::Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let size = io::copy(&mut input, &mut hasher)?;
    Ok((size, hasher.finalize().to_hex().to_string()))
}

fn pack(manifest: &Manifest, configuration: &Configuration, snapshot: &Path, output: &mut File) -> io::Result<()> {
    let mut archive = tar::Builder::new(GzEncoder::new(io::BufWriter::new(output), Compression::default()));
    let at = manifest.made_at;
    let text = serde_json::to_vec_pretty(manifest)?;
    archive.append_data(&mut header(text.len() as u64, at), MANIFEST, text.as_slice())?;
    let database = File::open(snapshot)?;
    let size = database.metadata()?.len();
    archive.append_data(&mut header(size, at), DATABASE, database)?;
    for (name, content) in &configuration.files {
        let path = format!("{CONFIG}{name}");
        archive.append_data(&mut header(content.len() as u64, at), path, content.as_slice())?;
    }
    let mut output = archive.into_inner()?.finish()?;
    output.flush()?;
    output.get_ref().sync_all()
}

fn header(size: u64, at: Time) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(at.timestamp()).unwrap_or(0));
    header
}
