//! Text and metadata of web pages of many makes.

use std::collections::BTreeSet;

use crate::figure::{Figures, Tally, share};
use crate::program::{by, fixture, lines, run, text, texts};

#[test]
fn pages_give_their_text_and_dates() {
    let labels = lines("pages.ndjson");
    let path = |name: &str| fixture("pages").join(name).to_str().unwrap().to_owned();
    let files: Vec<String> = labels.iter().map(|label| path(text(label, "file"))).collect();
    let mut arguments = vec!["inspect", "page"];
    arguments.extend(files.iter().map(String::as_str));
    let answers = by("file", run(&arguments, b""));
    let (mut segments, mut wrong) = (Tally::default(), Vec::new());
    let (mut titles, mut bylines, mut days, mut languages) = (0, 0, 0, 0);
    for label in &labels {
        let name = text(label, "file");
        let answer = &answers[&path(name)];
        let body = squeezed(text(answer, "text"));
        for (segment, wanted) in texts(label, "with")
            .iter()
            .map(|one| (one, true))
            .chain(texts(label, "without").iter().map(|one| (one, false)))
        {
            let found = body.contains(&squeezed(segment));
            segments.wanted += usize::from(wanted);
            segments.found += usize::from(found);
            segments.right += usize::from(wanted && found);
            if wanted != found {
                wrong.push(format!("{name}: {} {segment:?}", if wanted { "lacks" } else { "holds" }));
            }
        }
        let day = text(answer, "published").get(..10).unwrap_or_default();
        let named = |value| texts(value, "byline").into_iter().collect::<BTreeSet<_>>();
        for (field, right, found) in [
            ("title", text(answer, "title") == text(label, "title"), &mut titles),
            ("byline", named(answer) == named(label), &mut bylines),
            ("published", day == text(label, "published"), &mut days),
            ("language", text(answer, "language") == text(label, "language"), &mut languages),
        ] {
            *found += usize::from(right);
            if !right {
                wrong.push(format!("{name}: {field} {}, wanted {}", answer[field], label[field]));
            }
        }
    }
    let of = labels.len();
    let mut figures = Figures::of("pages");
    figures.at_least("text segments: F1", segments.f1(), segments.wanted, 0.94);
    figures.at_least("text segments: precision", segments.precision(), segments.found, 0.90);
    figures.at_least("text segments: recall", segments.recall(), segments.wanted, 0.95);
    figures.at_least("title equal", share(titles, of), of, 0.72);
    figures.at_least("authors equal", share(bylines, of), of, 0.72);
    figures.at_least("same day", share(days, of), of, 0.90);
    figures.at_least("language", share(languages, of), of, 0.90);
    figures.end(&wrong);
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
