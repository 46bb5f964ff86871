//! Backups and the way back, exports, and the look at the environment.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::documents::{ACQUIRED, LAUNCHED, RAIN, Report, rss, source};
use crate::origin::{Answer, Origin};
use crate::program::{Place, SECRET, eventually};

/// Two sources, one of which allows its text to be shown, read once.
fn read_once() -> (Origin, Place) {
    let origin = Origin::start();
    let open = [
        Report::new("w1", origin.url("/w1"), "Globex to acquire Acme Robotics for $1.2 billion", ACQUIRED),
        Report::new("w2", origin.url("/w2"), "=HYPERLINK(\"http://evil.example\") by Palletron Systems", LAUNCHED),
    ];
    let closed = [Report::new("l1", origin.url("/l1"), "Rain at last", RAIN)];
    origin.serve("/open.xml", rss("Open", &open));
    origin.serve("/closed.xml", rss("Closed", &closed));
    origin.serve("/hook", Answer::Status(204, Vec::new()));
    let open = source("open", &[("open", origin.url("/open.xml"))]).replacen(
        "own = true",
        "own = true\nshow_full_text = true",
        1,
    );
    let closed = source("closed", &[("closed", origin.url("/closed.xml"))]);
    let place = Place::with_webhook(&(open + &closed), &origin.url("/hook"));
    place.run(&["run", "--once"]).ended(0);
    (origin, place)
}

/// A path in a folder that goes away with it.
struct Shelf(tempfile::TempDir);

impl Shelf {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn names(&self) -> Vec<String> {
        names_in(self.0.path())
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file below a folder with its content.
fn content_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(content_of(&path));
        } else {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

fn cards(place: &Place) -> Vec<Value> {
    place.run(&["inbox", "list", "--all", "--json"]).ended(0).lines()
}

/// The members of an archive, manifest first.
fn unpacked(archive: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(fs::File::open(archive).unwrap()));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().display().to_string(), content)
    });
    entries.collect()
}

/// Writes these members as they are, whatever their paths.
fn pack(path: &Path, members: &[(String, Vec<u8>)]) {
    let mut archive = tar::Builder::new(GzEncoder::new(fs::File::create(path).unwrap(), Compression::fast()));
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        archive.append(&header, content.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

/// The same members with this change to the manifest.
fn with_manifest(members: &[(String, Vec<u8>)], change: impl Fn(&mut Value)) -> Vec<(String, Vec<u8>)> {
    let mut manifest: Value = serde_json::from_slice(&members[0].1).unwrap();
    change(&mut manifest);
    let mut members = members.to_vec();
    members[0].1 = serde_json::to_vec(&manifest).unwrap();
    members
}

#[test]
fn a_backup_holds_everything_but_secrets_and_is_for_its_owner_only() {
    let (_origin, place) = read_once();
    let shelf = Shelf::new();
    let archive = shelf.path("b.tar.gz");
    let made = place.run(&["backup", &shelf.file("b.tar.gz"), "--json"]).ended(0).json();
    assert_eq!(made["bytes"], fs::metadata(&archive).unwrap().len());
    assert_eq!(fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(shelf.names(), ["b.tar.gz"], "nothing is left lying about");

    let members = unpacked(&archive);
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
    let config = ["config/tidings.toml", "config/watchlist.toml", "config/sources.toml"];
    assert_eq!(names, [&["manifest.json", "tidings.db"][..], &config].concat());
    for (name, content) in &members {
        let text = String::from_utf8_lossy(content);
        assert!(!text.contains(SECRET) && !text.contains(&SECRET[6..]), "r53: a secret in {name}");
    }
    let manifest: Value = serde_json::from_slice(&members[0].1).unwrap();
    assert_eq!(manifest, made["manifest"]);
    assert!(manifest["not_included"][0].as_str().unwrap().contains("secret_file"), "{manifest}");
    for (told, (name, content)) in manifest["members"].as_array().unwrap().iter().zip(&members[1..]) {
        assert_eq!(told["path"], name.as_str());
        assert_eq!(told["size"], content.len());
        assert_eq!(told["blake3"], blake3::hash(content).to_hex().as_str());
    }

    place.run(&["backup", &shelf.file("b.tar.gz")]).ended(1).said(&["refusing to overwrite", "hint:", "--force"]);
    place.run(&["backup", &shelf.file("b.tar.gz"), "--force"]).ended(0).said(&["tidings.db"]);
    place.run(&["backup", &shelf.file("no/such/folder/b.tar.gz")]).ended(1).said(&["no/such/folder", "hint:"]);
}

#[test]
fn a_backup_needs_something_to_save() {
    let shelf = Shelf::new();
    let place = Place::new("");
    place.run(&["backup", &shelf.file("b")]).ended(1).said(&["nothing has been read yet", "hint:"]);
    place.write("tidings.toml", "[store]\nurl_env = \"NOWHERE\"\n");
    place.run(&["backup", &shelf.file("b")]).ended(1).said(&["PostgreSQL", "pg_dump"]);
    fs::remove_dir_all(place.config()).unwrap();
    place.run(&["backup", &shelf.file("b")]).ended(2).said(&["no configuration in", "--config"]);
    assert!(shelf.names().is_empty());
}

#[test]
fn r66_a_backup_is_restored_twice() {
    let (_origin, place) = read_once();
    let shelf = Shelf::new();
    let archive = shelf.file("b");
    place.run(&["backup", &archive]).ended(0);
    let before = cards(&place);
    assert!(!before.is_empty());

    let other = Place::new("");
    fs::remove_dir_all(other.config()).unwrap();
    let told = other.run(&["restore", &archive, "--dry-run"]).ended(0).stdout();
    assert!(told.contains("would be written") && !other.data().exists() && !other.config().exists(), "{told}");

    let restored = other.run(&["restore", &archive, "--json"]).ended(0).json();
    assert_eq!(restored["written"].as_array().unwrap().len(), 4, "{restored}");
    assert_eq!(names_in(&other.data()), ["tidings.db", "tidings.lock"]);
    let again = other.run(&["restore", &archive, "--json"]).ended(0).json();
    assert_eq!(again["unchanged"].as_array().unwrap().len(), 4, "{again}");

    // The secret is brought by hand: the settings name the file of the first place, which is still there.
    assert_eq!(cards(&other), before);
    other.run(&["run", "--once"]).ended(0);
    assert_eq!(other.run(&["search", "--json", "rain"]).ended(0).lines().len(), 1, "the index is built by itself");
    assert_eq!(cards(&other), before, "nothing is suggested twice");

    other.run(&["restore", &archive]).ended(1).said(&["refusing to replace", "tidings.db", "hint:", "--force"]);
    let forced = other.run(&["restore", &archive, "--force", "--json"]).ended(0).json();
    assert_eq!((&forced["index_removed"], forced["replaced"].as_array().unwrap().len()), (&json!(true), 1), "{forced}");
    assert_eq!(names_in(&other.data()), ["tidings.db", "tidings.lock"]);
    assert_eq!(cards(&other), before);
}

#[test]
fn a_restoration_does_not_touch_what_it_was_not_told_to() {
    let (_origin, place) = read_once();
    let shelf = Shelf::new();
    place.run(&["backup", &shelf.file("b")]).ended(0);
    let other = Place::new("");
    let before = content_of(&other.config());
    other.run(&["restore", &shelf.file("b")]).ended(1).said(&["refusing to replace", "sources.toml"]);
    assert_eq!(content_of(&other.config()), before);
    assert!(!other.data().exists());

    fs::create_dir(other.data()).unwrap();
    fs::write(other.data().join("thesis.txt"), "mine").unwrap();
    other.run(&["restore", &shelf.file("b")]).ended(1).said(&["thesis.txt"]);
    other.run(&["restore", &shelf.file("b"), "--force"]).ended(0);
    assert_eq!(fs::read(other.data().join("thesis.txt")).unwrap(), b"mine");
    assert!(other.config().join("sources.toml").exists() && other.data().join("tidings.db").exists());
}

#[test]
fn a_backup_is_taken_beside_a_running_process_and_not_restored_under_it() {
    let (origin, place) = read_once();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = fs::read_to_string(place.config().join("tidings.toml")).unwrap();
    place.write("tidings.toml", &format!("{settings}\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"));
    origin.take_asked();
    let running = place.start(&["run"]);
    eventually("it listens", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let shelf = Shelf::new();
    place.run(&["backup", &shelf.file("b")]).ended(0);
    place.run(&["restore", &shelf.file("b"), "--force"]).ended(1).said(&["is in use by process", "hint:"]);
    place.run(&["restore", &shelf.file("b"), "--force", "--dry-run"]).ended(1).said(&["is in use by process"]);
    let told = place.run(&["doctor", "--offline"]).ended(0).stdout();
    assert!(told.contains("works in it") && told.contains("is taken, as it is while tidings runs"), "{told}");
    assert_eq!(running.stop(), Some(0));
    let other = Place::new("");
    other.run(&["restore", &shelf.file("b"), "--force"]).ended(0);
    assert_eq!(cards(&other), cards(&place));
}

#[test]
fn archives_that_are_not_whole_change_nothing() {
    let (_origin, place) = read_once();
    let shelf = Shelf::new();
    place.run(&["backup", &shelf.file("good")]).ended(0);
    let whole = fs::read(shelf.path("good")).unwrap();
    let members = unpacked(&shelf.path("good"));
    let write = |name: &str, bytes: &[u8]| fs::write(shelf.path(name), bytes).unwrap();

    write("empty", b"");
    write("text", b"dear diary");
    write("binary", &[0xff; 5000]);
    write("only-gzip", &{
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"dear diary, this is no tar file").unwrap();
        gzip.finish().unwrap()
    });
    write("cut-early", &whole[..40]);
    write("cut-middle", &whole[..whole.len() / 2]);
    write("cut-late", &whole[..whole.len() - 3]);
    write("followed", &[&whole[..], b"more"].concat());
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x10;
    write("flipped", &flipped);

    pack(&shelf.path("foreign"), &[("notes.txt".to_owned(), b"x".to_vec())]);
    pack(&shelf.path("nothing"), &[]);
    pack(&shelf.path("no-json"), &[("manifest.json".to_owned(), b"{".to_vec())]);
    let other = with_manifest(&members, |manifest| manifest["format"] = json!("other-backup"));
    pack(&shelf.path("other-format"), &other);
    let newer = with_manifest(&members, |manifest| {
        manifest["format_version"] = json!(2);
        manifest["program_version"] = json!("9.9.9");
        manifest.as_object_mut().unwrap().remove("members");
    });
    pack(&shelf.path("newer"), &newer);
    let newer_database = with_manifest(&members, |manifest| manifest["database_version"] = json!(9999));
    pack(&shelf.path("newer-database"), &newer_database);
    let mut changed = members.clone();
    changed[3].1[0] ^= 1;
    pack(&shelf.path("changed"), &changed);
    let mut longer = members.clone();
    longer[2].1.push(b'\n');
    pack(&shelf.path("longer"), &longer);
    pack(&shelf.path("missing"), &members[..4]);
    pack(&shelf.path("manifest-only"), &members[..1]);
    let mut swapped = members.clone();
    swapped.swap(2, 3);
    pack(&shelf.path("swapped"), &swapped);
    let evil = ("../../evil".to_owned(), b"evil".to_vec());
    pack(&shelf.path("one-more"), &[&members[..], std::slice::from_ref(&evil)].concat());
    let named = |path: &str| {
        let named = with_manifest(&members, |manifest| {
            let member = json!({ "path": path, "size": 4, "blake3": blake3::hash(b"evil").to_hex().as_str() });
            manifest["members"].as_array_mut().unwrap().push(member);
        });
        [&named[..], &[(path.to_owned(), b"evil".to_vec())]].concat()
    };
    pack(&shelf.path("traversal"), &named("../../evil"));
    pack(&shelf.path("sly-traversal"), &named("config/../../evil"));
    pack(&shelf.path("absolute"), &named("/tmp/evil"));
    pack(&shelf.path("twice"), &named("config/watchlist.toml"));
    let without = with_manifest(&members[..1], |manifest| manifest["members"] = json!([]));
    pack(&shelf.path("no-database"), &without);
    let no_database = b"this is no database".to_vec();
    let fake = with_manifest(&members, |manifest| {
        manifest["members"][0]["size"] = json!(no_database.len());
        manifest["members"][0]["blake3"] = json!(blake3::hash(&no_database).to_hex().as_str());
    });
    let mut fake = fake;
    fake[1].1 = no_database;
    pack(&shelf.path("fake-database"), &fake);

    for (name, words) in [
        ("absent", &["cannot read", "absent"][..]),
        ("empty", &["damaged at manifest.json", "cut off"]),
        ("text", &["is no backup of tidings"]),
        ("binary", &["is no backup of tidings"]),
        ("only-gzip", &["is no backup of tidings"]),
        ("cut-early", &["damaged at manifest.json", "cut off"]),
        ("cut-middle", &["damaged at tidings.db"]),
        ("cut-late", &["damaged at its end", "cut off"]),
        ("followed", &["damaged at its end", "something follows"]),
        ("flipped", &["damaged at tidings.db"]),
        ("foreign", &["is no backup of tidings", "notes.txt"]),
        ("nothing", &["is no backup of tidings", "empty"]),
        ("no-json", &["is no backup of tidings", "manifest"]),
        ("other-format", &["is no backup of tidings", "other-backup"]),
        ("newer", &["newer tidings (9.9.9)", "its format is 2", "up to 1"]),
        ("newer-database", &["newer tidings", "9999"]),
        ("changed", &["damaged at config/watchlist.toml", "hash"]),
        ("longer", &["damaged at config/tidings.toml", "bytes long"]),
        ("missing", &["damaged at config/sources.toml", "ends before it"]),
        ("manifest-only", &["damaged at tidings.db", "ends before it"]),
        ("swapped", &["is no backup of tidings", "config/watchlist.toml"]),
        ("one-more", &["is no backup of tidings", "../../evil"]),
        ("traversal", &["is no backup of tidings", "../../evil"]),
        ("sly-traversal", &["is no backup of tidings", "config/../../evil"]),
        ("absolute", &["is no backup of tidings", "/tmp/evil"]),
        ("twice", &["is no backup of tidings", "config/watchlist.toml"]),
        ("no-database", &["is no backup of tidings", "no database"]),
        ("fake-database", &["damaged at tidings.db"]),
    ] {
        let fresh = Place::new("");
        let before = content_of(&fresh.config());
        let ran = fresh.run(&["restore", &shelf.file(name), "--force"]);
        assert_eq!(ran.code(), 1, "{name}: {}{}", ran.stdout(), ran.stderr());
        ran.said(words).said(&[name, "hint:"]);
        assert!(!fresh.data().exists(), "{name}: {:?}", names_in(&fresh.data()));
        assert_eq!(content_of(&fresh.config()), before, "{name}");
    }
    let told = place.run(&["--json", "restore", &shelf.file("text"), "--force"]).ended(1).json();
    assert!(told["error"]["message"].as_str().unwrap().contains("is no backup of tidings"));
    assert!(!cards(&place).is_empty(), "the place itself is as it was");
}

#[test]
fn r26_articles_are_exported_and_imported_again() {
    let (_origin, place) = read_once();
    let all = place.run(&["export"]).ended(0).lines();
    assert_eq!(all.len(), 3);
    let of = |title: &str| all.iter().find(|line| line["title"].as_str().unwrap().contains(title)).unwrap();
    let (open, closed) = (of("Globex"), of("Rain"));
    assert_eq!(open["text"], ACQUIRED.split_whitespace().collect::<Vec<_>>().join(" "), "{open}");
    assert_eq!(open["accounts"][0]["id"], "acme");
    assert_eq!((&open["signals"][0], &open["source"]), (&json!("acquisition"), &json!("open")));
    assert!(open["story"].is_string() && open["published"].is_string() && open["url"].is_string());
    assert!(closed.get("text").is_none() && closed["excerpt"].as_str().unwrap().starts_with("Heavy rain"), "{closed}");

    let found = place.run(&["export", "client:acme", "signal:acquisition"]).ended(0).lines();
    assert_eq!(found, std::slice::from_ref(open));
    assert!(place.run(&["export", "nothingofthekind"]).ended(0).lines().is_empty());
    place.run(&["export", "(("]).ended(2).said(&["^"]);

    let shelf = Shelf::new();
    let file = shelf.file("articles.ndjson");
    place.run(&["export", "--output", &file]).ended(0).said(&["3 articles"]);
    place.run(&["export", "--output", &file]).ended(1).said(&["refusing to overwrite", "hint:", "--force"]);
    place.run(&["export", "--output", &file, "--force", "--json"]).ended(0).said(&["\"written\":3"]);
    assert_eq!(shelf.names(), ["articles.ndjson"]);
    let elsewhere = shelf.file("imported");
    place.run(&["import", &file, "--data-dir", &elsewhere]).ended(0).said(&["3 articles read, 0 lines refused"]);
    let found = place.run(&["search", "--json", "--data-dir", &elsewhere, "Dayton"]).ended(0).lines();
    assert_eq!(found[0]["id"], open["id"]);
    let found = place.run(&["search", "--json", "--data-dir", &elsewhere, "rain"]).ended(0).lines();
    assert_eq!(found[0]["id"], closed["id"], "the title at least");
}

#[test]
fn r51_tables_hold_no_formulas() {
    let (_origin, place) = read_once();
    let table = place.run(&["export", "--format", "csv"]).ended(0).stdout();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let names = reader.headers().unwrap().clone();
    assert_eq!(&names.iter().collect::<Vec<_>>()[..4], ["id", "title", "text", "excerpt"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().any(|row| row[1].starts_with("'=HYPERLINK")), "{table}");
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
    }

    let table = place.run(&["export", "--touch-points", "--format", "csv"]).ended(0).stdout();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let names = reader.headers().unwrap().clone();
    let column = |name: &str| names.iter().position(|other| other == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cards = cards(&place);
    assert_eq!(rows.len(), cards.len());
    let acme = rows.iter().find(|row| &row[column("account")] == "acme").unwrap();
    assert_eq!(&acme[column("account_name")], "Acme Robotics, Inc.");
    assert_eq!((&acme[column("signal")], &acme[column("owner")]), ("acquisition", "mia"));
    let lines = place.run(&["export", "--touch-points"]).ended(0).lines();
    assert!(cards.iter().all(|card| lines.contains(card)), "the whole card, as `inbox list --json` shows it");
    place.run(&["export", "--touch-points", "rain"]).ended(2);
}

/// The state of each probe.
fn probes(told: &Value) -> Vec<(String, String)> {
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = told["findings"].as_array().unwrap().iter();
    let findings = findings.inspect(|finding| {
        assert_eq!(finding["state"] != "ok", finding["hint"].is_string(), "a hint where it is needed: {finding}");
    });
    findings.map(|finding| (word(finding, "probe"), word(finding, "state"))).collect()
}

fn state(told: &Value, probe: &str) -> String {
    let found = probes(told).into_iter().find(|(name, _)| name == probe);
    found.unwrap_or_else(|| panic!("no {probe} in {told}")).1
}

/// Has a port of its own to listen on, which nobody has.
fn on_free_port(place: &Place) -> u16 {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = fs::read_to_string(place.config().join("tidings.toml")).unwrap();
    place.write("tidings.toml", &format!("{settings}\n[serve]\nlisten = \"127.0.0.1:{port}\"\n"));
    port
}

#[test]
fn doctor_tells_what_is_well_and_what_is_not() {
    let (_origin, place) = read_once();
    on_free_port(&place);
    let told = place.run(&["doctor", "--json"]).ended(0).json();
    assert_eq!(told["ok"], true);
    for probe in
        ["configuration", "data folder", "database", "search index", "clock", "destination", "network", "listen"]
    {
        assert_eq!(state(&told, probe), "ok", "{told}");
    }
    assert_eq!(state(&told, "contact"), "warning", "r20");
    let text = place.run(&["doctor"]).ended(0).stdout();
    assert!(text.contains("hint: set `contact` under [fetch]"), "{text}");
    let offline = place.run(&["doctor", "--offline", "--json"]).ended(0).json();
    assert!(probes(&offline).iter().all(|(probe, _)| probe != "network"));

    fs::remove_dir_all(place.data().join("articles")).unwrap();
    let told = place.run(&["doctor", "--json", "--offline"]).ended(0).json();
    assert_eq!(state(&told, "search index"), "warning");
}

#[test]
fn doctor_changes_nothing_and_needs_nothing() {
    let place = Place::new("");
    on_free_port(&place);
    let told = place.run(&["doctor", "--json", "--offline"]).ended(0).json();
    assert!(!place.data().exists(), "nothing was made");
    assert_eq!((state(&told, "configuration"), state(&told, "database")), ("warning".to_owned(), "ok".to_owned()));
    fs::remove_file(place.config().join("watchlist.toml")).unwrap();
    place.run(&["doctor", "--offline"]).ended(1).said(&["failed", "watchlist.toml", "hint: `tidings check`"]);
}

#[test]
fn doctor_finds_damage_and_strangers() {
    let (_origin, place) = read_once();
    let port = on_free_port(&place);
    let taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let told = place.run(&["doctor", "--json", "--offline"]).ended(1).json();
    assert_eq!(state(&told, "listen"), "failed");
    drop(taken);

    let database = place.data().join("tidings.db");
    let sound = fs::read(&database).unwrap();
    let mut damaged = sound.clone();
    for page in damaged.chunks_mut(4096).skip(2) {
        page[..64].fill(0xa5);
    }
    fs::write(&database, damaged).unwrap();
    let told = place.run(&["doctor", "--json", "--offline"]).ended(1).json();
    assert_eq!(state(&told, "database"), "failed");
    fs::write(&database, "dear diary").unwrap();
    let told = place.run(&["doctor", "--json", "--offline"]).ended(1).json();
    assert_eq!(state(&told, "database"), "failed");
    fs::write(&database, sound).unwrap();
    place.run(&["doctor", "--offline"]).ended(0);

    place.write("tidings.toml", "[serve]\nlisten = \"0.0.0.0:8017\"\n");
    let told = place.run(&["doctor", "--json", "--offline"]).ended(1).json();
    assert_eq!(state(&told, "listen"), "failed");
}

#[test]
fn doctor_warns_where_names_are_not_found() {
    let place = Place::new(&source("wire", &[("wire", "http://feeds.invalid/a.xml".to_owned())]));
    on_free_port(&place);
    let told = place.run(&["doctor", "--json"]).ended(0).json();
    assert_eq!(state(&told, "network"), "warning", "{told}");
}
