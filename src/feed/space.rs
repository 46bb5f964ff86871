//! Vocabularies (XML namespaces) of feeds, by declared address, else by the customary prefix.

/// A vocabulary that the names of elements come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// RSS of any version, Atom of any version, and names without any vocabulary.
    Core,
    /// Dublin Core elements and terms.
    Dublin,
    /// RSS content module.
    Content,
    /// RDF syntax.
    Rdf,
    /// RSS syndication module.
    Syndication,
    /// XHTML.
    Xhtml,
    /// Apple's podcast tags.
    Itunes,
    /// Media RSS.
    Media,
    /// Sitemaps.
    Sitemap,
    /// Google's news extension of sitemaps.
    News,
    /// Anything else.
    Other,
}

/// Vocabularies by their addresses, lower case, without scheme, `www.` and trailing slash.
const BY_ADDRESS: &[(&str, Space)] = &[
    ("w3.org/2005/atom", Space::Core),
    ("purl.org/atom/ns#", Space::Core),
    ("purl.org/rss/1.0", Space::Core),
    ("purl.org/net/rss1.1#", Space::Core),
    ("my.netscape.com/rdf/simple/0.9", Space::Core),
    ("channel.netscape.com/rdf/simple/0.9", Space::Core),
    ("example.com/newformat#", Space::Core),
    ("example.com/necho", Space::Core),
    ("purl.org/echo", Space::Core),
    ("uri/of/echo/namespace#", Space::Core),
    ("purl.org/pie", Space::Core),
    ("backend.userland.com/rss", Space::Core),
    ("backend.userland.com/rss2", Space::Core),
    ("backend.userland.com/rss091", Space::Core),
    ("backend.userland.com/rss092", Space::Core),
    ("blogs.law.harvard.edu/tech/rss", Space::Core),
    ("cyber.law.harvard.edu/rss", Space::Core),
    ("purl.org/dc/elements/1.0", Space::Dublin),
    ("purl.org/dc/elements/1.1", Space::Dublin),
    ("purl.org/dc/terms", Space::Dublin),
    ("purl.org/rss/1.0/modules/dc", Space::Dublin),
    ("purl.org/rss/1.0/modules/dcterms", Space::Dublin),
    ("purl.org/rss/1.0/modules/content", Space::Content),
    ("purl.org/rss/1.0/modules/syndication", Space::Syndication),
    ("w3.org/1999/02/22-rdf-syntax-ns#", Space::Rdf),
    ("w3.org/1999/xhtml", Space::Xhtml),
    ("itunes.com/dtds/podcast-1.0.dtd", Space::Itunes),
    ("itunes.com/dtds/podcast", Space::Itunes),
    ("example.com/dtds/podcast-1.0.dtd", Space::Itunes),
    ("search.yahoo.com/mrss", Space::Media),
    ("sitemaps.org/schemas/sitemap/0.9", Space::Sitemap),
    ("sitemaps.org/schemas/sitemap/0.90", Space::Sitemap),
    ("google.com/schemas/sitemap/0.84", Space::Sitemap),
    ("google.com/schemas/sitemap/0.9", Space::Sitemap),
    ("google.com/schemas/sitemap-news/0.9", Space::News),
];

/// Vocabularies by prefix, for documents that declare none or a wrong one.
const BY_PREFIX: &[(&str, Space)] = &[
    ("", Space::Core),
    ("atom", Space::Core),
    ("atom10", Space::Core),
    ("a10", Space::Core),
    ("rss", Space::Core),
    ("dc", Space::Dublin),
    ("dcterms", Space::Dublin),
    ("dct", Space::Dublin),
    ("content", Space::Content),
    ("rdf", Space::Rdf),
    ("sy", Space::Syndication),
    ("xhtml", Space::Xhtml),
    ("itunes", Space::Itunes),
    ("media", Space::Media),
    ("news", Space::News),
];

/// Declarations beyond this are an attack; each name looks through them.
const MOST_DECLARED: usize = 1_000;

/// The declarations in force at a place of a document.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// Depth of the declaring element, prefix, vocabulary.
    declared: Vec<(usize, String, Space)>,
}

impl Scopes {
    /// Takes up the declarations among the attributes of an element at `depth` (0 is the outermost).
    pub(super) fn declare(&mut self, depth: usize, attributes: &[(String, String)]) {
        for (key, address) in attributes {
            let prefix = match key.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) => rest.strip_prefix(':').unwrap_or(""),
                None => continue,
            };
            let space = by_address(address).unwrap_or_else(|| match (prefix, depth) {
                // A feed in a vocabulary of its own is read as if it had none; inner foreign markup is not.
                ("", 0) => Space::Core,
                ("", _) if !address.trim().is_empty() => Space::Other,
                _ => by_prefix(prefix),
            });
            if self.declared.len() == MOST_DECLARED {
                return;
            }
            self.declared.push((depth, prefix.to_owned(), space));
        }
    }

    /// Drops what elements at `depth` and deeper had declared.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.declared.last().is_some_and(|(declared, ..)| *declared >= depth) {
            self.declared.pop();
        }
    }

    /// The vocabulary of names with this prefix ("" without).
    pub(super) fn resolve(&self, prefix: &str) -> Space {
        let declared = self.declared.iter().rev().find(|(_, known, _)| known == prefix);
        declared.map_or_else(|| by_prefix(prefix), |(.., space)| *space)
    }
}

fn by_address(address: &str) -> Option<Space> {
    let address = address.trim().to_ascii_lowercase();
    let address = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(&address);
    let address = address.strip_prefix("www.").unwrap_or(address).trim_end_matches('/');
    BY_ADDRESS.iter().find(|(known, _)| *known == address).map(|(_, space)| *space)
}

fn by_prefix(prefix: &str) -> Space {
    BY_PREFIX.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)).map_or(Space::Other, |(_, space)| *space)
}
