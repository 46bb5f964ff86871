//! The data folder and the disk it lies on.

use std::path::Path;

use super::Finding;
use crate::store::folder::holder;

/// Less room than this, bytes, and the next run may not end.
const LEAST: u64 = 64 << 20;

/// Less room than this, bytes, is little for weeks of news.
const LITTLE: u64 = 1 << 30;

/// Looks at the data folder; gives who holds it.
pub(super) fn examine(data: &Path, findings: &mut Vec<Finding>) -> Option<String> {
    const PROBE: &str = "data folder";
    let shown = data.display();
    let stands = standing(data);
    let writable = if stands.is_dir() {
        tempfile::tempfile_in(stands).map(drop).map_err(|error| error.to_string())
    } else {
        Err(format!("{} is no folder", stands.display()))
    };
    let held = holder(data);
    findings.push(match (&writable, &held) {
        (Err(why), _) => Finding::failed(
            PROBE,
            format!("cannot write to {shown}: {why}"),
            "give this user the right to write there, or name another folder with --data-dir",
        ),
        (_, Err(why)) => Finding::failed(
            PROBE,
            format!("cannot look who holds {shown}: {why}"),
            "look at owner and permissions of tidings.lock there",
        ),
        (Ok(()), Ok(Some(process))) => {
            Finding::ok(PROBE, format!("{shown} is writable; process {process} works in it"))
        }
        (Ok(()), Ok(None)) if stands == data => {
            Finding::ok(PROBE, format!("{shown} is writable, and nobody works in it"))
        }
        (Ok(()), Ok(None)) => Finding::ok(PROBE, format!("{shown} is not there yet and will be made")),
    });
    findings.push(room(stands));
    held.ok().flatten()
}

/// The folder itself, or what of the way to it is there.
fn standing(data: &Path) -> &Path {
    let there = data.ancestors().find(|folder| !folder.as_os_str().is_empty() && folder.exists());
    there.unwrap_or(Path::new("."))
}

fn room(folder: &Path) -> Finding {
    const PROBE: &str = "disk";
    const HINT: &str = "free some space; `retention.text_days` in tidings.toml says how long texts are kept";
    match fs4::available_space(folder) {
        Err(why) => Finding::warning(PROBE, format!("cannot tell how much room there is: {why}"), HINT),
        Ok(bytes) => {
            let what = format!("{} MB free", bytes / 1_000_000);
            match bytes {
                0..LEAST => Finding::failed(PROBE, what, HINT),
                LEAST..LITTLE => Finding::warning(PROBE, what, HINT),
                _ => Finding::ok(PROBE, what),
            }
        }
    }
}
