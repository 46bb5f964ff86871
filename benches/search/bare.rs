//! The engine alone, as a yardstick for ranking: tantivy's default splitter, small letters, `en_stem`, one field, BM25.
//!
//! It takes the two verbs of the program that ranking is measured with, so that one evaluator asks both:
//! `bare import FILE.ndjson --data-dir DIR` and `bare search --data-dir DIR --json --limit N --any WORDS`.
//! With `--no-stems` words are taken as they are.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{Index, TantivyDocument, Term};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next().unwrap_or_default();
    let (mut folder, mut limit, mut plain, mut stems) = (PathBuf::new(), 10, Vec::new(), true);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--data-dir" => folder = arguments.next().unwrap_or_default().into(),
            "--limit" => limit = arguments.next().unwrap_or_default().parse()?,
            "--no-stems" => stems = false,
            "--json" | "--any" => {}
            _ => plain.push(argument),
        }
    }
    match verb.as_str() {
        "import" => import(&folder, Path::new(&plain.join(" ")), stems),
        "search" => search(&folder, &plain.join(" "), limit),
        _ => Err("usage: bare import FILE --data-dir DIR | bare search --data-dir DIR --limit N WORDS".into()),
    }
}

fn import(folder: &Path, file: &Path, stems: bool) -> Result<(), Box<dyn Error>> {
    let tokenizer = if stems { "en_stem" } else { "default" };
    let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
    let indexing = indexing.set_index_option(IndexRecordOption::WithFreqs);
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = Index::create_in_dir(folder, schema.build())?;
    let mut writer = index.writer_with_num_threads(1, 64_000_000)?;
    for line in BufReader::new(File::open(file)?).lines() {
        let line: serde_json::Value = serde_json::from_str(&line?)?;
        let part = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let mut document = TantivyDocument::new();
        document.add_text(id, part("id"));
        document.add_text(text, format!("{}\n{}", part("title"), part("text")));
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn search(folder: &Path, words: &str, limit: usize) -> Result<(), Box<dyn Error>> {
    let index = Index::open_in_dir(folder)?;
    let (id, text) = (index.schema().get_field("id")?, index.schema().get_field("text")?);
    let mut terms: Vec<Box<dyn Query>> = Vec::new();
    let mut analyzer = index.tokenizer_for_field(text)?;
    let mut stream = analyzer.token_stream(words);
    while let Some(token) = stream.next() {
        terms.push(Box::new(TermQuery::new(Term::from_field_text(text, &token.text), IndexRecordOption::WithFreqs)));
    }
    let searcher = index.reader()?.searcher();
    let mut out = std::io::stdout().lock();
    for (score, address) in
        searcher.search(&BooleanQuery::union(terms), &TopDocs::with_limit(limit).order_by_score())?
    {
        let document: TantivyDocument = searcher.doc(address)?;
        let id = document.get_first(id).and_then(|value| value.as_str()).unwrap_or_default();
        writeln!(out, "{}", serde_json::json!({ "id": id, "score": score }))?;
    }
    Ok(())
}
