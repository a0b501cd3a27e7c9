//! What stands in the Start menu of Windows where the office is a service and has no icon beside the clock: pages to open, and two
//! deeds that Windows asks about. Pure: names and bytes; `windows` puts them there and takes them away.
//! Invariant: what a deed's file does is what the page's button would have done.

use crate::kit::csv::gbk;
use crate::screens::health::HEALTH_AT;
use crate::web::{ADDRESS_AT, lan};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

/// The folder's name in the menu.
pub const FOLDER: &str = "砚台";
pub const STOP: &str = "取消自动启动";
pub const WALL: &str = "放行防火墙";

/// File names and what is in them.
pub fn files(program: &Path, data: &Path, port: u16) -> Vec<(String, Vec<u8>)> {
    let here = lan::url(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    let base = here.trim_end_matches('/');
    let pages = [
        ("打开办公系统", "/"),
        ("地址卡", ADDRESS_AT),
        ("系统体检", HEALTH_AT),
    ];
    let pages = pages.map(|(name, at)| {
        let icon = program.display();
        let text =
            format!("[InternetShortcut]\r\nURL={base}{at}\r\nIconFile={icon}\r\nIconIndex=0\r\n");
        (format!("{name}.url"), gbk(&text))
    });
    let deeds = [(WALL, "firewall"), (STOP, "remove")].map(|(name, deed)| {
        let line = command(program, deed, data);
        // on one line: the second deed takes this file away while the console still reads it
        let text = format!(
            "@echo off\r\nchcp 936 >nul\r\n{} & pause\r\n",
            line.replace('%', "%%")
        );
        (format!("{name}.cmd"), gbk(&text))
    });
    pages.into_iter().chain(deeds).collect()
}

/// One line for the console; it asks for rights by itself.
pub fn command(program: &Path, deed: &str, data: &Path) -> String {
    // before a quote a backslash would quote it
    let data = data.display().to_string();
    let data = data.trim_end_matches('\\');
    let end = if data.ends_with(':') { "\\." } else { "" };
    format!(
        "\"{}\" service {deed} --data \"{data}{end}\"",
        program.display()
    )
}

/// Where the office is the service, nobody sees what Windows would ask: how it is done by hand.
pub fn by_hand(name: &str) -> String {
    format!(
        "砚台现在是 Windows 的系统服务，不能在屏幕上问您，所以这里没有按钮。请在这台电脑上点“开始”，在“{FOLDER}”里点“{name}”，Windows 问“是否允许”的时候点“是”。“开始”里没有的：点“开始”，输入 cmd，按回车，把下面一行粘贴进去，再按回车。"
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kit::csv::decode;

    #[test]
    fn the_start_menu_opens_pages_and_asks_for_deeds() {
        let exe = Path::new(r"C:\Program Files\Inkstone\inkstone.exe");
        let all = files(exe, Path::new(r"D:\砚台100%"), 8080);
        let text = |name: &str| {
            let found = all.iter().find(|(n, _)| n == name).unwrap();
            decode(&found.1).unwrap()
        };
        assert_eq!(
            text("打开办公系统.url"),
            "[InternetShortcut]\r\nURL=http://127.0.0.1:8080/\r\nIconFile=C:\\Program Files\\Inkstone\\inkstone.exe\r\nIconIndex=0\r\n"
        );
        assert!(text("地址卡.url").contains("URL=http://127.0.0.1:8080/address\r\n"));
        assert!(text("系统体检.url").contains("URL=http://127.0.0.1:8080/health\r\n"));
        assert_eq!(
            text("取消自动启动.cmd"),
            "@echo off\r\nchcp 936 >nul\r\n\"C:\\Program Files\\Inkstone\\inkstone.exe\" service remove --data \"D:\\砚台100%%\" & pause\r\n"
        );
        assert!(text("放行防火墙.cmd").contains(" service firewall --data "));
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn a_folder_that_is_a_disk_does_not_swallow_the_quote() {
        let said = command(Path::new(r"C:\i.exe"), "remove", Path::new(r"D:\"));
        assert_eq!(said, r#""C:\i.exe" service remove --data "D:\.""#);
        assert!(by_hand(STOP).contains("“取消自动启动”"));
    }
}
