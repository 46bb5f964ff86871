//! Ranked retrieval over the texts of the other fixtures.

use std::collections::HashSet;

use crate::figure::Figures;
use crate::program::{fixture, lines, run, text, texts};

/// Results that a person looks at.
const LOOKED_AT: usize = 10;

#[test]
fn what_is_sought_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let articles: String = ["stories.ndjson", "events.ndjson", "mentions.ndjson"]
        .iter()
        .map(|name| std::fs::read_to_string(fixture(name)).unwrap())
        .collect();
    let (file, data) = (folder.path().join("articles.ndjson"), folder.path().join("data"));
    std::fs::write(&file, articles).unwrap();
    let data = data.to_str().unwrap();
    run(&["import", file.to_str().unwrap(), "--data-dir", data, "--json"], b"");
    let (mut precision, mut gain, mut first, mut wrong) = (0.0, 0.0, 0.0, Vec::new());
    let queries = lines("queries.ndjson");
    for query in &queries {
        let words: Vec<&str> = text(query, "query").split(' ').collect();
        let mut arguments = vec!["search", "--data-dir", data, "--json", "--limit", "100", "--any"];
        arguments.extend(&words);
        let results = run(&arguments, b"");
        let relevant: HashSet<&str> = texts(query, "relevant").into_iter().collect();
        let right: Vec<bool> = results.iter().map(|result| relevant.contains(text(result, "id"))).collect();
        precision += average_precision(&right, relevant.len());
        gain += discounted_gain(&right, relevant.len());
        first += f64::from(u8::from(right.first() == Some(&true)));
        if right.first() != Some(&true) {
            wrong.push(format!(
                "{:?}: first is {}",
                words.join(" "),
                results.first().map_or("nothing", |one| text(one, "id"))
            ));
        }
    }
    let of = queries.len();
    let mut figures = Figures::of("search");
    figures.at_least("MAP", precision / of as f64, of, 0.88);
    figures.at_least("nDCG@10", gain / of as f64, of, 0.92);
    figures.at_least("first result right", first / of as f64, of, 0.91);
    figures.end(&wrong);
}

/// The mean of the precision at each relevant result (Manning, Raghavan, Schütze: Introduction to Information Retrieval,
/// section 8.4).
fn average_precision(right: &[bool], relevant: usize) -> f64 {
    let (mut found, mut sum) = (0, 0.0);
    for (place, _) in right.iter().enumerate().filter(|(_, right)| **right) {
        found += 1;
        sum += f64::from(found) / (place + 1) as f64;
    }
    sum / relevant as f64
}

/// Gain discounted by the logarithm of the rank, against the best order (Järvelin, Kekäläinen 2002).
fn discounted_gain(right: &[bool], relevant: usize) -> f64 {
    let discount = |place: usize| 1.0 / ((place + 2) as f64).log2();
    let gain: f64 =
        right.iter().take(LOOKED_AT).enumerate().filter(|(_, right)| **right).map(|(at, _)| discount(at)).sum();
    let best: f64 = (0..relevant.min(LOOKED_AT)).map(discount).sum();
    gain / best
}
