use super::*;

fn mail(settings: &str) -> Mail {
    let usual = "id = \"mail\"\nhost = \"smtp.example.com\"\nfrom = \"t@example.com\"\n";
    toml::from_str(&format!("{usual}{settings}")).unwrap()
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const DAILY: &str = "digest = \"daily\"\nowners = { mia = \"mia@x.example\", ann = \"ann@x.example\" }\n\
                     to = [\"all@x.example\"]\nzones = { mia = \"America/New_York\" }\n";

#[test]
fn the_morning_is_that_of_the_reader() {
    let mail = mail(DAILY);
    let readers = mail.readers(Tz::Europe__Berlin);
    let names: Vec<_> = readers.iter().map(Reader::key).collect();
    assert_eq!(names, ["ann", "mia", ""]);
    let due = |reader: usize, now: &str| mail.due(&readers[reader], |_| true, at(now));
    assert_eq!(due(0, "2026-03-02T06:29:59Z"), None);
    assert_eq!(due(0, "2026-03-02T06:30:00Z"), Some(day("2026-03-02")));
    assert_eq!(due(1, "2026-03-02T12:29:59Z"), None, "half past seven in New York is 12:30 UTC");
    assert_eq!(due(1, "2026-03-02T12:30:00Z"), Some(day("2026-03-02")));
    assert_eq!(due(1, "2026-03-03T02:00:00Z"), Some(day("2026-03-02")), "still Monday there");
    assert_eq!(mail.due(&readers[0], |_| false, at("2026-03-02T12:00:00Z")), None, "who does not work is left alone");
}

#[test]
fn a_time_that_the_clocks_skip_comes_right_after() {
    let mail = mail("digest = \"daily\"\ndigest_at = \"02:30\"\nto = [\"a@x.example\"]");
    let reader = &mail.readers(Tz::Europe__Berlin)[0];
    assert_eq!(mail.instant(reader, day("2026-03-29")), at("2026-03-29T01:00:00Z"), "there is no half past two");
    assert_eq!(mail.instant(reader, day("2026-10-25")), at("2026-10-25T00:30:00Z"), "of two, the first");
}

#[test]
fn a_week_has_one_digest() {
    let mail = mail("digest = \"weekly\"\nto = [\"a@x.example\"]");
    let reader = &mail.readers(Tz::UTC)[0];
    for now in ["2026-03-02T07:30:00Z", "2026-03-03T09:00:00Z", "2026-03-06T23:00:00Z"] {
        assert_eq!(mail.due(reader, |_| true, at(now)), Some(day("2026-03-02")), "{now}");
    }
    assert_eq!(mail.due(reader, |_| true, at("2026-03-09T07:29:00Z")), None);
}

#[test]
fn the_rest_belongs_to_everybody_else() {
    let readers = mail(DAILY).readers(Tz::UTC);
    assert!(readers[1].concerns(Some("mia")) && !readers[1].concerns(Some("ann")) && !readers[1].concerns(None));
    assert!(readers[2].concerns(None) && readers[2].concerns(Some("tom")) && !readers[2].concerns(Some("mia")));
}

#[test]
fn r55_a_digest_has_one_id_for_a_day() {
    let reader = &mail(DAILY).readers(Tz::UTC)[0];
    let of = |day| delivery(&Page::default(), "", &"mail".into(), reader, day, None, at("2026-03-02T07:30:00Z")).id;
    assert_eq!(of(day("2026-03-02")), of(day("2026-03-02")));
    assert_ne!(of(day("2026-03-02")), of(day("2026-03-03")));
}
