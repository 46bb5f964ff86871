//! What a name is worth by itself and as it is spelled.

use std::collections::HashSet;

use super::{Scale, same_capitals};
use crate::mention::lexis::kind;
use crate::mention::names::{Sort, Trust};
use crate::mention::prose::{Case, Style};

impl Scale<'_> {
    /// What the name is worth without any context.
    pub(super) fn name(&mut self) {
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
    pub(super) fn is_only_name(&self) -> bool {
        let account = &self.watched.account;
        let bare = account.aliases.is_empty() && account.domains.is_empty() && account.tickers.is_empty();
        bare && !self.form.derived
    }

    /// Capitals as in the watchlist, or not.
    pub(super) fn spelling(&mut self, lower: &HashSet<&str>) {
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
}
