//! Reading an archive: nothing in it is believed before its manifest, lengths and hashes agree.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::bufread::GzDecoder;
use serde::Deserialize;
use tar::{Entry, EntryType};

use super::config_files::FILES;
use super::{ArchiveError, CONFIG, DATABASE, FORMAT, FORMAT_VERSION, MANIFEST, Manifest, Member, unwritable};

/// The longest manifest that is read, bytes.
const LONGEST_MANIFEST: u64 = 1 << 20;

/// The longest file of a configuration, bytes.
const LONGEST_FILE: u64 = 64 << 20;

/// The most that may follow the last member: the filling up of a tar file to whole records.
const LONGEST_TAIL: u64 = 1 << 20;

/// Reads the archive from its beginning and checks all of it. Each member is copied into the file that `place` gives for
/// it, or only looked at where it gives none. Gives what the archive says of itself.
///
/// # Errors
/// Where it is foreign, damaged, cut off or newer; also where a file cannot be written.
pub(super) fn walk(
    file: &mut File,
    path: &Path,
    mut place: impl FnMut(&Member) -> Result<Option<File>, ArchiveError>,
) -> Result<Manifest, ArchiveError> {
    let told = Told { path };
    file.seek(SeekFrom::Start(0)).map_err(|error| told.broken(MANIFEST, &error))?;
    let mut archive = tar::Archive::new(GzDecoder::new(BufReader::with_capacity(1 << 16, file)));
    // Raw: our members have short names and no extensions; those of others may unpack to more than the memory holds.
    let mut entries = archive.entries().map_err(|error| told.broken(MANIFEST, &error))?.raw(true);

    let first = entries.next().ok_or_else(|| told.foreign("it is empty"))?;
    // Before the manifest was seen, what cannot be read was never an archive of ours.
    let first = first.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => told.damaged(MANIFEST, "the file ends there; it was cut off"),
        _ => told.foreign(&format!("it is no tar archive in gzip ({error})")),
    })?;
    let manifest = told.manifest(first)?;
    for member in &manifest.members {
        let found = entries.next().ok_or_else(|| told.damaged(&member.path, "the archive ends before it"))?;
        let found = found.map_err(|error| told.broken(&member.path, &error))?;
        told.member(found, member, place(member)?)?;
    }
    match entries.next() {
        None => {}
        Some(Ok(entry)) => {
            return Err(told.foreign(&format!("it holds {}, which its manifest does not name", name(&entry))));
        }
        Some(Err(error)) => return Err(told.broken("its end", &error)),
    }
    let mut rest = archive.into_inner();
    let tail = io::copy(&mut (&mut rest).take(LONGEST_TAIL + 1), &mut io::sink());
    let tail = tail.map_err(|error| told.broken("its end", &error))?;
    let mut behind = rest.into_inner();
    let more = behind.fill_buf().map_err(|error| told.broken("its end", &error))?;
    if tail > LONGEST_TAIL || !more.is_empty() {
        return Err(told.damaged("its end", "something follows the last member"));
    }
    Ok(manifest)
}

/// Tells what is wrong with the archive at `path`.
struct Told<'p> {
    path: &'p Path,
}

impl Told<'_> {
    fn manifest(&self, entry: Entry<'_, impl Read>) -> Result<Manifest, ArchiveError> {
        if entry.path_bytes() != MANIFEST.as_bytes() || entry.header().entry_type() != EntryType::Regular {
            return Err(self.foreign(&format!("it begins with {} instead of a manifest", name(&entry))));
        }
        let (length, mut text) = (entry.size(), Vec::new());
        if length > LONGEST_MANIFEST {
            return Err(self.foreign(&format!("its manifest is {length} bytes long")));
        }
        entry.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(|error| self.broken(MANIFEST, &error))?;
        let outline: Outline = serde_json::from_slice(&text)
            .map_err(|error| self.foreign(&format!("its manifest cannot be read: {error}")))?;
        if outline.format != FORMAT {
            return Err(self.foreign(&format!("its manifest is of the format {:?}", outline.format)));
        }
        if outline.format_version > FORMAT_VERSION {
            let why = format!("its format is {}, this program knows up to {FORMAT_VERSION}", outline.format_version);
            let program = outline.program_version.unwrap_or_else(|| "of unknown version".to_owned());
            return Err(ArchiveError::Newer { archive: self.path.to_owned(), program, why });
        }
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|error| self.damaged(MANIFEST, &error))?;
        let mut seen = BTreeSet::new();
        for member in &manifest.members {
            let path = member.path.as_str();
            let file = path.strip_prefix(CONFIG).is_some_and(|name| FILES.contains(&name));
            if !seen.insert(path) || !(file || path == DATABASE) {
                return Err(self.foreign(&format!("its manifest names {path:?}, which does not belong there")));
            }
            if file && member.size > LONGEST_FILE {
                return Err(self.foreign(&format!("{path} is {} bytes long", member.size)));
            }
        }
        if !seen.contains(DATABASE) {
            return Err(self.foreign("there is no database in it"));
        }
        Ok(manifest)
    }

    /// Reads one member to its end and compares it with what the manifest says.
    fn member(
        &self,
        mut entry: Entry<'_, impl Read>,
        expected: &Member,
        file: Option<File>,
    ) -> Result<(), ArchiveError> {
        let path = expected.path.as_str();
        if entry.path_bytes() != path.as_bytes() || entry.header().entry_type() != EntryType::Regular {
            return Err(self.foreign(&format!("where {path} should stand it holds {}", name(&entry))));
        }
        if entry.size() != expected.size {
            let why = format!("it is {} bytes long, its manifest says {}", entry.size(), expected.size);
            return Err(self.damaged(path, &why));
        }
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 1 << 16];
        let mut file = file;
        let mut length = 0_u64;
        loop {
            let count = entry.read(&mut buffer).map_err(|error| self.broken(path, &error))?;
            if count == 0 {
                break;
            }
            length += count as u64;
            hasher.update(&buffer[..count]);
            if let Some(file) = &mut file {
                file.write_all(&buffer[..count]).map_err(unwritable(Path::new(path)))?;
            }
        }
        if length != expected.size {
            return Err(self.damaged(path, &format!("it ends after {length} of {} bytes", expected.size)));
        }
        if hasher.finalize().to_hex().as_str() != expected.blake3 {
            return Err(self.damaged(path, "its content does not match the hash in the manifest"));
        }
        if let Some(file) = file {
            file.sync_all().map_err(unwritable(Path::new(path)))?;
        }
        Ok(())
    }

    fn foreign(&self, why: &(impl Display + ?Sized)) -> ArchiveError {
        ArchiveError::Foreign { archive: self.path.to_owned(), why: why.to_string() }
    }

    fn damaged(&self, place: &str, why: &(impl Display + ?Sized)) -> ArchiveError {
        ArchiveError::Damaged { archive: self.path.to_owned(), place: place.to_owned(), why: why.to_string() }
    }

    fn broken(&self, place: &str, error: &io::Error) -> ArchiveError {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged(place, "the file ends there; it was cut off"),
            _ => self.damaged(place, error),
        }
    }
}

/// What every manifest of ours can be read as, however new.
#[derive(Deserialize)]
struct Outline {
    format: String,
    format_version: u32,
    program_version: Option<String>,
}

/// The path of an entry, safe to show, with its kind where it is no plain file.
fn name(entry: &Entry<'_, impl Read>) -> String {
    let path = entry.path_bytes();
    let path: String = String::from_utf8_lossy(&path).chars().take(200).collect();
    match entry.header().entry_type() {
        EntryType::Regular => format!("{path:?}"),
        kind => format!("{path:?} ({kind:?})"),
    }
}
