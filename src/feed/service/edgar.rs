//! Filings with the US Securities and Exchange Commission.
//!
//! By CIK: `https://data.sec.gov/submissions/CIK##########.json`
//! (<https://www.sec.gov/search-filings/edgar-application-programming-interfaces>). By ticker: EDGAR's own company
//! look-up as Atom, `https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=…&output=atom`, which takes either.
//! No more than ten requests a second, and a User-Agent with a contact
//! (<https://www.sec.gov/os/accessing-edgar-data>).

use chrono::{DateTime, NaiveDate, NaiveTime};
use serde_json::Value;
use url::Url;

use super::{Answer, Ask, Limits, at, edgar_items, words};
use crate::feed::{Parsed, tree};
use crate::model::{Entry, EntrySource, FeedInfo, Time};
use crate::text::sanitise::plain_line;

/// One request a second is a tenth of what is allowed.
pub(super) const LIMITS: Limits =
    Limits { least_minutes: 60, gap_seconds: 1, most_characters: 20, most_words: 1, together: false };

/// Filings of one answer that are looked at, newest first.
const MOST: usize = 100;

pub(super) fn address(ask: &Ask) -> Result<Url, String> {
    let query = words(ask)?;
    let number = query.strip_prefix("CIK").unwrap_or(query);
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        if number.len() > 10 {
            return Err(format!("`{query}` is no CIK, which has ten digits at most"));
        }
        return at(ask, "https://data.sec.gov", &format!("/submissions/CIK{number:0>10}.json"));
    }
    if query.len() > 8 || !query.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
        return Err(format!("`{query}` is neither a CIK nor a ticker"));
    }
    let mut url = at(ask, "https://www.sec.gov", "/cgi-bin/browse-edgar")?;
    url.query_pairs_mut()
        .append_pair("action", "getcompany")
        .append_pair("CIK", query)
        .append_pair("type", "")
        .append_pair("owner", "exclude")
        .append_pair("count", "40")
        .append_pair("output", "atom");
    Ok(url)
}

pub(super) fn read(answer: &Answer<'_>) -> Parsed {
    match answer.json() {
        Some(document) => submissions(answer, &document),
        None => company_search(answer),
    }
}

/// A filing as both forms of answer tell it.
#[derive(Default)]
struct Filing<'a> {
    company: &'a str,
    cik: &'a str,
    accession: &'a str,
    form: &'a str,
    items: &'a str,
    filed: Option<NaiveDate>,
    accepted: Option<Time>,
    link: String,
}

impl Filing<'_> {
    /// An entry whose headline says form and items in words; nothing for forms that are no news.
    fn entry(&self) -> Option<Entry> {
        let form = self.form;
        let what = edgar_items::form(form)?;
        let company = plain_line(self.company);
        let numbers = edgar_items::numbers(self.items);
        let spelled: Vec<String> = numbers
            .iter()
            .filter_map(|number| edgar_items::caption(number).map(|caption| format!("Item {number}: {caption}")))
            .collect();
        let title = if spelled.is_empty() {
            format!("{company} files {form} ({what})")
        } else {
            format!("{company} files {form} {}", spelled.join("; "))
        };
        let day = self.filed.map(|day| format!(" on {day}")).unwrap_or_default();
        let items: Vec<String> = spelled.iter().map(|item| format!("<p>{item}.</p>")).collect();
        let items = items.concat();
        let summary = format!(
            "<p>{company} (CIK {}) filed Form {form} ({what}){day} with the US Securities and Exchange Commission.</p>{items}",
            self.cik
        );
        Some(Entry {
            id: Some(self.accession.to_owned()).filter(|id| !id.is_empty()),
            link: Some(self.link.clone()).filter(|link| !link.is_empty()),
            title: Some(title),
            published: self.accepted.or_else(|| self.filed.map(|day| day.and_time(NaiveTime::MIN).and_utc())),
            summary: Some(summary),
            categories: vec![form.to_owned()],
            language: Some("en".to_owned()),
            source: Some(EntrySource {
                name: Some("SEC EDGAR".to_owned()),
                url: Some("https://www.sec.gov/".to_owned()),
            }),
            ..Entry::default()
        })
    }
}

/// The answer by CIK: a table by columns.
fn submissions(answer: &Answer<'_>, document: &Value) -> Parsed {
    let recent = &document["filings"]["recent"];
    let column = |name: &str| recent[name].as_array().map(Vec::as_slice);
    let (Some(company), Some(accessions), Some(forms)) =
        (document["name"].as_str(), column("accessionNumber"), column("form"))
    else {
        return answer.changed("`name` or `filings.recent` is not there");
    };
    let cik = document["cik"].as_str().map_or_else(|| document["cik"].to_string(), str::to_owned);
    let folder_of = cik.trim_start_matches('0');
    let text = |name: &str, place: usize| {
        column(name).and_then(|column| column.get(place)).and_then(Value::as_str).unwrap_or_default()
    };
    let entries = (0..accessions.len().min(forms.len()).min(MOST)).filter_map(|place| {
        let accession = text("accessionNumber", place);
        let folder = format!("https://www.sec.gov/Archives/edgar/data/{folder_of}/{}", accession.replace('-', ""));
        let link = match text("primaryDocument", place) {
            "" => format!("{folder}/{accession}-index.htm"),
            document => format!("{folder}/{document}"),
        };
        let accepted = DateTime::parse_from_rfc3339(text("acceptanceDateTime", place)).ok();
        Filing {
            company,
            cik: &cik,
            accession,
            form: text("form", place),
            items: text("items", place),
            filed: text("filingDate", place).parse().ok(),
            accepted: accepted.map(|at| at.to_utc()),
            link,
        }
        .entry()
    });
    let entries = entries.collect();
    let feed = FeedInfo { title: Some(format!("Filings of {}", plain_line(company))), ..FeedInfo::default() };
    Parsed { feed, entries, understood: true, ..Parsed::default() }
}

/// The answer by ticker: Atom, whose `content` holds the filing in elements of the SEC's own.
fn company_search(answer: &Answer<'_>) -> Parsed {
    let mut parsed = answer.feed();
    if !parsed.understood {
        return parsed;
    }
    let (text, mut warnings) = crate::feed::text_of(answer.bytes, answer.content_type);
    let tree = tree::read(&text, &mut warnings);
    let Some(feed) = tree.root().children().find(|child| child.name() == "feed") else {
        return answer.changed("it is no Atom feed");
    };
    let child_text = |parent: tree::Element<'_>, name: &str| {
        parent.children().find(|child| child.name() == name).and_then(tree::Element::text).unwrap_or_default()
    };
    let Some(info) = feed.children().find(|child| child.name() == "company-info") else {
        return answer.changed("`company-info` is not there");
    };
    let (company, cik) = (child_text(info, "conformed-name"), child_text(info, "cik"));
    let filings: Vec<_> = feed.children().filter(|child| child.name() == "entry").collect();
    let mut strange = 0;
    let mut entries = Vec::new();
    for (filing, plain) in filings.iter().zip(&parsed.entries) {
        let Some(content) = filing.children().find(|child| child.name() == "content") else {
            strange += 1;
            continue;
        };
        let form = child_text(content, "filing-type");
        let told = Filing {
            company: &company,
            cik: &cik,
            accession: &child_text(content, "accession-number"),
            form: &form,
            items: &child_text(content, "items-desc"),
            filed: child_text(content, "filing-date").parse().ok(),
            accepted: plain.updated,
            link: child_text(content, "filing-href"),
        };
        strange += usize::from(form.is_empty());
        entries.extend(told.entry());
    }
    if strange > 0 && strange == filings.len() {
        return answer.changed("no entry has a `filing-type`");
    }
    parsed.entries = entries;
    parsed.feed.title = Some(format!("Filings of {}", plain_line(&company)));
    parsed
}
