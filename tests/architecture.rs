//! Holds the directions between the rooms: reads the `crate::` paths of every file under `src` and compares them with
//! the table below. A room may use itself, the ground (`model`, `text`, `address`) and what its line names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms that everyone may stand on.
const GROUND: &[&str] = &["model", "text", "address"];

/// Pure stages: no clock, no network, no database.
const STAGES: &[&str] = &["schedule", "feed", "extract", "mention", "story", "signal", "touchpoint"];

/// What each room may use beside itself and the ground.
fn allowed(room: &str) -> &'static [&'static str] {
    match room {
        "fetch" | "deliver" => &["net"],
        "config" => &[
            "schedule",
            "fetch",
            "feed",
            "extract",
            "mention",
            "story",
            "signal",
            "touchpoint",
            "deliver",
            "search",
            "net",
        ],
        "pipeline" => &[
            "store",
            "search",
            "config",
            "schedule",
            "fetch",
            "feed",
            "extract",
            "mention",
            "story",
            "signal",
            "touchpoint",
            "deliver",
            "net",
        ],
        "demo" => &["pipeline", "config", "store", "touchpoint"],
        "cli" => &["pipeline", "config", "serve", "search", "store", "touchpoint", "demo"],
        "serve" => &["pipeline", "config"],
        _ => &[],
    }
}

#[test]
fn rooms_use_only_what_their_line_allows() {
    let mut wrong = Vec::new();
    for (room, file, text) in files_of_rooms() {
        for used in rooms_used(&text) {
            let fine = used == room || GROUND.contains(&used.as_str()) || allowed(&room).contains(&used.as_str());
            if !fine {
                wrong.push(format!("{}: `{room}` uses `{used}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "forbidden directions:\n{}", wrong.join("\n"));
}

#[test]
fn the_ground_stands_on_nothing_else() {
    for (room, file, text) in files_of_rooms().filter(|(room, ..)| GROUND.contains(&room.as_str())) {
        let above: Vec<_> = rooms_used(&text).into_iter().filter(|used| !GROUND.contains(&used.as_str())).collect();
        assert!(above.is_empty(), "{}: `{room}` uses {above:?}", file.display());
    }
}

#[test]
fn stages_do_no_input_or_output() {
    const OUTSIDE: &[&str] = &[
        "std::fs",
        "std::net",
        "tokio::",
        "reqwest::",
        "sqlx::",
        "std::env",
        "SystemTime",
        "Instant::now",
        "Utc::now",
    ];
    let mut wrong = Vec::new();
    for (room, file, text) in files_of_rooms().filter(|(room, ..)| STAGES.contains(&room.as_str())) {
        for word in OUTSIDE.iter().filter(|word| without_tests(&text).contains(**word)) {
            wrong.push(format!("{}: `{room}` says `{word}`", file.display()));
        }
    }
    assert!(wrong.is_empty(), "stages are pure:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_command_line_writes_to_standard_output() {
    for (room, file, text) in files_of_rooms().filter(|(room, ..)| room != "cli") {
        let code = without_tests(&text);
        for word in ["println!", "print!(", "io::stdout"] {
            let spoken = code
                .lines()
                .any(|line| line.contains(word) && !line.contains("eprint") && !line.trim_start().starts_with("//"));
            assert!(!spoken, "{}: `{room}` writes to standard output by `{word}`", file.display());
        }
    }
}

#[test]
fn every_room_is_on_the_map() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rooms: BTreeSet<_> = files_of_rooms().map(|(room, ..)| room).collect();
    for room in rooms {
        assert!(map.contains(&format!("`{room}`")), "ARCHITECTURE.md does not name the room `{room}`");
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Room, path and text of every file in a folder of `src`.
fn files_of_rooms() -> impl Iterator<Item = (String, PathBuf, String)> {
    let source = root().join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    files.into_iter().filter_map(move |file| {
        let inside = file.strip_prefix(root().join("src")).ok()?.to_owned();
        let room = inside.iter().next()?.to_str()?.to_owned();
        (inside.iter().count() > 1).then(|| (room, inside, fs::read_to_string(&file).unwrap()))
    })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for inside in fs::read_dir(folder).unwrap() {
        let path = inside.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The rooms named by `crate::…` paths, in braces too (`use crate::{a, b}`), documentation links aside.
fn rooms_used(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for (place, _) in code.match_indices("crate::") {
        if code[..place].ends_with('$') {
            continue;
        }
        let after = &code[place + "crate::".len()..];
        let names: Vec<&str> = match after.strip_prefix('{') {
            Some(list) => top_level_names(list),
            None => vec![after],
        };
        for name in names {
            let room: String =
                name.trim().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            if !room.is_empty() {
                rooms.insert(room);
            }
        }
    }
    rooms
}

/// The comma-separated names of a braced list, nested braces aside.
fn top_level_names(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, 0, Vec::new());
    for (place, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(&list[start..place]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(&list[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    names
}

/// A file's text up to its test module.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}
