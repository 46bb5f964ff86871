//! "More like this": articles that share the telling words of one.
//!
//! A word tells much where it is frequent in the article and rare in the index: tf · idf (Spärck Jones, "A Statistical
//! Interpretation of Term Specificity and Its Application in Retrieval", 1972), as Lucene's MoreLikeThis chooses words.
//! Words are stems of the article's language, so that it is compared with articles of its own language and with names.

use std::collections::HashMap;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query as EngineQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::analysis::{Shape, Stemming, Text};
use super::compile::{compile, of_stories};
use super::excerpt::Marker;
use super::layout::number_of;
use super::order::{Order, Wanted as Page};
use super::query::{Clause, Query, Wanted};
use super::reader::{Found, MOST, Reader, SearchRequest, joined, newest};
use super::{Document, SearchError, Sort};

/// Words that an article is told by, at most.
const WORDS: usize = 25;

/// How many of them another article must share: one in this many.
const SHARED: usize = 4;

/// How often a word of the headline counts.
const TITLE: u32 = 3;

/// A word that tells an article.
struct Telling {
    term: Term,
    /// As it is written there.
    written: String,
    weight: f32,
}

impl Reader {
    /// Articles like that of this id, best first, among those that answer `query` if one is given; never itself, and not
    /// the other reports of its story unless `own_story`. Nothing where there is no such article.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn similar(
        &self,
        id: &str,
        own_story: bool,
        query: Option<&Query>,
        request: &SearchRequest,
    ) -> Result<Option<Found>, SearchError> {
        let searcher = self.engine.searcher();
        let Some(document) = self.document(&searcher, id)? else { return Ok(None) };
        let telling = self.telling(&searcher, &document)?;
        let words: Vec<Box<dyn EngineQuery>> = telling.iter().map(Telling::query).collect();
        if words.is_empty() {
            return Ok(Some(Found::default()));
        }
        let least = words.len().div_ceil(SHARED);
        let alike = BooleanQuery::union_with_minimum_required_clauses(words, least);
        let itself = TermQuery::new(Term::from_field_text(self.layout.id, id), IndexRecordOption::Basic);
        let mut parts: Vec<(Occur, Box<dyn EngineQuery>)> =
            vec![(Occur::Must, Box::new(alike)), (Occur::MustNot, Box::new(itself))];
        if let Some(query) = query {
            let compiled = compile(query, request.any, request.now, &searcher, &self.layout, &self.settings)?;
            parts.push((Occur::Must, Box::new(ConstScoreQuery::new(compiled.query, 0.0))));
        }
        if let Some(story) = document.story.as_deref().filter(|_| !own_story) {
            let story = Term::from_field_u64(self.layout.story_key, number_of(story));
            parts.push((Occur::MustNot, Box::new(TermQuery::new(story, IndexRecordOption::Basic))));
        }
        let alike = BooleanQuery::new(parts);
        let ceiling = newest(&searcher)?;
        let wanted = Page {
            order: Order { sort: Sort::Relevance, now: request.now.timestamp(), half_life: 1.0 },
            ceiling,
            after: None,
            collapse: request.collapse,
            count: request.offset.saturating_add(request.limit).clamp(1, MOST),
        };
        let found = searcher.search(&alike, &wanted)?;
        let page = found.ranked.get(request.offset..).unwrap_or_default();
        let page = joined(&searcher, page, |stories| of_stories(&alike, stories, &self.layout), ceiling)?;
        let shared = telling.into_iter().map(|word| Clause::Text(Wanted::Word(word.written))).collect();
        let marker = Marker::of(&Clause::Any(shared), false);
        let results = self.shown(&searcher, &page, &marker, request.fragments)?;
        Ok(Some(Found { total: found.total, results, next: None }))
    }

    /// The article of this id.
    fn document(&self, searcher: &Searcher, id: &str) -> Result<Option<Document>, SearchError> {
        let id = TermQuery::new(Term::from_field_text(self.layout.id, id), IndexRecordOption::Basic);
        let found = searcher.search(&id, &TopDocs::with_limit(1).order_by_score())?;
        found.first().map(|(_, address)| self.layout.read(searcher, *address)).transpose()
    }

    /// The most telling words of an article.
    fn telling(&self, searcher: &Searcher, document: &Document) -> Result<Vec<Telling>, SearchError> {
        let stemming = Stemming::of(document.language.as_deref().unwrap_or(&self.settings.default_language));
        let mut counts: HashMap<String, (String, u32)> = HashMap::new();
        for (text, weight) in [(&document.title, TITLE), (&document.text, 1)] {
            let text = Text::of(text);
            let tokens = text.tokens();
            for (token, stem) in tokens.iter().zip(text.stems(&tokens, stemming)) {
                let telling = match token.shape {
                    Shape::Word => token.text.chars().count() > 2 && !text.is_stop_word(token, stemming),
                    Shape::Pair => true,
                    Shape::Last => false,
                };
                if telling {
                    counts.entry(stem).or_insert_with(|| (token.text.to_owned(), 0)).1 += weight;
                }
            }
        }
        let articles = searcher.num_docs() as f32;
        let mut telling = Vec::with_capacity(counts.len());
        for (stem, (written, count)) in counts {
            let term = Term::from_field_text(self.layout.stems, &stem);
            let holders = searcher.doc_freq(&term)?;
            // A word of this article alone finds nothing else.
            if holders > 1 {
                let rarity = 1.0 + (articles / (holders as f32 + 1.0)).max(1.0).ln();
                telling.push(Telling {
                    term,
                    written,
                    weight: f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * rarity,
                });
            }
        }
        telling
            .sort_by(|left, right| right.weight.total_cmp(&left.weight).then_with(|| left.written.cmp(&right.written)));
        telling.truncate(WORDS);
        let heaviest = telling.first().map_or(1.0, |word| word.weight);
        for word in &mut telling {
            word.weight /= heaviest;
        }
        Ok(telling)
    }
}

impl Telling {
    fn query(&self) -> Box<dyn EngineQuery> {
        let word = TermQuery::new(self.term.clone(), IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(word), self.weight))
    }
}
