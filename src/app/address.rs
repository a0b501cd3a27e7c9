//! At which addresses this PC can be reached, best first: what the console prints and the QR shows.

use std::net::{IpAddr, Ipv4Addr};

/// LAN addresses of this PC, the one colleagues most likely reach first: private ranges before
/// others, virtual adapters (VMware, Docker, VPN) last.
#[must_use]
pub fn lan() -> Vec<IpAddr> {
    let mut found: Vec<(u8, IpAddr)> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|i| !i.is_loopback())
        .filter_map(|i| match i.ip() {
            IpAddr::V4(v4) if !v4.is_link_local() => Some((rank(&i.name, v4), i.ip())),
            _ => None,
        })
        .collect();
    found.sort();
    found.dedup_by_key(|(_, ip)| *ip);
    found.into_iter().map(|(_, ip)| ip).collect()
}

fn rank(name: &str, ip: Ipv4Addr) -> u8 {
    const VIRTUAL: &[&str] = &[
        "docker",
        "veth",
        "br-",
        "vmnet",
        "vmware",
        "virtual",
        "vbox",
        "tun",
        "tap",
        "wg",
        "zt",
        "bluetooth",
    ];
    let name = name.to_lowercase();
    let virtual_adapter = VIRTUAL.iter().any(|v| name.contains(v));
    u8::from(virtual_adapter) * 2 + u8::from(!ip.is_private())
}

/// `http://ip`, with the port where it is not 80.
#[must_use]
pub fn url(ip: IpAddr, port: u16) -> String {
    let host = match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    };
    if port == 80 {
        format!("http://{host}")
    } else {
        format!("http://{host}:{port}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cable_beats_a_virtual_adapter() {
        let home = Ipv4Addr::new(192, 168, 1, 20);
        assert!(rank("eth0", home) < rank("docker0", home));
        assert!(rank("eth0", home) < rank("eth1", Ipv4Addr::new(8, 8, 8, 8)));
    }

    #[test]
    fn port_80_is_not_said() {
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert_eq!(url(ip, 80), "http://127.0.0.1");
        assert_eq!(url(ip, 8080), "http://127.0.0.1:8080");
    }
}
