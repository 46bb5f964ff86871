//! One list of questions for all programs, in no program's language.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::made_up::{NOW, Writer};

/// How many there are.
pub(super) const COUNT: usize = 400;

/// The most frequent words are no one's question, but for a few.
const SMALL_WORDS: usize = 30;

/// What to find.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Question {
    /// What it is like.
    pub(super) kind: String,
    /// Words that an article must hold.
    pub(super) words: Vec<String>,
    /// They stand side by side.
    pub(super) phrase: bool,
    /// One of them is enough.
    pub(super) either: bool,
    pub(super) language: Option<String>,
    pub(super) account: Option<String>,
    pub(super) signal: Option<String>,
    /// Not earlier than this second since 1970: midnight.
    pub(super) since: Option<i64>,
    /// Newest first; else best first.
    pub(super) newest: bool,
    /// Counts by account, signal, source and language, and by day.
    pub(super) facets: bool,
}

fn file(folder: &Path) -> PathBuf {
    folder.join("questions.ndjson")
}

pub(super) fn read(folder: &Path) -> Vec<Question> {
    let lines = BufReader::new(File::open(file(folder)).unwrap()).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

/// 400 of eight kinds.
pub(super) fn write(folder: &Path, writer: &mut Writer, phrases: &[[String; 2]]) {
    let midnight = NOW / 86_400 * 86_400;
    let mut out = BufWriter::new(File::create(file(folder)).unwrap());
    for number in 0..COUNT {
        let (word, language) = writer.sought(if number % 100 == 0 { 0 } else { SMALL_WORDS });
        let other = loop {
            let (other, of) = writer.sought(SMALL_WORDS);
            if of == language && other != word {
                break other;
            }
        };
        let one = Question { words: vec![word.clone()], ..Question::default() };
        let both = Question { words: vec![word, other], ..Question::default() };
        let kind = |kind: &str, question: Question| Question { kind: kind.to_owned(), ..question };
        let question = match number % 20 {
            0..5 => kind("word", one),
            5..9 => kind("two words", both),
            9..11 => kind("either word", Question { either: true, ..both }),
            11..13 => {
                let words = phrases[number % phrases.len()].to_vec();
                kind("phrase", Question { words, phrase: true, ..one })
            }
            13 => kind("word, language, 30 days", {
                Question { language: Some(language.to_owned()), since: Some(midnight - 30 * 86_400), ..one }
            }),
            14 => kind("word, signal", Question { signal: Some(writer.signal()), ..one }),
            15 => kind("word, account", Question { account: Some(writer.account()), ..one }),
            16 => kind("account, newest", {
                Question { words: Vec::new(), account: Some(writer.account()), newest: true, ..one }
            }),
            17 => kind("word, newest", Question { newest: true, ..one }),
            _ => kind("word, facets", Question { facets: true, ..one }),
        };
        serde_json::to_writer(&mut out, &question).unwrap();
        out.write_all(b"\n").unwrap();
    }
    out.flush().unwrap();
}

impl Question {
    /// In the language of the program.
    pub(super) fn ours(&self) -> String {
        let mut text = self.said(" ", " OR ");
        if let Some(language) = &self.language {
            let _ = write!(text, " lang:{language}");
        }
        if let Some(account) = &self.account {
            let _ = write!(text, " account:{account}");
        }
        if let Some(signal) = &self.signal {
            let _ = write!(text, " signal:{signal}");
        }
        if let Some(since) = self.since {
            let _ = write!(text, " after:{}", super::made_up::day(since).format("%Y-%m-%d"));
        }
        if self.newest {
            text.push_str(" sort:date");
        }
        text
    }

    /// In the language of the engine's own parser.
    pub(super) fn engine(&self) -> String {
        let mut parts = vec![match (self.words.is_empty(), self.either) {
            (true, _) => String::new(),
            (false, true) => format!("+({})", self.said(" ", " OR ")),
            (false, false) => format!("+{}", self.said(" +", "")),
        }];
        parts.extend(self.language.iter().map(|language| format!("+language:{language}")));
        parts.extend(self.account.iter().map(|account| format!("+accounts:\"{account}\"")));
        parts.extend(self.signal.iter().map(|signal| format!("+signals:{signal}")));
        parts.extend(self.since.iter().map(|since| format!("+published:>={since}")));
        parts.join(" ")
    }

    fn said(&self, and: &str, or: &str) -> String {
        if self.phrase {
            return format!("\"{}\"", self.words.join(" "));
        }
        self.words.join(if self.either { or } else { and })
    }
}
