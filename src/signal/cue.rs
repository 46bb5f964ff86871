//! The small language that cues are written in, and the search pattern a cue becomes.
//!
//! Cues are matched against a folded sentence: lower case, without accents, one byte for one byte, every byte that is
//! not ASCII read as `_`. What is special in a cue, everything else being a regular expression without look-around:
//!
//! | written | meaning |
//! |---|---|
//! | `{A}` | the subject; at the front: somewhere before, in the same clause; at the end: the next name |
//! | `{A!}` | the same, but right next to the words of the cue |
//! | `{B}` `{B!}` `{B?}` | the counterparty; `?`: may be missing |
//! | `{P}` `{P?}` | a person |
//! | `<buy>` | any form of the verb: buy, buys, bought, buying |
//! | `@list` | one of the words of that list in `[words]` |
//! | `...` | up to seven words of the same clause |
//! | `$$` | a sum of money or a number |

use std::collections::HashMap;

use regex::bytes::{Regex, RegexBuilder};

use super::verbs;

/// Most bytes that one compiled cue may take.
const SIZE_LIMIT: usize = 1 << 21;

/// Longest cue that is read, in bytes.
const MOST_BYTES: usize = 4_000;

/// What may stand in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Subject,
    Counterparty,
    Person,
}

/// How firmly a slot must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Right next to the words of the cue.
    Adjacent,
    /// Somewhere in the clause.
    Needed,
    /// Or not at all.
    Optional,
}

/// Where a slot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Before,
    After,
    /// Between words of the cue: the group with this name.
    Inside,
}

/// A slot of a cue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub who: Who,
    pub need: Need,
    pub place: Place,
}

/// A compiled cue.
#[derive(Clone, Debug)]
pub(super) struct Cue {
    pub regex: Regex,
    /// Beginnings of words of which one stands where the cue matches; empty: it may match anywhere.
    pub anchors: Vec<Vec<u8>>,
    pub slots: Vec<Slot>,
}

/// Name of the group around the first verb.
pub(super) const VERB: &str = "verb";

impl Cue {
    /// Compiles a cue; word lists are looked up in `words`.
    ///
    /// # Errors
    /// Says what is wrong: an unknown list or slot, a bad or too large pattern.
    pub(super) fn compile(written: &str, words: &HashMap<String, Vec<String>>) -> Result<Self, String> {
        if written.len() > MOST_BYTES {
            return Err(format!("longer than {MOST_BYTES} bytes"));
        }
        let mut slots = Vec::new();
        let mut core = written.trim();
        while let Some((slot, rest)) = leading_slot(core)? {
            slots.push(Slot { place: Place::Before, ..slot });
            core = rest;
        }
        // What may stand between the subject and the words is anything: a gap there would swallow the subject.
        while !slots.is_empty() {
            let Some(rest) = ["('s|s)? ", "... ", "(... )?"].iter().find_map(|gap| core.strip_prefix(gap)) else {
                break;
            };
            core = rest;
        }
        let mut after = Vec::new();
        while let Some((slot, rest)) = trailing_slot(core)? {
            after.push(Slot { place: Place::After, ..slot });
            core = rest;
        }
        if core.trim().is_empty() {
            return Err("has no words of its own".to_owned());
        }
        let pattern = expand(core, words, &mut slots)?;
        slots.extend(after);
        let regex = RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build().map_err(|error| error.to_string())?;
        let parsed = regex_syntax::ParserBuilder::new()
            .utf8(false)
            .build()
            .parse(&pattern)
            .map_err(|error| error.to_string())?;
        if parsed.properties().minimum_len().is_none_or(|least| least < 2) {
            return Err("can match less than two letters".to_owned());
        }
        Ok(Self { anchors: anchors(&parsed), regex, slots })
    }
}

/// The literal beginnings of all that a pattern matches, where they are few and long enough to be worth looking for.
fn anchors(parsed: &regex_syntax::hir::Hir) -> Vec<Vec<u8>> {
    let mut extractor = regex_syntax::hir::literal::Extractor::new();
    extractor.limit_total(MOST_ANCHORS).limit_repeat(3).limit_literal_len(12);
    let found = extractor.extract(parsed);
    let literals: Vec<Vec<u8>> =
        found.literals().unwrap_or_default().iter().map(|literal| literal.as_bytes().to_vec()).collect();
    if literals.iter().any(|literal| literal.len() < 2) { Vec::new() } else { literals }
}

/// More beginnings than these are not kept apart.
const MOST_ANCHORS: usize = 600;

fn leading_slot(core: &str) -> Result<Option<(Slot, &str)>, String> {
    let Some(inner) = core.strip_prefix('{') else { return Ok(None) };
    let Some((name, rest)) = inner.split_once('}') else { return Err("a slot is not closed".to_owned()) };
    Ok(Some((slot(name)?, rest.trim_start())))
}

fn trailing_slot(core: &str) -> Result<Option<(Slot, &str)>, String> {
    let Some(inner) = core.strip_suffix('}') else { return Ok(None) };
    let Some((rest, name)) = inner.rsplit_once('{') else { return Err("a slot is not opened".to_owned()) };
    if name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Ok(None);
    }
    Ok(Some((slot(name)?, rest.trim_end())))
}

fn slot(name: &str) -> Result<Slot, String> {
    let who = match name.trim_end_matches(['!', '?']) {
        "A" => Who::Subject,
        "B" => Who::Counterparty,
        "P" => Who::Person,
        _ => return Err(format!("unknown slot {{{name}}}")),
    };
    let need = match name.as_bytes().last() {
        Some(b'!') => Need::Adjacent,
        Some(b'?') => Need::Optional,
        _ => Need::Needed,
    };
    Ok(Slot { who, need, place: Place::Inside })
}

/// Name of the group of a slot inside a cue.
pub(super) fn group(who: Who) -> &'static str {
    match who {
        Who::Subject => "subject",
        Who::Counterparty => "counterparty",
        Who::Person => "person",
    }
}

const GAP: &str = r"(?:[^ ;]+ +){0,7}?";
const BETWEEN: &str = r"(?:[^ ;]+ +){0,6}?[^ ;]+?";
const SUM: &str = r"(?:[a-z]{0,3}[$_]+ ?|rs\.? ?)?[0-9][0-9,.]*(?:-[0-9]+/[0-9]+)?";

/// The regular expression of the words between the outer slots.
fn expand(core: &str, words: &HashMap<String, Vec<String>>, slots: &mut Vec<Slot>) -> Result<String, String> {
    let mut pattern = String::from(r"(?-u)\b");
    let begins_oddly = core.starts_with(['$', '%', '\'', '"']);
    if begins_oddly {
        pattern = String::from("(?-u)");
    }
    let mut rest = core;
    let mut verb_named = false;
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("... ") {
            pattern.push_str(GAP);
            rest = after;
        } else if let Some(after) = rest.strip_prefix("$$") {
            pattern.push_str(SUM);
            rest = after;
        } else if let Some((base, after)) = verb(rest) {
            let forms: Vec<String> = verbs::forms(base).into_iter().map(|(form, _)| form).collect();
            let open = if verb_named { "(?:".to_owned() } else { format!("(?P<{VERB}>") };
            verb_named = true;
            pattern.push_str(&open);
            pattern.push_str(&forms.join("|"));
            pattern.push(')');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('@') {
            let end = after.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(after.len());
            let list = words.get(&after[..end]).ok_or_else(|| format!("unknown word list @{}", &after[..end]))?;
            let mut list = list.clone();
            list.sort_by_key(|word| std::cmp::Reverse(word.len()));
            pattern.push_str("(?:");
            pattern.push_str(&list.join("|").replace(' ', " +"));
            pattern.push(')');
            rest = &after[end..];
        } else if rest.starts_with('{')
            && !rest[1..].starts_with(|letter: char| letter.is_ascii_digit() || letter == ',')
        {
            let (inner, after) = leading_slot(rest)?.ok_or("a slot is not closed")?;
            pattern.extend(["(?P<", group(inner.who), ">", BETWEEN, ")"]);
            slots.push(inner);
            // `leading_slot` took the blank after the slot away.
            let closed = rest.find('}').map_or(rest.len(), |place| place + 1);
            rest = if rest.len() - closed == after.len() { after } else { &rest[closed..] };
        } else if let Some(after) = rest.strip_prefix(" ?") {
            pattern.push_str(" *");
            rest = after;
        } else if letter == ' ' {
            pattern.push_str(" +");
            rest = &rest[1..];
        } else if let Some(after) = rest.strip_prefix('(').filter(|after| !after.starts_with('?')) {
            pattern.push_str("(?:");
            rest = after;
        } else {
            pattern.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    if core.ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '>' || letter == ')' || letter == '?')
    {
        pattern.push_str(r"(?:\b|$)");
    }
    Ok(pattern)
}

fn verb(rest: &str) -> Option<(&str, &str)> {
    let (base, after) = rest.strip_prefix('<')?.split_once('>')?;
    base.bytes().all(|byte| byte.is_ascii_lowercase()).then_some((base, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(written: &str) -> Result<Cue, String> {
        let words = HashMap::from([("unit".to_owned(), vec!["unit".to_owned(), "business".to_owned()])]);
        Cue::compile(written, &words)
    }

    #[test]
    fn cues_find_their_words() {
        for (written, sentence, found) in [
            ("{A} <acquire> {B}", "acme acquired beta", Some("acquired")),
            ("{A} <acquire> {B}", "reacquired", None),
            ("{A} <sell> ... @unit", "acme sells its old paper business", Some("sells its old paper business")),
            ("<order> {A} to pay", "jury orders acme corp to pay", Some("orders acme corp to pay")),
            ("{A} <raise> $$", "acme raises $6.5m", Some("raises $6.5")),
            ("{A} <cut> [0-9,]{3,} jobs", "acme to cut 2,700 jobs", Some("cut 2,700 jobs")),
        ] {
            let compiled = cue(written).unwrap();
            let matched = compiled.regex.find(sentence.as_bytes()).map(|found| found.as_bytes().to_vec());
            assert_eq!(matched.as_deref(), found.map(str::as_bytes), "{written} on {sentence}");
        }
    }

    #[test]
    fn r39_bad_cues_are_refused() {
        for bad in ["{A}", "{Z} <buy>", "@nowhere", "<buy> (", "{A <buy>", "x{1000000}", "(a?){500}{500}", ".*"] {
            assert!(cue(bad).is_err(), "{bad}");
        }
    }
}
