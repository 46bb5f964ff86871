//! Prices as pages write them: an amount, its currency, and the time it is for.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// A price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// In whole units of the currency.
    pub amount: f64,
    /// ISO 4217 where the mark tells it, else the mark as written.
    pub currency: String,
    /// What it is for: "a month", "a year"; none where that is not said.
    pub per: Option<String>,
}

impl Price {
    /// Amount and currency as people read them: "49 USD".
    #[must_use]
    pub fn sum(&self) -> String {
        let cents = (self.amount * 100.0).round();
        let whole = (cents % 100.0).abs() < 0.5;
        if whole {
            format!("{:.0} {}", self.amount, self.currency)
        } else {
            format!("{:.2} {}", self.amount, self.currency)
        }
    }

    /// The same with what it is for: "49 USD a month".
    #[must_use]
    pub fn full(&self) -> String {
        self.per.as_ref().map_or_else(|| self.sum(), |per| format!("{} {per}", self.sum()))
    }

    /// True where both are for the same time and in the same money, so that one is higher.
    #[must_use]
    pub fn comparable(&self, other: &Self) -> bool {
        self.currency == other.currency && self.per == other.per
    }
}

/// The first price in a text and where it stands.
pub(super) fn first(text: &str) -> Option<(Price, Range<usize>)> {
    let found = MONEY.as_ref()?.captures(text)?;
    let whole = found.get(0)?;
    let mark = found.name("before").or_else(|| found.name("after"))?.as_str();
    let number = found.name("number").or_else(|| found.name("number_b"))?.as_str();
    let price = Price { amount: amount(number)?, currency: currency(mark), per: period(&text[whole.end()..]) };
    Some((price, whole.range()))
}

/// A text with its first price taken out: what stays the same when only that changes.
pub(super) fn without_price(text: &str) -> Option<String> {
    let (_, range) = first(text)?;
    Some(format!("{}¤{}", text[..range.start].trim(), text[range.end..].trim()))
}

static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let number = r"\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?";
    let spaced = r"\d{1,3}(?:[ .,'’\u{a0}\u{202f}]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?";
    let codes = "USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|BRL|SGD|HKD";
    Regex::new(&format!(
        r"(?i)(?P<before>(?:US|CA|AU|NZ|HK|A|C|S|R)?\$|[€£¥₹]|\b(?:{codes}|Fr\.|Rs\.?))\s*(?P<number>{number})|\b(?P<number_b>{spaced})(?:[.,][-–]+)?\s*(?P<after>[€£¥₹$]|zł|Kč|kr\b|euros?\b|dollars?\b|pounds?\b|(?:{codes})\b)",
    ))
    .ok()
});

/// The amount of a written number. A last separator with one or two digits behind it parts the cents.
fn amount(number: &str) -> Option<f64> {
    let cents = number.rfind(['.', ',']).filter(|at| (1..=2).contains(&(number.len() - at - 1)));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (whole, rest) = cents.map_or((number, ""), |at| number.split_at(at));
    let value: f64 = format!("{}.{}", digits(whole), digits(rest)).trim_end_matches('.').parse().ok()?;
    value.is_finite().then_some(value)
}

fn currency(mark: &str) -> String {
    let mark = mark.trim().to_uppercase();
    let code = match mark.as_str() {
        "$" | "US$" | "DOLLAR" | "DOLLARS" => "USD",
        "€" | "EURO" | "EUROS" => "EUR",
        "£" | "POUND" | "POUNDS" => "GBP",
        "¥" => "JPY",
        "₹" | "RS" | "RS." => "INR",
        "FR." => "CHF",
        "CA$" | "C$" => "CAD",
        "AU$" | "A$" => "AUD",
        "NZ$" => "NZD",
        "HK$" => "HKD",
        "S$" => "SGD",
        "R$" => "BRL",
        "ZŁ" => "PLN",
        "KČ" => "CZK",
        "KR" => "kr",
        _ => return mark,
    };
    code.to_owned()
}

/// What the words behind a price say it is for. Who is counted ("per user") comes before the time.
fn period(behind: &str) -> Option<String> {
    static PERIOD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix)^\W{0,3}(?:(?:per|each|a|an|pro|je|par|al|por|im)\s+)?(?:(?:user|seat|member|nutzer|person|license|licence|agent|editor)\W{1,3}(?:(?:per|a|an|pro|par|al|por|im)\s+)?)?
              (?:(?P<month>mo|mth|month|monthly|monat|monatlich|mois|mes|mese|maand|m[eê]s)|(?P<year>yr|year|yearly|annually|annum|jahr|jährlich|an|année|año|anno|jaar|ano))\b",
        )
        .ok()
    });
    let found = PERIOD.as_ref()?.captures(behind)?;
    Some(if found.name("month").is_some() { "a month" } else { "a year" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_as_pages_write_them() {
        for (text, full) in [
            ("$49/mo", "49 USD a month"),
            ("Pro: US$ 49.99 per user per month", "49.99 USD a month"),
            ("$49 / user / month", "49 USD a month"),
            ("1.299,00 € pro Jahr", "1299 EUR a year"),
            ("1 299 kr", "1299 kr"),
            ("CHF 1'299.– im Monat", "1299 CHF a month"),
            ("ab 49,90 € monatlich", "49.90 EUR a month"),
            ("£1,200", "1200 GBP"),
            ("12 EUR a year, billed at once", "12 EUR a year"),
            ("€0.5", "0.50 EUR"),
        ] {
            assert_eq!(first(text).map(|(price, _)| price.full()).as_deref(), Some(full), "{text}");
        }
        for text in ["Contact us", "49", "room 12", "", "24/7 support", "krill 5"] {
            assert_eq!(first(text), None, "{text}");
        }
        assert_eq!(without_price("Pro $49 a month"), without_price("Pro $55 a month"));
        assert_ne!(without_price("Pro $49 a month"), without_price("Team $55 a month"));
    }
}
