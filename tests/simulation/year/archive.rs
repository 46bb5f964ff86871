//! What there was to read: the demo's newswire, and real pages where they are at hand, read by the stages themselves.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use tidings::demo::newswire::{DAYS, Newswire};
use tidings::extract;
use tidings::mention::{self, Matcher};
use tidings::model::*;
use tidings::signal::{self, Lexicon, Report};
use tidings::story::{self, Candidate, Happening, NewArticle};
use tidings::text::language;

/// A story as it stood after one more report.
#[derive(Clone)]
pub(crate) struct Told {
    /// When, since the beginning of the archive.
    pub(crate) after: TimeDelta,
    /// Which story.
    pub(crate) story: StoryId,
    /// What its reports were taken to say by then.
    pub(crate) signals: Vec<Signal>,
}

/// All that was read.
pub(crate) struct Archive {
    /// The first instant of the demo's newswire.
    pub(crate) begins: Time,
    /// Whom the demo watches.
    pub(crate) watched: Vec<Account>,
    /// The demo's stories, by time.
    pub(crate) newswire: Vec<Told>,
    /// Stories of real pages about real firms, by the day of the year on which they were printed.
    pub(crate) pages: Vec<Told>,
    /// How many articles and pages were read.
    pub(crate) articles: (usize, usize),
    /// What was left out, for whoever reads the figures.
    pub(crate) left_out: Option<String>,
}

/// Firms that real pages write about; some of the simulated clients bear their names.
pub(crate) const FIRMS: [&str; 60] = [
    "Volkswagen",
    "Deutsche Bahn",
    "Deutsche Bank",
    "Tesla",
    "Google",
    "Microsoft",
    "Apple",
    "Amazon",
    "OpenAI",
    "Nvidia",
    "Boeing",
    "Airbus",
    "Lufthansa",
    "Siemens",
    "BMW",
    "Mercedes-Benz",
    "Bayer",
    "BASF",
    "Commerzbank",
    "Thyssenkrupp",
    "TikTok",
    "Netflix",
    "Disney",
    "Samsung",
    "Sony",
    "Nintendo",
    "Ubisoft",
    "Electronic Arts",
    "Intel",
    "Oracle",
    "Toyota",
    "Renault",
    "TotalEnergies",
    "Nestlé",
    "UBS",
    "Novartis",
    "Roche",
    "Vodafone",
    "Telekom",
    "Spotify",
    "Ikea",
    "Lidl",
    "Zalando",
    "OMV",
    "Red Bull",
    "Ryanair",
    "EasyJet",
    "Qantas",
    "Woolworths",
    "Telstra",
    "Air Canada",
    "Bombardier",
    "Reuters",
    "Bloomberg",
    "Huawei",
    "Alibaba",
    "Adidas",
    "Puma",
    "Porsche",
    "Rheinmetall",
];

/// Reads everything.
pub(crate) fn read() -> Archive {
    let newswire = Newswire::ending("2026-02-25T00:00:00Z".parse().unwrap()).unwrap();
    let watched = demo_accounts(&newswire);
    let begins = newswire.instant(0, 0);
    let articles = printed(&newswire);
    let told = follow(&articles, &Watchlist::new(watched.clone()), begins);
    let mut archive =
        Archive { begins, watched, newswire: told, pages: Vec::new(), articles: (articles.len(), 0), left_out: None };
    let corpora = std::env::var("TIDINGS_CORPORA").unwrap_or_else(|_| "../shared/corpora".to_owned());
    let folder = Path::new(&corpora).join("fundus-news");
    if folder.is_dir() {
        let pages = pages(&folder);
        archive.articles.1 = pages.len();
        let firms = FIRMS.iter().map(|name| Account {
            id: AccountId::from(id_of(name)),
            name: (*name).to_owned(),
            ..Account::default()
        });
        archive.pages = follow(&pages, &Watchlist::new(firms.collect()), begins);
    } else {
        archive.left_out = Some(format!("no real pages: there is no folder {}", folder.display()));
    }
    archive
}

/// The id of a firm by its name.
pub(crate) fn id_of(name: &str) -> String {
    name.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), "-")
}

fn demo_accounts(newswire: &Newswire) -> Vec<Account> {
    #[derive(serde::Deserialize)]
    struct File {
        account: Vec<Account>,
    }
    let written = include_str!("../../../src/demo/newswire/watchlist.toml");
    let mut text = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("@day(") {
        let (number, after) = after.split_once(')').unwrap();
        let days = number.parse().map(TimeDelta::days).unwrap_or_default();
        text.push_str(before);
        text.push_str(&(newswire.date(DAYS - 1) + days).to_string());
        rest = after;
    }
    toml::from_str::<File>(&(text + rest)).unwrap().account
}

/// Every report of the newswire at every outlet, edits as later versions, by time.
fn printed(newswire: &Newswire) -> Vec<Article> {
    let mut articles = Vec::new();
    let end = newswire.instant(DAYS, 0);
    for outlet in &newswire.outlets {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for day in 0..=DAYS {
            for printed in newswire.printed(outlet, newswire.instant(day, 23).min(end)) {
                let version = 1 + u32::from(printed.changed.is_some());
                if seen.insert(printed.id, version) == Some(version) {
                    continue;
                }
                let url = format!("https://{}/{}", outlet.domain, printed.id);
                articles.push(Article {
                    first_seen: printed.changed.unwrap_or(printed.at),
                    language: language::detect_as_stated(
                        &format!("{}\n{}", printed.title, printed.text),
                        outlet.language.as_deref(),
                    ),
                    publisher: Some(outlet.name.clone()),
                    publisher_domain: Some(outlet.domain.clone()),
                    ..article(url, version, printed.title.to_owned(), printed.text, printed.at)
                });
            }
        }
    }
    articles.sort_by(|one, other| (one.first_seen, &one.key).cmp(&(other.first_seen, &other.key)));
    articles
}

fn article(url: String, version: u32, title: String, text: String, at: Time) -> Article {
    Article {
        id: ArticleId::of_key(&url),
        key: url.clone(),
        version,
        content_hash: id::content_hash(&[&title, &text]),
        url: Some(url),
        title,
        text,
        level: EvidenceLevel::FullText,
        language: None,
        source: None,
        publisher: None,
        publisher_domain: None,
        feed: None,
        byline: Vec::new(),
        published: at,
        published_from: DateOrigin::Feed,
        first_seen: at,
        restricted: false,
        paywalled: false,
    }
}

/// The real pages, each on its day of whatever year.
fn pages(folder: &Path) -> Vec<Article> {
    let mut files: Vec<PathBuf> = Vec::new();
    for country in std::fs::read_dir(folder).unwrap().filter_map(|entry| Some(entry.ok()?.path())) {
        if country.is_dir() {
            files.extend(std::fs::read_dir(country).unwrap().filter_map(|entry| Some(entry.ok()?.path())));
        }
    }
    files.retain(|file| file.extension().is_some_and(|end| end == "gz"));
    files.sort();
    let half = files.len() / 2;
    // Two halves at once: reading pages is what takes the time.
    let (one, two) = files.split_at(half);
    let mut articles: Vec<Article> = std::thread::scope(|scope| {
        let one = scope.spawn(|| one.iter().filter_map(|file| page(file)).collect::<Vec<_>>());
        let two: Vec<Article> = two.iter().filter_map(|file| page(file)).collect();
        one.join().unwrap().into_iter().chain(two).collect()
    });
    articles.sort_by(|one, other| (one.first_seen, &one.key).cmp(&(other.first_seen, &other.key)));
    articles
}

fn page(file: &Path) -> Option<Article> {
    let mut html = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).ok()?).read_to_end(&mut html).ok()?;
    let settings = extract::Settings { fallback: false, ..extract::Settings::default() };
    let page = extract::extract(&html, Some("text/html"), None, &settings);
    let name = file.file_name()?.to_str()?.split('.').next()?.to_owned();
    let (publisher, day) = name.split_once('_')?;
    let day: chrono::NaiveDate = day.replace('_', "-").parse().ok()?;
    let at = day.and_hms_opt(9, 0, 0)?.and_utc();
    let url = page.canonical_url.clone().unwrap_or_else(|| format!("https://{publisher}.example/{day}"));
    let title = page.title.clone().unwrap_or_default();
    Some(Article {
        language: page.language.clone(),
        publisher_domain: Some(format!("{}.example", publisher.to_lowercase())),
        publisher: Some(publisher.to_owned()),
        ..article(url, 1, title, page.text, at)
    })
}

/// Follows the articles in their order, as the read loop does: who is named, what happened, which story it is.
fn follow(articles: &[Article], watchlist: &Watchlist, begins: Time) -> Vec<Told> {
    struct Known {
        article: Article,
        claims: Vec<Claim>,
        about: Vec<AccountId>,
        independent: bool,
        story: StoryId,
        lookup: Vec<i64>,
        sketch: story::Sketch,
    }
    let matcher = Matcher::build(watchlist, &mention::Settings::default());
    let lexicon = Lexicon::shipped();
    let (signals, stories) = (signal::Settings::default(), story::Settings::default());
    let mut known: Vec<Known> = Vec::new();
    let mut told = Vec::new();
    for article in articles {
        let reading = article.reading();
        let mut mentions = matcher.find(&reading);
        mentions.retain(|mention| mention.accepted);
        let mut claims = signal::claims(&reading, &mentions, &lexicon, &signals);
        claims.retain(|claim| claim.entity.is_some());
        let keys = story::keys(&reading, claims.iter().filter_map(Happening::of).collect(), &stories);
        let before = known.iter().position(|other| other.article.id == article.id);
        let (story, independent) = if let Some(place) = before {
            let before = known.remove(place);
            (before.story, before.independent)
        } else {
            let shares = |other: &&Known| {
                other.lookup.iter().any(|key| keys.lookup.contains(key))
                    && other.article.published >= article.published - stories.window()
            };
            let candidates: Vec<Candidate> = known
                .iter()
                .filter(shares)
                .map(|other| Candidate {
                    article: other.article.id.clone(),
                    story: other.story.clone(),
                    published: Some(other.article.published),
                    publisher_domain: other.article.publisher_domain.clone(),
                    sketch: other.sketch.clone(),
                })
                .collect();
            let new = NewArticle {
                id: article.id.clone(),
                published: Some(article.published),
                publisher_domain: article.publisher_domain.clone(),
                sketch: &keys.sketch,
            };
            let placed = story::assign(&new, &candidates, &stories, article.first_seen);
            (placed.story.unwrap_or_else(|| StoryId::opened_by(&article.id)), placed.independent)
        };
        let mut about: Vec<AccountId> = mentions
            .iter()
            .filter(|mention| mention.salience == Salience::About)
            .map(|mention| mention.account.clone())
            .collect();
        about.sort();
        about.dedup();
        known.push(Known {
            article: article.clone(),
            claims,
            about,
            independent,
            story: story.clone(),
            lookup: keys.lookup,
            sketch: keys.sketch,
        });
        let reports: Vec<Report> = known
            .iter()
            .filter(|known| known.story == story)
            .map(|known| Report {
                article: &known.article,
                claims: &known.claims,
                about: &known.about,
                independent: known.independent,
            })
            .collect();
        let merged = signal::merge(&story, &reports, &signals, article.first_seen);
        if !merged.is_empty() || told.iter().any(|told: &Told| told.story == story) {
            told.push(Told { after: article.first_seen - begins, story, signals: merged });
        }
    }
    told
}
