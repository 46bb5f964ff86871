//! What the account's owner demands.

use std::collections::HashSet;

use super::{FORBIDDEN, Scale, same_capitals};

impl Scale<'_> {
    /// What the account's owner demands.
    pub(super) fn rules(&mut self, clues: &HashSet<usize>) {
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
