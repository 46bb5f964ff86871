//! Feeds of the demo's outlets, each in its format.

use std::fmt::Write;

use html_escape::encode_safe as escaped;
use serde_json::json;

use super::newswire::{Format, Outlet, Printed};

/// Reports that a feed lists.
const LISTED: usize = 25;

/// A feed with its content type. `base` is the outlet's address without a slash at its end.
pub(super) fn feed(outlet: &Outlet, printed: &[Printed<'_>], base: &str) -> (&'static str, String) {
    let listed = &printed[..printed.len().min(LISTED)];
    match outlet.format {
        Format::Rss2 => ("application/rss+xml; charset=utf-8", rss2(outlet, listed, base)),
        Format::Rss091 => ("text/xml; charset=utf-8", rss091(outlet, listed, base)),
        Format::Rdf => ("application/rdf+xml; charset=utf-8", rdf(outlet, listed, base)),
        Format::Atom => ("application/atom+xml; charset=utf-8", atom(outlet, listed, base)),
        Format::Json => ("application/feed+json", json_feed(outlet, listed, base)),
        Format::Sitemap => ("application/xml; charset=utf-8", sitemap(outlet, listed, base)),
    }
}

/// The page of a report.
pub(super) fn page(outlet: &Outlet, printed: &Printed<'_>, base: &str) -> String {
    let paragraphs = markup(&printed.text);
    let (title, name) = (escaped(printed.title), escaped(&outlet.name));
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title} | {name}</title>\n\
         <link rel=\"canonical\" href=\"{}\">\n<meta property=\"og:site_name\" content=\"{name}\">\n\
         <meta property=\"article:published_time\" content=\"{}\"></head>\n\
         <body><header><a href=\"{base}/\">{name}</a></header>\n<main><article><h1>{title}</h1>\n{paragraphs}</article></main>\n\
         <footer>{name}: an invented outlet</footer></body></html>\n",
        outlet.language.as_deref().unwrap_or("en"),
        link(base, printed),
        printed.at.to_rfc3339(),
    )
}

fn link(base: &str, printed: &Printed<'_>) -> String {
    format!("{base}/{}.html", printed.id)
}

/// The text as the markup that feeds carry.
fn markup(text: &str) -> String {
    text.split("\n\n").map(|part| format!("<p>{}</p>", escaped(part.trim()))).collect::<Vec<_>>().join("\n")
}

fn rss2(outlet: &Outlet, listed: &[Printed<'_>], base: &str) -> String {
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\n\
         <title>{}</title><link>{base}/</link><language>{}</language><ttl>60</ttl>\n",
        escaped(&outlet.name),
        outlet.language.as_deref().unwrap_or("en")
    );
    for printed in listed {
        let _ = writeln!(
            feed,
            "<item><guid isPermaLink=\"false\">{}</guid><title>{}</title><link>{}</link><pubDate>{}</pubDate>\
             <content:encoded>{}</content:encoded></item>",
            printed.id,
            escaped(printed.title),
            link(base, printed),
            printed.at.to_rfc2822(),
            escaped(&markup(&printed.text)),
        );
    }
    feed + "</channel></rss>\n"
}

fn rss091(outlet: &Outlet, listed: &[Printed<'_>], base: &str) -> String {
    let mut feed = format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"0.91\"><channel><title>{}</title><link>{base}/</link>\n",
        escaped(&outlet.name)
    );
    for printed in listed {
        let _ = writeln!(
            feed,
            "<item><title>{}</title><link>{}</link><description>{}</description></item>",
            escaped(printed.title),
            link(base, printed),
            escaped(&printed.text),
        );
    }
    feed + "</channel></rss>\n"
}

fn rdf(outlet: &Outlet, listed: &[Printed<'_>], base: &str) -> String {
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n\
         <channel rdf:about=\"{base}/\"><title>{}</title><link>{base}/</link></channel>\n",
        escaped(&outlet.name)
    );
    for printed in listed {
        let address = link(base, printed);
        let _ = writeln!(
            feed,
            "<item rdf:about=\"{address}\"><title>{}</title><link>{address}</link><dc:date>{}</dc:date>\
             <content:encoded>{}</content:encoded></item>",
            escaped(printed.title),
            printed.at.to_rfc3339(),
            escaped(&markup(&printed.text)),
        );
    }
    feed + "</rdf:RDF>\n"
}

fn atom(outlet: &Outlet, listed: &[Printed<'_>], base: &str) -> String {
    let updated = listed.first().map_or_else(String::new, |printed| printed.at.to_rfc3339());
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{}</title><id>tag:{},2020:feed</id><link href=\"{base}/\"/><updated>{updated}</updated>\n",
        outlet.language.as_deref().unwrap_or("en"),
        escaped(&outlet.name),
        outlet.domain,
    );
    for printed in listed {
        let _ = writeln!(
            feed,
            "<entry><id>tag:{},2020:{}</id><title>{}</title><link href=\"{}\"/><published>{}</published>\
             <updated>{}</updated><content type=\"html\">{}</content></entry>",
            outlet.domain,
            printed.id,
            escaped(printed.title),
            link(base, printed),
            printed.at.to_rfc3339(),
            printed.changed.unwrap_or(printed.at).to_rfc3339(),
            escaped(&markup(&printed.text)),
        );
    }
    feed + "</feed>\n"
}

fn json_feed(outlet: &Outlet, listed: &[Printed<'_>], base: &str) -> String {
    let entries: Vec<_> = listed
        .iter()
        .map(|printed| {
            json!({
                "id": printed.id, "url": link(base, printed), "title": printed.title,
                "content_html": markup(&printed.text), "date_published": printed.at.to_rfc3339(),
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "home_page_url": format!("{base}/"),
        "language": outlet.language.as_deref().unwrap_or("en"), "items": entries,
    });
    feed.to_string()
}

fn sitemap(outlet: &Outlet, listed: &[Printed<'_>], base: &str) -> String {
    let mut map = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n",
    );
    for printed in listed {
        let _ = writeln!(
            map,
            "<url><loc>{}</loc><news:news><news:publication><news:name>{}</news:name><news:language>{}</news:language>\
             </news:publication><news:publication_date>{}</news:publication_date><news:title>{}</news:title></news:news></url>",
            link(base, printed),
            escaped(&outlet.name),
            outlet.language.as_deref().unwrap_or("en"),
            printed.at.to_rfc3339(),
            escaped(printed.title),
        );
    }
    map + "</urlset>\n"
}
