//! Business news that nobody ever wrote: firms, articles, feeds and pages from a fixed seed, the same at every run.

use std::fmt::Write;

use tidings::model::{Account, AccountId, AccountKind, Alias, Watchlist};

const BEGINNINGS: &[&str] =
    &["Al", "Bor", "Cas", "Dun", "El", "Fen", "Gar", "Hol", "Ing", "Jor", "Kel", "Lar", "Mar", "Nor", "Os"];
const MIDDLES: &[&str] =
    &["ba", "den", "dri", "fel", "gan", "ha", "lo", "mi", "ni", "ra", "sel", "ta", "ve", "wi", "zo"];
const ENDS: &[&str] =
    &["ck", "don", "field", "gate", "lin", "mere", "nex", "port", "ric", "ston", "tek", "vale", "ward"];
const TRADES: &[&str] = &["Foods", "Freight", "Health", "Logistics", "Robotics", "Software", "Chemicals", "Energy"];
const HEADLINES: &[&str] = &[
    "{} to acquire {} for $1.2 billion",
    "{} closes plant, 300 layoffs",
    "{} quarterly profit rises 9 percent",
    "{} wins contract from {}",
    "{} names new chief executive",
    "{} and {} form joint venture",
    "Workers at {} on strike",
    "{} launches warehouse system",
    "{} fined by regulator",
    "{} raises prices by 6 percent",
];
const SENTENCES: &[&str] = &[
    "{} said on Monday that it would close a plant in the north and cut 300 jobs.",
    "The company reported that quarterly profit rose 9 percent on higher sales of its warehouse systems.",
    "Analysts had expected less, and shares of {} rose in early trading.",
    "{} has signed a five-year contract to supply {}, the two companies announced.",
    "A spokeswoman declined to comment on a report that the firm is considering a sale.",
    "The regulator has opened an investigation into prices, according to people familiar with the matter.",
    "Its chief executive, who joined four years ago, will step down at the end of March.",
    "Customers will notice nothing, the company promised, and deliveries go on as before.",
    "The weather in the region has been mild for the season, which helped builders and growers alike.",
    "Union leaders called the offer an insult and set a date for a strike.",
];

/// Writes it.
pub(crate) struct Writer {
    luck: fastrand::Rng,
    firms: Vec<String>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        let mut writer = Self { luck: fastrand::Rng::with_seed(7), firms: Vec::new() };
        writer.firms = (0..400).map(|_| writer.firm()).collect();
        writer
    }

    /// So many accounts, the firms of the articles among them.
    pub(crate) fn watchlist(&mut self, accounts: usize) -> Watchlist {
        let mut accounts: Vec<String> = (0..accounts).map(|_| self.firm()).collect();
        let known = self.firms.len().min(accounts.len() / 2);
        accounts[..known].clone_from_slice(&self.firms[..known]);
        let account = |(number, name): (usize, String)| Account {
            id: AccountId(format!("account-{number}")),
            kind: if number % 5 == 0 { AccountKind::Competitor } else { AccountKind::Client },
            aliases: vec![Alias::from(name.as_str())],
            name: format!("{name}, Inc."),
            ..Account::default()
        };
        Watchlist::new(accounts.into_iter().enumerate().map(account).collect())
    }

    /// So many articles: headline and text of some 400 words.
    pub(crate) fn articles(&mut self, count: usize) -> Vec<(String, String)> {
        (0..count).map(|_| (self.headline(), self.text())).collect()
    }

    /// An RSS document of so many entries.
    pub(crate) fn feed(&mut self, entries: usize) -> String {
        let mut feed = String::from("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Made up</title>");
        for number in 0..entries {
            let (title, text) = (self.headline(), self.sentence());
            let _ = write!(
                feed,
                "<item><guid>https://made-up.example/{number}</guid><link>https://made-up.example/{number}</link>\
                 <title>{title}</title><description>&lt;p&gt;{text}&lt;/p&gt;</description>\
                 <pubDate>Mon, 02 Mar 2026 08:{number:02}:00 GMT</pubDate></item>"
            );
        }
        feed + "</channel></rss>"
    }

    /// A page with what stands around an article.
    pub(crate) fn page(&mut self) -> String {
        let title = self.headline();
        let around: Vec<String> =
            (0..40).map(|number| format!("<li><a href=\"/{number}\">{}</a></li>", self.headline())).collect();
        let around = around.concat();
        let text = self.text().replace("\n\n", "</p><p>");
        format!(
            "<!doctype html><html lang=\"en\"><head><title>{title} | Made up</title>\
             <meta property=\"article:published_time\" content=\"2026-03-02T08:00:00Z\"></head><body><nav><ul>{around}</ul></nav>\
             <main><article><h1>{title}</h1><p>{text}</p></article></main><aside><ul>{around}</ul></aside><footer>Imprint</footer></body></html>"
        )
    }

    fn text(&mut self) -> String {
        let paragraphs: Vec<String> =
            (0..10).map(|_| (0..3).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")).collect();
        paragraphs.join("\n\n")
    }

    fn headline(&mut self) -> String {
        let form = HEADLINES[self.luck.usize(..HEADLINES.len())];
        self.with_firms(form)
    }

    fn sentence(&mut self) -> String {
        let form = SENTENCES[self.luck.usize(..SENTENCES.len())];
        self.with_firms(form)
    }

    fn with_firms(&mut self, form: &str) -> String {
        let mut parts = form.split("{}");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            text.push_str(&self.firms[self.luck.usize(..self.firms.len())]);
            text.push_str(part);
        }
        text
    }

    fn firm(&mut self) -> String {
        let mut pick = |list: &[&'static str]| list[self.luck.usize(..list.len())];
        format!("{}{}{}{} {}", pick(BEGINNINGS), pick(MIDDLES), pick(MIDDLES), pick(ENDS), pick(TRADES))
    }
}
