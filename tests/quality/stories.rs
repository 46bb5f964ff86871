//! Which reports tell of one happening, and which are copies.

use std::collections::HashMap;

use crate::figure::{Figures, Tally, share};
use crate::program::{answers, lines, text};

#[test]
fn reports_of_one_happening_are_joined() {
    let answers = answers(&["inspect", "stories"], "stories.ndjson");
    let story = |id: &str| text(&answers[id], "story").to_owned();
    let original = |id: &str| text(&answers[id], "duplicate_of").to_owned();
    // A copy of a copy is a copy of the first.
    let root = |id: &str| {
        let mut at = id.to_owned();
        while !original(&at).is_empty() {
            at = original(&at);
        }
        at
    };
    let pairs = lines("pairs.ndjson");
    let (mut joined, mut copied, mut wrong) = (Tally::default(), Tally::default(), Vec::new());
    let mut kept_apart = HashMap::from([("follow_up", (0, 0)), ("different", (0, 0))]);
    for pair in &pairs {
        let (a, b, label) = (text(pair, "a"), text(pair, "b"), text(pair, "label"));
        let one = matches!(label, "duplicate" | "same_story");
        let found = story(a) == story(b);
        count(&mut joined, one, found);
        count(&mut copied, label == "duplicate", root(a) == root(b));
        if let Some((right, all)) = kept_apart.get_mut(label) {
            *all += 1;
            *right += usize::from(!found);
        }
        if one != found {
            wrong.push(format!("{a} {b}: {label}, but {}", if found { "joined" } else { "apart" }));
        }
        if (label == "duplicate") != (root(a) == root(b)) {
            wrong.push(format!("{a} {b}: {label}, copy told: {}", root(a) == root(b)));
        }
    }
    let mut figures = Figures::of("stories");
    figures.at_least("one story: F1", joined.f1(), pairs.len(), 0.85);
    figures.at_least("one story: precision", joined.precision(), joined.found, 0.78);
    figures.at_least("one story: recall", joined.recall(), joined.wanted, 0.90);
    figures.at_least("copies: F1", copied.f1(), pairs.len(), 0.90);
    let (right, all) = kept_apart["different"];
    figures.at_least("different happenings kept apart", share(right, all), all, 0.85);
    figures.end(&wrong);
}

fn count(tally: &mut Tally, wanted: bool, found: bool) {
    tally.wanted += usize::from(wanted);
    tally.found += usize::from(found);
    tally.right += usize::from(wanted && found);
}
