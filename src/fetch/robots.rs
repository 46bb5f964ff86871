//! robots.txt: which addresses of a site may a crawler ask for (RFC 9309), judged as Google's parser does.
//!
//! Lines are read by `robotstxt`, a port of Google's parser. Its matcher is not used: it fails open on some wildcards
//! (`/*ab` misses `/aab`), lets other records split a group, and does not tell which rule decided.

use std::fmt::Write;

use encoding_rs::Encoding;
use memchr::memmem;
use robotstxt::{RobotsParseHandler, get_path_params_query, parse_robotstxt};

/// How much of a file is read, bytes. RFC 9309, section 2.5, asks for at least 500 KiB; some sites have more.
pub const MAX_BYTES: usize = 1024 * 1024;

/// So many sitemaps are remembered.
const MOST_SITEMAPS: usize = 100;

/// What a robots.txt says to one crawler.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    rules: Vec<Rule>,
    sitemaps: Vec<String>,
    crawl_delay: Option<f64>,
}

/// Whether an address may be asked for, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// It may be asked for.
    pub allowed: bool,
    /// The pattern of the rule that decided, percent-encoded; none where no rule speaks of the address.
    pub rule: Option<&'a str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allow: bool,
    pattern: String,
}

impl Robots {
    /// Reads what the file says to the crawler named `agent`: the groups that name it, else those for everyone.
    /// Never fails; lines that cannot be read are skipped.
    #[must_use]
    pub fn parse(bytes: &[u8], agent: &str) -> Self {
        let text = plain(&bytes[..bytes.len().min(MAX_BYTES)]);
        let mut reader = Reader { agent, ..Reader::default() };
        parse_robotstxt(&text, &mut reader);
        let sitemaps = std::mem::take(&mut reader.sitemaps);
        let says = if reader.named { reader.ours } else { reader.everyone };
        Self { sitemaps, ..says }
    }

    /// Judges one address. The longest matching pattern decides; of two as long, the one that allows
    /// (RFC 9309, section 2.2.2). The address is taken as written: percent-encode it first.
    #[must_use]
    pub fn judge(&self, address: &str) -> Verdict<'_> {
        let path = get_path_params_query(address);
        let longest = |allow: bool| {
            let matching = self.rules.iter().filter(|rule| rule.allow == allow);
            // The first of several as long: `max_by_key` would give the last.
            matching.filter_map(|rule| Some((rule.matched(&path)?, rule))).rev().max_by_key(|(length, _)| *length)
        };
        match (longest(true), longest(false)) {
            (Some((yes, rule)), Some((no, _))) if yes >= no => Verdict { allowed: true, rule: Some(&rule.pattern) },
            (Some((_, rule)), None) => Verdict { allowed: true, rule: Some(&rule.pattern) },
            (_, Some((_, rule))) => Verdict { allowed: false, rule: Some(&rule.pattern) },
            (None, None) => Verdict { allowed: true, rule: None },
        }
    }

    /// Where the site says that its sitemaps are; these lines are for every crawler (sitemaps.org, "robots.txt").
    #[must_use]
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// Seconds the crawler is asked to leave between two requests, where the file says so.
    #[must_use]
    pub fn crawl_delay(&self) -> Option<f64> {
        self.crawl_delay
    }
}

impl Rule {
    /// How much the pattern says, where it matches: its length. A rule that allows `…/index.html` also allows the
    /// folder itself, as Google has it.
    fn matched(&self, path: &str) -> Option<usize> {
        if matches(path.as_bytes(), self.pattern.as_bytes()) {
            return Some(self.pattern.len());
        }
        let (folder, file) = self.pattern.rsplit_once('/')?;
        let is_folder = || matches(path.as_bytes(), format!("{folder}/$").as_bytes());
        (self.allow && file.starts_with("index.htm") && is_folder()).then_some(folder.len() + 2)
    }
}

/// True where `pattern` matches `path` from its beginning. `*` stands for anything, `$` at the end for the end.
/// Each piece between stars is taken where it first occurs, so the work is bounded by the product of the lengths.
fn matches(path: &[u8], pattern: &[u8]) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split(|byte| *byte == b'*');
    let Some(mut rest) = pieces.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let Some(last) = pieces.next_back() else { return !to_the_end || rest.is_empty() };
    for piece in pieces {
        match memmem::find(rest, piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    if to_the_end { rest.ends_with(last) } else { memmem::find(rest, last).is_some() }
}

/// Collects the rules for one crawler, and those for everyone, as the parser goes through the lines.
#[derive(Default)]
struct Reader<'a> {
    agent: &'a str,
    ours: Robots,
    everyone: Robots,
    sitemaps: Vec<String>,
    /// Some group names the crawler.
    named: bool,
    /// The present group names the crawler.
    in_ours: bool,
    /// The present group is for everyone.
    in_everyone: bool,
    /// The present group has a rule: the next `User-agent` line begins a new one.
    has_rule: bool,
}

impl<'a> Reader<'a> {
    /// Where the present group's lines belong: a group that names the crawler is not also one for everyone.
    fn group(&mut self) -> Option<&mut Robots> {
        match (self.in_ours, self.in_everyone) {
            (true, _) => Some(&mut self.ours),
            (false, true) => Some(&mut self.everyone),
            (false, false) => None,
        }
    }

    fn rule(&mut self, allow: bool, pattern: &str) {
        let Some(group) = self.group() else { return };
        // An empty pattern says nothing.
        if !pattern.is_empty() {
            group.rules.push(Rule { allow, pattern: pattern.to_owned() });
        }
        self.has_rule = true;
    }

    /// The part of a `User-agent` line that counts: up to the first character that may not stand in a name.
    fn name(line: &'a str) -> &'a str {
        let end = line.find(|letter: char| !(letter.is_ascii_alphabetic() || letter == '-' || letter == '_'));
        &line[..end.unwrap_or(line.len())]
    }
}

impl RobotsParseHandler for Reader<'_> {
    fn handle_robots_start(&mut self) {}

    fn handle_robots_end(&mut self) {}

    fn handle_user_agent(&mut self, _line: u32, value: &str) {
        if self.has_rule {
            (self.in_ours, self.in_everyone, self.has_rule) = (false, false, false);
        }
        let after_star = value.strip_prefix('*').map(|rest| rest.chars().next());
        if after_star.is_some_and(|next| next.is_none_or(|next| next.is_ascii_whitespace())) {
            self.in_everyone = true;
        } else if Reader::name(value).eq_ignore_ascii_case(self.agent) {
            (self.in_ours, self.named) = (true, true);
        }
    }

    fn handle_allow(&mut self, _line: u32, value: &str) {
        self.rule(true, value);
    }

    fn handle_disallow(&mut self, _line: u32, value: &str) {
        self.rule(false, value);
    }

    fn handle_sitemap(&mut self, _line: u32, value: &str) {
        if self.sitemaps.len() < MOST_SITEMAPS {
            self.sitemaps.push(value.trim().to_owned());
        }
    }

    /// Other records neither begin nor end a group (RFC 9309, section 2.2.4). A crawl delay is for the crawlers named
    /// so far: who writes it knows it as a rule, and names others after it.
    fn handle_unknown_action(&mut self, _line: u32, action: &str, value: &str) {
        if !action.eq_ignore_ascii_case("crawl-delay") {
            return;
        }
        let told = value.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0);
        if let (Some(told), Some(group)) = (told, self.group()) {
            // Of several delays for one crawler, the slowest counts.
            group.crawl_delay = Some(group.crawl_delay.map_or(told, |known| known.max(told)));
        }
    }
}

/// The file in ASCII: without byte order mark, UTF-16 read as such, other bytes beyond ASCII percent-encoded and
/// hexadecimal digits in capitals, as patterns are compared (RFC 9309, section 2.2.2).
fn plain(bytes: &[u8]) -> String {
    let decoded = match Encoding::for_bom(bytes) {
        Some((encoding, _)) if encoding != encoding_rs::UTF_8 => encoding.decode(bytes).0.into_owned().into_bytes(),
        _ => without_mark(bytes).to_vec(),
    };
    let mut text = String::with_capacity(decoded.len());
    let mut rest = decoded.as_slice();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after) {
            (b'%', [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                text.extend(['%', char::from(high.to_ascii_uppercase()), char::from(low.to_ascii_uppercase())]);
                rest = &after[2..];
            }
            // Google's parser takes a line for ended at a NUL.
            (0, _) => text.push('#'),
            // Writing to a string does not fail.
            (0x80.., _) => drop(write!(text, "%{byte:02X}")),
            _ => text.push(char::from(byte)),
        }
    }
    text
}

/// Skips a byte order mark, also one of which only the first bytes are left.
fn without_mark(bytes: &[u8]) -> &[u8] {
    let present = bytes.iter().zip([0xEF, 0xBB, 0xBF]).take_while(|(byte, mark)| **byte == *mark).count();
    &bytes[present..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(robots: &str, agent: &str, path: &str) -> (bool, Option<String>) {
        let robots = Robots::parse(robots.as_bytes(), agent);
        let verdict = robots.judge(&format!("https://site.example{path}"));
        (verdict.allowed, verdict.rule.map(str::to_owned))
    }

    #[test]
    fn r21_the_longest_rule_decides_and_allow_wins_a_tie() {
        let robots = "User-agent: *\nDisallow: /\nAllow: /open\nDisallow: /open/not\nAllow: /tie\nDisallow: /tie\n";
        let cases = [
            ("/x", false, "/"),
            ("/open/a", true, "/open"),
            ("/open/not/a", false, "/open/not"),
            ("/tie", true, "/tie"),
        ];
        for (path, allowed, rule) in cases {
            assert_eq!(verdict(robots, "Tidings", path), (allowed, Some(rule.to_owned())), "{path}");
        }
        assert_eq!(verdict("", "Tidings", "/x"), (true, None));
        assert_eq!(verdict("User-agent: *\nDisallow:\n", "Tidings", "/x"), (true, None));
    }

    #[test]
    fn r21_patterns() {
        let cases = [
            ("/", "/", true),
            ("/a", "/abc", true),
            ("/abc", "/ab", false),
            ("/*ab", "/aab", true),
            ("/*/c", "/a/b/c", true),
            ("/*.php$", "/x.php", true),
            ("/*.php$", "/x.php?a", false),
            ("/*.php$", "/x.php.php", true),
            ("/a$", "/a", true),
            ("/a$", "/ab", false),
            ("/a$b", "/a$b", true),
            ("*", "/x", true),
            ("$", "/", false),
            ("/a**b", "/a-b", true),
            ("/*a*$", "/xa-", true),
            ("/ab*ba$", "/aba", false),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(matches(path.as_bytes(), pattern.as_bytes()), expected, "{pattern} {path}");
        }
        let (stars, long) = (format!("/{}$", "*a".repeat(5_000)), format!("/{}b", "a".repeat(50_000)));
        assert!(!matches(long.as_bytes(), stars.as_bytes()), "no pattern takes for ever");
    }

    #[test]
    fn r21_our_groups_are_joined_and_replace_those_for_everyone() {
        let robots = "User-agent: *\nDisallow: /all\n\nUser-agent: Tidings\nUser-agent: other\nDisallow: /one\n\n\
                      user-agent: TIDINGS/9\nDisallow: /two\n";
        assert!(verdict(robots, "Tidings", "/all").0);
        assert!(!verdict(robots, "Tidings", "/one").0);
        assert!(!verdict(robots, "Tidings", "/two").0);
        assert!(!verdict(robots, "Nobody", "/all").0);
        assert!(verdict(robots, "Nobody", "/one").0);
    }

    #[test]
    fn r21_other_records_do_not_split_a_group() {
        let robots = "User-agent: a\nSitemap: https://site.example/s.xml\nFoo: bar\nUser-agent: b\nDisallow: /\n";
        assert!(!verdict(robots, "a", "/x").0);
        assert!(!verdict(robots, "b", "/x").0);
    }

    #[test]
    fn r21_bytes_beyond_ascii_and_marks() {
        let judge = |bytes: &[u8], path: &str| {
            Robots::parse(bytes, "Tidings").judge(&format!("https://s.example{path}")).allowed
        };
        let rule = "User-agent: *\nDisallow: /caf\u{e9}\nDisallow: /%c3%a4\n";
        assert!(!judge(rule.as_bytes(), "/caf%C3%A9"));
        assert!(!judge(rule.as_bytes(), "/%C3%A4"));
        assert!(!judge(b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%E9"));
        for mark in [&b"\xef\xbb\xbf"[..], b"\xef\xbb", b"\xef"] {
            assert!(!judge(&[mark, rule.as_bytes()].concat(), "/caf%C3%A9"), "{mark:?}");
        }
        let wide: Vec<u8> = std::iter::once(0xfeff).chain(rule.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert!(!judge(&wide, "/caf%C3%A9"));
    }

    #[test]
    fn r21_an_index_page_allows_its_folder() {
        let robots = "User-agent: *\nDisallow: /\nAllow: /news/index.html\n";
        assert_eq!(verdict(robots, "Tidings", "/news/"), (true, Some("/news/index.html".to_owned())));
        assert!(!verdict(robots, "Tidings", "/news/a").0);
    }

    #[test]
    fn r22_crawl_delay() {
        let delay = |robots: &str| Robots::parse(robots.as_bytes(), "Tidings").crawl_delay();
        assert_eq!(delay("User-agent: *\nCrawl-delay: 2.5\n"), Some(2.5));
        assert_eq!(
            delay("User-agent: *\nCrawl-delay: 9\n\nUser-agent: tidings\nDisallow: /a\ncrawl-DELAY: 1\n"),
            Some(1.0)
        );
        assert_eq!(delay("User-agent: *\nCrawl-delay: 9\nUser-agent: tidings\nDisallow: /a\n"), None);
        for odd in ["soon", "-1", "NaN", "inf", ""] {
            assert_eq!(delay(&format!("User-agent: *\nCrawl-delay: {odd}\n")), None, "{odd}");
        }
    }

    #[test]
    fn hostile_files_are_read_without_harm() {
        let long = vec![b'a'; 3 * MAX_BYTES];
        let umlauts = "\u{e4}".repeat(MAX_BYTES);
        for bytes in
            [&b""[..], &[0; 100], &[0xff; 1000], &long, umlauts.as_bytes(), b"%", b"%%%", b"User-agent", b":\n:"]
        {
            let robots = Robots::parse(bytes, "");
            for address in ["", "/", "?", "#", "https://", "//", "\u{e4}\u{0}", "a:b:c"] {
                assert!(robots.judge(address).allowed);
            }
        }
    }
}
