//! The cues of every kind of event, read from `signals.toml`.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::cue::{Cue, Need, Who};
use super::status::ByTense;
use super::verbs::{self, Tense};
use crate::model::{Direction, Manner, Role, SignalType, Status};

/// The file that is shipped in the program.
const SHIPPED: &str = include_str!("../../config/signals.toml");

/// Most cues that a file may hold.
const MOST_CUES: usize = 5_000;

/// Why a lexicon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// The file is no TOML, or holds an unknown field.
    #[error("signals: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A value of the file is wrong.
    #[error("signals, line {line}, type {kind}, {what}: {problem}")]
    Value {
        /// Line of the file, from 1.
        line: usize,
        /// The type it stands under, as written.
        kind: String,
        /// The cue or value, as written.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
    /// All cues of a language together are too large.
    #[error("signals: cues of language {language} together: {problem}")]
    TooLarge {
        /// ISO 639-1.
        language: String,
        /// What the engine said.
        problem: String,
    },
}

/// The cues of every kind of event, compiled.
#[derive(Debug)]
pub struct Lexicon {
    languages: HashMap<String, Language>,
    /// Words that cues are made of: in headlines they are no names.
    words: HashSet<String>,
    pub(super) examples: Vec<(SignalType, Example)>,
    pub(super) counter_examples: Vec<(SignalType, String)>,
}

/// The cues of one language.
#[derive(Debug)]
pub(super) struct Language {
    /// Finds the beginnings of cues, all in one pass.
    anchors: AhoCorasick,
    /// For each of them the rules that begin so.
    begun: Vec<Vec<u32>>,
    /// Rules that may match anywhere.
    anywhere: Vec<u32>,
    pub rules: Vec<Rule>,
}

/// A cue with what it says.
#[derive(Debug)]
pub(super) struct Rule {
    pub cue: Cue,
    pub kind: SignalType,
    pub role: Role,
    pub counter_role: Option<Role>,
    pub by_tense: ByTense,
    pub manner: Option<Manner>,
    pub direction: Option<Direction>,
    pub reach: Reach,
    pub strength: f64,
    pub except: Option<Regex>,
    /// Also counts where the sentence speaks of years ago (figures are compared with them).
    pub history: bool,
    pub forms: Vec<(String, Tense)>,
}

/// Where a cue is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reach {
    /// Headline only.
    Title,
    /// Headline and first sentence.
    Lead,
    /// Only texts without a headline (short posts, lone sentences), where weaker words must do.
    Headless,
    /// All sentences that are read.
    #[default]
    Any,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    words: HashMap<String, Vec<String>>,
    #[serde(default, rename = "type")]
    types: Vec<TypeTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeTable {
    name: Spanned<String>,
    #[expect(dead_code, reason = "read by people, and checked to be there")]
    meaning: String,
    /// The subject's role where a cue names none.
    role: Spanned<String>,
    counter_role: Option<Spanned<String>>,
    #[serde(default)]
    history: bool,
    /// The status that all forms of a verb give.
    status: Option<String>,
    present: Option<String>,
    past: Option<String>,
    planned: Option<String>,
    #[serde(default, rename = "cue")]
    cues: Vec<CueTable>,
    #[serde(default, rename = "example")]
    examples: Vec<Example>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CueTable {
    #[serde(default)]
    lang: Option<String>,
    words: Vec<Spanned<String>>,
    role: Option<Spanned<String>>,
    counter_role: Option<Spanned<String>>,
    status: Option<String>,
    present: Option<String>,
    past: Option<String>,
    planned: Option<String>,
    manner: Option<Spanned<String>>,
    direction: Option<Spanned<String>>,
    #[serde(default)]
    reach: Reach,
    strength: Option<f64>,
    history: Option<bool>,
    /// Words that, anywhere in the sentence, undo these cues.
    #[serde(default)]
    except: Vec<Spanned<String>>,
}

/// A text with what must be read from it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    pub text: String,
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default)]
    pub body: bool,
    pub subject: Option<String>,
    pub counterparty: Option<String>,
    pub person: Option<String>,
    pub role: Option<String>,
    pub status: Option<String>,
    pub manner: Option<String>,
    pub direction: Option<String>,
}

impl Lexicon {
    /// The cues that are shipped in the program (`config/signals.toml`). Compiled anew at each call: keep it.
    #[must_use]
    pub fn shipped() -> Self {
        // A test reads every cue of the shipped file, so the second arm is never taken in a program that was tested.
        Self::parse(SHIPPED).unwrap_or_else(|_| Self {
            languages: HashMap::new(),
            words: HashSet::new(),
            examples: Vec::new(),
            counter_examples: Vec::new(),
        })
    }

    /// Reads and compiles a file of cues.
    ///
    /// # Errors
    /// Where the text is no TOML or a value is wrong; the error names line, type and cue.
    pub fn parse(text: &str) -> Result<Self, LexiconError> {
        let file: File = toml::from_str(text)?;
        let reader = Reader { text, words: &file.words };
        let mut languages: HashMap<String, Vec<Rule>> = HashMap::new();
        let mut words: HashSet<String> = HashSet::new();
        let (mut examples, mut counter_examples) = (Vec::new(), Vec::new());
        let mut count = 0;
        for table in &file.types {
            let kind: SignalType = reader.word(&table.name, table.name.get_ref(), "type")?;
            for cues in &table.cues {
                let language = cues.lang.clone().unwrap_or_else(|| "en".to_owned());
                for written in &cues.words {
                    count += 1;
                    if count > MOST_CUES {
                        return Err(reader.error(written, table.name.get_ref(), format!("more than {MOST_CUES} cues")));
                    }
                    note_words(written.get_ref(), &mut words);
                    languages.entry(language.clone()).or_default().push(reader.rule(kind, table, cues, written)?);
                }
            }
            examples.extend(table.examples.iter().map(|example| (kind, example.clone())));
            counter_examples.extend(table.not.iter().map(|text| (kind, text.clone())));
        }
        words.extend(file.words.values().flatten().flat_map(|words| words.split(' ')).map(str::to_owned));
        let languages = languages
            .into_iter()
            .map(|(language, rules)| {
                let compiled = Language::new(rules)
                    .map_err(|problem| LexiconError::TooLarge { language: language.clone(), problem })?;
                Ok((language, compiled))
            })
            .collect::<Result<_, LexiconError>>()?;
        Ok(Self { languages, words, examples, counter_examples })
    }

    /// True where there are cues for this language (ISO 639-1).
    #[must_use]
    pub fn speaks(&self, language: &str) -> bool {
        self.languages.contains_key(language)
    }

    pub(super) fn language(&self, language: &str) -> Option<&Language> {
        self.languages.get(language)
    }

    /// True for a folded word that cues are made of.
    pub(super) fn is_cue_word(&self, folded: &str) -> bool {
        self.words.contains(folded)
    }
}

impl Language {
    fn new(rules: Vec<Rule>) -> Result<Self, String> {
        let mut places: HashMap<&[u8], usize> = HashMap::new();
        let (mut words, mut begun, mut anywhere) = (Vec::new(), Vec::<Vec<u32>>::new(), Vec::new());
        for (number, rule) in (0_u32..).zip(&rules) {
            if rule.cue.anchors.is_empty() {
                anywhere.push(number);
            }
            for anchor in &rule.cue.anchors {
                let place = *places.entry(anchor).or_insert_with(|| {
                    words.push(anchor.clone());
                    begun.push(Vec::new());
                    words.len() - 1
                });
                begun[place].push(number);
            }
        }
        let anchors = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words)
            .map_err(|error| error.to_string())?;
        Ok(Self { anchors, begun, anywhere, rules })
    }

    /// The rules that may match somewhere in the sentence (folded ASCII), in the order of the file.
    pub(super) fn candidates(&self, sentence: &[u8]) -> Vec<&Rule> {
        let mut numbers = self.anywhere.clone();
        for found in self.anchors.find_overlapping_iter(sentence) {
            let begins_word = found.start() == 0
                || !sentence[found.start() - 1].is_ascii_alphanumeric()
                || !sentence[found.start()].is_ascii_alphanumeric();
            if begins_word {
                numbers.extend(&self.begun[found.pattern().as_usize()]);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| &self.rules[number as usize]).collect()
    }
}

impl Rule {
    /// The tense of a form of the cue's first verb.
    pub(super) fn tense(&self, form: &[u8]) -> Option<Tense> {
        self.forms.iter().find(|(known, _)| known.as_bytes() == form).map(|(_, tense)| *tense)
    }

    pub(super) fn needs(&self, who: Who) -> Option<Need> {
        self.cue.slots.iter().find(|slot| slot.who == who).map(|slot| slot.need)
    }
}

/// Collects the words of a cue, all forms of its verbs included.
fn note_words(written: &str, words: &mut HashSet<String>) {
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((base, after)) = after.split_once('>') else { break };
        words.extend(plain_words(before));
        words.extend(verbs::forms(base).into_iter().map(|(form, _)| form));
        rest = after;
    }
    words.extend(plain_words(rest));
}

fn plain_words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_ascii_lowercase() && letter != '-')
        .filter(|word| word.len() >= 3)
        .map(|word| word.trim_matches('-').to_owned())
}

struct Reader<'a> {
    text: &'a str,
    words: &'a HashMap<String, Vec<String>>,
}

impl Reader<'_> {
    fn error<T: AsRef<str>>(&self, at: &Spanned<T>, kind: &str, problem: String) -> LexiconError {
        let line = self.text.get(..at.span().start).map_or(0, |before| before.matches('\n').count()) + 1;
        LexiconError::Value { line, kind: kind.to_owned(), what: format!("\"{}\"", at.get_ref().as_ref()), problem }
    }

    /// One word of a closed list.
    fn word<W: std::str::FromStr>(&self, at: &Spanned<String>, kind: &str, what: &str) -> Result<W, LexiconError> {
        at.get_ref().parse().map_err(|_| self.error(at, kind, format!("unknown {what}")))
    }

    fn rule(
        &self,
        kind: SignalType,
        table: &TypeTable,
        cues: &CueTable,
        written: &Spanned<String>,
    ) -> Result<Rule, LexiconError> {
        let name = table.name.get_ref();
        let optional = |value: &Option<Spanned<String>>| value.clone();
        let role = self.word(cues.role.as_ref().unwrap_or(&table.role), name, "role")?;
        let counter_role = optional(&cues.counter_role)
            .or_else(|| optional(&table.counter_role))
            .map(|value| self.word(&value, name, "role"))
            .transpose()?;
        let cue = Cue::compile(written.get_ref(), self.words).map_err(|problem| self.error(written, name, problem))?;
        let except = (!cues.except.is_empty())
            .then(|| {
                let pattern: Vec<String> = cues.except.iter().map(|word| format!("(?:{})", word.get_ref())).collect();
                RegexBuilder::new(&format!(r"(?-u)\b(?:{})\b", pattern.join("|"))).size_limit(1 << 20).build()
            })
            .transpose()
            .map_err(|error| self.error(&cues.except[0], name, error.to_string()))?;
        let strength = cues.strength.unwrap_or(0.8);
        if !(0.0..=1.0).contains(&strength) {
            return Err(self.error(written, name, "strength is not between 0 and 1".to_owned()));
        }
        let forms = written
            .get_ref()
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'))
            .map(|(base, _)| verbs::forms(base))
            .unwrap_or_default();
        Ok(Rule {
            kind,
            role,
            counter_role,
            by_tense: self.by_tense(table, cues, written)?,
            manner: cues.manner.as_ref().map(|value| self.word(value, name, "manner")).transpose()?,
            direction: cues.direction.as_ref().map(|value| self.word(value, name, "direction")).transpose()?,
            reach: cues.reach,
            strength,
            except,
            history: cues.history.unwrap_or(table.history),
            forms,
            cue,
        })
    }

    fn by_tense(&self, table: &TypeTable, cues: &CueTable, written: &Spanned<String>) -> Result<ByTense, LexiconError> {
        let pick = |own: &Option<String>, general: &Option<String>, default: Status| {
            let word = own.as_ref().or(cues.status.as_ref()).or(general.as_ref()).or(table.status.as_ref());
            word.map_or(Ok(default), |word| {
                word.parse()
                    .map_err(|()| self.error(written, table.name.get_ref(), format!("unknown status \"{word}\"")))
            })
        };
        Ok(ByTense {
            present: pick(&cues.present, &table.present, Status::Announced)?,
            past: pick(&cues.past, &table.past, Status::Completed)?,
            planned: pick(&cues.planned, &table.planned, Status::Announced)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_lexicon_reads_and_knows_every_type() {
        let lexicon = Lexicon::parse(SHIPPED).unwrap_or_else(|error| panic!("{error}"));
        let english = lexicon.language("en").unwrap();
        for kind in SignalType::ALL {
            assert!(english.rules.iter().any(|rule| rule.kind == *kind), "{kind:?} has no cue");
            assert!(lexicon.examples.iter().any(|(of, _)| of == kind), "{kind:?} has no example");
        }
    }

    #[test]
    fn r39_errors_name_line_type_and_cue() {
        let file = |cue: &str| {
            format!(
                "[[type]]\nname = \"layoffs\"\nmeaning = \"m\"\nrole = \"employer\"\n\n[[type.cue]]\nwords = [\n  '{cue}',\n]\n"
            )
        };
        assert!(Lexicon::parse(&file("{A} <cut> jobs")).is_ok());
        let error = Lexicon::parse(&file("{A} <cut> (jobs")).unwrap_err().to_string();
        assert!(error.contains("line 8") && error.contains("layoffs") && error.contains("(jobs"), "{error}");
        let error = Lexicon::parse(&file("x{900000000}")).unwrap_err().to_string();
        assert!(error.contains("line 8"), "{error}");
        for (wrong, told) in [("layoffs", "unknown type"), ("employer", "unknown role")] {
            let error = Lexicon::parse(&file("jobs").replace(wrong, "nonsense")).unwrap_err().to_string();
            assert!(error.contains(told) && error.contains("nonsense"), "{error}");
        }
        assert!(Lexicon::parse("[[type]]\nnme = 1").is_err());
        assert!(Lexicon::parse("\u{0}").is_err());
    }
}
