//! The bytes of a file, never more than a cap.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::Problem;

/// The largest file that is read, in bytes, unpacked; what lies beyond is an error, not a cut.
pub(super) const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The bytes of a file (`-` is standard input), unpacked where its name ends in `.gz` (RFC 1952, all members).
pub(super) fn load(path: &Path) -> Result<Vec<u8>, Problem> {
    if path.as_os_str() == "-" {
        return capped(&mut io::stdin().lock()).map_err(|error| unreadable(&error))?;
    }
    if path.is_dir() {
        return Err(Problem::new("not_a_file", "this is a folder"));
    }
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz")) {
        return capped(&mut MultiGzDecoder::new(file)).map_err(|error| damaged(&error))?;
    }
    capped(&mut file).map_err(|error| unreadable(&error))?
}

fn capped(reader: &mut dyn Read) -> io::Result<Result<Vec<u8>, Problem>> {
    let mut bytes = Vec::new();
    let read = reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if read as u64 > MAX_FILE_BYTES {
        return Ok(Err(Problem::new("too_large", format!("more than {} MiB", MAX_FILE_BYTES >> 20))));
    }
    Ok(Ok(bytes))
}

fn unreadable(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::NotFound => Problem::new("not_found", "no such file"),
        io::ErrorKind::PermissionDenied => Problem::new("no_permission", "no permission to read it"),
        _ => Problem::new("unreadable", error.to_string()),
    }
}

/// What is wrong with a packed file.
fn damaged(error: &io::Error) -> Problem {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Problem::new("unreadable", "the gzip file is cut short"),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Problem::new("unreadable", format!("no sound gzip file: {error}"))
        }
        _ => unreadable(error),
    }
}
