//! Words of many languages, in sentences.

use super::*;

fn told(id: &str, language: &str, text: &str) -> Document {
    Document { language: Some(language.to_owned()), ..article(id, "", text) }
}

fn marked(folder: &TempDir, query: &str) -> String {
    let found = ask(folder.path(), query, |_| {}).results;
    found.first().unwrap_or_else(|| panic!("{query}")).excerpt.marked("[", "]")
}

#[test]
fn every_stemmer_finds_another_form() {
    let sentences = [
        ("ar", "أعلنت الشركات الكبرى عن نتائجها", "الشركة"),
        ("da", "Fabrikkerne lukkede i mandags", "fabrikkers"),
        ("de", "Die Fabriken wurden am Montag geschlossen", "Fabrik"),
        ("el", "Οι εταιρείες ανακοίνωσαν απολύσεις", "εταιρειών"),
        ("en", "The factories were closed on Monday", "factory"),
        ("es", "Las fábricas cerraron el lunes", "fabrica"),
        ("fi", "Suuret talot suljettiin maanantaina", "talossa"),
        ("fr", "Les usines ont fermé lundi", "usine"),
        ("hu", "A gyárak hétfőn bezártak", "gyár"),
        ("it", "Le fabbriche hanno chiuso lunedì", "fabbrica"),
        ("nl", "De fabrieken zijn maandag gesloten", "fabriek"),
        ("no", "Fabrikkene stengte på mandag", "fabrikk"),
        ("pt", "As fábricas fecharam na segunda", "fábrica"),
        ("ro", "Fabricile au fost închise luni", "fabrica"),
        ("ru", "Заводы закрылись в понедельник", "завод"),
        ("sv", "Fabrikerna stängde i måndags", "fabrik"),
        ("ta", "வங்கிகள் அறிவித்தன", "வங்கி"),
        ("tr", "Şirketler pazartesi günü açıkladı", "şirket"),
    ];
    for (language, text, word) in sentences {
        let folder = filled(&[told("it", language, text), told("other", language, "12345")]);
        assert_eq!(ids(&folder, word), ["it"], "{language}: {word}");
        assert!(marked(&folder, word).contains('['), "{language}: {word}");
    }
}

#[test]
fn words_inside_sentences_without_blanks_are_found_and_marked() {
    let folder = filled(&[
        told("ja", "ja", "当社は来年春に北海道で半導体の新工場を稼働させる予定だと発表した。"),
        told("zh", "zh", "该公司周三表示，将在成都建设一座新的电池工厂，并招聘五百名工程师。"),
        told("ko", "ko", "삼성전자가 수요일에 새로운 반도체를 공개했고 주가는 크게 올랐다."),
        told("th", "th", "บริษัทแจ้งว่าจะเปิดโรงงานแบตเตอรี่แห่งใหม่ในระยองปีหน้า"),
    ]);
    for (query, id, mark) in [
        ("半導体", "ja", "で[半導体]の新工場"),
        ("新工場", "ja", "半導体の[新工場]を"),
        ("\"半導体の新工場\"", "ja", "で[半導体の新工場]を"),
        ("北海道 発表", "ja", "だと[発表]した"),
        ("电池工厂", "zh", "新的[电池工厂]，"),
        ("\"新的电池工厂\"", "zh", "一座[新的电池工厂]，"),
        ("招聘 工程师", "zh", "[招聘]五百名[工程师]"),
        ("삼성전자", "ko", "[삼성전자]가 수요일에"),
        ("반도체", "ko", "새로운 [반도체]를 공개"),
        ("\"새로운 반도체\"", "ko", "[새로운] [반도체]를"),
        ("โรงงาน", "th", "เปิด[โรงงาน]แบตเตอรี่"),
        ("\"โรงงานแบตเตอรี่\"", "th", "เปิด[โรงงานแบตเตอรี่]แห่ง"),
        ("ระยอง", "th", "ใน[ระยอง]ปี"),
    ] {
        assert_eq!(ids(&folder, query), [id], "{query}");
        let marked = marked(&folder, query);
        assert!(marked.contains(mark), "{query}: {marked}");
    }
    for absent in ["新的工厂", "\"工厂电池\"", "반도체는", "\"반도체 새로운\"", "半体"] {
        assert_eq!(ids(&folder, absent), Vec::<String>::new(), "{absent}");
    }
}

#[test]
fn umlauts_are_found_in_all_their_spellings() {
    let folder = filled(&[
        told("umlaut", "en", "The bank of Zürich and Müller of Århus met."),
        told("spelled", "en", "The bank of Zuerich and Mueller of Aarhus met."),
        told("plain", "en", "The bank of Zurich and Muller of Arhus met."),
        told("german", "de", "Die Bank in Zürich und Müller aus Århus trafen sich."),
        told("does", "en", "He does the true blue shoes."),
    ]);
    for (query, expected) in [
        ("Zürich", &["german", "plain", "spelled", "umlaut"][..]),
        ("zurich", &["german", "plain", "umlaut"]),
        ("Zuerich", &["german", "spelled", "umlaut"]),
        ("MUELLER", &["german", "spelled", "umlaut"]),
        ("Aarhus", &["german", "spelled", "umlaut"]),
        ("\"bank of zuerich\"", &["spelled", "umlaut"]),
        ("\"bank of Zürich\"", &["plain", "spelled", "umlaut"]),
        ("title:zurich", &[]),
        ("dos", &[]),
        ("dös", &["does"]),
    ] {
        assert_eq!(ids(&folder, query), expected, "{query}");
    }
    let marked = |query: &str| {
        let found = ask(folder.path(), query, |_| {}).results;
        found.iter().find(|found| found.id == "umlaut").unwrap().excerpt.marked("[", "]")
    };
    assert!(marked("Zuerich").contains("of [Zürich] and"));
    assert!(marked("\"bank of zuerich\"").contains("[bank] [of] [Zürich]"));
}

#[test]
fn countries_are_the_publishers_or_the_accounts() {
    let of = |id: &str, url: &str, publisher: Option<&str>, accounts: &[&str]| Document {
        url: Some(url.to_owned()),
        publisher_country: publisher.map(str::to_owned),
        countries: accounts.iter().map(|country| (*country).to_owned()).collect(),
        ..article(id, "Acme", "Acme")
    };
    let folder = filled(&[
        of("a", "https://zeitung.example.de/1", None, &[]),
        of("b", "https://paper.co.uk/1", None, &["FR"]),
        of("c", "https://startup.io/1", None, &[]),
        of("d", "https://news.example.ch/1", Some("AT"), &["DE"]),
    ]);
    for (query, expected) in [
        ("country:de", &["a", "d"][..]),
        ("country:GB", &["b"]),
        ("country:uk", &["b"]),
        ("country:fr", &["b"]),
        ("country:io", &[]),
        ("country:ch", &[]),
        ("country:at", &["d"]),
        ("-has:country", &["c"]),
    ] {
        assert_eq!(ids(&folder, query), expected, "{query}");
    }
}

#[test]
fn accounts_kinds_stories_and_days() {
    let folder = filled(&news());
    for (query, expected) in [
        ("account:acme", &["a"][..]),
        ("account:initech", &["b"]),
        ("account:glob*", &["b"]),
        ("kind:client", &["a", "b"]),
        ("kind:competitor", &["b"]),
        ("kind:*", &["a", "b"]),
        ("-has:account", &["c"]),
        ("has:signal", &["a", "b"]),
        ("has:source", &["a", "b"]),
        ("on:2026-03-09", &["a"]),
        ("on:2026-02", &["b"]),
        ("on:2026", &["a", "b"]),
        ("-on:2026-02", &["a", "c"]),
        ("story:none", &[]),
    ] {
        assert_eq!(ids(&folder, query), expected, "{query}");
    }
}
