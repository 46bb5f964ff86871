//! What speaks against: a longer name, a person, a place, the everyday sense of a word.

use super::{FORBIDDEN, Scale};
use crate::mention::lexis::{Kinds, kind};
use crate::mention::names::{Sort, Trust};
use crate::mention::prose::{Case, Style};
use crate::mention::surroundings::{Neighbour, exchange_label};

impl Scale<'_> {
    /// The name goes on, or began earlier: another firm, institution, venue or event.
    pub(super) fn longer_name(&mut self) {
        self.goes_on();
        self.began_earlier();
        self.in_address();
        self.in_symbol();
    }

    /// The exchange in the label of another firm's stock symbol.
    fn in_symbol(&mut self) {
        let span = self.candidate.span;
        if let Some(label) = exchange_label(self.prose.original, span.start, span.end) {
            self.put("exchange_label", label, FORBIDDEN);
        }
    }

    fn goes_on(&mut self) {
        let run = self.around.going_on(5);
        let style = self.around.style;
        let Some(next) = run.first().copied() else { return self.small_sense() };
        let detail = run.iter().map(|next| next.text).collect::<Vec<_>>().join(" ");
        let clear = style == Style::Sentence;
        let weak = self.weak();
        let reach = if clear { 3 } else { 1 };
        let venue =
            run.iter().take(reach).find(|next| next.is(kind::VENUE) && (clear || FIRM_VENUES.contains(&next.text)));
        let sporting = weak || self.tone.sport >= 2;
        let numbered = next.word.case == Case::None
            && next.text.len() == 3
            && !self.form.plain.ends_with(|c: char| c.is_ascii_digit());
        if venue.is_some() || (numbered && sporting && next.is_adjacent()) {
            return self.put("venue_or_event", &detail, -4.0);
        }
        let whole = if weak && clear { self.around.whole_name(5) } else { run.clone() };
        let heads = whole.iter().take(if clear { 5 } else { 1 });
        if let Some(head) = heads.into_iter().find(|next| next.is(kind::INSTITUTION) && next.is_adjacent()) {
            let strong = STRONG_INSTITUTIONS.contains(&head.text);
            if strong || (weak && (clear || head.text == next.text)) {
                return self.put("other_institution", &detail, if weak { -4.0 } else { -3.0 });
            }
        }
        let postal = next.text.len() == 5 && next.text.bytes().all(|digit| digit.is_ascii_digit());
        if postal && self.form.trust == Trust::Short && next.is_adjacent() {
            return self.put("postal_code", &detail, -3.0);
        }
        if next.is(kind::LEGAL) || next.word.case == Case::None {
            return self.hyphen(next);
        }
        if weak && !clear && next.is_adjacent() && next.word.kinds == 0 && style != Style::Lower {
            self.put("part_of_longer_name", &detail, -1.0);
        }
        let same_industry = next.word.kinds & kind::INDUSTRY & self.watched.industry != 0;
        let legal = run.iter().skip(1).take(3).any(|next| next.is(kind::LEGAL));
        let own = self.own_continuation(next.text);
        if own == Some(true) {
            return self.support("own_name_goes_on", &detail, 1.5);
        }
        let sibling = own == Some(false) && !self.form.trust.is_long();
        let acronym = self.form.trust == Trust::Short;
        let known = next.is(kind::AFTER | kind::SAYS)
            || !clear && (next.is(kind::AFTER | kind::SAYS | kind::FUNCTION | kind::ORDINARY) && !legal);
        if same_industry || next.is(kind::REGION) && next.is_adjacent() {
            if weak || sibling {
                self.support("own_unit", &detail, 0.8);
            }
        } else if sibling && next.is(kind::INDUSTRY) || weak && legal {
            self.put("other_firm_of_the_name", &detail, -3.2);
        } else if (sibling || weak) && clear && next.is_adjacent() && !known && !next.is(kind::FUNCTION | kind::MONTH) {
            let role = next.is(kind::ROLE | kind::PERSON) || next.word.case == Case::Upper && next.is(kind::ROLE);
            if !role {
                self.put(
                    "part_of_longer_name",
                    &detail,
                    if acronym {
                        -0.3
                    } else if weak {
                        -1.8
                    } else {
                        -1.2
                    },
                );
            }
        }
        self.hyphen(next);
    }

    /// Whether the next word is the next of the account's own name, where the name found is only the beginning of it.
    fn own_continuation(&self, next: &str) -> Option<bool> {
        let core = &self.watched.core;
        let found: Vec<&str> = self.form.plain.split(' ').collect();
        let begins = core.len() > found.len() && core.iter().zip(&found).all(|(own, found)| own == found);
        begins.then(|| {
            let own = core[found.len()].as_str();
            own == next || own.starts_with(next) || next.starts_with(own)
        })
    }

    /// "palm oil", "next week", "the Gulf of": the everyday sense.
    fn small_sense(&mut self) {
        let Some(next) = self.around.next() else { return };
        if self.weak()
            && next.is_adjacent()
            && next.is(kind::SENSE | kind::INSTITUTION)
            && next.word.case == Case::Lower
        {
            self.put("other_sense", &format!("{} {}", self.form.plain, next.text), -2.2);
        } else if self.weak() && next.is_adjacent() && next.text == "of" && self.own_kinds() & kind::ORDINARY != 0 {
            self.put("other_sense", &format!("{} of", self.form.plain), -1.2);
        }
        self.hyphen(next);
    }

    fn hyphen(&mut self, next: Neighbour<'_>) {
        if self.weak() && matches!(next.gap, "-" | "‑" | "‐") && !next.is(kind::COMPOUND) {
            let digits = next.text.starts_with(|letter: char| letter.is_ascii_digit());
            let weight = match (self.form.trust, digits) {
                (_, true) => -2.5,
                (Trust::Short, false) => -0.3,
                _ => -1.0,
            };
            self.put("part_of_compound", &format!("{}-{}", self.form.plain, next.text), weight);
        }
    }

    fn began_earlier(&mut self) {
        let Some(previous) = self.around.previous() else { return };
        if !self.weak() {
            return;
        }
        let detail = format!("{} {}", previous.text, self.form.plain);
        if matches!(previous.gap, "-" | "‑" | "‐") {
            return self.put("part_of_compound", &detail, -1.5);
        }
        if previous.is(kind::DETERMINER)
            && previous.is_adjacent()
            && self.own_kinds() & (kind::ORDINARY | kind::PLACE) != 0
        {
            let the = matches!(previous.text, "the" | "le" | "la" | "der" | "die" | "das");
            return self.put("article_before", &detail, if the { -0.4 } else { -1.3 });
        }
        if previous.text == "the"
            && self.own_kinds() & (kind::ORDINARY | kind::PLACE) != 0
            && !self.form.written.starts_with("The")
        {
            return self.put("article_before", &detail, -0.5);
        }
        if self.around.style == Style::Title && previous.is_adjacent() && previous.is(kind::NATION) {
            return self.put("part_of_longer_name", &detail, -1.0);
        }
        let shouted = matches!(self.around.style, Style::Title | Style::Upper);
        if shouted && previous.is_adjacent() && previous.is(kind::PLACE) && !previous.is(kind::FUNCTION) {
            return self.put("part_of_longer_name", &detail, -1.5);
        }
        if self.own_kinds() & kind::LEGAL != 0
            && previous.word.case.is_capital()
            && previous.is_adjacent()
            && !previous.is(kind::FUNCTION)
        {
            return self.put("legal_form_of_another", &detail, -3.0);
        }
        if previous.is_adjacent() && previous.is(kind::THING) {
            return self.put("named_thing", &detail, -2.5);
        }

        if self.part_before(previous) {
            let weight = if self.form.trust == Trust::Short { -1.2 } else { -2.2 };
            self.put("part_of_longer_name", &detail, weight);
        }
    }

    /// The word before is the beginning of a longer name.
    pub(super) fn part_before(&self, previous: Neighbour<'_>) -> bool {
        let compound = self.language == Some("de") && GERMAN_FIRMS.iter().any(|end| previous.text.ends_with(end));
        previous.is_capital(self.around.style)
            && previous.is_joined()
            && !previous.is(NOT_PART)
            && !compound
            && !(previous.word.opens && previous.is(kind::ORDINARY | kind::PERSON))
    }

    /// Inside an address of the web or a mail address that is not the account's own.
    fn in_address(&mut self) {
        let chunk = self.around.chunk(self.candidate.span.start, self.candidate.span.end);
        let address = chunk.contains("://") || chunk.contains("www.") || chunk.contains('@') && !chunk.starts_with('@');
        if !address || self.form.sort == Sort::Domain {
            return;
        }
        let folded = crate::text::fold::fold(chunk);
        if !self.watched.account.domains.iter().any(|domain| folded.contains(domain.as_str())) {
            self.put("inside_address", chunk, -5.0);
        }
    }

    /// The name of a person.
    pub(super) fn person(&mut self) {
        if !self.weak() || self.form.trust == Trust::Short {
            return self.courtesy();
        }
        let kinds = self.own_kinds();
        if let Some(previous) = self.around.previous().filter(Neighbour::is_adjacent_or_dot) {
            let detail = format!("{} {}", previous.text, self.form.plain);
            let capital = previous.word.case.is_capital();
            let initial = capital
                && previous.word.to - previous.word.from == 1
                && previous.text != "a"
                && previous.gap.starts_with('.');
            if initial {
                self.put("person_first_name", &detail, -2.5);
            } else if capital
                && previous.is(kind::FIRST_NAME)
                && !previous.is(kind::PLACE | kind::NATION | kind::FUNCTION)
            {
                let sure = !previous.is(kind::ORDINARY) && kinds & kind::SURNAME != 0;
                self.put("person_first_name", &detail, if sure { -2.5 } else { -1.2 });
            }
        }
        self.courtesy();
        let Some(next) = self.around.next().filter(|next| next.is_adjacent() && !self.around.possessive) else {
            return;
        };
        let capital = next.is_capital(self.around.style);
        if kinds & kind::FIRST_NAME != 0 && capital && !next.is(kind::LEGAL | kind::AFTER | kind::INDUSTRY | kind::ROLE)
        {
            let detail = format!("{} {}", self.form.plain, next.text);
            self.put("person_surname", &detail, if next.is(kind::SURNAME) { -2.5 } else { -1.0 });
        }
    }

    /// "Mrs Ford", "striker Hughes".
    fn courtesy(&mut self) {
        let Some(previous) = self.around.previous().filter(Neighbour::is_adjacent_or_dot) else { return };
        let capital_only =
            matches!(previous.text, "general" | "don" | "father" | "king" | "queen" | "guard" | "sir" | "major");
        if self.weak() && previous.is(kind::PERSON) && (!capital_only || previous.word.case.is_capital()) {
            self.put("person_title", &format!("{} {}", previous.text, self.form.plain), -3.0);
        }
    }

    /// A place: "in Boston", "Hartford, Conn.", a dateline.
    pub(super) fn other_sense(&mut self) {
        if !self.weak() || self.own_kinds() & kind::PLACE == 0 {
            return;
        }
        if let Some(previous) = self.around.previous().filter(|previous| previous.is(kind::PLACE_PREPOSITION)) {
            let weight = if matches!(previous.text, "at" | "from") { -0.5 } else { -1.8 };
            self.put("place_preposition", previous.text, weight);
        }
        if let Some(next) = self.around.next() {
            if next.gap.trim() == "," && next.is(kind::PLACE) && next.word.case.is_capital() {
                self.put("place_and_state", next.text, -2.5);
            } else if self.around.opens()
                && (next.is(kind::MONTH) || next.gap.contains(['(', '-', '–']) && next.gap.contains(' '))
            {
                self.put("dateline", next.text, -2.5);
            }
        }
    }
}

/// Venues and events that are such even in a headline of capitals.
const FIRM_VENUES: [&str; 12] = [
    "classic",
    "championship",
    "championships",
    "cup",
    "bowl",
    "stadium",
    "speedway",
    "invitational",
    "trophy",
    "masters",
    "arena",
    "tournament",
];

/// Capitalised words before a name that are no part of it.
const NOT_PART: Kinds =
    kind::NATION | kind::ROLE | kind::LEGAL | kind::MONTH | kind::FUNCTION | kind::BEFORE | kind::SAYS;

/// What German compounds that say what a firm is end with ("Direktbank", "Autokonzern").
pub(super) const GERMAN_FIRMS: [&str; 9] =
    ["bank", "konzern", "hersteller", "versicherer", "anbieter", "riese", "gruppe", "unternehmen", "bauer"];

/// Heads that make an institution of any name.
const STRONG_INSTITUTIONS: [&str; 7] =
    ["university", "foundation", "institute", "museum", "college", "stiftung", "fondation"];
