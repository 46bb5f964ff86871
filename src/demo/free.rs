//! What is the demo's in a folder that the operator goes on with, told from what is the operator's own.

use std::collections::HashSet;

use toml::{Table, Value};

use super::newswire::OUTLETS;
use super::settings::{MARKS, PREFIX, WATCHLIST};
use crate::model::{AccountId, FeedId, SourceId};

/// Ids of accounts, sources and feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// Of accounts.
    pub accounts: HashSet<AccountId>,
    /// Of sources.
    pub sources: HashSet<SourceId>,
    /// Of feeds.
    pub feeds: HashSet<FeedId>,
}

impl Ids {
    /// Those of the demo.
    #[must_use]
    pub fn of_demo() -> Self {
        let outlets = names(&parsed(OUTLETS), "outlet");
        let named = || outlets.iter().map(|outlet| format!("{PREFIX}{outlet}"));
        Self {
            accounts: Self::in_text(WATCHLIST).accounts,
            sources: named().map(SourceId).collect(),
            feeds: named().map(FeedId).collect(),
        }
    }

    /// Those of a watchlist or of sources, as text; none where it cannot be read.
    #[must_use]
    pub fn in_text(text: &str) -> Self {
        let table = parsed(text);
        let sources = table.get("source").and_then(Value::as_array).into_iter().flatten();
        let feeds = sources.filter_map(Value::as_table).flat_map(|source| names(source, "feed"));
        Self {
            accounts: names(&table, "account").into_iter().map(AccountId).collect(),
            feeds: feeds.map(FeedId).collect(),
            sources: names(&table, "source").into_iter().map(SourceId).collect(),
        }
    }

    /// These without those.
    #[must_use]
    pub fn without(mut self, own: &Self) -> Self {
        self.accounts.retain(|id| !own.accounts.contains(id));
        self.sources.retain(|id| !own.sources.contains(id));
        self.feeds.retain(|id| !own.feeds.contains(id));
        self
    }
}

/// True where a file of the configuration holds the demo's part.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == MARKS.0)
}

/// What is left of a file of the configuration without the demo: everything outside the marks, and between them what
/// somebody else wrote there: accounts, sources and feeds of other ids, and comments.
#[must_use]
pub fn freed(text: &str) -> String {
    let demo = Ids::of_demo();
    let mut rest = String::new();
    let mut inside: Option<Vec<&str>> = None;
    for line in text.split_inclusive('\n') {
        match &mut inside {
            None if line.trim_end() == MARKS.0 => inside = Some(Vec::new()),
            None => rest.push_str(line),
            Some(lines) if line.trim_end() == MARKS.1 => {
                rest.push_str(&own_part(lines, &demo));
                inside = None;
            }
            Some(lines) => lines.push(line),
        }
    }
    rest + &inside.map(|lines| own_part(&lines, &demo)).unwrap_or_default()
}

fn own_part(lines: &[&str], demo: &Ids) -> String {
    let tables = parts(lines, &["[[account]]", "[[source]]"]);
    tables.iter().map(|table| own_table(table, demo)).collect()
}

fn own_table(lines: &[&str], demo: &Ids) -> String {
    let ids = Ids::in_text(&lines.concat());
    let own_account = ids.accounts.iter().any(|id| !demo.accounts.contains(id));
    if own_account || ids.sources.iter().any(|id| !demo.sources.contains(id)) {
        return lines.concat();
    }
    // A feed that was added to a source of the demo keeps its source.
    let feeds = parts(lines, &["[[source.feed]]"]);
    let is_own = |part: &Vec<&str>| {
        let id = parsed(&part.concat().replace("[[source.feed]]", "[feed]"));
        let id = id.get("feed").and_then(|feed| feed.get("id")).and_then(Value::as_str).map(FeedId::from);
        id.is_some_and(|id| !demo.feeds.contains(&id))
    };
    if feeds.iter().skip(1).any(is_own) {
        let kept = feeds.iter().enumerate().filter(|(place, part)| *place == 0 || is_own(part));
        return kept.map(|(_, part)| part.concat()).collect();
    }
    let written: HashSet<&str> = WATCHLIST.lines().map(str::trim).collect();
    let is_own_comment = |line: &&&str| line.trim_start().starts_with('#') && !written.contains(line.trim());
    lines.iter().filter(is_own_comment).copied().collect()
}

/// Lines parted before each header, each with the comment right above it; first what stands before the first header.
fn parts<'t>(lines: &[&'t str], headers: &[&str]) -> Vec<Vec<&'t str>> {
    let mut parts = vec![Vec::new()];
    for line in lines {
        if headers.iter().any(|header| line.trim_start().starts_with(header)) {
            let before: &[&str] = parts.last().map_or(&[], Vec::as_slice);
            let comment = before.iter().rev().take_while(|line| line.trim_start().starts_with('#')).count();
            let at = before.len() - comment;
            let comment = parts.last_mut().map(|before| before.split_off(at)).unwrap_or_default();
            parts.push(comment);
        }
        if let Some(part) = parts.last_mut() {
            part.push(*line);
        }
    }
    parts
}

fn parsed(text: &str) -> Table {
    text.parse().unwrap_or_default()
}

/// The ids of a list of tables.
fn names(table: &Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|one| one.get("id")?.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::newswire::Newswire;
    use super::super::settings::{pause_feeds, without_demo, write};
    use super::*;
    use crate::model::Time;

    const OWN_ACCOUNT: &str = "# Ours since May.\n[[account]]\nid = \"own\"\nname = \"Own & Co\"    # a friend\n\n";

    fn files() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let newswire = Newswire::ending(Time::from_timestamp(1_790_000_000, 0).unwrap()).unwrap();
        write(folder.path(), &newswire, "127.0.0.1:8099".parse().unwrap()).unwrap();
        pause_feeds(folder.path()).unwrap();
        folder
    }

    fn read(folder: &tempfile::TempDir, name: &str) -> String {
        std::fs::read_to_string(folder.path().join(name)).unwrap()
    }

    #[test]
    fn everything_that_it_wrote_can_be_taken_out() {
        let folder = files();
        for (name, rest) in without_demo() {
            assert_eq!(freed(&read(&folder, name)), rest, "{name}");
            assert_eq!(freed(&rest), rest, "{name}");
        }
        let demo = Ids::of_demo();
        let written = [Ids::in_text(&read(&folder, "watchlist.toml")), Ids::in_text(&read(&folder, "sources.toml"))];
        assert_eq!(written[0].accounts, demo.accounts);
        assert_eq!((&written[1].sources, &written[1].feeds), (&demo.sources, &demo.feeds));
        assert!(demo.accounts.len() >= 15 && demo.feeds.len() == 12);
    }

    #[test]
    fn what_others_wrote_stays_wherever_it_stands() {
        let folder = files();
        let text = read(&folder, "watchlist.toml");
        let [_, (_, rest), _] = without_demo();
        for (place, line) in [("before", "#:schema"), ("between", "[[account]]\nid = \"calder\""), ("last", MARKS.1)] {
            let mixed = text.replacen(line, &format!("{OWN_ACCOUNT}{line}"), 1);
            let kept = freed(&mixed);
            assert!(kept.contains(OWN_ACCOUNT.trim_end()), "{place}: {kept}");
            assert_eq!(kept.replacen(OWN_ACCOUNT, "", 1), rest, "{place}");
        }
        let appended = format!("{text}{OWN_ACCOUNT}");
        assert_eq!(freed(&appended), format!("{rest}{OWN_ACCOUNT}"));
        let noted = text.replacen("tier = \"A\"", "tier = \"A\"\n# Why A? Ask Mia.", 1);
        assert!(freed(&noted).contains("# Why A? Ask Mia.") && !freed(&noted).contains("[[account]]\nid"));
    }

    #[test]
    fn a_feed_that_was_added_to_a_source_of_the_demo_keeps_it() {
        let folder = files();
        let own = "[[source.feed]]\nid = \"ledger-sport\"\nurl = \"https://ledger.example/sport\"\n";
        let mixed = read(&folder, "sources.toml").replacen(
            "[[source]]\nid = \"demo-transport\"",
            &format!("{own}\n[[source]]\nid = \"demo-transport\""),
            1,
        );
        let kept = Ids::in_text(&freed(&mixed));
        assert_eq!(kept.sources, HashSet::from(["demo-ledger".into()]));
        assert_eq!(kept.feeds, HashSet::from(["ledger-sport".into()]));
    }

    #[test]
    fn an_id_that_the_operator_uses_as_well_is_not_the_demos() {
        let own = Ids { accounts: HashSet::from(["calder".into()]), ..Ids::default() };
        let left = Ids::of_demo().without(&own);
        assert!(!left.accounts.contains(&AccountId::from("calder")) && left.accounts.len() > 10);
    }
}
