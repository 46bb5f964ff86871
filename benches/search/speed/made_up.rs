//! Articles that nobody ever wrote, the same at every run: invented words of four languages with the endings of each, as
//! uneven in frequency as real ones (Zipf), names of accounts among them.

use std::collections::HashSet;
use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Write};
use std::path::Path;

use ::tidings::model::{AccountId, AccountKind, Time};
use ::tidings::search::Document;
use chrono::{DateTime, TimeDelta};

use super::questions;

/// The day that "the last 30 days" count back from.
pub(super) const NOW: i64 = 1_790_000_000;

const DAYS: i64 = 730;
const ACCOUNTS: usize = 2_000;
const PUBLISHERS: usize = 3_000;
pub(super) const SIGNALS: &[&str] = &["layoffs", "funding", "acquisition", "product_launch", "earnings"];
const COUNTRIES: &[&str] = &["US", "GB", "DE", "FR", "ES", "CH"];

/// Code, share of the articles in a hundred, words, small words, beginnings, middles, endings.
type Speech = (&'static str, usize, usize, &'static str, &'static str, &'static str, &'static str);
const SPEECHES: &[Speech] = &[
    (
        "en",
        60,
        40_000,
        "the of to and a in that is for on with as it by was at from be has are an its but have not will said who which more",
        "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t tr v w wh",
        "a e i o u ea ou ai ee oa",
        "s ed ing er ment tion ness ly able ive al y e ence less ful est",
    ),
    (
        "de",
        20,
        30_000,
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach",
        "b br d dr f fl g gl h k kl l m n p pf r s sch schl st t tr v w z zw",
        "a e i o u ä ö ü ei au ie eu",
        "en er ung heit keit lich isch ern est te ten chen schaft ig em es",
    ),
    (
        "fr",
        12,
        20_000,
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec son aux ont",
        "b bl c ch cr d f fr g gr j l m n p pl pr qu r s t tr v",
        "a e i o u é è ou eau oi ai",
        "er ement tion eur euse ique able aux és ées ant ait ons esse age",
    ),
    (
        "es",
        8,
        20_000,
        "de la que el en y a los del se las por un para con no una su al lo como más pero sus le ya o este sí porque",
        "b br c ch d f fl g gr j l ll m n p pl pr qu r s t tr v z",
        "a e i o u á ó ie ue",
        "ar er ir ción dad mente oso osa ado ada ando iendo ista es os as",
    ),
];

pub(super) struct Writer {
    luck: fastrand::Rng,
    speeches: Vec<Vec<String>>,
    firms: Vec<(String, String)>,
    publishers: Vec<String>,
}

/// Writes so many articles and the questions.
pub(super) fn write(count: usize, folder: &Path) {
    create_dir_all(folder).unwrap();
    let mut writer = Writer::new();
    let mut out = BufWriter::new(File::create(super::articles(folder)).unwrap());
    let mut texts = 0;
    let mut phrases = Vec::new();
    for number in 0..count {
        let article = writer.article(number, count);
        texts += article.title.len() + article.text.len();
        if number % (count / questions::COUNT).max(1) == 0 {
            phrases.extend(phrase(&article.text));
        }
        serde_json::to_writer(&mut out, &article).unwrap();
        out.write_all(b"\n").unwrap();
    }
    out.flush().unwrap();
    questions::write(folder, &mut writer, &phrases);
    println!("{texts}");
}

/// Two neighbouring words of a text that say something.
fn phrase(text: &str) -> Option<[String; 2]> {
    let words: Vec<&str> = text.split(' ').skip(20).collect();
    let telling = |word: &str| word.len() > 4 && word.chars().all(char::is_lowercase);
    let pair = words.windows(2).find(|pair| pair.iter().all(|word| telling(word)))?;
    Some([pair[0].to_owned(), pair[1].to_owned()])
}

impl Writer {
    fn new() -> Self {
        let mut luck = fastrand::Rng::with_seed(11);
        let speeches = SPEECHES.iter().map(|speech| words(speech, &mut luck)).collect::<Vec<_>>();
        let mut names = |count: usize, ends: &[&str]| {
            let mut seen = HashSet::new();
            while seen.len() < count {
                let word = |luck: &mut fastrand::Rng| {
                    let word = &speeches[0][luck.usize(100..speeches[0].len())];
                    word[..1].to_uppercase() + &word[1..]
                };
                let name = format!("{} {} {}", word(&mut luck), word(&mut luck), ends[luck.usize(..ends.len())]);
                seen.insert(name);
            }
            let mut names: Vec<String> = seen.into_iter().collect();
            names.sort_unstable();
            luck.shuffle(&mut names);
            names
        };
        let firms = names(ACCOUNTS, &["Foods", "Freight", "Health", "Software", "Energy", "Holdings", "Partners"]);
        let publishers = names(PUBLISHERS, &["Times", "Post", "Herald", "Wire", "Journal", "Gazette"]);
        let firms = firms.into_iter().map(|name| (name.to_lowercase().replace(' ', "-"), name)).collect();
        Self { luck, speeches, firms, publishers }
    }

    fn article(&mut self, number: usize, count: usize) -> Document {
        let speech = self.speech();
        let publisher = self.zipf(PUBLISHERS);
        let accounts: Vec<usize> = (0..self.luck.usize(0..4)).map(|_| self.zipf(ACCOUNTS)).collect();
        let length = self.luck.usize(150..=250);
        let at = NOW - DAYS * 86_400 + i64::try_from(number * 63_072_000 / count).unwrap() + self.luck.i64(0..3_600);
        let mut countries: Vec<String> =
            accounts.iter().map(|account| COUNTRIES[account % COUNTRIES.len()].to_owned()).collect();
        countries.dedup();
        let kind = |account: usize| AccountKind::ALL[account % AccountKind::ALL.len()];
        let named = |account: &usize| {
            let (id, name) = self.firms[*account].clone();
            (kind(*account), AccountId(id), name)
        };
        Document {
            id: format!("0198f3a2-7f10-7c11-b3c0-{number:012x}"),
            story: Some(format!("story-{}", number / 3)),
            accounts: accounts.iter().map(named).collect(),
            title: self.sentence(speech, 9, &accounts),
            text: self.text(speech, length, &accounts),
            url: Some(format!("https://news-{publisher}.example/{number}")),
            publisher: Some(self.publishers[publisher].clone()),
            source: Some(format!("source-{publisher}")),
            language: Some(SPEECHES[speech].0.to_owned()),
            published: Some(day(at)),
            publisher_country: Some(COUNTRIES[publisher % COUNTRIES.len()].to_owned()),
            countries,
            signals: (0..self.luck.usize(0..3)).map(|_| SIGNALS[self.zipf(SIGNALS.len())].to_owned()).collect(),
            ..Document::default()
        }
    }

    fn text(&mut self, speech: usize, length: usize, accounts: &[usize]) -> String {
        let mut text = String::with_capacity(length * 8);
        let mut left = length;
        while left > 0 {
            let words = self.luck.usize(8..20).min(left);
            left -= words;
            text.push_str(&self.sentence(speech, words, accounts));
            text.push_str(if self.luck.usize(0..5) == 0 { ".\n\n" } else { ". " });
        }
        text
    }

    fn sentence(&mut self, speech: usize, words: usize, accounts: &[usize]) -> String {
        let named = self.luck.usize(0..words);
        let mut text = String::with_capacity(words * 8);
        for place in 0..words {
            if place == named && !accounts.is_empty() {
                text.push_str(&self.firms[accounts[self.luck.usize(0..accounts.len())]].1);
            } else {
                let word = self.zipf(self.speeches[speech].len());
                text.push_str(&self.speeches[speech][word]);
            }
            if place + 1 < words {
                text.push_str(if self.luck.usize(0..12) == 0 { ", " } else { " " });
            }
        }
        let first = text.chars().next().map_or(0, char::len_utf8);
        text[..first].to_uppercase() + &text[first..]
    }

    /// A language, by its share.
    fn speech(&mut self) -> usize {
        let mut luck = self.luck.usize(0..100);
        for (number, speech) in SPEECHES.iter().enumerate() {
            match luck.checked_sub(speech.1) {
                Some(left) => luck = left,
                None => return number,
            }
        }
        0
    }

    /// A word that one may look for, of a rank from `first` on: the frequent ones more often.
    pub(super) fn sought(&mut self, first: usize) -> (String, &'static str) {
        let speech = self.speech();
        let words = self.speeches[speech].len() / 2;
        let rank = loop {
            let rank = self.zipf(words);
            if rank >= first {
                break rank;
            }
        };
        (self.speeches[speech][rank].clone(), SPEECHES[speech].0)
    }

    pub(super) fn account(&mut self) -> String {
        let number = self.zipf(ACCOUNTS);
        self.firms[number].0.clone()
    }

    pub(super) fn signal(&mut self) -> String {
        SIGNALS[self.luck.usize(0..SIGNALS.len())].to_owned()
    }

    /// A number below `most`, the small ones more often: about as 1 to the number.
    fn zipf(&mut self, most: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between 0 and `most`")]
        let number = ((most as f64).powf(self.luck.f64()) - 1.0) as usize;
        number.min(most - 1)
    }
}

pub(super) fn day(seconds: i64) -> Time {
    DateTime::from_timestamp(0, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// The small words, then invented ones, shorter first by and large.
fn words((_, _, count, small, beginnings, middles, endings): &Speech, luck: &mut fastrand::Rng) -> Vec<String> {
    let list = |text: &'static str| text.split(' ').collect::<Vec<_>>();
    let (beginnings, middles, endings) = (list(beginnings), list(middles), list(endings));
    let mut words: Vec<String> = list(small).into_iter().map(str::to_owned).collect();
    let mut seen: HashSet<String> = words.iter().cloned().collect();
    while words.len() < *count {
        let syllables = 1 + luck.usize(0..=(words.len() * 3 / count).clamp(1, 3));
        let mut word = String::new();
        for _ in 0..syllables {
            word.push_str(beginnings[luck.usize(..beginnings.len())]);
            word.push_str(middles[luck.usize(..middles.len())]);
        }
        word.push_str(["n", "l", "r", "t", "d", "m"][luck.usize(..6)]);
        if luck.usize(0..5) < 3 {
            word.push_str(endings[luck.usize(..endings.len())]);
        }
        if seen.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}
