//! Sums of money in a folded sentence.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::Amount;

/// A sum and its place in the folded sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sum {
    pub range: Range<usize>,
    pub value: Option<f64>,
    pub currency: Option<&'static str>,
}

impl Sum {
    /// The sum with its text as written.
    pub(super) fn amount(&self, written: &str) -> Amount {
        Amount { value: self.value, currency: self.currency.map(str::to_owned), text: written.to_owned() }
    }
}

/// Every sum of money in a folded text, in order.
pub(super) fn sums(folded: &str) -> Vec<Sum> {
    if !folded.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let Some(money) = MONEY.as_ref() else { return Vec::new() };
    money
        .captures_iter(folded)
        .filter_map(|found| {
            let whole = found.get(0)?;
            let mark = found.name("before").or_else(|| found.name("after"))?.as_str().trim();
            let number = found.name("number").or_else(|| found.name("number_b"))?.as_str();
            let scale = found.name("scale").or_else(|| found.name("scale_b")).map_or("", |scale| scale.as_str());
            let end = whole.start() + whole.as_str().trim_end().len();
            Some(Sum {
                range: whole.start()..end,
                value: read_number(number, mark).map(|value| value * factor(scale)),
                currency: currency(mark),
            })
        })
        .collect()
}

/// A mark of currency before or after the number; one of them must be there, which the pattern says twice.
static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"(?P<number>[0-9][0-9.,']*[0-9]|[0-9])";
    let scale = r"(?: ?-?(?P<scale>thousand|million|millions|millionen|mln|mio|mn|m|billion|billions|milliarden|milliards?|mrd|bln|bn|b|trillion|tn|crores?|cr|lakhs?|k|mil millones|millones)\b\.?)?";
    let before = r"(?P<before>us\$|a\$|c\$|s\$|hk\$|nz\$|r\$|\$|€|£|¥|₹|\b(?:rs\.?|inr|usd|eur|gbp|chf|cad|aud|jpy|cny|rmb|sek|nok|dkk|kr) ?) ?";
    let after = r" ?-?(?P<after>dollars?|dlrs?|euros?|eur|€|pounds?|stg|pence|yen|rupees?|francs?|marks|crowns|lire|yuan|us dollars?|usd|\$|chf|franken|kronor|kroner|won)\b?";
    Regex::new(&format!(
        "{before}{number}{scale}|{number2}{scale2}{after}",
        number2 = number.replace("<number>", "<number_b>"),
        scale2 = scale.replace("<scale>", "<scale_b>")
    ))
    .ok()
});

fn factor(scale: &str) -> f64 {
    match scale {
        "k" | "thousand" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "m" | "mn" | "mln" | "mio" | "million" | "millions" | "millionen" | "millones" => 1e6,
        "cr" | "crore" | "crores" => 1e7,
        "b" | "bn" | "bln" | "mrd" | "billion" | "billions" | "milliarden" | "milliard" | "milliards"
        | "mil millones" => 1e9,
        "tn" | "trillion" => 1e12,
        _ => 1.0,
    }
}

/// ISO 4217 of a mark; a bare "$" is taken for the dollar of the United States, a bare "kr" for none.
fn currency(mark: &str) -> Option<&'static str> {
    Some(match mark {
        "$" | "us$" | "usd" | "dollar" | "dollars" | "dlr" | "dlrs" | "us dollar" | "us dollars" => "USD",
        "€" | "eur" | "euro" | "euros" => "EUR",
        "£" | "gbp" | "pound" | "pounds" | "stg" => "GBP",
        "¥" | "jpy" | "yen" => "JPY",
        "₹" | "rs" | "rs." | "inr" | "rupee" | "rupees" => "INR",
        "a$" | "aud" => "AUD",
        "c$" | "cad" => "CAD",
        "s$" => "SGD",
        "hk$" => "HKD",
        "nz$" => "NZD",
        "r$" => "BRL",
        "chf" | "franken" => "CHF",
        "cny" | "rmb" | "yuan" => "CNY",
        "sek" | "kronor" => "SEK",
        "nok" => "NOK",
        "dkk" => "DKK",
        "won" => "KRW",
        _ => return None,
    })
}

/// "1,234.5" or, beside marks of the continent, "1.234,5".
fn read_number(written: &str, mark: &str) -> Option<f64> {
    let comma = written.rfind(',');
    let point = written.rfind('.');
    let decimal_comma = match (comma, point) {
        (Some(comma), Some(point)) => comma > point,
        (Some(comma), None) => written.matches(',').count() == 1 && written.len() - comma != 4 && mark != "$",
        _ => false,
    };
    let plain: String = written
        .chars()
        .filter_map(|letter| match letter {
            ',' if decimal_comma => Some('.'),
            '.' if decimal_comma => None,
            ',' | '\'' => None,
            other => Some(other),
        })
        .collect();
    let plain = if plain.matches('.').count() > 1 { plain.replace('.', "") } else { plain };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn sums_are_read_in_many_spellings() {
        for (written, value, currency) in [
            ("for $1.2 billion", 1.2e9, Some("USD")),
            ("for $23M in", 23e6, Some("USD")),
            ("€300m", 300e6, Some("EUR")),
            ("about 20 mln dlrs", 20e6, Some("USD")),
            ("Rs 500 crore", 5e9, Some("INR")),
            ("Rs 1,200 cr", 1.2e10, Some("INR")),
            ("1,5 Milliarden Euro", 1.5e9, Some("EUR")),
            ("pay $109,500", 109_500.0, Some("USD")),
            ("£4k", 4e3, Some("GBP")),
            ("3.000 Euro", 3.0, Some("EUR")),
        ] {
            let found = sums(&fold(written));
            assert_eq!(found.len(), 1, "{written}");
            assert!((found[0].value.unwrap() - value).abs() < 1.0, "{written}: {found:?}");
            assert_eq!(found[0].currency, currency, "{written}");
        }
        assert!(sums("1,000 jobs in 2024, up 5%").is_empty());
    }
}
