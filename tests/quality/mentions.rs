//! Which account is named in which text, and whether the text is about it.

use std::collections::BTreeSet;

use crate::figure::{Figures, Tally, share};
use crate::program::{answers, fixture, lines, list, text, texts};

#[test]
fn names_are_found_and_namesakes_are_not() {
    let watchlist = fixture("watchlist.ndjson");
    let answers = answers(&["inspect", "text", "--watchlist", watchlist.to_str().unwrap()], "mentions.ndjson");
    let labels = lines("mentions.ndjson");
    let (mut tally, mut wrong) = (Tally::default(), Vec::new());
    let (mut salient, mut judged) = (0, 0);
    for label in &labels {
        let answer = &answers[text(label, "id")];
        let accepted: Vec<_> = list(answer, "mentions").iter().filter(|mention| mention["accepted"] == true).collect();
        let found: BTreeSet<&str> = accepted.iter().map(|mention| text(mention, "entity")).collect();
        let about: BTreeSet<&str> = texts(label, "about").into_iter().collect();
        let wanted: BTreeSet<&str> = texts(label, "passing").into_iter().chain(about.iter().copied()).collect();
        let right = found.intersection(&wanted).count();
        tally =
            Tally { right: tally.right + right, found: tally.found + found.len(), wanted: tally.wanted + wanted.len() };
        if found != wanted {
            wrong.push(format!("{} {:?}: found {found:?}, wanted {wanted:?}", text(label, "id"), text(label, "title")));
        }
        for entity in found.intersection(&wanted) {
            judged += 1;
            let told =
                accepted.iter().any(|mention| text(mention, "entity") == *entity && mention["salience"] == "about");
            if told == about.contains(entity) {
                salient += 1;
            } else {
                wrong.push(format!("{} {entity}: about is told {told}", text(label, "id")));
            }
        }
    }
    let mut figures = Figures::of("mentions");
    figures.at_least("names: F1", tally.f1(), labels.len(), 0.87);
    figures.at_least("names: precision", tally.precision(), tally.found, 0.80);
    figures.at_least("names: recall", tally.recall(), tally.wanted, 0.93);
    figures.at_least("about or in passing: accuracy", share(salient, judged), judged, 0.72);
    figures.end(&wrong);
}
