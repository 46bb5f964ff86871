//! Addresses: the one form of those that name the same article, their hosts and registrable domains.

mod canonical;

pub use canonical::canonical;

use url::{Host, Url};

/// The host of a web address as browsers write it (lower case, international names in ASCII, IPv6 in brackets).
#[must_use]
pub fn host(address: &str) -> Option<String> {
    parse(address)?.host_str().map(str::to_owned)
}

/// The registrable domain of a web address by the Public Suffix List ("news.bbc.co.uk" → "bbc.co.uk"). A host that is an
/// address literal, a bare name or itself a public suffix is its own domain.
#[must_use]
pub fn domain(address: &str) -> Option<String> {
    let url = parse(address)?;
    match url.host()? {
        Host::Domain(name) => Some(domain_of_host(name)),
        Host::Ipv4(_) | Host::Ipv6(_) => url.host_str().map(str::to_owned),
    }
}

/// The registrable domain of a host name; see [`domain`].
#[must_use]
pub fn domain_of_host(name: &str) -> String {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    psl::domain_str(&name).map_or_else(|| name.clone(), str::to_owned)
}

/// Joins a reference to a base address, as browsers do; only http and https come out.
#[must_use]
pub fn join(base: &str, reference: &str) -> Option<String> {
    let reference = reference.trim();
    let joined = match Url::parse(base) {
        Ok(base) => base.join(reference).ok()?,
        Err(_) => Url::parse(reference).ok()?,
    };
    is_web(&joined).then(|| joined.to_string())
}

/// A web address (http or https, with a host) parsed as browsers do (WHATWG URL standard).
fn parse(address: &str) -> Option<Url> {
    Url::parse(address.trim()).ok().filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_domains() {
        for (address, host_name, domain_name) in [
            ("https://News.BBC.co.uk/x", Some("news.bbc.co.uk"), Some("bbc.co.uk")),
            ("http://www.example.com.:80/", Some("www.example.com."), Some("example.com")),
            ("http://blog.github.io/", Some("blog.github.io"), Some("blog.github.io")),
            ("http://127.1/", Some("127.0.0.1"), Some("127.0.0.1")),
            ("http://[::1]/", Some("[::1]"), Some("[::1]")),
            ("http://localhost:8017/", Some("localhost"), Some("localhost")),
            ("http://münchen.de/", Some("xn--mnchen-3ya.de"), Some("xn--mnchen-3ya.de")),
            ("ftp://example.com/", None, None),
            ("no address", None, None),
        ] {
            assert_eq!(host(address).as_deref(), host_name, "{address}");
            assert_eq!(domain(address).as_deref(), domain_name, "{address}");
        }
    }

    #[test]
    fn references_are_joined_as_browsers_do() {
        assert_eq!(join("https://a.example/b/c", "../d").as_deref(), Some("https://a.example/d"));
        assert_eq!(join("not a base", "https://a.example/x").as_deref(), Some("https://a.example/x"));
        assert_eq!(join("https://a.example/", "javascript:alert(1)"), None);
        assert_eq!(join("not a base", "/x"), None);
    }
}
