//! `inkstone open FILE.gwb`: a unit without an office of its own reads what was sent to it. The code is asked for on the
//! console, the package proved, its files put into a new folder beside it with a sheet that says whose they are.
//! Not here: registering it, answering it (`modules::exchange`). Invariant: the package is only read, nothing is overwritten.

use super::{browser, console};
use crate::kit::{Error, Result, Zone, text};
use crate::modules::exchange::code::Code;
use crate::modules::exchange::package::{self, Cover, MOST_BYTES, Opened, Part, Sent};
use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// So often may the code be mistyped before one has to begin again.
const TRIES: usize = 5;
/// The sealed package is a little larger than what is in it.
const MOST: u64 = MOST_BYTES as u64 + (16 << 20);
const SHEET: &str = "公文包说明.txt";
const METADATA: &str = "公文元数据.xml";

/// Whether the file begins as a package; a file that cannot be read is none.
#[must_use]
pub fn is_package(file: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(file).and_then(|f| f.take(64).read_to_end(&mut head));
    read.is_ok() && package::is_package(&head)
}

/// Asks for the code, unpacks, and shows the folder.
pub fn command(file: &Path, show: bool) -> Result<()> {
    let bytes = whole(file)?;
    let cover = package::cover(&bytes)?;
    console::say(&format!("\n　　{}发给{}的公文包\n", cover.from, cover.to));
    let opened = asked(&cover, &bytes)?;
    let folder = unpack(file, &opened)?;
    console::say(&format!(
        "\n　　签名无误。里面的 {} 个文件放在 {}\n　　请看“{SHEET}”，并打电话和发文单位核对公钥指纹。\n\n",
        opened.package.files.len(),
        folder.display()
    ));
    if show {
        browser::open(&folder.display().to_string());
    }
    Ok(())
}

fn whole(file: &Path) -> Result<Vec<u8>> {
    let unread = |e: io::Error| Error::Busy(format!("打不开 {}：{e}", file.display()));
    let opened = File::open(file).map_err(unread)?;
    let mut bytes = Vec::new();
    opened.take(MOST).read_to_end(&mut bytes).map_err(unread)?;
    Ok(bytes)
}

/// A mistyped code is asked for again; a damaged package is not.
fn asked(cover: &Cover, bytes: &[u8]) -> Result<Opened> {
    for _ in 0..TRIES {
        console::say("　　请输入提取码（向发文单位打电话要），按回车：");
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            break;
        }
        match Code::read(&line).and_then(|code| package::open(bytes, &code)) {
            Err(e @ Error::Invalid(_)) => console::say(&format!("　　{e}\n")),
            other => return other,
        }
    }
    Err(Error::Busy(format!(
        "没有拿到正确的提取码，公文包没有打开。请打电话向{}核对，再打开一次",
        cover.from
    )))
}

/// Puts the files into a new folder beside the package; its path.
fn unpack(file: &Path, opened: &Opened) -> Result<PathBuf> {
    let beside = std::path::absolute(file)?;
    let beside = beside.parent().unwrap_or(Path::new("."));
    let title = text::safe_file_name(&opened.package.elements.title);
    let folder = new_folder(beside, &title)?;
    let mut used = HashSet::from([SHEET.to_owned(), METADATA.to_owned()]);
    for sent in &opened.package.files {
        put(&folder, &unused(&sent.name, &mut used), &sent.bytes)?;
    }
    let metadata = opened.package.elements.xml();
    put(&folder, METADATA, metadata.as_bytes())?;
    put(&folder, SHEET, sheet(opened).as_bytes())?;
    Ok(folder)
}

/// One that was not there: what somebody unpacked before, and wrote into, stays as it is.
fn new_folder(beside: &Path, title: &str) -> Result<PathBuf> {
    for n in 1..1000 {
        let name = match n {
            1 => title.to_owned(),
            n => format!("{title}（{n}）"),
        };
        let folder = beside.join(name);
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => {
                return Err(Error::Busy(format!(
                    "{} 里建不了文件夹（{e}）。请把公文包拷到桌面再打开",
                    beside.display()
                )));
            }
        }
    }
    Err(Error::Busy(
        "这里已经有太多同名的文件夹，请删掉不要的".into(),
    ))
}

/// Two enclosures may have one name, and Windows knows no capital letters.
fn unused(name: &str, used: &mut HashSet<String>) -> String {
    let name = text::safe_file_name(name);
    let numbered = (2..).map(|n| format!("{n} {name}"));
    let mut all = std::iter::once(name.clone()).chain(numbered);
    all.find(|n| used.insert(n.to_lowercase()))
        .unwrap_or(name.clone())
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut f| f.write_all(bytes).and_then(|()| f.sync_all()));
    written.map_err(|e| Error::Busy(format!("{} 写不下去：{e}", path.display())))
}

fn sheet(opened: &Opened) -> String {
    let Opened { package, key, .. } = opened;
    let named = |s: &Sent| {
        let part = match s.part {
            Part::Pages => "版式文件",
            Part::Text => "正文文本",
            Part::Proof => "完整性签名",
            Part::Enclosure => "附件",
        };
        format!("　　{part}　{}　{} 字节\n", s.name, s.bytes.len())
    };
    let files: String = package.files.iter().map(named).collect();
    format!(
        "{}\n{}\n\n发文单位：{}\n收文单位：{}\n发出时间：{}\n发文单位公钥指纹：{}\n公文包 SM3：{}\n\n文件：\n{files}\n\
         打开时核对过：每个文件都和发文单位签过名的一样。指纹请打电话和发文单位核对，一样才是它发的。\n\
         这是印章图样加完整性签名，不是《电子签名法》所说的可靠电子签名。\n",
        package.elements.title,
        package.elements.number,
        package.from,
        package.to,
        Zone::default().long_time(package.at),
        key.fingerprint(),
        opened.digest.hex(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_apart() {
        let mut used = HashSet::from([SHEET.to_owned()]);
        assert_eq!(unused("排查表.xlsx", &mut used), "排查表.xlsx");
        assert_eq!(unused("排查表.xlsx", &mut used), "2 排查表.xlsx");
        assert_eq!(unused(SHEET, &mut used), format!("2 {SHEET}"));
        let out = unused("../../上级.txt", &mut used);
        assert!(!out.contains('/'), "{out}");
    }
}
