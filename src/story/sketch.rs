//! What is kept of an article for finding and comparing it later.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::terms::{self, Term};
use super::{Happening, Settings};
use crate::model::{Reading, id};

/// By what an article is found again, and what it is compared by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keys {
    /// Numbers to look candidates up by: an article that shares one may tell of the same happening.
    pub lookup: Vec<i64>,
    /// What it is compared by.
    pub sketch: Sketch,
    /// How many of the numbers, from the first, stand for its very text.
    of_text: usize,
}

impl Keys {
    /// The numbers that lead to the article later. One more of many copies is found by its text only: by its words the
    /// earlier ones are found, and hundreds of copies would stand between them and whoever looks for the story.
    #[must_use]
    pub fn kept(&self, crowded: bool) -> &[i64] {
        if crowded { &self.lookup[..self.of_text] } else { &self.lookup }
    }
}

/// A small picture of an article: enough to tell copies and reports of one happening.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    /// Least hashes of the text's shingles under each of [`HASHES`] orders (Broder 1997, "On the resemblance and
    /// containment of documents"). Empty for a text of too few words.
    pub(super) shingles: Vec<u32>,
    /// Number of different shingles.
    pub(super) size: u32,
    /// Hashes of telling words with their weight, heaviest first.
    pub(super) words: Vec<(u32, f32)>,
    /// What it says happened to whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) happenings: Vec<Happening>,
}

/// Orders of shingles: the standard error of a resemblance of 0.5 is then 0.05.
const HASHES: usize = 96;

/// Rows of a band: copies with resemblance 0.5 share one of the 24 bands of 4 rows with probability 0.79, with 0.7 with
/// 0.998 (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4).
const BAND: usize = 4;

/// Words of a shingle.
const SHINGLE: usize = 3;

/// A text of fewer words is compared together with its headline.
const SHORT_TEXT: usize = 20;

/// Telling words that are kept.
const WORDS: usize = 80;

/// Telling words that an article is looked up by.
const LOOKUP_WORDS: usize = 14;

/// The keys of an article that tells of these happenings.
#[must_use]
pub fn keys(reading: &Reading<'_>, happenings: Vec<Happening>, _settings: &Settings) -> Keys {
    let (shingles, size) = shingles(reading);
    let words = telling_words(reading);
    let bands = shingles.chunks(BAND).enumerate().map(|(place, rows)| key_of(&format!("band {place} {rows:?}")));
    let of_text = bands.len();
    let by_words = words.iter().take(LOOKUP_WORDS).map(|(word, _)| key_of(&format!("word {word}")));
    let told: BTreeSet<String> = happenings.iter().map(Happening::key).collect();
    let by_happenings = told.iter().map(|told| key_of(told));
    let lookup = bands.chain(by_words).chain(by_happenings).collect();
    Keys { lookup, sketch: Sketch { shingles, size, words, happenings }, of_text }
}

fn telling_words(reading: &Reading<'_>) -> Vec<(u32, f32)> {
    let terms = terms::terms(reading.title, reading.text);
    let mut words: Vec<(u32, f32, String)> =
        terms.into_iter().map(|(stem, term)| (hash32(&stem), weight(&stem, term), stem)).collect();
    words.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.2.cmp(&other.2)));
    words.truncate(WORDS);
    words.into_iter().map(|(hash, weight, _)| (hash, weight)).collect()
}

/// How much a word tells by itself: more in a headline, as a name or number, when long (long words are rarer), and when
/// repeated, ever less so.
fn weight(stem: &str, term: Term) -> f32 {
    let repeated = 1.0 + (term.in_text.max(1) as f32).ln();
    let in_title = if term.in_title { 1.6 } else { 1.0 };
    let name = if term.is_name { 1.4 } else { 1.0 };
    let long = match stem.chars().count() {
        0..=3 => 0.8,
        4..=6 => 1.0,
        _ => 1.2,
    };
    repeated * in_title * name * long
}

fn shingles(reading: &Reading<'_>) -> (Vec<u32>, u32) {
    let mut words = terms::plain_words(reading.text);
    if words.len() < SHORT_TEXT {
        let mut title = terms::plain_words(reading.title);
        title.append(&mut words);
        words = title;
    }
    if words.len() < SHINGLE {
        return (Vec::new(), 0);
    }
    let mut hashes: Vec<u64> = words.windows(SHINGLE).map(|window| hash64(&window.join(" "))).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let least = (0..HASHES).map(|order| {
        let least = hashes.iter().map(|hash| mix(*hash ^ mix(order as u64 + 1))).min().unwrap_or_default();
        (least >> 32) as u32
    });
    (least.collect(), u32::try_from(hashes.len()).unwrap_or(u32::MAX))
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): one order of numbers for each value that is added before.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn hash64(text: &str) -> u64 {
    u64::from_str_radix(&id::short_hash(&[text])[..16], 16).unwrap_or_default()
}

fn hash32(text: &str) -> u32 {
    (hash64(text) >> 32) as u32
}

fn key_of(text: &str) -> i64 {
    hash64(text).cast_signed()
}

impl Sketch {
    /// Share of common shingles, 0–1: of both texts together, or of the shorter where it is a cut of the longer.
    #[must_use]
    pub(super) fn resemblance(&self, other: &Self) -> f64 {
        if self.shingles.is_empty() || self.shingles.len() != other.shingles.len() {
            return 0.0;
        }
        let same = self.shingles.iter().zip(&other.shingles).filter(|(one, other)| one == other).count();
        same as f64 / self.shingles.len() as f64
    }

    /// Share of the shorter text's shingles that the longer one has too, 0–1.
    #[must_use]
    pub(super) fn containment(&self, other: &Self) -> f64 {
        let resemblance = self.resemblance(other);
        let (one, two) = (f64::from(self.size), f64::from(other.size));
        let shorter = one.min(two);
        if shorter == 0.0 {
            return 0.0;
        }
        (resemblance / (1.0 + resemblance) * (one + two) / shorter).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(title: &str, text: &str) -> Keys {
        keys(&Reading { title, text, ..Reading::default() }, Vec::new(), &Settings::default())
    }

    const TEXT: &str = "Acme Robotics said on Monday that it would close its plant in Dayton, Ohio, by the end of the year \
        and move production of its warehouse robots to Mexico. About 200 workers are affected, the company said.";

    #[test]
    fn a_copy_with_small_edits_resembles() {
        let original = sketch("Acme to close Ohio plant", TEXT);
        let copy =
            sketch("Robot maker shuts plant", &format!("DAYTON, Ohio (Wire) - {}", TEXT.replace("Monday", "Tuesday")));
        assert!(original.sketch.resemblance(&copy.sketch) > 0.6);
        assert!(original.lookup.iter().any(|key| copy.lookup.contains(key)));
    }

    #[test]
    fn a_cut_copy_is_contained() {
        let original = sketch("Acme to close Ohio plant", TEXT);
        let cut = sketch("Acme to close Ohio plant", &TEXT[..130]);
        assert!(original.sketch.containment(&cut.sketch) > 0.75);
    }

    #[test]
    fn another_text_does_not_resemble() {
        let original = sketch("Acme to close Ohio plant", TEXT);
        let other = sketch(
            "Rain",
            "Heavy rain is expected over the weekend in the north, and farmers hope for a better harvest.",
        );
        assert!(original.sketch.resemblance(&other.sketch) < 0.05);
    }

    #[test]
    fn nothing_is_too_short_or_strange() {
        for (title, text) in [("", ""), ("a", ""), ("", "\0\0"), ("日本", "🙂"), ("!!!", "...")] {
            let keys = sketch(title, text);
            assert_eq!(keys.sketch.resemblance(&keys.sketch) > 0.99, !keys.sketch.shingles.is_empty());
        }
    }

    #[test]
    fn one_more_of_many_copies_is_found_by_its_text_only() {
        let keys = sketch("Acme to close Ohio plant", TEXT);
        assert_eq!(keys.kept(false), keys.lookup);
        assert_eq!(keys.kept(true), &keys.lookup[..HASHES / BAND]);
        assert!(sketch("Acme", "").kept(true).is_empty());
    }

    #[test]
    fn a_sketch_survives_storage() {
        let kept = sketch("Acme to close Ohio plant", TEXT).sketch;
        let read: Sketch = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(read, kept);
    }
}
