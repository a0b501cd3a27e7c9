//! The port: chosen once, kept, never changed by itself, so that the address people wrote down stays
//! right (trust-and-ux U16). Where the kept one is taken, the start ends with what to do.

use crate::kit::{Error, Result};
use crate::store::DataDir;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// Tried in this order where no port is kept yet.
const FIRST: [u16; 1] = [80];
const THEN: std::ops::RangeInclusive<u16> = 8080..=8099;
/// The same for the encrypted address.
const HTTPS_FIRST: [u16; 1] = [443];
const HTTPS_THEN: std::ops::RangeInclusive<u16> = 8443..=8462;

/// Listens on the kept port, on `asked` for this start only, or on the first that is free.
pub fn listen(dir: &DataDir, asked: Option<u16>) -> Result<TcpListener> {
    let kept = dir.kept_port();
    let listener = match (asked, kept) {
        (Some(port), _) => bind(port).map_err(|e| taken_now(port, &e))?,
        (None, Some(port)) => bind(port).map_err(|e| taken(port, &e))?,
        (None, None) => first_free()?,
    };
    if kept.is_none() {
        dir.keep_port(listener.local_addr()?.port())?;
    }
    Ok(listener)
}

/// The listener of the encrypted address, chosen once and kept in the same way. Nobody needs it in order to work: where
/// its port is taken the office is served without it, and its administrator is told.
pub fn listen_https(dir: &DataDir) -> Result<TcpListener> {
    if let Some(port) = dir.kept_https_port() {
        return bind(port).map_err(|e| {
            Error::Busy(format!(
                "加密的地址这次没有开：端口 {port} 打不开（{e}），多半是别的程序占用了。请关掉占用它的程序，再启动砚台；普通的地址照常用"
            ))
        });
    }
    let mut all = HTTPS_FIRST.into_iter().chain(HTTPS_THEN);
    let listener = all.find_map(|port| bind(port).ok()).ok_or_else(|| {
        Error::Busy(
            "加密的地址没有开：端口 443 和 8443 到 8462 都被占用了。普通的地址照常用".into(),
        )
    })?;
    dir.keep_https_port(listener.local_addr()?.port())?;
    Ok(listener)
}

/// On every network card: colleagues come in by the LAN's.
fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))
}

fn first_free() -> Result<TcpListener> {
    let mut all = FIRST.into_iter().chain(THEN);
    all.find_map(|port| bind(port).ok()).ok_or_else(|| {
        Error::Busy(format!(
            "端口 80 和 {} 到 {} 都被别的程序占用了。请关掉别的网站服务再启动，或者用 --port 写一个端口号",
            THEN.start(),
            THEN.end()
        ))
    })
}

fn taken(port: u16, why: &io::Error) -> Error {
    Error::Busy(format!(
        "端口 {port} 打不开（{why}），多半是别的程序占用了。\
         同事们记的是这个端口，所以砚台不会自己换。\
         请关掉占用它的程序（或重启电脑）再启动；急用时可以加 --port 8090，只管这一次"
    ))
}

fn taken_now(port: u16, why: &io::Error) -> Error {
    Error::Busy(format!(
        "端口 {port} 打不开（{why}）。请换一个端口号，例如 --port 8090，或者关掉占用它的程序"
    ))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn folder(name: &str) -> DataDir {
        let root = std::env::temp_dir().join(format!("ink-port-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        DataDir::make(root).unwrap()
    }

    #[test]
    fn a_port_is_chosen_once() {
        let dir = folder("once");
        let first = listen(&dir, None).unwrap();
        let port = first.local_addr().unwrap().port();
        assert_eq!(dir.kept_port(), Some(port));
        let said = listen(&dir, None).unwrap_err().to_string();
        assert!(
            said.contains(&port.to_string()) && said.contains("--port"),
            "{said}"
        );
        assert_eq!(dir.kept_port(), Some(port));

        let other = listen(&dir, Some(0)).unwrap();
        assert_ne!(other.local_addr().unwrap().port(), port);
        assert_eq!(dir.kept_port(), Some(port), "for this start only");
        drop(first);
        assert_eq!(
            listen(&dir, None).unwrap().local_addr().unwrap().port(),
            port
        );
        std::fs::remove_dir_all(dir.root()).unwrap();
    }

    #[test]
    fn the_encrypted_port_is_kept_and_a_taken_one_is_said() {
        let dir = folder("https");
        let Ok(first) = listen_https(&dir) else {
            // another program of this PC has all of them: then nothing may be kept
            assert_eq!(dir.kept_https_port(), None);
            return;
        };
        let port = first.local_addr().unwrap().port();
        assert_eq!(dir.kept_https_port(), Some(port));
        let said = listen_https(&dir).unwrap_err().to_string();
        assert!(
            said.contains(&port.to_string()) && said.contains("照常用"),
            "{said}"
        );
        std::fs::remove_dir_all(dir.root()).unwrap();
    }

    #[test]
    fn the_first_port_asked_for_is_kept() {
        let dir = folder("asked");
        let listener = listen(&dir, Some(0)).unwrap();
        assert_eq!(dir.kept_port(), Some(listener.local_addr().unwrap().port()));
        std::fs::remove_dir_all(dir.root()).unwrap();
    }
}
