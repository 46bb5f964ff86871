//! A date within words, as lists of articles show it: "Published 12. März 2026 | Press".

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::date;
use crate::model::Time;

/// Longer lines hold prose, not the date of an entry.
const LONGEST: usize = 160;

/// Only what states a day of a year counts.
static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?:T[0-9:.]+(?:Z|[+-]\d{2}:?\d{2})?)?",
        r"|\b\d{1,2} ?[-/.] ?\d{1,2} ?[-/.] ?(?:19|20)\d{2}\b",
        r"|\b\d{1,2}(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de )?\p{L}{3,12}\.?,?[ -](?:de |del )?(?:19|20)\d{2}\b",
        r"|\b\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}\b",
    ))
    .ok()
});

/// The day that a line states, or the instant where it is written for machines. `day_first` tells whether 3/12/2026 is
/// in December.
pub(super) fn in_words(line: &str, day_first: bool) -> Option<Time> {
    if line.len() > LONGEST {
        return None;
    }
    DAY.as_ref()?.find_iter(line).find_map(|found| read(found.as_str(), day_first))
}

fn read(written: &str, day_first: bool) -> Option<Time> {
    numbers(written, day_first).or_else(|| date::read(written)).or_else(|| {
        let words = written.split([' ', '-']).map(|word| word.trim_end_matches([',', '.', 'º']));
        let plain = words.filter(|word| !matches!(*word, "of" | "de" | "del" | ""));
        let bare = |word: &str| {
            let digits = word.trim_end_matches(char::is_alphabetic);
            let ordinal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if ordinal { digits.to_owned() } else { word.to_lowercase() }
        };
        date::read(&plain.map(bare).collect::<Vec<_>>().join(" "))
    })
}

/// Three numbers of which the last is the year. Where dots part them, the day comes first.
fn numbers(written: &str, day_first: bool) -> Option<Time> {
    let plain: String = written.chars().filter(|letter| *letter != ' ').collect();
    let dotted = plain.contains('.');
    let plain = plain.replace(['/', '.'], "-");
    let both = [("%d-%m-%Y", day_first || dotted), ("%m-%d-%Y", !day_first && !dotted)];
    let mut wished = both.iter().filter(|(_, wished)| *wished).chain(both.iter().filter(|(_, wished)| !*wished));
    let day = wished.find_map(|(format, _)| NaiveDate::parse_from_str(&plain, format).ok())?;
    day.and_hms_opt(0, 0, 0).map(|at| at.and_utc())
}

/// True where a page in this language writes the day before the month: everywhere but in the United States, and where
/// plain English is stated.
pub(super) fn day_comes_first(language: Option<&str>) -> bool {
    !matches!(language, None | Some("en" | "en-us" | "en_us"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r42_days_in_words_of_many_languages() {
        for (line, day) in [
            ("Published 12. März 2026 | Press", "2026-03-12"),
            ("March 12th, 2026", "2026-03-12"),
            ("Mar. 12, 2026 - by the editors", "2026-03-12"),
            ("12 de marzo de 2026", "2026-03-12"),
            ("le 1er août 2026", "2026-08-01"),
            ("12.03.2026", "2026-03-12"),
            ("3. 12. 2026", "2026-12-03"),
            ("2026-03-12T09:30:00Z", "2026-03-12"),
            ("News, 12 March 2026, London", "2026-03-12"),
            ("2026/03/12", "2026-03-12"),
        ] {
            let read = in_words(line, false).map(|at| at.format("%F").to_string());
            assert_eq!(read.as_deref(), Some(day), "{line}");
        }
        let slashed = |first| in_words("3/12/2026", first).map(|at| at.format("%F").to_string());
        assert_eq!((slashed(true).as_deref(), slashed(false).as_deref()), (Some("2026-12-03"), Some("2026-03-12")));
        assert_eq!(in_words("25/12/2026", false).map(|at| at.format("%F").to_string()).as_deref(), Some("2026-12-25"));
        for line in ["March", "yesterday", "Room 12 2026", "99/99/2026"] {
            assert_eq!(in_words(line, true), None, "{line}");
        }
    }
}
