//! 诊断文件: what somebody who mends the server from afar needs, and nothing of what the office works on: versions,
//! settings without secrets, the lights, figures, the end of the log with names, words and numbers taken out.
//! Invariant: every line of the log goes through [`scrubbed`]; no table of the office is read but by its count.

use super::Diagnose;
use crate::access::State as Standing;
use crate::kit::zip_file::ZipWriter;
use crate::kit::{Result, ShelfNo};
use crate::screens::health::{check, lights};
use crate::web::{Cx, FileReply, Reply};
use std::fmt::Write as _;
use std::io::Cursor;

/// Bytes of the log.
const TAIL: u64 = 512 << 10;
/// Figures of a number that says something about somebody.
const LONG: usize = 5;

/// POST `/guard/diagnose`.
pub(super) fn send(cx: &mut Cx<Diagnose>) -> Result<Reply> {
    let files = [
        ("版本.txt", versions(cx)),
        ("设置.txt", settings(cx)?),
        ("体检.txt", health(cx)),
        ("数量.txt", figures(cx)?),
        ("日志.txt", scrubbed(&cx.state.store.log_tail(TAIL)?)),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.open(name)?;
        zip.add(text.as_bytes())?;
    }
    let (whole, _) = zip.finish()?;
    cx.write(ShelfNo::HUB, |w| {
        w.quiet("导出诊断文件");
        w.note("导出诊断文件（不含公文内容）");
        Ok(())
    })?;
    let name = format!("砚台诊断{}.zip", cx.zone().day(cx.at).dense());
    Ok(Reply::File(FileReply::made(
        name,
        "application/zip",
        whole.into_inner(),
    )))
}

fn versions(cx: &Cx<Diagnose>) -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!(
        "砚台 {}\n系统 {os} {arch}\n时间 {}\n",
        crate::kit::version(),
        cx.zone().stamp(cx.at)
    )
}

fn settings(cx: &Cx<Diagnose>) -> Result<String> {
    let state = &cx.state;
    let s = state.access.safety();
    let mail = crate::inbox::server::find(&state.store.hub()?)?;
    let said = |yes: bool| if yes { "是" } else { "否" };
    Ok(format!(
        "等保模式 {}\n不用就退出 {} 分钟\n动态验证码必须用 {}\n邮件开通 {}\n演示单位 {}\n",
        said(s.graded),
        s.limits().idle_ms / 60_000,
        said(s.codes),
        said(mail.is_some_and(|(m, _)| m.on_now)),
        said(state.access.is_demo()),
    ))
}

/// Grades alone: a light's sentence may name a file or a person.
fn health(cx: &Cx<Diagnose>) -> String {
    let mut out = String::new();
    for light in lights::of(&check::facts(&cx.state)) {
        let _ = writeln!(
            out,
            "{} {}：{}",
            light.name,
            light.grade.word(),
            scrubbed_words(&light.says)
        );
    }
    out
}

fn figures(cx: &Cx<Diagnose>) -> Result<String> {
    let state = &cx.state;
    let d = state.org.current();
    let accounts = state.access.accounts();
    let (audit, _) = state.store.count_audit()?;
    let disk = state.store.disk();
    Ok(format!(
        "人员 {}\n账号 {}，待启用 {}，停用 {}\n现在登录 {}\n部门 {}\n数据文件 {}\n审计记录 {audit}\n没看过的报警 {}\n\
         本次启动以来的故障 {}\n磁盘剩余 {} MB，共 {} MB\n",
        d.people().count(),
        accounts.len(),
        accounts
            .iter()
            .filter(|a| a.state == Standing::Slip)
            .count(),
        accounts
            .iter()
            .filter(|a| a.state == Standing::Disabled)
            .count(),
        state.access.people_in(),
        d.all_depts().len(),
        state
            .store
            .audit_heads()?
            .iter()
            .map(|h| h.file)
            .collect::<std::collections::BTreeSet<_>>()
            .len(),
        state.access.open_alarms()?,
        state.faults(),
        disk.free >> 20,
        disk.total >> 20,
    ))
}

/// Lines of the log as they may leave the house; the instant at the front stays.
fn scrubbed(log: &str) -> String {
    let mut out = String::with_capacity(log.len());
    for line in log.lines() {
        let (at, rest) = match line.split_once(' ') {
            Some((at, rest)) if is_instant(at) => (at, rest),
            _ => ("", line),
        };
        out.push_str(at);
        out.push(' ');
        out.push_str(&scrubbed_line(rest));
        out.push('\n');
    }
    out
}

/// 2026-11-23T00:44:15.123456Z.
fn is_instant(word: &str) -> bool {
    word.len() >= 20
        && word.starts_with("20")
        && word
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'T' | b':' | b'.' | b'Z'))
}

/// Without what stands between quotation marks, without Chinese, addresses, ids and long numbers.
fn scrubbed_line(line: &str) -> String {
    let mut out = String::new();
    for (n, part) in line.split('"').enumerate() {
        match n % 2 {
            0 => out.push_str(&scrubbed_words(part)),
            _ => out.push_str("\"…\""),
        }
    }
    out
}

/// Runs of Chinese become 某, runs of letters and figures that say whose it is become #.
fn scrubbed_words(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    let mut chinese = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '%') {
            chinese = false;
            run.push(c);
            continue;
        }
        out.push_str(&kept(&run));
        run.clear();
        if c.is_ascii() {
            chinese = false;
            out.push(c);
        } else if !chinese {
            chinese = true;
            out.push('某');
        }
    }
    out.push_str(&kept(&run));
    out
}

fn kept(run: &str) -> String {
    let figures = run.bytes().filter(u8::is_ascii_digit).count();
    let dots = run.matches('.').count();
    let is_address = dots == 3 && run.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if figures >= LONG || is_address || run.contains(['@', '%']) {
        return "#".to_owned();
    }
    // an id of a case is thirteen letters and figures, one of a person is short and says nothing by itself
    let is_id = run.len() == 13
        && run
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if is_id {
        "#".to_owned()
    } else {
        run.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_office_leaves_the_house() {
        let log = "2026-11-23T00:44:15.123456Z  WARN refused kind=login.wrong who=\"王建国\" address=192.168.1.8 what=\"/case/01ABCDEFGHJKM\"\n\
            2026-11-23T00:44:16.000001Z ERROR fault code=AB12-CD34 cause=关于甲槐的通知 330102199001011234 wang@example.cn 13812345678\n\
            没有时间的一行 张三 /case/01ABCDEFGHJKM?q=%E7%8E%8B panicked at src/web/run.rs:12:3";
        let out = scrubbed(log);
        for canary in [
            "王建国",
            "192.168",
            "01ABCDEFGHJKM",
            "甲槐",
            "330102",
            "@example",
            "1381234",
            "张三",
            "%E7",
        ] {
            assert!(!out.contains(canary), "{canary} in {out}");
        }
        for kept in [
            "2026-11-23T00:44:15.123456Z",
            "kind=login.wrong",
            "fault code=AB12-CD34",
            "src/web/run.rs:12:3",
        ] {
            assert!(out.contains(kept), "{kept} not in {out}");
        }
    }
}
