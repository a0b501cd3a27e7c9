//! Which names this server answers to: DNS rebinding ends here (S21).
//! An address is ours when the connection came in on it, when it is a loopback one, or when a network
//! card of this PC has it; a name only when the office configured it. No link is ever built from `Host`.

use crate::kit::Millis;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::RwLock;

/// Asking the cards again at most this often: an attacker must not make us busy.
const ASK_AGAIN_MS: i64 = 10_000;

/// Names and addresses of this server.
#[derive(Debug, Default)]
pub struct Hosts {
    names: Vec<String>,
    cards: RwLock<Cards>,
}

#[derive(Debug, Default)]
struct Cards {
    asked: Option<Millis>,
    known: Vec<IpAddr>,
}

impl Hosts {
    /// Answers to these names beside `localhost` and the PC's addresses.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self {
            names: names.into_iter().map(|n| n.to_ascii_lowercase()).collect(),
            cards: RwLock::default(),
        }
    }

    /// Whether a `Host` header names this server; `local` is the address the connection came in on.
    #[must_use]
    pub fn accepts(&self, host: &str, local: IpAddr, now: Millis) -> bool {
        let Some(name) = name_of(host) else {
            return false;
        };
        let literal = name.trim_start_matches('[').trim_end_matches(']');
        match literal.parse::<IpAddr>() {
            Ok(ip) => {
                let ip = ip.to_canonical();
                ip.is_loopback() || ip == local.to_canonical() || self.on_a_card(ip, now)
            }
            Err(_) => {
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                name == "localhost" || self.names.contains(&name)
            }
        }
    }

    /// The office's own names.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn on_a_card(&self, ip: IpAddr, now: Millis) -> bool {
        let asked = {
            let Ok(cards) = self.cards.read() else {
                return false;
            };
            if cards.known.contains(&ip) {
                return true;
            }
            cards.asked
        };
        if asked.is_some_and(|at| now.0 - at.0 < ASK_AGAIN_MS) {
            return false;
        }
        let known = card_addresses();
        let found = known.contains(&ip);
        if let Ok(mut cards) = self.cards.write() {
            *cards = Cards {
                asked: Some(now),
                known,
            };
        }
        found
    }
}

/// Addresses of this PC's network cards, loopback left out.
#[must_use]
pub fn card_addresses() -> Vec<IpAddr> {
    if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .map(|card| card.ip())
        .filter(|ip| !ip.is_loopback())
        .collect()
}

/// The part of an authority before the port; `None` where it is not an authority.
pub(super) fn name_of(host: &str) -> Option<&str> {
    if let Some(rest) = host.strip_prefix('[') {
        let end = rest.find(']')?;
        rest.get(..end)?.parse::<Ipv6Addr>().ok()?;
        let after = rest.get(end + 1..)?;
        port_or_nothing(after)?;
        return host.get(..end + 2);
    }
    let at = host.find(':').unwrap_or(host.len());
    let (name, after) = host.split_at(at);
    port_or_nothing(after)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    (!name.is_empty() && name.bytes().all(plain)).then_some(name)
}

fn port_or_nothing(after: &str) -> Option<()> {
    if after.is_empty() {
        return Some(());
    }
    after.strip_prefix(':')?.parse::<u16>().ok().map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names() {
        let hosts = Hosts::new(["OA.xiang.gov.cn".to_owned()]);
        let local = IpAddr::from([192, 168, 1, 20]);
        let ok = |host: &str| hosts.accepts(host, local, Millis(0));
        for good in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "localhost:1",
            "[::1]:8080",
            "192.168.1.20:8080",
            "oa.xiang.gov.cn",
            "OA.xiang.gov.cn.:80",
        ] {
            assert!(ok(good), "{good}");
        }
        for bad in [
            "",
            "evil.cn",
            "evil.cn:8080",
            "203.0.113.9",
            "127.0.0.1.evil.cn",
            "localhost.evil.cn",
            "evil.cn#127.0.0.1",
            "a@127.0.0.1",
            "127.0.0.1:x",
            "[::1",
            "[::1]evil",
            "localhost:99999",
        ] {
            assert!(!ok(bad), "{bad}");
        }
    }

    #[test]
    fn the_cards_are_asked() {
        let hosts = Hosts::default();
        let local = IpAddr::from([127, 0, 0, 1]);
        for ip in card_addresses().into_iter().filter(IpAddr::is_ipv4) {
            assert!(hosts.accepts(&ip.to_string(), local, Millis(0)), "{ip}");
        }
    }
}
