//! Where a request comes from: the socket's two addresses, never a header (S22).
//! Invariant: "at the server PC" means that both ends are exactly 127.0.0.1 or ::1 (README decision
//! 19); another loopback address stands for the LAN, which is how tests reach it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Both ends of the connection a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The other end.
    pub addr: IpAddr,
    /// This end.
    pub local: IpAddr,
    /// Whether the connection is encrypted.
    pub https: bool,
}

impl Peer {
    /// Whether the person sits at the server PC.
    #[must_use]
    pub fn at_server(&self) -> bool {
        is_here(self.addr) && is_here(self.local)
    }

    /// The address failures are counted by: an IPv6 neighbour has a whole /64 to vary.
    #[must_use]
    pub fn counted(&self) -> IpAddr {
        match self.addr.to_canonical() {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            v4 => v4,
        }
    }
}

fn is_here(addr: IpAddr) -> bool {
    match addr.to_canonical() {
        IpAddr::V4(v4) => v4 == Ipv4Addr::LOCALHOST,
        IpAddr::V6(v6) => v6 == Ipv6Addr::LOCALHOST,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn peer(addr: &str, local: &str) -> Peer {
        Peer {
            addr: addr.parse().unwrap(),
            local: local.parse().unwrap(),
            https: false,
        }
    }

    #[test]
    fn the_server_pc_is_exactly_loopback_on_both_ends() {
        assert!(peer("127.0.0.1", "127.0.0.1").at_server());
        assert!(peer("::1", "::1").at_server());
        assert!(peer("::ffff:127.0.0.1", "::ffff:127.0.0.1").at_server());
        for (addr, local) in [
            ("127.0.0.2", "127.0.0.1"),
            ("127.0.0.1", "127.0.0.2"),
            ("192.168.1.8", "127.0.0.1"),
            ("127.0.0.1", "192.168.1.8"),
            ("::2", "::1"),
        ] {
            assert!(!peer(addr, local).at_server(), "{addr} {local}");
        }
    }

    #[test]
    fn an_ipv6_neighbour_counts_as_one() {
        let a = peer("2001:db8::1", "::1").counted();
        assert_eq!(a, peer("2001:db8::ffff:2", "::1").counted());
        assert_ne!(a, peer("2001:db8:0:1::1", "::1").counted());
    }
}
