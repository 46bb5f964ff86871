//! Whole documents, good and hostile.

use super::*;
use crate::model::Time;

const BASE: Option<&str> = Some("https://news.example/feeds/all.xml");

fn read(document: &str) -> Parsed {
    parse(document.as_bytes(), None, BASE)
}

fn at(text: &str) -> Option<Time> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&chrono::Utc))
}

fn codes(parsed: &Parsed) -> Vec<&str> {
    parsed.warnings.iter().map(|warning| warning.code.as_str()).collect()
}

#[test]
fn rss_with_all_that_it_may_say() {
    let parsed = read(
        r#"<?xml version="1.0"?>
        <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
             xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
        <channel><title>Example &amp;amp; News</title><link>https://news.example/</link><description>All of it</description>
        <language>en-GB</language><lastBuildDate>Wed, 02 Oct 2024 08:00:00 GMT</lastBuildDate><ttl>90</ttl>
        <skipHours><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
        <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
        <atom:link rel="self" href="/feeds/all.xml"/><atom:link rel="hub" href="https://hub.example/"/>
        <atom:link rel="prev-archive" href="old.xml"/>
        <image><title>Logo</title><link>https://logo.example/</link></image>
        <item><title>Acme buys &lt;b&gt;Widgets&lt;/b&gt;</title><link>/a/1?x=1&amp;y=2</link><guid isPermaLink="false">id-1</guid>
        <pubDate>Tue, 01 Oct 2024 10:00:00 +0200</pubDate><dc:creator>Jane Doe</dc:creator><author>j@x.example (John Roe)</author>
        <category>Deals</category><category>Deals</category><description>Short &lt;a href="more"&gt;more&lt;/a&gt;</description>
        <content:encoded><![CDATA[<p onclick="x()">Long</p><script>x()</script>]]></content:encoded>
        <source url="https://wire.example/rss">The Wire</source>
        <enclosure url="https://news.example/a.mp3" length="12" type="audio/mpeg"/></item>
        </channel></rss>"#,
    );
    assert!(parsed.understood);
    assert_eq!(codes(&parsed), [""; 0]);
    assert_eq!(parsed.feed.title.as_deref(), Some("Example & News"));
    assert_eq!(parsed.feed.link.as_deref(), Some("https://news.example/"));
    assert_eq!(parsed.feed.language.as_deref(), Some("en-GB"));
    assert_eq!(parsed.feed.updated, at("2024-10-02T08:00:00Z"));
    let hints = &parsed.hints;
    assert_eq!((hints.ttl_minutes, hints.update_minutes), (Some(90), Some(360)));
    assert_eq!((hints.skip_hours.as_slice(), hints.skip_days.as_slice()), (&[0, 3][..], &[6][..]));
    assert_eq!(hints.own_url.as_deref(), BASE);
    assert_eq!(hints.hub.as_deref(), Some("https://hub.example/"));
    assert_eq!(hints.prev_archive.as_deref(), Some("https://news.example/feeds/old.xml"));
    let entry = &parsed.entries[0];
    assert_eq!(entry.title.as_deref(), Some("Acme buys Widgets"));
    assert_eq!(entry.link.as_deref(), Some("https://news.example/a/1?x=1&y=2"));
    assert_eq!(entry.id.as_deref(), Some("id-1"));
    assert_eq!((entry.published, entry.updated), (at("2024-10-01T08:00:00Z"), None));
    assert_eq!(entry.authors, ["Jane Doe", "John Roe"]);
    assert_eq!(entry.categories, ["Deals"]);
    assert!(entry.summary.as_deref().is_some_and(|html| html.contains("href=\"https://news.example/feeds/more\"")));
    assert_eq!(entry.content.as_deref(), Some("<p>Long</p>"));
    assert_eq!(entry.source.as_ref().and_then(|source| source.name.as_deref()), Some("The Wire"));
    assert_eq!(entry.enclosures[0].length, Some(12));
}

#[test]
fn atom_with_bases_types_and_inherited_author() {
    let parsed = read(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/x/" xml:lang="de">
        <title type="text">Less &lt;than</title><author><name>The Desk</name></author>
        <entry xml:base="y/"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> move</div></title>
        <id>tag:a.example,2024:1</id><link href="enclosed.pdf" rel="enclosure" type="application/pdf"/><link href="one"/>
        <published>2024-10-01T10:00:00+02:00</published><updated>2024-10-02</updated>
        <content type="html">&lt;a href="two"&gt;2&lt;/a&gt;</content></entry></feed>"#,
    );
    assert_eq!(parsed.feed.title.as_deref(), Some("Less <than"));
    assert_eq!(parsed.feed.language.as_deref(), Some("de"));
    let entry = &parsed.entries[0];
    assert_eq!(entry.title.as_deref(), Some("A bold move"));
    assert_eq!(entry.link.as_deref(), Some("https://a.example/x/y/one"));
    assert_eq!(entry.enclosures[0].url, "https://a.example/x/y/enclosed.pdf");
    assert!(entry.content.as_deref().is_some_and(|html| html.contains("https://a.example/x/y/two")));
    assert_eq!(entry.authors, ["The Desk"]);
    assert_eq!(entry.updated, at("2024-10-02T00:00:00Z"));
}

#[test]
fn old_families_are_read() {
    let atom = read(
        r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">A &amp;lt; B</title>
        <issued>2004-01-02T03:04Z</issued><modified>2004-01-03T00:00:00Z</modified>
        <link rel="alternate" type="text/html" href="https://a.example/1"/></entry></feed>"#,
    );
    assert_eq!(atom.entries[0].title.as_deref(), Some("A < B"));
    assert_eq!(atom.entries[0].published, at("2004-01-02T03:04:00Z"));
    let rdf = read(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
        <channel rdf:about="https://a.example/"><title>R</title></channel>
        <item rdf:about="https://a.example/1"><title>One</title><link>https://a.example/1</link><dc:date>2024-01-02</dc:date></item>
        </rdf:RDF>"#,
    );
    assert_eq!(rdf.entries[0].id.as_deref(), Some("https://a.example/1"));
    assert_eq!(rdf.entries[0].published, at("2024-01-02T00:00:00Z"));
}

#[test]
fn r43_the_usual_faults_do_not_stop_it() {
    for (fault, document) in [
        ("no version, undeclared entity", "<rss><channel><item><title>Caf&eacute;</title></item></channel></rss>"),
        (
            "stray signs",
            "<rss><channel><item><title>Caf&#233;</title><description>1 < 2 & 3</description></item></channel></rss>",
        ),
        ("leading junk", "\u{feff}\n warning: x <br/>\n<rss><channel><item><title>Café</title></item></channel></rss>"),
        ("undeclared prefix", "<rss><channel><item><dc:title>Café</dc:title><foo:bar/></item></channel></rss>"),
        ("control characters", "<rss><channel><item><title>Ca\u{1}f\u{b}é</title></item></channel></rss>"),
        ("unclosed title", "<rss><channel><item><title>Café<link>https://a.example/</link></item></channel></rss>"),
        ("unclosed item", "<rss><channel><item><title>Café</title><item><title>B</title></channel></rss>"),
        ("wrong case", "<RSS><Channel><Item><Title>Café</title></Item></Channel></RSS>"),
        ("in a page", "<html><body><rss><channel><item><title>Café</title></item></channel></rss></body></html>"),
        ("no quotes", "<rss version=2.0><channel><item><title>Café</title></item></channel></rss>"),
        ("cut", "<rss><channel><item><title>Café</title></item><item><title>Half a ti"),
    ] {
        let parsed = read(document);
        assert!(parsed.understood, "{fault}: {:?}", parsed.warnings);
        assert_eq!(parsed.entries[0].title.as_deref(), Some("Café"), "{fault}");
    }
}

#[test]
fn r43_encodings() {
    let latin =
        b"<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>Caf\xe9</title></item></channel></rss>";
    assert_eq!(parse(latin, None, None).entries[0].title.as_deref(), Some("Café"));
    let wide: Vec<u8> = "\u{feff}<rss><channel><item><title>Café</title></item></channel></rss>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(parse(&wide, Some("text/xml; charset=utf-8"), None).entries[0].title.as_deref(), Some("Café"));
}

#[test]
fn good_entries_before_the_cut_are_kept_with_a_warning() {
    let parsed = read("<rss><channel><item><title>A</title></item><item><title>B</title><link>https://a.exam");
    assert_eq!(parsed.entries.len(), 2);
    assert_eq!(parsed.entries[1].title.as_deref(), Some("B"));
    assert_eq!(codes(&parsed), ["truncated"]);
}

#[test]
fn json_feed_is_read_leniently() {
    let parsed = read(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"J","home_page_url":"https://j.example/","language":"fr",
        "authors":[{"name":"Desk"}],"hubs":[{"type":"WebSub","url":"https://hub.example/"}],"items":[
        {"id":7,"url":"/1","title":"One","content_text":"a < b\n\nc","date_published":"2024-01-02T03:04:05Z","tags":["x"],
         "attachments":[{"url":"https://j.example/1.mp3","size_in_bytes":9}]},
        {"id":"8","title":null,"content_html":"<p>x</p>","author":{"name":"Ann"},"date_published":"soon"}, 5]}"#,
    );
    assert_eq!(parsed.entries.len(), 2);
    let (one, two) = (&parsed.entries[0], &parsed.entries[1]);
    assert_eq!((one.id.as_deref(), one.link.as_deref()), (Some("7"), Some("https://news.example/1")));
    assert_eq!(one.content.as_deref(), Some("<p>a &lt; b</p><p>c</p>"));
    assert_eq!((one.authors.as_slice(), two.authors.as_slice()), (&["Desk".to_owned()][..], &["Ann".to_owned()][..]));
    assert_eq!(two.date_text.as_deref(), Some("soon"));
    assert_eq!(parsed.hints.hub.as_deref(), Some("https://hub.example/"));
    assert_eq!(one.enclosures[0].length, Some(9));
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    for (document, reason) in [
        ("", "empty answer"),
        (" \n", "empty answer"),
        ("<!DOCTYPE html><html><head><title>x</title></head></html>", "this is an HTML page, not a feed"),
        ("{\"a\":1}", "this is some other JSON, not a feed"),
        ("<urlset/>", "this is a sitemap, not a feed"),
        ("<opml/>", "this is an OPML list, not a feed"),
        ("hello", "this is plain text, not a feed"),
        ("%PDF-1.7", "this is a PDF, not a feed"),
        ("<note/>", "this is other XML (note), not a feed"),
    ] {
        let parsed = read(document);
        assert!(!parsed.understood && parsed.entries.is_empty(), "{document}");
        assert_eq!(parsed.warnings[0].message, reason, "{document}");
    }
    assert!(read("<rss><channel><title>Nothing yet</title></channel></rss>").understood);
}

#[test]
fn r37_bombs_and_depth_are_survived() {
    let bomb = format!(
        "<!DOCTYPE l [<!ENTITY a \"{}\"><!ENTITY b \"{}\">]><rss><channel><item><title>x&b;</title></item></channel></rss>",
        "lol".repeat(100),
        "&a;".repeat(1000)
    );
    assert_eq!(read(&bomb).entries[0].title.as_deref(), Some("x&b;"));
    let deep = read(&format!("<rss><channel>{}", "<a>".repeat(100_000)));
    assert!(!deep.understood && deep.warnings[0].code == "too_deep");
    let late = read(&format!("<rss><channel><item><title>A</title></item>{}", "<a>".repeat(100_000)));
    assert!(late.understood && late.entries.len() == 1 && codes(&late) == ["too_deep"]);
    let json = format!("{{\"version\":\"https://jsonfeed.org/version/1\",\"items\":{}", "[".repeat(100_000));
    assert!(!read(&json).understood);
    for piece in ["<", "&", "<!--", "<?", "<![CDATA[", "</x>", "<item>", "<!DOCTYPE [", "<a b=\"", "\0"] {
        let _ = read(&format!("<rss><channel><item><title>{}", piece.repeat(20_000)));
    }
    let _ = parse(&(0..=255).cycle().take(100_000).collect::<Vec<u8>>(), Some("\u{0};charset=x"), Some("no base"));
}

#[test]
fn r42_unreadable_dates_are_kept_as_written() {
    let parsed = read("<rss><channel><item><title>A</title><pubDate>next week</pubDate></item></channel></rss>");
    assert_eq!((parsed.entries[0].published, parsed.entries[0].date_text.as_deref()), (None, Some("next week")));
    assert_eq!(codes(&parsed), ["bad_date"]);
}

#[test]
fn r44_hostile_words_come_out_inert() {
    let parsed = read(
        "<rss><channel><item><title>A&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}B</title><link>javascript:alert(1)</link>
        <description>&lt;svg onload=x()&gt;&lt;text&gt;drawn&lt;/text&gt;&lt;/svg&gt;&lt;img src=x onerror=x()&gt;</description>
        <enclosure url='javascript:x'/></item></channel></rss>",
    );
    let entry = &parsed.entries[0];
    assert_eq!(entry.title.as_deref(), Some("AB"));
    assert_eq!(entry.link, None);
    assert!(entry.enclosures.is_empty());
    let summary = entry.summary.clone().unwrap_or_default();
    assert!(summary.contains("drawn") && !summary.contains("svg") && !summary.contains("onerror"), "{summary}");
}

#[test]
fn the_poller_is_not_given_entries_that_say_nothing() {
    let document = b"<rss><channel><item/><item><guid>1</guid></item><item><title>A</title></item></channel></rss>";
    assert_eq!(parse(document, None, None).entries.len(), 3);
    let parsed = parse_as(FeedKind::Rss, document, None, None);
    assert_eq!(parsed.entries.len(), 1);
    assert_eq!(codes(&parsed), ["empty_entry"]);
}

#[test]
fn sitemaps_of_news_pages_text_and_indexes() {
    let news = parse_as(
        FeedKind::Sitemap,
        br#"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc> https://a.example/1 </loc>
        <lastmod>2024-10-02</lastmod><image:image><image:loc>https://a.example/1.png</image:loc></image:image>
        <n:news><n:publication><n:name>Example</n:name><n:language>en</n:language></n:publication>
        <n:publication_date>2024-10-01T10:00+02:00</n:publication_date><n:title>Acme &amp;amp; Co</n:title></n:news></url>
        <url><loc>mailto:x</loc></url></urlset>"#,
        None,
        None,
    );
    assert!(news.understood);
    assert_eq!(news.entries.len(), 1);
    let entry = &news.entries[0];
    assert_eq!(entry.link.as_deref(), Some("https://a.example/1"));
    assert_eq!(entry.title.as_deref(), Some("Acme & Co"));
    assert_eq!((entry.published, entry.updated), (at("2024-10-01T08:00:00Z"), at("2024-10-02T00:00:00Z")));
    let text = sitemap::read(b"https://a.example/1\r\n\r\nnonsense\nhttps://a.example/2\n", None, None).unwrap();
    assert_eq!((text.places.len(), text.warnings.len()), (2, 1));
    let index = b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>";
    assert!(sitemap::read(index, None, None).unwrap().index);
    assert_eq!(codes(&parse_as(FeedKind::Sitemap, index, None, None)), ["sitemap_index"]);
    let page = parse_as(FeedKind::Sitemap, b"<html></html>", None, None);
    assert_eq!(page.warnings[0].message, "this is an HTML page, not a sitemap");
}

#[test]
fn r50_opml_nested_and_broken() {
    let list = opml::read(
        b"<opml><body><outline text='News'><outline title='Tech &amp; co'><outline text='One' xmlUrl='https://a.example/1.xml'
        htmlUrl='https://a.example/'/></outline><outline text='Bad' xmlUrl='javascript:x'/></outline>
        <outline text='Two' xmlurl='https://a.example/2.xml'",
        None,
    )
    .unwrap();
    assert_eq!(list.outlines.len(), 1);
    assert_eq!(list.outlines[0].path, ["News", "Tech & co"]);
    assert_eq!(list.outlines[0].html_url.as_deref(), Some("https://a.example/"));
    assert!(list.warnings.iter().any(|warning| warning.code == "bad_address"));
    assert_eq!((list.outlines[0].line, list.bad[0].line), (Some(1), Some(2)));
    assert_eq!(list.bad[0].address, "javascript:x");
    assert!(list.warnings.iter().any(|warning| warning.code == "broken_xml"));
    assert!(opml::read(b"<html/>", None).is_err());
}
