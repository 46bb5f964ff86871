//! Where a request comes from.

use std::net::IpAddr;

use http::HeaderMap;
use ipnet::IpNet;

/// The address of the client: that of the connection; where it comes from a proxy of ours, the last in `X-Forwarded-For`
/// that no proxy of ours has. What a client writes there itself stands further left and is not believed.
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let is_ours = |address: &IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    let mut address = peer.to_canonical();
    let named = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<_> = named.flat_map(|value| value.split(',')).map(|hop| hop.trim().parse::<IpAddr>()).collect();
    for hop in hops.into_iter().rev() {
        if !is_ours(&address) {
            break;
        }
        let Ok(hop) = hop else { break };
        address = hop.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        let proxies: Vec<IpNet> = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, proxies, expected) in [
            ("127.0.0.1", Some("203.0.113.7"), &proxies[..], "203.0.113.7"),
            ("127.0.0.1", Some("1.1.1.1, 203.0.113.7, 10.1.1.1"), &proxies, "203.0.113.7"),
            ("127.0.0.1", Some("203.0.113.7"), &[], "127.0.0.1"),
            ("198.51.100.9", Some("203.0.113.7"), &proxies, "198.51.100.9"),
            ("127.0.0.1", Some("not an address"), &proxies, "127.0.0.1"),
            ("127.0.0.1", None, &proxies, "127.0.0.1"),
            ("::ffff:127.0.0.1", Some("2001:db8::1"), &proxies, "2001:db8::1"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(forwarded) = forwarded {
                headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            }
            let found = client_address(peer.parse().unwrap(), &headers, proxies);
            assert_eq!(found.to_string(), expected, "{peer} {forwarded:?}");
        }
    }
}
