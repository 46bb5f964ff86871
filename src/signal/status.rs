//! How certain and how far along an event is, from the words around the cue.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::verbs::Tense;
use crate::model::Status;

/// The statuses that a cue gives by the form of its verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByTense {
    /// "buys", "cut".
    pub present: Status,
    /// "bought".
    pub past: Status,
    /// "to buy", "is buying".
    pub planned: Status,
}

/// What stands around the words of a cue, in folded ASCII.
pub(super) struct Around<'a> {
    /// The clause up to the cue.
    pub before: &'a [u8],
    /// From the cue to the end of the clause.
    pub after: &'a [u8],
    /// The whole sentence.
    pub sentence: &'a [u8],
    /// The form of the cue's first verb, where it has one.
    pub tense: Option<Tense>,
}

/// The status, or none where the words speak of something that did not happen and was not thought of
/// ("if Acme bought Beta").
pub(super) fn status(around: &Around<'_>, by_tense: ByTense) -> Option<Status> {
    let near = tail(around.before, 64);
    if matches(&HYPOTHETICAL, near) {
        return None;
    }
    if matches(&DENIED, near) || matches(&DENIED_AFTER, head(around.after, 60)) {
        return Some(Status::Denied);
    }
    // A question states nothing: at most it passes on what is in the air.
    let asked = around.sentence.trim_ascii_end().ends_with(b"?");
    if asked || matches(&RUMOURED, near) || matches(&HEARSAY, around.sentence) {
        return Some(Status::Rumoured);
    }
    let planned_words = matches(&PLANNED, near);
    Some(match around.tense {
        Some(Tense::Past) if !matches(&PASSIVE_PLAN, near) => by_tense.past,
        Some(Tense::Past | Tense::Progressive) => by_tense.planned,
        Some(Tense::Base) | None if planned_words => by_tense.planned,
        _ => by_tense.present,
    })
}

/// True where the sentence speaks of long ago ("in 2011 it bought Beta", "bought two years ago").
pub(super) fn is_history(sentence: &[u8], before: &[u8]) -> bool {
    matches(&HISTORY, sentence) || matches(&HISTORY_BEFORE, tail(before, 30))
}

/// True where the sentence gives advice, asks or lists instead of reporting.
pub(super) fn is_no_report(sentence: &[u8]) -> bool {
    matches(&NO_REPORT, sentence)
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &[u8]) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn tail(text: &[u8], most: usize) -> &[u8] {
    &text[text.len().saturating_sub(most)..]
}

fn head(text: &[u8], most: usize) -> &[u8] {
    &text[..text.len().min(most)]
}

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&format!("(?-u){text}")).ok()
}

static HYPOTHETICAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\b(?:if|unless|whether|should|why|how|would have|could have|might have|once|before|(?:was|were|been) supposed to|never)\b(?: [a-z0-9'_-]+){0,4} ?$",
    )
});

static DENIED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\b(?:den(?:y|ies|ied|ying)|not(?: yet)?|never|won't|doesn't|didn't|hasn't|isn't|wasn't|cannot|can't|no (?:plans?|intention|talks?|deal|decision)|rule[sd]? out|ruling out|reject(?:s|ed|ing)?|call(?:s|ed|ing)? off|drop(?:s|ped|ping)? (?:plans?|bid|its|the|out|effort)|scrap(?:s|ped|ping)?|abandon(?:s|ed|ing)?|cancel(?:s|led|ed|ling)?|fail(?:s|ed|ing)? to|refus(?:e|es|ed|ing)|withdr(?:aw|aws|ew|awn)|terminat(?:e|es|ed|ing)|halt(?:s|ed)?|end(?:s|ed)? talks|walk(?:s|ed)? away|turn(?:s|ed)? down|back(?:s|ed)? out|decline[sd]? to|shel(?:ve|ves|ved)|nixe?[sd]?)\b(?: [a-z0-9'$%_.,-]+){0,4} ?$",
    )
});

static DENIED_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:is|was|were|been|has|had|have|are) (?:been )?(?:terminated|called off|cancelled|canceled|abandoned|scrapped|withdrawn|rejected|ended|blocked|dropped|denied)|(?:collapses?|collapsed|falls? through|fell through|terminated|not to proceed|called off)\b)",
    )
});

static RUMOURED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\b(?:may|might|could|can|possibl[ey]|possibility|potential(?:ly)?|likely|unlikely|consider(?:s|ed|ing)?|mull(?:s|ed|ing)?|weigh(?:s|ed|ing)?|explor(?:e|es|ed|ing)|eye(?:s|d|ing)?|eyeing|in talks?|talks?|talking|near(?:s|ing)?|close to|reportedly|rumou?r(?:s|ed)?|allegedly|said to(?: be)?|reported to(?: be)?|believed to(?: be)?|thought to(?: be)?|expected|appears?|seeks? to|seeking(?: to)?|look(?:s|ing)? (?:at|to|for)|hop(?:es|ing)|speculation|interested|interest in|proposes?|urges?|prepar(?:es|ing) to|studying|study|examin(?:es|ing)|discuss(?:es|ing|ed)?|want(?:s|ed)? to|set to|poised to|option|options)\b(?: [a-z0-9'$%_.,-]+){0,5} ?$",
    )
});

static HEARSAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?:[:-] ?(?:sources?|reports?|papers?|wsj|ft|bloomberg|nikkei|insiders?|media)(?: reports?)?$|\b(?:sources (?:say|said|familiar)|source says?|people familiar|familiar with the|according to (?:[a-z0-9]+ ){0,3}(?:reports?|sources?|people|insiders)|(?:reports?|sources?|bloomberg|wsj|ft|nikkei|newspaper|paper|insiders?)(?: has| have)? (?:says?|said|reports?|reported|claims?)|reportedly|is rumou?red|rumou?rs?|on reports? of|market talk)\b|^(?:sources?|reports?|papers?|rumou?rs?) ?:)",
    )
});

static PLANNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\b(?:to|will|would|'ll|shall|plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|aim(?:s|ed|ing)?|agree(?:s|d|ing)?|agreement|announce[sd]?|propos(?:es|ed|al)|decid(?:e|es|ed)|about to|going to|pledge[sd]?|vow[sd]?|offer(?:s|ed)?|due to)\b(?: [a-z0-9'_-]+){0,4} ?$",
    )
});

static PASSIVE_PLAN: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\b(?:to be|will be|to get|be|being|would be|to have) ?$"));

static HISTORY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:years?|decades?) (?:ago|earlier)|a (?:year|decade) ago|since (?:19|20)[0-9]{2}|(?:back )?in (?:19[0-9]{2}|200[0-9]|201[0-9])|last year(?:'s)?|used to|years? back)\b",
    )
});

static HISTORY_BEFORE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"\b(?:had|former|formerly|previously|once|since|after having|that|which|who) ?$"));

static NO_REPORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"^(?:how to|here's how|here are|should you|is it time|what to (?:expect|know|watch)|where to|which |why |can |could |will |is |are |does |do |would |what if|when |how |the best|best |top [0-9]+|[0-9]+ (?:things|ways|stocks|reasons|best|tips)|podcast|review:|quiz|opinion:|poll:|ask )|\b(?:deals? of the day|gift guide|buying guide|how-to)\b",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    const BUY: ByTense = ByTense { present: Status::Announced, past: Status::Completed, planned: Status::Announced };

    fn read(before: &str, tense: Tense, after: &str) -> Option<Status> {
        let sentence = format!("{before}{after}");
        status(
            &Around {
                before: before.as_bytes(),
                after: after.as_bytes(),
                sentence: sentence.as_bytes(),
                tense: Some(tense),
            },
            BUY,
        )
    }

    #[test]
    fn words_before_the_cue_decide() {
        for (before, tense, after, expected) in [
            ("acme ", Tense::Present, "buys beta", Some(Status::Announced)),
            ("acme ", Tense::Past, "bought beta", Some(Status::Completed)),
            ("acme to ", Tense::Base, "buy beta", Some(Status::Announced)),
            ("acme may ", Tense::Base, "buy beta", Some(Status::Rumoured)),
            ("acme in talks to ", Tense::Base, "buy beta", Some(Status::Rumoured)),
            ("acme to ", Tense::Base, "buy beta: sources", Some(Status::Rumoured)),
            ("acme denies it will ", Tense::Base, "buy beta", Some(Status::Denied)),
            ("acme drops plan to ", Tense::Base, "buy beta", Some(Status::Denied)),
            ("acme to be ", Tense::Past, "acquired by beta", Some(Status::Announced)),
            ("what if acme ", Tense::Past, "bought beta", None),
        ] {
            assert_eq!(read(before, tense, after), expected, "{before}|{after}");
        }
    }

    #[test]
    fn history_is_told_apart() {
        assert!(is_history(b"acme bought beta in 2011", b"acme "));
        assert!(is_history(b"acme, which bought beta", b"acme, which "));
        assert!(!is_history(b"acme bought beta on monday", b"acme "));
    }
}
