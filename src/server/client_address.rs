//! Where a request comes from, when proxies stand in between.

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The header in which each proxy adds the address it was called from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The visitor's address: the last one that no trusted proxy vouches for.
///
/// `X-Forwarded-For` is read from its end, since everybody may write what they like at its beginning.
pub fn client_address(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    Some(behind_proxies(peer, headers, trusted))
}

/// Whether a trusted proxy sent this request, with headers that it wrote or let through.
pub fn is_from_proxy(extensions: &Extensions, trusted: &[IpNet]) -> bool {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
    peer.is_some_and(|peer| trusted.iter().any(|net| net.contains(&peer)))
}

/// The address under which a visitor is counted for limits.
///
/// For IPv6, that is its /64 network: the smallest that a subscriber gets (RFC 6177, 2), who may use
/// any of its 2⁶⁴ addresses. Visitors whose address is unknown are counted together.
pub fn counted(address: Option<IpAddr>) -> IpAddr {
    match address {
        Some(IpAddr::V6(address)) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        Some(address) => address,
        None => Ipv4Addr::UNSPECIFIED.into(),
    }
}

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let values: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let mut address = peer;
    for named in values.iter().flat_map(|value| value.split(',')).rev() {
        if !is_trusted(&address) {
            break;
        }
        let Ok(previous) = named.trim().parse::<IpAddr>() else { break };
        address = previous.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().expect("a header"));
        }
        let trusted = ["10.0.0.0/8".parse().expect("a network")];
        behind_proxies(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn a_subscriber_of_ipv6_is_counted_once_whichever_address_is_taken() {
        let counted = |address: &str| counted(Some(address.parse().expect("an address"))).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2:ffff::"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:3::1"), "2001:db8:1:3::");
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_saw_itself() {
        assert_eq!(address("203.0.113.9", &["192.0.2.1"]), "203.0.113.9", "a stranger's word");
        assert_eq!(address("10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(address("10.0.0.1", &["198.51.100.7, 192.0.2.1"]), "192.0.2.1", "the first was written by the visitor");
        assert_eq!(address("10.0.0.1", &["198.51.100.7", "192.0.2.1, 10.0.0.2"]), "192.0.2.1", "two proxies, two lines");
        assert_eq!(address("10.0.0.1", &["garbage"]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
    }
}
