//! `inkstone verify`: says claim by claim what the files contradict. Only over a folder no server is
//! running on, and it never makes one: a mistyped path must not look like an office in order.

use super::console;
use crate::kit::{Clock, Error, Result};
use crate::screens::health::lights::{self, Facts, Grade, Light};
use crate::store::{self, DataDir, verify};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Checks the files; true where all is well.
pub fn check(data: Option<PathBuf>) -> Result<bool> {
    let root = data.unwrap_or_else(DataDir::default_root);
    if !root.join("hub.db").is_file() {
        return Err(Error::Busy(format!(
            "{} 里没有砚台的数据。请用 --data 写对数据文件夹",
            root.display()
        )));
    }
    let dir = DataDir::make(root)?;
    let _lock = dir.lock().map_err(|e| match e {
        Error::Busy(_) => Error::Busy(format!(
            "砚台正在使用 {}。请先停止砚台，再核对",
            dir.root().display()
        )),
        other => other,
    })?;
    let lights = lights::of(&facts(&dir)?);
    let lost = lights
        .iter()
        .any(|l| l.name == lights::FILES && l.grade == Grade::Bad);
    if lost {
        // what is not here cannot be compared with anything
        console::say(&said(&lights));
        return Ok(false);
    }
    let findings = verify::verify_telling(&dir, &console::share_done)?;
    console::say(&words(&findings));
    let shown: Vec<Light> = lights
        .into_iter()
        .filter(|l| l.grade > Grade::Good)
        .collect();
    console::say(&said(&shown));
    // where the folder stands and what the disk holds is said, and is no contradiction in the files
    Ok(findings.is_empty())
}

/// The lights a stopped office has.
fn facts(dir: &DataDir) -> Result<Facts> {
    let now = Clock::System.now();
    let seen = store::peek_health(dir, now)?;
    Ok(Facts {
        disk: store::disk_of(dir),
        lost: seen.lost,
        strays: store::freeze::peek_strays(dir)?,
        clock: seen.clock,
        place: store::bad_place(dir.root()),
        checked: seen.checked,
        now,
        zone: store::kept_zone(dir)?,
        ..Facts::default()
    })
}

/// 要办　磁盘　…
fn said(lights: &[Light]) -> String {
    let mut out = String::new();
    for l in lights {
        let _ = writeln!(out, "{}　{}　{}", l.grade.word(), l.name, l.says);
    }
    out
}

fn words(findings: &[verify::Finding]) -> String {
    if findings.is_empty() {
        return "全部核对无误\n".to_owned();
    }
    let mut out = String::new();
    for finding in findings {
        let _ = writeln!(out, "不符：{}（{}）", finding.says, finding.claim);
        for place in &finding.wrong {
            let _ = writeln!(out, "　　{place}");
        }
    }
    let _ = writeln!(
        out,
        "\n有 {} 项不符。请不要改动数据文件，先备份整个文件夹，再联系技术支持",
        findings.len()
    );
    out
}
