//! What templates can do with a value. Days and hours are those of the operator's zone.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, Error, ErrorKind, State};

/// Makes all filters and functions known.
pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter("day", day);
    environment.add_filter("moment", moment);
    environment.add_filter("relative", relative);
    environment.add_filter("past", past);
    environment.add_filter("counted", counted);
    environment.add_filter("number", grouped);
    environment.add_filter("decimal", |number: f64, places: usize| format!("{number:.places$}"));
    environment.add_filter("percent", |share: f64| format!("{:.0} %", share * 100.0));
    environment.add_filter("marked", marked);
    environment.add_filter("outward", outward);
    environment.add_filter("words", |code: &str| code.replace(['_', '-'], " "));
    environment.add_filter("one_line", |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" "));
    environment.add_filter("shortened", shortened);
    environment.add_function("sparkline", sparkline);
}

/// `24 Nov`, with the year where it is another one.
fn day(state: &State, value: &str) -> Result<Value, Error> {
    let here = Here::of(state)?;
    let day = here.day(value)?;
    Ok(stamped(&day.to_string(), "", &here.written(day)))
}

/// `24 Nov, 14:05`.
fn moment(state: &State, value: &str) -> Result<Value, Error> {
    let here = Here::of(state)?;
    let at = instant(value)?.with_timezone(&here.zone);
    let words = format!("{}, {}", here.written(at.date_naive()), at.format("%H:%M"));
    Ok(stamped(&at.to_rfc3339(), &at.format("%A, %-d %B %Y, %H:%M %Z").to_string(), &words))
}

/// `today`, `tomorrow`, `in 3 days`, `2 days ago`, `in 7 months`; further away the day itself.
fn relative(state: &State, value: &str) -> Result<Value, Error> {
    let here = Here::of(state)?;
    let day = here.day(value)?;
    let words = match (day - here.today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days @ 2..=90 => format!("in {days} days"),
        days @ -90..=-2 => format!("{} days ago", -days),
        days @ 91..=700 => format!("in {} months", months(days)),
        days @ -700..=-91 => format!("{} months ago", months(-days)),
        _ => here.written(day),
    };
    Ok(stamped(&day.to_string(), &day.format("%A, %-d %B %Y").to_string(), &words))
}

/// Whole months in so many days, about.
fn months(days: i64) -> i64 {
    (days * 12 + 182) / 365
}

/// Whether a day, or the day of an instant, lies before today.
fn past(state: &State, value: &str) -> Result<bool, Error> {
    let here = Here::of(state)?;
    Ok(here.day(value)? < here.today)
}

/// `1 card`, `1,200 cards`; a plural that is not made by “s” is named.
fn counted(number: f64, one: &str, many: Option<&str>) -> String {
    let many = many.map_or_else(|| format!("{one}s"), str::to_owned);
    let word = if (number - 1.0).abs() < f64::EPSILON { one } else { &many };
    format!("{} {word}", grouped(number))
}

/// Thousands set apart.
fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if number < 0.0 { format!("−{out}") } else { out }
}

/// A text with `<mark>` around these byte ranges (`[[start, end], …]`); ranges that do not fit the text are left out.
fn marked(text: &str, ranges: Serde<Vec<(usize, usize)>>) -> Value {
    let Serde(mut ranges) = ranges;
    ranges.sort_unstable();
    let mut out = String::new();
    let mut done = 0;
    for (start, end) in ranges {
        let start = start.max(done);
        if start >= end || text.get(start..end).is_none() {
            continue;
        }
        escape(&text[done..start], &mut out);
        out.push_str("<mark>");
        escape(&text[start..end], &mut out);
        out.push_str("</mark>");
        done = end;
    }
    escape(&text[done..], &mut out);
    Value::from_safe_string(out)
}

/// An address that may be a link: http or https, whole, without a name or password in it. Else nothing.
fn outward(address: &Value) -> String {
    let address = address.as_str().unwrap_or_default();
    let Ok(url) = url::Url::parse(address) else { return String::new() };
    let fine = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if fine { url.into() } else { String::new() }
}

/// At most `most` characters, cut at a word, with an ellipsis.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", cut.trim_end_matches([',', ';', ':', ' ']))
}

/// A line through `values`, with `label` as its equivalent in words.
fn sparkline(values: Vec<f64>, label: &str) -> Value {
    const WIDTH: f64 = 96.0;
    const HEIGHT: f64 = 20.0;
    let top = values.iter().copied().fold(0.0_f64, f64::max).max(1.0);
    let step = WIDTH / (values.len().max(2) - 1) as f64;
    let points = values.into_iter().enumerate().map(|(place, value)| {
        format!("{:.1},{:.1}", 1.0 + place as f64 * step, 1.0 + HEIGHT * (1.0 - value.clamp(0.0, top) / top))
    });
    let points = points.collect::<Vec<_>>().join(" ");
    let mut name = String::new();
    escape(label, &mut name);
    Value::from_safe_string(format!(
        "<svg class=\"spark\" role=\"img\" aria-label=\"{name}\" viewBox=\"0 0 98 22\" width=\"98\" height=\"22\">\
         <title>{name}</title><polyline points=\"{points}\"/></svg>"
    ))
}

/// Where and when the page is read.
struct Here {
    zone: Tz,
    today: NaiveDate,
}

impl Here {
    fn of(state: &State) -> Result<Self, Error> {
        let frame = state.lookup("frame").unwrap_or_default();
        let zone = frame.get_attr("zone")?;
        let zone: Tz = zone.as_str().and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
        let today = frame.get_attr("today")?;
        let today = today.as_str().and_then(|day| day.parse().ok());
        Ok(Self { zone, today: today.ok_or_else(|| wrong("frame.today", ""))? })
    }

    /// The day itself, or that of an instant.
    fn day(&self, value: &str) -> Result<NaiveDate, Error> {
        match value.parse() {
            Ok(day) => Ok(day),
            Err(_) => Ok(instant(value)?.with_timezone(&self.zone).date_naive()),
        }
    }

    fn written(&self, day: NaiveDate) -> String {
        let format = if day.year() == self.today.year() { "%-d %b" } else { "%-d %b %Y" };
        day.format(format).to_string()
    }
}

fn instant(value: &str) -> Result<DateTime<Utc>, Error> {
    DateTime::parse_from_rfc3339(value).map(|at| at.to_utc()).map_err(|_| wrong("a day or instant", value))
}

fn stamped(machine: &str, title: &str, words: &str) -> Value {
    let title = if title.is_empty() { String::new() } else { format!(" title=\"{title}\"") };
    Value::from_safe_string(format!("<time datetime=\"{machine}\"{title}>{words}</time>"))
}

fn escape(text: &str, out: &mut String) {
    out.push_str(&html_escape::encode_quoted_attribute(text));
}

fn wrong(what: &str, value: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{value:?} is not {what}"))
}

#[cfg(test)]
mod tests {
    use minijinja::{Environment, context};

    use super::*;

    fn rendered(template: &'static str, values: Value) -> String {
        let mut environment = Environment::new();
        add(&mut environment);
        environment.add_template("x.html", template).unwrap();
        let frame = context! { zone => "Europe/Berlin", today => "2026-11-25" };
        environment.get_template("x.html").unwrap().render(context! { frame, ..values }).unwrap()
    }

    #[test]
    fn days_are_those_of_the_operators_zone() {
        let shown = |template: &'static str, at: &str| rendered(template, context! { at });
        assert_eq!(shown("{{ at|day }}", "2026-11-24T23:30:00Z"), "<time datetime=\"2026-11-25\">25 Nov</time>");
        assert_eq!(shown("{{ at|day }}", "2027-02-08"), "<time datetime=\"2027-02-08\">8 Feb 2027</time>");
        assert!(shown("{{ at|moment }}", "2026-11-24T23:30:00Z").ends_with(">25 Nov, 00:30</time>"));
        for (day, words) in [
            ("2026-11-25", "today"),
            ("2026-11-26", "tomorrow"),
            ("2026-11-24", "yesterday"),
            ("2026-11-22", "3 days ago"),
            ("2027-06-23", "in 7 months"),
            ("2030-01-01", "1 Jan 2030"),
        ] {
            assert!(shown("{{ at|relative }}", day).ends_with(&format!(">{words}</time>")), "{day}");
        }
        assert_eq!(shown("{{ at|past }}", "2026-11-24T22:59:00Z"), "True");
        assert_eq!(shown("{{ at|past }}", "2026-11-24T23:00:00Z"), "False");
    }

    #[test]
    fn numbers_are_counted_in_words() {
        let shown = |template: &'static str, n: f64| rendered(template, context! { n });
        assert_eq!(shown("{{ n|counted('card') }}", 1.0), "1 card");
        assert_eq!(shown("{{ n|counted('story', 'stories') }}", 1_234_567.0), "1,234,567 stories");
        assert_eq!(shown("{{ n|decimal(2) }} {{ n|percent }}", 0.456), "0.46 46 %");
    }

    #[test]
    fn r44_marks_stand_around_escaped_text_and_never_within_a_letter() {
        let shown = |ranges: Value| rendered("{{ text|marked(ranges) }}", context! { text => "<b>Ä</b> & co", ranges });
        assert_eq!(shown(Value::from(vec![vec![3, 5]])), "&lt;b&gt;<mark>Ä</mark>&lt;/b&gt; &amp; co");
        for wrong in [vec![3, 4], vec![4, 5], vec![9, 99], vec![5, 5], vec![7, 5]] {
            assert_eq!(shown(Value::from(vec![wrong])), "&lt;b&gt;Ä&lt;/b&gt; &amp; co");
        }
        assert_eq!(
            shown(Value::from(vec![vec![0, 5], vec![3, 9]])),
            "<mark>&lt;b&gt;Ä</mark><mark>&lt;/b&gt;</mark> &amp; co"
        );
    }

    #[test]
    fn r44_r47_only_whole_web_addresses_are_links() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/x",
            "",
            "https://a:b@evil.example/",
            "ftp://x/",
        ] {
            assert_eq!(outward(&Value::from(bad)), "", "{bad}");
        }
        assert_eq!(outward(&Value::from("https://news.example/a?b=\"c\"")), "https://news.example/a?b=%22c%22");
    }

    #[test]
    fn a_line_of_numbers_says_the_same_in_words() {
        let line = rendered("{{ sparkline([0, 4, 2], '<4 at most>') }}", context! {});
        assert!(
            line.contains("aria-label=\"&lt;4 at most&gt;\"") && line.contains("1.0,21.0 49.0,1.0 97.0,11.0"),
            "{line}"
        );
    }

    #[test]
    fn long_text_is_cut_at_a_word() {
        assert_eq!(shortened("one, two three", 9), "one, two…");
        assert_eq!(shortened("ärgerlich", 9), "ärgerlich");
    }
}
