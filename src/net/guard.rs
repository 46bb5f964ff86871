//! Which addresses may be reached: public ones, and those the operator allows.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

use super::{Error, Settings};

/// Checks hosts and addresses against the public networks and the operator's allow-list.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    networks: Vec<ipnet::IpNet>,
    hosts: Vec<String>,
}

impl Guard {
    /// A guard that lets through what `settings` allow beside the public networks.
    ///
    /// # Errors
    /// Where an entry of the allow-list is neither a network nor an address nor a host name.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let mut guard = Self::default();
        for entry in &settings.allow {
            guard.allow(entry.trim())?;
        }
        Ok(guard)
    }

    fn allow(&mut self, entry: &str) -> Result<(), Error> {
        let unusable = |why: String| Error::Setting { setting: "allow", value: entry.to_owned(), why };
        if entry.contains('/') {
            let network = entry.parse().map_err(|error| unusable(format!("{error}")))?;
            self.networks.push(network);
            return Ok(());
        }
        if let Ok(address) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
            self.networks.push(address.into());
            return Ok(());
        }
        match Host::parse(entry).map_err(|error| unusable(error.to_string()))? {
            Host::Domain(name) => self.hosts.push(plain_name(&name)),
            Host::Ipv4(address) => self.networks.push(IpAddr::V4(address).into()),
            Host::Ipv6(address) => self.networks.push(IpAddr::V6(address).into()),
        }
        Ok(())
    }

    /// Checks the scheme and, where the host is written as a number, the address. `Url` has already brought decimal,
    /// octal and hexadecimal spellings to the one form.
    ///
    /// # Errors
    /// Where it may not be asked.
    pub fn check_url(&self, url: &Url) -> Result<(), Error> {
        let host = url.host_str().unwrap_or_default();
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Scheme { host: host.to_owned(), scheme: url.scheme().to_owned() });
        }
        match url.host() {
            Some(Host::Ipv4(address)) => self.check_address(host, IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.check_address(host, IpAddr::V6(address)),
            Some(Host::Domain(_)) => Ok(()),
            None => Err(Error::Address("it names no host".to_owned())),
        }
    }

    /// Checks one address that `host` stands for.
    ///
    /// # Errors
    /// Where it may not be reached.
    pub fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Error> {
        let Some(kind) = NetworkKind::of(address) else { return Ok(()) };
        let inner = carried(address).map(IpAddr::V4);
        let allowed = |address: &IpAddr| self.networks.iter().any(|network| network.contains(address));
        if self.allows_host(host) || allowed(&address) || inner.is_some_and(|inner| allowed(&inner)) {
            return Ok(());
        }
        Err(Error::Refused { host: host.to_owned(), address, kind })
    }

    fn allows_host(&self, host: &str) -> bool {
        let host = plain_name(host);
        self.hosts.contains(&host)
    }
}

/// What kind of non-public network an address lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkKind(&'static str);

impl NetworkKind {
    /// The kind of `address`, nothing where it is public. An IPv6 address that carries an IPv4 address (mapped, NAT64,
    /// 6to4) is as public as what it carries.
    #[must_use]
    pub fn of(address: IpAddr) -> Option<Self> {
        match (address, carried(address)) {
            (IpAddr::V4(address), _) | (IpAddr::V6(_), Some(address)) => {
                SPECIAL_V4.iter().find(|(network, _)| network.contains(&address)).map(|(_, kind)| Self(kind))
            }
            (IpAddr::V6(address), None) => {
                SPECIAL_V6.iter().find(|(network, _)| network.contains(&address)).map(|(_, kind)| Self(kind))
            }
        }
    }
}

impl fmt::Display for NetworkKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// Special-purpose IPv4 networks (IANA IPv4 Special-Purpose Address Registry, RFC 6890; multicast RFC 5771).
const SPECIAL_V4: &[(Ipv4Net, &str)] = &[
    (v4([0, 0, 0, 0], 8), "it is an address of this machine (0.0.0.0/8)"),
    (v4([10, 0, 0, 0], 8), "it is a private address (10.0.0.0/8)"),
    (v4([100, 64, 0, 0], 10), "it is an address shared by a carrier (100.64.0.0/10)"),
    (v4([127, 0, 0, 0], 8), "it is a loopback address (127.0.0.0/8)"),
    (v4([169, 254, 0, 0], 16), "it is a link-local address (169.254.0.0/16)"),
    (v4([172, 16, 0, 0], 12), "it is a private address (172.16.0.0/12)"),
    (v4([192, 0, 0, 0], 24), "it is an address for protocols (192.0.0.0/24)"),
    (v4([192, 0, 2, 0], 24), "it is an address for documentation (192.0.2.0/24)"),
    (v4([192, 88, 99, 0], 24), "it is a 6to4 relay address (192.88.99.0/24)"),
    (v4([192, 168, 0, 0], 16), "it is a private address (192.168.0.0/16)"),
    (v4([198, 18, 0, 0], 15), "it is an address for benchmarks (198.18.0.0/15)"),
    (v4([198, 51, 100, 0], 24), "it is an address for documentation (198.51.100.0/24)"),
    (v4([203, 0, 113, 0], 24), "it is an address for documentation (203.0.113.0/24)"),
    (v4([224, 0, 0, 0], 4), "it is a multicast address (224.0.0.0/4)"),
    (v4([240, 0, 0, 0], 4), "it is a reserved address (240.0.0.0/4)"),
];

/// Special-purpose IPv6 networks (IANA IPv6 Special-Purpose Address Registry, RFC 6890), less those that carry an
/// IPv4 address to be judged instead.
const SPECIAL_V6: &[(Ipv6Net, &str)] = &[
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 96), "it is a loopback, unspecified or IPv4-compatible address (::/96)"),
    (v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), "it is a local translation address (64:ff9b:1::/48)"),
    (v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64), "it is a discard address (100::/64)"),
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), "it is an address for protocols (2001::/23)"),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), "it is an address for documentation (2001:db8::/32)"),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), "it is an address for documentation (3fff::/20)"),
    (v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), "it is a segment routing address (5f00::/16)"),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), "it is a private address (fc00::/7)"),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), "it is a link-local address (fe80::/10)"),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), "it is a site-local address (fec0::/10)"),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), "it is a multicast address (ff00::/8)"),
];

/// The IPv4 address inside an IPv6 address: IPv4-mapped (RFC 4291, 2.5.5.2), NAT64 (RFC 6052), 6to4 (RFC 3056).
fn carried(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(of(high, low))
        }
        _ => None,
    }
}

/// Host names compare in lower case and without the dot of the root.
fn plain_name(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(s: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), prefix)
}
