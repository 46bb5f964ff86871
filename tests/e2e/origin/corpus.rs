//! Real feeds and pages from a corpus on disk, served as a site would, with a configuration that watches 200 companies.

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use super::{Document, Origin};

/// The corpora, where they are present: `TIDINGS_CORPORA`, else beside the project.
pub(crate) fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("TIDINGS_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora"), PathBuf::from);
    folder.join("feeds-real").is_dir().then_some(folder)
}

/// What is served of the corpora.
pub(crate) struct Served {
    /// Paths of feeds that are served with an ETag.
    pub(crate) with_validators: Vec<String>,
    /// Paths of feeds that are served without.
    pub(crate) without_validators: Vec<String>,
    /// Number of pages, all linked from one more feed, which has an ETag.
    pub(crate) pages: usize,
}

/// Loopback is allowed, and news of any age counts: what the corpora hold was printed years ago.
const SETTINGS: &str = "[net]\nallow = [\"127.0.0.0/8\"]\n\n[touchpoint]\nstale_days = 10000\n";

/// Serves `feeds-real` and the pages of `fundus-news`, and writes the configuration that polls them into `config`.
pub(crate) fn serve(origin: &Origin, corpora: &Path, config: &Path) -> Served {
    let mut served = Served { with_validators: Vec::new(), without_validators: Vec::new(), pages: 0 };
    let mut sources = String::from("[[source]]\nid = \"real\"\nname = \"Real feeds\"\nown = true\n");
    for (number, file) in feed_files(corpora).into_iter().enumerate() {
        let path = format!("/feeds/{number}");
        let document = Document::new(content_type(&file), fs::read(&file).expect("a feed"));
        if number % 2 == 0 {
            origin.serve(&path, document.etag(&format!("\"v{number}\"")));
            served.with_validators.push(path.clone());
        } else {
            origin.serve(&path, document);
            served.without_validators.push(path.clone());
        }
        let name = file.strip_prefix(corpora).unwrap_or(&file).display();
        let _ =
            write!(sources, "\n# {name}\n[[source.feed]]\nid = \"real-{number}\"\nurl = \"{}\"\n", origin.url(&path));
    }
    served.pages = serve_pages(origin, corpora);
    served.with_validators.push("/pages.xml".to_owned());
    let _ = write!(
        sources,
        "\n[[source]]\nid = \"pages\"\nname = \"Real pages\"\nown = true\nfetch = \"page\"\n\n\
         [[source.feed]]\nid = \"pages\"\nurl = \"{}\"\n",
        origin.url("/pages.xml")
    );
    fs::create_dir_all(config).expect("a folder");
    fs::write(config.join("sources.toml"), sources).expect("sources.toml");
    fs::write(config.join("watchlist.toml"), watchlist(corpora)).expect("watchlist.toml");
    fs::write(config.join("tidings.toml"), SETTINGS).expect("tidings.toml");
    served
}

pub(crate) fn feed_files(corpora: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&corpora.join("feeds-real"), &mut files);
    files.retain(|file| {
        let is_answer = file.components().any(|part| part.as_os_str().to_string_lossy().ends_with("-expected"));
        !is_answer && file.extension().is_some_and(|extension| extension != "md" && extension != "txt")
    });
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for inside in fs::read_dir(folder).expect("a folder") {
        let path = inside.expect("a file").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

pub(crate) fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("json") => "application/feed+json",
        Some("html") => "text/html",
        Some("atom") => "application/atom+xml",
        _ => "application/xml",
    }
}

/// Serves every page, and a feed that links to them all.
fn serve_pages(origin: &Origin, corpora: &Path) -> usize {
    let mut files = Vec::new();
    collect(&corpora.join("fundus-news"), &mut files);
    files.retain(|file| file.to_string_lossy().ends_with(".html.gz"));
    files.sort();
    let mut feed = String::from("<rss version=\"2.0\"><channel><title>Pages</title>");
    for (number, file) in files.iter().enumerate() {
        let mut page = Vec::new();
        GzDecoder::new(fs::File::open(file).expect("a page")).read_to_end(&mut page).expect("a whole page");
        let path = format!("/pages/{number}.html");
        origin.serve(&path, Document::new("text/html", page));
        let _ = write!(feed, "<item><guid>{number}</guid><link>{}</link></item>", origin.url(&path));
    }
    feed.push_str("</channel></rss>");
    origin.serve("/pages.xml", Document::new("application/rss+xml", feed).etag("\"pages\""));
    files.len()
}

/// 200 companies of the S&P 500: four in five clients, the others competitors, five managers, an industry by sector.
fn watchlist(corpora: &Path) -> String {
    let mut table =
        csv::Reader::from_path(corpora.join("company-names/all/sp500_constituents.csv")).expect("the S&P 500");
    let mut watchlist = String::new();
    let mut sectors = Vec::new();
    for (number, row) in table.records().enumerate().filter(|(number, _)| number % 2 == 0).take(200) {
        let row = row.expect("a row");
        let (symbol, name) = (&row[0], &row[1]);
        let sector = row[2].to_lowercase().replace(' ', "-");
        let kind = if number % 10 == 8 { "competitor" } else { "client" };
        let tier = ["A", "B", "C"][number % 3];
        let _ = write!(
            watchlist,
            "[[account]]\nid = \"{}\"\nkind = \"{kind}\"\nname = \"{name}\"\ntickers = [\"{symbol}\"]\ntier = \"{tier}\"\n\
             owner = \"manager{}\"\nrelations = [{{ kind = \"in_industry\", to = \"{sector}\" }}]\n\n",
            symbol.to_lowercase().replace('.', "-"),
            number % 5
        );
        sectors.push(sector);
    }
    sectors.sort();
    sectors.dedup();
    for sector in sectors {
        let name = sector.replace('-', " ");
        let _ = write!(watchlist, "[[account]]\nid = \"{sector}\"\nkind = \"topic\"\nname = \"{name} industry\"\n\n");
    }
    watchlist
}
