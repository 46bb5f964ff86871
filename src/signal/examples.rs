//! The examples of `signals.toml`, run as tests.

#[cfg(test)]
mod tests {
    use crate::model::{Claim, Reading};
    use crate::signal::{Lexicon, Settings, claims};

    fn read(lexicon: &Lexicon, text: &str, body: bool, language: Option<&str>) -> Vec<Claim> {
        let reading = Reading {
            title: if body { "" } else { text },
            text: if body { text } else { "" },
            language,
            ..Reading::default()
        };
        claims(&reading, &[], lexicon, &Settings::default())
    }

    #[test]
    fn the_examples_of_the_lexicon_come_out_as_told() {
        let lexicon = Lexicon::shipped();
        let mut wrong = Vec::new();
        for (kind, example) in &lexicon.examples {
            let got = read(&lexicon, &example.text, example.body, example.lang.as_deref());
            let same =
                |wanted: &Option<String>, got: Option<&str>| wanted.as_deref().is_none_or(|wanted| got == Some(wanted));
            let right = got.iter().any(|claim| {
                claim.kind == *kind
                    && same(&example.subject, Some(&claim.subject))
                    && same(&example.counterparty, claim.counterparty.as_deref())
                    && same(&example.person, claim.person.as_deref())
                    && same(&example.role, Some(claim.role.as_str()))
                    && same(&example.status, Some(claim.status.as_str()))
                    && same(&example.manner, claim.manner.map(crate::model::Manner::as_str))
                    && same(&example.direction, claim.direction.map(crate::model::Direction::as_str))
            });
            if !right {
                let got: Vec<String> = got.iter().map(short).collect();
                wrong.push(format!("{} | {} → {got:?}", kind.as_str(), example.text));
            }
        }
        for (kind, text) in &lexicon.counter_examples {
            let got = read(&lexicon, text, false, None);
            if got.iter().any(|claim| claim.kind == *kind) {
                wrong.push(format!("not {} | {text} → {:?}", kind.as_str(), got.iter().map(short).collect::<Vec<_>>()));
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    fn short(claim: &Claim) -> String {
        format!(
            "{} {} {} {} with {:?} person {:?}",
            claim.kind.as_str(),
            claim.subject,
            claim.role.as_str(),
            claim.status.as_str(),
            claim.counterparty,
            claim.person
        )
    }
}
