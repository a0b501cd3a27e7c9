//! What the console says, in plain Chinese with room around it: where to open the office, the code of
//! the first run, how to stop. Never fails: a service has no console, the log has what matters.
//! Invariant: the set-up code is shown here and on the wizard's pages at this PC, and nowhere else, not even in the log.

use crate::kit::qr;
use crate::web::lan;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::net::{IpAddr, Ipv4Addr};

/// What is said once the server answers.
#[derive(Debug)]
pub struct Welcome<'a> {
    /// 砚田镇; empty before the claim.
    pub office: &'a str,
    /// Where it listens.
    pub port: u16,
    /// Addresses of this PC, best first.
    pub lan: &'a [IpAddr],
    /// The code of the first run, while unclaimed.
    pub code: Option<&'a str>,
    /// The encrypted address, where there is one.
    pub https: Option<&'a str>,
    /// The data folder.
    pub folder: &'a str,
}

/// The words of a start.
#[must_use]
pub fn welcome(w: &Welcome<'_>) -> String {
    let mut out = String::new();
    let office = if w.office.is_empty() { "" } else { "　" };
    let _ = writeln!(
        out,
        "\n\n　　砚　台　　乡镇机关办公平台{office}{}\n",
        w.office
    );
    let here = lan::url(IpAddr::V4(Ipv4Addr::LOCALHOST), w.port);
    let _ = writeln!(out, "　　本机地址　　{here}\n");
    match w.lan.split_first() {
        Some((best, others)) => {
            let url = lan::url(*best, w.port);
            let _ = writeln!(out, "　　局域网地址　{url}");
            for other in others.iter().take(3) {
                let url = lan::url(*other, w.port);
                let _ = writeln!(out, "　　　　　　　　{url}");
            }
            if let Some(https) = w.https {
                let _ = writeln!(out, "　　加密的地址　{https}（装过证书的电脑用）");
            }
            let _ = writeln!(
                out,
                "\n　　手机连上办公室的无线网，扫码打开：\n\n{}",
                qr::for_console(&url)
            );
        }
        None => {
            let said = "没有连上网，现在只有这台电脑能打开。插上网线后，地址会自己出来";
            let _ = writeln!(out, "　　局域网地址　{said}\n");
        }
    }
    if let Some(code) = w.code {
        out.push_str(&code_words(code));
    }
    let _ = writeln!(out, "　　数据文件夹　{}", w.folder);
    let _ = writeln!(out, "　　本平台不涉密，不得录入、传送国家秘密。");
    let _ = writeln!(
        out,
        "　　要停止，请按 Ctrl+C。关掉这个窗口，大家就打不开了。\n"
    );
    out
}

/// The words around a code.
#[must_use]
pub fn code_words(code: &str) -> String {
    format!(
        "　　安装码　　　{code}\n　　这台服务器还没有启用。在这台电脑上打开本机地址，就不用输码；\n　　从别的电脑或手机启用，要输这 8 位安装码。\n\n"
    )
}

/// How to log in where the data are invented.
#[must_use]
pub fn demo_words(password: &str) -> String {
    format!(
        "　　演示数据　　人和文件都是编的。登录名写姓名，例如宋小笺；大家的密码都是 {password}\n\n"
    )
}

/// Says it, where there is anybody to read it.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// How far long work is, on one line that goes when it is done; nothing where no one is looking.
pub fn share_done(hundredths: u32) {
    if !io::stdout().is_terminal() {
        return;
    }
    match hundredths {
        100.. => say("\r　　　　　　　　　　　　　　\r"),
        _ => say(&format!("\r　　正在核对　{hundredths}%")),
    }
}

/// Says what went wrong.
pub fn complain(text: &str) {
    let mut out = io::stderr().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAN: [IpAddr; 2] = [
        IpAddr::V4(Ipv4Addr::new(192, 168, 1, 20)),
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5)),
    ];

    fn words(code: Option<&str>, lan: &[IpAddr]) -> String {
        welcome(&Welcome {
            office: "",
            port: 8080,
            lan,
            code,
            https: Some("https://192.168.1.20"),
            folder: "/data",
        })
    }

    #[test]
    fn says_where_to_go_and_how_to_stop() {
        let said = words(Some("4827 1963"), &LAN);
        for part in [
            "http://127.0.0.1:8080\n",
            "http://192.168.1.20:8080\n",
            "http://10.0.0.5:8080\n",
            "4827 1963",
            "不涉密",
            "Ctrl+C",
            "█",
        ] {
            assert!(said.contains(part), "{part} in {said}");
        }
    }

    #[test]
    fn a_claimed_server_has_no_code_and_a_lonely_one_no_lan() {
        let said = words(None, &[]);
        assert!(
            !said.contains("安装码") && said.contains("没有连上网"),
            "{said}"
        );
    }
}
