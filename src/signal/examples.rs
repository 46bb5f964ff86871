//! The examples of `signals.toml`: each is read as a report, and must come out as it says.

use super::lexicon::Example;
use super::{Lexicon, Settings, claims};
use crate::model::{Claim, Direction, Manner, Reading, SignalType};

/// An example that does not come out as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The kind of event it stands under.
    pub kind: SignalType,
    /// Its text.
    pub text: String,
    /// What was wanted and what came out, for a person.
    pub why: String,
}

impl Lexicon {
    /// Reads every example and counter-example and gives those that do not come out as they say.
    #[must_use]
    pub fn disagreements(&self) -> Vec<Disagreement> {
        let examples = self.examples.iter().filter_map(|(kind, example)| self.missed(*kind, example));
        let counter_examples = self.counter_examples.iter().filter_map(|(kind, text)| self.misread(*kind, text));
        examples.chain(counter_examples).collect()
    }

    fn missed(&self, kind: SignalType, example: &Example) -> Option<Disagreement> {
        let got = self.read(&example.text, example.body, example.lang.as_deref());
        if got.iter().any(|claim| claim.kind == kind && fits(claim, example)) {
            return None;
        }
        let why = format!("must be read as told there, came out as {}", shown(&got));
        Some(Disagreement { kind, text: example.text.clone(), why })
    }

    fn misread(&self, kind: SignalType, text: &str) -> Option<Disagreement> {
        let got = self.read(text, false, None);
        let wrong = got.iter().any(|claim| claim.kind == kind);
        let why = format!("must not be read so, came out as {}", shown(&got));
        wrong.then(|| Disagreement { kind, text: text.to_owned(), why })
    }

    fn read(&self, text: &str, body: bool, language: Option<&str>) -> Vec<Claim> {
        let (title, text) = if body { ("", text) } else { (text, "") };
        claims(&Reading { title, text, language, ..Reading::default() }, &[], self, &Settings::default())
    }
}

fn fits(claim: &Claim, example: &Example) -> bool {
    let same = |wanted: &Option<String>, got: Option<&str>| wanted.as_deref().is_none_or(|wanted| got == Some(wanted));
    same(&example.subject, Some(&claim.subject))
        && same(&example.counterparty, claim.counterparty.as_deref())
        && same(&example.person, claim.person.as_deref())
        && same(&example.role, Some(claim.role.as_str()))
        && same(&example.status, Some(claim.status.as_str()))
        && same(&example.manner, claim.manner.map(Manner::as_str))
        && same(&example.direction, claim.direction.map(Direction::as_str))
}

fn shown(claims: &[Claim]) -> String {
    let shown: Vec<String> = claims
        .iter()
        .map(|claim| {
            let (kind, role, status) = (claim.kind.as_str(), claim.role.as_str(), claim.status.as_str());
            let with = claim.counterparty.as_deref().map(|other| format!(" with {other}")).unwrap_or_default();
            let person = claim.person.as_deref().map(|person| format!(", {person}")).unwrap_or_default();
            format!("{kind} of {} as {role}{with}{person}, {status}", claim.subject)
        })
        .collect();
    if shown.is_empty() { "nothing".to_owned() } else { shown.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_shipped_lexicon_come_out_as_told() {
        let wrong = Lexicon::shipped().disagreements();
        assert!(wrong.is_empty(), "{} wrong:\n{wrong:#?}", wrong.len());
    }
}
