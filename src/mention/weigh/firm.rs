//! What speaks for a firm: words next to the name, the tone of the report, where it was published.

use super::Scale;
use crate::mention::lexis::kind;
use crate::mention::names::{Sort, Trust};
use crate::mention::prose::{self, Case, Style};
use crate::mention::surroundings::{Neighbour, is_ticker_pattern, symbol_after};
use crate::model::Reading;

impl Scale<'_> {
    /// Words that stand next to names of firms.
    pub(super) fn firm_nearby(&mut self) {
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
            && is_ticker_pattern(self.prose.original, self.candidate.span.start, self.candidate.span.end)
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
        let compound =
            self.language == Some("de") && super::other::GERMAN_FIRMS.iter().any(|end| previous.text.ends_with(end));
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
        let plain = prose::plain(&self.watched.account.name);
        plain
            .split(' ')
            .rev()
            .find_map(|word| legal_family(word.trim_matches(|letter: char| !letter.is_alphanumeric())))
    }

    /// A report about business, or about sport.
    pub(super) fn tone(&mut self) {
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
    pub(super) fn whole_reading(&mut self, reading: &Reading<'_>) {
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
        if reading.publisher.is_some_and(|publisher| prose::plain(publisher) == self.form.plain) {
            self.support("own_publication", reading.publisher.unwrap_or_default(), 1.0);
        }
    }
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
