//! The engine alone, of the same version: its own splitter and English stemmer, one text field with places, columns for
//! what is filtered and counted, and the whole record stored. One thread writes.

use std::fs::{File, create_dir_all};
use std::io::{BufRead, BufReader};
use std::path::Path;

use ::tidings::search::Document;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::QueryParser;
use tantivy::schema::{
    FAST, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{DocAddress, Index, Order, ReloadPolicy, TantivyDocument};

use super::questions::Question;
use super::{COMMIT, MEMORY_MB, PAGE, articles};

pub(super) fn put(folder: &Path) {
    let place = folder.join("engine");
    create_dir_all(&place).unwrap();
    let indexing = TextFieldIndexing::default().set_tokenizer("en_stem");
    let indexing = indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let language = schema.add_text_field("language", STRING.set_fast("raw"));
    let source = schema.add_text_field("source", STRING.set_fast("raw"));
    let accounts = schema.add_text_field("accounts", STRING.set_fast("raw"));
    let signals = schema.add_text_field("signals", STRING.set_fast("raw"));
    let published = schema.add_u64_field("published", INDEXED | FAST);
    let record = schema.add_text_field("record", STORED);
    let index = Index::create_in_dir(&place, schema.build()).unwrap();
    let mut writer = index.writer_with_num_threads(1, MEMORY_MB as usize * 1_000_000).unwrap();
    let lines = BufReader::new(File::open(articles(folder)).unwrap()).lines();
    for (number, line) in lines.enumerate() {
        let line = line.unwrap();
        let article: Document = serde_json::from_str(&line).unwrap();
        let mut fields = TantivyDocument::new();
        fields.add_text(id, article.id);
        fields.add_text(text, format!("{}\n{}", article.title, article.text));
        fields.add_text(language, article.language.unwrap_or_default());
        fields.add_text(source, article.publisher.unwrap_or_default());
        article.accounts.iter().for_each(|(_, account, _)| fields.add_text(accounts, account.as_str()));
        article.signals.iter().for_each(|signal| fields.add_text(signals, signal));
        fields.add_u64(published, article.published.map_or(0, |at| at.timestamp().try_into().unwrap()));
        fields.add_text(record, line);
        writer.add_document(fields).unwrap();
        if (number + 1) % COMMIT == 0 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
}

/// The first ten with their records and how many there are; counts by four facets and by day where asked for.
pub(super) fn open(folder: &Path) -> impl Fn(&Question) -> usize {
    let index = Index::open_in_dir(folder.join("engine")).unwrap();
    let field = |name: &str| index.schema().get_field(name).unwrap();
    let (text, record) = (field("text"), field("record"));
    let parser = QueryParser::for_index(&index, vec![text]);
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().unwrap();
    let counts: Aggregations = serde_json::from_value(serde_json::json!({
        "accounts": { "terms": { "field": "accounts", "size": 10 } },
        "signals": { "terms": { "field": "signals", "size": 10 } },
        "source": { "terms": { "field": "source", "size": 10 } },
        "language": { "terms": { "field": "language", "size": 10 } },
        "day": { "histogram": { "field": "published", "interval": 86_400.0 } },
    }))
    .unwrap();
    move |question| {
        let query = parser.parse_query(&question.engine()).unwrap();
        let searcher = reader.searcher();
        let best = TopDocs::with_limit(PAGE);
        let (page, total): (Vec<DocAddress>, usize) = if question.newest {
            let best = best.order_by_u64_field("published", Order::Desc);
            let (page, total) = searcher.search(&query, &(best, Count)).unwrap();
            (page.into_iter().map(|(_, address)| address).collect(), total)
        } else {
            let (page, total) = searcher.search(&query, &(best.order_by_score(), Count)).unwrap();
            (page.into_iter().map(|(_, address)| address).collect(), total)
        };
        for address in page {
            let fields: TantivyDocument = searcher.doc(address).unwrap();
            let line = fields.get_first(record).and_then(|value| value.as_str()).unwrap();
            std::hint::black_box(serde_json::from_str::<Document>(line).unwrap());
        }
        if question.facets {
            let counted =
                AggregationCollector::from_aggs(counts.clone(), tantivy::aggregation::AggContextParams::default());
            std::hint::black_box(searcher.search(&query, &counted).unwrap());
        }
        total
    }
}
