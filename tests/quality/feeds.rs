//! Fields of feeds of many makes, broken ones among them.

use crate::figure::{Figures, share};
use crate::program::{by, fixture, lines, list, run, text};

#[test]
fn feeds_give_their_entries() {
    let labels = lines("feeds.ndjson");
    let path = |name: &str| fixture("feeds").join(name).to_str().unwrap().to_owned();
    let files: Vec<String> = labels.iter().map(|label| path(text(label, "file"))).collect();
    let mut arguments = vec!["inspect", "feed"];
    arguments.extend(files.iter().map(String::as_str));
    let answers = by("file", run(&arguments, b""));
    let (mut parsed, mut right, mut all, mut wrong) = (0, 0, 0, Vec::new());
    for label in &labels {
        let name = text(label, "file");
        let answer = &answers[&path(name)];
        parsed += usize::from(answer["error"].is_null());
        let mut check = |what: String, found: &serde_json::Value, wanted: &serde_json::Value| {
            all += 1;
            right += usize::from(found == wanted);
            if found != wanted {
                wrong.push(format!("{name}: {what} {found}, wanted {wanted}"));
            }
        };
        check("title".to_owned(), &answer["feed"]["title"], &label["title"]);
        let (found, wanted) = (list(answer, "entries"), list(label, "entries"));
        check("entries".to_owned(), &found.len().into(), &wanted.len().into());
        for (place, wanted) in wanted.iter().enumerate() {
            for field in ["id", "title", "link", "published"] {
                let found = found.get(place).map_or(&serde_json::Value::Null, |entry| &entry[field]);
                check(format!("entry {place} {field}"), found, &wanted[field]);
            }
        }
    }
    let mut figures = Figures::of("feeds");
    figures.at_least("feeds understood", share(parsed, labels.len()), labels.len(), 1.00);
    figures.at_least("fields agreeing", share(right, all), all, 0.97);
    figures.end(&wrong);
}
