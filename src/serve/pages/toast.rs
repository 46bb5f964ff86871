//! What is said after something was done, with a way to take it back. It stands in the address (`?done=accepted&undo=…`),
//! so that it is there after a reload and without script; the words are ours, never those of the address.

use serde::Serialize;

use super::{Fields, PAGES};

/// Parameters of an address that only say what was done.
pub(super) const PARAMETERS: &[&str] = &["done", "undo", "n", "left"];

/// What one code says.
pub(super) struct Said {
    /// In the address: `?done=accepted`.
    pub(super) code: &'static str,
    /// About one ("Accepted.").
    pub(super) one: &'static str,
    /// About several; `{n}` is their number ("{n} cards accepted."). Empty where there is never more than one.
    pub(super) many: &'static str,
    /// Where the form of the Undo button goes, with what `undo=` holds; empty where nothing can be taken back.
    pub(super) undo: &'static str,
}

/// What a page shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Toast {
    words: String,
    /// How many were left as they were.
    left: usize,
    action: &'static str,
    undo: String,
}

impl Toast {
    /// What the address says was done.
    pub(super) fn of(query: &Fields) -> Option<Self> {
        Self::among(query, PAGES.iter().flat_map(|page| page.said))
    }

    fn among(query: &Fields, mut known: impl Iterator<Item = &'static Said>) -> Option<Self> {
        let code = query.get("done")?;
        let said = known.find(|said| said.code == code)?;
        let number = |name| query.get(name).and_then(|number: &str| number.parse::<usize>().ok());
        let words = match number("n").filter(|_| !said.many.is_empty()) {
            None | Some(1) => said.one.to_owned(),
            Some(n) => said.many.replace("{n}", &n.to_string()),
        };
        let undo = query.get("undo").filter(|_| !said.undo.is_empty()).unwrap_or_default().to_owned();
        Some(Self { words, left: number("left").unwrap_or(0), action: said.undo, undo })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_said() {
        const SAID: &[Said] = &[Said { code: "put", one: "Put.", many: "{n} put.", undo: "/undo" }];
        let toast = |query: &str| Toast::among(&Fields::of(query), SAID.iter());
        assert_eq!(
            toast("done=put&undo=ab").map(|toast| (toast.words, toast.undo)),
            Some(("Put.".into(), "ab".into()))
        );
        assert_eq!(toast("done=put&n=3").map(|toast| toast.words), Some("3 put.".into()));
        assert_eq!(toast("done=Call+0900+now"), None);
        assert_eq!(toast("undo=ab"), None);
    }
}
