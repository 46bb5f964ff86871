//! Stems that were found before. Texts say the same words over and over, and looking one up is far cheaper than stemming.

use std::collections::HashMap;
use std::sync::Arc;

use super::analysis::{Shape, Stemming, Text, Token};

/// Words kept at most of one language: some ten megabytes. Then it begins anew.
const MOST: usize = 60_000;

/// Languages kept at most.
const LANGUAGES: usize = 6;

/// Stems by language.
#[derive(Debug, Default)]
pub(super) struct Stems {
    /// Few, the last one asked for first.
    languages: Vec<OfLanguage>,
}

/// Stems of one language by word.
#[derive(Debug)]
pub(super) struct OfLanguage {
    stemming: Stemming,
    known: HashMap<Box<str>, Arc<str>>,
}

impl Stems {
    /// Those of a language.
    pub(super) fn of_language(&mut self, stemming: Stemming) -> &mut OfLanguage {
        let place = self.languages.iter().position(|language| language.stemming == stemming);
        let place = place.unwrap_or_else(|| {
            // Texts come in a few languages; of any more only the last ones are kept.
            self.languages.truncate(LANGUAGES - 1);
            self.languages.push(OfLanguage { stemming, known: HashMap::new() });
            self.languages.len() - 1
        });
        self.languages[..=place].rotate_right(1);
        &mut self.languages[0]
    }
}

impl OfLanguage {
    /// The stem of a word of a text, as [`Text::stems`] gives it.
    pub(super) fn of(&mut self, text: &Text<'_>, token: &Token<'_>) -> Arc<str> {
        if self.stemming == Stemming::NONE || token.shape != Shape::Word {
            return format!(":{}", token.text).into();
        }
        let word = text.lower(token);
        if let Some(stem) = self.known.get(&*word) {
            return Arc::clone(stem);
        }
        let stem: Arc<str> = text.stems(std::slice::from_ref(token), self.stemming).concat().into();
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(word.into(), Arc::clone(&stem));
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_what_would_be_found() {
        let mut stems = Stems::default();
        for _ in 0..2 {
            for (text, language) in [("Häuser announced", "de"), ("announced 新工場", "en"), ("announced", "xx")] {
                let text = Text::of(text);
                let (tokens, stemming) = (text.tokens(), Stemming::of(language));
                let known = stems.of_language(stemming);
                let found: Vec<String> = tokens.iter().map(|token| known.of(&text, token).to_string()).collect();
                assert_eq!(found, text.stems(&tokens, stemming));
            }
        }
        assert_eq!(stems.of_language(Stemming::of("de")).known.len(), 2);
        assert_eq!(stems.of_language(Stemming::of("en")).known.len(), 1);
    }

    #[test]
    fn it_never_grows_without_end() {
        let mut stems = Stems::default();
        for number in 0..MOST + 10 {
            let word = format!("w{number}");
            let text = Text::of(&word);
            stems.of_language(Stemming::of("en")).of(&text, &text.tokens()[0]);
        }
        assert_eq!(stems.languages[0].known.len(), 10);
        Stemming::all().for_each(|stemming| assert_eq!(stems.of_language(stemming).stemming, stemming));
        assert_eq!(stems.languages.len(), LANGUAGES);
    }
}
