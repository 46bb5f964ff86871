//! The form that closes a card: how it ended, what was promised, what was learned.

use chrono::NaiveDate;

use super::{Fault, Fields};
use crate::model::{AnswerField, AnswerKind, OutcomeCode, Trend};
use crate::pipeline::follow::{Closing, Said};
use crate::text::sanitise::plain_line;

/// Reads `outcome`, `words`, and the rows of `promise`, `by`, `keeper` and of `field`, `said`, `note`. Rows that nobody
/// filled in are left out; who keeps a promise is `who` where nobody else is named.
///
/// # Errors
/// Where a row is half filled in or says what its field cannot hold, naming it.
pub(super) fn closing(fields: &Fields, who: &str) -> Result<Closing, Fault> {
    let code = match fields.get("outcome") {
        None => None,
        Some(word) => {
            let known = OutcomeCode::ALL.iter().find(|(_, known)| *known == word);
            Some(known.ok_or_else(|| Fault::bad_form("There is no such outcome."))?.0)
        }
    };
    Ok(Closing {
        code,
        words: fields.get("words").map(str::to_owned),
        answers: answers(fields)?,
        promises: promises(fields, who)?,
    })
}

fn promises(fields: &Fields, who: &str) -> Result<Vec<(String, NaiveDate, String)>, Fault> {
    let rows = fields.rows("promise").zip(fields.rows("by")).zip(fields.rows("keeper"));
    let filled = rows.filter(|((what, by), _)| !what.is_empty() || !by.is_empty());
    filled
        .map(|((what, by), keeper)| {
            let what = plain_line(what);
            if what.is_empty() {
                return Err(Fault::bad_form(format!("What was promised for {by}?")));
            }
            let by = by.parse().map_err(|_| Fault::bad_form(format!("Until when is “{what}” promised?")))?;
            Ok((what, by, if keeper.is_empty() { who.to_owned() } else { plain_line(keeper) }))
        })
        .collect()
}

fn answers(fields: &Fields) -> Result<Vec<Said>, Fault> {
    let rows = fields.rows("field").zip(fields.rows("said")).zip(fields.rows("note"));
    let filled = rows.filter(|((_, said), note)| !said.is_empty() || !note.is_empty());
    filled.map(|((field, said), note)| answer(field, said, note)).collect()
}

fn answer(word: &str, said: &str, note: &str) -> Result<Said, Fault> {
    let known = AnswerField::ALL.iter().find(|(_, known)| *known == word);
    let (field, _) = known.ok_or_else(|| Fault::bad_form(format!("What is “{said}” about?")))?;
    let said = plain_line(said);
    let note = Some(plain_line(note)).filter(|note| !note.is_empty());
    let trend = || Trend::WORDS.iter().find(|(known, _)| *known == said.to_lowercase()).map(|(_, trend)| *trend);
    let (trend, value) = match field.takes() {
        AnswerKind::Trend => {
            let wrong = || Fault::bad_form(format!("{word} is told as grown, same, shrunk or changed, not “{said}”."));
            (Some(trend().ok_or_else(wrong)?), None)
        }
        AnswerKind::Day => {
            let day = said.parse::<NaiveDate>();
            let wrong = |_| Fault::bad_form(format!("{word} is told as a day (2027-03-01), not “{said}”."));
            (None, Some(day.map_err(wrong)?.to_string()))
        }
        AnswerKind::Person | AnswerKind::Words if said.is_empty() => {
            return Err(Fault::bad_form(format!("What was said of {word}?")));
        }
        AnswerKind::Person | AnswerKind::Words => (None, Some(said)),
    };
    Ok(Said { field: *field, trend, value, note })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_filled_in_are_taken() {
        let form = Fields::of(
            "outcome=replied&words=Fine&promise=Send+it&by=2026-12-01&keeper=&promise=&by=&keeper=mia\
             &field=budget&said=cut&note=until+May&field=renewal&said=&note=",
        );
        let closing = closing(&form, "tom").unwrap();
        assert_eq!(closing.code, Some(OutcomeCode::Replied));
        assert_eq!(closing.promises, [("Send it".to_owned(), "2026-12-01".parse().unwrap(), "tom".to_owned())]);
        let [said] = closing.answers.as_slice() else { panic!("{closing:?}") };
        assert_eq!((said.field, said.trend), (AnswerField::Budget, Some(Trend::Shrunk)));
        assert_eq!(said.note.as_deref(), Some("until May"));
    }

    #[test]
    fn half_a_row_is_refused() {
        for bad in [
            "outcome=great",
            "promise=x&by=&keeper=",
            "promise=&by=2026-12-01&keeper=",
            "field=budget&said=blue&note=",
            "field=renewal&said=soon&note=",
            "field=contact&said=&note=COO",
            "field=&said=x&note=",
        ] {
            assert!(closing(&Fields::of(bad), "tom").is_err(), "{bad}");
        }
    }
}
