//! A town's network made of network namespaces: each PC has its own, with its own loopback and one cable.
//! Needs root, iproute2 and python3; otherwise the test is a named skip.
//! Invariant: what was made is gone when it is dropped, also after a failure.

use crate::support::binary::Started;
use crate::support::skip::skip;
use crate::support::town::Folder;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn ip(words: &str) -> bool {
    let mut command = Command::new("ip");
    command.args(words.split(' ')).stderr(Stdio::null());
    command.status().is_ok_and(|s| s.success())
}

/// The town's network: a namespace of its own, in which colleagues sit, with a cable to every PC.
pub struct Lan {
    name: String,
}

impl Lan {
    /// Nothing after a named skip.
    pub fn new() -> Option<Self> {
        let lan = Self {
            name: format!("ink-{}-lan", std::process::id()),
        };
        let name = &lan.name;
        if ip(&format!("netns add {name}")) && ip(&format!("-n {name} link set lo up")) {
            return Some(lan);
        }
        skip(
            "netns",
            "PCs with networks of their own need root and iproute2",
        );
        None
    }

    /// One more PC, the `n`th.
    pub fn pc(&self, n: u8) -> Pc {
        let pc = Pc {
            name: format!("ink-{}-{n}", std::process::id()),
            address: Ipv4Addr::new(10, 77, n, 2),
        };
        let (lan, name) = (&self.name, &pc.name);
        for words in [
            format!("netns add {name}"),
            format!("-n {lan} link add pc{n} type veth peer name eth0 netns {name}"),
            format!("-n {lan} addr add 10.77.{n}.1/24 dev pc{n}"),
            format!("-n {lan} link set pc{n} up"),
            format!("-n {name} addr add 10.77.{n}.2/24 dev eth0"),
            format!("-n {name} link set eth0 up"),
            format!("-n {name} link set lo up"),
            format!("-n {name} route add default via 10.77.{n}.1"),
        ] {
            assert!(ip(&words), "ip {words}");
        }
        pc
    }

    /// A colleague's PC: connections here come out of the town's network, to this PC.
    pub fn colleague(&self, to: &Pc, port: u16) -> Screen {
        Screen::of(&self.name, &to.address.to_string(), port)
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        ip(&format!("netns del {}", self.name));
    }
}

/// A PC of its own network.
pub struct Pc {
    name: String,
    /// Its address on the cable.
    pub address: Ipv4Addr,
}

impl Pc {
    /// Double-clicks the exe there; the stick, where there is one, is plugged in.
    pub fn starts(&self, folder: &Folder, stick: Option<&Path>) -> Started {
        let plug = match stick {
            Some(stick) => format!(
                "mount -t tmpfs tmpfs /media && mkdir /media/stick && mount --bind '{}' /media/stick && ",
                stick.display()
            ),
            None => String::new(),
        };
        // the folder of mounts is this process's own there
        let script = format!("{plug}exec \"$0\" serve --no-browser --data \"$1\"");
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, "sh", "-c", &script]);
        command.arg(env!("CARGO_BIN_EXE_inkstone")).arg(&folder.0);
        match Started::of(&mut command, |_| {}) {
            Ok(started) => started,
            Err(said) => panic!("it ended: {said}"),
        }
    }

    /// A way to the PC's own screen: connections here come out of its loopback.
    pub fn screen(&self, port: u16) -> Screen {
        Screen::of(&self.name, "127.0.0.1", port)
    }
}

impl Drop for Pc {
    fn drop(&mut self) {
        // the cable goes with its end
        ip(&format!("netns del {}", self.name));
    }
}

/// Sitting before a PC.
pub struct Screen {
    relay: Child,
    pub at: SocketAddr,
}

impl Screen {
    fn of(namespace: &str, host: &str, port: u16) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/elsewhere/relay.py");
        let mut relay = Command::new("python3")
            .args([script, namespace, host, &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut out = BufReader::new(relay.stdout.take().unwrap());
        out.read_line(&mut said).unwrap();
        let port: u16 = said.trim().parse().unwrap();
        Self {
            relay,
            at: SocketAddr::from(([127, 0, 0, 1], port)),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}
