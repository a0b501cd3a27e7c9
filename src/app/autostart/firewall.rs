//! The way of colleagues through this PC's firewall, in words: Windows' own rule, and the commands of ufw and firewalld. Pure.
//! Invariant: both kept ports are let through together; 强制 HTTPS behind a wall would keep everybody out.

use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::fmt;

/// The rule's name in Windows.
#[cfg(any(windows, test))]
pub const RULE: &str = "name=Inkstone";

/// The kept ports of one office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    plain: u16,
    /// None where all of its candidates were taken.
    sealed: Option<u16>,
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.all().map(|p| p.to_string()).collect();
        f.write_str(&all.join(" 和 "))
    }
}

impl Ports {
    /// Those the office has kept.
    pub fn of(dir: &DataDir) -> Result<Self> {
        let plain = dir
            .kept_port()
            .ok_or_else(|| Error::Busy("还没有启动过，先启动一次再放行防火墙".into()))?;
        Ok(Self {
            plain,
            sealed: dir.kept_https_port(),
        })
    }

    fn all(&self) -> impl Iterator<Item = u16> {
        [self.plain].into_iter().chain(self.sealed)
    }

    /// What netsh is told. Private networks only: the Internet stays out whatever the router does.
    #[cfg(any(windows, test))]
    pub fn rule(&self) -> Vec<String> {
        let all: Vec<String> = self.all().map(|p| p.to_string()).collect();
        let local = format!("localport={}", all.join(","));
        [
            "advfirewall",
            "firewall",
            "add",
            "rule",
            RULE,
            "dir=in",
            "action=allow",
            "protocol=TCP",
            &local,
            "profile=any",
            "remoteip=LocalSubnet,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// Which of the two a Linux has, and whether it is on, only root may ask.
    #[cfg(any(not(windows), test))]
    pub fn commands(&self) -> Vec<(&'static str, String)> {
        let each = |f: fn(u16) -> String| self.all().map(f).collect::<Vec<_>>();
        let ufw = each(|p| format!("sudo ufw allow {p}/tcp")).join(" && ");
        let daemon = each(|p| format!("--add-port={p}/tcp")).join(" ");
        vec![
            ("先试这一条：", ufw),
            (
                "说没有 ufw 的，用这一条：",
                format!("sudo firewall-cmd --permanent {daemon} && sudo firewall-cmd --reload"),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Ports = Ports {
        plain: 8081,
        sealed: Some(8443),
    };

    #[test]
    fn both_addresses_are_let_through() {
        assert_eq!(BOTH.to_string(), "8081 和 8443");
        let rule = BOTH.rule();
        assert!(rule.iter().any(|w| w == "localport=8081,8443"), "{rule:?}");
        assert!(rule.iter().any(|w| w.starts_with("remoteip=LocalSubnet,")));
        let said: Vec<String> = BOTH.commands().into_iter().map(|(_, c)| c).collect();
        assert_eq!(
            said,
            [
                "sudo ufw allow 8081/tcp && sudo ufw allow 8443/tcp",
                "sudo firewall-cmd --permanent --add-port=8081/tcp --add-port=8443/tcp && sudo firewall-cmd --reload",
            ]
        );
    }

    #[test]
    fn without_an_encrypted_address_it_is_the_plain_one() {
        let plain = Ports {
            sealed: None,
            ..BOTH
        };
        assert_eq!(plain.to_string(), "8081");
        assert!(plain.rule().iter().any(|w| w == "localport=8081"));
        let said = plain.commands();
        assert!(
            said.iter()
                .all(|(_, c)| c.contains("8081/tcp") && !c.contains("8443"))
        );
    }
}
