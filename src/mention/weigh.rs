//! Weighs each candidate: what speaks for and against its being the account. Weights are log odds, set by hand.

use std::collections::HashSet;

use crate::mention::candidates::{Candidate, clues_in};
use crate::mention::lexis::{self, Kinds, kind};
use crate::mention::names::{Form, Sort, Trust};
use crate::mention::prose::{Case, Prose, Style, Words};
use crate::mention::surroundings::{Around, Neighbour, symbol_after};
use crate::mention::{Matcher, Watched, score};
use crate::model::{Reading, Reason};

/// What must never be overruled by other evidence.
pub(super) const FORBIDDEN: f64 = -12.0;

/// One candidate under the eyes of the weighing.
struct Scale<'a> {
    candidate: &'a mut Candidate,
    form: &'a Form,
    watched: &'a Watched,
    around: Around<'a>,
    prose: &'a Prose<'a>,
    tone: Tone,
    language: Option<&'a str>,
}

impl Matcher {
    /// Gives each candidate its reasons.
    pub(super) fn weigh(
        &self,
        candidates: &mut [Candidate],
        proses: &[Prose<'_>; 2],
        words: &[Words; 2],
        reading: &Reading<'_>,
    ) {
        let ruled = candidates.iter().any(|candidate| self.accounts[candidate.account].has_clues());
        let clues = match &self.clues {
            Some(clues) if ruled => clues_in(clues, proses),
            _ => HashSet::new(),
        };
        let lower = lower_words(proses, words);
        for candidate in candidates.iter_mut() {
            let field = candidate.field();
            let form = &self.forms[candidate.form];
            let watched = &self.accounts[candidate.account];
            let around = Around::of(candidate, &proses[field], &words[field]);
            let tone = Tone::around(candidate, words);
            let prose = &proses[field];
            let mut scale = Scale { candidate, form, watched, around, prose, tone, language: reading.language };
            if watched.is_topic() {
                scale.put("phrase", &form.alias, 3.0);
            } else {
                scale.name();
                scale.spelling(&lower);
                scale.firm_nearby();
                scale.longer_name();
                scale.person();
                scale.other_sense();
                scale.tone();
                scale.whole_reading(reading);
            }
            scale.rules(&clues);
        }
        self.across(candidates, proses);
        for candidate in candidates.iter_mut() {
            self.demand_support(candidate);
        }
    }

    /// What other places in the article say: the full name confirms, a person's full name speaks against.
    fn across(&self, candidates: &mut [Candidate], proses: &[Prose<'_>; 2]) {
        let mut sure: HashSet<usize> = HashSet::new();
        let mut persons: HashSet<&str> = HashSet::new();
        for candidate in candidates.iter() {
            let form = &self.forms[candidate.form];
            let has = |code: &str| candidate.why.iter().any(|reason| reason.code == code);
            let named = matches!(form.trust, Trust::Full | Trust::Long | Trust::Words)
                || has("legal_form")
                || has("own_ticker")
                || form.sort == Sort::Domain;
            if named && score(&candidate.why) > 0.6 {
                sure.insert(candidate.account);
            }
            if has("person_first_name") || has("person_title") {
                persons.insert(&form.plain);
            }
        }
        self.beside(candidates, proses);
        for candidate in candidates.iter_mut() {
            let form = &self.forms[candidate.form];
            let itself = candidate.why.iter().any(|reason| matches!(reason.code.as_str(), "legal_form" | "own_ticker"));
            if !form.trust.is_weak() || itself || self.accounts[candidate.account].is_topic() {
                continue;
            }
            let own = candidate.why.iter().any(|reason| PERSON_CODES.contains(&reason.code.as_str()));
            if sure.contains(&candidate.account) && !own {
                candidate.support("full_name_elsewhere", "the article also gives the full name", 2.2);
            }
            if persons.contains(form.plain.as_str()) && !own {
                candidate.against("person_elsewhere", "the article names a person so", -2.2);
            }
        }
    }

    /// A name in a list with, or close to, the believed name of another account is more likely one of a firm.
    fn beside(&self, candidates: &mut [Candidate], proses: &[Prose<'_>; 2]) {
        let believed: Vec<bool> = candidates
            .iter()
            .map(|candidate| !self.accounts[candidate.account].is_topic() && score(&candidate.why) > 0.7)
            .collect();
        for number in 0..candidates.len() {
            let candidate = &candidates[number];
            if !self.forms[candidate.form].trust.is_weak() {
                continue;
            }
            let plain = &proses[candidate.field()].plain;
            let (mut listed, mut near) = (None, None);
            // Candidates stand in order of place, so the near ones are the next ones.
            let before = (number.saturating_sub(NEIGHBOURS)..number).rev();
            let after = number + 1..(number + 1 + NEIGHBOURS).min(candidates.len());
            for other in before.chain(after).filter(|other| believed[*other]) {
                let neighbour = &candidates[other];
                if neighbour.field() != candidate.field() || neighbour.account == candidate.account {
                    continue;
                }
                let gap = match () {
                    () if neighbour.end <= candidate.start => &plain[neighbour.end..candidate.start],
                    () if candidate.end <= neighbour.start => &plain[candidate.end..neighbour.start],
                    () => continue,
                };
                if JOINTS.contains(&gap.trim()) {
                    listed = Some(neighbour.account);
                } else if gap.len() < 60 {
                    near = Some(neighbour.account);
                }
            }
            let candidate = &mut candidates[number];
            if let Some(account) = listed {
                candidate.support("listed_with", &self.accounts[account].account.name, 1.4);
            } else if let Some(account) = near {
                candidate.support("named_with", &self.accounts[account].account.name, 0.4);
            }
        }
    }

    /// Short and common names are not believed without support.
    fn demand_support(&self, candidate: &mut Candidate) {
        let form = &self.forms[candidate.form];
        let alias = form.rules.and_then(|rules| self.accounts[candidate.account].account.aliases.get(rules));
        let needs = alias.and_then(|alias| alias.needs_context).unwrap_or(form.trust.is_weak());
        if needs && !candidate.supported && !self.accounts[candidate.account].is_topic() {
            candidate.against("needs_context", "nothing near the name speaks for the account", -3.0);
        }
    }
}

impl Candidate {
    /// Adds a reason that is support from the context.
    pub(super) fn support(&mut self, code: &str, detail: &str, weight: f64) {
        self.supported = true;
        self.against(code, detail, weight);
    }

    /// Adds a reason.
    pub(super) fn against(&mut self, code: &str, detail: &str, weight: f64) {
        self.why.push(Reason { code: code.to_owned(), detail: detail.to_owned(), weight });
    }
}

impl Watched {
    fn has_clues(&self) -> bool {
        let any = |lists: &[Vec<usize>]| lists.iter().any(|list| !list.is_empty());
        !(self.require.is_empty() && self.exclude.is_empty() && self.known.is_empty())
            || any(&self.alias_require)
            || any(&self.alias_exclude)
    }
}

/// Words of the reading that stand in lower case where a name would have a capital.
fn lower_words<'a>(proses: &'a [Prose<'_>; 2], words: &[Words; 2]) -> HashSet<&'a str> {
    let mut lower = HashSet::new();
    for (prose, words) in proses.iter().zip(words) {
        for word in words.words.iter().filter(|word| word.case == Case::Lower && word.kinds & kind::ORDINARY != 0) {
            lower.insert(&prose.plain[word.start..word.end]);
        }
    }
    lower
}

/// How much the words around speak of business and of sport.
#[derive(Clone, Copy, Debug, Default)]
struct Tone {
    business: usize,
    sport: usize,
}

/// So many words before and after a name make its tone.
const REACH: usize = 40;

impl Tone {
    fn around(candidate: &Candidate, words: &[Words; 2]) -> Self {
        let own = &words[candidate.field()];
        let (first, after) = (own.at(candidate.start), own.at(candidate.end));
        let mut tone = Self::default();
        let near = own.words[first.saturating_sub(REACH)..first]
            .iter()
            .chain(&own.words[after..(after + REACH).min(own.words.len())]);
        // The headline belongs to every place of the text, the first words of the text to the headline.
        let other = &words[1 - candidate.field()].words;
        for word in near.chain(&other[..other.len().min(REACH)]) {
            tone.business += usize::from(word.kinds & kind::FINANCE != 0);
            tone.sport += usize::from(word.kinds & kind::SPORT != 0);
        }
        tone
    }
}

impl Scale<'_> {
    fn put(&mut self, code: &str, detail: &str, weight: f64) {
        self.candidate.against(code, detail, weight);
    }

    fn support(&mut self, code: &str, detail: &str, weight: f64) {
        self.candidate.support(code, detail, weight);
    }

    fn weak(&self) -> bool {
        self.form.trust.is_weak()
    }

    /// Kinds of the name itself, where it is one word.
    fn own_kinds(&self) -> Kinds {
        lexis::kinds(&self.form.plain) | self.form.plain.strip_suffix("'s").map_or(0, lexis::kinds)
    }

    /// What the name is worth without any context.
    fn name(&mut self) {
        let alias = self.form.alias.as_str();
        if self.form.sort == Sort::Domain {
            return self.support("own_domain", alias, 2.0);
        }
        if self.form.sort == Sort::Ticker {
            return self.support("ticker_pattern", alias, 1.5);
        }
        let trusted = self
            .form
            .rules
            .and_then(|rules| self.watched.account.aliases.get(rules))
            .is_some_and(|alias| alias.needs_context == Some(false));
        match self.form.trust {
            Trust::Full => self.put("full_name", alias, 4.0),
            Trust::Long => self.put("long_name", alias, 2.6),
            Trust::Words => self.put("name_of_ordinary_words", alias, 1.6),
            Trust::Distinct => self.put("distinctive_name", alias, 1.8),
            _ if trusted => self.put("trusted_alias", alias, 1.8),
            Trust::Short => self.put("short_name", alias, -0.2),
            Trust::Ambiguous => {
                let kinds = self.own_kinds();
                if kinds & kind::PLACE != 0 {
                    self.put("place_name", alias, -1.3);
                } else if kinds & kind::PERSON_NAME != 0 {
                    self.put("person_name", alias, -0.6);
                } else {
                    self.put("ordinary_word", alias, -0.8);
                }
            }
        }
        if self.weak() && self.is_only_name() {
            self.support("only_name", "the account is watched by nothing but this word", 1.0);
        }
    }

    /// The account is watched by this word and nothing else, so no report can name it in another way.
    fn is_only_name(&self) -> bool {
        let account = &self.watched.account;
        let bare = account.aliases.is_empty() && account.domains.is_empty() && account.tickers.is_empty();
        bare && !self.form.derived
    }

    /// Capitals as in the watchlist, or not.
    fn spelling(&mut self, lower: &HashSet<&str>) {
        let (from, to) = (self.candidate.span.start, self.candidate.span.end);
        let found = &self.prose.original[from..to];
        let (here, expected) = (Case::of(found), Case::of(&self.form.written));
        if self.form.sort != Sort::Name || expected == Case::None {
            return;
        }
        let style = self.around.style;
        let tells = style == Style::Sentence && !self.around.opens();
        let trust = self.form.trust;
        if here == Case::Lower && expected != Case::Lower {
            let weight = match trust {
                Trust::Full => -0.5,
                Trust::Long => -1.2,
                Trust::Distinct if to - from > 4 => -1.3,
                Trust::Distinct => -2.6,
                _ => -4.0,
            };
            let weight = if style == Style::Lower && !self.weak() { weight / 2.0 } else { weight };
            return self.put("lower_case", found, weight);
        }
        let alike = same_capitals(found, &self.form.written);
        if trust == Trust::Words && style == Style::Sentence && !alike && here == Case::Capital {
            return self.put("other_case", found, -2.0);
        }
        if alike {
            if expected == Case::Lower {
                self.put("exact_case", found, 0.3);
            } else if trust == Trust::Short && style != Style::Upper {
                self.put("exact_case", found, 0.5);
            } else if trust == Trust::Ambiguous
                && tells
                && self.own_kinds() & kind::ORDINARY != 0
                && self.language != Some("de")
            {
                self.put("exact_case", found, if self.own_kinds() & kind::PLACE == 0 { 1.0 } else { 0.2 });
            }
        } else if trust == Trust::Short && here != Case::Upper {
            return self.put("other_case", found, -4.0);
        } else if self.weak() && here == Case::Upper && style != Style::Upper && !self.around.opens() {
            self.put("all_capitals", found, -0.8);
        } else if self.weak() && expected == Case::Lower && tells {
            self.put("other_case", found, -0.3);
        }
        let common = trust == Trust::Ambiguous && self.own_kinds() & kind::ORDINARY != 0 && expected != Case::Lower;
        if common && !tells && lower.contains(self.form.plain.as_str()) {
            self.put("lower_case_elsewhere", &self.form.plain, -1.2);
        }
        if common && self.language.is_some_and(|language| language != "en") {
            self.put("word_in_other_language", self.language.unwrap_or_default(), -0.8);
        }
    }

    /// Words that stand next to names of firms.
    fn firm_nearby(&mut self) {
        let rest = &self.prose.original[self.candidate.span.end..];
        let tickers = &self.watched.account.tickers;
        let found = &self.prose.original[self.candidate.span.start..self.candidate.span.end];
        if let Some(symbol) = symbol_after(rest) {
            let bare = symbol.split('.').next().unwrap_or(symbol);
            if tickers.iter().any(|own| own == symbol || own == bare) {
                self.support("own_ticker", symbol, 3.0);
            } else if self.weak() && !self.around.previous().is_some_and(|previous| self.part_before(previous)) {
                self.support("ticker_after", symbol, 1.4);
            }
        } else if tickers.iter().any(|own| own == found)
            && self.form.sort == Sort::Name
            && crate::mention::surroundings::is_ticker_pattern(
                self.prose.original,
                self.candidate.span.start,
                self.candidate.span.end,
            )
        {
            self.support("own_ticker", found, 2.5);
        }
        if let Some(next) = self.around.next() {
            self.after(next);
            self.apposition(next);
        }
        if let Some(previous) = self.around.previous() {
            self.before(previous);
        }
    }

    fn after(&mut self, next: Neighbour<'_>) {
        let near = next.is_adjacent() || matches!(next.gap.trim(), "," | "-");
        if near
            && next.is(kind::LEGAL)
            && next.word.case.is_capital()
            && !self.around.possessive
            && !self.form.trust.is_long()
        {
            let forms: Vec<&str> =
                self.around.following(3).take_while(|next| next.is(kind::LEGAL)).map(|next| next.text).collect();
            let other = |form: &&str| {
                let family = legal_family(form);
                matches!(family, Some("uk" | "de")) && self.form_of_law().is_some_and(|own| Some(own) != family)
            };
            return match forms.iter().find(|form| other(form)) {
                Some(form) => self.put("other_legal_form", form, -2.5),
                None => self.support("legal_form", next.text, 2.8),
            };
        }
        let cue = next.is_adjacent() || self.around.possessive || next.gap.trim() == ",";
        let person = self.own_kinds() & kind::PERSON_NAME != 0 && self.weak();
        let small = next.word.case == Case::Lower || self.around.style != Style::Sentence || self.around.possessive;
        if !cue {
            return;
        }
        if next.is(kind::SAYS) && next.word.case != Case::None {
            self.support("says", next.text, if person { 0.4 } else { 1.2 });
        } else if next.is(kind::AFTER | kind::ROLE) && (small || next.word.case == Case::Upper) {
            let capital_role = self.around.style == Style::Sentence && next.word.case == Case::Capital;
            self.support("business_word_after", next.text, if capital_role { 0.5 } else { 1.5 });
        } else if next.text == "to" && self.candidate.field() == 0 {
            self.support("headline_plan", "to", 0.9);
        }
    }

    /// "Acme, the maker of robots".
    fn apposition(&mut self, next: Neighbour<'_>) {
        let article =
            matches!(next.text, "a" | "an" | "the" | "one" | "which" | "whose" | "der" | "die" | "das" | "le" | "la");
        if next.gap.trim() != "," || !article || !self.weak() {
            return;
        }
        let firm = self.around.following(8).skip(1).find(|next| next.is(kind::BEFORE) && next.word.case == Case::Lower);
        if let Some(firm) = firm {
            self.support("apposition", firm.text, 1.6);
        }
    }

    fn before(&mut self, previous: Neighbour<'_>) {
        let small = previous.word.case == Case::Lower || self.around.style != Style::Sentence || previous.word.opens;
        let compound = self.language == Some("de") && GERMAN_FIRMS.iter().any(|end| previous.text.ends_with(end));
        if previous.is_adjacent() && compound {
            return self.support("kind_of_firm_before", previous.text, 2.0);
        }
        if previous.is_adjacent() && previous.is(kind::BEFORE) && small && !previous.is(kind::PERSON) {
            return self.support("kind_of_firm_before", previous.text, 2.0);
        }
        let linking = matches!(previous.text, "of" | "in" | "at" | "by" | "for" | "from" | "with" | "on");
        if previous.is_adjacent() && linking {
            let governor = self.around.preceding(2).nth(1);
            if let Some(governor) = governor.filter(|governor| {
                governor.is_adjacent() && governor.is(kind::AFTER | kind::ROLE | kind::BEFORE | kind::FINANCE)
            }) {
                self.support("business_phrase_before", &format!("{} {}", governor.text, previous.text), 1.5);
            }
        }
    }

    /// The family of the account's own legal form.
    fn form_of_law(&self) -> Option<&'static str> {
        let plain = crate::mention::prose::plain(&self.watched.account.name);
        plain
            .split(' ')
            .rev()
            .find_map(|word| legal_family(word.trim_matches(|letter: char| !letter.is_alphanumeric())))
    }

    /// The name goes on, or began earlier: another firm, institution, venue or event.
    fn longer_name(&mut self) {
        self.goes_on();
        self.began_earlier();
        self.in_address();
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
        } else if (sibling && next.is(kind::INDUSTRY)) || (weak && legal) {
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
    fn part_before(&self, previous: Neighbour<'_>) -> bool {
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
    fn person(&mut self) {
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
    fn other_sense(&mut self) {
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

    /// A report about business, or about sport.
    fn tone(&mut self) {
        let tone = self.tone;
        if !self.weak() {
            return;
        }
        let business_word = self.own_kinds() & (kind::FINANCE | kind::AFTER) != 0 && !self.is_only_name();
        if tone.business > 0 && !business_word {
            let weight = 0.3 * tone.business.min(5) as f64;
            self.support("business_report", &format!("{} words of business near", tone.business), weight);
        }
        if tone.sport >= 2 && self.form.trust == Trust::Ambiguous && tone.sport > tone.business {
            let weight = -0.4 * tone.sport.min(5) as f64;
            self.put("sports_report", &format!("{} words of sport near", tone.sport), weight);
        }
        let person = self.own_kinds() & kind::PERSON_NAME != 0;
        if self.around.acts() && self.form.trust == Trust::Ambiguous && !person {
            let weight = if self.around.opens() { 0.9 } else { 0.4 };
            self.support("acts", "a word that acts without an article", weight);
        }
        if self.ordinary_opening() && !self.is_only_name() {
            self.put("may_be_ordinary", "an ordinary word before another opens the sentence", -0.6);
        }
        if self.candidate.field() == 0 && self.around.opens() && self.own_kinds() & kind::ORDINARY == 0 {
            self.put("opens_headline", &self.form.plain, 0.4);
        }
    }

    /// "Sharp differences": an ordinary word that opens a sentence, and another small one after it.
    fn ordinary_opening(&self) -> bool {
        let no_noun = kind::AFTER | kind::SAYS | kind::FUNCTION;
        let next = self.around.next().filter(|next| next.is_adjacent() && next.word.case == Case::Lower);
        next.is_some_and(|next| next.is(kind::ORDINARY) && !next.is(no_noun))
            && self.form.trust == Trust::Ambiguous
            && self.own_kinds() & kind::ORDINARY != 0
            && self.around.style == Style::Sentence
            && self.around.opens()
            && !self.around.acts()
    }

    /// What is known of the whole article: its feed, its address, its publisher.
    fn whole_reading(&mut self, reading: &Reading<'_>) {
        let account = &self.watched.account;
        if reading.feed_account == Some(&account.id) {
            self.support("own_feed", "read from the account's own newsroom", 3.0);
        }
        let host =
            reading.url.and_then(|url| url::Url::parse(url).ok()).and_then(|url| url.host_str().map(str::to_owned));
        if let Some(host) = host {
            let own = |domain: &String| {
                host == *domain || host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.'))
            };
            if account.domains.iter().any(own) {
                self.support("own_site", &host, 2.5);
            }
        }
        if reading.publisher.is_some_and(|publisher| crate::mention::prose::plain(publisher) == self.form.plain) {
            self.support("own_publication", reading.publisher.unwrap_or_default(), 1.0);
        }
    }

    /// What the account's owner demands.
    fn rules(&mut self, clues: &HashSet<usize>) {
        let among = |list: &[usize]| list.iter().any(|clue| clues.contains(clue));
        let watched = self.watched;
        let account = &watched.account;
        if among(&watched.exclude) {
            self.put("excluded", &account.context.exclude.join(", "), FORBIDDEN);
        }
        if !watched.require.is_empty() {
            if among(&watched.require) {
                self.support("required_found", &account.context.require.join(", "), 2.0);
            } else {
                self.put("required_missing", &account.context.require.join(", "), FORBIDDEN);
            }
        }
        if among(&watched.known) {
            self.support("known_person_or_product", "named in the article", 2.2);
        }
        let Some(rules) = self.form.rules else { return };
        let (Some(alias), Some(require), Some(exclude)) =
            (account.aliases.get(rules), watched.alias_require.get(rules), watched.alias_exclude.get(rules))
        else {
            return;
        };
        if among(exclude) {
            self.put("excluded", &alias.exclude.join(", "), FORBIDDEN);
        }
        if !require.is_empty() {
            if among(require) {
                self.support("required_found", &alias.require.join(", "), 2.0);
            } else {
                self.put("required_missing", &alias.require.join(", "), FORBIDDEN);
            }
        }
        let found = &self.prose.original[self.candidate.span.start..self.candidate.span.end];
        if alias.exact_case && !same_capitals(found, &alias.text) {
            self.put("not_exact_case", found, FORBIDDEN);
        }
    }
}

impl Neighbour<'_> {
    /// Only white space, or a full stop and white space ("Mr. ", "J."), parts it from the name.
    fn is_adjacent_or_dot(&self) -> bool {
        self.gap.trim_start_matches('.').chars().all(char::is_whitespace)
    }
}

/// True where two spellings use capitals alike.
fn same_capitals(found: &str, written: &str) -> bool {
    let cases = |text: &str| -> Vec<bool> {
        text.chars().filter(|letter| letter.is_alphabetic()).map(char::is_uppercase).collect()
    };
    cases(found) == cases(written)
}

/// Legal forms that firms of one name but of different countries differ by.
fn legal_family(word: &str) -> Option<&'static str> {
    match word {
        "inc" | "incorporated" | "corp" | "corporation" | "llc" | "co" | "company" | "companies" => Some("us"),
        "plc" => Some("uk"),
        "ag" | "gmbh" | "kgaa" | "kg" | "se" => Some("de"),
        _ => None,
    }
}

/// Reasons that say that a person is named at this very place.
const PERSON_CODES: [&str; 3] = ["person_first_name", "person_title", "person_surname"];

/// So many candidates to either side are looked at for names beside a name.
const NEIGHBOURS: usize = 12;

/// What parts the names of a list.
const JOINTS: [&str; 11] = [",", "and", "&", "or", ", and", "vs", "with", "und", "et", "y", ";"];

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
const GERMAN_FIRMS: [&str; 9] =
    ["bank", "konzern", "hersteller", "versicherer", "anbieter", "riese", "gruppe", "unternehmen", "bauer"];

/// Heads that make an institution of any name.
const STRONG_INSTITUTIONS: [&str; 7] =
    ["university", "foundation", "institute", "museum", "college", "stiftung", "fondation"];
