use super::*;
use crate::model::EvidenceLevel;

fn read(markup: &str) -> Page {
    extract(markup.as_bytes(), Some("text/html; charset=utf-8"), Some("https://news.example/a"), &Settings::default())
}

const BODY: &str = "<p>The brewery Nordbrau will close its plant in Lund next spring, the company said on Monday, and \
    moves the work of two hundred people to a newer site on the coast.</p>\
    <p>Union leaders called the decision a surprise and asked for talks with the board before any notice is sent out.</p>\
    <p>Nordbrau bought the plant nine years ago and has since replaced most of its kettles and its bottling line.</p>";

fn page_with(head: &str, around: &str) -> Page {
    read(&format!(
        "<html lang=en><head>{head}</head><body>{around}<article><h1>Nordbrau shuts plant</h1>{BODY}</article></body></html>"
    ))
}

#[test]
fn a_page_becomes_an_article() {
    let page = page_with(
        r#"<title>Nordbrau shuts plant | Example News</title><link rel=canonical href="/2024/05/01/nordbrau">
           <meta property="og:site_name" content="Example News"><meta property="og:image" content="/i.jpg">
           <meta name=author content="By Ann Marie Lee and Bob Stone, bob@news.example">
           <meta property="article:published_time" content="2024-05-01T00:30:00+02:00">
           <meta property="article:modified_time" content="2024-05-02">"#,
        "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>",
    );
    assert_eq!(page.title.as_deref(), Some("Nordbrau shuts plant"));
    assert_eq!(page.canonical_url.as_deref(), Some("https://news.example/2024/05/01/nordbrau"));
    assert_eq!(page.image.as_deref(), Some("https://news.example/i.jpg"));
    assert_eq!(page.site.as_deref(), Some("Example News"));
    assert_eq!(page.byline, ["Ann Marie Lee", "Bob Stone"]);
    assert_eq!(page.published.as_deref(), Some("2024-05-01T00:30:00+02:00"));
    assert_eq!(page.published_at.map(|at| at.to_rfc3339()).as_deref(), Some("2024-04-30T22:30:00+00:00"));
    assert_eq!(page.published_from, Some(DateOrigin::Meta));
    assert_eq!(page.modified.as_deref(), Some("2024-05-02"));
    assert_eq!(page.language.as_deref(), Some("en"));
    assert!(
        page.text.starts_with("The brewery Nordbrau will close") && page.text.ends_with("bottling line."),
        "{}",
        page.text
    );
    assert_eq!(page.text.matches("\n\n").count(), 2);
}

#[test]
fn json_ld_is_read_through_graphs_arrays_and_faults() {
    for script in [
        r##"{"@graph":[{"@type":"WebSite","name":"Example News"},{"@type":["Article","NewsArticle"],"headline":"Plant &amp; people",
           "datePublished":"2024-05-01T08:00:00Z","author":{"@id":"#p"},"publisher":{"name":"Example News"},
           "isAccessibleForFree":"False"},{"@type":"Person","@id":"#p","name":"Ann Lee"}]}"##,
        "[{\"@type\":\"http://schema.org/NewsArticle\",\"headline\":\"Plant &amp; people\",\"description\":\"two\nlines\",\
          \"datePublished\":\"2024-05-01T08:00:00Z\",\"author\":[{\"name\":\"Ann Lee\"},{\"name\":\"Ann Lee\"}],\
          \"isAccessibleForFree\":false,}]",
    ] {
        let page = page_with(&format!("<script type='application/ld+json'>{script}</script>"), "");
        assert_eq!(page.title.as_deref(), Some("Plant & people"), "{script}");
        assert_eq!(page.byline, ["Ann Lee"], "{script}");
        assert_eq!(page.published.as_deref(), Some("2024-05-01T08:00:00Z"), "{script}");
        assert_eq!(page.published_from, Some(DateOrigin::JsonLd), "{script}");
        assert_eq!(page.paywalled, Some(true), "{script}");
    }
}

#[test]
fn titles_lose_the_name_of_the_site() {
    let site = "<meta property='og:site_name' content='Example News'>";
    for title in [
        "Nordbrau shuts plant | Example News",
        "Nordbrau shuts plant - Example News",
        "Example News: Nordbrau shuts plant",
        "Nordbrau shuts plant – Business – 1 May 2024",
        "Nordbrau shuts plant",
    ] {
        assert_eq!(
            page_with(&format!("{site}<title>{title}</title>"), "").title.as_deref(),
            Some("Nordbrau shuts plant"),
            "{title}"
        );
    }
    let kept = read("<title>Profit - and loss - at Nordbrau</title>");
    assert_eq!(kept.title.as_deref(), Some("Profit - and loss - at Nordbrau"));
}

#[test]
fn bylines_become_names() {
    for (told, names) in [
        ("By Ann Lee", &["Ann Lee"][..]),
        ("Von Anna Weiß und Jörg Klein, dpa", &["Anna Weiß", "Jörg Klein", "dpa"]),
        ("Ann Lee, Bob Stone and Cy Twist", &["Ann Lee", "Bob Stone", "Cy Twist"]),
        ("Ann Lee; Ann Lee", &["Ann Lee"]),
        ("Jong, Michiel", &["Jong, Michiel"]),
        ("Ann Lee (Reuters), Staff Writer", &["Ann Lee"]),
        ("https://social.example/ann", &[]),
        ("105092", &[]),
    ] {
        assert_eq!(page_with(&format!("<meta name=author content='{told}'>"), "").byline, names, "{told}");
    }
}

#[test]
fn r42_dates_from_everywhere_and_absurd_ones_left_out() {
    for (head, around, published, from) in [
        ("<meta name=date content='2024-05-01'>", "", Some("2024-05-01"), Some(DateOrigin::Meta)),
        ("<meta name=date content='2024-05-01T10:00:00'>", "", Some("2024-05-01"), Some(DateOrigin::Meta)),
        ("<meta name=date content='1714550400'>", "", Some("2024-05-01T08:00:00Z"), Some(DateOrigin::Meta)),
        (
            "<meta name=date content='Wed, 01 May 2024 10:00:00 +0200'>",
            "",
            Some("2024-05-01T10:00:00+02:00"),
            Some(DateOrigin::Meta),
        ),
        ("<meta name=date content='0001-01-01T00:00:00Z'>", "", None, None),
        ("<meta name=date content='4712-05-01'>", "", None, None),
        ("<link rel=canonical href='/2024/05/01/x'>", "", Some("2024-05-01"), Some(DateOrigin::Address)),
        ("<link rel=canonical href='/a/20240501/x'>", "", Some("2024-05-01"), Some(DateOrigin::Address)),
        (
            "",
            "<time datetime='2024-05-01T10:00+02:00'>today</time>",
            Some("2024-05-01T10:00:00+02:00"),
            Some(DateOrigin::TimeElement),
        ),
        ("", "<span class=date>5. November 2021</span>", Some("2021-11-05"), Some(DateOrigin::Text)),
        ("", "<span class=date>le 1er mars 2021</span>", Some("2021-03-01"), Some(DateOrigin::Text)),
        ("", "<span class=date>May 3rd, 2021</span>", Some("2021-05-03"), Some(DateOrigin::Text)),
        ("", "<span class=date>02.12.2019</span>", Some("2019-12-02"), Some(DateOrigin::Text)),
        ("", "<footer>since 2021</footer>", None, None),
    ] {
        let page = page_with(head, around);
        assert_eq!((page.published.as_deref(), page.published_from), (published, from), "{head}{around}");
    }
}

#[test]
fn a_time_in_utc_takes_the_day_of_the_address() {
    let page = page_with(
        "<link rel=canonical href='/2024/05/01/x'><meta property='article:published_time' content='2024-04-30T22:30:00Z'>",
        "",
    );
    assert_eq!(page.published.as_deref(), Some("2024-05-01"));
    assert_eq!(page.published_at.map(|at| at.to_rfc3339()).as_deref(), Some("2024-04-30T22:30:00+00:00"));
}

#[test]
fn r25_what_forbids_keeping_the_text() {
    for (head, restricted) in [
        ("<meta name=robots content='index, NOARCHIVE'>", true),
        ("<meta name=robots content=noindex>", true),
        ("<meta name=Tidings content=none>", true),
        ("<meta name=tdm-reservation content=1>", true),
        ("<meta name=tdm-reservation content=0>", false),
        ("<meta name=robots content='index,follow,max-image-preview:large'>", false),
        ("<meta name=otherbot content=noindex>", false),
    ] {
        assert_eq!(page_with(head, "").restricted.is_some(), restricted, "{head}");
    }
}

#[test]
fn what_surrounds_the_article_is_left_out_and_its_lead_kept() {
    let lead = "Two hundred people in Lund must move or leave, and the union wants talks before spring.";
    let page = read(&format!(
        "<html><head><meta name=description content='{lead}'></head><body><header><h1>Nordbrau shuts plant</h1>\
         <div class=standfirst>{lead}</div></header><article>{BODY}<p><a href='/b'>Read about the other breweries of Lund</a></p>\
         <p>Subscribe to our newsletter</p><figure><img src=x><figcaption>The plant in May</figcaption></figure></article></body></html>"
    ));
    assert!(page.text.starts_with(lead), "{}", page.text);
    for left in ["other breweries", "Subscribe", "The plant in May", "shuts plant"] {
        assert!(!page.text.contains(left), "{left}: {}", page.text);
    }
}

#[test]
fn the_text_told_in_json_ld_stands_in_for_a_page_without_one() {
    let told = "Nordbrau will close its plant in Lund. ".repeat(20);
    let script = format!(r#"{{"@type":"NewsArticle","headline":"H","articleBody":"{told}"}}"#);
    let page = read(&format!(
        "<html><head><script type='application/ld+json'>{script}</script></head><body><p>Log in</p></body></html>"
    ));
    assert!(page.text.starts_with("Nordbrau will close"), "{}", page.text);
}

#[test]
fn r44_nothing_acts_in_what_comes_out() {
    let hostile = "<script>alert(1)</script><svg onload=alert(2)><text>x</text></svg><img src=x onerror=alert(3)>\
        <a href='javascript:alert(4)'>click</a> &lt;script&gt;alert(5)&lt;/script&gt; [x](javascript:alert(6))";
    let page = read(&format!(
        "<title>T {hostile}</title><meta name=author content='<b onclick=x>Ann Lee</b>'><article>{BODY}<p>{hostile} \
        and more words that belong to the last paragraph of this article.</p></article>"
    ));
    assert!(
        !page.markdown.contains("<script") && !page.markdown.replace("\\]", "").contains("](javascript:"),
        "{}",
        page.markdown
    );
    assert!(!page.text.contains("alert(1)") && !page.text.contains("alert(2)"), "{}", page.text);
    assert_eq!(page.byline, ["Ann Lee"]);
}

#[test]
fn r43_strange_input_is_survived() {
    for body in [&b""[..], b"\0\0\0\0", b"\xff\xfe", b"<", b"<html", &[0x3c; 10_000], &[0xd8; 10_000]] {
        assert_eq!(extract(body, None, None, &Settings::default()).canonical_url, None);
    }
    assert_eq!(read("").text, "");
    assert_eq!(read("<p>too short</p>").title, None);
    let settings = Settings { minimum_words: 50, ..Settings::default() };
    assert_eq!(extract(b"<article><p>Few words here.</p></article>", None, None, &settings).text, "");
}

#[test]
fn r43_deep_and_huge_pages_are_survived() {
    let page = read(&format!("{}deep words{}{BODY}", "<div>".repeat(100_000), "</div>".repeat(100_000)));
    assert!(page.text.contains("bottling line"), "{}", page.text);
    for unit in ["<b>", "<p><a href=x>y", "<table><tr><td>", "<svg><g>", "<ul><li>", "<blockquote><p>w"] {
        let page = read(&format!("<title>T</title>{}words{BODY}", unit.repeat(800)));
        assert_eq!(page.title.as_deref(), Some("T"), "{unit}");
    }
    let nested = format!("<script type='application/ld+json'>{}</script>", "[".repeat(100_000));
    assert_eq!(page_with(&nested, "").title.as_deref(), Some("Nordbrau shuts plant"));
}

#[test]
fn feeds_tell_how_much_they_carry() {
    let whole = format!("<p>{}</p>", "word ".repeat(150));
    for (content, summary, level) in [
        (Some(whole.as_str()), None, EvidenceLevel::FullText),
        (None, Some(whole.as_str()), EvidenceLevel::FullText),
        (Some("<p>Short teaser.</p>"), None, EvidenceLevel::Summary),
        (Some(&format!("{whole}<p>Goes on […]</p>")), None, EvidenceLevel::Summary),
        (Some(&format!("{whole}<p><a href=x>Read more</a></p>")), None, EvidenceLevel::Summary),
        (Some(&format!("{whole}<p>The post X first appeared on Y.</p>")), None, EvidenceLevel::FullText),
        (Some("<img src=x>"), Some(" "), EvidenceLevel::HeadlineOnly),
        (None, None, EvidenceLevel::HeadlineOnly),
    ] {
        let (text, found) = from_feed(content, summary);
        assert_eq!(found, level, "{content:?}");
        assert_eq!(text.is_empty(), level == EvidenceLevel::HeadlineOnly);
    }
}
