//! What happened, to whom, in which part, and how certain it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::figure::{Figures, Tally, share};
use crate::program::{answers, lines, list, text};

#[test]
fn events_are_told_apart() {
    let answers = answers(&["inspect", "text", "--all-events"], "events.ndjson");
    let labels = lines("events.ndjson");
    let (mut tally, mut by_type, mut wrong) = (Tally::default(), BTreeMap::<&str, Tally>::new(), Vec::new());
    let (mut typed, mut subjects, mut roles, mut statuses) = (0, 0, 0, 0);
    let (mut eventless, mut alarmed, mut english) = (0, 0, 0);
    for label in &labels {
        let (wanted, found) = (list(label, "events"), list(&answers[text(label, "id")], "signals"));
        let types = |events: &'_ [Value]| -> BTreeSet<String> {
            events.iter().map(|event| text(event, "type").to_owned()).collect()
        };
        let (wanted_types, found_types) = (types(wanted), types(found));
        tally.right += wanted_types.intersection(&found_types).count();
        tally.found += found_types.len();
        tally.wanted += wanted_types.len();
        for event in wanted {
            let one = by_type.entry(text(event, "type")).or_default();
            one.wanted += 1;
            one.right += usize::from(found_types.contains(text(event, "type")));
        }
        if wanted_types != found_types {
            let title = text(label, "title");
            wrong.push(format!("{} {title:?}: found {found_types:?}, wanted {wanted_types:?}", text(label, "id")));
        }
        let language = &answers[text(label, "id")]["language"];
        if language == "en" {
            english += 1;
        } else {
            wrong.push(format!("{} is English, told {language}", text(label, "id")));
        }
        if wanted.is_empty() {
            eventless += 1;
            alarmed += usize::from(!found.is_empty());
        }
        for event in wanted {
            let Some(best) = best(event, found) else { continue };
            typed += 1;
            subjects += usize::from(same_name(text(best, "subject"), text(event, "subject")));
            roles += usize::from(best["role"] == event["role"]);
            statuses += usize::from(best["status"] == event["status"]);
            for field in ["role", "status"] {
                if best[field] != event[field] {
                    let id = text(label, "id");
                    wrong.push(format!("{id} {}: {field} {}, wanted {}", event["type"], best[field], event[field]));
                }
            }
            if !same_name(text(best, "subject"), text(event, "subject")) {
                let id = text(label, "id");
                wrong.push(format!("{id} {}: subject {}, wanted {}", event["type"], best["subject"], event["subject"]));
            }
        }
    }
    assert_eq!(by_type.len(), 28, "every type is among the labels");
    let seen = by_type.values().filter(|one| one.right > 0).count();
    let mut figures = Figures::of("events");
    figures.at_least("events: micro F1", tally.f1(), tally.wanted, 0.87);
    figures.at_least("events: micro precision", tally.precision(), tally.found, 0.90);
    figures.at_least("events: micro recall", tally.recall(), tally.wanted, 0.82);
    figures.at_least("types found at least once", share(seen, 28), 28, 0.96);
    figures.at_least("subject right, type being right", share(subjects, typed), typed, 0.94);
    figures.at_least("role right, type being right", share(roles, typed), typed, 0.95);
    figures.at_least("status right, type being right", share(statuses, typed), typed, 0.80);
    figures.at_least("English told as such", share(english, labels.len()), labels.len(), 0.90);
    figures.at_most("false alarms on texts without event", share(alarmed, eventless), eventless, 0.05);
    figures.end(&wrong);
}

/// The found event of the wanted type: of several the one about the wanted subject, else the first.
fn best<'a>(wanted: &Value, found: &'a [Value]) -> Option<&'a Value> {
    let of_type = || found.iter().filter(|event| event["type"] == wanted["type"]);
    of_type().find(|event| same_name(text(event, "subject"), text(wanted, "subject"))).or_else(|| of_type().next())
}

/// At least half of all words of both names are in both.
fn same_name(one: &str, other: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        let name = name.to_lowercase();
        name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 1).map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    2 * one.intersection(&other).count() >= one.union(&other).count() && !one.is_empty()
}
