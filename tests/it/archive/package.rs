//! Packages and the four-property check through a real socket: a year checked before it is filed, exported, fetched, read by
//! another reader; what is changed, missing, added or locked is named; stopped, brought back, checked without a server.

use super::{accept_all, desk, on_paper, press, settle};
use crate::official::sealing::{self, sealed_bare, sent_to_seal};
use crate::support::binary;
use crate::support::browser::look_folder;
use crate::support::files::Bare;
use crate::support::http::{Http, Part};
use crate::support::office::Office;
use crate::support::reply::Reply;
use crate::support::town::{Folder, Town};
use inkstone::engine::filed_store::Ended;
use inkstone::kit::sm2::Public;
use inkstone::kit::stamped::KeyFile;
use inkstone::kit::zip_file::{ZipReader, ZipWriter};
use inkstone::kit::{Id, unpack};
use inkstone::modules::archive::Term;
use inkstone::modules::archive::package::{Brought, Report, Verdict, check_file};
use inkstone::org::organ_key;
use inkstone::store::{NewAttachment, Write};
use std::io::Cursor;
use std::time::Duration;

const AT: &str = "/archive/package";
const PAGE: &str = "/archive/package?year=2026";

/// A file of a case, as somebody uploaded it.
fn attach(town: &Town, case: Id, (name, bytes): (&str, &[u8])) {
    let mut upload = town.store.upload(case.shelf()).unwrap();
    upload.push(bytes).unwrap();
    let (digest, size) = upload.finish().unwrap();
    let new = NewAttachment {
        owner: case,
        field: "attachments".into(),
        name: name.into(),
        size,
        digest,
        kind: "PDF".into(),
        person: town.person("宋小笺"),
        person_name: "宋小笺".into(),
    };
    let stamp = town.stamp("宋小笺", "case.files");
    let write = move |w: &mut Write<'_>| {
        w.attach(&new)?;
        w.emit("case.filed", Some(case), &())
    };
    town.store.write(case.shelf(), stamp, write).unwrap();
}

/// A numbered year: a sealed document with an enclosure, and a record on paper.
fn year(name: &str) -> Office {
    let town = sealing::town(name);
    settle(&town);
    let case = sent_to_seal(&town);
    sealed_bare(&town, case, b"%PDF-1.4\nthe sealed document\n%%EOF\n");
    attach(&town, case, ("物资清单.pdf", b"%PDF-1.4\nlist\n%%EOF\n"));
    let stamp = town.stamp("苏简", "case.archive");
    let end = move |w: &mut Write<'_>| {
        w.execute(
            "UPDATE cases SET state = 'archived', closed_at = 1773100000000, archived_at = 1773100000000, rev = rev + 1 WHERE id = ?1",
            [case.raw()],
        )?;
        w.emit("case.filed", Some(case), &())
    };
    town.store.write(case.shelf(), stamp, end).unwrap();
    let archive = desk(&town);
    archive
        .gather(2026, Ended::Archived, &press(&town, 1))
        .unwrap();
    on_paper(&town, 2, ("防火检查照片", Some(Term::D10)));
    accept_all(&town, 3);
    let before = archive.year(2026).unwrap();
    assert_eq!(archive.number(&before, &press(&town, 4)).unwrap(), 2);
    Office::of(town)
}

/// Presses a button of the page; the filter of the year has the same address and no token.
fn pressed(http: &mut Http, fields: &[(&str, &str)]) -> Reply {
    let page = http.get(PAGE);
    let tokens = page.hidden("/archive/package/brought");
    let mut all: Vec<(&str, &str)> = tokens.iter().map(|(n, v)| (&**n, &**v)).collect();
    all.push(("year", "2026"));
    all.extend_from_slice(fields);
    http.post(AT, &all)
}

/// Presses a button of the page and waits until what it began has ended.
fn done(http: &mut Http, fields: &[(&str, &str)]) -> String {
    let answer = pressed(http, fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    for _ in 0..600 {
        let page = http.get(PAGE).text();
        if !page.contains(">停下<") {
            return page;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it never ended");
}

fn known(office: &Office) -> Vec<Public> {
    organ_key::known(&office.town.store.hub().unwrap()).unwrap()
}

/// Exports the year and fetches the package.
fn exported(office: &Office) -> Vec<u8> {
    let mut archivist = office.admin();
    let page = done(&mut archivist, &[("do", "export"), ("scope", "year")]);
    assert!(page.contains("四性检测通过"), "{page}");
    let at = page.find("/archive/package/file?name=").unwrap();
    let href = page[at..].split('"').next().unwrap();
    let file = archivist.get(href);
    assert_eq!(file.status, 200);
    let name = file.header("content-disposition").unwrap().to_owned();
    assert!(name.contains("Z109-2026"), "{name}");
    file.body
}

fn checked(bytes: &[u8], known: &[Public]) -> Report {
    let file = Cursor::new(bytes);
    let name = "包.zip";
    check_file(Brought { file, name, known }).unwrap()
}

/// What was found wrong, all in one text.
fn wrong(report: &Report) -> String {
    let bad = report.checks.iter().filter(|c| c.verdict == Verdict::Bad);
    bad.flat_map(|c| c.findings.iter().map(move |f| format!("{}｜{f}\n", c.name)))
        .collect()
}

/// The same package with its entries changed by `change`: none for one that is left out.
fn again(
    zip: &[u8],
    change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>,
    more: &[(&str, &[u8])],
) -> Vec<u8> {
    let mut read = ZipReader::open(Cursor::new(zip)).unwrap().unwrap();
    let mut write = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in read.listed.clone() {
        let mut bytes = Vec::new();
        read.read(&entry, 1 << 30, &mut |b| bytes.extend_from_slice(b))
            .unwrap();
        if let Some(bytes) = change(&entry.name, bytes) {
            write.open(&entry.name).unwrap();
            write.add(&bytes).unwrap();
        }
    }
    for (name, bytes) in more {
        write.open(name).unwrap();
        write.add(bytes).unwrap();
    }
    write.finish().unwrap().0.into_inner()
}

#[test]
fn a_year_is_checked_exported_and_read_without_us() {
    let office = year("package-year");
    let mut archivist = office.admin();
    let page = done(&mut archivist, &[("do", "check"), ("scope", "year")]);
    assert!(page.contains("2026 年全年归档前检测"), "{page}");
    let at = page.find("/archive/check/").unwrap();
    let href = page[at..].split('"').next().unwrap().to_owned();
    let record = archivist.get(&href).text();
    for word in [
        "真实性",
        "完整性",
        "可用性",
        "安全性",
        "病毒查杀",
        "没有检测",
        "只有纸质",
    ] {
        assert!(record.contains(word), "{word}: {record}");
    }
    let print = archivist.get(&format!("{href}/print")).text();
    assert!(
        print.contains("四性检测记录") && print.contains("审核人"),
        "{print}"
    );
    let zip = exported(&office);
    // another reader finds folders named by archive numbers
    let names: Vec<String> = unpack::entries(&zip)
        .unwrap()
        .into_iter()
        .map(|e| e.name)
        .collect();
    let folder = "档案/Z109-WS·2026-D10-BGS-0001";
    let number = names
        .iter()
        .find(|n| n.ends_with("盖章文件-通知（已用印）.pdf"));
    let folder = number.map_or(folder, |n| n.rsplit_once('/').unwrap().0);
    assert!(folder.starts_with("档案/Z109-WS·2026-"), "{names:?}");
    for name in [
        "盖章文件-通知（已用印）.pdf.sig.json",
        "物资清单.pdf",
        "正文.txt",
        "处理单.pdf",
        "元数据.xml",
    ] {
        assert!(
            names.contains(&format!("{folder}/{name}")),
            "{name}: {names:?}"
        );
    }
    for name in [
        "说明.txt",
        "清单.json",
        "签名.json",
        "目录/归档文件目录.xlsx",
        "目录/归档文件目录.xml",
    ] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    let text = |name: &str| {
        let bytes = unpack::entry(&zip, name, 1 << 20).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(text(&format!("{folder}/正文.txt")), sealing::BODY);
    let xml = text(&format!("{folder}/元数据.xml"));
    for said in [
        format!("<题名>{}</题名>", sealing::TITLE),
        "<全宗号>Z109</全宗号>".into(),
        "<档案馆名称>墨川县档案馆</档案馆名称>".into(),
        "<签名算法>SM2-SM3</签名算法>".into(),
        "<环节>签发</环节>".into(),
        "<责任者>砚田镇人民政府</责任者>".into(),
    ] {
        assert!(xml.contains(&said), "{said}: {xml}");
    }
    let sheet = unpack::entry(&zip, "目录/归档文件目录.xlsx", 1 << 20).unwrap();
    let rows = inkstone::kit::sheet::read_table(&sheet, "a.xlsx").unwrap();
    assert!(
        rows.iter()
            .any(|r| r.iter().any(|c| c.text() == sealing::TITLE))
    );
    let handling = unpack::entry(&zip, &format!("{folder}/处理单.pdf"), 8 << 20).unwrap();
    std::fs::write(look_folder().join("archive-handling.pdf"), &handling).unwrap();
    assert!(handling.starts_with(b"%PDF"));
    assert!(
        String::from_utf8_lossy(&handling).contains("/Count 1"),
        "one page, and no empty one behind it"
    );
    let report = checked(&zip, &known(&office));
    assert_eq!(wrong(&report), "");
    assert_eq!((report.pieces, report.wrong()), (2, 0));
    // a colleague sees none of it
    let mut admin = office.admin();
    let mut clerk = office.colleague(&mut admin, "钱细清");
    assert_eq!(clerk.get(AT).status, 403);
    // removed, it is gone
    let name = office.town.store.packages().unwrap()[0].name.clone();
    let answer = pressed(&mut archivist, &[("do", "remove"), ("name", &name)]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(office.town.store.packages().unwrap().is_empty());
    let odd = archivist.get("/archive/package/file?name=..%2Fhub.db");
    assert_eq!(odd.status, 404);
}

#[test]
fn whatever_is_changed_is_found_and_named() {
    let office = year("package-changed");
    let zip = exported(&office);
    let known = known(&office);
    let found = |bytes: &[u8]| wrong(&checked(bytes, &known));
    let keep = |_: &str, bytes: Vec<u8>| Some(bytes);
    assert_eq!(
        found(&again(&zip, keep, &[])),
        "",
        "the set-up changes nothing"
    );
    // one bit of each entry's bytes
    let listed = ZipReader::open(Cursor::new(&zip[..]))
        .unwrap()
        .unwrap()
        .listed;
    for entry in &listed {
        let name = entry.name.as_str();
        let flip = |n: &str, mut bytes: Vec<u8>| {
            let half = bytes.len() / 2;
            if n == name {
                bytes[half] ^= 1;
            }
            Some(bytes)
        };
        let said = found(&again(&zip, flip, &[]));
        let named = match name {
            "签名.json" => said.contains("签名"),
            "清单.json" => said.contains("清单"),
            name => said.contains(&format!("{name}：内容被改过")),
        };
        assert!(named, "{name}: {said}");
        let without = |n: &str, bytes: Vec<u8>| (n != name).then_some(bytes);
        let said = found(&again(&zip, without, &[]));
        assert!(said.contains(name), "without {name}: {said}");
    }
    // one bit anywhere in the file
    let step = (zip.len() / 150).max(1);
    for at in (0..zip.len())
        .step_by(step)
        .chain(zip.len() - 300..zip.len())
    {
        let mut bad = zip.clone();
        bad[at] ^= 1 << (at % 8);
        assert_ne!(found(&bad), "", "byte {at} of {}", zip.len());
    }
    // a value of the metadata
    let folder = "Z109-WS·2026-D10-BGS-0001";
    let lie = |n: &str, bytes: Vec<u8>| {
        let text = String::from_utf8(bytes.clone());
        Some(match text {
            Ok(text) if n == format!("档案/{folder}/元数据.xml") => text
                .replace("<保管期限>10年", "<保管期限>永久")
                .into_bytes(),
            _ => bytes,
        })
    };
    let said = found(&again(&zip, lie, &[]));
    assert!(
        said.contains(&format!(
            "{folder}：保管期限在目录里是“10年”，在元数据里是“永久”"
        )),
        "{said}"
    );
    // what does not belong there
    let said = found(&again(&zip, keep, &[("档案/多的.pdf", b"%PDF-1.4")]));
    assert!(said.contains("档案/多的.pdf：清单里没有"), "{said}");
    let said = found(&again(
        &zip,
        keep,
        &[("../外面.exe", b"MZ\x90\x00\x03\x00\x00\x00")],
    ));
    assert!(
        said.contains("路径不安全") && said.contains("程序"),
        "{said}"
    );
    // signed by a stranger, or no package at all
    let said = wrong(&checked(&zip, &[]));
    assert!(said.contains("不认得“") && said.contains("指纹"), "{said}");
    assert!(found(b"no zip").contains("压缩包目录"));
    assert!(found(&zip[..zip.len() / 2]).contains("压缩包目录"));
}

#[test]
fn a_package_is_checked_elsewhere_and_without_a_server() {
    let office = year("package-elsewhere");
    let zip = exported(&office);
    let key = known(&office)[0];
    let key_file = serde_json::to_vec(&KeyFile::of("砚田镇人民政府", &key)).unwrap();
    let other = year("package-receiver");
    let mut archivist = other.admin();
    let brought = |http: &mut Http, with_key: bool| {
        let page = http.get(PAGE);
        let part = |name, file, bytes| Part {
            name,
            file: Some((file, "application/octet-stream")),
            bytes,
        };
        let mut parts = vec![part("file", "a.zip", zip.as_slice())];
        if with_key {
            parts.push(part("key", "key.json", key_file.as_slice()));
        }
        let answer = http.submit_parts(&page, "/archive/package/brought", parts);
        assert_eq!(answer.status, 303, "{}", answer.text());
        let to = answer.header("location").unwrap().to_owned();
        http.get(&to).text()
    };
    let stranger = brought(&mut archivist, false);
    assert!(
        stranger.contains("不通过") && stranger.contains("不认得"),
        "{stranger}"
    );
    let friend = brought(&mut archivist, true);
    assert!(friend.contains("四性检测通过"), "{friend}");
    let left = std::fs::read_dir(other.town.folder.dir().packages()).unwrap();
    assert_eq!(left.count(), 0, "nothing of it stays");
    let papers = Folder::new("package-papers");
    std::fs::create_dir_all(&papers.0).unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = papers.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (file, public) = (put("a.zip", &zip), put("key.json", &key_file));
    let elsewhere = Folder::new("package-nobody");
    let words = ["verify-package", &file, "--public", &public];
    let (out, said) = binary::run(&elsewhere, &words);
    assert!(
        out.status.success() && said.contains("四性检测通过"),
        "{said}"
    );
    let mut bad = zip.clone();
    let at = bad.windows(8).position(|w| w == b"%PDF-1.4").unwrap();
    bad[at + 12] ^= 1;
    let changed = put("b.zip", &bad);
    let (out, said) = binary::run(
        &elsewhere,
        &["verify-package", &changed, "--public", &public],
    );
    assert!(
        !out.status.success() && said.contains("内容被改过"),
        "{said}"
    );
}

#[test]
fn damage_is_found_before_filing_and_no_package_is_made_of_it() {
    let office = year("package-damage");
    // a chunk of the attachment file is spoilt, as by a bad disk
    let path = office.town.folder.dir().attach(1);
    let spoil = "UPDATE chunk SET data = x'255044462d312e340a6c6973740a25254555460a' WHERE instr(data, x'6c697374')";
    let spoilt = Bare::open(&path).run(spoil);
    assert_eq!(spoilt, 1);
    let mut archivist = office.admin();
    let page = done(&mut archivist, &[("do", "check"), ("scope", "year")]);
    assert!(page.contains("四性检测不通过"), "{page}");
    let at = page.find("/archive/check/").unwrap();
    let href = page[at..].split('"').next().unwrap().to_owned();
    let record = archivist.get(&href).text();
    assert!(
        record.contains("物资清单.pdf：平台上存的内容已经损坏"),
        "{record}"
    );
    let page = done(&mut archivist, &[("do", "export"), ("scope", "year")]);
    assert!(
        page.contains("没有办成") && page.contains("从备份恢复"),
        "{page}"
    );
    let left = std::fs::read_dir(office.town.folder.dir().packages()).unwrap();
    assert_eq!(left.count(), 0, "half a package does not stay");
    assert!(office.town.store.check_package_room(1).is_ok());
    let full = office.town.store.check_package_room(u64::MAX / 2);
    assert!(full.unwrap_err().to_string().contains("数据盘只剩"));
}
