//! At which addresses this PC can be reached, best first: what the console prints, the address card shows and the QR
//! codes say. Also what the first other device was that came, and at which ports this server stands.
//! Invariant: a guess about cards is shown as one; every address of the PC is in the list.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

/// How likely colleagues reach this PC by a card, the likeliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The way out of this PC leads over it, and its address is one of an office's network.
    Gateway,
    /// An address of an office's network.
    Private,
    /// Another address.
    Other,
    /// VMware, Docker, VPN, Bluetooth.
    Virtual,
}

impl Way {
    /// As the card says it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gateway => "上网走这块网卡",
            Self::Private => "局域网",
            Self::Other => "不是常见的局域网地址",
            Self::Virtual => "虚拟网卡或 VPN，别的电脑一般打不开",
        }
    }
}

/// One address of this PC.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Card {
    /// How likely it is the one.
    pub way: Way,
    /// The address.
    pub ip: IpAddr,
    /// As the system calls the network card.
    pub name: String,
}

/// Network cards by their IPv4 addresses, the likeliest first.
#[must_use]
pub fn cards() -> Vec<Card> {
    let out = way_out();
    let mut found: Vec<Card> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|i| !i.is_loopback())
        .filter_map(|i| match i.ip() {
            IpAddr::V4(v4) if !v4.is_link_local() => Some(Card {
                way: way(&i.name, v4, out),
                ip: i.ip(),
                name: i.name,
            }),
            _ => None,
        })
        .collect();
    found.sort();
    found.dedup_by_key(|card| card.ip);
    found
}

/// The addresses alone.
#[must_use]
pub fn addresses() -> Vec<IpAddr> {
    cards().into_iter().map(|card| card.ip).collect()
}

/// The address this PC would send from, going out of its network: nothing is sent (the address is one of those kept for
/// examples, RFC 5737).
fn way_out() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|at| at.ip())
}

fn way(name: &str, ip: Ipv4Addr, out: Option<IpAddr>) -> Way {
    const VIRTUAL: &[&str] = &[
        "docker",
        "veth",
        "br-",
        "virbr",
        "vmnet",
        "vmware",
        "virtual",
        "vethernet",
        "vbox",
        "tun",
        "tap",
        "ppp",
        "vpn",
        "wg",
        "zt",
        "bluetooth",
        "蓝牙",
    ];
    let name = name.to_lowercase();
    if VIRTUAL.iter().any(|v| name.contains(v)) {
        Way::Virtual
    } else if !ip.is_private() {
        Way::Other
    } else if out == Some(IpAddr::V4(ip)) {
        Way::Gateway
    } else {
        Way::Private
    }
}

/// `http://ip`, with the port where it is not 80.
#[must_use]
pub fn url(ip: IpAddr, port: u16) -> String {
    let host = host(ip);
    if port == 80 {
        format!("http://{host}")
    } else {
        format!("http://{host}:{port}")
    }
}

/// An address as it stands in an URL.
#[must_use]
pub fn host(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    }
}

/// Where this server stands and who came.
#[derive(Debug, Default)]
pub struct Reach {
    port: AtomicU16,
    heard: OnceLock<IpAddr>,
    moved: RwLock<Option<(String, String)>>,
}

impl Reach {
    /// The port of plain HTTP.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.load(Ordering::Relaxed)
    }

    /// It stands there.
    pub(super) fn stands_at(&self, port: u16) {
        self.port.store(port, Ordering::Relaxed);
    }

    /// The address people were told and the present one, where they differ (F06).
    #[must_use]
    pub fn moved(&self) -> Option<(String, String)> {
        let held = self.moved.read();
        held.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is known of that now.
    pub fn set_moved(&self, moved: Option<(String, String)>) {
        *self.moved.write().unwrap_or_else(PoisonError::into_inner) = moved;
    }

    /// The first other device that came since the start.
    #[must_use]
    pub fn heard(&self) -> Option<IpAddr> {
        self.heard.get().copied()
    }

    /// Somebody came; the PC itself by one of its own addresses is no other device.
    pub(super) fn hear(&self, from: IpAddr, to: IpAddr) {
        if from != to && !from.is_unspecified() && self.heard.get().is_none() {
            let _ = self.heard.set(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_out_beats_a_cable_and_a_cable_a_virtual_adapter() {
        let home = Ipv4Addr::new(192, 168, 1, 20);
        let out = Some(IpAddr::V4(home));
        assert!(way("eth0", home, out) < way("eth0", Ipv4Addr::new(10, 0, 0, 5), out));
        assert!(way("eth0", home, None) < way("docker0", home, out));
        assert!(way("以太网", home, None) < way("eth1", Ipv4Addr::new(8, 8, 8, 8), None));
        assert_eq!(
            way("VMware Network Adapter VMnet8", home, out),
            Way::Virtual
        );
    }

    #[test]
    fn port_80_is_not_said() {
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert_eq!(url(ip, 80), "http://127.0.0.1");
        assert_eq!(url(ip, 8080), "http://127.0.0.1:8080");
    }

    #[test]
    fn this_pc_itself_is_no_other_device() {
        let reach = Reach::default();
        let ip = |n| IpAddr::from([192, 168, 1, n]);
        reach.hear(ip(20), ip(20));
        assert_eq!(reach.heard(), None);
        reach.hear(ip(8), ip(20));
        reach.hear(ip(9), ip(20));
        assert_eq!(reach.heard(), Some(ip(8)));
    }
}
