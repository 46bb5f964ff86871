//! How an article lies in the index: the fields and what is written into each.
//!
//! | field | holds |
//! |---|---|
//! | `id`, `digest` | the id; the hash of all that is stored, so that putting the same again is seen |
//! | `words` | exact words of title and text with their places, a gap between the two: phrases, prefixes, exact form; where a word was written with an umlaut, its spelling without one in the same place |
//! | `stems` | stems of title and text without places; those of the title as often as its weight says: BM25 of weighted fields as in Robertson, Zaragoza & Taylor, "Simple BM25 Extension to Multiple Weighted Fields" (2004) |
//! | `title`, `title_stems` | the title alone, for `title:` |
//! | `accounts` | for each account its kind, `kind:=id`, and the words of its name as `kind:word`, with places |
//! | `source` | `=id`, `=host`, the words of the publisher's name, with places |
//! | `signals`, `language`, `published`, `story`, `countries` | as named |
//! | `account`, `kind`, `publisher`, `country`, `source_country` | columns alone, to count by; the first as `kind`, id and name, parted by [`PARTED`] |
//! | `born` | the number under which the article came into this index, kept when it is replaced: the ceiling of pages |
//! | `story_key`, `publisher_key` | numbers that stand for story and publisher, quick to compare |
//! | `record` | the whole document, to show it |

use std::collections::BTreeSet;

use tantivy::schema::{
    DateOptions, FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::Token as EngineToken;
use tantivy::{DateTime, DocAddress, Searcher, TantivyDocument};

use super::analysis::{Stemming, Text, Token};
use super::country::country_of_domain;
use super::given::{Line, SPLITTER, Splitter};
use super::stems::Stems;
use super::{Document, SearchError, Settings};
use crate::model::id::content_hash;
use crate::model::{AccountId, AccountKind, Time};
use crate::text::fold::fold;
use crate::text::language::detect;

/// One more with each change of the fields or of the analysis: an index of another number is built anew.
const VERSION: u32 = 3;

/// Between the parts of a value of the column `account`: no name holds it.
pub(super) const PARTED: char = '\u{1f}';

/// Places between the title and the text, and between two names: no phrase reaches across.
pub(super) const GAP: usize = 100;

/// Names of the columns that paging reads.
pub(super) const BORN: &str = "born";
pub(super) const STORY_KEY: &str = "story_key";
pub(super) const PUBLISHER_KEY: &str = "publisher_key";
pub(super) const PUBLISHED: &str = "published";

/// The fields, by name.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) schema: Schema,
    pub(super) id: Field,
    pub(super) digest: Field,
    pub(super) words: Field,
    pub(super) stems: Field,
    pub(super) title: Field,
    pub(super) title_stems: Field,
    pub(super) accounts: Field,
    pub(super) source: Field,
    pub(super) signals: Field,
    pub(super) language: Field,
    pub(super) published: Field,
    pub(super) story: Field,
    pub(super) publisher: Field,
    pub(super) account: Field,
    pub(super) kind: Field,
    pub(super) country: Field,
    pub(super) source_country: Field,
    pub(super) countries: Field,
    pub(super) born: Field,
    pub(super) story_key: Field,
    pub(super) publisher_key: Field,
    pub(super) record: Field,
}

impl Layout {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let text = |option, norms| {
            let indexing = TextFieldIndexing::default().set_tokenizer(SPLITTER).set_index_option(option);
            TextOptions::default().set_indexing_options(indexing.set_fieldnorms(norms))
        };
        let placed = text(IndexRecordOption::WithFreqsAndPositions, true);
        let counted = text(IndexRecordOption::WithFreqs, true);
        let named = text(IndexRecordOption::WithFreqsAndPositions, false);
        let raw = TextOptions::default().set_fast("raw");
        Self {
            id: schema.add_text_field("id", STRING),
            digest: schema.add_text_field("digest", STRING),
            words: schema.add_text_field("words", placed.clone()),
            stems: schema.add_text_field("stems", counted.clone()),
            title: schema.add_text_field("title", placed),
            title_stems: schema.add_text_field("title_stems", counted),
            accounts: schema.add_text_field("accounts", named.clone()),
            source: schema.add_text_field("source", named),
            signals: schema.add_text_field("signals", STRING.set_fast("raw")),
            language: schema.add_text_field("language", STRING.set_fast("raw")),
            published: schema.add_date_field(PUBLISHED, DateOptions::from(INDEXED | FAST)),
            story: schema.add_text_field("story", raw.clone()),
            publisher: schema.add_text_field("publisher", raw.clone()),
            account: schema.add_text_field("account", raw.clone()),
            kind: schema.add_text_field("kind", raw.clone()),
            country: schema.add_text_field("country", raw.clone()),
            source_country: schema.add_text_field("source_country", raw),
            countries: schema.add_text_field("countries", STRING),
            born: schema.add_u64_field(BORN, FAST),
            story_key: schema.add_u64_field(STORY_KEY, FAST | INDEXED),
            publisher_key: schema.add_u64_field(PUBLISHER_KEY, FAST),
            record: schema.add_text_field("record", STORED),
            schema: schema.build(),
        }
    }

    /// What an index is told by that was written by this code with these settings.
    pub(super) fn make(settings: &Settings) -> String {
        format!("{VERSION} title_weight={} default_language={}", settings.title_weight, settings.default_language)
    }

    /// Makes an index know how the words of this layout are split. To be done before anything is written.
    pub(super) fn prepare(engine: &tantivy::Index) {
        engine.tokenizers().register(SPLITTER, Splitter::default());
    }

    /// The document as the engine takes it; `given` is [`as_given`] of it and `born` its number in this index.
    pub(super) fn write(
        &self,
        document: &Document,
        given: String,
        born: u64,
        settings: &Settings,
        known: &mut Stems,
    ) -> Result<TantivyDocument, SearchError> {
        let language = language(document);
        let stemming = Stemming::of(language.as_deref().unwrap_or(&settings.default_language));
        let title = Text::of(&document.title);
        let text = Text::of(&document.text);
        let (title_tokens, text_tokens) = (title.tokens(), text.tokens());
        let known = known.of_language(stemming);
        let mut title_stems = Line::with_capacity(2 * document.title.len());
        for token in &title_tokens {
            title_stems.follow(&known.of(&title, token));
        }
        let title_stems = title_stems.into_text();
        let mut stems = Line::with_capacity(2 * document.text.len());
        for token in &text_tokens {
            stems.follow(&known.of(&text, token));
        }
        let mut stems = stems.into_text();
        for _ in 0..settings.title_weight.clamp(1, 10) {
            stems.push_str(&title_stems);
        }
        let mut words = Line::with_capacity(2 * document.text.len());
        place(&mut words, &title, &title_tokens, 0);
        let mut title_words = Line::default();
        place(&mut title_words, &title, &title_tokens, 0);
        place(&mut words, &text, &text_tokens, title_tokens.len() + GAP);

        let mut fields = TantivyDocument::new();
        fields.add_text(self.id, &document.id);
        fields.add_text(self.words, words.into_text());
        fields.add_text(self.stems, stems);
        fields.add_text(self.title, title_words.into_text());
        fields.add_text(self.title_stems, title_stems);
        fields.add_text(self.accounts, line(&account_words(document)));
        fields.add_text(self.source, line(&source_words(document)));
        for signal in distinct(document.signals.iter().cloned()) {
            fields.add_text(self.signals, signal);
        }
        if let Some(language) = &language {
            fields.add_text(self.language, language);
        }
        if let Some(published) = document.published {
            fields.add_date(self.published, engine_time(published));
        }
        if let Some(story) = &document.story {
            fields.add_text(self.story, story);
            fields.add_u64(self.story_key, number_of(story));
        }
        self.columns(document, &mut fields);
        fields.add_u64(self.born, born);
        fields.add_text(self.digest, digest(&given));
        let record = if language == document.language {
            given
        } else {
            serde_json::to_string(&Document { language, ..document.clone() })?
        };
        fields.add_text(self.record, record);
        Ok(fields)
    }

    /// What articles are counted by. A value stands once in an article, however often it is named.
    fn columns(&self, document: &Document, fields: &mut TantivyDocument) {
        let accounts = &document.accounts;
        let whole = |(kind, id, name): &(AccountKind, AccountId, String)| {
            format!("{}{PARTED}{id}{PARTED}{}", kind.as_str(), name.replace(PARTED, " "))
        };
        for account in distinct(accounts.iter().map(whole)) {
            fields.add_text(self.account, account);
        }
        for kind in distinct(accounts.iter().map(|(kind, ..)| kind.as_str().to_owned())) {
            fields.add_text(self.kind, kind);
        }
        for country in distinct(document.countries.iter().map(|code| code.trim().to_uppercase())) {
            fields.add_text(self.country, country);
        }
        if let Some(country) = source_country(document) {
            fields.add_text(self.source_country, country);
        }
        for country in countries(document) {
            fields.add_text(self.countries, country);
        }
        let domain = domain(document);
        let publisher = document.publisher.as_deref().or(document.source.as_deref()).or(domain.as_deref());
        if let Some(publisher) = publisher {
            fields.add_text(self.publisher, publisher.trim());
            fields.add_u64(self.publisher_key, number_of(&fold(publisher)));
        }
    }

    /// The document that was written there.
    pub(super) fn read(&self, searcher: &Searcher, address: DocAddress) -> Result<Document, SearchError> {
        let fields: TantivyDocument = searcher.doc(address)?;
        let record = fields.get_first(self.record).and_then(|value| value.as_str()).unwrap_or_default();
        Ok(serde_json::from_str(record)?)
    }
}

/// All that is given of a document, in one text.
pub(super) fn as_given(document: &Document) -> Result<String, SearchError> {
    Ok(serde_json::to_string(document)?)
}

/// Hash of what [`as_given`] gives.
pub(super) fn digest(given: &str) -> String {
    content_hash(&[given])
}

/// The instant as the engine keeps it: nanoseconds of 64 bits, so that years before 1678 and after 2261 are cut to those.
pub(super) fn engine_time(time: Time) -> DateTime {
    const MOST: i64 = i64::MAX / 1_000_000;
    DateTime::from_timestamp_millis(time.timestamp_millis().clamp(-MOST, MOST))
}

/// The registrable domain of its publisher.
fn domain(document: &Document) -> Option<String> {
    let told = document.publisher_domain.clone();
    told.or_else(|| document.url.as_deref().and_then(crate::address::domain))
}

/// The country that its publisher writes from, in capitals: as told, else that of the domain.
fn source_country(document: &Document) -> Option<String> {
    let told = document.publisher_country.as_deref().map(|code| code.trim().to_uppercase());
    told.or_else(|| domain(document).as_deref().and_then(country_of_domain))
}

/// The countries that it has to do with, in small letters: those of the accounts it names and of its publisher.
pub(super) fn countries(document: &Document) -> BTreeSet<String> {
    let named = document.countries.iter().map(|code| code.trim().to_owned());
    distinct(named.chain(source_country(document)).map(|code| code.to_lowercase()))
}

/// Each once, in order.
fn distinct(values: impl Iterator<Item = String>) -> BTreeSet<String> {
    values.filter(|value| !value.is_empty()).collect()
}

/// The main part of the language as given ("de" of "de-CH"), else what the text looks like.
pub(super) fn language(document: &Document) -> Option<String> {
    let given = document.language.as_deref().and_then(|code| code.split(['-', '_']).next());
    let given = given.filter(|code| !code.is_empty()).map(str::to_lowercase);
    given.or_else(|| detect(&format!("{}\n{}", document.title, document.text)))
}

/// A number that stands for a name. Two names share one with a chance of one in 2⁶⁴.
pub(super) fn number_of(name: &str) -> u64 {
    let hash = blake3::hash(name.as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

pub(super) fn account_words(document: &Document) -> Vec<EngineToken> {
    let mut words = Vec::new();
    let mut position = 0;
    for (kind, id, name) in &document.accounts {
        let kind = kind.as_str();
        words.push(engine_token(kind.to_owned(), position));
        words.push(engine_token(format!("{kind}:={}", fold(id.as_str())), position));
        let name = Text::of(name);
        let tokens = name.tokens();
        words.extend(placed(&name, &tokens, position, &format!("{kind}:")));
        position += tokens.len() + GAP;
    }
    words
}

pub(super) fn source_words(document: &Document) -> Vec<EngineToken> {
    let mut words = Vec::new();
    if let Some(source) = &document.source {
        words.push(engine_token(format!("={}", fold(source)), 0));
    }
    let host = document.url.as_deref().and_then(|url| url::Url::parse(url).ok());
    if let Some(mut domain) = host.as_ref().and_then(url::Url::host_str) {
        // "news.acme.com" is found by "acme.com" too.
        while domain.contains('.') {
            words.push(engine_token(format!("={domain}"), 0));
            domain = domain.split_once('.').map_or("", |(_, rest)| rest);
        }
    }
    if let Some(publisher) = &document.publisher {
        let name = Text::of(publisher);
        words.extend(placed(&name, &name.tokens(), 1, ""));
    }
    words
}

fn placed(text: &Text<'_>, tokens: &[Token<'_>], first: usize, prefix: &str) -> Vec<EngineToken> {
    let mut words = Vec::with_capacity(tokens.len());
    for token in tokens {
        let place = first + token.position;
        words.push(engine_token(format!("{prefix}{}", token.text), place));
        words.extend(text.spelled_out(token).map(|spelled| engine_token(format!("{prefix}{spelled}"), place)));
    }
    words
}

/// The words of a text, each also in its spelling without umlauts, the first at place `first`.
fn place(line: &mut Line, text: &Text<'_>, tokens: &[Token<'_>], first: usize) {
    for token in tokens {
        line.add("", token.text, first + token.position);
        if let Some(spelled) = text.spelled_out(token) {
            line.add("", &spelled, first + token.position);
        }
    }
}

fn line(words: &[EngineToken]) -> String {
    let mut line = Line::default();
    for word in words {
        line.add("", &word.text, word.position);
    }
    line.into_text()
}

fn engine_token(text: String, position: usize) -> EngineToken {
    EngineToken { text, position, ..EngineToken::default() }
}
