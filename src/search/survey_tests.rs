//! Counts, likeness, spelling and streams, on a small index.

use tempfile::TempDir;

use super::*;
use crate::model::{AccountId, AccountKind, Time};

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn now() -> SearchRequest {
    SearchRequest::at(at("2026-03-20T12:00:00Z"))
}

fn article(id: &str, day: &str, publisher: &str, accounts: &[(AccountKind, &str, &str)], text: &str) -> Document {
    let account = |(kind, id, name): &(AccountKind, &str, &str)| (*kind, AccountId::from(*id), (*name).to_owned());
    Document {
        id: id.to_owned(),
        title: text.split('.').next().unwrap_or_default().to_owned(),
        text: text.to_owned(),
        publisher: Some(publisher.to_owned()),
        language: Some("en".to_owned()),
        published: Some(at(&format!("2026-03-{day}T10:00:00Z"))),
        accounts: accounts.iter().map(account).collect(),
        ..Document::default()
    }
}

const ACME: (AccountKind, &str, &str) = (AccountKind::Client, "acme", "Acme Robotics");
const GLOBEX: (AccountKind, &str, &str) = (AccountKind::Client, "globex", "Globex");
const INITECH: (AccountKind, &str, &str) = (AccountKind::Competitor, "initech", "Initech Corp");

fn news() -> Vec<Document> {
    let signals = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
    vec![
        Document {
            signals: signals(&["layoffs"]),
            countries: vec!["us".to_owned(), "US".to_owned()],
            publisher_domain: Some("wire.example.co.uk".to_owned()),
            story: Some("s1".to_owned()),
            ..article("a", "02", "The Wire", &[ACME], "Acme cuts jobs. The warehouse robot maker dismisses engineers.")
        },
        Document {
            signals: signals(&["layoffs", "closure"]),
            countries: vec!["US".to_owned(), "DE".to_owned()],
            story: Some("s1".to_owned()),
            ..article("b", "04", "THE WIRE", &[ACME, GLOBEX], "Robot maker cuts jobs. Warehouse engineers of Acme go.")
        },
        Document {
            signals: signals(&["product_launch"]),
            url: Some("https://www.trade.de/1".to_owned()),
            ..article("c", "04", "Trade", &[INITECH, ACME], "Initech launches a warehouse robot for engineers.")
        },
        Document { published: None, ..article("d", "01", "Trade", &[], "Football is played on a warm day in spring.") },
    ]
}

/// Two segments, and one article that was replaced.
fn filled() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut index = Index::create(folder.path(), &Settings::default()).unwrap();
    let news = news();
    index.put(&[article("a", "20", "Nobody", &[INITECH], "Old.")]).unwrap();
    index.put(&news[2..]).unwrap();
    index.commit(1).unwrap();
    index.put(&news[..2]).unwrap();
    index.commit(2).unwrap();
    folder
}

fn open(folder: &TempDir) -> Reader {
    Reader::open(folder.path(), &Settings::default()).unwrap()
}

fn query(text: &str) -> Query {
    Query::parse(text).unwrap()
}

fn surveyed(reader: &Reader, text: &str, wanted: &SurveyRequest) -> Survey {
    reader.survey(&query(text), &now(), wanted).unwrap()
}

fn counts(survey: &Survey, field: FacetField) -> Vec<(String, u64)> {
    let facet = survey.facets.iter().find(|facet| facet.field == field).unwrap();
    facet.values.iter().map(|value| (value.value.clone(), value.count)).collect()
}

fn pairs(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect()
}

#[test]
fn articles_are_counted_by_every_facet() {
    let folder = filled();
    let reader = open(&folder);
    let wanted = SurveyRequest { facets: FacetField::ALL.to_vec(), ..SurveyRequest::default() };
    let survey = surveyed(&reader, "sort:date", &wanted);
    assert_eq!(survey.total, 4);
    for (field, expected) in [
        (FacetField::Account, &[("acme", 3), ("globex", 1), ("initech", 1)][..]),
        (FacetField::Kind, &[("client", 3), ("competitor", 1)]),
        (FacetField::Signal, &[("layoffs", 2), ("closure", 1), ("product_launch", 1)]),
        (FacetField::Language, &[("en", 4)]),
        (FacetField::Country, &[("US", 2), ("DE", 1)]),
        (FacetField::SourceCountry, &[("DE", 1), ("GB", 1)]),
    ] {
        assert_eq!(counts(&survey, field), pairs(expected), "{field:?}");
    }
    let sources: Vec<_> = counts(&survey, FacetField::Source);
    assert_eq!(sources.len(), 2, "two spellings of one publisher are one: {sources:?}");
    assert!(sources.iter().all(|(_, count)| *count == 2), "{sources:?}");

    // What a value offers to narrow the query gives as many as it says.
    for value in survey.facets.iter().flat_map(|facet| &facet.values) {
        let Some(narrower) = &value.query else { continue };
        let narrowed = surveyed(&reader, narrower, &SurveyRequest::default());
        assert_eq!(narrowed.total, value.count, "{narrower}");
    }
    assert_eq!(
        counts(&surveyed(&reader, "robot -initech", &wanted), FacetField::Account),
        pairs(&[("acme", 2), ("globex", 1)])
    );
    assert!(surveyed(&reader, "nowhere", &wanted).facets.iter().all(|facet| facet.values.is_empty()));
}

#[test]
fn the_most_frequent_values_come_and_the_rest_is_told() {
    let folder = filled();
    let reader = open(&folder);
    for (most, expected, more) in [
        (2, &[("acme", 3), ("globex", 1)][..], 1),
        (1, &[("acme", 3)], 2),
        (0, &[], 3),
        (3, &[("acme", 3), ("globex", 1), ("initech", 1)], 0),
    ] {
        let wanted = SurveyRequest { facets: vec![FacetField::Account], most, ..SurveyRequest::default() };
        let survey = surveyed(&reader, "sort:date", &wanted);
        assert_eq!((counts(&survey, FacetField::Account), survey.facets[0].more), (pairs(expected), more), "{most}");
    }
}

#[test]
fn counts_follow_new_articles_and_merges() {
    let folder = filled();
    let reader = open(&folder);
    let wanted = SurveyRequest { facets: vec![FacetField::Account], ..SurveyRequest::default() };
    surveyed(&reader, "sort:date", &wanted);
    let mut index = Index::open(folder.path(), &Settings::default()).unwrap().index;
    for number in 0..12 {
        let id = format!("more{number}");
        index.put(&[article(&id, "05", "Trade", &[(AccountKind::Client, "globex", "Globex plc")], "More.")]).unwrap();
        index.commit(3 + number).unwrap();
        reader.reload().unwrap();
        let survey = surveyed(&reader, "sort:date", &wanted);
        let globex = survey.facets[0].values.iter().find(|value| value.value == "globex").unwrap();
        assert_eq!(globex.count, 2 + u64::try_from(number).unwrap());
    }
    drop(index);
    reader.reload().unwrap();
    assert_eq!(counts(&surveyed(&reader, "sort:date", &wanted), FacetField::Account)[0], ("globex".to_owned(), 13));
}

#[test]
fn articles_over_time() {
    let folder = filled();
    let reader = open(&folder);
    let wanted = SurveyRequest { histogram: Some(Spacing::Day), ..SurveyRequest::default() };
    let histogram = surveyed(&reader, "sort:date", &wanted).histogram.unwrap();
    let counts: Vec<u64> = histogram.buckets.iter().map(|bucket| bucket.count).collect();
    assert_eq!((counts, histogram.undated), (vec![1, 0, 2], 1));
    assert_eq!(histogram.buckets[0].start.to_rfc3339(), "2026-03-02T00:00:00+00:00");
    let nothing = surveyed(&reader, "nowhere", &wanted).histogram.unwrap();
    assert_eq!((nothing.buckets.len(), nothing.undated), (0, 0));
}

#[test]
fn an_unknown_facet_names_the_nearest() {
    assert_eq!(FacetField::list("account, KIND,account").unwrap(), [FacetField::Account, FacetField::Kind]);
    assert_eq!(FacetField::list("all").unwrap(), FacetField::ALL);
    assert_eq!(FacetField::list("source-country").unwrap(), [FacetField::SourceCountry]);
    assert!(FacetField::list("acount").unwrap_err().contains("did you mean \"account\"?"));
}

#[test]
fn like_this_is_neither_itself_nor_its_story() {
    let folder = filled();
    let reader = open(&folder);
    let like = |id: &str, own_story: bool, narrower: Option<&str>| {
        let narrower = narrower.map(query);
        let request = SearchRequest { collapse: false, ..now() };
        let found = reader.similar(id, own_story, narrower.as_ref(), &request).unwrap();
        found.map(|found| found.results.into_iter().map(|result| result.id).collect::<Vec<_>>())
    };
    assert_eq!(like("a", false, None).unwrap(), ["c"]);
    assert_eq!(like("a", true, None).unwrap(), ["b", "c"]);
    assert_eq!(like("a", true, Some("competitor:*")).unwrap(), ["c"]);
    assert_eq!(like("d", true, None).unwrap(), Vec::<String>::new());
    assert_eq!(like("z", true, None), None);
    let marked = reader.similar("a", false, None, &now()).unwrap().unwrap().results[0].excerpt.marked("[", "]");
    assert!(marked.contains("[warehouse] [robot]"), "{marked}");
}

#[test]
fn what_is_not_known_is_corrected_to_what_is() {
    let folder = filled();
    let reader = open(&folder);
    let names =
        [MatchAccount { kind: AccountKind::Client, id: AccountId::from("acme"), name: "Apex Automation".to_owned() }];
    for (typed, meant) in [
        ("acmee", Some("acme")),
        ("Initehc robot", Some("initech robot")),
        ("\"wharehouse robot\"", Some("\"warehouse robot\"")),
        ("title:initesh", Some("title:initech")),
        ("client:acmee", Some("client:acme")),
        ("client:globxe robot", Some("client:globex robot")),
        ("client:initech", Some("competitor:initech")),
        ("client:\"Apex Automaton\"", Some("client:acme")),
        ("source:trad", Some("source:Trade")),
        ("source:trade.ed", Some("source:trade.de")),
        ("acmee -footbal", Some("acme -footbal")),
        ("(acmee OR nowhere) lang:en", Some("(acme OR nowhere) lang:en")),
        ("acme", None),
        ("zzzzzz", None),
        ("acmee zzzzzz", None),
        ("client:zzzzzz", None),
        ("xy", None),
        ("acm*", None),
    ] {
        let suggestion = reader.suggest(&query(typed), &now(), &names).unwrap();
        assert_eq!(suggestion.as_ref().map(|suggestion| suggestion.query.as_str()), meant, "{typed}");
        if let Some(Suggestion { query: text, total }) = suggestion {
            assert_eq!(reader.search(&query(&text), &now()).unwrap().total, total, "{text}");
        }
    }
}

#[test]
fn documents_come_one_by_one_in_order() {
    let folder = filled();
    let reader = open(&folder);
    let documents = reader.documents(&query("warehouse sort:date"), &now()).unwrap();
    assert_eq!((documents.total, documents.newest), (3, Some(at("2026-03-04T10:00:00Z"))));
    let mut ids: Vec<String> = documents.map(|document| document.unwrap().id).collect();
    assert_eq!(ids.len(), 2, "one for a story");
    let each = SearchRequest { collapse: false, ..now() };
    ids =
        reader.documents(&query("warehouse sort:date"), &each).unwrap().map(|document| document.unwrap().id).collect();
    assert_eq!((ids.len(), ids[2].as_str()), (3, "a"));
}

#[test]
fn several_excerpts_show_several_places() {
    let filler = "Nothing of interest happened in this long stretch of text. ".repeat(12);
    let text =
        format!("A strike began. {filler} The strike went on. {filler} The strike and the layoffs ended. {filler}");
    let folder = tempfile::tempdir().unwrap();
    let mut index = Index::create(folder.path(), &Settings::default()).unwrap();
    index.put(&[article("1", "02", "Trade", &[], &text)]).unwrap();
    index.commit(1).unwrap();
    let reader = open(&folder);
    let found = |fragments| reader.search(&query("strike layoffs"), &SearchRequest { fragments, ..now() }).unwrap();
    let result = &found(5).results[0];
    let shown: Vec<String> = result.more_excerpts.iter().map(|excerpt| excerpt.marked("[", "]")).collect();
    assert!(result.excerpt.marked("[", "]").contains("The [strike] and the [layoffs] ended."), "{:?}", result.excerpt);
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].starts_with("A [strike] began."), "{shown:?}");
    assert!(shown[1].contains("The [strike] went on."), "{shown:?}");
    assert_eq!(found(1).results[0].more_excerpts, []);
    assert_eq!(found(2).results[0].more_excerpts.len(), 1);
}

#[test]
fn marks_stand_where_the_words_stand() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = Index::create(folder.path(), &Settings::default()).unwrap();
    let mut news = article("1", "02", "Trade", &[], "Zoë Müller’s robots announced: “Ａcme” wins.");
    news.title = "Robotics: トヨタ自動車とÅngström".to_owned();
    index.put(&[news]).unwrap();
    index.commit(1).unwrap();
    let reader = open(&folder);
    for (text, title, excerpt) in [
        ("muller", "", "Zoë [Müller]’s robots announced: “Ａcme” wins."),
        ("announce zoe", "", "[Zoë] Müller’s robots [announced]: “Ａcme” wins."),
        ("robo*", "[Robotics]: トヨタ自動車とÅngström", "Zoë Müller’s [robots] announced: “Ａcme” wins."),
        ("acme", "", "Zoë Müller’s robots announced: “[Ａcme]” wins."),
        ("\"robots announced\"", "", "Zoë Müller’s [robots] [announced]: “Ａcme” wins."),
        ("自動車", "Robotics: トヨタ[自動車]とÅngström", "Zoë Müller’s robots announced: “Ａcme” wins."),
        ("title:angstrom", "Robotics: トヨタ自動車と[Ångström]", "Zoë Müller’s robots announced: “Ａcme” wins."),
    ] {
        let found = reader.search(&query(text), &now()).unwrap();
        let result = found.results.first().unwrap_or_else(|| panic!("{text} finds nothing"));
        assert_eq!(result.excerpt.marked("[", "]"), excerpt, "{text}");
        let whole = Excerpt { text: result.title.clone(), marks: result.title_marks.clone() };
        let expected = if title.is_empty() { result.title.as_str() } else { title };
        assert_eq!(whole.marked("[", "]"), expected, "{text}");
    }
}
