//! The program's own library.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use ::tidings::search::{Document, FacetField, Index, Query, Reader, SearchRequest, Settings, Spacing, SurveyRequest};

use super::questions::Question;
use super::{COMMIT, MEMORY_MB, PAGE, articles, made_up};

fn settings() -> Settings {
    Settings { writer_memory_mb: MEMORY_MB, ..Settings::default() }
}

pub(super) fn put(folder: &Path) {
    let mut index = Index::create(&folder.join("tidings"), &settings()).unwrap();
    let mut lines = BufReader::new(File::open(articles(folder)).unwrap()).lines();
    let mut count = 0;
    loop {
        let batch: Vec<Document> =
            lines.by_ref().take(1_000).map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        index.put(&batch).unwrap();
        count += batch.len();
        if count % COMMIT == 0 || batch.is_empty() {
            index.commit(i64::try_from(count).unwrap()).unwrap();
        }
        if batch.is_empty() {
            break;
        }
    }
}

/// The first page with excerpts; with counts where the question asks for any. `joined` is what people get: one result a
/// story and all facets; else each article for itself and the facets that the others count.
pub(super) fn open(folder: &Path, joined: bool) -> impl Fn(&Question) -> usize {
    let reader = Reader::open(&folder.join("tidings"), &settings()).unwrap();
    let request = SearchRequest { limit: PAGE, collapse: joined, ..SearchRequest::at(made_up::day(made_up::NOW)) };
    let wanted = SurveyRequest {
        facets: if joined {
            FacetField::ALL.to_vec()
        } else {
            vec![FacetField::Account, FacetField::Signal, FacetField::Source, FacetField::Language]
        },
        histogram: Some(Spacing::Day),
        ..SurveyRequest::default()
    };
    move |question| {
        let query = Query::parse(&question.ours()).unwrap();
        let found = reader.search(&query, &request).unwrap();
        if question.facets {
            std::hint::black_box(reader.survey(&query, &request, &wanted).unwrap());
        }
        found.total
    }
}
