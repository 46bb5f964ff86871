//! From text to words that can be looked up.
//!
//! *Exact words* are folded (case, accents, typography): runs of letters and digits; where a script writes no blanks
//! (Han, kana, Thai …), or glues particles to its nouns (Korean), every two neighbouring letters or syllables, as in
//! Lucene's CJKBigramFilter. A word with ä, ö, ü, ø or å also lies under the spelling without them ("Zürich" under
//! "zurich" and "zuerich"), so that either is found; never the other way, for "does" is no "dös". *Stems* come from the Snowball
//! stemmer of the article's own language and carry its code ("de:haus"): so "News" in a German article and "new" in an
//! English one never meet, and a query, whose language nobody knows, is stemmed once for every language in the index.
//! A stemmer is given the word with its accents, which it needs; what it leaves is folded.

use std::borrow::Cow;
use std::sync::LazyLock;

use tantivy::tokenizer::{
    Language, PreTokenizedStream, PreTokenizedString, Stemmer, StopWordFilter, Token as EngineToken, TokenFilter,
    TokenStream, Tokenizer,
};

use unicode_normalization::UnicodeNormalization;

use crate::text::fold::{Folded, fold, is_unspaced};

/// Words longer than this, in bytes, are garbage (encoded data) and left out.
const LONGEST: usize = 120;

/// A text and its folded copy.
pub(super) struct Text<'a> {
    original: &'a str,
    folded: Folded,
    /// Of plain letters only: what is folded is what was written, in small letters.
    plain: bool,
}

/// A word of the folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// The folded word.
    pub(super) text: &'a str,
    /// Its first byte in the folded text.
    pub(super) start: usize,
    /// One past its last byte there.
    pub(super) end: usize,
    /// Its number in the text.
    pub(super) position: usize,
    /// How it came to be a word.
    pub(super) shape: Shape,
}

/// How a token came to be a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A run of letters and digits.
    Word,
    /// Two neighbouring letters of a script without blanks.
    Pair,
    /// The last letter of a run of such letters: it lets a single letter be found as the beginning of a token.
    Last,
}

impl<'a> Text<'a> {
    pub(super) fn of(original: &'a str) -> Self {
        Self { original, folded: Folded::of(original), plain: original.is_ascii() }
    }

    /// All words, as the index holds them.
    pub(super) fn tokens(&self) -> Vec<Token<'_>> {
        tokens(self.folded.as_str())
    }

    /// The bytes of the original that a stretch of the folded text came from.
    pub(super) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        self.folded.original(start, end)
    }

    /// The word in small letters, with its accents.
    pub(super) fn lower<'t>(&'t self, token: &Token<'t>) -> Cow<'t, str> {
        if self.plain {
            return Cow::Borrowed(token.text);
        }
        let (start, end) = self.original(token.start, token.end);
        let written = &self.original[start..end];
        if written.is_ascii() { Cow::Borrowed(token.text) } else { Cow::Owned(written.to_lowercase()) }
    }

    /// The word in the spelling for keyboards without umlauts ("zuerich" for "Zürich", "aarhus" for "Århus"), where it
    /// was written with one.
    pub(super) fn spelled_out(&self, token: &Token<'_>) -> Option<String> {
        if self.plain {
            return None;
        }
        let (start, end) = self.original(token.start, token.end);
        let written = self.original.get(start..end).filter(|written| !written.is_ascii())?;
        let mut spelled = String::with_capacity(written.len() + 2);
        let mut changed = false;
        for letter in written.nfc().flat_map(char::to_lowercase) {
            let pair = UMLAUTS.iter().find(|(umlaut, _)| *umlaut == letter).map(|(_, pair)| *pair);
            changed |= pair.is_some();
            match pair {
                Some(pair) => spelled.push_str(pair),
                None => spelled.push(letter),
            }
        }
        changed.then(|| fold(&spelled)).filter(|spelled| spelled.len() <= LONGEST)
    }

    /// The stems of these words of the text, one for each.
    pub(super) fn stems(&self, tokens: &[Token<'_>], stemming: Stemming) -> Vec<String> {
        let Stemming(Some(language)) = stemming else {
            return tokens.iter().map(|token| format!(":{}", token.text)).collect();
        };
        let words = tokens.iter().map(|token| engine_token(self.lower(token).into_owned())).collect();
        let mut stemmer = Stemmer::new(language).transform(Given(words));
        let mut stream = stemmer.token_stream("");
        let mut stems = Vec::with_capacity(tokens.len());
        for token in tokens {
            stream.advance();
            stems.push(match token.shape {
                Shape::Word => format!("{}:{}", stemming.code(), fold(&stream.token().text)),
                Shape::Pair | Shape::Last => format!(":{}", token.text),
            });
        }
        stems
    }

    /// True where the first word is one of the most common of the language, that says nothing of what a text is about.
    pub(super) fn is_stop_word(&self, token: &Token<'_>, stemming: Stemming) -> bool {
        let filter = STOP_WORDS.iter().find(|(code, _)| *code == stemming.code()).map(|(_, filter)| filter.clone());
        filter.is_some_and(|filter| {
            let word = engine_token(self.lower(token).into_owned());
            !filter.transform(Given(vec![word])).token_stream("").advance()
        })
    }
}

/// What `make` makes of these words of `text` as they were typed, and in the spelling without umlauts where that differs;
/// nothing where it makes nothing of the first.
pub(super) fn spellings<T>(
    text: &Text<'_>,
    tokens: &[Token<'_>],
    mut make: impl FnMut(&[Token<'_>]) -> Option<T>,
) -> Vec<T> {
    let Some(typed) = make(tokens) else { return Vec::new() };
    let spelled: Vec<Option<String>> = tokens.iter().map(|token| text.spelled_out(token)).collect();
    if spelled.iter().all(Option::is_none) {
        return vec![typed];
    }
    let written = tokens.iter().zip(&spelled);
    let written: Vec<Token<'_>> =
        written.map(|(token, other)| Token { text: other.as_deref().unwrap_or(token.text), ..*token }).collect();
    std::iter::once(typed).chain(make(&written)).collect()
}

/// How letters are written where a keyboard has none of them.
const UMLAUTS: &[(char, &str)] = &[('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('ø', "oe"), ('å', "aa")];

/// True for letters of words that are taken apart into pairs. Folding leaves Korean syllables as their letters (jamo).
fn is_paired(letter: char) -> bool {
    letter >= '\u{0e00}' && (is_unspaced(letter) || is_jamo(letter))
}

fn is_jamo(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// True for vowels and finals: they belong to the syllable before them.
fn goes_on(letter: char) -> bool {
    matches!(letter, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}')
}

/// The words of a folded text. The English possessive is no part of the word before it.
fn tokens(folded: &str) -> Vec<Token<'_>> {
    let mut found = Vec::with_capacity(folded.len() / 5);
    let mut letters = folded.char_indices().peekable();
    let mut position = 0;
    while let Some((start, letter)) = letters.next() {
        if !letter.is_alphanumeric() {
            continue;
        }
        let unspaced = is_paired(letter);
        let mut starts = if unspaced { vec![start] } else { Vec::new() };
        let mut end = start + letter.len_utf8();
        while let Some((place, next)) =
            letters.next_if(|(_, next)| next.is_alphanumeric() && is_paired(*next) == unspaced)
        {
            if unspaced && !goes_on(next) {
                starts.push(place);
            }
            end = place + next.len_utf8();
        }
        if unspaced {
            for (number, start) in starts.iter().enumerate() {
                let next = starts.get(number + 1);
                let end = if next.is_some() { starts.get(number + 2).copied().unwrap_or(end) } else { end };
                let shape = if next.is_some() { Shape::Pair } else { Shape::Last };
                found.push(Token { text: &folded[*start..end], start: *start, end, position, shape });
                position += 1;
            }
            continue;
        }
        if end - start <= LONGEST {
            found.push(Token { text: &folded[start..end], start, end, position, shape: Shape::Word });
        }
        position += 1;
        let rest = &folded[end..];
        if rest.starts_with("'s") && !rest[2..].starts_with(char::is_alphanumeric) {
            letters.next();
            letters.next();
        }
    }
    found
}

/// The words to ask for: without the single letters that only complete the index.
pub(super) fn asked<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let completes = |at: usize| {
        tokens[at].shape == Shape::Last
            && at > 0
            && tokens[at - 1].shape == Shape::Pair
            && tokens[at - 1].end == tokens[at].end
    };
    (0..tokens.len()).filter(|at| !completes(*at)).map(|at| tokens[at]).collect()
}

/// How the words of a language are reduced to stems, if they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stemming(Option<Language>);

/// The languages that have a stemmer: all that the engine has.
const STEMMED: &[(&str, Language)] = &[
    ("ar", Language::Arabic),
    ("da", Language::Danish),
    ("de", Language::German),
    ("el", Language::Greek),
    ("en", Language::English),
    ("es", Language::Spanish),
    ("fi", Language::Finnish),
    ("fr", Language::French),
    ("hu", Language::Hungarian),
    ("it", Language::Italian),
    ("nl", Language::Dutch),
    ("no", Language::Norwegian),
    ("pt", Language::Portuguese),
    ("ro", Language::Romanian),
    ("ru", Language::Russian),
    ("sv", Language::Swedish),
    ("ta", Language::Tamil),
    ("tr", Language::Turkish),
];

/// The stop words of the Snowball project for English (snowballstem.org), contractions aside. The engine's own English list
/// is Lucene's shorter one; its other lists are Snowball's.
const ENGLISH: &str = "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her \
    hers herself it its itself they them their theirs themselves what which who whom this that these those am is are was \
    were be been being have has had having do does did doing would should could ought a an the and but if or because as \
    until while of at by for with about against between into through during before after above below to from up down in \
    out on off over under again further then once here there when where why how all any both each few more most other \
    some such no nor not only own same so than too very";

/// The most common words by language.
static STOP_WORDS: LazyLock<Vec<(&str, StopWordFilter)>> = LazyLock::new(|| {
    let filter = |code: &str, language| match code {
        "en" => Some(StopWordFilter::remove(ENGLISH.split_whitespace().map(str::to_owned))),
        _ => StopWordFilter::new(language),
    };
    STEMMED.iter().filter_map(|(code, language)| Some((*code, filter(code, *language)?))).collect()
});

impl Stemming {
    /// Words are taken as they are.
    pub(super) const NONE: Self = Self(None);

    /// What is done for a language, by its ISO 639-1 code.
    pub(super) fn of(language: &str) -> Self {
        let language = if matches!(language, "nb" | "nn") { "no" } else { language };
        Self(STEMMED.iter().find(|(code, _)| *code == language).map(|(_, stemmer)| *stemmer))
    }

    /// Every stemmer there is.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        STEMMED.iter().map(|(_, language)| Self(Some(*language)))
    }

    /// True where a stem begins with the letter that its word begins with, both folded. The stemmers of Arabic, Dutch and
    /// Tamil take beginnings away too.
    pub(super) fn keeps_beginnings(self) -> bool {
        !matches!(self.0, Some(Language::Arabic | Language::Dutch | Language::Tamil))
    }

    /// The code that its stems carry; empty where there is no stemmer.
    pub(super) fn code(self) -> &'static str {
        STEMMED.iter().find(|(_, language)| Some(*language) == self.0).map_or("", |(code, _)| *code)
    }
}

fn engine_token(text: String) -> EngineToken {
    EngineToken { text, ..EngineToken::default() }
}

/// Words that are already told apart, as input for the engine's filters.
#[derive(Clone)]
struct Given(Vec<EngineToken>);

impl Tokenizer for Given {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream<'a>(&'a mut self, _text: &'a str) -> PreTokenizedStream {
        PreTokenizedString { text: String::new(), tokens: std::mem::take(&mut self.0) }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Text::of(text).tokens().iter().map(|token| token.text.to_owned()).collect()
    }

    fn stems(text: &str, language: &str) -> Vec<String> {
        let text = Text::of(text);
        text.stems(&text.tokens(), Stemming::of(language))
    }

    #[test]
    fn words_are_folded_runs_of_letters() {
        assert_eq!(
            words("Nestlé’s AT&T, e-mail 3.5 L'Oréal don't"),
            ["nestle", "at", "t", "e", "mail", "3", "5", "l", "oreal", "don", "t"]
        );
        assert_eq!(words("Acme's"), ["acme"]);
        assert_eq!(words("Acme'sons"), ["acme", "sons"]);
        assert_eq!(words("  —  "), Vec::<String>::new());
        assert_eq!(words(&"x".repeat(500)), Vec::<String>::new());
    }

    #[test]
    fn scripts_without_blanks_give_pairs() {
        assert_eq!(words("トヨタ car"), ["トヨ", "ヨタ", "タ", "car"]);
        assert_eq!(words("NTTトコモ"), ["ntt", "トコ", "コモ", "モ"]);
        let text = Text::of("公司裁员");
        let tokens = text.tokens();
        let asked: Vec<_> = asked(&tokens).iter().map(|token| token.text).collect();
        assert_eq!(asked, ["公司", "司裁", "裁员"]);
        let one = Text::of("车");
        assert_eq!(super::asked(&one.tokens()).len(), 1);
    }

    #[test]
    fn stems_carry_their_language() {
        assert_eq!(stems("Häuser", "de"), stems("Haus", "de"));
        assert_eq!(stems("layoffs announced", "en"), ["en:layoff", "en:announc"]);
        assert_eq!(stems("annoncé", "fr"), stems("annonçait", "fr"));
        assert_eq!(stems("российский", "ru"), stems("российского", "ru"));
        assert_eq!(stems("Zakłady", "pl"), [":zaklady"]);
        assert_eq!(stems("Acme 新工場", "ja"), [":acme", ":新工", ":工場", ":場"]);
        assert_eq!(stems("Acme 新工", "en"), ["en:acm", ":新工", ":工"]);
    }

    #[test]
    fn stems_begin_as_their_words() {
        let text = "Ölpreise Übernahme Äußerung gegangen unwürdig Énergie Évaluée État ünlü İstanbul ılık ágyú Ørsted Århus \
                    ёлка ещё Ελλάδα ύψος ώρα Știri școală Élysée öğrenci überall Ångström yield yes skies işçi útil";
        for stemming in Stemming::all().filter(|stemming| stemming.keeps_beginnings()) {
            let text = Text::of(text);
            let tokens = text.tokens();
            for (token, stem) in tokens.iter().zip(text.stems(&tokens, stemming)) {
                let stem = stem.split_once(':').unwrap().1;
                assert_eq!(stem.chars().next(), token.text.chars().next(), "{stemming:?} {token:?}");
            }
        }
    }

    #[test]
    fn stop_words_are_those_of_one_language() {
        let text = Text::of("die");
        let tokens = text.tokens();
        assert!(text.is_stop_word(&tokens[0], Stemming::of("de")));
        assert!(!text.is_stop_word(&tokens[0], Stemming::of("en")));
        assert!(!text.is_stop_word(&tokens[0], Stemming::NONE));
    }
}
