//! An index that is kept: built beside and swapped, merged, within its budget; crashes at every step.

use super::*;
use crate::search::anew::clear_leftovers;

fn settings() -> Settings {
    Settings::default()
}

/// Names of the engine's files that lie in a folder, without locks and lists.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let names = entries.filter(|entry| entry.file_type().unwrap().is_file()).map(|entry| entry.file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with('.') && name != "meta.json");
    names.sort();
    names
}

/// Builds an index of one other article beside, committed.
fn beside(folder: &Path, settings: &Settings) -> Anew {
    let mut anew = Anew::begin(folder, settings).unwrap();
    anew.index().put(&[article("n", "Newest of all", "Text")]).unwrap();
    anew.index().commit(9).unwrap();
    anew
}

#[test]
fn r58_a_new_index_takes_the_place_of_the_old_one_while_readers_go_on() {
    let folder = filled(&news());
    let reader = Reader::open(folder.path(), &settings()).unwrap();
    let old = Index::open(folder.path(), &settings()).unwrap().index;
    let before = names(folder.path());
    let anew = beside(folder.path(), &settings());
    assert!(is_being_built(folder.path()));
    reader.reload().unwrap();
    assert_eq!(reader.len(), 3, "the old one answers while the new one grows");
    assert_eq!(ids(&folder, "acme"), ["a", "c"]);

    let mut index = anew.take_place(Some(old)).unwrap();
    reader.reload().unwrap();
    assert_eq!((reader.len(), reader.last_seq().unwrap()), (1, 9), "a reader of before sees the new one");
    assert_eq!(ids(&folder, "newest"), ["n"]);
    assert!(!is_being_built(folder.path()) && !folder.path().join("anew").exists());
    assert!(names(folder.path()).iter().all(|name| !before.contains(name)), "the old files are gone");
    index.put(&news()).unwrap();
    index.commit(10).unwrap();
    drop(index);
    reader.reload().unwrap();
    assert_eq!(reader.len(), 4);
    assert_eq!(Index::open(folder.path(), &settings()).unwrap().state, State::Ready { last_seq: 10 });
}

#[test]
fn r58_a_crash_in_the_middle_leaves_the_old_or_the_new_one_whole() {
    for step in 0..5 {
        let folder = filled(&news());
        let standing = folder.path();
        drop(beside(standing, &settings()));
        let anew = standing.join("anew");
        let new = names(&anew);
        // The steps by which the new one takes its place, broken off after so many.
        if step > 0 {
            let mut known = names(standing);
            known.extend(new.iter().cloned());
            known.push("meta.json".to_owned());
            fs::write(standing.join(".managed.json"), serde_json::to_string(&known).unwrap()).unwrap();
        }
        let moved = match step {
            0 | 1 => 0,
            2 => new.len() / 2,
            _ => new.len(),
        };
        for name in &new[..moved] {
            fs::rename(anew.join(name), standing.join(name)).unwrap();
        }
        if step == 4 {
            fs::copy(anew.join("meta.json"), standing.join("meta.json")).unwrap();
        }
        let expected = if step == 4 { 1 } else { 3 };
        assert_eq!(Reader::open(standing, &settings()).unwrap().len(), expected, "step {step}: readers");

        let Opened { mut index, state } = Index::open(standing, &settings()).unwrap();
        let seq = if step == 4 { 9 } else { 1 };
        assert_eq!((state, index.len()), (State::Ready { last_seq: seq }, expected), "step {step}");
        assert!(!anew.exists(), "step {step}: what was left is taken away");
        index.put(&[article("z", "Later", "Text")]).unwrap();
        index.commit(20).unwrap();
        drop(index);
        let (left, strays) = if step == 4 { (&new, &Vec::new()) } else { (&Vec::new(), &new) };
        let lying = names(standing);
        assert!(strays.iter().all(|name| !lying.contains(name)), "step {step}: {lying:?}");
        assert!(left.iter().all(|name| lying.contains(name)), "step {step}: {lying:?}");
    }
}

#[test]
fn r58_a_damaged_index_is_replaced_by_one_that_was_built_beside() {
    for damage in ["", "{", "{\"segments\":[]}"] {
        let folder = filled(&news());
        fs::write(folder.path().join("meta.json"), damage).unwrap();
        fs::write(folder.path().join(".managed.json"), "garbage").unwrap();
        assert!(matches!(Index::look(folder.path(), &settings()).unwrap(), Standing::Unfit(_)));
        assert_eq!(fs::read_to_string(folder.path().join("meta.json")).unwrap(), damage, "looking changes nothing");
        let index = beside(folder.path(), &settings()).take_place(None).unwrap();
        assert_eq!(index.len(), 1);
        assert_eq!(ids(&folder, "newest"), ["n"]);
    }
    let nowhere = tempfile::tempdir().unwrap();
    let folder = nowhere.path().join("deep/articles");
    assert!(matches!(Index::look(&folder, &settings()).unwrap(), Standing::Missing));
    assert_eq!(beside(&folder, &settings()).take_place(None).unwrap().len(), 1);
}

#[test]
fn r58_a_bit_flipped_anywhere_in_a_file_is_found() {
    let count = names(filled(&news()).path()).len();
    for number in 0..count {
        for part in 1..4 {
            let folder = filled(&news());
            let file = folder.path().join(&names(folder.path())[number]);
            let mut bytes = fs::read(&file).unwrap();
            let place = (bytes.len() - 1) * part / 3;
            bytes[place] ^= 0x10;
            fs::write(&file, bytes).unwrap();
            assert!(
                matches!(Index::look(folder.path(), &settings()).unwrap(), Standing::Unfit(_)),
                "{} at {place}",
                file.display()
            );
        }
    }
}

#[test]
fn r58_an_index_with_other_weights_answers_until_the_new_one_stands() {
    let folder = filled(&news());
    let other = Settings { title_weight: 5, ..settings() };
    let reader = Reader::open(folder.path(), &other).unwrap();
    assert_eq!(reader.len(), 3);
    assert!(matches!(Index::look(folder.path(), &other).unwrap(), Standing::Unfit(_)));
    let index = beside(folder.path(), &other).take_place(None).unwrap();
    assert_eq!(index.len(), 1);
    reader.reload().unwrap();
    assert_eq!(reader.len(), 1);
    drop(index);
    assert!(matches!(Index::look(folder.path(), &other).unwrap(), Standing::Ready { last_seq: 9, .. }));
}

#[test]
fn what_is_being_built_is_nobodys_leftover() {
    let folder = filled(&news());
    let anew = beside(folder.path(), &settings());
    clear_leftovers(folder.path());
    assert!(is_being_built(folder.path()));
    assert!(matches!(Anew::begin(folder.path(), &settings()), Err(SearchError::Busy { .. })), "one at a time");
    drop(anew);
    clear_leftovers(folder.path());
    assert!(!is_being_built(folder.path()));
}

#[test]
fn two_hundred_small_commits_leave_few_segments_and_every_article() {
    let folder = filled(&[]);
    let mut index = Index::open(folder.path(), &settings()).unwrap().index;
    for number in 0..200 {
        index.put(&[article(&number.to_string(), "Small news", &format!("number{number} of many"))]).unwrap();
        index.commit(number).unwrap();
    }
    assert_eq!(index.len(), 200);
    drop(index);
    let engine = tantivy::Index::open_in_dir(folder.path()).unwrap();
    let segments = engine.searchable_segments().unwrap().len();
    assert!(segments < 16, "{segments} segments");
    assert_eq!(ask(folder.path(), "many", |_| {}).total, 200);
    for number in [0, 99, 199] {
        assert_eq!(ids(&folder, &format!("number{number}")), [number.to_string()]);
    }
}

#[test]
fn what_is_removed_is_not_found_and_may_come_back() {
    let folder = filled(&news());
    let mut index = Index::open(folder.path(), &settings()).unwrap().index;
    index.remove("a").unwrap();
    index.remove("nobody").unwrap();
    assert_eq!(ids(&folder, "acme"), ["a", "c"], "nothing is seen before the commit");
    index.commit(2).unwrap();
    assert_eq!((ids(&folder, "acme"), index.len()), (vec!["c".to_owned()], 2));
    index.remove("b").unwrap();
    index.put(&news()[..2]).unwrap();
    index.commit(3).unwrap();
    assert_eq!((ids(&folder, "robot"), index.len()), (vec!["a".to_owned(), "b".to_owned(), "c".to_owned()], 3));
}

/// Text that cannot be made much smaller.
fn noise(seed: usize) -> String {
    let words = (0..400).map(|word| format!("w{}", blake3::hash(format!("{seed} {word}").as_bytes()).to_hex()));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_oldest_articles_leave_an_index_that_outgrows_its_budget() {
    let folder = tempfile::tempdir().unwrap();
    let small = Settings { disk_mb: 1, ..settings() };
    let dated = |number: usize| {
        let published = at("2026-01-01T00:00:00Z") + chrono::TimeDelta::days(i64::try_from(number).unwrap());
        Document { published: Some(published), ..article(&number.to_string(), "Dated", &noise(number)) }
    };
    let mut index = Index::create(folder.path(), &small).unwrap();
    // Not in the order of their dates.
    for number in (0..60).rev() {
        index.put(&[dated(number)]).unwrap();
        index.commit(i64::try_from(number).unwrap()).unwrap();
    }
    let horizon = index.horizon().expect("it has reached its budget");
    let kept = index.len();
    assert!(kept > 5 && kept < 60, "{kept}");
    index.put(&[dated(0)]).unwrap();
    index.commit(99).unwrap();
    assert_eq!(index.len(), kept, "what is older than its horizon is not taken in");
    drop(index);
    let reader = Reader::open(folder.path(), &small).unwrap();
    assert_eq!(reader.horizon().unwrap(), Some(horizon));
    assert!(reader.bytes().unwrap() <= 1_000_000, "{}", reader.bytes().unwrap());
    let mut kept: Vec<usize> = ask(folder.path(), "dated", |request| request.limit = 100)
        .results
        .into_iter()
        .map(|found| found.id.parse().unwrap())
        .collect();
    kept.sort_unstable();
    let last = (60 - kept.len()..60).collect::<Vec<_>>();
    assert_eq!(kept, last, "the newest are there, without a gap");
    let Opened { index, state } = Index::open(folder.path(), &small).unwrap();
    assert_eq!((state, index.horizon()), (State::Ready { last_seq: 99 }, Some(horizon)));
    let anew = Anew::begin(folder.path(), &Settings { disk_mb: 0, ..settings() }).unwrap();
    let all = anew.take_place(Some(index)).unwrap();
    assert_eq!(all.horizon(), None, "one that is built anew begins without");
}
