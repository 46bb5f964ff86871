use std::fmt::Write;
use std::path::Path;

use super::load::load_with;
use super::*;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn environment(name: &str) -> Option<String> {
    match name {
        "SECRET" => Some(SECRET.to_owned()),
        "DATABASE" => Some("postgres://tidings:hunter2@db.example/tidings".to_owned()),
        "WEBSITE" => Some("https://example.com".to_owned()),
        _ => None,
    }
}

/// A folder with these files; watchlist and sources are there and empty unless given.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("watchlist.toml", ""), ("sources.toml", "")].iter().chain(files) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn loaded(files: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let folder = folder(files);
    load_with(folder.path(), &environment).map_err(|problems| told(&problems, folder.path()))
}

/// Each problem as it is told, without the folder's own name; the hint after an arrow.
fn told(problems: &Problems, folder: &Path) -> Vec<String> {
    let prefix = format!("{}/", folder.display());
    problems.iter().map(|problem| problem.to_string().replace(&prefix, "").replace("\n\nhint: ", " → ")).collect()
}

/// What is told of one file with this text.
fn problems_of(name: &str, text: &str) -> Vec<String> {
    loaded(&[(name, text)]).err().unwrap_or_default()
}

#[test]
fn an_empty_configuration_is_the_defaults() {
    let config = loaded(&[]).unwrap();
    assert_eq!(config.settings.serve.listen.to_string(), "127.0.0.1:8017");
    assert_eq!((config.settings.retention.text_days, config.settings.retention.suppressed_days), (180, 30));
    assert_eq!(config.settings.operator.zone(), chrono_tz::Tz::UTC);
    assert!(config.settings.store.url.is_none() && config.settings.deliver.destinations.is_empty());
    assert!(config.watchlist.accounts().is_empty() && config.feeds().next().is_none());
}

#[test]
fn a_whole_configuration_is_read() {
    let config = loaded(&[
        (
            "tidings.toml",
            "[operator]\ntime_zone = \"Europe/Berlin\"\n[store]\nurl_env = \"DATABASE\"\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\nurl = \"https://x.example\"\nsecret_env = \"SECRET\"\n",
        ),
        (
            "watchlist.toml",
            "\u{feff}[[account]]\nid = \"acme\"\nname = \"Acme\"\naliases = [\"ACM\", { text = \"Ace\", needs_context = true }]\nrenewal = 2026-12-01\nsigned = \"2020-01-31\"\ndomains = [\"acme.com\"]\n",
        ),
        (
            "sources.toml",
            "[[source]]\nid = \"acme\"\nname = \"Acme\"\n[[source.feed]]\nid = \"acme-news\"\nurl = \"https://acme.com/feed\"\naccount = \"acme\"\n",
        ),
    ])
    .unwrap();
    assert_eq!(config.settings.operator.zone(), chrono_tz::Tz::Europe__Berlin);
    assert!(config.settings.store.url.as_ref().unwrap().reveal().starts_with("postgres://"));
    assert_eq!(config.settings.deliver.destinations[0].id().as_str(), "crm");
    let account = &config.watchlist.accounts()[0];
    assert_eq!((account.aliases.len(), account.renewal.unwrap().to_string().as_str()), (2, "2026-12-01"));
    let (source, feed) = config.feed(&"acme-news".into()).unwrap();
    assert_eq!((source.id.as_str(), feed.account.as_ref().unwrap().as_str()), ("acme", "acme"));
    assert!(config.feed(&"other".into()).is_none());
}

#[test]
fn r53_secrets_are_in_no_text_made_of_the_configuration() {
    let config = loaded(&[(
        "tidings.toml",
        "[store]\nurl_env = \"DATABASE\"\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\nurl = \"https://x.example\"\nsecret_env = \"SECRET\"\n",
    )])
    .unwrap();
    let shown = format!(
        "{config:?}{}{}",
        toml::to_string(&config.settings).unwrap(),
        serde_json::to_string(&config.settings).unwrap()
    );
    assert!(!shown.contains("hunter2") && !shown.contains(&SECRET[6..]), "{shown}");
    assert!(shown.contains("secret_env"));
}

#[test]
fn what_is_shown_can_be_read_again() {
    let config = loaded(&[(
        "tidings.toml",
        "[store]\nurl_env = \"DATABASE\"\n[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\nurl = \"https://x.example\"\nsecret_env = \"SECRET\"\n",
    )])
    .unwrap();
    let shown = toml::to_string(&config.settings).unwrap();
    let again = loaded(&[("tidings.toml", &shown)]).unwrap();
    assert_eq!(toml::to_string(&again.settings).unwrap(), shown);
}

#[test]
fn mistakes_in_the_watchlist_are_told_with_place_and_remedy() {
    for (text, expected) in [
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\n  alias = [\"ACM\"]\n",
            &["watchlist.toml:4:3: unknown key `alias` in account `acme` → did you mean `aliases`?"][..],
        ),
        ("[[acount]]\nid = \"x\"\n", &["watchlist.toml:1:3: unknown key `acount` → did you mean `account`?"]),
        ("[[account]]\nname = \"Acme\"\n", &["watchlist.toml:1:1: missing key `id` in account 1"]),
        ("\n[[account]]\nid = \"acme\"\n", &["watchlist.toml:2:1: missing key `name` in account `acme`"]),
        (
            "[[account]]\nid = \"acme\"\nname = 5\ntier = \"D\"\nkind = \"cleint\"\n",
            &[
                "watchlist.toml:3:8: `name` in account `acme` must be a text, not the number 5",
                "watchlist.toml:4:8: `tier` in account `acme` cannot be `D` → one of: A, B, C",
                "watchlist.toml:5:8: `kind` in account `acme` cannot be `cleint` → did you mean `client`?",
            ],
        ),
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\nrenewal = \"1.12.2026\"\nsigned = \"2026-13-01\"\ncadence_days = -1\n",
            &[
                "watchlist.toml:4:11: `renewal` in account `acme` is no day → write a day as 2026-12-01",
                "watchlist.toml:5:10: `signed` in account `acme` is no day → write a day as 2026-12-01",
                "watchlist.toml:6:16: `cadence_days` in account `acme` must be a whole number from 0 up, not the number -1",
            ],
        ),
        (
            "[[account]]\nid = \"acme\"\nname = \" \"\naliases = [\"ACM\", \"\"]\n",
            &["watchlist.toml:3:8: empty name in account `acme`", "watchlist.toml:4:19: empty alias in account `acme`"],
        ),
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\naliases = [\n\"AC\",\n{ text = \"ACM\", exact = true },\n{ exact_case = true },\n3,\n]\n",
            &[
                "watchlist.toml:6:17: unknown key `exact` in account `acme` → did you mean `exact_case`?",
                "watchlist.toml:7:1: missing key `text` in account `acme`",
                "watchlist.toml:8:1: `aliases` in account `acme` must be a name, or a table with `text`, not the number 3",
            ],
        ),
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\n\n[[account]]\nname = \"Two\"\nid = \"acme\"\n",
            &["watchlist.toml:7:6: account `acme` is there twice → the first stands in line 2; ids are unique"],
        ),
        (
            "[[account]]\nid = \"a b\"\nname = \"Acme\"\n",
            &[
                "watchlist.toml:2:6: `a b` cannot be the id of a account → an id is made of letters, digits, `-`, `_` and `.`",
            ],
        ),
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\nrelations = [{ kind = \"uses\", to = \"acme\" }, { kind = \"uses\", to = \"betta\" }, { kind = \"use\", to = \"beta\" }]\n[[account]]\nid = \"beta\"\nname = \"Beta\"\n",
            &[
                "watchlist.toml:4:36: relation of account `acme` to `acme` points to itself",
                "watchlist.toml:4:68: relation of account `acme` to `betta` points to an account that is not in the watchlist → did you mean `beta`?",
                "watchlist.toml:4:88: `kind` in account `acme` cannot be `use` → did you mean `uses`?",
            ],
        ),
        // An account that is wrong otherwise still counts as there.
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\nrelations = [{ kind = \"uses\", to = \"beta\" }]\n[[account]]\nid = \"beta\"\n",
            &["watchlist.toml:5:1: missing key `name` in account `beta`"],
        ),
        (
            "[[account]]\nid = \"acme\"\nname = \"Acme\"\ndomains = [\"https://acme.com/\", \"acme\"]\ncountry = \"Germany\"\nyearly_value = nan\ncadence_days = 0\ncontacts = [{ name = \"\", email = \"x@y\\r\\nBcc: z\" }]\n",
            &[
                "watchlist.toml:4:12: `https://acme.com/` in account `acme` is no domain → write it without scheme and path: \"acme.com\"",
                "watchlist.toml:4:33: `acme` in account `acme` is no domain → write it without scheme and path: \"acme.com\"",
                "watchlist.toml:5:11: `country` in account `acme` must be two capital letters, such as DE",
                "watchlist.toml:6:16: `yearly_value` in account `acme` must be a number from 0 up",
                "watchlist.toml:7:16: `cadence_days` in account `acme` must be 1 or more",
                "watchlist.toml:8:22: empty name of a contact in account `acme`",
                "watchlist.toml:8:34: the mail address of  in account `acme` is none",
            ],
        ),
        ("account = 3\n", &["watchlist.toml:1:11: `account` must be a list, not the number 3"]),
        (
            "[[account]]\nid = \"acme\nname = \"Acme\"\n",
            &["watchlist.toml:2:11: this is not TOML: invalid basic string, expected `\"`"],
        ),
        (
            "[[account]]\nname = Acme\n",
            &["watchlist.toml:2:8: this is not TOML: string values must be quoted, expected literal string"],
        ),
        ("[[account]]\nid = \"a\"\nid = \"b\"\n", &["watchlist.toml:3:1: this is not TOML: duplicate key"]),
    ] {
        assert_eq!(problems_of("watchlist.toml", text), expected, "{text}");
    }
}

#[test]
fn mistakes_in_the_sources_are_told_with_place_and_remedy() {
    for (text, expected) in [
        (
            "[[source]]\nid = \"s\"\nname = \"S\"\n[[source.feeds]]\nid = \"f\"\nurl = \"https://s.example\"\n",
            &["sources.toml:4:10: unknown key `feeds` in source `s` → did you mean `feed`?"][..],
        ),
        (
            "[[source]]\nid = \"s\"\nname = \"S\"\n[[source.feed]]\nid = \"f\"\nurl = \"s.example/feed\"\nkind = \"rrs\"\n[[source.feed]]\nid = \"f\"\nurl = \"ftp://s.example\"\n[[source.feed]]\nid = \"g\"\nurl = \"https://me:pw@s.example\"\n",
            &[
                "sources.toml:6:7: `url` in feed `f` does not begin with http:// or https://",
                "sources.toml:7:8: `kind` in feed `f` cannot be `rrs` → did you mean `rss`?",
                "sources.toml:9:6: feed `f` is there twice → the first stands in line 5; ids are unique",
                "sources.toml:10:7: `url` in feed `f` does not begin with http:// or https://",
                "sources.toml:13:7: `url` in feed `g` holds a name or password, which would be shown in logs",
            ],
        ),
        (
            "[[source]]\nid = \"s\"\nname = \"\"\nlanguage = \"German\"\ncountry = \"de\"\nfetch = \"site\"\n[[source.feed]]\nid = \"f\"\nurl = \"https://s.example\"\naccount = \"acne\"\nevery_minutes = 0\n[[source]]\nid = \"s\"\nname = \"T\"\n[[source.feed]]\nid = \"g\"\nurl = \"https://s.example\"\n",
            &[
                "sources.toml:3:8: `name` in source `s` is empty",
                "sources.toml:4:12: `language` in source `s` must be two small letters, such as de",
                "sources.toml:5:11: `country` in source `s` must be two capital letters, such as DE",
                "sources.toml:6:9: `fetch` in source `s` cannot be `site` → one of: feed, page",
                "sources.toml:10:11: `account` in feed `f` names `acne`, which is not in the watchlist → did you mean `acme`?",
                "sources.toml:11:17: `every_minutes` in feed `f` is 0 → only a server of your own may be polled without pause: set `own = true` in its source",
                "sources.toml:13:6: source `s` is there twice → the first stands in line 2; ids are unique",
                "sources.toml:17:7: feed `g` has the same `url` as the one in line 9",
            ],
        ),
    ] {
        let watchlist = ("watchlist.toml", "[[account]]\nid = \"acme\"\nname = \"Acme\"\n");
        assert_eq!(loaded(&[watchlist, ("sources.toml", text)]).err().unwrap_or_default(), expected, "{text}");
    }
}

#[test]
fn mistakes_in_the_settings_are_told_with_place_and_remedy() {
    let hook = "[[deliver.destinations]]\nkind = \"webhook\"\nid = \"crm\"\n";
    for (text, expected) in [
        (
            "[retension]\ntext_days = 5\n[retention]\ntext_day = 5\n[operator]\ntime_zone = \"Europe/Berln\"\n",
            &[
                "tidings.toml:1:2: unknown key `retension` → did you mean `retention`?",
                "tidings.toml:4:1: unknown key `text_day` in [retention] → did you mean `text_days`?",
                "tidings.toml:6:13: `time_zone` in [operator] names no time zone: `Europe/Berln` → did you mean `Europe/Berlin`?",
            ][..],
        ),
        (
            "[touchpoint]\ncountry = \"XX\"\n[[touchpoint.owners]]\nname = \"mia\"\n[[touchpoint.owners]]\nname = \"mia\"\naway = [{ from = 2026-08-09, to = 2026-08-01 }]\n",
            &[
                "tidings.toml:2:11: `country`: no days off are known for `XX` → write an ISO 3166-1 code such as DE, or leave it out and list `holidays`",
                "tidings.toml:6:8: `mia` is named by an earlier owner",
                "tidings.toml:7:9: `away` of mia ends on 2026-08-01, before it begins on 2026-08-09",
            ],
        ),
        (
            "[serve]\nlisten = \"8017\"\n[retention]\ntext_days = \"long\"\nsuppressed_days = 99999999999\n",
            &[
                "tidings.toml:2:10: `listen` in [serve] is no address to listen on → write it as 127.0.0.1:8017",
                "tidings.toml:4:13: `text_days` in [retention] must be a whole number from 0 up, not the text \"long\"",
                "tidings.toml:5:19: `suppressed_days` in [retention] must be a whole number from 0 up, not the number 99999999999",
            ],
        ),
        (
            "[retention]\nzzz = 5\n",
            &[
                "tidings.toml:2:1: unknown key `zzz` in [retention] → known keys: text_days, suppressed_days, articles_days, deliveries_days",
            ],
        ),
        (
            "[fetch]\ngap_seconds = 0\nrobots_cache_hours = 48\n[net]\nallow = [\"300.1.1.1/99\"]\n",
            &[
                "tidings.toml:2:15: `gap_seconds` in [fetch] must be 1 or more, not 0",
                "tidings.toml:3:22: `robots_cache_hours` in [fetch] must be between 1 and 24, not 48",
                "tidings.toml:5:9: allow = \"300.1.1.1/99\" under [net] cannot be used: invalid IP address syntax",
            ],
        ),
        (
            "[store]\nurl_env = \"NONE\"\n",
            &["tidings.toml:2:11: `url_env` in [store]: the environment variable `NONE` is not set"],
        ),
        (
            "[store]\nurl_env = \"WEBSITE\"\n",
            &["tidings.toml:2:11: `url_env` in [store]: what it holds does not begin with postgres://"],
        ),
        (
            "[store]\nurl = \"postgres://me:pw@host\"\n",
            &["tidings.toml:2:1: unknown key `url` in [store] → did you mean `url_env`?"],
        ),
        (
            &format!("{hook}url = \"https://x.example\"\nsecret = \"whsec_x\"\n"),
            &[
                "tidings.toml:1:1: destination `crm` has no secret to sign with → add `secret_env = \"NAME\"` or `secret_file = \"PATH\"`",
                "tidings.toml:5:1: unknown key `secret` in destination `crm` → did you mean `secret_env`?",
            ],
        ),
        (
            &format!(
                "{hook}url = \"https://x.example\"\nsecret_env = \"NONE\"\non = [\"redy\"]\ntimeout_seconds = \"x\"\n"
            ),
            &[
                "tidings.toml:5:14: `secret_env` in destination `crm`: the environment variable `NONE` is not set",
                "tidings.toml:6:7: `on` in destination `crm` cannot be `redy` → did you mean `ready`?",
                "tidings.toml:7:19: `timeout_seconds` in destination `crm` must be a whole number from 0 up, not the text \"x\"",
            ],
        ),
        (
            &format!(
                "{hook}url = \"https://x.example\"\nsecret_env = \"SECRET\"\n{hook}url = \"mailto:x\"\nsecret_env = \"SECRET\"\n"
            ),
            &[
                "tidings.toml:8:6: destination `crm` is there twice → the first stands in line 3; ids are unique",
                "tidings.toml:9:7: `url` in destination `crm`: is no address that begins with http:// or https://",
            ],
        ),
        (
            "[[deliver.destinations]]\nkind = \"wehbook\"\nid = \"crm\"\n",
            &["tidings.toml:2:8: `kind` in destination `crm` cannot be `wehbook` → did you mean `webhook`?"],
        ),
        ("[[deliver.destinations]]\nid = \"crm\"\n", &["tidings.toml:1:1: missing key `kind` in destination `crm`"]),
    ] {
        assert_eq!(problems_of("tidings.toml", text), expected, "{text}");
    }
}

#[test]
fn mistakes_in_the_playbook_are_told_with_their_place() {
    let text = Playbook::shipped_text();
    let broken = text.replacen("due = ", "duee = ", 1);
    let line = broken.lines().position(|line| line.starts_with("duee")).unwrap() + 1;
    let problems = problems_of("playbook.toml", &broken);
    let start = format!("playbook.toml:{line}:1: unknown key `duee` in play `");
    assert!(
        problems.iter().any(|problem| problem.starts_with(&start) && problem.ends_with("→ did you mean `due`?")),
        "{problems:?}"
    );
    let twice = text.lines().find(|line| line.starts_with("id = ")).unwrap();
    let second = text.lines().filter(|line| line.starts_with("id = ")).nth(1).unwrap();
    let doubled = text.replacen(second, twice, 1);
    let line = doubled.lines().enumerate().filter(|(_, line)| *line == twice).nth(1).unwrap().0 + 1;
    let problems = problems_of("playbook.toml", &doubled);
    assert!(
        problems.iter().any(|problem| problem.starts_with(&format!("playbook.toml:{line}:6: `id` in play `"))),
        "{problems:?}"
    );
}

#[test]
fn a_mistake_far_down_is_told_with_its_own_line() {
    let mut text = String::new();
    for number in 0..300 {
        let _ = write!(text, "[[account]]\nid = \"a{number}\"\nname = \"A\"\n");
    }
    text += "[[account]]\nid = \"last\"\nnam = \"A\"\n";
    assert_eq!(
        problems_of("watchlist.toml", &text),
        [
            "watchlist.toml:901:1: missing key `name` in account `last`",
            "watchlist.toml:903:1: unknown key `nam` in account `last` → did you mean `name`?",
        ]
    );
}

#[test]
fn files_and_folders_that_cannot_be_read_are_told() {
    let absent = tempfile::tempdir().unwrap();
    let nowhere = absent.path().join("nowhere");
    let problems = load_with(&nowhere, &environment).unwrap_err().to_string();
    assert!(problems.ends_with(
        "nowhere: there is no such folder\n\nhint: `tidings init` writes a starting configuration; `--config DIR` names another folder"
    ), "{problems}");
    let problems = load_with(absent.path(), &environment).unwrap_err();
    assert_eq!(
        told(&problems, absent.path()),
        [
            "sources.toml: there is no such file → `tidings init` writes the files that are missing",
            "watchlist.toml: there is no such file → `tidings init` writes the files that are missing",
        ]
    );
    let folder = folder(&[]);
    std::fs::write(folder.path().join("watchlist.toml"), b"# fine\nname = \"caf\xe9\"\n").unwrap();
    std::fs::remove_file(folder.path().join("sources.toml")).unwrap();
    std::fs::create_dir(folder.path().join("sources.toml")).unwrap();
    let problems = told(&load_with(folder.path(), &environment).unwrap_err(), folder.path());
    assert!(problems[0].starts_with("sources.toml: cannot be read: "), "{problems:?}");
    assert_eq!(problems[1], "watchlist.toml:2:12: this is not UTF-8 → save the file as UTF-8");
}

#[test]
fn problems_of_all_files_are_told_at_once_and_in_order() {
    let problems = loaded(&[
        ("watchlist.toml", "[[account]]\nid = \"b\"\n[[account]]\nid = \"a\"\n"),
        ("sources.toml", "x = 1\n"),
        ("tidings.toml", "y = 1\n"),
        ("playbook.toml", "z = 1\n"),
        ("signals.toml", "\nq = 1\n"),
    ])
    .unwrap_err();
    let places: Vec<_> = problems.iter().filter_map(|problem| problem.split(": ").next()).collect();
    assert_eq!(
        places,
        [
            "playbook.toml:1:1",
            "signals.toml:2:1",
            "sources.toml:1:1",
            "tidings.toml:1:1",
            "watchlist.toml:1:1",
            "watchlist.toml:3:1"
        ]
    );
}

#[test]
fn hostile_files_end_in_problems() {
    for text in [
        "a".repeat(1 << 20),
        "[".repeat(100_000),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}1", "{ a = ".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        "\u{0}\u{1}\u{2}".to_owned(),
        "x = 1\n".repeat(5_000),
        (0..5_000).fold(String::new(), |text, number| text + &format!("x{number} = 1\n")),
        "[[account]]\n".repeat(5_000),
    ] {
        assert!(!problems_of("watchlist.toml", &text).is_empty(), "{}", &text[..text.len().min(20)]);
    }
}

#[test]
fn the_committed_schemas_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/schema");
    for file in schema::FILES {
        let committed = std::fs::read_to_string(folder.join(file.file_name())).unwrap_or_default();
        assert!(
            committed == file.text(),
            "config/schema/{} is stale: run `cargo run -- config schema --dir config/schema`",
            file.file_name()
        );
    }
}

#[test]
fn the_committed_settings_are_fresh() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/tidings.toml");
    let committed = std::fs::read_to_string(committed).unwrap_or_default();
    assert!(
        committed == shipped::settings_text(),
        "config/tidings.toml is stale: run `cargo run -- config template > config/tidings.toml`"
    );
}

#[test]
fn the_shipped_files_are_a_configuration_without_problems() {
    let files = shipped::files(false);
    let files: Vec<_> = files.iter().filter(|file| !file.generated).collect();
    let files: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let config = loaded(&files).unwrap();
    assert!(config.watchlist.accounts().len() >= 12 && config.feeds().count() >= 12);
    assert_eq!(toml::to_string(&config.settings).unwrap(), toml::to_string(&Settings::default()).unwrap());
}

#[test]
fn the_commented_settings_are_the_defaults_and_the_example_is_right() {
    let is_setting = |line: &str| {
        line.starts_with("[[")
            || line.split_once(" = ").is_some_and(|(key, value)| !key.contains(' ') && !value.contains('…'))
    };
    let text: String = shipped::settings_text()
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|line| is_setting(line)).unwrap_or(line))
        .flat_map(|line| [line, "\n"])
        .collect();
    let text = text.replace("TIDINGS_WEBHOOK_SECRET", "SECRET");
    let mut settings = loaded(&[("tidings.toml", &text)]).unwrap().settings;
    let destinations = std::mem::take(&mut settings.deliver.destinations);
    assert_eq!(destinations.iter().map(|destination| destination.id().as_str()).collect::<Vec<_>>(), ["crm"]);
    assert_eq!(toml::to_string(&settings).unwrap(), toml::to_string(&Settings::default()).unwrap());
}

#[test]
fn mistakes_in_how_a_page_is_read_are_told_with_place_and_remedy() {
    let feed = |options: &str| {
        format!(
            "[[source]]\nid = \"s\"\nname = \"S\"\n[[source.feed]]\nid = \"f\"\nurl = \"https://s.example\"\n{options}\n"
        )
    };
    let cases: &[(&str, &[&str])] = &[
        ("kind = \"newsroom\"\nnewsroom = { entry = \"li.release\", date = \"time\" }", &[]),
        ("kind = \"sitemap\"\nsitemap = { include = [\"/news/\", \"^/[0-9]+/\"] }", &[]),
        ("kind = \"watch\"\nwatch = [{ name = \"Pro\", select = \"#pro\", read = \"price\" }]", &[]),
        (
            "kind = \"newsroom\"\nnewsroom = { entry = \"li..x\", title = \"h3[\", recent_days = 0 }",
            &[
                "sources.toml:8:22: `entry` in feed `f`: selector `li..x` cannot be read from its character 3 on",
                "sources.toml:8:39: `title` in feed `f`: selector `h3[` cannot be read from its character 3 on",
                "sources.toml:8:60: `recent_days` in feed `f` must be at least 1",
            ],
        ),
        (
            "kind = \"newsroom\"\nnewsroom = { title = \"h3\" }",
            &[
                "sources.toml:8:12: `newsroom` in feed `f` has no `entry` → it selects an element of the list, such as \"li.release\"; the others are looked for within it",
            ],
        ),
        (
            "kind = \"sitemap\"\nsitemap = { include = [\"news\"], exclude = [\"^(\"] }",
            &[
                "sources.toml:8:24: `sitemap` in feed `f`: `news` is neither the beginning of a path (/news/) nor an expression (^/news/[0-9]+)",
                "sources.toml:8:44: `sitemap` in feed `f`: `^(` is no regular expression: unclosed group",
            ],
        ),
        (
            "kind = \"watch\"",
            &[
                "sources.toml:7:8: feed `f` watches a page but does not say what of it → write watch = [{ name = \"the Pro plan\", select = \"#pro .price\" }]",
            ],
        ),
        (
            "newsroom = { entry = \"li\" }",
            &[
                "sources.toml:7:12: `newsroom` in feed `f` is not for a feed of its kind → write kind = \"newsroom\", or take `newsroom` out",
            ],
        ),
        (
            "kind = \"watch\"\nwatch = [{ name = \"\", select = \"a\" }, { name = \"A\", select = \"##\" }, { name = \"A\", select = \"b\" }]",
            &[
                "sources.toml:8:19: a watched part of feed `f` has no name",
                "sources.toml:8:62: `select` of `A` in feed `f`: selector `##` cannot be read from its character 1 on",
                "sources.toml:8:79: two watched parts of feed `f` are called `A`",
            ],
        ),
    ];
    for (options, expected) in cases {
        assert_eq!(problems_of("sources.toml", &feed(options)), *expected, "{options}");
    }
}
